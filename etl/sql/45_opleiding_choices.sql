-- The opleiding of every pupil who will have an account, or why the school must choose it.
-- Grain:  school, magister_row; linked and new pupils.
-- Reads:  decided_pupils, magister_rows, legacy_rows, opleiding_words, opleiding_stems, opleiding_rules
-- Rule:   the legacy file, then the control list (or the Magister file), then the school's own rules. Two sources that
--         contradict each other, a year that contradicts the class, and a single letter are decisions, not guesses.
with pupils as (
    select
        c.school
        , c.source_row as magister_row
        , c.counterpart_row as legacy_row
        , c.is_linked
    from decided_pupils as c
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
        , case when mo.stem is not null then m.opleiding_origin else m.leerweg_origin end as magister_origin
        , mo.stem as magister_stem
        , mo.year_text as magister_year
        , mo.problem as magister_problem
        , mw.stem as magister_leerweg_stem
        , rk.opleiding as klas_rule
        , rk.origin as klas_origin
        , coalesce(ro.opleiding, rl.opleiding) as opleiding_rule
        , class_year(coalesce(m.klas_key, l.klas_key)) as klas_year
    from pupils as p
    inner join magister_rows as m on p.school = m.school and p.magister_row = m.source_row
    left join legacy_rows as l on p.school = l.school and p.is_linked and p.legacy_row = l.source_row
    left join opleiding_words as lo on l.opleiding = lo.delivered
    left join opleiding_words as lw on l.leerweg = lw.delivered
    left join opleiding_words as mo on m.opleiding = mo.delivered
    left join opleiding_words as mw on m.leerweg = mw.delivered
    left join opleiding_rules as rk
        on p.school = rk.school and rk.column_name = 'klas' and coalesce(m.klas_key, l.klas_key) = rk.value_text
    left join opleiding_rules as ro
        on p.school = ro.school and ro.column_name = 'opleiding' and m.opleiding = ro.value_text
    left join opleiding_rules as rl
        on p.school = rl.school and rl.column_name = 'opleiding' and l.opleiding = rl.value_text
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
        , coalesce(s.klas_year, s.leerjaar_key, s.magister_year, s.legacy_year) as year_text
        , case when s.legacy_says is not null then s.legacy_year else s.magister_year end as told_year
    from stems as s
)

, judged as (
    select
        c.*
        , case
            when c.stem is null then coalesce(c.legacy_problem, c.magister_problem, 'opleiding_missing')
            when c.legacy_says <> c.magister_says then 'opleiding_conflict'
            when c.klas_year <> c.leerjaar_key or coalesce(c.klas_year, c.leerjaar_key) <> c.told_year
                then 'opleiding_year'
            -- years are one digit, so comparing them as text is comparing them as numbers
            when length(c.year_text) = 1 and c.year_text between w.first_year and w.last_year then null
            else 'opleiding_year'
        end as file_problem
    from chosen as c
    left join opleiding_stems as w on c.stem = w.stem
)

select
    j.school
    , j.magister_row
    , j.legacy_row
    , j.klas_key
    , case when j.file_problem is null then j.stem || ' klas ' || j.year_text else j.rule_says end as opleiding
    , case
        when j.file_problem is null and j.legacy_says is not null then 'legacy'
        when j.file_problem is null then j.magister_origin
        when j.klas_rule is not null then j.klas_origin
        when j.rule_says is not null then 'rule'
    end as origin
    , case when j.rule_says is null then j.file_problem end as problem
from judged as j
