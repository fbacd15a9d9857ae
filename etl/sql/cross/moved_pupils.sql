-- Accounts whose pupil stands in the Magister file of another school: by external id, or by a name that only one has.
-- Grain:  school, source_row, other_school.
-- Reads:  classified_pupils, legacy_rows, magister_rows, clean_magister
-- Rule:   an account that finds nobody at its own school. An equal id says that the pupil moved; an equal name of one
--         such account and one pupil without an account, in all schools together, only says that it may be so.
with gone as (
    select
        l.school
        , l.source_row
        , l.line_number
        , l.externeid_key
        , l.full_key
    from legacy_rows as l
    inner join classified_pupils as c
        on l.school = c.school and c.source = 'legacy' and l.source_row = c.source_row
    where c.status = 'only_in_legacy'
)

, arrived as (
    select
        m.school
        , m.source_row
        , m.line_number
        , m.full_key
    from magister_rows as m
    inner join classified_pupils as c
        on m.school = c.school and c.source = 'magister' and m.source_row = c.source_row
    where c.status = 'new_in_magister'
)

, gone_names as (
    select
        g.full_key
        , min(g.school) as school
        , min(g.source_row) as source_row
        , min(g.line_number) as line_number
    from gone as g
    where g.full_key like '% %'
    group by g.full_key
    having count(*) = 1
)

, arrived_names as (
    select
        a.full_key
        , min(a.school) as school
        , min(a.line_number) as line_number
    from arrived as a
    where a.full_key like '% %'
    group by a.full_key
    having count(*) = 1
)

select
    'moved' as kind
    , g.school
    , 'legacy' as source
    , g.source_row
    , g.line_number
    , m.school as other_school
    , min(m.line_number) as other_line
from gone as g
inner join clean_magister as m on g.externeid_key = m.externeid_key and g.school <> m.school
group by g.school, g.source_row, g.line_number, m.school
union all
select
    'may_have_moved' as kind
    , g.school
    , 'legacy' as source
    , g.source_row
    , g.line_number
    , a.school as other_school
    , a.line_number as other_line
from gone_names as g
inner join arrived_names as a on g.full_key = a.full_key and g.school <> a.school
