-- The plain pairs that a stand-in speaks for: one pair of each profile goes through the rules, the rest fare like it.
-- Grain:  school, magister_row, legacy_row; `stand_in` and `stand_in_account` are the rows of the examined pair.
-- Reads:  found_pairs, clashes, raw_magister, raw_legacy, run_parameters, setting_values
-- Rule:   only where the profile lets a link be made as it was delivered: in scope, in the school's realm, a class that
--         no spreadsheet has spoiled. A pair that shares a key with any other record is examined itself.
with free as (
    select f.*
    from found_pairs as f
    where
        not exists (
            select 1 from clashes as c
            where c.school = f.school and c.magister_row = f.magister_row
        )
)

, profiles as (
    select
        f.school
        , f.profile
        , min(f.magister_row) as stand_in
        , min_by(f.legacy_row, f.magister_row) as stand_in_account
        , count(*) as pairs
        , any_value(f.realm) as realm
    from free as f
    group by f.school, f.profile
)

, pupils as (
    select
        m.school
        , count(*) as records
    from raw_magister as m
    group by m.school
)

-- The realm of more than half of all records is the usual one, whatever the rest of them say.
, realms as (
    select
        s.school
        , s.value_key as realm
    from setting_values as s
    where s.kind = 'realm'
    union
    select
        p.school
        , p.realm
    from profiles as p
    inner join pupils as a on p.school = a.school
    where
        p.realm is not null
        and not exists (
            select 1 from setting_values as s
            where s.school = p.school and s.kind = 'realm'
        )
    group by p.school, p.realm, a.records
    having 2 * sum(p.pairs) > a.records
)

, examples as (
    -- grouped, so that what is asked of it below is asked once a profile and not of every record delivered
    select
        t.school
        , t.profile
        , t.stand_in
        , t.stand_in_account
        , t.realm
        , any_value(m.klas) as magister_klas
        , any_value(m.rol) as magister_rol
        , any_value(m.vestiging) as magister_vestiging
        , any_value(m.uitschrijfdatum) as magister_left
        , any_value(l.klas) as legacy_klas
        , any_value(l.rol) as legacy_rol
        , any_value(l.vestiging) as legacy_vestiging
        , any_value(l.uitschrijfdatum) as legacy_left
        , any_value(l.account_status) as account_status
    from profiles as t
    inner join raw_magister as m on t.school = m.school and t.stand_in = m.source_row
    inner join raw_legacy as l on t.school = l.school and t.stand_in_account = l.source_row
    group by t.school, t.profile, t.stand_in, t.stand_in_account, t.realm
)

, kept as (
    select
        t.school
        , t.profile
        , t.stand_in
        , t.stand_in_account
    from examples as t
    inner join run_parameters as p on t.school = p.school
    left join realms as r on t.school = r.school and t.realm = r.realm
    where
        (t.realm is null or r.realm is not null)
        and (known(t.magister_klas) is null or class_key(known(t.magister_klas)) is not null)
        and (known(t.legacy_klas) is null or class_key(known(t.legacy_klas)) is not null)
        and (date_key(t.magister_left) < p.left_before) is not true
        and (date_key(t.legacy_left) < p.left_before) is not true
        and not exists (
            select 1 from setting_values as s
            where
                s.school = t.school and s.kind = 'exclude_role'
                and s.value_key in (folded(t.magister_rol), folded(t.legacy_rol))
        )
        and not exists (
            select 1 from setting_values as s
            where
                s.school = t.school and s.kind = 'exclude_account_status'
                and s.value_key = folded(t.account_status)
        )
        and (
            not p.has_locations or folded(t.magister_vestiging) is null or exists (
                select 1 from setting_values as s
                where s.school = t.school and s.kind = 'location' and s.value_key = folded(t.magister_vestiging)
            )
        )
        and (
            not p.has_locations or folded(t.legacy_vestiging) is null or exists (
                select 1 from setting_values as s
                where s.school = t.school and s.kind = 'location' and s.value_key = folded(t.legacy_vestiging)
            )
        )
)

select
    f.school
    , f.magister_row
    , f.legacy_row
    , f.magister_line
    , f.legacy_line
    , f.named
    , k.stand_in
    , k.stand_in_account
from free as f
inner join kept as k on f.school = k.school and f.profile = k.profile
