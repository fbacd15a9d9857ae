select
    s.* replace (
        p.source_row as source_row, p.line_number as line_number, p.record_digest as record_digest
        , p.stamnr as stamnr, p.externeid as externeid
        , p.stamnr as stamnr_written, p.externeid_written as externeid_written
        , p.stamnr as stamnr_key, p.externeid_key as externeid_key
        , p.account_id as account_id, p.gebruikersnaam as gebruikersnaam, p.email as email
        , p.full_name as full_name, p.first_key as first_key, p.last_key as last_key, p.full_key as full_key
        , p.letters_key as letters_key
    )
from examined.plain_legacy as p
inner join examined.clean_legacy as s on p.school = s.school and p.stand_in_account = s.source_row
