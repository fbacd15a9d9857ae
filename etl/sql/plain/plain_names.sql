-- The names of the pupils and accounts that a stand-in speaks for: among them stand namesakes and brothers.
-- Grain:  a pupil or an account, without its row; several may have one name.
-- Reads:  plain_pairs, the examined magister_rows and legacy_rows
select
    p.school
    , 'magister' as source
    , p.first_key
    , p.last_key
    , p.full_key
    , coalesce(s.leerjaar_key, class_year(s.klas_key)) as class_year
from plain_pairs as p
inner join examined.magister_rows as s on p.school = s.school and p.stand_in = s.source_row
where p.named in ('both', 'magister') and p.full_key is not null and p.magister_row <> p.stand_in
union all
select
    p.school
    , 'legacy' as source
    , p.first_key
    , p.last_key
    , p.full_key
    , coalesce(s.leerjaar_key, class_year(s.klas_key)) as class_year
from plain_pairs as p
inner join examined.legacy_rows as s on p.school = s.school and p.stand_in_account = s.source_row
where p.named in ('both', 'legacy') and p.full_key is not null and p.magister_row <> p.stand_in
