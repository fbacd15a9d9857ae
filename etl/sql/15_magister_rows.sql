-- What is true of one Magister record by itself and within its own file: defect, scope, copy, how often its keys stand.
-- Grain:  as clean_magister; one record.
-- Reads:  clean_magister, clean_control, setting_values, run_parameters
-- Rule:   a record listed again with all four ids and the name equal (once per enrolment) is one pupil; whatever such
--         records do not agree on (the class) is then unknown. A realm that the rest of the file lacks is no realm.
with realm_counts as (
    select
        c.school
        , split_part(c.realmid_key, '@', 2) as realm
        , count(*) as records
    from clean_magister as c
    where c.realmid_key is not null
    group by c.school, split_part(c.realmid_key, '@', 2)
)

, usual_realms as (
    select
        ranked.school
        , ranked.realm
    from (
        select
            r.school
            , r.realm
            , row_number() over (partition by r.school order by r.records desc, r.realm asc) as place
        from realm_counts as r
    ) as ranked
    where
        ranked.place = 1
        and not exists (
            select 1 from setting_values as s
            where s.school = ranked.school and s.kind = 'realm'
        )
    union all
    select
        s.school
        , s.value_key as realm
    from setting_values as s
    where s.kind = 'realm'
)

, scoped as (
    select
        c.*
        , case
            when known(c.stamnr) is null then 'stamnr_blank'
            when c.stamnr_key is null then 'stamnr_form'
            when known(c.externeid) is null or is_nil_guid(c.externeid) then 'externeid_blank'
            when c.externeid_key is null then 'externeid_form'
            when known(c.idgebr) is null and p.is_realm_required then 'idgebr_blank'
            when known(c.idgebr) is not null and c.idgebr_key is null then 'idgebr_form'
            when known(c.realmid) is null and p.is_realm_required then 'realmid_blank'
            when known(c.realmid) is not null and c.realmid_key is null then 'realmid_form'
            when
                c.idgebr_key is not null and c.realmid_key is not null
                and split_part(c.realmid_key, '@', 1) <> c.idgebr_key then 'realm_differs'
            when c.realmid_key is not null and u.realm is null then 'realm_other'
        end as defect
        , case
            when r.value_key is not null then 'role_excluded'
            when p.has_locations and c.vestiging_key is not null and v.value_key is null then 'location_excluded'
        end as scope_reason
    from clean_magister as c
    cross join run_parameters as p
    left join usual_realms as u on c.school = u.school and split_part(c.realmid_key, '@', 2) = u.realm
    left join setting_values as r on c.school = r.school and r.kind = 'exclude_role' and c.rol_key = r.value_key
    left join setting_values as v on c.school = v.school and v.kind = 'location' and c.vestiging_key = v.value_key
)

, same_person as (
    select
        s.*
        , case
            when s.defect is null then coalesce(s.letters_key, '')
            else s.record_digest
        end as sameness
    from scoped as s
)

, numbered as (
    select
        s.*
        , row_number() over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
            order by s.source_row
        ) as copy_number
        , min(s.record_digest) over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
        ) as lowest_digest
        , max(s.record_digest) over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
        ) as highest_digest
        , min(s.klas_key) over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
        ) as lowest_klas
        , max(s.klas_key) over (
            partition by
                s.school, s.scope_reason, s.stamnr_key, s.externeid_key, s.idgebr_key, s.realmid_key, s.sameness
        ) as highest_klas
    from same_person as s
)

, counted as (
    select
        n.*
        , n.copy_number > 1 as is_copy
        , case when n.copy_number = 1 and n.scope_reason is null then 1 else 0 end as counts
    from numbered as n
)

select
    c.school
    , c.source_row
    , c.line_number
    , c.stamnr
    , c.idgebr
    , c.externeid
    , c.realmid
    , c.stamnr_key
    , c.stamnr_hint
    , c.idgebr_key
    , c.externeid_key
    , c.realmid_key
    , c.defect
    , c.scope_reason
    , c.is_copy
    , case when c.lowest_digest = c.highest_digest then 'equal_record' else 'equal_ids' end as copy_reason
    , (c.counts = 1) as is_counted
    , case
        when c.stamnr_key is null then 0
        else sum(c.counts) over (partition by c.school, c.stamnr_key)
    end as stamnr_records
    , case
        when c.externeid_key is null then 0
        else sum(c.counts) over (partition by c.school, c.externeid_key)
    end as externeid_records
    , case
        when c.idgebr_key is null then 0
        else sum(c.counts) over (partition by c.school, c.idgebr_key)
    end as idgebr_records
    , case
        when c.realmid_key is null then 0
        else sum(c.counts) over (partition by c.school, c.realmid_key)
    end as realmid_records
    , coalesce(c.full_name, k.full_name) as full_name
    , case when c.full_key is null then k.first_key else c.first_key end as first_key
    , case when c.full_key is null then k.last_key else c.last_key end as last_key
    , coalesce(c.full_key, k.full_key) as full_key
    , coalesce(c.letters_key, k.letters_key) as letters_key
    -- the control list speaks against this record: two names on the number, or another name than the record's own
    , (
        coalesce(k.is_name_contradicted, false)
        or compare_names(
            c.full_key, c.first_key, c.last_key, c.letters_key, k.full_key, k.first_key, k.last_key, k.letters_key
        ) = 'differ'
    ) as is_contradicted_by_control
    , (k.full_key is not null and not k.is_name_contradicted) as is_in_control
    , coalesce(case when c.lowest_klas = c.highest_klas then c.klas_key end, k.klas_key) as klas_key
    , coalesce(c.leerjaar_key, k.leerjaar_key) as leerjaar_key
    , coalesce(c.opleiding, k.opleiding) as opleiding
    , coalesce(c.leerweg, k.leerweg) as leerweg
    , case when c.opleiding is not null then 'magister' when k.opleiding is not null then 'control' end
        as opleiding_origin
from counted as c
left join clean_control as k on c.school = k.school and c.stamnr_key = k.stamnr_key
