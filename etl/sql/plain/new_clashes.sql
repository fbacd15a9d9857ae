-- Plain pairs that share a key, in the form for comparing, with a record that is examined.
-- Grain:  school, magister_row.
-- Reads:  plain_pairs, found_pairs, clean_magister, clean_legacy (the examined records)
with stand_ins as (
    select
        p.school
        , p.magister_row
        , p.legacy_row
    from plain_pairs as p
    where p.magister_row = p.stand_in
)

, others as (
    select c.*
    from clean_magister as c
    where not exists (
        select 1 from stand_ins as s
        where s.school = c.school and s.magister_row = c.source_row
    )
)

, accounts as (
    select c.*
    from clean_legacy as c
    where not exists (
        select 1 from stand_ins as s
        where s.school = c.school and s.legacy_row = c.source_row
    )
)

, texts as (
    select
        o.school
        , 'stamnr' as kind
        , o.stamnr_key as key_text
    from others as o
    union all
    select
        o.school
        , 'externeid' as kind
        , o.externeid_key as key_text
    from others as o
    union all
    select
        o.school
        , 'idgebr' as kind
        , o.idgebr_key as key_text
    from others as o
    union all
    select
        o.school
        , 'idgebr' as kind
        , realm_user(o.realmid_key) as key_text
    from others as o
    union all
    select
        a.school
        , 'stamnr' as kind
        , a.stamnr_key as key_text
    from accounts as a
    union all
    select
        a.school
        , 'externeid' as kind
        , a.externeid_key as key_text
    from accounts as a
    union all
    select
        a.school
        , 'account' as kind
        , case
            when a.account_id is not null then 'id ' || lower(a.account_id)
            when a.gebruikersnaam is not null then 'user ' || lower(a.gebruikersnaam)
        end as key_text
    from accounts as a
)

, carried as (
    select distinct
        t.school
        , t.kind
        , hash(t.key_text) as key_hash
    from texts as t
    where t.key_text is not null
)

, clashing as (
    select
        f.school
        , f.magister_row
    from found_pairs as f
    inner join carried as c on f.school = c.school and c.kind = 'stamnr' and f.stamnr = c.key_hash
    union all
    select
        f.school
        , f.magister_row
    from found_pairs as f
    inner join carried as c on f.school = c.school and c.kind = 'externeid' and f.externeid = c.key_hash
    union all
    select
        f.school
        , f.magister_row
    from found_pairs as f
    inner join carried as c on f.school = c.school and c.kind = 'idgebr' and f.idgebr = c.key_hash
    union all
    select
        f.school
        , f.magister_row
    from found_pairs as f
    inner join carried as c on f.school = c.school and c.kind = 'account' and f.account = c.key_hash
)

select distinct
    p.school
    , p.magister_row
from clashing as k
inner join plain_pairs as p on k.school = p.school and k.magister_row = p.magister_row
