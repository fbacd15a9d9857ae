-- Every key that occurs, with how many records of each file carry it.
-- Grain:  school, kind (stamnr or externeid), key.
-- Reads:  magister_rows, legacy_rows
-- Rule:   copies carry no key; records out of scope are counted apart ("aside"), because whoever they belong to is not
--         absent. Staff share the numbers of pupils, so a staff record counts aside for its external id only.
--         Counting first keeps a key that repeats a thousand times on both sides from becoming a million pairs.
with carried as (
    select
        m.school
        , 'stamnr' as kind
        , m.stamnr_key as key_text
        , 'magister' as source
        , m.source_row
        , m.is_counted
    from magister_rows as m
    where m.stamnr_key is not null and not m.is_copy and m.scope_reason is distinct from 'role_excluded'
    union all
    select
        m.school
        , 'externeid' as kind
        , m.externeid_key as key_text
        , 'magister' as source
        , m.source_row
        , m.is_counted
    from magister_rows as m
    where m.externeid_key is not null and not m.is_copy
    union all
    select
        l.school
        , 'stamnr' as kind
        , l.stamnr_key as key_text
        , 'legacy' as source
        , l.source_row
        , l.is_counted
    from legacy_rows as l
    where l.stamnr_key is not null and not l.is_copy and l.scope_reason is distinct from 'role_excluded'
    union all
    select
        l.school
        , 'externeid' as kind
        , l.externeid_key as key_text
        , 'legacy' as source
        , l.source_row
        , l.is_counted
    from legacy_rows as l
    where l.externeid_key is not null and not l.is_copy
)

select
    c.school
    , c.kind
    , c.key_text
    , cast(sum(case when c.source = 'magister' and c.is_counted then 1 else 0 end) as bigint) as magister_records
    , cast(sum(case when c.source = 'legacy' and c.is_counted then 1 else 0 end) as bigint) as legacy_records
    , cast(sum(case when c.source = 'magister' and not c.is_counted then 1 else 0 end) as bigint)
        as magister_aside_records
    , cast(sum(case when c.source = 'legacy' and not c.is_counted then 1 else 0 end) as bigint)
        as legacy_aside_records
    , min(case when c.source = 'magister' and c.is_counted then c.source_row end) as magister_row
    , min(case when c.source = 'legacy' and c.is_counted then c.source_row end) as legacy_row
from carried as c
group by c.school, c.kind, c.key_text
