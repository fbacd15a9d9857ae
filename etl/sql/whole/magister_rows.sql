select
    s.* replace (
        p.magister_row as source_row, p.magister_line as line_number
        , m.stamnr as stamnr, m.idgebr as idgebr, m.externeid as externeid, m.realmid as realmid
        , m.stamnr as stamnr_written, nullif(m.idgebr, '') as idgebr_written
        , m.externeid as externeid_written, nullif(m.realmid, '') as realmid_written
        , m.stamnr as stamnr_key, nullif(m.idgebr, '') as idgebr_key
        , lower(translate(m.externeid, '{}-', '')) as externeid_key, nullif(m.realmid, '') as realmid_key
        , case when p.named in ('both', 'magister') then p.full_name end as full_name
        , case when p.named in ('both', 'magister') then p.first_key end as first_key
        , case when p.named in ('both', 'magister') then p.last_key end as last_key
        , case when p.named in ('both', 'magister') then p.full_key end as full_key
        , case when p.named in ('both', 'magister') then p.letters_key end as letters_key
    )
from plain_pairs as p
inner join examined.magister_rows as s on p.school = s.school and p.stand_in = s.source_row
inner join raw_magister as m on p.school = m.school and p.magister_row = m.source_row
where p.magister_row <> p.stand_in
