select
    s.* replace (
        p.magister_row as magister_row, p.magister_line as line_number, m.stamnr as stamnr, p.full_name as full_name
    )
from plain_pairs as p
inner join examined.login_readiness as s on p.school = s.school and p.stand_in = s.magister_row
inner join raw_magister as m on p.school = m.school and p.magister_row = m.source_row
where p.magister_row <> p.stand_in
