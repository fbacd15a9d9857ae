select
    s.* replace (
        p.magister_row as source_row
        , p.magister_line as line_number
        , m.record_digest as record_digest
        , m.stamnr as stamnr
        , m.idgebr as idgebr
        , m.externeid as externeid
        , m.realmid as realmid
        , m.stamnr as stamnr_written
        , nullif(m.idgebr, '') as idgebr_written
        , m.externeid as externeid_written
        , nullif(m.realmid, '') as realmid_written
        , m.stamnr as stamnr_key
        , nullif(m.idgebr, '') as idgebr_key
        , lower(translate(m.externeid, '{}-', '')) as externeid_key
        , nullif(m.realmid, '') as realmid_key
        -- the forms of a name, as the cleaning stage makes them; nobody pays for them who does not ask
        , person_name(
            name_text(m.roepnaam), name_text(m.tussenvoegsel), name_text(m.achternaam), reading_order(m.naam)
        ) as full_name
        , nullif(folded_text(name_text(m.roepnaam)), '') as first_key
        , without_particles(
            surname_to_compare(
                nullif(folded_text(name_text(m.tussenvoegsel)), '')
                , nullif(folded_text(name_text(m.achternaam)), '')
            )
        ) as last_key
        , name_without_particles(
            nullif(
                folded_text(
                    person_name(
                        name_text(m.roepnaam), name_text(m.tussenvoegsel), name_text(m.achternaam)
                        , reading_order(m.naam)
                    )
                ), ''
            )
        ) as full_key
        , nullif(
            replace(
                folded_text(
                    person_name(
                        name_text(m.roepnaam), name_text(m.tussenvoegsel), name_text(m.achternaam)
                        , reading_order(m.naam)
                    )
                ), ' ', ''
            ), ''
        ) as letters_key
    )
from plain_pairs as p
inner join examined.clean_magister as s on p.school = s.school and p.stand_in = s.source_row
inner join raw_magister as m on p.school = m.school and p.magister_row = m.source_row
where p.magister_row <> p.stand_in
