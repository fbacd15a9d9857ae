-- The helper functions that the SQL files call, in DuckDB's words.
-- Each returns a value or NULL and never fails on delivered text. Another engine defines the same names.
-- What is written plainly, as nearly everything is, takes the short way in front; the long way would give it the same
-- (tests/properties/test_function_short_ways.py).
-- The text of an argument is copied to each place where a function names it, and NULLIF names it twice. So the _text
-- functions give '' for "nothing", and a function that names its argument often takes a column that an earlier step made:
-- what it is called on stands in the name of the argument (delivered, known, plain, words).
-- A list of words is a pattern here and no IN: DuckDB 2.0.0 makes a join of an IN with five words or more, each time.

-- Text without what cannot be seen: odd spaces become a space, zero-width characters and marks go, ends are trimmed;
-- full-width digits and signs become plain ones (the part of NFKC that occurs in pupil lists).
create macro tidy(delivered) as
    case
        when regexp_full_match(delivered, '([!-~]([ -~]*[!-~])?)?') then delivered
        else trim(
            translate(
                regexp_replace(
                    regexp_replace(
                        nfc_normalize(delivered)
                        , '[\x{A0}\x{2002}\x{2003}\x{2007}\x{2009}\x{202F}\x{3000}\t\n\r]', ' ', 'g'
                    )
                    , '[\x{AD}\x{200B}-\x{200F}\x{2060}\x{FEFF}]', '', 'g'
                )
                , '０１２３４５６７８９＠．－｛｝', '0123456789@.-{}'
            )
        )
    end;

create macro known_text(delivered) as
    case
        -- no placeholder begins with a digit, or with a brace and a digit of an id
        when regexp_full_match(delivered, '(([0-9]|[{][0-9A-Fa-f])([ -~]*[!-~])?)?') then delivered
        else regexp_replace(
            tidy(delivered)
            , '^(-+|\.+|\?+|x|n\.?v\.?t\.?|#?n/?[ab]|null|none|nan|nil|onbekend|geen|leeg|unknown|\{\}|\(\)|""|''+|="")$'
            , ''
            , 'i'
        )
    end;

-- What stands for nothing becomes NULL: a placeholder is no value, and no value never meets anything.
create macro known(delivered) as
    nullif(known_text(delivered), '');

create macro unwrap(plain) as
    trim(
        regexp_replace(
            regexp_replace(plain, '^(="|["“”„‟«»])(.*)["“”„‟«»]$', '\2'), '^[''‘’‚‛](.*?)[''‘’‛]?$', '\1'
        )
    );

create macro unwrapped_text(delivered) as
    unwrap(known_text(delivered));

-- The text inside what Excel needs to keep a number as text, ="0123" or '0123, or inside a pair of quotes.
create macro unwrapped(delivered) as
    nullif(unwrapped_text(delivered), '');

-- A whole number that Excel wrote with decimals: 109999.0, 109999,00. Three zeros may be thousands: left alone.
create macro without_decimals(plain) as
    regexp_replace(plain, '^([0-9]+)[.,]00?$', '\1');

-- A number written with points between its thousands: 109.999. One such value may be anything; a whole column of them
-- was written so by a spreadsheet.
create macro is_in_thousands(delivered) as
    coalesce(regexp_full_match(unwrapped_text(delivered), '[1-9][0-9]{0,2}([.][0-9]{3})+'), false);

create macro number_in(plain) as
    nullif(regexp_extract(without_decimals(plain), '^0*([1-9][0-9]*)$', 1), '');

-- A pupil number for comparing: digits without leading zeros; NULL when out of form or zero.
create macro number_key(delivered) as
    number_in(unwrapped_text(delivered));

