-- Each answer of the school that is carried out: those of one case together, or none of them.
-- Grain:  school, source, source_row; records that waited for an answer, and accounts that nobody claims.
-- Reads:  decisions, classified_pupils, magister_rows, legacy_rows, reject_keys
-- Rule:   an answer may link or let go records that wait, never one that is quarantined or may be a broken one. After
--         it each record stands in at most one link, and no other account carries the external id of a pupil that it
--         links or lets go: the first import would give that pupil the results of that account.
with asked as (
    select
        d.school
        , d.case_id
        , d.source
        , d.source_row
        , d.outcome
        , d.other_row
        , count(*) over (partition by d.school, d.source, d.source_row) as answers
        , (
            (
                d.outcome in ('linked', 'released')
                and c.is_held and c.status <> 'quarantined' and c.reason <> 'key_in_broken_record'
            )
            or (d.outcome = 'is_pupil' and c.source = 'legacy' and c.status = 'only_in_legacy')
        ) as is_allowed
    from decisions as d
    left join classified_pupils as c
        on d.school = c.school and d.source = c.source and d.source_row = c.source_row
)

-- External ids that no account of the case may give away: each with the account that carries it.
, carried as (
    select
        l.school
        , l.externeid_key
        , l.source_row
    from legacy_rows as l
    where l.externeid_key is not null and not l.is_copy
    union all
    select
        r.school
        , r.key_text as externeid_key
        , cast(null as bigint) as source_row
    from reject_keys as r
    where r.source = 'legacy' and r.kind = 'externeid'
)

, in_magister as (
    select
        m.school
        , m.externeid_key
    from magister_rows as m
    where m.externeid_key is not null and not m.is_copy
    union all
    select
        r.school
        , r.key_text as externeid_key
    from reject_keys as r
    where r.source = 'magister' and r.kind = 'externeid'
)

, id_counts as (
    select
        i.school
        , i.externeid_key
        , count(*) as pupils
    from in_magister as i
    group by i.school, i.externeid_key
)

-- An account that loses what it carries, because the answer links it: to whom does not matter.
, renamed as (
    select
        a.school
        , a.case_id
        , a.source_row
    from asked as a
    where a.source = 'legacy' and a.outcome = 'linked'
)

, faults as (
    select
        a.school
        , a.case_id
    from asked as a
    where
        a.answers > 1
        or a.is_allowed is not true
        or (a.outcome = 'linked') is distinct from (a.other_row is not null)
    union
    -- both sides of a link say the same
    select
        a.school
        , a.case_id
    from asked as a
    left join asked as b
        on
            a.school = b.school and a.case_id = b.case_id and a.source <> b.source
            and a.other_row = b.source_row and a.source_row = b.other_row and b.outcome = 'linked'
    where a.outcome = 'linked' and b.source_row is null
    union
    -- a pupil whose ids are not its own alone is for Magister to correct
    select
        a.school
        , a.case_id
    from asked as a
    inner join magister_rows as m on a.source = 'magister' and a.school = m.school and a.source_row = m.source_row
    left join id_counts as n on m.school = n.school and m.externeid_key = n.externeid_key
    where
        a.outcome in ('linked', 'released')
        and (coalesce(n.pupils, 0) <> 1 or m.idgebr_records > 1 or m.realmid_records > 1)
    union
    -- two records that are one account cannot be told apart in the import file
    select
        a.school
        , a.case_id
    from asked as a
    inner join legacy_rows as l on a.source = 'legacy' and a.school = l.school and a.source_row = l.source_row
    where a.outcome in ('linked', 'released') and l.account_records > 1
    union
    -- another account would bring its results along
    select
        a.school
        , a.case_id
    from asked as a
    inner join magister_rows as m on a.source = 'magister' and a.school = m.school and a.source_row = m.source_row
    inner join carried as c on m.school = c.school and m.externeid_key = c.externeid_key
    left join renamed as r on a.school = r.school and a.case_id = r.case_id and c.source_row = r.source_row
    where a.outcome in ('linked', 'released') and r.source_row is null
    union
    -- an account that carries the id of one pupil is never given to another
    select
        a.school
        , a.case_id
    from asked as a
    inner join legacy_rows as l on a.source = 'legacy' and a.school = l.school and a.source_row = l.source_row
    inner join magister_rows as m on a.school = m.school and a.other_row = m.source_row
    inner join id_counts as n on l.school = n.school and l.externeid_key = n.externeid_key
    where a.outcome = 'linked' and m.externeid_key is distinct from l.externeid_key
    union
    -- an account that is let go while it carries the id of a pupil
    select
        a.school
        , a.case_id
    from asked as a
    inner join legacy_rows as l on a.source = 'legacy' and a.school = l.school and a.source_row = l.source_row
    inner join id_counts as n on l.school = n.school and l.externeid_key = n.externeid_key
    where a.outcome = 'released'
)

select
    a.school
    , a.source
    , a.source_row
    , a.case_id
    , a.outcome
    , a.other_row
from asked as a
left join faults as f on a.school = f.school and a.case_id = f.case_id
where f.case_id is null
