-- What the control list says about one pupil number.
-- Grain:  school, stamnr_key; numbers out of form are left out.
-- Reads:  raw_control, number_forms, run_parameters
-- Rule:   a number listed more than once counts only for what all its records agree on; two different names on
--         one number are no evidence for either, and say so.
with named as (
    select
        d.*
        , case
            when s.is_in_thousands then number_in(replace(unwrapped(d.stamnr), '.', ''))
            else number_key(d.stamnr)
        end as stamnr_number
        , p.stamnr_width
        , person_name(d.roepnaam, d.tussenvoegsel, d.achternaam, d.naam) as full_name
    from raw_control as d
    inner join run_parameters as p on d.school = p.school
    left join number_forms as s
        on d.school = s.school and s.source = 'control' and s.field = 'stamnr'
)

, worded as (
    select
        n.*
        , folded(n.full_name) as name_words
    from named as n
)

, keyed as (
    select
        r.school
        , r.stamnr_number as stamnr_key
        , r.full_name
        , folded(r.roepnaam) as first_key
        , surname_key(r.tussenvoegsel, r.achternaam) as last_key
        , name_without_particles(r.name_words) as full_key
        , replace(r.name_words, ' ', '') as letters_key
        , class_key(r.klas) as klas_key
        , number_key(r.leerjaar) as leerjaar_key
        , known(r.opleiding) as opleiding
        , known(r.leerweg) as leerweg
    from worded as r
    where r.stamnr_number is not null and (length(r.stamnr_number) > r.stamnr_width) is not true
)

select
    k.school
    , k.stamnr_key
    , count(*) as control_records
    , (min(k.letters_key) is distinct from max(k.letters_key)) as is_name_contradicted
    , case when min(k.letters_key) = max(k.letters_key) then min(k.full_name) end as full_name
    , case when min(k.letters_key) = max(k.letters_key) then min(k.first_key) end as first_key
    , case when min(k.letters_key) = max(k.letters_key) then min(k.last_key) end as last_key
    , case when min(k.letters_key) = max(k.letters_key) then min(k.full_key) end as full_key
    , case when min(k.letters_key) = max(k.letters_key) then min(k.letters_key) end as letters_key
    , case when min(k.klas_key) = max(k.klas_key) then min(k.klas_key) end as klas_key
    , case when min(k.leerjaar_key) = max(k.leerjaar_key) then min(k.leerjaar_key) end as leerjaar_key
    , case when min(k.opleiding) = max(k.opleiding) then min(k.opleiding) end as opleiding
    , case when min(k.leerweg) = max(k.leerweg) then min(k.leerweg) end as leerweg
from keyed as k
group by k.school, k.stamnr_key