-- What a number that is out of form may have been, to hold its likely counterpart; never to link it: the digits in it,
-- or for a number that a spreadsheet wrote as 1,09999E+05 the digits that are left of it.
create macro number_hint(known) as
    nullif(
        case
            when regexp_full_match(upper(known), '[0-9][.,][0-9]+E[+]?[0-9]{1,2}')
                then rpad(
                    regexp_replace(regexp_replace(upper(known), 'E.*$', ''), '[.,]', '')
                    , try_cast(regexp_extract(upper(known), 'E[+]?([0-9]+)$', 1) as integer) + 1
                    , '0'
                )
            else trim(leading '0' from regexp_replace(known, '[^0-9]', '', 'g'))
        end
        , ''
    );

-- Whether a spreadsheet has spoiled a number: written as 1,09999E+05, or as an error or a row of hashes.
create macro is_spoiled(delivered) as
    coalesce(regexp_full_match(upper(unwrapped_text(delivered)), '[0-9]+([.,][0-9]+)?E[+-]?[0-9]{1,3}|#.*'), false);

-- Small letters without spaces and without the pair of braces around it.
create macro guid_text(plain) as
    regexp_replace(lower(replace(plain, ' ', '')), '^(\{(.*)\}|\((.*)\))$', '\2\3');

create macro guid_digits_text(plain) as
    case
        when regexp_full_match(plain, '[{][0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[}]')
            then replace(lower(substr(plain, 2, 36)), '-', '')
        else replace(
            regexp_extract(guid_text(plain), '^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$', 1)
            , '-', ''
        )
    end;

-- An external id for comparing: 32 small hexadecimal digits; NULL when out of form.
-- All zeros and all f's are placeholders by their standard, so they are no id.
create macro guid_key(digits) as
    nullif(regexp_replace(digits, '^(0+|f+)$', ''), '');

create macro is_nil_guid(digits) as
    coalesce(digits in (repeat('0', 32), repeat('f', 32)), false);

-- user@realm for comparing: one @, a whole number before it, a realm of letters, digits, dots and dashes after it.
create macro realmid_key(plain) as
    nullif(lower(regexp_extract(plain, '^0*([1-9][0-9]*@[A-Za-z0-9.-]+)$', 1)), '');

-- The user number in front of the @ of a login, and the realm behind it; NULL when there is none.
-- Not split_part: DuckDB 2.0.0 fails where that is compared in a column without any value (an error at binding).
create macro realm_user(realmid) as
    nullif(regexp_extract(realmid, '^[^@]*'), '');

create macro realm_of(realmid) as
    nullif(regexp_extract(realmid, '^[^@]*@([^@]*)', 1), '');

-- As known_text, for names: Na, Nan and Nil are first names, and what stands for nothing may be there twice.
create macro name_text(delivered) as
    regexp_replace(
        tidy(delivered)
        , '^((-+|\.+|\?+|n\.?v\.?t\.?|n/[ab]|null|none|onbekend|geen|leeg|unknown)([ ,]+|$))+$|^(x[ ,.]*){2,}$|^#.*$'
        , ''
        , 'i'
    );

