select
    s.* replace (
        p.legacy_row as source_row, p.legacy_line as line_number
        , l.stamnr as stamnr, l.externeid as externeid
        , l.stamnr as stamnr_written, nullif(l.externeid, '') as externeid_written
        , l.stamnr as stamnr_key, nullif(lower(translate(l.externeid, '{}-', '')), '') as externeid_key
        , coalesce(nullif(l.account_id, ''), nullif(l.gebruikersnaam, '')) as account_id, known(l.email) as email
        , case when p.named in ('both', 'legacy') then p.full_name end as full_name
        , case when p.named in ('both', 'legacy') then p.first_key end as first_key
        , case when p.named in ('both', 'legacy') then p.last_key end as last_key
        , case when p.named in ('both', 'legacy') then p.full_key end as full_key
        , case when p.named in ('both', 'legacy') then p.letters_key end as letters_key
        -- one account per record of a pair, or none that can be named
        , case when coalesce(l.account_id, '') = '' and coalesce(l.gebruikersnaam, '') = '' then 0 else 1 end
            as account_records
    )
from plain_pairs as p
inner join examined.legacy_rows as s on p.school = s.school and p.stand_in_account = s.source_row
inner join raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
where p.magister_row <> p.stand_in
