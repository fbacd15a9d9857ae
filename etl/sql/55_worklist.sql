-- Every record that is not linked, new or gone, once, with its reason: what people must look at or be able to look up.
-- Grain:  school, source, source_row; records of rungs 1 to 7.
-- Reads:  decided_pupils
-- Rule:   a record of these rungs is never in the import file and never missing here; is_held tells who still waits.
select
    c.school
    , c.source
    , c.source_row
    , c.line_number
    , c.status
    , c.reason
    , c.counterpart_row
    , c.is_held
from decided_pupils as c
where c.is_held or c.status in ('out_of_scope', 'duplicate_copy')
