-- How many pairs each stand-in speaks for, itself included.
-- Grain:  school, magister_row, legacy_row.
-- Reads:  plain_pairs
select
    p.school
    , p.stand_in as magister_row
    , p.stand_in_account as legacy_row
    , count(*) as pairs
from plain_pairs as p
group by p.school, p.stand_in, p.stand_in_account
