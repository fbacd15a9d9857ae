-- What the import file says: one linked account with its pupil's ids.
-- Grain:  school, legacy_row; linked accounts only.
-- Reads:  decided_pupils, magister_rows, legacy_rows, opleiding_choices
-- Rule:   the ids come from the Magister record as delivered, less what cannot be seen and what a spreadsheet put
--         around them; everything else stays the account's own.
select
    c.school
    , c.source_row as legacy_row
    , c.counterpart_row as magister_row
    , m.stamnr_written as stamnr
    , m.idgebr_written as idgebr
    , m.externeid_written as externeid
    , m.realmid_written as realmid
    , l.account_id
    , l.opleiding as opleiding_delivered
    , o.opleiding
    , o.origin as opleiding_origin
    -- what the account says and the list of opleidingen knows stays; other words give way to what was found
    , (l.opleiding is not null and (o.opleiding is null or o.origin = 'legacy')) as is_opleiding_kept
    , c.status
    , c.basis
    , m.stamnr_key
    , m.externeid_key
from decided_pupils as c
inner join magister_rows as m on c.school = m.school and c.counterpart_row = m.source_row
inner join legacy_rows as l on c.school = l.school and c.source_row = l.source_row
left join opleiding_choices as o on c.school = o.school and c.counterpart_row = o.magister_row
where c.source = 'legacy' and c.is_linked
