-- The plain pairs with what the pupil is called, in the forms for comparing; of an examined pair they are missing.
-- Grain:  as plain_pairs.
-- Reads:  chosen_pairs (the plain pairs as they were chosen in the end), the delivered raw_magister and raw_legacy,
--         number_forms, run_parameters
-- Rule:   a name that both sides write, they write alike; so it is made once. The SELECT of the cleaning stage takes
--         the place of "select c.*" here: the rule stands there and nowhere else.
with raw_magister as (
    select m.*
    from chosen_pairs as p
    inner join main.raw_magister as m on p.school = m.school and p.magister_row = m.source_row
    where p.magister_row <> p.stand_in and p.named <> 'legacy'
    union all
    select
        m.* replace (
            l.roepnaam as roepnaam, l.tussenvoegsel as tussenvoegsel, l.achternaam as achternaam, l.naam as naam
        )
    from chosen_pairs as p
    inner join main.raw_magister as m on p.school = m.school and p.magister_row = m.source_row
    inner join main.raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
    where p.magister_row <> p.stand_in and p.named = 'legacy'
)

, cleaned as (
    select c.* from raw_magister as c
)

select
    p.*
    , f.full_name
    , f.first_key
    , f.last_key
    , f.full_key
    , f.letters_key
from chosen_pairs as p
left join cleaned as f on p.school = f.school and p.magister_row = f.source_row
