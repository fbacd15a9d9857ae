-- What the control list says about one pupil number.
-- Grain:  school, stamnr_key; numbers out of form are left out.
-- Reads:  raw_control, number_forms, run_parameters
-- Rule:   a number listed more than once counts only for what all its records agree on; two different names on
--         one number are no evidence for either, and say so.
with texts as (
    select
        d.*
        , s.is_in_thousands
        , known_text(d.stamnr) as stamnr_given
        , known_text(d.klas) as klas_given
        , known_text(d.opleiding) as opleiding_given
        , known_text(d.leerweg) as leerweg_given
        , name_text(d.roepnaam) as first_column
        , name_text(d.tussenvoegsel) as prefix_text
        , name_text(d.achternaam) as last_column
        , reading_order(d.naam) as whole_text
    from raw_control as d
    left join number_forms as s
        on d.school = s.school and s.source = 'control' and s.field = 'stamnr'
)

, seen as (
    select
        t.*
        , folded_text(t.first_column) as first_column_words
        , folded_text(t.last_column) as last_column_words
        -- only where one of the two was delivered it matters what the combined name is
        , case
            when t.whole_text <> '' and (coalesce(t.first_column, '') = '') <> (coalesce(t.last_column, '') = '')
                then folded_text(t.whole_text)
            else ''
        end as whole_words
        , nullif(t.stamnr_given, '') as stamnr_known
        , nullif(t.klas_given, '') as klas_known
        , nullif(t.opleiding_given, '') as opleiding_known
        , nullif(t.leerweg_given, '') as leerweg_known
    from texts as t
)

, parted as (
    select
        n.*
        , name_part(n.whole_words, n.first_column_words, n.last_column_words) as whole_is
    from seen as n
)

, named as (
    select
        n.*
        , case when n.whole_is = 'first' then n.whole_text else n.first_column end as first_text
        , case when n.whole_is = 'first' then n.whole_words else n.first_column_words end as first_words
        , case n.whole_is when 'last' then n.whole_text when 'whole' then '' else n.last_column end as last_text
        , case n.whole_is when 'last' then n.whole_words when 'whole' then '' else n.last_column_words end as last_words
    from parted as n
)

, unwrapped as (
    select
        n.*
        , unwrap(n.stamnr_known) as stamnr_text
        , person_name(n.first_text, n.prefix_text, n.last_text, n.whole_text) as full_name
        , folded_text(n.prefix_text) as prefix_words
    from named as n
)

, worded as (
    select
        n.*
        , number_in(case when n.is_in_thousands then replace(n.stamnr_text, '.', '') else n.stamnr_text end)
            as stamnr_number
        , folded_text(n.full_name) as name_words
    from unwrapped as n
)

, keyed as (
    select
        r.school
        , r.stamnr_number as stamnr_key
        , r.full_name
        , nullif(r.first_words, '') as first_key
        , surname_key(r.prefix_words, r.last_words) as last_key
        , name_key(r.first_words, r.prefix_words, r.last_words, r.name_words) as full_key
        , nullif(replace(r.name_words, ' ', ''), '') as letters_key
        , class_key(r.klas_known) as klas_key
        , number_key(r.leerjaar) as leerjaar_key
        , r.opleiding_known as opleiding
        , r.leerweg_known as leerweg
    from worded as r
    inner join run_parameters as p on r.school = p.school
    -- a number out of form has no length; since this takes both tables, DuckDB cannot ask it of the file first, and
    -- so works out each number once
    where length(r.stamnr_number) <= coalesce(p.stamnr_width, length(r.stamnr_number))
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
