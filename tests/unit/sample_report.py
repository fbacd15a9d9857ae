"""One rich, wholly invented report, so that the page and the workbook are tested on everything they can meet.

It holds no real pupil and asks no engine: every count follows from the records below.

Who is in it: one case for each reason a record can be held for, three pupils with names that try to break
the output (markup, a spreadsheet formula, 120 characters), accounts nobody claims, new pupils, copies.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from etl import contract
from etl.brakes import Brake
from etl.decisions.model import Case, PersonRecord, Question
from etl.report.model import (
    FORMAT,
    AnswerLine,
    CheckOutcome,
    Difference,
    GroupCount,
    LoginClass,
    LooseRecord,
    NoLogin,
    OpleidingClass,
    Rejected,
    Remark,
    Report,
    SourceFile,
    StatusCount,
    ValueRepair,
)

MARKUP_NAME: Final = "<script>alert('Bo')</script> de Wit"
FORMULA_NAME: Final = '=HYPERLINK("https://numo.invalid","Klik")'
LONG_NAME: Final = ("Anne-Fleur Wilhelmina Maximiliana van den Heuvel tot Oosterwijk-Broekhuizen " * 2)[:120]

LINKS: Final = {"matched_exact": 868, "matched_repaired": 41, "matched_changed": 14}

# reason: (name in the old file, name in Magister, which fields differ)
_CASES: Final = {
    "record_width": (None, None, ()),
    "quote_damaged": (None, None, ()),
    "control_character": (None, None, ()),
    "stamnr_blank": (None, "Lotte Zandvliet", ()),
    "stamnr_form": ("Ilias Benhadou", None, ()),
    "externeid_blank": (None, "Mees Terpstra", ()),
    "externeid_form": (None, "Yara Okonkwo", ()),
    "idgebr_blank": (None, "Sem Kuipers", ()),
    "idgebr_form": (None, "Fenna Dijkgraaf", ()),
    "realmid_blank": (None, "Jip Wouda", ()),
    "realmid_form": (None, "Roos van Aalten", ()),
    "realm_differs": (None, "Daan Pranoto", ()),
    "realm_other": (None, "Liv Sterrenburg", ()),
    "no_key": (MARKUP_NAME, None, ()),
    "test_account": ("Test Leerling", None, ()),
    "counterpart_quarantined": ("Mees Terpstra", None, ()),
    "stamnr_repeated": (
        "Tess de Graaf / Tessa de Graaf",
        "Tess de Graaf",
        ("name", "school_class", "account"),
    ),
    "externeid_repeated": (
        "Bram Hollander",
        "Bram Hollander / Brechje Hollander",
        ("name", "school_class", "stamnr"),
    ),
    "idgebr_repeated": (None, "Nora Winters / Noor Winters", ("name", "school_class", "stamnr", "externeid")),
    "realmid_repeated": (None, "Thijs Molenaar / Tijn Smit", ("name", "school_class", "stamnr", "externeid")),
    "account_repeated": ("Saar Visscher / Siem Visscher", None, ("name", "school_class", "stamnr")),
    "key_in_broken_record": ("Evi Lammers", "Evi Lammers", ()),
    "counterpart_repeated": (FORMULA_NAME, None, ()),
    "two_ways": ("Julia Hartog", "Julia Hartog / Jurre Bos", ("name", "school_class", "stamnr", "externeid")),
    "several_counterparts": ("Finn Kok", "Finn Kok / Fin Kok", ("name", "school_class", "stamnr")),
    "counterpart_ambiguous": ("Olivia Post", None, ()),
    "several_namesakes": ("Emma Bakker", "Emma Bakker / Emma Bakker", ("stamnr", "school_class")),
    "names_differ": ("Noor de Kramer", "Ravi Sewpersad", ("name", "school_class")),
    "other_externeid": ("Lucas Vermeer", "Lucas Vermeer", ("externeid",)),
    "number_differs": (LONG_NAME, "Anne-Fleur van den Heuvel", ("stamnr", "name")),
    "counterpart_out_of_scope": ("Kiki Salden", "Kiki Salden", ("school_class",)),
    "control_conflict": ("Hugo Schram", "Hanna Prins", ("name",)),
    "same_name": ("Zoë van Dam", "Zoe van Dam", ("stamnr", "name")),
}

# Of two records on one side, the fact they share is what makes them a case.
_SHARED: Final = {
    "stamnr_repeated": "stamnr",
    "externeid_repeated": "externeid",
    "account_repeated": "account",
}
_KNOWN_IN_THE_OLD_FILE: Final = frozenset({"two_ways", "other_externeid", "number_differs"})

_AT_THE_OLD_FILE: Final = frozenset({"stamnr_form", "no_key", "test_account"})


def sample_report() -> Report:
    """Return the report of one invented school with every status, reason and kind of remark in it."""
    cases = _cases()
    loose = _loose_records()
    held = [record for case in cases for record in case.records] + [entry.record for entry in loose]
    found = Counter((record.source, record.status) for record in held)
    for status, records in LINKS.items():
        found[(contract.MAGISTER, status)] += records
        found[(contract.LEGACY, status)] += records
    statuses = tuple(
        StatusCount(source, status.code, found[(source, status.code)])
        for source in (contract.MAGISTER, contract.LEGACY)
        for status in contract.STATUSES
    )
    totals = {
        source: sum(count.records for count in statuses if count.source == source)
        for source in (contract.MAGISTER, contract.LEGACY)
    }
    opleiding = _opleiding()
    return Report(
        format=FORMAT,
        version="0.1.0",
        run_id="5c9e3972",
        created="2026-11-23T14:05:09",
        keep_until="2027-02-21",
        school="voorbeeldcollege",
        school_name="Voorbeeldcollege",
        brin="99XX",
        realm="magis.voorbeeldcollege.example",
        verdict="decide",
        cases_to_decide=sum(case.job == "decide" for case in cases),
        cases_to_correct=sum(case.job == "correct" for case in cases),
        links=sum(LINKS.values()),
        links_exact=LINKS["matched_exact"],
        links_repaired=LINKS["matched_repaired"],
        links_changed=LINKS["matched_changed"],
        accounts_total=totals[contract.LEGACY],
        pupils_total=totals[contract.MAGISTER],
        opleiding_to_decide=sum(row.opleiding is None for row in opleiding),
        school_year="2026",
        groups=_groups(statuses),
        statuses=statuses,
        cases=cases,
        old_accounts=_old_accounts(loose),
        brakes=(
            Brake("archive", "free", 32, 1125, 112, 0),
            Brake("updates", "free", 20, 923, 692, 0),
            Brake("links", "free", 0, 1125, 56, 0),
        ),
        evidence={},
        open_questions=(),
        since=None,
        answers=(
            AnswerLine("K-00000001", "suspect_link", "same", "stale", "A. de Boer", "none", "2026-11-20", ""),
        ),
        loose=loose,
        differences=_differences(),
        repairs=_repairs(),
        rejected=(
            Rejected("magister", 44, "stamnr", "12A45", "stamnr_form"),
            Rejected("magister", 46, "externeid", None, "externeid_blank"),
            Rejected("legacy", 13, None, None, "record_width"),
        ),
        opleiding=opleiding,
        login=(LoginClass("1A", 27, 27), LoginClass("1B", 25, 24), LoginClass(None, 3, 2)),
        no_login=(
            NoLogin("1B", "10450", "Pim Jansen", 733, "realmid_form"),
            NoLogin(None, "10451", None, 734, "realmid_blank"),
        ),
        checks=_checks(totals),
        not_performed=("names_missing", "no_account_export"),
        neutralised_cells=1,
        sources=_sources(totals),
    )


def _record(
    source: str,
    row: int,
    status: str,
    reason: str,
    name: str | None,
    *,
    pupil: int | None = None,
    other: tuple[str, ...] = (),
) -> PersonRecord:
    """Make one record of a pupil; `other` names the facts that are another pupil's."""
    broken = reason in contract.REASONS["quarantined"][:3]
    is_legacy = source == contract.LEGACY
    seed = {
        field: (row if pupil is None else pupil) + (500 if field in other else 0)
        for field in ("stamnr", "externeid", "school_class", "account")
    }
    number = f"0{10_400 + seed['stamnr'] * 7}"
    guid = f"{{56C87192-52CF-741C-8B76-{seed['externeid']:012d}}}"
    school_class = f"{1 + seed['school_class'] % 3}{'ABCD'[seed['school_class'] // 3 % 4]}"
    has_externeid = not is_legacy or reason in _KNOWN_IN_THE_OLD_FILE
    return PersonRecord(
        source=source,
        source_row=row,
        line_number=row + 1,
        status=status,
        reason=reason,
        stamnr=None if broken else _stamnr(reason, number),
        name=name,
        school_class=None if broken else school_class,
        externeid=_externeid(reason, guid) if has_externeid and not broken else None,
        account=f"numo-{4_000 + seed['account']}" if is_legacy and not broken else None,
        email=f"l{4_000 + row}@school.example" if is_legacy and not broken else None,
    )


