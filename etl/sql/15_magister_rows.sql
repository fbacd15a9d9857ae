-- What is true of one Magister record by itself and within its own file: defect, scope, copy, how often its keys stand.
-- Grain:  as clean_magister; one record.
-- Reads:  clean_magister, clean_control, setting_values, run_parameters, stand_ins
-- Rule:   a record listed again with all four ids and the name equal (once per enrolment) is one pupil; whatever such
--         records do not agree on (the class) is then unknown. A realm that the rest of the file lacks is no realm.
with realm_counts as (
    select
        c.school
        , realm_of(c.realmid_key) as realm
        , sum(coalesce(n.pairs, 1)) as records
    from clean_magister as c
    left join stand_ins as n on c.school = n.school and c.source_row = n.magister_row
    where c.realmid_key is not null
    group by c.school, realm_of(c.realmid_key)
)

, most_realm as (
    select
        r.school
        , max(r.records) as records
    from realm_counts as r
    group by r.school
)

, usual_realms as (
    -- two realms with equally many records: neither is the usual one
    select
        r.school
        , min(r.realm) as realm
    from realm_counts as r
    inner join most_realm as t on r.school = t.school and r.records = t.records
    where
        not exists (
            select 1 from setting_values as s
            where s.school = r.school and s.kind = 'realm'
        )
    group by r.school
    having count(*) = 1
    union all
    select
        s.school
        , s.value_key as realm
    from setting_values as s
    where s.kind = 'realm'
)

, scoped as (
    -- only what the counting below looks at: the rest of a record would be sorted along with it each time
    select
        c.school
        , c.source_row
        , c.record_digest
        , c.stamnr
        , c.idgebr
        , c.externeid
        , c.realmid
        , c.stamnr_key
        , c.idgebr_key
        , c.externeid_key
        , c.realmid_key
        , c.letters_key
        , c.klas_key
        , c.leerjaar_key
        , c.opleiding
        , c.leerweg
        , case
            when c.stamnr_written is null then 'stamnr_blank'
            when c.stamnr_key is null then 'stamnr_form'
            when c.externeid_written is null or c.is_externeid_nil then 'externeid_blank'
            when c.externeid_key is null then 'externeid_form'
            when c.idgebr_written is null and p.is_realm_required then 'idgebr_blank'
            when c.idgebr_written is not null and c.idgebr_key is null then 'idgebr_form'
            when c.realmid_written is null and p.is_realm_required then 'realmid_blank'
            when c.realmid_written is not null and c.realmid_key is null then 'realmid_form'
            when
                c.idgebr_key is not null and c.realmid_key is not null
                and realm_user(c.realmid_key) <> c.idgebr_key then 'realm_differs'
            when c.realmid_key is not null and u.realm is null then 'realm_other'
            -- as in the old file: an invented person is no pupil
            when is_test_name(c.full_key) then 'test_account'
        end as defect
        , case
            when r.value_key is not null then 'role_excluded'
            when p.has_locations and c.vestiging_key is not null and v.value_key is null then 'location_excluded'
            when c.left_date < p.left_before then 'left_before'
        end as scope_found
    from clean_magister as c
    inner join run_parameters as p on c.school = p.school
    left join usual_realms as u on c.school = u.school and realm_of(c.realmid_key) = u.realm
    left join setting_values as r on c.school = r.school and r.kind = 'exclude_role' and c.rol_key = r.value_key
    left join setting_values as v on c.school = v.school and v.kind = 'location' and c.vestiging_key = v.value_key
)

, same_person as (
    select
        s.*
        -- a record that is quarantined is not also out of scope: the first rung decides
        , case when s.defect is null then s.scope_found end as scope_reason
        , case
            when s.defect is null then coalesce(s.letters_key, '')
            else s.record_digest
        end as sameness
    from scoped as s
)

, numbered as (
    select
        s.*
        -- which copy is kept is decided by what it says, not by where it stands; the id in braces is Magister's own way
        , row_number() over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
            order by
                s.stamnr asc nulls last, s.externeid desc nulls last, s.idgebr asc nulls last, s.realmid asc nulls last
                , s.record_digest asc, s.source_row asc
        ) as copy_number
        -- of a pupil who is also listed out of scope, the record in scope is the first
        , row_number() over (
            partition by s.school, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
            order by s.scope_reason asc nulls first, s.record_digest asc, s.source_row asc
        ) as place_anywhere
        , min(s.record_digest) over person as lowest_digest
        , max(s.record_digest) over person as highest_digest
        , min(s.klas_key) over person as lowest_klas
        , max(s.klas_key) over person as highest_klas
        , min(s.leerjaar_key) over person as lowest_leerjaar
        , max(s.leerjaar_key) over person as highest_leerjaar
        , min(s.opleiding) over person as lowest_opleiding
        , max(s.opleiding) over person as highest_opleiding
        , min(s.leerweg) over person as lowest_leerweg
        , max(s.leerweg) over person as highest_leerweg
    from same_person as s
    window person as (
        partition by s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
    )
)

