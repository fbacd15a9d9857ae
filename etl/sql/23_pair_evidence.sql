-- For each pair that meets: what speaks for and against it being one pupil, and which repairs the meeting needed.
-- Grain:  as matched_pupils; school, magister_row, legacy_row.
-- Reads:  matched_pupils, magister_rows, legacy_rows
-- Rule:   names never make a link, they can only speak against it; a missing name says nothing.
with compared as (
    select
        p.school
        , p.magister_row
        , p.legacy_row
        , p.is_by_externeid
        , p.is_by_stamnr
        , compare_names(
            m.full_key, m.first_key, m.last_key, m.letters_key, l.full_key, l.first_key, l.last_key, l.letters_key
        ) as names
        , m.is_contradicted_by_control
        , (l.externeid_key is not null and l.externeid_key <> m.externeid_key) as is_other_externeid
        , (l.stamnr_key is not null and m.stamnr_key is not null and l.stamnr_key <> m.stamnr_key)
            as is_number_different
        , (
            (l.klas_key is not null and m.klas_key is not null and l.klas_key <> m.klas_key)
            or (l.leerjaar_key is not null and m.leerjaar_key is not null and l.leerjaar_key <> m.leerjaar_key)
            or (l.stamnr_key is not null and m.stamnr_key is not null and l.stamnr_key <> m.stamnr_key)
        ) as is_changed
        , m.stamnr as magister_stamnr
        , l.stamnr as legacy_stamnr
        , m.externeid as magister_externeid
        , l.externeid as legacy_externeid
        , m.idgebr
        , m.realmid
        , l.stamnr_key as legacy_stamnr_key
        , l.externeid_key as legacy_externeid_key
    from matched_pupils as p
    inner join magister_rows as m on p.school = m.school and p.magister_row = m.source_row
    inner join legacy_rows as l on p.school = l.school and p.legacy_row = l.source_row
)

select
    c.school
    , c.magister_row
    , c.legacy_row
    , c.is_by_externeid
    , c.is_by_stamnr
    , c.names
    , c.is_contradicted_by_control
    , c.is_other_externeid
    , c.is_number_different
    , c.is_changed
    , trim(
        case
            when
                c.is_by_stamnr
                and without_decimals(unwrapped(c.magister_stamnr)) <> without_decimals(unwrapped(c.legacy_stamnr))
                then 'zeros '
            when
                c.realmid is not null and c.idgebr is not null
                and split_part(known(c.realmid), '@', 1) <> unwrapped(c.idgebr) then 'zeros '
            else ''
        end
        || case
            when
                c.is_by_externeid
                and translate(unwrapped(c.magister_externeid), '{}()- ', '')
                <> translate(unwrapped(c.legacy_externeid), '{}()- ', '') then 'case '
            else ''
        end
        || case
            when
                c.is_by_externeid
                and replace(lower(unwrapped(c.magister_externeid)), ' ', '')
                <> replace(lower(unwrapped(c.legacy_externeid)), ' ', '') then 'braces '
            else ''
        end
        || case
            when
                known(c.magister_stamnr) <> c.magister_stamnr
                or replace(known(c.magister_externeid), ' ', '') <> c.magister_externeid
                or (c.legacy_stamnr_key is not null and known(c.legacy_stamnr) <> c.legacy_stamnr)
                or (
                    c.legacy_externeid_key is not null
                    and replace(known(c.legacy_externeid), ' ', '') <> c.legacy_externeid
                )
                or known(c.idgebr) <> c.idgebr or known(c.realmid) <> c.realmid then 'spaces '
            else ''
        end
        || case
            when
                unwrapped(c.magister_stamnr) <> known(c.magister_stamnr)
                or unwrapped(c.magister_externeid) <> known(c.magister_externeid)
                or (c.legacy_stamnr_key is not null and unwrapped(c.legacy_stamnr) <> known(c.legacy_stamnr))
                or (
                    c.legacy_externeid_key is not null
                    and unwrapped(c.legacy_externeid) <> known(c.legacy_externeid)
                ) then 'wrapper '
            else ''
        end
        || case
            when
                without_decimals(unwrapped(c.magister_stamnr)) <> unwrapped(c.magister_stamnr)
                or (
                    c.legacy_stamnr_key is not null
                    and without_decimals(unwrapped(c.legacy_stamnr)) <> unwrapped(c.legacy_stamnr)
                ) then 'decimals '
            else ''
        end
    ) as repairs
from compared as c