def _stamnr(reason: str, number: str) -> str:
    return {"stamnr_blank": "", "stamnr_form": "1,04E+05", "no_key": ""}.get(reason, number)


def _externeid(reason: str, guid: str) -> str:
    return {"externeid_blank": "", "externeid_form": "{56C87192-52CF-741C008B-7676}"}.get(reason, guid)


def _cases() -> tuple[Case, ...]:
    cases: list[Case] = []
    status_of = {reason: status for status, reasons in contract.REASONS.items() for reason in reasons}
    row = 11
    for reason, (legacy, magister, differs) in _CASES.items():
        status = status_of[reason]
        row += 3
        sides: list[PersonRecord] = []
        for source, names in ((contract.LEGACY, legacy), (contract.MAGISTER, magister)):
            for turn, name in enumerate(names.split(" / ") if names else ()):
                other = _other_facts(reason, source, turn, differs, of_two=" / " in (magister or ""))
                sides.append(_record(source, row + turn, status, reason, name, pupil=row, other=other))
        if not sides:
            sides.append(_record(contract.LEGACY, row, status, reason, None))
        job = "correct" if status == "quarantined" else "decide"
        at_old_file = reason in _AT_THE_OLD_FILE or reason in contract.REASONS["quarantined"][:3]
        place = contract.LEGACY if at_old_file else contract.MAGISTER if job == "correct" else "both"
        also = ("counterpart_repeated",) if reason == "stamnr_repeated" else ()
        cases.append(
            Case(
                f"K-{row * 2_654_435_761 % 2**32:08x}",
                job,
                status,
                reason,
                also,
                place,
                tuple(sides),
                differs,
                _questions(f"K-{row * 2_654_435_761 % 2**32:08x}", reason, sides) if job == "decide" else (),
            )
        )
    return tuple(cases)


