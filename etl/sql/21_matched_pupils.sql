-- Every pair of records that meets on a key standing once on each side.
-- Grain:  school, magister_row, legacy_row.
-- Reads:  key_groups
-- Rule:   meeting is not yet a link; a key that repeats in either file makes no pair at all.
select
    g.school
    , g.magister_row
    , g.legacy_row
    , (max(case when g.kind = 'externeid' then 1 else 0 end) = 1) as is_by_externeid
    , (max(case when g.kind = 'stamnr' then 1 else 0 end) = 1) as is_by_stamnr
from key_groups as g
where g.magister_records = 1 and g.legacy_records = 1
group by g.school, g.magister_row, g.legacy_row
