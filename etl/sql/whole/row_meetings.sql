select s.* replace (p.magister_row as source_row, p.legacy_row as other_row, c.full_key as full_key)
from plain_pairs as p
inner join examined.row_meetings as s
    on p.school = s.school and p.stand_in = s.source_row and s.source = 'magister'
inner join clean_magister as c on p.school = c.school and p.magister_row = c.source_row
where p.magister_row <> p.stand_in
union all
select s.* replace (p.legacy_row as source_row, p.magister_row as other_row, c.full_key as full_key)
from plain_pairs as p
inner join examined.row_meetings as s
    on p.school = s.school and p.stand_in_account = s.source_row and s.source = 'legacy'
inner join clean_legacy as c on p.school = c.school and p.legacy_row = c.source_row
where p.magister_row <> p.stand_in