-- Small words of plain letters and digits with one space between them. The signs that part words are listed, as far as
-- writing has them: DuckDB 2.0.0 needs a millisecond for each column to make [^\p{L}\p{N}] ready, rows or no rows.
create macro folded_text(delivered) as
    case
        when
            regexp_full_match(delivered, '[A-Za-z0-9]+( [A-Za-z0-9]+)*')
            and not regexp_full_match(lower(delivered), '((nvt|null|none|onbekend|geen|leeg|unknown)( |$))+|(x ?){2,}')
            then lower(delivered)
        else trim(
            regexp_replace(
                translate(
                    replace(replace(replace(replace(replace(
                        lower(strip_accents(name_text(delivered))), 'ĳ', 'ij'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
                    , 'øłđðıħŧŋ', 'olddihtn'
                )
                , '[\x00-/:-@\[-`{-\x{A9}\x{AB}-\x{B1}\x{B4}\x{B6}-\x{B8}\x{BB}\x{BF}\x{D7}\x{F7}\x{2C2}-\x{2C5}'
                || '\x{2D2}-\x{2DF}\x{2E5}-\x{2EB}\x{2ED}\x{2EF}-\x{2FF}\x{375}\x{384}\x{3F6}\x{482}\x{55A}-\x{55F}'
                || '\x{589}-\x{58F}\x{5BE}\x{5C0}\x{5C3}\x{5C6}\x{5F3}-\x{60F}\x{61B}-\x{61F}\x{66A}-\x{66D}\x{6D4}'
                || '\x{964}\x{965}\x{1360}-\x{1368}\x{2000}-\x{206F}\x{20A0}-\x{20CF}\x{2116}-\x{2118}'
                || '\x{2120}-\x{2123}\x{2190}-\x{245F}\x{2500}-\x{2775}\x{2794}-\x{2BFF}\x{2E00}-\x{2E2E}'
                || '\x{2E30}-\x{3004}\x{3008}-\x{3020}\x{3030}\x{30FB}\x{E000}-\x{F8FF}\x{FD3E}-\x{FD4F}'
                || '\x{FE10}-\x{FE6F}\x{FF00}-\x{FF0F}\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF65}'
                || '\x{FFE0}-\x{FFFF}\x{1D000}-\x{1D24F}\x{1F000}-\x{1F0FF}\x{1F10D}-\x{1FBEF}\x{E0000}-\x{10FFFF}]+'
                , ' ', 'g'
            )
        )
    end;

create macro folded(delivered) as
    nullif(folded_text(delivered), '');

-- Folded words of a surname without its particles, written out or short (v.d., vd); when only particles are there, the
-- words as they are. A v or a d alone stays: it may be an initial, or the d' of D'Angelo.
create macro without_particles(words) as
    case
        -- one word is left as it is, also when it is a particle
        when regexp_full_match(words, '[a-z0-9]+') then words
        else coalesce(
            nullif(
                trim(regexp_replace(regexp_replace(
                    words
                    , '\b(v d r|v d|vdr|vd|van|de|der|den|het|t|ten|ter|te|in|op|aan|bij|uit|onder|over|voor|tot'
                    || '|la|le|el|al|da|di|du|del|des|dos|von|vom|zu|zum|zur)\b'
                    , ' ', 'g'
                ), ' +', ' ', 'g'))
                , ''
            )
            , words
        )
    end;

-- A whole name without particles. El, Al, Da and their like are first names too, so at the front they stay. So do v d
-- at the front and behind one letter: in "V.D. Berg" and "A.V.D. Berg" they are initials.
create macro name_without_particles(words) as
    case
        -- no particle has more than three letters
        when regexp_full_match(words, '[a-z0-9]{4,}( [a-z0-9]{4,})*') then words
        else coalesce(
            nullif(
                trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                    words, '([^ ]{2,}) +(v d r|v d) +', '\1 ', 'g'
                ), '\b(vdr|vd|van|de|der|den|het|t|ten|ter|te|in|op|von)\b', ' ', 'g'
                ), '([^ ]) +(la|le|el|al|da|di|du)\b', '\1 ', 'g'), ' +', ' ', 'g'))
                , ''
            )
            , words
        )
    end;

-- A whole name without the single letters that may be a short particle or an initial (Daan v. Dijk). It tells only that
-- two names do not contradict each other, never that they agree.
create macro without_short_particles(words) as
    regexp_replace(words, '([^ ]{2,}) +(v d r|v d|v|d) +', '\1 ', 'g');

-- The words of a whole name before the last; none of a single word.
create macro words_before_last(words) as
    left(words, greatest(length(words) - length(split_part(words, ' ', -1)) - 1, 0));

-- The words of a whole name behind the first.
create macro words_behind_first(words) as
    substr(words, length(split_part(words, ' ', 1)) + 2);

-- Whether words hold other words, next to each other and in the same order; or end in them.
create macro has_words(words, others) as
    contains(' ' || words || ' ', ' ' || others || ' ');

