select
    s.* replace (
        p.source_row as source_row, p.line_number as line_number, p.record_digest as record_digest
        , p.stamnr as stamnr, p.idgebr as idgebr, p.externeid as externeid, p.realmid as realmid
        , p.stamnr as stamnr_written, p.idgebr_key as idgebr_written, p.externeid as externeid_written
        , p.realmid_key as realmid_written, p.stamnr as stamnr_key, p.idgebr_key as idgebr_key
        , p.externeid_key as externeid_key, p.realmid_key as realmid_key
        , p.full_name as full_name, p.first_key as first_key, p.last_key as last_key, p.full_key as full_key
        , p.letters_key as letters_key
    )
from examined.plain_magister as p
inner join examined.clean_magister as s on p.school = s.school and p.stand_in = s.source_row
