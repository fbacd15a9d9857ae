-- The helper functions that the SQL files call, in Spark's words: the same names and the same answers as in
-- functions_duckdb.sql, whose comments say what each is for. A test asks both engines the same.
-- Java reads a regular expression otherwise than DuckDB does, so each begins with (?d): only \n ends a line, as there.
-- \z is the end of the text ($ also stands before a last line end), and \b, which knows other letters, is written out.
-- regexp_replace replaces every place; what DuckDB replaces once stands between ^ and \z, or before \z.
-- normal_text, plain_small_text, small_text, capital_text, likeness_of and edits_of are Python: functions_spark.py.

create or replace temporary function tidy(delivered string) returns string return
    trim(
        translate(
            regexp_replace(
                regexp_replace(
                    normal_text(delivered)
                    , r'[\x{A0}\x{2002}\x{2003}\x{2007}\x{2009}\x{202F}\x{3000}\t\n\r]', ' '
                )
                , r'[\x{AD}\x{200B}-\x{200F}\x{2060}\x{FEFF}]', ''
            )
            , '０１２３４５６７８９＠．－｛｝', '0123456789@.-{}'
        )
    );

create or replace temporary function known_text(delivered string) returns string return
    regexp_replace(
        tidy(delivered)
        , r'(?diu)^(-+|\.+|\?+|x|n\.?v\.?t\.?|#?n/?[ab]|null|none|nan|nil|onbekend|geen|leeg|unknown|\{\}|\(\)|""|\x27+|="")\z'
        , ''
    );

create or replace temporary function known(delivered string) returns string return
    nullif(known_text(delivered), '');

create or replace temporary function unwrap(plain string) returns string return
    trim(
        regexp_replace(
            regexp_replace(plain, r'(?d)^(="|["“”„‟«»])(.*)["“”„‟«»]\z', '$2')
            , r'(?d)^[\x27‘’‚‛](.*?)[\x27‘’‛]?\z', '$1'
        )
    );

create or replace temporary function unwrapped_text(delivered string) returns string return
    unwrap(known_text(delivered));

create or replace temporary function unwrapped(delivered string) returns string return
    nullif(unwrapped_text(delivered), '');

create or replace temporary function without_decimals(plain string) returns string return
    regexp_replace(plain, r'(?d)^([0-9]+)[.,]00?\z', '$1');

create or replace temporary function is_in_thousands(delivered string) returns boolean return
    coalesce(unwrapped_text(delivered) rlike r'^[1-9][0-9]{0,2}([.][0-9]{3})+\z', false);

create or replace temporary function number_in(plain string) returns string return
    nullif(regexp_extract(without_decimals(plain), r'^0*([1-9][0-9]*)\z', 1), '');

create or replace temporary function number_key(delivered string) returns string return
    number_in(unwrapped_text(delivered));

create or replace temporary function number_hint(known string) returns string return
    nullif(
        case
            when capital_text(known) rlike r'^[0-9][.,][0-9]+E[+]?[0-9]{1,2}\z'
                then rpad(
                    regexp_replace(regexp_replace(capital_text(known), r'(?d)E.*\z', ''), '[.,]', '')
                    , try_cast(regexp_extract(capital_text(known), r'E[+]?([0-9]+)\z', 1) as integer) + 1
                    , '0'
                )
            else trim(leading '0' from regexp_replace(known, '[^0-9]', ''))
        end
        , ''
    );

create or replace temporary function is_spoiled(delivered string) returns boolean return
    coalesce(capital_text(unwrapped_text(delivered)) rlike r'(?d)^([0-9]+([.,][0-9]+)?E[+-]?[0-9]{1,3}|#.*)\z', false);

create or replace temporary function guid_text(plain string) returns string return
    regexp_replace(small_text(replace(plain, ' ', '')), r'(?d)^(\{(.*)\}|\((.*)\))\z', '$2$3');

create or replace temporary function guid_digits_text(plain string) returns string return
    replace(
        regexp_extract(guid_text(plain), r'^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\z', 1)
        , '-', ''
    );

create or replace temporary function guid_key(digits string) returns string return
    nullif(regexp_replace(digits, r'^(0+|f+)\z', ''), '');

create or replace temporary function is_nil_guid(digits string) returns boolean return
    coalesce(digits in (repeat('0', 32), repeat('f', 32)), false);

create or replace temporary function realmid_key(plain string) returns string return
    nullif(lower(regexp_extract(plain, r'^0*([1-9][0-9]*@[A-Za-z0-9.-]+)\z', 1)), '');

create or replace temporary function realm_user(realmid string) returns string return
    nullif(regexp_extract(realmid, '^[^@]*', 0), '');

create or replace temporary function realm_of(realmid string) returns string return
    nullif(regexp_extract(realmid, '^[^@]*@([^@]*)', 1), '');