, counted as (
    select
        n.*
        , n.copy_number > 1 as is_copy
        , case when n.copy_number = 1 and n.scope_reason is null then 1 else 0 end as counts
        -- Magister imports every pupil: an id of a pupil out of scope is taken all the same
        , case when n.place_anywhere = 1 then 1 else 0 end as counts_anywhere
    from numbered as n
)

, keys as (
    select
        n.school
        , n.source_row
        , n.defect
        , n.scope_reason
        , n.is_copy
        , n.counts
        , case when n.lowest_digest = n.highest_digest then 'equal_record' else 'equal_ids' end as copy_reason
        , case when n.lowest_klas = n.highest_klas then n.lowest_klas end as klas_key
        , case when n.lowest_leerjaar = n.highest_leerjaar then n.lowest_leerjaar end as leerjaar_key
        , case when n.lowest_opleiding = n.highest_opleiding then n.lowest_opleiding end as opleiding
        , case when n.lowest_leerweg = n.highest_leerweg then n.lowest_leerweg end as leerweg
        , case
            when n.stamnr_key is null then 0
            else cast(sum(n.counts) over (partition by n.school, n.stamnr_key) as bigint)
        end as stamnr_records
        , case
            when n.externeid_key is null then 0
            else cast(sum(n.counts_anywhere) over (partition by n.school, n.externeid_key) as bigint)
        end as externeid_records
        , case
            when n.idgebr_key is null then 0
            else cast(sum(n.counts_anywhere) over (partition by n.school, n.idgebr_key) as bigint)
        end as idgebr_records
        , case
            when n.realmid_key is null then 0
            else cast(sum(n.counts_anywhere) over (partition by n.school, n.realmid_key) as bigint)
        end as realmid_records
    from counted as n
)

, compared as (
    select
        k.*
        , c.source_row
        , length(c.letters_key) as letters
        , compare_names(
            c.full_key, c.first_key, c.last_key, c.letters_key, k.full_key, k.first_key, k.last_key, k.letters_key
        ) as names
    from clean_magister as c
    inner join clean_control as k on c.school = k.school and c.stamnr_key = k.stamnr_key
)

, confirmed as (
    select
        m.*
        -- the record has no name, or less of it (a surname, an initial) than the list has
        , (m.names = 'unknown' and length(m.letters_key) > coalesce(m.letters, 0)) as says_more
    from compared as m
)

select
    c.school
    , c.source_row
    , c.line_number
    , c.stamnr
    , c.idgebr
    , c.externeid
    , c.realmid
    , c.stamnr_written
    , c.idgebr_written
    , c.externeid_written
    , c.realmid_written
    , c.is_spaced
    , c.is_wrapped
    , c.has_decimals
    , c.stamnr_key
    , c.stamnr_hint
    , c.idgebr_key
    , c.externeid_key
    , c.realmid_key
    , n.defect
    , n.scope_reason
    , n.is_copy
    , n.copy_reason
    , (n.counts = 1) as is_counted
    , n.stamnr_records
    , n.externeid_records
    , n.idgebr_records
    , n.realmid_records
    , case when k.says_more then k.full_name else c.full_name end as full_name
    , case when k.says_more then k.first_key else c.first_key end as first_key
    , case when k.says_more then k.last_key else c.last_key end as last_key
    , case when k.says_more then k.full_key else c.full_key end as full_key
    , case when k.says_more then k.letters_key else c.letters_key end as letters_key
    -- the control list speaks against this record: two names on the number, or another name than the record's own
    , (coalesce(k.is_name_contradicted, false) or coalesce(k.names = 'differ', false)) as is_contradicted_by_control
    , (k.full_key is not null and not k.is_name_contradicted) as is_in_control
    , coalesce(n.klas_key, k.klas_key) as klas_key
    , coalesce(n.leerjaar_key, k.leerjaar_key) as leerjaar_key
    , coalesce(n.opleiding, k.opleiding) as opleiding
    , coalesce(n.leerweg, k.leerweg) as leerweg
    , case when n.opleiding is not null then 'magister' when k.opleiding is not null then 'control' end
        as opleiding_origin
    , case when n.leerweg is not null then 'magister' when k.leerweg is not null then 'control' end as leerweg_origin
from keys as n
inner join clean_magister as c on n.school = c.school and n.source_row = c.source_row
left join confirmed as k on c.school = k.school and c.source_row = k.source_row
