"""Does the import file carry linked accounts only, as delivered, with what they lack, and does reverse put it back?

Three invented pupils: Noor and Bram are linked, the account of Sem finds nobody. One run makes all files.
"""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from etl.config import RunConfig, build_config
from etl.export import CROSSWALK_COLUMNS, plan_layout
from etl.intake.delivery import ColumnChoice, Delivery, FileProfile
from etl.pipeline import RunRequest, run_job
from etl.questions_file import AGE_COLUMNS, ANSWER_COLUMNS, COLUMNS, headings

NOW = datetime(2026, 11, 23, 10, 0)
IDS = {
    "1001": "abc00000-0000-4000-8000-000000001001",
    "1002": "abc00000-0000-4000-8000-000000001002",
}
MAGISTER = "stamnr;idgebr;externeid;realmid\n1002;52;{1002};52@atlas.test\n01001;51;{1001};51@atlas.test\n"
LEGACY = (
    "Login;Leerlingnummer;Voornaam;Achternaam;Klas;Opleiding;Notitie\n"
    "noor;1001;Noor;Linde;1A;vmbo GL klas 1;=1+1\n"
    "sem;1003;Sem;Eik;1A;havo klas 1;\n"
    'bram;1002;Bram;"Beuk; de lange";1A;vmbo GL klas 1;  twee spaties\n'
)


def run(folder: Path, legacy: str = LEGACY, config: RunConfig | None = None, language: str = "en") -> Path:
    (folder / "m.csv").write_text(
        MAGISTER.replace("{1001}", IDS["1001"]).replace("{1002}", IDS["1002"]), "utf-8"
    )
    (folder / "l.csv").write_text(legacy, encoding="utf-8")
    request = RunRequest(
        folder / "m.csv",
        folder / "l.csv",
        folder / "runs",
        NOW,
        config=config or RunConfig(),
        language=language,
        with_suites=False,
        with_workbook=False,
    )
    return run_job(request).run_folder


def cells(path: Path, delimiter: str = ";") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_linked_accounts_go_out_as_delivered_with_their_ids(tmp_path: Path) -> None:
    heading, *rows = cells(run(tmp_path) / "import" / "numo_import.csv")
    assert heading == [*LEGACY.splitlines()[0].split(";"), "externeid", "realmid"]
    assert rows == [
        ["noor", "1001", "Noor", "Linde", "1A", "vmbo GL klas 1", "'=1+1", IDS["1001"], "51@atlas.test"],
        [
            "bram",
            "1002",
            "Bram",
            "Beuk; de lange",
            "1A",
            "vmbo GL klas 1",
            "  twee spaties",
            IDS["1002"],
            "52@atlas.test",
        ],
    ]


def test_the_crosswalk_has_one_layout_always(tmp_path: Path) -> None:
    config = build_config({"school": {"brin": "99XX"}, "import": {"delimiter": "\t", "line_end": "lf"}})
    folder = run(tmp_path, config=config)
    heading, *rows = cells(folder / "import" / "crosswalk.csv")
    assert tuple(heading) == CROSSWALK_COLUMNS
    assert [dict(zip(heading, row, strict=True)) for row in rows] == [
        {
            "school": "99XX",
            "stamnr": "01001",
            "idgebr": "51",
            "externeid": IDS["1001"],
            "realmid": "51@atlas.test",
            "account_id": "noor",
            "status": "matched_repaired",
            "basis": "repaired",
        },
        {
            "school": "99XX",
            "stamnr": "1002",
            "idgebr": "52",
            "externeid": IDS["1002"],
            "realmid": "52@atlas.test",
            "account_id": "bram",
            "status": "matched_exact",
            "basis": "exact",
        },
    ]


def test_reverse_holds_the_same_accounts_without_what_was_added(tmp_path: Path) -> None:
    folder = run(tmp_path) / "import"
    forward, back = cells(folder / "numo_import.csv"), cells(folder / "reverse.csv")
    assert back[0] == forward[0]
    assert [row[:7] for row in back] == [row[:7] for row in forward]
    assert [row[7:] for row in back[1:]] == [["", ""], ["", ""]]


