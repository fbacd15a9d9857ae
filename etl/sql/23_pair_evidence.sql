-- For each pair that meets: what speaks for and against it being one pupil, and which repairs the meeting needed.
-- Grain:  as matched_pupils; school, magister_row, legacy_row.
-- Reads:  matched_pupils, magister_rows, legacy_rows, key_groups, reject_keys, cell_repairs
-- Rule:   names never make a link, they can only speak against it; a missing name says nothing.
with elsewhere as (
    -- numbers of pupils who are in the Magister file after all, though not among the records that can be linked
    select
        g.school
        , g.key_text as stamnr_key
    from key_groups as g
    where g.kind = 'stamnr' and g.magister_aside_records > 0
    union
    select
        r.school
        , r.key_text as stamnr_key
    from reject_keys as r
    where r.source = 'magister' and r.kind = 'stamnr'
    union
    select
        m.school
        , m.stamnr_hint as stamnr_key
    from magister_rows as m
    where m.stamnr_hint is not null
)

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
    , (l.stamnr_key is not null and m.stamnr_key is not null and l.stamnr_key <> m.stamnr_key) as is_number_different
    , (e.stamnr_key is not null and not p.is_by_stamnr) as is_number_elsewhere
    , (
        (l.klas_key is not null and m.klas_key is not null and l.klas_key <> m.klas_key)
        or (l.leerjaar_key is not null and m.leerjaar_key is not null and l.leerjaar_key <> m.leerjaar_key)
        or (l.stamnr_key is not null and m.stamnr_key is not null and l.stamnr_key <> m.stamnr_key)
    ) as is_changed
    , trim(
        case
            when
                (p.is_by_stamnr and m.stamnr_written <> l.stamnr_written)
                or realm_user(m.realmid_written) <> m.idgebr_written
                then 'zeros '
            else ''
        end
        || case
            when
                p.is_by_externeid
                and translate(m.externeid_written, '{}()- ', '') <> translate(l.externeid_written, '{}()- ', '')
                then 'case '
            else ''
        end
        || case
            when
                p.is_by_externeid
                and replace(lower(m.externeid_written), ' ', '') <> replace(lower(l.externeid_written), ' ', '')
                then 'braces '
            else ''
        end
        || case when m.is_spaced or l.is_spaced then 'spaces ' else '' end
        || case when m.is_wrapped or l.is_wrapped then 'wrapper ' else '' end
        || case when m.has_decimals or l.has_decimals then 'decimals ' else '' end
        || case when p.is_by_stamnr and (a.repair is not null or b.repair is not null) then 'pattern ' else '' end
    ) as repairs
from matched_pupils as p
inner join magister_rows as m on p.school = m.school and p.magister_row = m.source_row
inner join legacy_rows as l on p.school = l.school and p.legacy_row = l.source_row
left join cell_repairs as a
    on m.school = a.school and m.source_row = a.source_row and a.source = 'magister' and a.column_name = 'stamnr'
left join cell_repairs as b
    on l.school = b.school and l.source_row = b.source_row and b.source = 'legacy' and b.column_name = 'stamnr'
left join elsewhere as e on l.school = e.school and l.stamnr_key = e.stamnr_key
