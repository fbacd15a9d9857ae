-- Each field in which the two sides of a linked pupil were delivered differently.
-- Grain:  school, legacy_row, field; linked pairs only.
-- Reads:  decided_pupils, clean_magister, magister_rows, clean_legacy
-- Rule:   material changes something about the pupil; cosmetic is only another way of writing it. A blank on either
--         side is no difference, and it never erases what the other side has. The cause tells what many have in common:
--         a class or year one further is the turn of the year.
with linked as (
    select
        c.school
        , c.source_row as legacy_row
        , c.counterpart_row as magister_row
    from decided_pupils as c
    where c.source = 'legacy' and c.is_linked
)

, sides as (
    select
        k.school
        , k.legacy_row
        , k.magister_row
        , m.stamnr as magister_stamnr
        , l.stamnr as legacy_stamnr
        , m.stamnr_key as magister_stamnr_key
        , l.stamnr_key as legacy_stamnr_key
        , m.externeid as magister_externeid
        , l.externeid as legacy_externeid
        , l.externeid_key as legacy_externeid_key
        , m.full_name as magister_name
        , l.full_name as legacy_name
        , m.klas_key as magister_klas_key
        , l.klas_key as legacy_klas_key
        , l.klas as legacy_klas
        , coalesce(case when class_key(d.klas) = m.klas_key then d.klas end, m.klas_key) as magister_klas
        , m.leerjaar_key as magister_leerjaar
        , l.leerjaar_key as legacy_leerjaar
        , m.externeid_key as magister_externeid_key
        , compare_classes(
            m.klas_key, coalesce(m.leerjaar_key, class_year(m.klas_key))
            , l.klas_key, coalesce(l.leerjaar_key, class_year(l.klas_key))
        ) as classes
        , compare_names(
            m.full_key, m.first_key, m.last_key, m.letters_key, l.full_key, l.first_key, l.last_key, l.letters_key
        ) as names
    from linked as k
    inner join magister_rows as m on k.school = m.school and k.magister_row = m.source_row
    inner join clean_magister as d on k.school = d.school and k.magister_row = d.source_row
    inner join clean_legacy as l on k.school = l.school and k.legacy_row = l.source_row
)

select
    s.school
    , s.legacy_row
    , s.magister_row
    , 'stamnr' as field
    , case when s.magister_stamnr_key = s.legacy_stamnr_key then 'cosmetic' else 'material' end as kind
    , case when s.magister_stamnr_key = s.legacy_stamnr_key then 'writing' else 'other_number' end as cause
    , s.magister_stamnr as magister_value
    , s.legacy_stamnr as legacy_value
from sides as s
where s.legacy_stamnr_key is not null and s.magister_stamnr <> s.legacy_stamnr
union all
select
    s.school
    , s.legacy_row
    , s.magister_row
    , 'externeid' as field
    -- only people can link an account that carries another id, or another name
    , case when s.magister_externeid_key = s.legacy_externeid_key then 'cosmetic' else 'material' end as kind
    , case when s.magister_externeid_key = s.legacy_externeid_key then 'writing' else 'other_id' end as cause
    , s.magister_externeid as magister_value
    , s.legacy_externeid as legacy_value
from sides as s
where s.legacy_externeid_key is not null and s.magister_externeid <> s.legacy_externeid
union all
select
    s.school
    , s.legacy_row
    , s.magister_row
    , 'naam' as field
    , case when s.names = 'differ' then 'material' else 'cosmetic' end as kind
    , case when s.names = 'differ' then 'other_name' else 'writing' end as cause
    , s.magister_name as magister_value
    , s.legacy_name as legacy_value
from sides as s
where s.magister_name <> s.legacy_name
union all
select
    s.school
    , s.legacy_row
    , s.magister_row
    , 'klas' as field
    , case when s.magister_klas_key = s.legacy_klas_key then 'cosmetic' else 'material' end as kind
    , case s.classes
        when 'equal' then 'writing'
        when 'next_year' then 'year_turn'
        when 'same_year' then 'same_year'
        else 'other_class'
    end as cause
    , s.magister_klas as magister_value
    , s.legacy_klas as legacy_value
from sides as s
where s.legacy_klas_key is not null and s.magister_klas <> s.legacy_klas
union all
select
    s.school
    , s.legacy_row
    , s.magister_row
    , 'leerjaar' as field
    , 'material' as kind
    , case
        when try_cast(s.magister_leerjaar as bigint) = try_cast(s.legacy_leerjaar as bigint) + 1 then 'year_turn'
        else 'other_year'
    end as cause
    , s.magister_leerjaar as magister_value
    , s.legacy_leerjaar as legacy_value
from sides as s
where s.magister_leerjaar <> s.legacy_leerjaar