create or replace temporary function name_text(delivered string) returns string return
    regexp_replace(
        tidy(delivered)
        , r'(?diu)^((-+|\.+|\?+|n\.?v\.?t\.?|n/[ab]|null|none|onbekend|geen|leeg|unknown)([ ,]+|\z))+\z|^(x[ ,.]*){2,}\z|^#.*\z'
        , ''
    );

create or replace temporary function folded_text(delivered string) returns string return
    trim(
        regexp_replace(
            translate(
                replace(replace(replace(replace(replace(
                    plain_small_text(name_text(delivered)), 'ĳ', 'ij'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
                , 'øłđðıħŧŋ', 'olddihtn'
            )
            , r'[\x00-/:-@\[-`{-\x{A9}\x{AB}-\x{B1}\x{B4}\x{B6}-\x{B8}\x{BB}\x{BF}\x{D7}\x{F7}\x{2C2}-\x{2C5}'
            || r'\x{2D2}-\x{2DF}\x{2E5}-\x{2EB}\x{2ED}\x{2EF}-\x{2FF}\x{375}\x{384}\x{3F6}\x{482}\x{55A}-\x{55F}'
            || r'\x{589}-\x{58F}\x{5BE}\x{5C0}\x{5C3}\x{5C6}\x{5F3}-\x{60F}\x{61B}-\x{61F}\x{66A}-\x{66D}\x{6D4}'
            || r'\x{964}\x{965}\x{1360}-\x{1368}\x{2000}-\x{206F}\x{20A0}-\x{20CF}\x{2116}-\x{2118}'
            || r'\x{2120}-\x{2123}\x{2190}-\x{245F}\x{2500}-\x{2775}\x{2794}-\x{2BFF}\x{2E00}-\x{2E2E}'
            || r'\x{2E30}-\x{3004}\x{3008}-\x{3020}\x{3030}\x{30FB}\x{E000}-\x{F8FF}\x{FD3E}-\x{FD4F}'
            || r'\x{FE10}-\x{FE6F}\x{FF00}-\x{FF0F}\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF65}'
            || r'\x{FFE0}-\x{FFFF}\x{1D000}-\x{1D24F}\x{1F000}-\x{1F0FF}\x{1F10D}-\x{1FBEF}\x{E0000}-\x{10FFFF}]+'
            , ' '
        )
    );

create or replace temporary function folded(delivered string) returns string return
    nullif(folded_text(delivered), '');

create or replace temporary function without_particles(words string) returns string return
    coalesce(
        nullif(
            trim(regexp_replace(regexp_replace(
                words
                , r'(?<![0-9A-Za-z_])(v d r|v d|vdr|vd|van|de|der|den|het|t|ten|ter|te|in|op|aan|bij|uit|onder|over|voor|tot'
                || r'|la|le|el|al|da|di|du|del|des|dos|von|vom|zu|zum|zur)(?![0-9A-Za-z_])'
                , ' '
            ), ' +', ' '))
            , ''
        )
        , words
    );

create or replace temporary function name_without_particles(words string) returns string return
    coalesce(
        nullif(
            trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                words, '([^ ]{2,}) +(v d r|v d) +', '$1 '
            ), r'(?<![0-9A-Za-z_])(vdr|vd|van|de|der|den|het|t|ten|ter|te|in|op|von)(?![0-9A-Za-z_])', ' '
            ), r'([^ ]) +(la|le|el|al|da|di|du)(?![0-9A-Za-z_])', '$1 '), ' +', ' '))
            , ''
        )
        , words
    );

create or replace temporary function without_short_particles(words string) returns string return
    regexp_replace(words, '([^ ]{2,}) +(v d r|v d|v|d) +', '$1 ');

create or replace temporary function words_before_last(words string) returns string return
    left(words, greatest(length(words) - length(split_part(words, ' ', -1)) - 1, 0));

create or replace temporary function words_behind_first(words string) returns string return
    substr(words, length(split_part(words, ' ', 1)) + 2);

create or replace temporary function has_words(words string, others string) returns boolean return
    contains(' ' || words || ' ', ' ' || others || ' ');

create or replace temporary function ends_in_words(words string, others string) returns boolean return
    endswith(' ' || words, ' ' || others);

create or replace temporary function is_one_letter_apart(mine string, other string) returns boolean return
    (regexp_replace(mine, '^[vd] ', '') = other or regexp_replace(other, '^[vd] ', '') = mine);

create or replace temporary function reading_order(delivered string) returns string return
    trim(regexp_replace(name_text(delivered), r'(?d)^([^,]*),([^,]*),?(.*)\z', '$3 $2 $1'));

create or replace temporary function compare_first_names(mine string, other string) returns string return
    case
        when mine is null or other is null then 'unknown'
        when replace(mine, ' ', '') = replace(other, ' ', '') then 'agree'
        when length(split_part(mine, ' ', 1)) = 1 or length(split_part(other, ' ', 1)) = 1
            then case when left(mine, 1) = left(other, 1) then 'unknown' else 'differ' end
        when has_words(mine, other) or has_words(other, mine) then 'agree'
        else 'differ'
    end;

