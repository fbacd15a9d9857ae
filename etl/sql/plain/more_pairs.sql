-- Pairs that a stand-in spoke for until now and that have to be examined themselves.
-- Grain:  school, magister_row, legacy_row.
-- Reads:  earlier_pairs (the plain pairs as they were chosen before), plain_pairs
select
    e.school
    , e.magister_row
    , e.legacy_row
from earlier_pairs as e
where
    e.magister_row <> e.stand_in
    and not exists (
        select 1 from plain_pairs as p
        where p.school = e.school and p.magister_row = e.magister_row and p.magister_row <> p.stand_in
    )
