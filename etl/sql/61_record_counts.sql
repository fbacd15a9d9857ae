-- The three counts of each file that must be one number.
-- Grain:  school, source.
-- Reads:  file_counts, decided_pupils
-- Rule:   counted by the reader, counted again by other code, and counted by status.
select
    f.school
    , f.source
    , f.counted
    , f.counted_again
    , count(c.source_row) as with_status
from file_counts as f
left join decided_pupils as c on f.school = c.school and f.source = c.source
group by f.school, f.source, f.counted, f.counted_again
