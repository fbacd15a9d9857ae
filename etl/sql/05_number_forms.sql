-- Whether the numbers of a delivered column are written with points between their thousands.
-- Grain:  school, source, field; a file without records has none.
-- Reads:  raw_magister, raw_legacy, raw_control
-- Rule:   the points are read away only where every number of the column has them, and there are at least three:
--         one such value among others may be anything.
with numbers as (
    select
        m.school
        , 'magister' as source
        , 'stamnr' as field
        , m.stamnr as delivered
    from raw_magister as m
    union all
    select
        m.school
        , 'magister' as source
        , 'idgebr' as field
        , m.idgebr as delivered
    from raw_magister as m
    union all
    select
        l.school
        , 'legacy' as source
        , 'stamnr' as field
        , l.stamnr as delivered
    from raw_legacy as l
    union all
    select
        c.school
        , 'control' as source
        , 'stamnr' as field
        , c.stamnr as delivered
    from raw_control as c
)

select
    n.school
    , n.source
    , n.field
    , (
        count(known(n.delivered)) >= 3
        and count(*) filter (where known(n.delivered) is not null and not is_in_thousands(n.delivered)) = 0
    ) as is_in_thousands
from numbers as n
group by n.school, n.source, n.field