create macro ends_in_words(words, others) as
    ends_with(' ' || words, ' ' || others);

-- Whether two surnames are the same but for one letter in front on one side, a short particle or an initial.
create macro is_one_letter_apart(mine, other) as
    (regexp_replace(mine, '^[vd] ', '') = other or regexp_replace(other, '^[vd] ', '') = mine);

-- A combined name in reading order: "Vries, Anna de" and "Vries, de, Anna" become "Anna de Vries".
create macro reading_order(delivered) as
    case
        when delivered = '' then delivered
        else trim(regexp_replace(name_text(delivered), '^([^,]*),([^,]*),?(.*)$', '\3 \2 \1'))
    end;

-- Whether two first names contradict: 'agree', 'differ', or 'unknown' (missing, or only an initial to go by).
create macro compare_first_names(mine, other) as
    case
        when mine is null or other is null then 'unknown'
        when replace(mine, ' ', '') = replace(other, ' ', '') then 'agree'
        when length(split_part(mine, ' ', 1)) = 1 or length(split_part(other, ' ', 1)) = 1
            then case when left(mine, 1) = left(other, 1) then 'unknown' else 'differ' end
        when has_words(mine, other) or has_words(other, mine) then 'agree'
        else 'differ'
    end;

-- Whether the first words of two names contradict: 'agree', 'differ', or 'unknown' where one is an initial of the other.
create macro compare_first_words(mine, other) as
    case
        when split_part(mine, ' ', 1) = split_part(other, ' ', 1) then 'agree'
        when left(mine, 1) = left(other, 1) and (length(split_part(mine, ' ', 1)) = 1 or length(split_part(other, ' ', 1)) = 1)
            then 'unknown'
        else 'differ'
    end;

-- Whether a name was delivered split while its surname is blank: all its letters are those of the first name.
create macro is_without_surname(first_name, last_name, letters) as
    (last_name is null and first_name is not null and replace(first_name, ' ', '') = letters);

-- Whether two people's names contradict each other: 'agree', 'differ' or 'unknown'. Missing is never agreement.
-- full_: all words without particles; first_, last_: the split name where it was delivered split; letters_: with particles.
create macro compare_names(
    full_mine, first_mine, last_mine, letters_mine, full_other, first_other, last_other, letters_other
) as
    case
        when full_mine is null or full_other is null then 'unknown'
        when last_mine is not null and last_other is not null
            then case
                when letters_mine = letters_other
                    -- a family has one surname: without first names it says nothing of who it is
                    then case when first_mine is null and first_other is null then 'unknown' else 'agree' end
                when replace(last_mine, ' ', '') = replace(last_other, ' ', '')
                    then compare_first_names(first_mine, first_other)
                -- without first names the letter may be all there is of one
                when
                    first_mine is not null and first_other is not null and is_one_letter_apart(last_mine, last_other)
                    and compare_first_names(first_mine, first_other) <> 'differ' then 'unknown'
                else 'differ'
            end
        when is_without_surname(first_mine, last_mine, letters_mine)
            or is_without_surname(first_other, last_other, letters_other)
            then case
                -- without any surname an equal first name is not yet the same pupil
                when letters_mine = letters_other
                    and (
                        is_without_surname(first_mine, last_mine, letters_mine)
                        and is_without_surname(first_other, last_other, letters_other)
                    ) is not true
                    then 'agree'
                when coalesce(first_mine, last_mine) is not null and coalesce(first_other, last_other) is not null
                    then case when compare_first_names(first_mine, first_other) = 'differ' then 'differ' else 'unknown' end
                -- the other one was delivered combined
                when case
                    when first_mine is null then has_words(full_mine, full_other)
                    else has_words(full_other, full_mine)
                end
                    then 'unknown'
                when compare_first_words(coalesce(first_mine, full_mine), coalesce(first_other, full_other)) = 'differ'
                    then 'differ'
                else 'unknown'
            end
        when letters_mine = letters_other or full_mine = full_other
            -- one word may be the surname of a family
            then case when contains(full_mine, ' ') or contains(full_other, ' ') then 'agree' else 'unknown' end
        -- a surname of several words without a first name, beside a combined name that ends with it
        when (first_mine is null and last_mine is not null and ends_in_words(full_other, full_mine))
            or (first_other is null and last_other is not null and ends_in_words(full_mine, full_other))
            then 'unknown'
        -- surname first without a comma: "vries anna" beside "anna vries"
        when (split_part(full_mine, ' ', -1) || ' ' || words_before_last(full_mine))
            = full_other
            or (split_part(full_other, ' ', -1) || ' ' || words_before_last(full_other))
            = full_mine
            then 'agree'
        when not contains(full_mine, ' ') or not contains(full_other, ' ')
            then case
                when has_words(full_mine, full_other) or has_words(full_other, full_mine) then 'unknown'
                else 'differ'
            end
        when ends_in_words(full_mine, split_part(full_other, ' ', -1))
            then case
                -- more words between first and last name on one side only: a second given name, or another surname
                when words_behind_first(full_mine) = words_behind_first(full_other)
                    then compare_first_words(full_mine, full_other)
                when compare_first_words(full_mine, full_other) <> 'differ'
                    and (
                        ends_in_words(full_mine, words_behind_first(full_other))
                        or ends_in_words(full_other, words_behind_first(full_mine))
                        or ends_in_words(
                            without_short_particles(full_mine), words_behind_first(without_short_particles(full_other))
                        )
                        or ends_in_words(
                            without_short_particles(full_other), words_behind_first(without_short_particles(full_mine))
                        )
                    ) then 'unknown'
                else 'differ'
            end
        else 'differ'
    end;

