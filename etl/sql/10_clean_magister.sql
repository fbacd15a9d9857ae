-- One readable record of the Magister file, with the forms used for comparing beside what was delivered.
-- Grain:  as raw_magister; one record.
-- Reads:  raw_magister, number_forms, run_parameters
-- Rule:   a value that is blank, a placeholder or out of form has no key, so it never meets anything.
with texts as (
    -- each step is made once and named: a function copies its argument to every place where it uses it
    select
        d.*
        , s.is_in_thousands as is_stamnr_in_thousands
        , u.is_in_thousands as is_idgebr_in_thousands
        , known_text(d.stamnr) as stamnr_given
        , known_text(d.idgebr) as idgebr_given
        , known_text(d.externeid) as externeid_given
        , known_text(d.realmid) as realmid_given
        , known_text(d.klas) as klas_given
        , known_text(d.opleiding) as opleiding_given
        , known_text(d.leerweg) as leerweg_given
        , name_text(d.roepnaam) as first_column
        , name_text(d.tussenvoegsel) as prefix_text
        , name_text(d.achternaam) as last_column
        , reading_order(d.naam) as whole_text
        , folded_text(d.vestiging) as vestiging_words
        , folded_text(d.rol) as rol_words
        , p.stamnr_width
    from raw_magister as d
    inner join run_parameters as p on d.school = p.school
    left join number_forms as s
        on d.school = s.school and s.source = 'magister' and s.field = 'stamnr'
    left join number_forms as u
        on d.school = u.school and u.source = 'magister' and u.field = 'idgebr'
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
        , nullif(t.idgebr_given, '') as idgebr_known
        , nullif(t.externeid_given, '') as externeid_known
        , nullif(t.realmid_given, '') as realmid_known
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
        , unwrap(n.idgebr_known) as idgebr_text
        , unwrap(n.externeid_known) as externeid_text
        , unwrap(n.realmid_known) as realmid_text
        , person_name(n.first_text, n.prefix_text, n.last_text, n.whole_text) as full_name
        , folded_text(n.prefix_text) as prefix_words
    from named as n
)

, worded as (
    select
        n.*
        , nullif(n.stamnr_text, '') as stamnr_plain
        , case
            when n.is_stamnr_in_thousands then replace(n.stamnr_text, '.', '')
            else without_decimals(nullif(n.stamnr_text, ''))
        end as stamnr_written
        , nullif(n.idgebr_text, '') as idgebr_plain
        , case
            when n.is_idgebr_in_thousands then replace(n.idgebr_text, '.', '')
            else without_decimals(nullif(n.idgebr_text, ''))
        end as idgebr_written
        , nullif(n.externeid_text, '') as externeid_plain
        , guid_digits_text(n.externeid_text) as externeid_digits
        , nullif(n.realmid_text, '') as realmid_plain
        , folded_text(n.full_name) as name_words
    from unwrapped as n
)

, numbered as (
    select
        w.*
        , number_in(w.stamnr_written) as stamnr_number
    from worded as w
)

, keyed as (
    -- a number with more digits than this school's numbers have is out of form
    select
        n.*
        , case when length(n.stamnr_number) > n.stamnr_width then null else n.stamnr_number end as stamnr_key
    from numbered as n
)

select
    r.school
    , r.source_row
    , r.line_number
    , r.record_digest
    , r.stamnr
    , r.idgebr
    , r.externeid
    , r.realmid
    -- as people would write it: less what cannot be seen, what Excel put around it and what it put behind it
    , r.stamnr_written
    , r.idgebr_written
    , replace(r.externeid_plain, ' ', '') as externeid_written
    , r.realmid_plain as realmid_written
    , r.stamnr_key
    , case when r.stamnr_key is null then number_hint(r.stamnr_known) end as stamnr_hint
    , number_in(r.idgebr_written) as idgebr_key
    , guid_key(r.externeid_digits) as externeid_key
    , is_nil_guid(r.externeid_digits) as is_externeid_nil
    , realmid_key(r.realmid_plain) as realmid_key
    , (
        r.stamnr_known <> r.stamnr or r.idgebr_known <> r.idgebr or r.realmid_known <> r.realmid
        or replace(r.externeid_known, ' ', '') <> r.externeid
    ) is true as is_spaced
    , (
        r.stamnr_plain <> r.stamnr_known or r.idgebr_plain <> r.idgebr_known or r.realmid_plain <> r.realmid_known
        or r.externeid_plain <> r.externeid_known
    ) is true as is_wrapped
    , (
        r.stamnr_written <> r.stamnr_plain or r.idgebr_written <> r.idgebr_plain
    ) is true as has_decimals
    , r.full_name
    , nullif(r.first_words, '') as first_key
    , surname_key(r.prefix_words, r.last_words) as last_key
    , name_key(r.first_words, r.prefix_words, r.last_words, r.name_words) as full_key
    , nullif(replace(r.name_words, ' ', ''), '') as letters_key
    , r.klas_known as klas
    , class_key(r.klas_known) as klas_key
    , number_key(r.leerjaar) as leerjaar_key
    , r.opleiding_known as opleiding
    , r.leerweg_known as leerweg
    , nullif(r.vestiging_words, '') as vestiging_key
    , nullif(r.rol_words, '') as rol_key
    , date_key(r.uitschrijfdatum) as left_date
from keyed as r
