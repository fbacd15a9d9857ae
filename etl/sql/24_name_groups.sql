-- Records that meet nobody on a key, grouped by the name they carry: who might be whom.
-- Grain:  school, full_key, klas_key (NULL stands for the name over all classes).
-- Reads:  row_meetings
-- Rule:   a name of one word is no name; the class decides only between namesakes. This makes suggestions, never links.
with loose as (
    select
        r.school
        , r.source
        , r.source_row
        , r.full_key
        , r.klas_key
    from row_meetings as r
    where
        r.defect is null
        and r.own_repeat is null
        and r.pairs = 0
        and not r.is_other_aside
        and not r.is_hinted
        and r.full_key like '% %'
)

select
    o.school
    , o.full_key
    , cast(null as string) as klas_key
    , cast(sum(case when o.source = 'magister' then 1 else 0 end) as bigint) as magister_records
    , cast(sum(case when o.source = 'legacy' then 1 else 0 end) as bigint) as legacy_records
    , min(case when o.source = 'magister' then o.source_row end) as magister_row
    , min(case when o.source = 'legacy' then o.source_row end) as legacy_row
from loose as o
group by o.school, o.full_key
union all
select
    o.school
    , o.full_key
    , o.klas_key
    , cast(sum(case when o.source = 'magister' then 1 else 0 end) as bigint) as magister_records
    , cast(sum(case when o.source = 'legacy' then 1 else 0 end) as bigint) as legacy_records
    , min(case when o.source = 'magister' then o.source_row end) as magister_row
    , min(case when o.source = 'legacy' then o.source_row end) as legacy_row
from loose as o
where o.klas_key is not null
group by o.school, o.full_key, o.klas_key
