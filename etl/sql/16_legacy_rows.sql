-- What is true of one legacy record by itself and within its own file: its defect, its scope, whether it is a copy,
-- and how often each of its keys stands in the file.
-- Grain:  as clean_legacy; one record.
-- Reads:  clean_legacy, setting_values, run_parameters
-- Rule:   only a record equal in every delivered column is a copy; two different accounts on one key are a question.
with scoped as (
    select
        c.*
        , case
            when c.stamnr_written is not null and c.stamnr_key is null then 'stamnr_form'
            when c.is_externeid_out_of_form then 'externeid_form'
            when c.stamnr_key is null and c.externeid_key is null then 'no_key'
            -- an invented person must not receive a pupil's id; the words are those of test accounts seen in exports
            when is_test_name(c.full_key) then 'test_account'
        end as defect
        , case
            when r.value_key is not null then 'role_excluded'
            when p.has_locations and c.vestiging_key is not null and v.value_key is null then 'location_excluded'
            when c.left_date < p.left_before then 'left_before'
            when a.value_key is not null then 'account_status_excluded'
        end as scope_found
        , case
            when c.account_id is not null then 'id ' || lower(c.account_id)
            when c.gebruikersnaam is not null then 'user ' || lower(c.gebruikersnaam)
        end as account_key
    from clean_legacy as c
    inner join run_parameters as p on c.school = p.school
    left join setting_values as r on c.school = r.school and r.kind = 'exclude_role' and c.rol_key = r.value_key
    left join setting_values as v on c.school = v.school and v.kind = 'location' and c.vestiging_key = v.value_key
    left join setting_values as a
        on c.school = a.school and a.kind = 'exclude_account_status' and c.account_status_key = a.value_key
)

, counted as (
    select
        n.*
        , n.copy_number > 1 as is_copy
        , case when n.copy_number = 1 and n.scope_reason is null then 1 else 0 end as counts
    from (
        select
            s.*
            -- a record that is quarantined is not also out of scope: the first rung decides
            , case when s.defect is null then s.scope_found end as scope_reason
            , row_number() over (partition by s.school, s.record_digest order by s.source_row) as copy_number
        from scoped as s
    ) as n
)

select
    c.school
    , c.source_row
    , c.line_number
    , c.stamnr
    , c.externeid
    , c.stamnr_written
    , c.externeid_written
    , c.is_spaced
    , c.is_wrapped
    , c.has_decimals
    , c.stamnr_key
    , c.stamnr_hint
    , c.externeid_key
    , c.defect
    , c.scope_reason
    , c.is_copy
    , 'equal_record' as copy_reason
    , (c.counts = 1) as is_counted
    , case
        when c.stamnr_key is null then 0
        else cast(sum(c.counts) over (partition by c.school, c.stamnr_key) as bigint)
    end as stamnr_records
    , case
        when c.externeid_key is null then 0
        else cast(sum(c.counts) over (partition by c.school, c.externeid_key) as bigint)
    end as externeid_records
    , case
        when c.account_key is null then 0
        else cast(sum(c.counts) over (partition by c.school, c.account_key) as bigint)
    end as account_records
    , coalesce(c.account_id, c.gebruikersnaam) as account_id
    , c.email
    , c.full_name
    , c.first_key
    , c.last_key
    , c.full_key
    , c.letters_key
    , c.klas
    , c.klas_key
    , c.leerjaar_key
    , c.opleiding
    , c.leerweg
from counted as c
