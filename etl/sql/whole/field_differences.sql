select s.* replace (p.magister_row as magister_row, p.legacy_row as legacy_row)
from plain_pairs as p
inner join examined.field_differences as s on p.school = s.school and p.stand_in = s.magister_row
where p.magister_row <> p.stand_in
