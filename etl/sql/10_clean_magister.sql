-- One readable record of the Magister file, with the forms used for comparing beside what was delivered.
-- Grain:  as raw_magister; one record.
-- Reads:  raw_magister
-- Rule:   a value that is blank, a placeholder or out of form has no key, so it never meets anything.
with named as (
    select
        d.*
        , person_name(d.roepnaam, d.tussenvoegsel, d.achternaam, d.naam) as full_name
    from raw_magister as d
)

, worded as (
    select
        n.*
        , folded(n.full_name) as name_words
        , surname_words(n.tussenvoegsel, n.achternaam) as surname_words
    from named as n
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
    , number_key(r.stamnr) as stamnr_key
    , case when number_key(r.stamnr) is null then number_hint(r.stamnr) end as stamnr_hint
    , number_key(r.idgebr) as idgebr_key
    , guid_key(r.externeid) as externeid_key
    , realmid_key(r.realmid) as realmid_key
    , r.full_name
    , folded(r.roepnaam) as first_key
    , without_particles(r.surname_words) as last_key
    , name_without_particles(r.name_words) as full_key
    , replace(r.name_words, ' ', '') as letters_key
    , known(r.klas) as klas
    , class_key(r.klas) as klas_key
    , number_key(r.leerjaar) as leerjaar_key
    , known(r.opleiding) as opleiding
    , known(r.leerweg) as leerweg
    , folded(r.vestiging) as vestiging_key
    , folded(r.rol) as rol_key
from worded as r
