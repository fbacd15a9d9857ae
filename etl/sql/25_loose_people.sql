-- Named records that meet nobody on a key, as the people they are: who might be whom.
-- Grain:  school, source, source_row; records that are no copy, in scope and carry a name of two words.
-- Reads:  row_meetings, magister_rows, legacy_rows, plain_names
-- Rule:   only a record that is free (no defect, no hint that the other file has it) can become a suggestion; the rest
--         is ranked too, so that a person sees who a record without a usable key might be.
with named as (
    select
        m.school
        , 'magister' as source
        , m.source_row
        , coalesce(m.first_key, split_part(m.full_key, ' ', 1)) as first_key
        , coalesce(m.last_key, substr(m.full_key, length(split_part(m.full_key, ' ', 1)) + 2)) as last_key
        , m.full_key
        , m.klas_key
        , coalesce(m.leerjaar_key, class_year(m.klas_key)) as class_year
    from magister_rows as m
    where m.full_key like '% %'
    union all
    select
        l.school
        , 'legacy' as source
        , l.source_row
        , coalesce(l.first_key, split_part(l.full_key, ' ', 1)) as first_key
        , coalesce(l.last_key, substr(l.full_key, length(split_part(l.full_key, ' ', 1)) + 2)) as last_key
        , l.full_key
        , l.klas_key
        , coalesce(l.leerjaar_key, class_year(l.klas_key)) as class_year
    from legacy_rows as l
    where l.full_key like '% %'
    union all
    select
        p.school
        , p.source
        , cast(null as bigint) as source_row
        , coalesce(p.first_key, split_part(p.full_key, ' ', 1)) as first_key
        , coalesce(p.last_key, substr(p.full_key, length(split_part(p.full_key, ' ', 1)) + 2)) as last_key
        , p.full_key
        , cast(null as string) as klas_key
        , p.class_year
    from plain_names as p
    where p.full_key like '% %'
)

, loose as (
    select
        n.*
        , (r.defect is null and not r.is_other_aside and not r.is_hinted) as is_free
    from named as n
    inner join row_meetings as r on n.school = r.school and n.source = r.source and n.source_row = r.source_row
    where r.pairs = 0 and r.own_repeat is null
)

-- Counted over the whole file: a namesake or a brother who is linked is one all the same.
, namesakes as (
    select
        n.school
        , n.source
        , n.full_key
        , count(*) as records
    from named as n
    where (n.school, n.source, n.full_key) in (
        select
            o.school
            , o.source
            , o.full_key
        from loose as o
    )
    group by n.school, n.source, n.full_key
)

, first_names as (
    select
        n.school
        , n.source
        , n.first_key
        , count(*) as records
    from named as n
    where (n.school, n.source, n.first_key) in (
        select
            o.school
            , o.source
            , o.first_key
        from loose as o
    )
    group by n.school, n.source, n.first_key
)

, year_names as (
    select
        n.school
        , n.source
        , n.last_key
        , coalesce(n.class_year, '') as class_year
        , count(*) as records
    from named as n
    where (n.school, n.source, n.last_key) in (
        select
            o.school
            , o.source
            , o.last_key
        from loose as o
    )
    group by n.school, n.source, n.last_key, coalesce(n.class_year, '')
)

, last_names as (
    select
        y.school
        , y.source
        , y.last_key
        , sum(y.records) as records
    from year_names as y
    group by y.school, y.source, y.last_key
)

, sides as (
    select
        n.school
        , n.source
        , count(*) as records
    from named as n
    group by n.school, n.source
)

select
    o.school
    , o.source
    , o.source_row
    , o.first_key
    , o.last_key
    , o.full_key
    , cast(null as string) as birth_key
    , o.klas_key
    , o.class_year
    , s.records as namesakes
    , y.records as same_last_names
    , cast(f.records as double) / a.records as first_share
    , cast(l.records as double) / a.records as last_share
    , o.is_free
from loose as o
inner join namesakes as s on o.school = s.school and o.source = s.source and o.full_key = s.full_key
inner join first_names as f on o.school = f.school and o.source = f.source and o.first_key = f.first_key
inner join last_names as l on o.school = l.school and o.source = l.source and o.last_key = l.last_key
inner join year_names as y
    on
        o.school = y.school and o.source = y.source and o.last_key = y.last_key
        and coalesce(o.class_year, '') = y.class_year
inner join sides as a on o.school = a.school and o.source = a.source
