-- Who of the one file might be whom of the other, with the weight of what speaks for and against it.
-- Grain:  school, magister_row, legacy_row; pairs that share enough to be looked at.
-- Reads:  loose_people, match_weights
-- Rule:   the weights of the fields add up (Fellegi and Sunter); an equal name weighs more the rarer it is. The
--         probability counts every other candidate of either record as a rival. It ranks; it never links.
with ways as (
    select t.way
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as t (way)
)

-- People are compared who share one of these; each forgives another slip of the pen.
, blocks as (
    select
        p.school
        , p.source
        , p.source_row
        , w.way
        , case w.way
            when 1 then p.last_key
            when 2 then p.first_key || ' ' || coalesce(p.class_year, p.klas_key)
            -- an account is often a year older than the pupil's record: last year's class
            when 3
                then
                    p.first_key || ' '
                    || (try_cast(p.class_year as bigint) + case when p.source = 'magister' then 0 else 1 end)
            when 4 then p.first_key || ' ' || substr(p.birth_key, 1, 4)
            when 5 then p.first_key || ' ' || substr(p.last_key, 1, 1)
            when 6 then p.birth_key
            when 7 then substr(p.birth_key, 1, 6)
            when 8 then substr(p.last_key, 1, 3) || ' ' || substr(p.first_key, 1, 1)
            when 9 then p.klas_key || ' ' || substr(p.last_key, 1, 1)
            when 10 then p.klas_key || ' ' || substr(p.first_key, 1, 1)
            -- surname and first name the other way round
            when 11 then case when p.source = 'magister' then p.last_key else p.first_key end
            when 12 then case when p.source = 'magister' then p.first_key else p.last_key end
        end as block
    from loose_people as p
    cross join ways as w
)

, sized as (
    select
        b.*
        , sum(case when b.source = 'magister' then 1 else 0 end)
            over (partition by b.school, b.way, b.block)
            as magister_side
        , sum(case when b.source = 'legacy' then 1 else 0 end)
            over (partition by b.school, b.way, b.block)
            as legacy_side
    from blocks as b
    where b.block is not null
)

, sides as (
    select
        p.school
        , greatest(
            sum(case when p.source = 'magister' then 1 else 0 end)
            , sum(case when p.source = 'legacy' then 1 else 0 end)
        ) as people
    from loose_people as p
    group by p.school
)

, met as (
    -- a block of very many tells nothing; who belongs together shares another one, too. With more people than a school
    -- has, blocks grow with them: then a smaller one is very many already, so that the time grows with the people only
    select distinct
        m.school
        , m.source_row as magister_row
        , l.source_row as legacy_row
    from sized as m
    inner join sized as l on m.school = l.school and m.way = l.way and m.block = l.block and l.source = 'legacy'
    inner join sides as n on m.school = n.school
    where
        m.source = 'magister'
        and m.magister_side * m.legacy_side
        <= 40000 * least(1, power(cast(5000 as double) / n.people, 2))
)

, compared as (
    select
        t.school
        , t.magister_row
        , t.legacy_row
        , case
            when m.first_key = l.first_key then 'equal'
            when m.first_key = l.last_key and m.last_key = l.first_key then 'swapped'
            when likeness(m.first_key, l.first_key) >= 0.92 then 'close'
            when starts_with(m.first_key, l.first_key) or starts_with(l.first_key, m.first_key) then 'begins'
            when likeness(m.first_key, l.first_key) >= 0.8 then 'alike'
            when m.first_key is not null and l.first_key is not null then 'differs'
            else 'unknown'
        end as first_level
        , case
            when m.last_key = l.last_key then 'equal'
            when m.first_key = l.last_key and m.last_key = l.first_key then 'swapped'
            when likeness(m.last_key, l.last_key) >= 0.92 then 'close'
            when
                starts_with(m.last_key, l.last_key || ' ') or starts_with(l.last_key, m.last_key || ' ')
                or ends_with(m.last_key, ' ' || l.last_key) or ends_with(l.last_key, ' ' || m.last_key) then 'part'
            when likeness(m.last_key, l.last_key) >= 0.8 then 'alike'
            when m.last_key is not null and l.last_key is not null then 'differs'
            else 'unknown'
        end as last_level
        , case
            when m.birth_key is null or l.birth_key is null then 'unknown'
            when m.birth_key = l.birth_key then 'equal'
            when edits(m.birth_key, l.birth_key) = 1 then 'close'
            when edits(m.birth_key, l.birth_key) = 2 then 'alike'
            else 'differs'
        end as birth_level
        , compare_classes(m.klas_key, m.class_year, l.klas_key, l.class_year) as class_level
        , (m.first_share + l.first_share) / 2 as first_share
        , (m.last_share + l.last_share) / 2 as last_share
        , greatest(m.namesakes, l.namesakes) as namesakes
        , greatest(m.same_last_names, l.same_last_names) as same_last_names
        , (m.is_free and l.is_free) as is_free
    from met as t
    inner join loose_people as m
        on t.school = m.school and m.source = 'magister' and t.magister_row = m.source_row
    inner join loose_people as l on t.school = l.school and l.source = 'legacy' and t.legacy_row = l.source_row
)

