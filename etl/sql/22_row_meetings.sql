-- For each record that counts: whom it meets in the other file, and what stands in the way.
-- Grain:  school, source, source_row; records that are no copy and in scope.
-- Reads:  file_rows, key_groups, matched_pupils, reject_keys
-- Rule:   a hint (the digits inside a damaged number, a key inside a broken record, the name of a record that has no
--         usable key) never makes a meeting; it only shows that the other file may hold this pupil after all.
with meetings as (
    select
        p.school
        , 'magister' as source
        , p.magister_row as source_row
        , p.legacy_row as other_row
    from matched_pupils as p
    union all
    select
        p.school
        , 'legacy' as source
        , p.legacy_row as source_row
        , p.magister_row as other_row
    from matched_pupils as p
)

, grouped as (
    select
        f.school
        , f.source
        , f.source_row
        , f.defect
        , f.repeat_reason
        , f.stamnr_key
        , f.externeid_key
        , f.stamnr_hint
        , f.full_key
        , f.klas_key
        , coalesce(case when f.source = 'magister' then s.legacy_records else s.magister_records end, 0)
            as stamnr_others
        , coalesce(case when f.source = 'magister' then e.legacy_records else e.magister_records end, 0)
            as externeid_others
        , coalesce(case when f.source = 'magister' then s.legacy_aside_records else s.magister_aside_records end, 0)
        + coalesce(case when f.source = 'magister' then e.legacy_aside_records else e.magister_aside_records end, 0)
            as aside_others
        , coalesce(s.legacy_aside_records, 0) + coalesce(e.legacy_aside_records, 0) as aside_accounts
    from file_rows as f
    left join key_groups as s on f.school = s.school and s.kind = 'stamnr' and f.stamnr_key = s.key_text
    left join key_groups as e on f.school = e.school and e.kind = 'externeid' and f.externeid_key = e.key_text
    where f.is_counted
)

, flagged as (
    select
        g.*
        , case
            when g.repeat_reason is not null then g.repeat_reason
            when g.stamnr_others > 1 or g.externeid_others > 1 then 'counterpart_repeated'
        end as own_repeat
    from grouped as g
)

, others as (
    select
        t.school
        , t.source
        , t.source_row
        , count(*) as pairs
        , min(t.other_row) as other_row
        , cast(sum(case when o.defect is not null then 1 else 0 end) as bigint) as defective_pairs
        , max(case when o.own_repeat is not null then 1 else 0 end) as repeated_pairs
    from meetings as t
    inner join flagged as o on t.school = o.school and t.source <> o.source and t.other_row = o.source_row
    group by t.school, t.source, t.source_row
)

, most_pairs as (
    select
        t.school
        , t.source
        , t.source_row
        , max(n.pairs) as other_pairs
    from meetings as t
    inner join others as n on t.school = n.school and t.source <> n.source and t.other_row = n.source_row
    group by t.school, t.source, t.source_row
)

, hints as (
    select
        f.school
        , f.source
        , 'stamnr' as kind
        , f.stamnr_hint as key_text
    from flagged as f
    where f.defect is not null and f.stamnr_hint is not null
    union
    select
        r.school
        , r.source
        , r.kind
        , r.key_text
    from reject_keys as r
    union
    select
        f.school
        , f.source
        , 'name' as kind
        , f.full_key as key_text
    from flagged as f
    left join others as n on f.school = n.school and f.source = n.source and f.source_row = n.source_row
    where f.defect is not null and n.pairs is null and f.full_key like '% %'
)

, carried as (
    select
        f.school
        , f.source
        , f.source_row
        , 'stamnr' as kind
        , f.stamnr_key as key_text
    from flagged as f
    union all
    select
        f.school
        , f.source
        , f.source_row
        , 'externeid' as kind
        , f.externeid_key as key_text
    from flagged as f
    union all
    select
        f.school
        , f.source
        , f.source_row
        , 'name' as kind
        , f.full_key as key_text
    from flagged as f
)

, hinted as (
    -- joined key by key: one join on either of three keys would compare every record with every hint
    select distinct
        c.school
        , c.source
        , c.source_row
    from carried as c
    inner join hints as h
        on c.school = h.school and c.kind = h.kind and c.key_text = h.key_text and c.source <> h.source
)

select
    f.school
    , f.source
    , f.source_row
    , f.defect
    , f.own_repeat
    , f.full_key
    , f.klas_key
    , coalesce(n.pairs, 0) as pairs
    , n.other_row
    , coalesce(n.defective_pairs, 0) as defective_pairs
    , (coalesce(n.repeated_pairs, 0) = 1) as is_other_repeated
    , coalesce(p.other_pairs, 0) as other_pairs
    , (f.aside_others > 0) as is_other_aside
    , (f.aside_accounts > 0) as is_account_aside
    , (h.source_row is not null) as is_hinted
from flagged as f
left join others as n on f.school = n.school and f.source = n.source and f.source_row = n.source_row
left join most_pairs as p on f.school = p.school and f.source = p.source and f.source_row = p.source_row
left join hinted as h on f.school = h.school and f.source = h.source and f.source_row = h.source_row
