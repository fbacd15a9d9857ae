-- The accounts of the plain pairs that a stand-in speaks for: what is their own, as a cleaned record says it.
-- Grain:  school, source_row.
-- Reads:  plain_pairs, the delivered raw_legacy
-- Rule:   written plainly, a key is what was delivered less braces and dashes, and a blank is nothing.
select
    p.school
    , p.legacy_row as source_row
    , p.legacy_line as line_number
    , p.stand_in_account
    , l.record_digest
    , l.stamnr
    , l.externeid
    , nullif(l.externeid, '') as externeid_written
    , nullif(lower(translate(l.externeid, '{}-', '')), '') as externeid_key
    , nullif(l.account_id, '') as account_id
    , nullif(l.gebruikersnaam, '') as gebruikersnaam
    , known(l.email) as email
    , case when p.named in ('both', 'legacy') then p.full_name end as full_name
    , case when p.named in ('both', 'legacy') then p.first_key end as first_key
    , case when p.named in ('both', 'legacy') then p.last_key end as last_key
    , case when p.named in ('both', 'legacy') then p.full_key end as full_key
    , case when p.named in ('both', 'legacy') then p.letters_key end as letters_key
from main.plain_pairs as p
inner join main.raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
where p.magister_row <> p.stand_in