-- Words with one space between them.
create macro single_spaced(words) as
    case when not contains(words, '  ') then words else regexp_replace(words, ' +', ' ', 'g') end;

-- What a combined name is beside a name that was delivered in part: 'last' (voornaam;naam: no first name in it), 'first'
-- (naam;achternaam: no surname in it), 'whole' (with a surname in it: it says more), or '' where it says nothing more.
create macro name_part(whole_words, first_words, last_words) as
    case
        when whole_words = '' then ''
        when coalesce(last_words, '') = ''
            then case
                when
                    has_words(whole_words, first_words)
                    or (contains(whole_words, ' ') and compare_first_words(whole_words, first_words) <> 'differ')
                    then ''
                else 'last'
            end
        when whole_words = last_words then ''
        when has_words(whole_words, last_words) then 'whole'
        else 'first'
    end;

-- One name out of the texts that were delivered split or, in reading order, combined; NULL when there is none.
create macro person_name(first_text, prefix_text, last_text, whole_text) as
    nullif(trim(single_spaced(
        case
            when last_text <> '' and prefix_text = '' then concat_ws(' ', first_text, last_text)
            when last_text <> '' then concat_ws(' ', first_text, prefix_text, last_text)
            when whole_text <> '' then whole_text
            else first_text
        end
    )), '');

-- The surname's words with its particle, only where it was delivered apart.
create macro surname_words(prefix_words, last_words) as
    case when last_words is not null then concat_ws(' ', prefix_words, last_words) end;

-- Whether what was delivered apart is a prefix written short (v., v/d, a.d.); there its letters are no initials.
create macro is_short_prefix(prefix_words) as
    coalesce(regexp_full_match(prefix_words, 'v|[aiov] (d|d r|de|den|der|h|het|t)|(aan|in|op|uit|van) d'), false);

-- The surname for comparing, still with the particles that stand apart; not those written short.
create macro surname_to_compare(prefix_words, last_words) as
    case when is_short_prefix(prefix_words) then last_words else surname_words(prefix_words, last_words) end;