create or replace temporary function compare_first_words(mine string, other string) returns string return
    case
        when split_part(mine, ' ', 1) = split_part(other, ' ', 1) then 'agree'
        when left(mine, 1) = left(other, 1) and (length(split_part(mine, ' ', 1)) = 1 or length(split_part(other, ' ', 1)) = 1)
            then 'unknown'
        else 'differ'
    end;

create or replace temporary function is_without_surname(first_name string, last_name string, letters string) returns boolean return
    (last_name is null and first_name is not null and replace(first_name, ' ', '') = letters);

create or replace temporary function compare_names(full_mine string, first_mine string, last_mine string, letters_mine string, full_other string, first_other string, last_other string, letters_other string) returns string return
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

create or replace temporary function single_spaced(words string) returns string return
    regexp_replace(words, ' +', ' ');

create or replace temporary function name_part(whole_words string, first_words string, last_words string) returns string return
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

create or replace temporary function person_name(first_text string, prefix_text string, last_text string, whole_text string) returns string return
    nullif(trim(single_spaced(
        case
            when last_text <> '' then concat_ws(' ', first_text, prefix_text, last_text)
            when whole_text <> '' then whole_text
            else first_text
        end
    )), '');

create or replace temporary function surname_words(prefix_words string, last_words string) returns string return
    case when last_words is not null then concat_ws(' ', prefix_words, last_words) end;

create or replace temporary function is_short_prefix(prefix_words string) returns boolean return
    coalesce(prefix_words rlike r'^(v|[aiov] (d|d r|de|den|der|h|het|t)|(aan|in|op|uit|van) d)\z', false);

create or replace temporary function surname_to_compare(prefix_words string, last_words string) returns string return
    case when is_short_prefix(prefix_words) then last_words else surname_words(prefix_words, last_words) end;

create or replace temporary function is_usual_prefix(prefix_words string) returns boolean return
    prefix_words in (
        '', 'van', 'de', 'den', 'der', 'van de', 'van den', 'van der', 'van het', 'van t', 'ten', 'ter', 'te', 'het', 't'
        , 'in t', 'op de', 'op den'
    );

create or replace temporary function surname_key(prefix_words string, last_words string) returns string return
    without_particles(surname_to_compare(nullif(prefix_words, ''), nullif(last_words, '')));

create or replace temporary function name_key(first_words string, prefix_words string, last_words string, name_words string) returns string return
    name_without_particles(nullif(name_words, ''));

create or replace temporary function is_test_name(words string) returns boolean return
    words rlike r'(^| )(test|testleerling|testaccount|proefleerling)( |$)';

create or replace temporary function class_key(known string) returns string return
    nullif(
        regexp_replace(
            capital_text(replace(known, ' ', ''))
            , r'(?d)^(.*E[+].*|#.*|[0-9]{1,2}-(JAN|FEB|MRT|MAR|APR|MEI|MAY|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DEC)[A-Z]*(-[0-9]{2,4})?'
            || r'|(JAN|FEB|MRT|MAR|APR|MEI|MAY|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DEC)[A-Z]*-[0-9]{1,4}'
            || r'|[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4})\z'
            , ''
        )
        , ''
    );

create or replace temporary function class_year(klas string) returns string return
    nullif(regexp_extract(klas, r'^[^0-9]*([1-6])([^0-9]|\z)', 1), '');

create or replace temporary function date_key(delivered string) returns string return
    nullif(
        regexp_extract(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        known_text(delivered), r'(?d)^([0-9]{4})[-/.]?([0-9]{2})[-/.]?([0-9]{2})([ T].*)?\z', '$1-$2-$3'
                    )
                    , r'(?d)^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})([ T].*)?\z', '$3-0$2-0$1'
                )
                , '-0([0-9]{2})', '-$1'
            )
            , r'^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))\z', 1
        )
        , ''
    );

create or replace temporary function likeness(mine string, other string) returns double return
    round(likeness_of(mine, other), 9);

create or replace temporary function edits(mine string, other string) returns int return
    edits_of(mine, other);

create or replace temporary function compare_classes(mine string, mine_year string, other string, other_year string) returns string return
    case
        when mine = other then 'equal'
        when try_cast(mine_year as bigint) = try_cast(other_year as bigint) + 1 then 'next_year'
        when mine_year = other_year then 'same_year'
        when mine_year is not null and other_year is not null then 'differs'
        when mine is null or other is null then 'unknown'
        when likeness(mine, other) >= 0.9 then 'close'
        else 'differs'
    end;

create or replace temporary function starts_with(delivered string, start string) returns boolean return
    startswith(delivered, start);

create or replace temporary function ends_with(delivered string, ending string) returns boolean return
    endswith(delivered, ending);
