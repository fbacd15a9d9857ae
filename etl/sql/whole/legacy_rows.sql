select
    s.* replace (
        p.source_row as source_row, p.line_number as line_number
        , p.stamnr as stamnr, p.externeid as externeid
        , p.stamnr as stamnr_written, p.externeid_written as externeid_written
        , p.stamnr as stamnr_key, p.externeid_key as externeid_key
        , coalesce(p.account_id, p.gebruikersnaam) as account_id, p.email as email
        , p.full_name as full_name, p.first_key as first_key, p.last_key as last_key, p.full_key as full_key
        , p.letters_key as letters_key
        -- one account per record of a pair, or none that can be named
        , case when p.account_id is null and p.gebruikersnaam is null then 0 else 1 end as account_records
    )
from examined.plain_legacy as p
inner join examined.legacy_rows as s on p.school = s.school and p.stand_in_account = s.source_row