-- Whether the words in front of a surname are one of the usual ones, of which no form for comparing keeps any.
create macro is_usual_prefix(prefix_words) as
    regexp_full_match(
        prefix_words, '|van|de|den|der|van de|van den|van der|van het|van t|ten|ter|te|het|t|in t|op de|op den'
    );

-- The surname of a record for comparing, of the folded words in which it was delivered.
create macro surname_key(prefix_words, last_words) as
    case
        -- no particle has more than five letters
        when is_usual_prefix(prefix_words) and regexp_full_match(last_words, '[a-z0-9]{6,}') then last_words
        else without_particles(surname_to_compare(nullif(prefix_words, ''), nullif(last_words, '')))
    end;

-- The whole name of a record for comparing, of the folded words in which its parts and the whole were delivered.
create macro name_key(first_words, prefix_words, last_words, name_words) as
    case
        -- no particle of a whole name has more than three letters
        when
            is_usual_prefix(prefix_words) and regexp_full_match(last_words, '[a-z0-9]{4,}')
            and regexp_full_match(first_words, '[a-z0-9]{3,}')
            and not regexp_full_match(first_words, 'vdr|van|der|den|het|ten|ter|von')
            then first_words || ' ' || last_words
        else name_without_particles(nullif(name_words, ''))
    end;

-- Whether a folded name has a word in it by which invented people are known.
create macro is_test_name(words) as
    regexp_matches(words, '(^| )(test|testleerling|testaccount|proefleerling)( |$)');

-- A class for comparing; a class that a spreadsheet turned into a number, a date or an error is no class.
create macro class_key(known) as
    nullif(
        regexp_replace(
            upper(replace(known, ' ', ''))
            , '^(.*E[+].*|#.*|[0-9]{1,2}-(JAN|FEB|MRT|MAR|APR|MEI|MAY|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DEC)[A-Z]*(-[0-9]{2,4})?'
            || '|(JAN|FEB|MRT|MAR|APR|MEI|MAY|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DEC)[A-Z]*-[0-9]{1,4}'
            || '|[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4})$'
            , ''
        )
        , ''
    );

-- The year that a class says: its first number, when that is one digit from 1 to 6 ("3GL2" and "H3a" say 3, "10A" nothing).
create macro class_year(klas) as
    nullif(regexp_extract(klas, '^[^0-9]*([1-6])([^0-9]|$)', 1), '');

-- A date for comparing, year first (2026-07-31), out of what Dutch systems write; NULL when it is no date.
create macro date_key(delivered) as
    nullif(
        regexp_extract(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        known_text(delivered), '^([0-9]{4})[-/.]?([0-9]{2})[-/.]?([0-9]{2})([ T].*)?$', '\1-\2-\3'
                    )
                    , '^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})([ T].*)?$', '\3-0\2-0\1'
                )
                , '-0([0-9]{2})', '-\1', 'g'
            )
            , '^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))$', 1
        )
        , ''
    );

-- How much two words look alike, from 0 to 1 (Jaro-Winkler); it makes suggestions only, never a key. Rounded, because the
-- last bit differs with the processor and a limit must say the same everywhere.
create macro likeness(mine, other) as
    round(jaro_winkler_similarity(mine, other), 9);

-- In how many places two texts differ, a swap of two neighbours being one (Damerau-Levenshtein).
create macro edits(mine, other) as
    damerau_levenshtein(mine, other);

-- How two classes compare, each with the year it says: the pupil's in Magister and the account's. A class that names no
-- year (a suburb, say) is compared as a word.
create macro compare_classes(mine, mine_year, other, other_year) as
    case
        when mine = other then 'equal'
        when try_cast(mine_year as bigint) = try_cast(other_year as bigint) + 1 then 'next_year'
        when mine_year = other_year then 'same_year'
        when mine_year is not null and other_year is not null then 'differs'
        when mine is null or other is null then 'unknown'
        when likeness(mine, other) >= 0.9 then 'close'
        else 'differs'
    end;
