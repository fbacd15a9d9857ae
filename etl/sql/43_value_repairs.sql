-- Each delivered value that was read otherwise than it stands in the file, with the reason and both forms.
-- Grain:  school, source, source_row, column_name, repair.
-- Reads:  clean_magister, clean_legacy, cell_repairs, decided_pupils, pair_evidence
-- Rule:   a value that is no key after all was not repaired, it is held. What only the other file writes differently
--         (zeros, capitals, braces) is a repair of the account's value where they are linked: Magister's form counts.
with ids as (
    select
        m.school
        , 'magister' as source
        , m.source_row
        , m.line_number
        , 'stamnr' as column_name
        , m.stamnr as delivered
        , m.stamnr_written as used
    from clean_magister as m
    where m.stamnr_key is not null and (m.is_spaced or m.is_wrapped or m.has_decimals)
    union all
    select
        m.school
        , 'magister' as source
        , m.source_row
        , m.line_number
        , 'idgebr' as column_name
        , m.idgebr as delivered
        , m.idgebr_written as used
    from clean_magister as m
    where m.idgebr_key is not null and (m.is_spaced or m.is_wrapped or m.has_decimals)
    union all
    select
        m.school
        , 'magister' as source
        , m.source_row
        , m.line_number
        , 'externeid' as column_name
        , m.externeid as delivered
        , replace(m.externeid_written, ' ', '') as used
    from clean_magister as m
    where m.externeid_key is not null and (m.is_spaced or m.is_wrapped)
    union all
    select
        m.school
        , 'magister' as source
        , m.source_row
        , m.line_number
        , 'realmid' as column_name
        , m.realmid as delivered
        , m.realmid_written as used
    from clean_magister as m
    where m.realmid_key is not null and (m.is_spaced or m.is_wrapped)
    union all
    select
        l.school
        , 'legacy' as source
        , l.source_row
        , l.line_number
        , 'stamnr' as column_name
        , l.stamnr as delivered
        , l.stamnr_written as used
    from clean_legacy as l
    where l.stamnr_key is not null and (l.is_spaced or l.is_wrapped or l.has_decimals)
    union all
    select
        l.school
        , 'legacy' as source
        , l.source_row
        , l.line_number
        , 'externeid' as column_name
        , l.externeid as delivered
        , replace(l.externeid_written, ' ', '') as used
    from clean_legacy as l
    where l.externeid_key is not null and (l.is_spaced or l.is_wrapped)
)

, worded as (
    -- the same steps as in cleaning: what cannot be seen, then what stands around it, then what stands behind it
    select
        i.*
        , known(i.delivered) as seen
        , unwrapped(i.delivered) as plain
    from ids as i
)

, found as (
    -- asked of each value once: DuckDB would work out all of it again for every place that asks
    select
        w.*
        , case w.column_name when 'externeid' then replace(w.seen, ' ', '') else w.seen end <> w.delivered as is_spaced
        , w.plain <> w.seen as is_wrapped
        , w.column_name in ('stamnr', 'idgebr') and w.used <> w.plain as has_decimals
    from worded as w
)

, linked as (
    select
        c.school
        , c.source_row as legacy_row
        , c.line_number as legacy_line
        , c.counterpart_row as magister_row
        , ' ' || e.repairs || ' ' as repairs
        , e.is_by_stamnr
    from decided_pupils as c
    inner join pair_evidence as e
        on c.school = e.school and c.source_row = e.legacy_row and c.counterpart_row = e.magister_row
    where c.source = 'legacy' and c.is_linked and e.repairs <> ''
)

, paired as (
    select
        k.*
        , m.line_number as magister_line
        , l.stamnr as legacy_stamnr
        , l.stamnr_written as legacy_stamnr_written
        , m.stamnr_written
        , l.externeid as legacy_externeid
        , replace(m.externeid_written, ' ', '') as externeid_written
        , m.realmid
        , m.realmid_written
        , m.idgebr_written
    from linked as k
    inner join clean_magister as m on k.school = m.school and k.magister_row = m.source_row
    inner join clean_legacy as l on k.school = l.school and k.legacy_row = l.source_row
)

select
    f.school
    , f.source
    , f.source_row
    , f.line_number
    , f.column_name
    , r.repair
    , f.delivered
    , f.used
from found as f
inner join (values ('spaces'), ('wrapper'), ('decimals')) as r (repair)
    on case r.repair when 'spaces' then f.is_spaced when 'wrapper' then f.is_wrapped else f.has_decimals end
union all
select
    p.school
    , 'legacy' as source
    , p.legacy_row as source_row
    , p.legacy_line as line_number
    , 'stamnr' as column_name
    , 'zeros' as repair
    , p.legacy_stamnr as delivered
    , p.stamnr_written as used
from paired as p
where p.is_by_stamnr and p.stamnr_written <> p.legacy_stamnr_written
union all
select
    p.school
    , 'magister' as source
    , p.magister_row as source_row
    , p.magister_line as line_number
    , 'realmid' as column_name
    , 'zeros' as repair
    , p.realmid as delivered
    , p.idgebr_written || '@' || realm_of(p.realmid_written) as used
from paired as p
where realm_user(p.realmid_written) <> p.idgebr_written
union all
select
    p.school
    , 'legacy' as source
    , p.legacy_row as source_row
    , p.legacy_line as line_number
    , 'externeid' as column_name
    , 'case' as repair
    , p.legacy_externeid as delivered
    , p.externeid_written as used
from paired as p
where p.repairs like '% case %'
union all
select
    p.school
    , 'legacy' as source
    , p.legacy_row as source_row
    , p.legacy_line as line_number
    , 'externeid' as column_name
    , 'braces' as repair
    , p.legacy_externeid as delivered
    , p.externeid_written as used
from paired as p
where p.repairs like '% braces %'
union all
select
    d.school
    , 'magister' as source
    , d.source_row
    , d.line_number
    , 'klas' as column_name
    , 'class_damaged' as repair
    , d.klas as delivered
    , '' as used
from clean_magister as d
where d.klas is not null and d.klas_key is null
union all
select
    d.school
    , 'legacy' as source
    , d.source_row
    , d.line_number
    , 'klas' as column_name
    , 'class_damaged' as repair
    , d.klas as delivered
    , '' as used
from clean_legacy as d
where d.klas is not null and d.klas_key is null
union all
select
    r.school
    , r.source
    , r.source_row
    , r.line_number
    , r.column_name
    , r.repair
    , r.delivered
    , r.used
from cell_repairs as r
