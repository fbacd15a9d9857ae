-- Pupils of two schools with one external id: each record with the other school.
-- Grain:  school, source_row, other_school.
-- Reads:  clean_magister
-- Rule:   an external id is of one pupil. At two schools it is a pupil who moved and still stands in the old file, or a
--         mistake; whose results the account shows nobody can tell from here.
with ids as (
    select
        m.school
        , m.source_row
        , m.line_number
        , m.externeid_key
    from clean_magister as m
    where m.externeid_key is not null
)

, shared as (
    select i.externeid_key
    from ids as i
    group by i.externeid_key
    having min(i.school) <> max(i.school)
)

select
    'shared_id' as kind
    , i.school
    , 'magister' as source
    , i.source_row
    , i.line_number
    , o.school as other_school
    , min(o.line_number) as other_line
from ids as i
inner join shared as s on i.externeid_key = s.externeid_key
inner join ids as o on i.externeid_key = o.externeid_key and i.school <> o.school
group by i.school, i.source_row, i.line_number, o.school