def _questions(case_id: str, reason: str, sides: list[PersonRecord]) -> tuple[Question, ...]:
    """Return what a case of this shape can be asked, as the program would."""
    accounts = sum(record.source == contract.LEGACY for record in sides)
    pupils = len(sides) - accounts
    if reason in ("key_in_broken_record", "counterpart_repeated", "account_repeated", "externeid_repeated"):
        return ()
    if accounts > 1 and pupils > 1:
        codes = (*(f"pupil-{place}" for place in range(1, pupils + 1)), "none", "unknown")
        return tuple(Question(f"{case_id}.{place}", place, codes, ()) for place in range(1, accounts + 1))
    if accounts == 1 and pupils == 1:
        return (Question(case_id, 0, ("same", "different", "unknown"), ("same",)),)
    kind, count = ("pupil", pupils) if accounts == 1 else ("account", accounts)
    picks = tuple(f"{kind}-{place}" for place in range(1, count + 1)) if accounts and pupils else ()
    return (Question(case_id, 0, (*picks, "none", "unknown"), ()),)


def _old_accounts(loose: tuple[LooseRecord, ...]) -> tuple[Case, ...]:
    return tuple(
        Case(
            f"A-{entry.record.source_row:08x}",
            "archive",
            entry.record.status,
            entry.record.reason,
            (),
            contract.LEGACY,
            (entry.record,),
            (),
            (Question(f"A-{entry.record.source_row:08x}", 0, ("archive", "keep", "is_pupil"), ("archive",)),),
        )
        for entry in loose
        if entry.group == "only_in_legacy"
    )