def test_an_id_that_was_there_is_kept_in_its_own_column(tmp_path: Path) -> None:
    legacy = f"Extern ID;Leerlingnummer;Voornaam\n{IDS['1001'].upper()};1001;Noor\n;1002;Bram\n"
    folder = run(tmp_path, legacy) / "import"
    heading, *rows = cells(folder / "numo_import.csv")
    assert heading == ["Extern ID", "Leerlingnummer", "Voornaam", "realmid", "opleiding"]
    assert [row[0] for row in rows] == [IDS["1001"], IDS["1002"]]
    assert [row[0] for row in cells(folder / "reverse.csv")[1:]] == [IDS["1001"].upper(), ""]


def test_the_import_file_has_the_form_of_the_settings(tmp_path: Path) -> None:
    config = build_config({"import": {"delimiter": ",", "encoding": "cp1252", "line_end": "lf"}})
    content = (
        run(tmp_path, LEGACY.replace("Sem;Eik", "Sem;Eik").replace("Noor;", "Noë;"), config)
    ) / "import"
    written = (content / "numo_import.csv").read_bytes()
    assert b"\r" not in written
    assert "Noë,Linde".encode("cp1252") in written
    marked = run(tmp_path, config=build_config({"import": {"bom": True}})) / "import" / "numo_import.csv"
    assert marked.read_bytes().startswith(b"\xef\xbb\xbf")
    assert marked.read_bytes().count(b"\r\n") == 3


@pytest.mark.parametrize(("language", "word"), [("nl", "Welke opleiding"), ("en", "Which opleiding")])
def test_what_the_school_must_decide_is_asked_in_its_language(
    tmp_path: Path, language: str, word: str
) -> None:
    legacy = LEGACY.replace("vmbo GL klas 1", "") + "noor2;1001;Ans;Anders;2b;;\n"
    heading, *rows = cells(run(tmp_path, legacy, language=language) / "questions.csv")
    assert tuple(heading) == headings(language)
    names = (*COLUMNS, *AGE_COLUMNS, *ANSWER_COLUMNS)
    asked = [dict(zip(names, row, strict=True)) for row in rows]
    assert [one["case"][0] for one in asked] == ["K", "O", "A"]
    assert asked[1]["case"] == "O-2026-1A"
    assert asked[0]["legacy_lines"] == "5 | 2"
    assert asked[0]["legacy_name"] == "Ans Anders | Noor Linde"
    assert asked[0]["magister_lines"] == "3"
    assert asked[1]["question"].startswith(word)
    assert asked[1]["legacy_class"] == "1A"
    assert asked[1]["pupils"] == "1"
    assert {one["answer"] for one in asked} == {""}


def test_without_questions_the_list_is_there_and_empty(tmp_path: Path) -> None:
    everybody = "".join(line for line in LEGACY.splitlines(keepends=True) if not line.startswith("sem"))
    assert cells(run(tmp_path, everybody) / "questions.csv") == [list(headings("en"))]


def test_the_added_columns_take_their_place_or_stand_behind_the_rest() -> None:
    profile = FileProfile("l.csv", 1, "0" * 64, "utf-8", False, "LF", ";", '"', 1, 0, 0, 0, 0, 1, 0, 1)
    columns = (
        ColumnChoice(0, "ExtID", "externeid", "exact"),
        ColumnChoice(1, "Nr", "stamnr", "exact"),
        ColumnChoice(2, "Studie", "opleiding", "exact"),
        ColumnChoice(3, "Studie 2", None, "second"),
    )
    layout = plan_layout(Delivery("legacy", profile, ("ExtID", "Nr", "Studie", "Studie 2"), columns, (), ()))
    assert layout.headings == ("ExtID", "Nr", "Studie", "Studie 2", "realmid")
    assert layout.added_at == {"externeid": 0, "realmid": 4, "opleiding": 2}
    assert len(layout.delivered) == 4
