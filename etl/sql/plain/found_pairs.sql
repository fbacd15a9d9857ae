-- Pairs that are written plainly and meet on the pupil number: nothing about them needs cleaning or a second look.
-- Grain:  school, magister_row, legacy_row; a key may still stand in several of them.
-- Reads:  raw_magister, raw_legacy, run_parameters
-- Rule:   plain is a matter of form only: whole numbers without zeros in front, a whole id, a login of the pupil's own
--         number, names that are the same letters on both sides (or no name on one of them). `profile` holds every
--         other value that a rule may look at, so pairs with one profile fare alike. Keys are kept as numbers (hashes):
--         two that are equal by chance make two pairs be examined that need not be, and nothing else.
with pupils as (
    select
        m.school
        , m.source_row
        , m.line_number
        , m.stamnr
        , nullif(m.idgebr, '') as idgebr
        , m.externeid
        , case when starts_with(m.externeid, '{') then substr(m.externeid, 2, 36) else m.externeid end as guid
        , substr(m.realmid, length(m.idgebr) + 2) as realm
        , coalesce(m.roepnaam, '') as roepnaam
        , coalesce(m.tussenvoegsel, '') as tussenvoegsel
        , coalesce(m.achternaam, '') as achternaam
        , coalesce(m.naam, '') as naam
        , m.klas
        , m.leerjaar
        , m.opleiding
        , m.leerweg
        , m.vestiging
        , m.rol
        , m.uitschrijfdatum
    from raw_magister as m
    inner join run_parameters as p on m.school = p.school
    where
        regexp_full_match(m.stamnr, '[1-9][0-9]{0,17}')
        and (length(m.stamnr) > p.stamnr_width) is not true
        and regexp_full_match(
            m.externeid
            , '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}'
            || '|[{][0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[}]'
        )
        and not regexp_full_match(m.externeid, '[{]?(0|-)+[}]?|[{]?([Ff]|-)+[}]?')
        and case
            when coalesce(m.idgebr, '') = '' then coalesce(m.realmid, '') = '' and not p.is_realm_required
            else
                regexp_full_match(m.idgebr, '[1-9][0-9]{0,17}')
                and regexp_full_match(m.realmid, '[1-9][0-9]{0,17}@[a-z0-9.-]+')
                and starts_with(m.realmid, m.idgebr || '@')
        end
)

, accounts as (
    select
        l.school
        , l.source_row
        , l.line_number
        , l.stamnr
        , coalesce(l.externeid, '') as externeid
        , case
            when l.account_id <> '' then 'id ' || lower(l.account_id)
            when l.gebruikersnaam <> '' then 'user ' || lower(l.gebruikersnaam)
        end as account_key
        , coalesce(l.roepnaam, '') as roepnaam
        , coalesce(l.tussenvoegsel, '') as tussenvoegsel
        , coalesce(l.achternaam, '') as achternaam
        , coalesce(l.naam, '') as naam
        , l.klas
        , l.leerjaar
        , l.opleiding
        , l.leerweg
        , l.vestiging
        , l.rol
        , l.account_status
        , l.uitschrijfdatum
    from raw_legacy as l
    where
        regexp_full_match(l.stamnr, '[1-9][0-9]{0,17}')
        -- an account's own name: no odd sign, and no word that stands for nothing
        and (coalesce(l.account_id, '') = '' or (
            regexp_full_match(l.account_id, '[A-Za-z0-9][A-Za-z0-9@._-]*')
            and not regexp_full_match(
                lower(l.account_id), 'x|n[.]?v[.]?t[.]?|n[ab]|null|none|nan|nil|onbekend|geen|leeg|unknown'
            )
        ))
        and (coalesce(l.gebruikersnaam, '') = '' or (
            regexp_full_match(l.gebruikersnaam, '[A-Za-z0-9][A-Za-z0-9@._-]*')
            and not regexp_full_match(
                lower(l.gebruikersnaam), 'x|n[.]?v[.]?t[.]?|n[ab]|null|none|nan|nil|onbekend|geen|leeg|unknown'
            )
        ))
)

select
    m.school
    , m.source_row as magister_row
    , l.source_row as legacy_row
    , m.line_number as magister_line
    , l.line_number as legacy_line
    , hash(m.stamnr) as stamnr
    , hash(lower(replace(m.guid, '-', ''))) as externeid
    , case when m.idgebr is not null then hash(m.idgebr) end as idgebr
    , case when l.account_key is not null then hash(l.account_key) end as account
    , m.realm
    -- which side says what the pupil is called
    , case
        when
            m.roepnaam = l.roepnaam and m.tussenvoegsel = l.tussenvoegsel
            and m.achternaam = l.achternaam and m.naam = l.naam
            and m.achternaam || m.naam <> '' then 'both'
        when m.roepnaam || m.tussenvoegsel || m.achternaam || m.naam <> '' then 'magister'
        when l.roepnaam || l.tussenvoegsel || l.achternaam || l.naam <> '' then 'legacy'
        else 'neither'
    end as named
    , concat_ws(
        chr(31)
        , case when l.externeid = '' then 'number' else 'number and id' end
        , named
        , coalesce(m.realm, chr(30))
        , coalesce(m.klas, chr(30)), coalesce(l.klas, chr(30))
        , coalesce(m.leerjaar, chr(30)), coalesce(l.leerjaar, chr(30))
        , coalesce(m.opleiding, chr(30)), coalesce(l.opleiding, chr(30))
        , coalesce(m.leerweg, chr(30)), coalesce(l.leerweg, chr(30))
        , coalesce(m.vestiging, chr(30)), coalesce(l.vestiging, chr(30))
        , coalesce(m.rol, chr(30)), coalesce(l.rol, chr(30))
        , coalesce(m.uitschrijfdatum, chr(30)), coalesce(l.uitschrijfdatum, chr(30))
        , coalesce(l.account_status, chr(30))
    ) as profile
from pupils as m
inner join accounts as l on m.school = l.school and m.stamnr = l.stamnr
where
    (l.externeid = '' or l.externeid = m.externeid)
    and case
        when
            m.roepnaam = l.roepnaam and m.tussenvoegsel = l.tussenvoegsel
            and m.achternaam = l.achternaam and m.naam = l.naam
            then case
                when m.achternaam <> ''
                    -- a surname alone does not make two names agree
                    then
                        regexp_full_match(m.roepnaam || '|' || m.achternaam, '\p{L}[\p{L} .''-]*[|]\p{L}[\p{L} ''-]*')
                        and not regexp_matches(
                            lower(m.roepnaam || '|' || m.achternaam)
                            , '\b(x+|n[.]?v[.]?t|n[ab]|null|none|onbekend|geen|leeg|unknown)\b'
                        )
                when
                    m.naam <> ''
                    then
                        m.roepnaam = '' and regexp_full_match(m.naam, '\p{L}[\p{L}''-]+([ ,]+[\p{L}''-]+)+')
                        and not regexp_matches(
                            lower(m.naam), '\b(x+|nvt|n[ab]|null|none|onbekend|geen|leeg|unknown)\b'
                        )
                else m.roepnaam = '' and m.tussenvoegsel = ''
            end
        else
            (m.roepnaam || m.tussenvoegsel || m.achternaam || m.naam) = ''
            or (l.roepnaam || l.tussenvoegsel || l.achternaam || l.naam) = ''
    end
    -- invented accounts are told by a word in their name
    and not regexp_matches(
        lower(
            m.roepnaam || m.tussenvoegsel || m.achternaam || m.naam
            || l.roepnaam || l.tussenvoegsel || l.achternaam || l.naam
        )
        , 'test|proef'
    )