def _other_facts(
    reason: str, source: str, turn: int, differs: tuple[str, ...], *, of_two: bool
) -> tuple[str, ...]:
    """Return which facts of a record are not those of the first pupil of its case."""
    if turn == 1:
        return tuple(
            field
            for field in ("stamnr", "externeid", "school_class", "account")
            if field != _SHARED.get(reason)
        )
    if reason == "two_ways" and source == contract.LEGACY:
        return ("externeid",)
    return differs if source == contract.MAGISTER and not of_two else ()


def _loose_records() -> tuple[LooseRecord, ...]:
    plan = (
        ("only_in_legacy", contract.LEGACY, "only_in_legacy", "no_pupil", 90, "Oud-leerling"),
        ("new", contract.MAGISTER, "new_in_magister", "no_account", 156, "Nieuwe leerling"),
        ("aside", contract.LEGACY, "duplicate_copy", "equal_record", 4, "Kopie"),
        ("aside", contract.LEGACY, "duplicate_copy", "equal_ids", 2, "Dubbel in klas"),
        ("aside", contract.LEGACY, "out_of_scope", "role_excluded", 3, "Docent"),
        ("aside", contract.MAGISTER, "out_of_scope", "location_excluded", 6, "Andere vestiging"),
        ("aside", contract.LEGACY, "out_of_scope", "account_status_excluded", 2, "Gearchiveerd"),
    )
    entries: list[LooseRecord] = []
    row = 400
    for group, source, status, reason, records, name in plan:
        for number in range(records):
            row += 1
            entries.append(LooseRecord(group, _record(source, row, status, reason, f"{name} {number + 1}")))
    return tuple(entries)


def _groups(statuses: tuple[StatusCount, ...]) -> tuple[GroupCount, ...]:
    group_of = {status.code: status.group for status in contract.STATUSES}
    found: Counter[tuple[str, str]] = Counter()
    for count in statuses:
        found[(group_of[count.status], count.source)] += count.records
    return tuple(
        GroupCount(group, found[(group, contract.MAGISTER)], found[(group, contract.LEGACY)])
        for group in contract.GROUPS
    )


def _repairs() -> tuple[ValueRepair, ...]:
    plan = (
        ("legacy", "stamnr", "zeros", "10405", "010405"),
        ("legacy", "klas", "class_damaged", "1-feb", ""),
        (
            "magister",
            "externeid",
            "spaces",
            " {56C87192-52CF-741C-8B76-000000000001}",
            "{56C87192-52CF-741C-8B76-000000000001}",
        ),
    )
    return tuple(
        ValueRepair(source, 20 + number, column, repair, delivered, used)
        for number, (source, column, repair, delivered, used) in enumerate(plan)
    )


def _differences() -> tuple[Difference, ...]:
    plan = (
        ("material", "klas", "year_turn", 9, "2B", "3B"),
        ("material", "leerjaar", "year_turn", 3, "2", "3"),
        ("material", "stamnr", "other_number", 2, "010405", "010450"),
        ("cosmetic", "naam", "writing", 5, "JANSEN, Pim", "Pim Jansen"),
        (
            "cosmetic",
            "externeid",
            "writing",
            4,
            "56c87192-52cf-741c-8b76-000000000001",
            "{56C87192-52CF-741C-8B76-000000000001}",
        ),
    )
    rows: list[Difference] = []
    for kind, field, cause, pupils, legacy, magister in plan:
        for _ in range(pupils):
            line = 700 + len(rows)
            rows.append(
                Difference(kind, field, cause, f"0{12_000 + line}", line, line + 31, legacy, magister)
            )
    return tuple(rows)