, fields as (
    select
        c.*
        , round(
            case
                when c.first_level = 'equal' then f.weight - log2(greatest(c.first_share, 0.0001))
                else f.weight
            end
            , 6
        ) as first_weight
        , round(
            case
                when c.last_level = 'equal' then n.weight - log2(greatest(c.last_share, 0.0001))
                else n.weight
            end
            , 6
        ) as last_weight
        , round(b.weight, 6) as birth_weight
        , round(k.weight, 6) as class_weight
    from compared as c
    inner join match_weights as f on c.school = f.school and f.field = 'first' and c.first_level = f.level
    inner join match_weights as n on c.school = n.school and n.field = 'last' and c.last_level = n.level
    inner join match_weights as b on c.school = b.school and b.field = 'birth' and c.birth_level = b.level
    inner join match_weights as k on c.school = k.school and k.field = 'class' and c.class_level = k.level
)

, weighed as (
    -- rounded, so that equal evidence is equal and the order of the records changes nothing
    select
        f.*
        , round(f.first_weight + f.last_weight + f.birth_weight + f.class_weight, 6) as weight
    from fields as f
)

, counted as (
    select
        p.school
        , greatest(
            sum(case when p.source = 'magister' then 1 else 0 end)
            , sum(case when p.source = 'legacy' then 1 else 0 end)
            -- so few that anybody would do: more is asked of the evidence then
            , 30
        ) as people
    from loose_people as p
    group by p.school
)

, rivals as (
    -- only what is ranked by goes through the sorting; the rest of a pair is joined again below
    select
        w.school
        , w.magister_row
        , w.legacy_row
        , w.weight
        , power(2, least(w.weight, 60)) / n.people as odds
    from weighed as w
    inner join counted as n on w.school = n.school
)

, ranked as (
    select
        r.school
        , r.magister_row
        , r.legacy_row
        , r.odds
        , sum(r.odds) over (partition by r.school, r.magister_row) as magister_odds
        , sum(r.odds) over (partition by r.school, r.legacy_row) as legacy_odds
        , rank() over (partition by r.school, r.magister_row order by r.weight desc) as magister_rank
        , rank() over (partition by r.school, r.legacy_row order by r.weight desc) as legacy_rank
    from rivals as r
)

, best as (
    select
        w.*
        , round(r.odds / (1 + greatest(r.magister_odds, r.legacy_odds)), 6) as probability
        , cast(r.magister_rank as bigint) as magister_rank
        , cast(r.legacy_rank as bigint) as legacy_rank
    from ranked as r
    inner join weighed as w
        on r.school = w.school and r.magister_row = w.magister_row and r.legacy_row = w.legacy_row
    where r.magister_rank <= 5 or r.legacy_rank <= 5
)

select
    b.school
    , b.magister_row
    , b.legacy_row
    , b.first_level
    , b.last_level
    , b.birth_level
    , b.class_level
    , b.first_weight
    , b.last_weight
    , b.birth_weight
    , b.class_weight
    , b.weight
    , b.probability
    , b.magister_rank
    , b.legacy_rank
    , (b.namesakes > 1) as has_namesake
    , (b.same_last_names > 1 and b.first_level <> 'equal') as may_be_sibling
    , (
        b.is_free
        and b.probability >= 0.9
        and b.magister_rank = 1
        and b.legacy_rank = 1
        and b.namesakes = 1
        and (b.same_last_names = 1 or b.first_level = 'equal')
        and b.class_level <> 'differs'
    ) as is_likely
from best as b
