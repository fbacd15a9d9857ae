select
    s.* replace (
        p.legacy_row as source_row
        , p.legacy_line as line_number
        , l.record_digest as record_digest
        , l.stamnr as stamnr
        , l.externeid as externeid
        , l.stamnr as stamnr_written
        , nullif(l.externeid, '') as externeid_written
        , l.stamnr as stamnr_key
        , nullif(lower(translate(l.externeid, '{}-', '')), '') as externeid_key
        , nullif(l.account_id, '') as account_id
        , nullif(l.gebruikersnaam, '') as gebruikersnaam
        , known(l.email) as email
        , case when p.named in ('both', 'legacy') then p.full_name end as full_name
        , case when p.named in ('both', 'legacy') then p.first_key end as first_key
        , case when p.named in ('both', 'legacy') then p.last_key end as last_key
        , case when p.named in ('both', 'legacy') then p.full_key end as full_key
        , case when p.named in ('both', 'legacy') then p.letters_key end as letters_key
    )
from plain_pairs as p
inner join examined.clean_legacy as s on p.school = s.school and p.stand_in_account = s.source_row
inner join raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
where p.magister_row <> p.stand_in
