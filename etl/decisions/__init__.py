"""Questions to a school, its answers, and what they do. What an answer may do to a record is a rule of `etl/sql/`."""
