-- The records of both files side by side, with what the ladder needs to know of each.
-- Grain:  school, source, source_row; one readable record.
-- Reads:  magister_rows, legacy_rows, reject_keys
-- Rule:   a key that also occurs in a broken record of the same file does not stand once.
select
    m.school
    , 'magister' as source
    , m.source_row
    , m.line_number
    , m.stamnr_key
    , m.externeid_key
    , m.stamnr_hint
    , m.defect
    , m.scope_reason
    , m.is_copy
    , m.copy_reason
    , m.is_counted
    , case
        when m.stamnr_records > 1 then 'stamnr_repeated'
        when m.externeid_records > 1 then 'externeid_repeated'
        when m.idgebr_records > 1 then 'idgebr_repeated'
        when m.realmid_records > 1 then 'realmid_repeated'
        when exists (
            select 1
            from reject_keys as r
            where
                r.school = m.school and r.source = 'magister'
                and r.kind = 'stamnr' and r.key_text = m.stamnr_key
        ) then 'key_in_broken_record'
        when exists (
            select 1
            from reject_keys as r
            where
                r.school = m.school and r.source = 'magister'
                and r.kind = 'externeid' and r.key_text = m.externeid_key
        ) then 'key_in_broken_record'
    end as repeat_reason
    , m.full_key
    , m.klas_key
from magister_rows as m
union all
select
    l.school
    , 'legacy' as source
    , l.source_row
    , l.line_number
    , l.stamnr_key
    , l.externeid_key
    , l.stamnr_hint
    , l.defect
    , l.scope_reason
    , l.is_copy
    , l.copy_reason
    , l.is_counted
    , case
        when l.stamnr_records > 1 then 'stamnr_repeated'
        when l.externeid_records > 1 then 'externeid_repeated'
        when l.account_records > 1 then 'account_repeated'
        when exists (
            select 1
            from reject_keys as r
            where
                r.school = l.school and r.source = 'legacy'
                and r.kind = 'stamnr' and r.key_text = l.stamnr_key
        ) then 'key_in_broken_record'
        when exists (
            select 1
            from reject_keys as r
            where
                r.school = l.school and r.source = 'legacy'
                and r.kind = 'externeid' and r.key_text = l.externeid_key
        ) then 'key_in_broken_record'
    end as repeat_reason
    , l.full_key
    , l.klas_key
from legacy_rows as l
