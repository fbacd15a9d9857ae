-- Pairs that share a key with another pair, or with a broken record, or of which a value was read otherwise.
-- Grain:  school, magister_row; a pair may stand here more than once.
-- Reads:  found_pairs, cell_repairs, reject_keys
with twice as (
    select
        'stamnr' as kind
        , f.school
        , f.stamnr as key_hash
    from found_pairs as f
    group by f.school, f.stamnr
    having count(*) > 1
    union all
    select
        'externeid' as kind
        , f.school
        , f.externeid as key_hash
    from found_pairs as f
    group by f.school, f.externeid
    having count(*) > 1
    union all
    select
        'idgebr' as kind
        , f.school
        , f.idgebr as key_hash
    from found_pairs as f
    where f.idgebr is not null
    group by f.school, f.idgebr
    having count(*) > 1
    union all
    select
        'account' as kind
        , f.school
        , f.account as key_hash
    from found_pairs as f
    where f.account is not null
    group by f.school, f.account
    having count(*) > 1
    union all
    select
        r.kind
        , r.school
        , hash(r.key_text) as key_hash
    from reject_keys as r
)

select
    f.school
    , f.magister_row
from found_pairs as f
inner join twice as t on f.school = t.school and t.kind = 'stamnr' and f.stamnr = t.key_hash
union all
select
    f.school
    , f.magister_row
from found_pairs as f
inner join twice as t on f.school = t.school and t.kind = 'externeid' and f.externeid = t.key_hash
union all
select
    f.school
    , f.magister_row
from found_pairs as f
inner join twice as t on f.school = t.school and t.kind = 'idgebr' and f.idgebr = t.key_hash
union all
select
    f.school
    , f.magister_row
from found_pairs as f
inner join twice as t on f.school = t.school and t.kind = 'account' and f.account = t.key_hash
union all
select
    f.school
    , f.magister_row
from found_pairs as f
inner join cell_repairs as c
    on
        f.school = c.school
        and c.source_row
        = case when c.source = 'magister' then f.magister_row when c.source = 'legacy' then f.legacy_row end
