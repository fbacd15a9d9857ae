-- Who can log in through Entree once the import has run, and who cannot yet.
-- Grain:  school, magister_row; every Magister record that is a pupil here: no copy, and in scope.
-- Reads:  decided_pupils, magister_rows, legacy_rows
-- Rule:   a login is a whole realmid in the realm of the school, with the pupil's own user number. A record that has to
--         be corrected first is not ready either, whatever its login looks like: it does not go along.
select
    c.school
    , c.source_row as magister_row
    , c.line_number
    , coalesce(m.klas_key, l.klas_key) as klas_key
    , m.stamnr
    , coalesce(m.full_name, l.full_name) as full_name
    , (c.status <> 'quarantined' and m.realmid_key is not null) as is_ready
    , case
        when c.status = 'quarantined' then coalesce(m.defect, c.reason)
        when m.realmid_key is null then 'realmid_blank'
    end as problem
from decided_pupils as c
left join magister_rows as m on c.school = m.school and c.source_row = m.source_row
left join legacy_rows as l on c.is_linked and c.school = l.school and c.counterpart_row = l.source_row
where c.source = 'magister' and c.status not in ('duplicate_copy', 'out_of_scope')
