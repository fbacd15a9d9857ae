-- The names of the pupils and accounts that a stand-in speaks for, counted: among them stand namesakes and brothers.
-- Grain:  school, source, first_key, last_key, full_key, class_year.
-- Reads:  plain_pairs, the delivered raw_magister and raw_legacy, the examined magister_rows and legacy_rows
-- Rule:   the forms for comparing are made once for each name that is written the same. The SELECT of the cleaning
--         stage takes the place of "select c.*" here: the rule stands there and nowhere else.
with written as (
    select
        p.school
        , p.stand_in
        , min(p.magister_row) as source_row
        , count(*) as records
    from plain_pairs as p
    inner join main.raw_magister as m on p.school = m.school and p.magister_row = m.source_row
    where p.magister_row <> p.stand_in
    group by p.school, p.stand_in, m.roepnaam, m.tussenvoegsel, m.achternaam, m.naam
)

, written_accounts as (
    select
        p.school
        , p.stand_in_account
        , min(p.legacy_row) as source_row
        , count(*) as records
    from plain_pairs as p
    inner join main.raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
    where p.magister_row <> p.stand_in
    group by p.school, p.stand_in_account, l.roepnaam, l.tussenvoegsel, l.achternaam, l.naam
)

, raw_magister as (
    select m.*
    from main.raw_magister as m
    inner join written as w on m.school = w.school and m.source_row = w.source_row
)

, raw_legacy as (
    select l.*
    from main.raw_legacy as l
    inner join written_accounts as w on l.school = w.school and l.source_row = w.source_row
)

, pupils as (
    select c.* from raw_magister as c
)

, accounts as (
    select c.* from raw_legacy as c
)

select
    c.school
    , 'magister' as source
    , c.first_key
    , c.last_key
    , c.full_key
    , coalesce(s.leerjaar_key, class_year(s.klas_key)) as class_year
    , cast(sum(w.records) as bigint) as records
from pupils as c
inner join written as w on c.school = w.school and c.source_row = w.source_row
inner join magister_rows as s on w.school = s.school and w.stand_in = s.source_row
where c.full_key is not null
group by c.school, c.first_key, c.last_key, c.full_key, coalesce(s.leerjaar_key, class_year(s.klas_key))
union all
select
    c.school
    , 'legacy' as source
    , c.first_key
    , c.last_key
    , c.full_key
    , coalesce(s.leerjaar_key, class_year(s.klas_key)) as class_year
    , cast(sum(w.records) as bigint) as records
from accounts as c
inner join written_accounts as w on c.school = w.school and c.source_row = w.source_row
inner join legacy_rows as s on w.school = s.school and w.stand_in_account = s.source_row
where c.full_key is not null
group by c.school, c.first_key, c.last_key, c.full_key, coalesce(s.leerjaar_key, class_year(s.klas_key))
