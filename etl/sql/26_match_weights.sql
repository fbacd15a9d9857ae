-- The weights by which candidates are ranked: shipped, and for the class learned from this school's own proven links.
-- Grain:  school, field, level; the weight is in bits, log2 of how much likelier a level is for one pupil than for two.
-- Reads:  shipped_weights, run_parameters, pair_evidence, magister_rows, legacy_rows, stand_ins
-- Rule:   in August nearly everybody is a class further, in November nobody: from fifty links on the school itself says
--         so. Names are not learned: a link whose names differ is not proven, so links teach that names never change.
with proven as (
    select
        e.school
        , m.klas_key as magister_klas
        , coalesce(m.leerjaar_key, class_year(m.klas_key)) as magister_year
        , l.klas_key as legacy_klas
        , coalesce(l.leerjaar_key, class_year(l.klas_key)) as legacy_year
        , coalesce(n.pairs, 1) as pairs
    from pair_evidence as e
    inner join magister_rows as m on e.school = m.school and e.magister_row = m.source_row
    inner join legacy_rows as l on e.school = l.school and e.legacy_row = l.source_row
    left join stand_ins as n on e.school = n.school and e.magister_row = n.magister_row
    where e.names = 'agree' and not e.is_other_externeid and not e.is_number_different
)

, levels as (
    select
        p.school
        , compare_classes(p.magister_klas, p.magister_year, p.legacy_klas, p.legacy_year) as level
        , p.pairs
    from proven as p
)

-- Unknown is counted too, and left out of the sum: a condition would be moved to before the years are worked out, and
-- then each is worked out ten times.
, links as (
    select
        v.school
        , v.level
        , sum(v.pairs) as level_links
        , sum(case when v.level = 'unknown' then 0 else sum(v.pairs) end) over (partition by v.school) as all_links
    from levels as v
    group by v.school, v.level
)

, pupil_classes as (
    select
        m.school
        , m.klas_key
        , coalesce(m.leerjaar_key, class_year(m.klas_key)) as class_year
        , sum(coalesce(n.pairs, 1)) as records
    from magister_rows as m
    left join stand_ins as n on m.school = n.school and m.source_row = n.magister_row
    where m.klas_key is not null
    group by m.school, m.klas_key, coalesce(m.leerjaar_key, class_year(m.klas_key))
)

, account_classes as (
    select
        l.school
        , l.klas_key
        , coalesce(l.leerjaar_key, class_year(l.klas_key)) as class_year
        , sum(coalesce(n.pairs, 1)) as records
    from legacy_rows as l
    left join stand_ins as n on l.school = n.school and l.source_row = n.legacy_row
    where l.klas_key is not null
    group by l.school, l.klas_key, coalesce(l.leerjaar_key, class_year(l.klas_key))
)

, equal_classes as (
    select
        p.school
        , p.class_year as pupil_year
        , a.class_year as account_year
        , cast(p.records * a.records as double) as pairs
    from pupil_classes as p
    inner join account_classes as a on p.school = a.school and p.klas_key = a.klas_key
)

, pupil_years as (
    select
        p.school
        , p.class_year
        , sum(p.records) as records
    from pupil_classes as p
    where p.class_year is not null
    group by p.school, p.class_year
)

, account_years as (
    select
        a.school
        , a.class_year
        , sum(a.records) as records
    from account_classes as a
    where a.class_year is not null
    group by a.school, a.class_year
)

-- Anybody beside anybody else. Other classes of which both say a year differ by that alone, so their years are compared
-- and not each class with each: a country has thousands.
, strangers as (
    select
        e.school
        , 'equal' as level
        , e.pairs
    from equal_classes as e
    union all
    select
        p.school
        , compare_classes('one', p.class_year, 'another', a.class_year) as level
        , cast(p.records * a.records as double) as pairs
    from pupil_years as p
    inner join account_years as a on p.school = a.school
    union all
    select
        e.school
        , compare_classes('one', e.pupil_year, 'another', e.account_year) as level
        , -e.pairs as pairs
    from equal_classes as e
    where e.pupil_year is not null and e.account_year is not null
    union all
    select
        p.school
        , compare_classes(p.klas_key, p.class_year, a.klas_key, a.class_year) as level
        , cast(p.records * a.records as double) as pairs
    from pupil_classes as p
    inner join account_classes as a on p.school = a.school and p.klas_key <> a.klas_key
    where p.class_year is null or a.class_year is null
)

, chances as (
    select
        s.school
        , s.level
        , sum(s.pairs) as level_pairs
        , sum(sum(s.pairs)) over (partition by s.school) as all_pairs
    from strangers as s
    group by s.school, s.level
)

, schools as (
    select
        r.school
        , coalesce(max(l.all_links), 0) as all_links
    from run_parameters as r
    left join links as l on r.school = l.school
    group by r.school
)

, shares as (
    select
        s.school
        , w.field
        , w.level
        , (w.field = 'class' and w.level <> 'unknown' and s.all_links >= 50) as is_learned
        -- the shipped share counts for twenty links, so that no level is ever impossible
        , case
            when w.field = 'class' and w.level <> 'unknown' and s.all_links >= 50
                then (coalesce(l.level_links, 0) + 20 * w.same_share) / (s.all_links + 20)
            else w.same_share
        end as same_share
        , case
            when w.field = 'class' and w.level <> 'unknown' and s.all_links >= 50
                then (1000 * coalesce(c.level_pairs / c.all_pairs, 0) + 20 * w.other_share) / 1020
            else w.other_share
        end as other_share
    from shipped_weights as w
    cross join schools as s
    left join links as l on s.school = l.school and w.field = 'class' and w.level = l.level
    left join chances as c on s.school = c.school and w.field = 'class' and w.level = c.level
)

select
    a.school
    , a.field
    , a.level
    , a.is_learned
    , a.same_share
    , a.other_share
    , round(log2(a.same_share / a.other_share), 9) as weight
from shares as a
