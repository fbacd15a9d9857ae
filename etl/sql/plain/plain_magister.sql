-- The pupils of the plain pairs that a stand-in speaks for: what is their own, as a cleaned record says it.
-- Grain:  school, source_row.
-- Reads:  plain_pairs, the delivered raw_magister
-- Rule:   written plainly, a key is what was delivered less braces and dashes, and a blank is nothing.
select
    p.school
    , p.magister_row as source_row
    , p.magister_line as line_number
    , p.stand_in
    , p.legacy_row
    , m.record_digest
    , m.stamnr
    , m.idgebr
    , m.externeid
    , m.realmid
    , nullif(m.idgebr, '') as idgebr_key
    , lower(translate(m.externeid, '{}-', '')) as externeid_key
    , nullif(m.realmid, '') as realmid_key
    , case when p.named in ('both', 'magister') then p.full_name end as full_name
    , case when p.named in ('both', 'magister') then p.first_key end as first_key
    , case when p.named in ('both', 'magister') then p.last_key end as last_key
    , case when p.named in ('both', 'magister') then p.full_key end as full_key
    , case when p.named in ('both', 'magister') then p.letters_key end as letters_key
from main.plain_pairs as p
inner join main.raw_magister as m on p.school = m.school and p.magister_row = m.source_row
where p.magister_row <> p.stand_in
