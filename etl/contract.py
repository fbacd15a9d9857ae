"""What the delivered files, the tables and the statuses are called: the one place for such facts.

It holds no rule about a pupil (those are in `etl/sql/`) and no sentence (those are in `etl/lang/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAGISTER: Final = "magister"
LEGACY: Final = "legacy"
CONTROL: Final = "control"


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column of a delivered file.

    `headings` are normalised (see `etl.intake.headings.normalise_heading`), best first;
    `weak_headings` count only when no better column exists, and the choice is reported.
    """

    name: str
    headings: tuple[str, ...]
    weak_headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of delivered file: its columns, and which of them it cannot do without.

    `required` is a tuple of alternatives: of each inner tuple at least one column must be there.
    """

    name: str
    columns: tuple[Column, ...]
    required: tuple[tuple[str, ...], ...]
    key_columns: tuple[str, ...]
    keeps_others: bool = False  # whether columns that the job has no name for are kept too

    def column_names(self) -> tuple[str, ...]:
        """Return the canonical names in table order."""
        return tuple(column.name for column in self.columns)


_STAMNR_HEADINGS: Final = (
    "stamnr",
    "stamnummer",
    "stamnrstr",
    "leerlingnummer",
    "leerlingnr",
    "leerlingcode",
    "llnr",
    "llnummer",
    "lln",
    "studentnummer",
    "studentnr",
    "studentnumber",
    "deelnemersnummer",
    "internnummer",
    "employeenumber",
)

_PERSON_COLUMNS: Final = (
    Column("roepnaam", ("roepnaam", "voornaam", "voornamen", "firstname", "givenname")),
    Column(
        "tussenvoegsel",
        (
            "tussenvoegsel",
            "tussenvoegsels",
            "tussenv",
            "tussenvoeg",
            "tv",
            "tussen",
            "voorvoegsel",
            "voorvoegsels",
            "vv",
            "prefix",
            "middlename",
            "infix",
        ),
    ),
    Column(
        "achternaam",
        ("achternaam", "familienaam", "geslachtsnaam", "lastname", "surname", "sn", "familyname"),
    ),
    Column("naam", ("naam", "volledigenaam", "leerling", "name", "fullname")),
    Column(
        "klas",
        (
            "klas",
            "klasnaam",
            "stamklas",
            "stamklasnaam",
            "stamgroep",
            "groep",
            "groepnaam",
            "basisgroep",
            "class",
            "team",
        ),
    ),
    Column("leerjaar", ("leerjaar", "jaarlaag", "leerfaseleerjaar", "studyyear", "grade"), ("jaar",)),
    Column(
        "opleiding",
        (
            "opleiding",
            "opleidingnaam",
            "studie",
            "studienaam",
            "study",
            "niveau",
            "schoolsoort",
            "onderwijssoort",
        ),
    ),
    Column("leerweg", ("leerweg", "vmboleerweg", "richting")),
    Column(
        "vestiging",
        (
            "vestiging",
            "locatie",
            "lokatie",
            "administratieveeenheid",
            "administratieveeenheidomschrijving",
            "location",
            "brin",
            "brincode",
            "vestigingsnummer",
        ),
    ),
    Column("rol", ("rol", "role", "gebruikerstype", "affiliation"), ("type",)),
    Column(
        "uitschrijfdatum",
        (
            "uitschrijfdatum",
            "datumuitschrijving",
            "datumuitgeschreven",
            "uitgeschreven",
            "uitgeschrevenper",
            "vertrekdatum",
            "datumvertrek",
            "dateleft",
            "leavedate",
        ),
        ("einddatum", "datumtot", "enddate"),
    ),
)

MAGISTER_SOURCE: Final = Source(
    name=MAGISTER,
    columns=(
        Column("stamnr", _STAMNR_HEADINGS),
        Column("idgebr", ("idgebr", "idgebruiker", "gebrid", "gebruikersid", "gebruikerid", "userid")),
        Column(
            "externeid",
            ("externeid", "externid", "externalid", "extid", "guid", "uuid", "leerlinguuid"),
        ),
        Column(
            "realmid",
            ("realmid", "realmld", "realm", "eduid", "edupersonrealid", "nledupersonrealid", "nepri"),
        ),
        *_PERSON_COLUMNS,
    ),
    required=(("stamnr",), ("externeid",), ("idgebr",), ("realmid",)),
    key_columns=("stamnr", "idgebr", "externeid", "realmid"),
)

LEGACY_SOURCE: Final = Source(
    name=LEGACY,
    columns=(
        Column("stamnr", _STAMNR_HEADINGS, ("nummer",)),
        Column("account_id", ("numoid", "accountid", "gebruikerid", "gebruikersid", "userid"), ("id",)),
        Column(
            "gebruikersnaam",
            (
                "gebruikersnaam",
                "gebruiker",
                "login",
                "loginnaam",
                "loginaccountnaam",
                "inlognaam",
                "username",
                "user",
            ),
        ),
        Column(
            "email", ("email", "emailadres", "mail", "mailadres", "schoolmail", "emailleerling"), ("email1",)
        ),
        *_PERSON_COLUMNS,
        Column("account_status", ("status", "actief", "active", "gearchiveerd", "isactief")),
        Column("externeid", ("externeid", "externid", "externalid", "extid")),
        Column("realmid", ("realmid", "realmld", "edupersonrealid", "nledupersonrealid")),
    ),
    required=(("stamnr", "externeid"),),
    key_columns=("stamnr", "externeid", "account_id", "gebruikersnaam"),
    keeps_others=True,
)

CONTROL_SOURCE: Final = Source(
    name=CONTROL,
    columns=(Column("stamnr", _STAMNR_HEADINGS, ("nummer",)), *_PERSON_COLUMNS),
    required=(("stamnr",), ("naam", "achternaam", "roepnaam", "opleiding", "klas")),
    key_columns=("stamnr",),
)

# A list of questions that comes back with answers; what stands beside them is compared with what was asked.
ANSWERS_SOURCE: Final = Source(
    name="answers",
    columns=(
        Column("case", ("case", "geval", "vraag", "question")),
        Column("answer", ("answer", "antwoord", "uwkeuze", "yourchoice")),
        Column("by", ("by", "door", "doorwie")),
        Column("second_by", ("secondby", "secondname", "tweedenaam")),
        Column("date", ("date", "datum")),
        Column("remark", ("remark", "opmerking", "toelichting", "explanation", "notitie", "note")),
        # How long a question is open is no fact about a pupil: an answer is not refused because a day has passed.
        Column("first_run", ("firstrun", "eersterun")),
        Column("open_since", ("opensince", "opensinds")),
        Column("days_open", ("daysopen", "dagenopen")),
    ),
    required=(("case",), ("answer",)),
    key_columns=("case",),
    keeps_others=True,
)

SOURCES: Final = {source.name: source for source in (MAGISTER_SOURCE, LEGACY_SOURCE, CONTROL_SOURCE)}

# The layouts for the import that have a name, beside the one in which the accounts were delivered.
ONE_ROSTER: Final = "oneroster-1.2"
SCHOOL_DATA_SYNC: Final = "microsoft-sds"

# A heading that names a national identification number stops the run (UAVG article 46).
FORBIDDEN_HEADINGS: Final = frozenset(
    {
        "bsn",
        "bsnnummer",
        "bsnnr",
        "burgerservicenummer",
        "burgerservicenr",
        "sofinummer",
        "sofinr",
        "sofi",
        "onderwijsnummer",
        "onderwijsnr",
        "pgn",
        "persoonsgebondennummer",
        "bsnondwnr",
        "bsnondwnr4",
        "rijksregisternummer",
        "insz",
    }
)


@dataclass(frozen=True, slots=True)
class Status:
    """One rung of the ladder: its code, the group a school sees it in, and what it means for a link."""

    code: str
    rung: int
    group: str
    is_linked: bool = False
    is_held: bool = False


GROUPS: Final = ("linked", "decide", "correct", "only_in_legacy", "new", "aside")

STATUSES: Final = (
    Status("quarantined", 1, "correct", is_held=True),
    Status("out_of_scope", 2, "aside"),
    Status("duplicate_copy", 3, "aside"),
    Status("duplicate_key", 4, "decide", is_held=True),
    Status("ambiguous", 5, "decide", is_held=True),
    Status("suspect_link", 6, "decide", is_held=True),
    Status("suggested", 7, "decide", is_held=True),
    Status("matched_changed", 8, "linked", is_linked=True),
    Status("matched_repaired", 9, "linked", is_linked=True),
    Status("matched_exact", 10, "linked", is_linked=True),
    Status("new_in_magister", 11, "new"),
    Status("only_in_legacy", 12, "only_in_legacy"),
)

# Why a row has its status; every code has a sentence in both languages.
REASONS: Final = {
    "quarantined": (
        "record_width",
        "quote_damaged",
        "control_character",
        "stamnr_blank",
        "stamnr_form",
        "externeid_blank",
        "externeid_form",
        "idgebr_blank",
        "idgebr_form",
        "realmid_blank",
        "realmid_form",
        "realm_differs",
        "realm_other",
        "no_key",
        "test_account",
        "counterpart_quarantined",
        "decided_is_pupil",
    ),
    "out_of_scope": ("role_excluded", "location_excluded", "account_status_excluded", "left_before"),
    "duplicate_copy": ("equal_record", "equal_ids"),
    "duplicate_key": (
        "stamnr_repeated",
        "externeid_repeated",
        "idgebr_repeated",
        "realmid_repeated",
        "account_repeated",
        "key_in_broken_record",
        "counterpart_repeated",
    ),
    "ambiguous": ("two_ways", "several_counterparts", "counterpart_ambiguous", "several_namesakes"),
    "suspect_link": (
        "names_differ",
        "other_externeid",
        "number_differs",
        "counterpart_out_of_scope",
        "control_conflict",
    ),
    "suggested": ("same_name", "similar_name"),
    "matched_changed": ("field_changed",),
    "matched_repaired": ("key_repaired",),
    "matched_exact": ("key_equal",),
    "new_in_magister": ("no_account", "decided_no_account"),
    "only_in_legacy": ("no_pupil", "decided_no_pupil"),
}

# What a key may need before it meets another one; a link that needed any is `matched_repaired`.
REPAIRS: Final = ("zeros", "case", "braces", "spaces", "wrapper", "decimals", "pattern")
# What is read otherwise in a value that is no key.
OTHER_REPAIRS: Final = ("mojibake", "class_damaged")
# Which delivered value a reason to quarantine is about; the other reasons are about the record as a whole.
DEFECT_COLUMNS: Final = {
    "stamnr": ("stamnr_blank", "stamnr_form"),
    "externeid": ("externeid_blank", "externeid_form"),
    "idgebr": ("idgebr_blank", "idgebr_form"),
    "realmid": ("realmid_blank", "realmid_form", "realm_differs", "realm_other"),
}
# Why a field differs between the two sides of a link; the first needs nobody's eye.
CAUSES: Final = (
    "writing",
    "year_turn",
    "same_year",
    "other_class",
    "other_year",
    "other_name",
    "other_number",
    "other_id",
)
