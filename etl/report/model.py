"""What a report says, as frozen facts: built once, then rendered as page, workbook and JSON.

Renderers format and add nothing. Codes stay codes here; their sentences are in `etl/lang/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from etl.brakes import Brake
from etl.decisions.candidates import Candidate
from etl.decisions.model import Case, PersonRecord

FORMAT: Final = "koppelcheck/report-1"


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many delivered records of one file have one status (zero is a count too)."""

    source: str  # magister | legacy
    status: str  # one of the twelve
    records: int


@dataclass(frozen=True, slots=True)
class GroupCount:
    """One of the groups a school sees; the counts over all groups add up to both files."""

    group: str  # contract.GROUPS
    magister_records: int
    legacy_records: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of the school's ledger and what it means in this run."""

    question: str
    kind: str  # the status that was asked about, or opleiding
    answer: str  # a code of decisions.model, or an opleiding
    state: str  # applied | waiting | stale | broken | superseded
    by: str
    second_by: str  # "none" where a second person was asked for and not named
    answered: str
    remark: str


@dataclass(frozen=True, slots=True)
class LooseRecord:
    """A record of the groups new, only_in_legacy and aside, for the lists in the workbook."""

    group: str
    record: PersonRecord


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs between the two sides of a linked pupil."""

    kind: str  # material | cosmetic
    field: str  # klas, leerjaar, naam, stamnr, externeid
    cause: str  # contract.CAUSES
    stamnr: str
    legacy_line: int
    magister_line: int
    legacy_value: str
    magister_value: str


@dataclass(frozen=True, slots=True)
class ValueRepair:
    """One delivered value that was read otherwise than it stands in the file, and why."""

    source: str
    line_number: int
    column: str
    repair: str  # a code of contract.REPAIRS or contract.OTHER_REPAIRS
    delivered: str
    used: str  # empty: not used at all


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that cannot go along until it is corrected: where it stands, and the value that is wrong.

    `column` None: it is the record as a whole. `delivered` None: nothing was delivered there, or it cannot be told.
    """

    source: str
    line_number: int
    column: str | None
    delivered: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class OpleidingClass:
    """One class and what is known of its opleiding; `opleiding` None means the school decides."""

    school_class: str | None
    pupils: int
    opleiding: str | None
    origin: str | None  # legacy | magister | control | rule | decision
    reason: (
        str | None
    )  # why a decision is needed: opleiding_missing, _unknown, _single_letter, _year, _conflict


@dataclass(frozen=True, slots=True)
class LoginClass:
    """How many pupils of one class can log in through Entree after the import."""

    school_class: str | None
    pupils: int
    ready: int


@dataclass(frozen=True, slots=True)
class NoLogin:
    """One pupil of Magister who cannot log in yet; `problem` is the reason of a status."""

    school_class: str | None
    stamnr: str | None
    name: str | None
    magister_line: int
    problem: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One expectation on one table: counts and record numbers only."""

    code: str
    table: str
    severity: str  # critical | warning
    title_nl: str
    title_en: str
    passed: bool
    checked: int
    failed: int
    failed_rows: tuple[str, ...]  # at most twenty, like "legacy 12"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth knowing: a code of etl/lang and its fields."""

    code: str
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Provenance of one delivered file."""

    source: str
    file_name: str
    sha256: str
    size_bytes: int
    encoding: str
    has_bom: bool
    delimiter: str
    line_end: str
    header_line: int
    records: int  # readable and broken together: what the statuses add up to
    broken: int
    blank_lines: int
    repeated_headings: int
    footer_lines: int
    columns: tuple[tuple[str, str | None], ...]  # (heading, canonical name or None), in file order
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A case, an old account or a class that is asked about, and since when; or that was, until `closed_run`.

    Days are counted on the day of the run. `subjects` are fingerprints of the keys concerned.
    """

    question: str
    kind: str  # case | archive | opleiding
    first_run: str
    first_date: str  # ISO 8601
    closed_run: str  # empty while it is open
    is_reopened: bool
    days: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """How many records of one file had one status in the earlier run and another in this one."""

    source: str
    before: str  # a status, or arrived
    after: str  # a status, or gone
    records: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that is not asked any more, and how that came: answered, gone or put_right."""

    question: str
    how: str


@dataclass(frozen=True, slots=True)
class SinceThen:
    """What changed since an earlier run; the moves of a file add up to its ledger in both runs."""

    run_id: str
    created: str
    moves: tuple[Move, ...]
    newly_open: tuple[str, ...]
    reopened: tuple[str, ...]
    still_open: tuple[str, ...]
    resolved: tuple[Resolved, ...]
    oldest_days: int  # of what is still open

    def records(self, source: str, *, before: str | None = None, after: str | None = None) -> int:
        """Return the records of one file that moved from one status, to another, or both."""
        return sum(
            move.records
            for move in self.moves
            if move.source == source and before in (None, move.before) and after in (None, move.after)
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says about one run of one school."""

    format: str
    version: str
    run_id: str
    created: str  # ISO 8601, local time of the run
    keep_until: str  # ISO 8601, the day after which pupils' data have to go
    school: str
    school_name: str
    brin: str | None
    realm: str | None
    verdict: str  # ready | decide | braked | do_not_import
    cases_to_decide: int
    cases_to_correct: int
    links: int
    links_exact: int
    links_repaired: int
    links_changed: int
    accounts_total: int  # records in the legacy file
    pupils_total: int  # records in the Magister file
    opleiding_to_decide: int  # classes
    school_year: str  # the year in which it began
    groups: tuple[GroupCount, ...]
    statuses: tuple[StatusCount, ...]
    cases: tuple[Case, ...]
    old_accounts: tuple[Case, ...]  # accounts without a pupil, one case each
    answers: tuple[AnswerLine, ...]
    brakes: tuple[Brake, ...]
    evidence: dict[str, Candidate]  # by case: what speaks for and against a suggestion
    open_questions: tuple[OpenQuestion, ...]  # what is open now, with its age, and what was open earlier
    since: SinceThen | None  # None: no earlier run of this school in the folder
    loose: tuple[LooseRecord, ...]
    differences: tuple[Difference, ...]
    repairs: tuple[ValueRepair, ...]
    rejected: tuple[Rejected, ...]
    opleiding: tuple[OpleidingClass, ...]
    login: tuple[LoginClass, ...]
    no_login: tuple[NoLogin, ...]
    checks: tuple[CheckOutcome, ...]
    not_performed: tuple[
        str, ...
    ]  # codes: no_control_list, no_realm, names_missing, no_brin, no_account_export
    neutralised_cells: int
    sources: tuple[SourceFile, ...]
