-- How many records of each file have each status; a status that nobody has counts zero.
-- Grain:  school, source, status.
-- Reads:  decided_pupils, status_list
-- Rule:   the sum over the statuses is the number of records delivered.
with schools as (
    select distinct c.school
    from decided_pupils as c
)

select
    s.school
    , t.source
    , t.status
    , t.rung
    , count(c.source_row) as records
from schools as s
cross join status_list as t
left join decided_pupils as c on s.school = c.school and t.source = c.source and t.status = c.status
group by s.school, t.source, t.status, t.rung
