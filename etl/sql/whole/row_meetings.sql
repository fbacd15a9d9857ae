select
    s.* replace (
        p.magister_row as source_row, p.legacy_row as other_row
        , case when p.named in ('both', 'magister') then p.full_key end as full_key
    )
from plain_pairs as p
inner join examined.row_meetings as s
    on p.school = s.school and p.stand_in = s.source_row and s.source = 'magister'
where p.magister_row <> p.stand_in
union all
select
    s.* replace (
        p.legacy_row as source_row, p.magister_row as other_row
        , case when p.named in ('both', 'legacy') then p.full_key end as full_key
    )
from plain_pairs as p
inner join examined.row_meetings as s
    on p.school = s.school and p.stand_in_account = s.source_row and s.source = 'legacy'
where p.magister_row <> p.stand_in
