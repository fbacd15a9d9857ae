-- Give every delivered record one status and one reason.
-- Grain:  school, source, source_row; every delivered record of both files, readable or broken.
-- Reads:  file_rows, row_meetings, pair_evidence, name_groups, candidate_pairs, raw_rejects
-- Rule:   the first line that is true decides. A link has to be proven; whatever is not proven is held.
with decided as (
    select
        f.school
        , f.source
        , f.source_row
        , f.line_number
        , f.defect
        , f.scope_reason
        , f.copy_reason
        , m.own_repeat
        , e.repairs
        , case when m.pairs = 1 then m.other_row end as other_row
        , n.magister_row as namesake_magister_row
        , n.legacy_row as namesake_legacy_row
        , k.magister_row as classmate_magister_row
        , k.legacy_row as classmate_legacy_row
        , s.magister_row as similar_magister_row
        , s.legacy_row as similar_legacy_row
        , m.pairs
        , case
            when f.defect is not null then 'defect'
            when f.scope_reason is not null then 'scope'
            when f.is_copy then 'copy'
            when m.own_repeat is null and m.pairs > 0 and m.pairs = m.defective_pairs then 'counterpart_quarantined'
            when m.own_repeat is not null then 'repeat'
            when m.is_other_repeated then 'counterpart_repeated'
            when m.pairs > 1 and f.source = 'legacy' then 'two_ways'
            when m.pairs > 1 then 'several_counterparts'
            when m.other_pairs > 1 then 'counterpart_ambiguous'
            when m.pairs = 1 and e.is_contradicted_by_control then 'control_conflict'
            when m.pairs = 1 and e.names = 'differ' then 'names_differ'
            when m.pairs = 1 and e.is_other_externeid then 'other_externeid'
            when m.pairs = 1 and e.is_number_different and (e.names <> 'agree' or e.is_number_elsewhere)
                then 'number_differs'
            when m.pairs = 1 and (m.is_account_aside or o.is_account_aside) then 'counterpart_out_of_scope'
            when m.pairs = 1 and e.is_changed then 'field_changed'
            when m.pairs = 1 and e.repairs <> '' then 'key_repaired'
            when m.pairs = 1 and e.names in ('agree', 'unknown') then 'key_equal'
            when m.is_other_aside then 'counterpart_out_of_scope'
            when m.is_hinted then 'counterpart_quarantined'
            when n.magister_records = 1 and n.legacy_records = 1 then 'same_name'
            when k.magister_records = 1 and k.legacy_records = 1 then 'same_name_and_class'
            when n.magister_records > 0 and n.legacy_records > 0 then 'several_namesakes'
            when s.legacy_row is not null then 'similar_name'
            when m.pairs = 0 and f.source = 'magister' then 'no_account'
            when m.pairs = 0 then 'no_pupil'
            else 'counterpart_ambiguous'
        end as rung
    from file_rows as f
    left join row_meetings as m on f.school = m.school and f.source = m.source and f.source_row = m.source_row
    left join row_meetings as o
        on m.school = o.school and m.source <> o.source and m.pairs = 1 and m.other_row = o.source_row
    left join pair_evidence as e
        on
            m.school = e.school and m.pairs = 1
            and case when m.source = 'magister' then m.source_row else m.other_row end = e.magister_row
            and case when m.source = 'magister' then m.other_row else m.source_row end = e.legacy_row
    left join name_groups as n
        on
            m.school = n.school and m.full_key = n.full_key and n.klas_key is null
            and m.defect is null and m.own_repeat is null and m.pairs = 0
    left join name_groups as k
        on
            m.school = k.school and m.full_key = k.full_key and m.klas_key = k.klas_key
            and m.defect is null and m.own_repeat is null and m.pairs = 0
    left join candidate_pairs as s
        on
            m.school = s.school and s.is_likely
            and case when m.source = 'magister' then s.magister_row else s.legacy_row end = m.source_row
)

, named as (
    select
        d.*
        , case d.rung
            when 'defect' then 'quarantined'
            when 'counterpart_quarantined' then 'quarantined'
            when 'scope' then 'out_of_scope'
            when 'copy' then 'duplicate_copy'
            when 'repeat' then 'duplicate_key'
            when 'counterpart_repeated' then 'duplicate_key'
            when 'control_conflict' then 'suspect_link'
            when 'names_differ' then 'suspect_link'
            when 'other_externeid' then 'suspect_link'
            when 'number_differs' then 'suspect_link'
            when 'counterpart_out_of_scope' then 'suspect_link'
            when 'field_changed' then 'matched_changed'
            when 'key_repaired' then 'matched_repaired'
            when 'key_equal' then 'matched_exact'
            when 'same_name' then 'suggested'
            when 'same_name_and_class' then 'suggested'
            when 'similar_name' then 'suggested'
            when 'no_account' then 'new_in_magister'
            when 'no_pupil' then 'only_in_legacy'
            else 'ambiguous'
        end as status
    from decided as d
)

select
    n.school
    , n.source
    , n.source_row
    , n.line_number
    , n.status
    , case n.rung
        when 'defect' then n.defect
        when 'scope' then n.scope_reason
        when 'copy' then n.copy_reason
        when 'repeat' then n.own_repeat
        when 'same_name_and_class' then 'same_name'
        else n.rung
    end as reason
    , case
        when n.status in ('matched_changed', 'matched_repaired', 'matched_exact')
            then case when n.repairs <> '' then 'repaired' else 'exact' end
    end as basis
    , case when n.status in ('matched_changed', 'matched_repaired', 'matched_exact') then n.repairs else '' end
        as repairs
    , case
        when n.rung = 'same_name' and n.source = 'magister' then n.namesake_legacy_row
        when n.rung = 'same_name' then n.namesake_magister_row
        when n.rung = 'same_name_and_class' and n.source = 'magister' then n.classmate_legacy_row
        when n.rung = 'same_name_and_class' then n.classmate_magister_row
        when n.rung = 'similar_name' and n.source = 'magister' then n.similar_legacy_row
        when n.rung = 'similar_name' then n.similar_magister_row
        else n.other_row
    end as counterpart_row
    , (n.status in ('matched_changed', 'matched_repaired', 'matched_exact')) as is_linked
    , (n.status in ('quarantined', 'duplicate_key', 'ambiguous', 'suspect_link', 'suggested')) as is_held
from named as n
union all
select
    r.school
    , r.source
    , r.source_row
    , r.line_number
    , 'quarantined' as status
    , r.reason
    , cast(null as string) as basis
    , '' as repairs
    , cast(null as bigint) as counterpart_row
    , false as is_linked
    , true as is_held
from raw_rejects as r
where r.source <> 'control'
