select
    s.* replace (
        p.magister_row as source_row, p.magister_line as line_number, p.legacy_row as counterpart_row
    )
from plain_pairs as p
inner join examined.decided_pupils as s on p.school = s.school and p.stand_in = s.source_row and s.source = 'magister'
where p.magister_row <> p.stand_in
union all
select
    s.* replace (
        p.legacy_row as source_row, p.legacy_line as line_number, p.magister_row as counterpart_row
    )
from plain_pairs as p
inner join examined.decided_pupils as s
    on p.school = s.school and p.stand_in_account = s.source_row and s.source = 'legacy'
where p.magister_row <> p.stand_in
