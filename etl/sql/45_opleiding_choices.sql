-- The opleiding of every pupil who will have an account, or why the school must choose it.
-- Grain:  school, magister_row; linked and new pupils.
-- Reads:  classified_pupils, magister_rows, legacy_rows, opleiding_words, opleiding_stems, opleiding_rules
-- Rule:   the legacy file, then the control list (or the Magister file), then the school's own rules. Two sources that
--         contradict each other, a year that contradicts the class, and a single letter are decisions, not guesses.
with pupils as (
    select
        c.school
        , c.source_row as magister_row
        , c.counterpart_row as legacy_row
        , c.is_linked
    from classified_pupils as c
    where c.source = 'magister' and (c.is_linked or c.status = 'new_in_magister')
)

, told as (
    select
        p.school
        , p.magister_row
        , case when p.is_linked then p.legacy_row end as legacy_row
        , coalesce(m.klas_key, l.klas_key) as klas_key
        , coalesce(m.leerjaar_key, l.leerjaar_key) as leerjaar_key
        , l.opleiding as legacy_opleiding
        , lo.stem as legacy_stem
        , lo.year_text as legacy_year
        , lo.problem as legacy_problem
        , lw.stem as legacy_leerweg_stem
        , m.opleiding as magister_opleiding
        , m.opleiding_origin as magister_origin
        , mo.stem as magister_stem
        , mo.year_text as magister_year
        , mo.problem as magister_problem
        , mw.stem as magister_leerweg_stem
        , rk.opleiding as klas_rule
        , coalesce(ro.opleiding, rl.opleiding) as opleiding_rule
        , substr(
            translate(
                coalesce(m.klas_key, l.klas_key), translate(coalesce(m.klas_key, l.klas_key), '123456', ''), ''
            )
            , 1, 1
        ) as klas_year
    from pupils as p
    inner join magister_rows as m on p.school = m.school and p.magister_row = m.source_row
    left join legacy_rows as l on p.school = l.school and p.is_linked and p.legacy_row = l.source_row
    left join opleiding_words as lo on l.opleiding = lo.delivered
    left join opleiding_words as lw on l.leerweg = lw.delivered
    left join opleiding_words as mo on m.opleiding = mo.delivered
    left join opleiding_words as mw on m.leerweg = mw.delivered
    left join opleiding_rules as rk on rk.column_name = 'klas' and coalesce(m.klas_key, l.klas_key) = rk.value_text
    left join opleiding_rules as ro on ro.column_name = 'opleiding' and m.opleiding = ro.value_text
    left join opleiding_rules as rl on rl.column_name = 'opleiding' and l.opleiding = rl.value_text
)

, stems as (
    select
        t.*
        , coalesce(t.legacy_stem, t.legacy_leerweg_stem) as legacy_says
        , coalesce(t.magister_stem, t.magister_leerweg_stem) as magister_says
        , coalesce(t.klas_rule, t.opleiding_rule) as rule_says
    from told as t
)

, chosen as (
    select
        s.*
        , coalesce(s.legacy_says, s.magister_says) as stem
        -- the class of now says the year best; a year in last year's text only where no class is known
        , coalesce(nullif(s.klas_year, ''), s.leerjaar_key, s.magister_year, s.legacy_year) as year_text
        , case
            when s.legacy_says is not null and s.magister_says is not null and s.legacy_says <> s.magister_says
                then 'opleiding_conflict'
            when s.legacy_says is not null or s.magister_says is not null
                then case
                    when
                        coalesce(nullif(s.klas_year, ''), s.leerjaar_key)
                        <> case when s.legacy_says is not null then s.legacy_year else s.magister_year end
                        then 'opleiding_year'
                end
            when s.rule_says is not null then null
            when s.legacy_problem is not null then s.legacy_problem
            when s.magister_problem is not null then s.magister_problem
            else 'opleiding_missing'
        end as problem
    from stems as s
)

, ranged as (
    select
        c.*
        -- years are one digit, so comparing them as text is comparing them as numbers
        , coalesce(length(c.year_text) = 1 and c.year_text between w.first_year and w.last_year, false)
            as is_year_possible
    from chosen as c
    left join opleiding_stems as w on c.stem = w.stem
)

select
    r.school
    , r.magister_row
    , r.legacy_row
    , r.klas_key
    , case
        when r.problem is null and r.stem is null then r.rule_says
        when r.problem is null and r.is_year_possible
            then r.stem || ' klas ' || r.year_text
        when r.problem is not null and r.rule_says is not null then r.rule_says
    end as opleiding
    , case
        when r.problem is null and r.stem is null then 'rule'
        when r.problem is null and r.is_year_possible
            then case when r.legacy_says is not null then 'legacy' else coalesce(r.magister_origin, 'control') end
        when r.problem is not null and r.rule_says is not null then 'rule'
    end as origin
    , case
        when r.problem is not null and r.rule_says is not null then null
        when r.problem is not null then r.problem
        when r.stem is not null and not r.is_year_possible then 'opleiding_year'
    end as problem
from ranged as r
