-- Named records that meet nobody on a key, as the people they are: who might be whom.
-- Grain:  school, source, source_row; records that are no copy, in scope and carry a name of two words.
-- Reads:  row_meetings, magister_rows, legacy_rows
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
)

, numbered as (
    -- counted over the whole file: a namesake or a brother who is linked is one all the same
    select
        n.*
        , count(*) over (partition by n.school, n.source, n.full_key) as namesakes
        , count(*) over (partition by n.school, n.source, n.last_key, n.class_year) as same_last_names
        , count(*) over (partition by n.school, n.source, n.first_key) as first_records
        , count(*) over (partition by n.school, n.source, n.last_key) as last_records
        , count(*) over (partition by n.school, n.source) as named_records
    from named as n
)

select
    n.school
    , n.source
    , n.source_row
    , n.first_key
    , n.last_key
    , n.full_key
    , cast(null as varchar) as birth_key
    , n.klas_key
    , n.class_year
    , cast(n.namesakes as bigint) as namesakes
    , cast(n.same_last_names as bigint) as same_last_names
    , n.first_records * 1.0 / n.named_records as first_share
    , n.last_records * 1.0 / n.named_records as last_share
    , (r.defect is null and not r.is_other_aside and not r.is_hinted) as is_free
from numbered as n
inner join row_meetings as r on n.school = r.school and n.source = r.source and n.source_row = r.source_row
where r.pairs = 0 and r.own_repeat is null
