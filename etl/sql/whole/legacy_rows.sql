select
    s.* replace (
        p.legacy_row as source_row, p.legacy_line as line_number
        , c.stamnr as stamnr, c.externeid as externeid
        , c.stamnr_written as stamnr_written, c.externeid_written as externeid_written
        , c.stamnr_key as stamnr_key, c.externeid_key as externeid_key
        , coalesce(c.account_id, c.gebruikersnaam) as account_id, c.email as email
        , c.full_name as full_name, c.first_key as first_key, c.last_key as last_key, c.full_key as full_key
        , c.letters_key as letters_key
        -- one account per record of a pair, or none that can be named
        , case when c.account_id is null and c.gebruikersnaam is null then 0 else 1 end as account_records
    )
from plain_pairs as p
inner join examined.legacy_rows as s on p.school = s.school and p.stand_in_account = s.source_row
inner join clean_legacy as c on p.school = c.school and p.legacy_row = c.source_row
where p.magister_row <> p.stand_in
