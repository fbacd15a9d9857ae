-- Every held record, once, with its reason: what people must look at before the import is complete.
-- Grain:  school, source, source_row; records of rungs 1 and 4 to 7.
-- Reads:  classified_pupils
-- Rule:   a held record is never in the import file and never missing here.
select
    c.school
    , c.source
    , c.source_row
    , c.line_number
    , c.status
    , c.reason
    , c.counterpart_row
from classified_pupils as c
where c.is_held
