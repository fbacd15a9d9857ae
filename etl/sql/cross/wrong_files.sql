-- Schools whose account file fits the Magister file of another school, and not their own.
-- Grain:  school, other_school.
-- Reads:  classified_pupils, legacy_rows, magister_rows
-- Rule:   of the numbers in the account file under a tenth stand in the school's own Magister file, and at least half,
--         and ten, in the other's. Numbers alone: a file of another school often has no names.
with numbers as (
    select
        l.school
        , l.stamnr_key
    from legacy_rows as l
    where l.stamnr_key is not null
    group by l.school, l.stamnr_key
)

, pupils as (
    select
        m.school
        , m.stamnr_key
    from magister_rows as m
    where m.stamnr_key is not null
    group by m.school, m.stamnr_key
)

, fitting as (
    select
        n.school
        , count(*) as accounts
        , count(p.stamnr_key) as own
    from numbers as n
    left join pupils as p on n.school = p.school and n.stamnr_key = p.stamnr_key
    group by n.school
)

, strange as (
    select
        f.school
        , f.accounts
    from fitting as f
    where f.own * 10 < f.accounts
)

select
    'wrong_file' as kind
    , s.school
    , 'legacy' as source
    , cast(null as bigint) as source_row
    , cast(null as bigint) as line_number
    , p.school as other_school
    , cast(null as bigint) as other_line
from strange as s
inner join numbers as n on s.school = n.school
inner join pupils as p on n.stamnr_key = p.stamnr_key and n.school <> p.school
group by s.school, s.accounts, p.school
having count(*) >= 10 and count(*) * 2 >= s.accounts
