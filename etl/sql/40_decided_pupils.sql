-- One status and one reason for every delivered record, answers of the school included: the ledger of the run.
-- Grain:  as classified_pupils; school, source, source_row.
-- Reads:  classified_pupils, accepted_decisions, magister_rows, legacy_rows, pair_evidence
-- Rule:   an answer changes the records of its case only. A link that people made has basis "decision".
with links as (
    select
        a.school
        , a.source_row as legacy_row
        , a.other_row as magister_row
        , coalesce(e.repairs, '') as repairs
        , (
            compare_names(
                m.full_key, m.first_key, m.last_key, m.letters_key
                , l.full_key, l.first_key, l.last_key, l.letters_key
            ) = 'differ'
            or (l.klas_key is not null and m.klas_key is not null and l.klas_key <> m.klas_key)
            or (l.leerjaar_key is not null and m.leerjaar_key is not null and l.leerjaar_key <> m.leerjaar_key)
            or (l.stamnr_key is not null and m.stamnr_key is not null and l.stamnr_key <> m.stamnr_key)
            or (l.externeid_key is not null and l.externeid_key <> m.externeid_key)
        ) as is_changed
    from accepted_decisions as a
    inner join magister_rows as m on a.school = m.school and a.other_row = m.source_row
    inner join legacy_rows as l on a.school = l.school and a.source_row = l.source_row
    left join pair_evidence as e
        on a.school = e.school and a.other_row = e.magister_row and a.source_row = e.legacy_row
    where a.source = 'legacy' and a.outcome = 'linked'
)

, linked as (
    select
        k.school
        , 'legacy' as source
        , k.legacy_row as source_row
        , k.magister_row as counterpart_row
        , k.repairs
        , k.is_changed
    from links as k
    union all
    select
        k.school
        , 'magister' as source
        , k.magister_row as source_row
        , k.legacy_row as counterpart_row
        , k.repairs
        , k.is_changed
    from links as k
)

, decided as (
    select
        c.school
        , c.source
        , c.source_row
        , c.line_number
        , c.basis
        , c.repairs
        , c.counterpart_row
        , a.outcome
        , k.counterpart_row as decided_row
        , k.repairs as decided_repairs
        , case
            when k.is_changed then 'matched_changed'
            when k.repairs <> '' then 'matched_repaired'
            when k.repairs = '' then 'matched_exact'
            when a.outcome = 'released' and c.source = 'magister' then 'new_in_magister'
            when a.outcome = 'released' then 'only_in_legacy'
            when a.outcome = 'is_pupil' then 'quarantined'
            else c.status
        end as status
        , case
            when k.is_changed then 'field_changed'
            when k.repairs <> '' then 'key_repaired'
            when k.repairs = '' then 'key_equal'
            when a.outcome = 'released' and c.source = 'magister' then 'decided_no_account'
            when a.outcome = 'released' then 'decided_no_pupil'
            when a.outcome = 'is_pupil' then 'decided_is_pupil'
            else c.reason
        end as reason
    from classified_pupils as c
    left join accepted_decisions as a
        on c.school = a.school and c.source = a.source and c.source_row = a.source_row
    left join linked as k on c.school = k.school and c.source = k.source and c.source_row = k.source_row
)

select
    d.school
    , d.source
    , d.source_row
    , d.line_number
    , d.status
    , d.reason
    , case when d.decided_row is not null then 'decision' else d.basis end as basis
    , coalesce(d.decided_repairs, d.repairs) as repairs
    , case when d.outcome = 'released' then null else coalesce(d.decided_row, d.counterpart_row) end as counterpart_row
    , (d.status in ('matched_changed', 'matched_repaired', 'matched_exact')) as is_linked
    , (d.status in ('quarantined', 'duplicate_key', 'ambiguous', 'suspect_link', 'suggested')) as is_held
from decided as d
