select
    s.* replace (
        p.magister_row as source_row, p.magister_line as line_number
        , c.stamnr as stamnr, c.idgebr as idgebr, c.externeid as externeid, c.realmid as realmid
        , c.stamnr_written as stamnr_written, c.idgebr_written as idgebr_written
        , c.externeid_written as externeid_written, c.realmid_written as realmid_written
        , c.stamnr_key as stamnr_key, c.idgebr_key as idgebr_key, c.externeid_key as externeid_key
        , c.realmid_key as realmid_key
        , c.full_name as full_name, c.first_key as first_key, c.last_key as last_key, c.full_key as full_key
        , c.letters_key as letters_key
    )
from plain_pairs as p
inner join examined.magister_rows as s on p.school = s.school and p.stand_in = s.source_row
inner join clean_magister as c on p.school = c.school and p.magister_row = c.source_row
where p.magister_row <> p.stand_in