def _opleiding() -> tuple[OpleidingClass, ...]:
    return (
        OpleidingClass("1A", 27, "vmbo GL klas 1", "control", None),
        OpleidingClass("1B", 25, None, None, "opleiding_missing"),
        OpleidingClass("2C", 28, None, None, "opleiding_unknown"),
        OpleidingClass("3D", 1, None, None, "opleiding_single_letter"),
        OpleidingClass("3H", 26, "havo klas 3", "legacy", None),
        OpleidingClass("4A", 24, None, None, "opleiding_year"),
        OpleidingClass("4B", 22, None, None, "opleiding_conflict"),
        OpleidingClass("5V", 19, "vwo klas 5", "rule", None),
        OpleidingClass(None, 2, None, None, "opleiding_missing"),
    )


def _checks(totals: dict[str, int]) -> tuple[CheckOutcome, ...]:
    def check(
        code: str, table: str, severity: str, titles: tuple[str, str], checked: int, *failed: str
    ) -> CheckOutcome:
        return CheckOutcome(
            code, table, severity, titles[0], titles[1], not failed, checked, len(failed), tuple(failed)
        )

    total = ("Elke regel heeft precies één uitkomst", "Every row has exactly one outcome")
    unique = (
        "Elk extern ID staat één keer in het importbestand",
        "Every external ID stands once in the import file",
    )
    names = ("Elke leerling heeft een naam", "Every pupil has a name")
    email = ("Elk e-mailadres heeft één eigenaar", "Every e-mail address has one owner")
    return (
        check("K-001", "decided_pupils", "critical", total, sum(totals.values())),
        check("K-002", "import_ready", "critical", unique, sum(LINKS.values())),
        check(
            "W-001",
            "clean_legacy",
            "warning",
            names,
            totals[contract.LEGACY],
            "legacy 14",
            "legacy 17",
            "legacy 20",
        ),
        check("W-002", "clean_legacy", "warning", email, totals[contract.LEGACY]),
    )


def _sources(totals: dict[str, int]) -> tuple[SourceFile, ...]:
    return (
        SourceFile(
            source=contract.MAGISTER,
            file_name="migratiehulpbestand.csv",
            sha256="9f2c4e1ab07d5563" * 4,
            size_bytes=98_412,
            encoding="cp1252",
            has_bom=False,
            delimiter=";",
            line_end="CRLF",
            header_line=1,
            records=totals[contract.MAGISTER],
            broken=0,
            blank_lines=0,
            repeated_headings=0,
            footer_lines=1,
            columns=(
                ("Stamnr", "stamnr"),
                ("idgebr", "idgebr"),
                ("externeid", "externeid"),
                ("realmId", "realmid"),
                ("Naam", "naam"),
                ("Klas", "klas"),
                ("Mentor", None),
            ),
            remarks=(),
        ),
        SourceFile(
            source=contract.LEGACY,
            file_name="oud.csv",
            sha256="03bd77f1c2a94e80" * 4,
            size_bytes=71_204,
            encoding="utf-8",
            has_bom=True,
            delimiter="\t",
            line_end="mixed",
            header_line=1,
            records=totals[contract.LEGACY],
            broken=5,
            blank_lines=2,
            repeated_headings=1,
            footer_lines=0,
            columns=(
                ("Leerlingnummer", "stamnr"),
                ("Leerling", "naam"),
                ("Klas", "klas"),
                ("Gebruikersnaam", "gebruikersnaam"),
                ("E-mail", "email"),
                ("<Opmerking>", None),
            ),
            remarks=(
                Remark("INTAKE-HEADING-REPEATED", {"file": "oud.csv", "count": 1}),
                Remark("INTAKE-LINE-ENDS", {"file": "oud.csv"}),
            ),
        ),
    )
