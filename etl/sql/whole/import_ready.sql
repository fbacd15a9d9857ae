select
    s.* replace (
        p.legacy_row as legacy_row, p.magister_row as magister_row
        , m.stamnr as stamnr, nullif(m.idgebr, '') as idgebr, m.externeid as externeid
        , nullif(m.realmid, '') as realmid
        , coalesce(nullif(l.account_id, ''), nullif(l.gebruikersnaam, '')) as account_id
        , m.stamnr as stamnr_key, lower(translate(m.externeid, '{}-', '')) as externeid_key
    )
from plain_pairs as p
inner join examined.import_ready as s on p.school = s.school and p.stand_in_account = s.legacy_row
inner join raw_magister as m on p.school = m.school and p.magister_row = m.source_row
inner join raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
where p.magister_row <> p.stand_in
