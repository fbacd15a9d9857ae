select
    s.* replace (
        p.legacy_row as source_row
        , p.legacy_line as line_number
        , l.record_digest as record_digest
        , l.stamnr as stamnr
        , l.externeid as externeid
        , l.stamnr as stamnr_written
        , nullif(l.externeid, '') as externeid_written
        , l.stamnr as stamnr_key
        , nullif(lower(translate(l.externeid, '{}-', '')), '') as externeid_key
        , nullif(l.account_id, '') as account_id
        , nullif(l.gebruikersnaam, '') as gebruikersnaam
        , known(l.email) as email
        -- the forms of a name, as the cleaning stage makes them; nobody pays for them who does not ask
        , person_name(
            name_text(l.roepnaam), name_text(l.tussenvoegsel), name_text(l.achternaam), reading_order(l.naam)
        ) as full_name
        , nullif(folded_text(name_text(l.roepnaam)), '') as first_key
        , without_particles(
            surname_to_compare(
                nullif(folded_text(name_text(l.tussenvoegsel)), '')
                , nullif(folded_text(name_text(l.achternaam)), '')
            )
        ) as last_key
        , name_without_particles(
            nullif(
                folded_text(
                    person_name(
                        name_text(l.roepnaam), name_text(l.tussenvoegsel), name_text(l.achternaam)
                        , reading_order(l.naam)
                    )
                ), ''
            )
        ) as full_key
        , nullif(
            replace(
                folded_text(
                    person_name(
                        name_text(l.roepnaam), name_text(l.tussenvoegsel), name_text(l.achternaam)
                        , reading_order(l.naam)
                    )
                ), ' ', ''
            ), ''
        ) as letters_key
    )
from plain_pairs as p
inner join examined.clean_legacy as s on p.school = s.school and p.stand_in_account = s.source_row
inner join raw_legacy as l on p.school = l.school and p.legacy_row = l.source_row
where p.magister_row <> p.stand_in
