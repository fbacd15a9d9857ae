"""Does a job begin when what it needs is done, and nothing more after one that fails?"""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

import pytest

from etl.engines.duckdb import DuckDBEngine
from etl.engines.side_by_side import Job, do_side_by_side
from etl.errors import EngineError


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_job_begins_when_all_that_it_needs_is_done(workers: int) -> None:
    random = Random(workers)
    names = [f"job{number}" for number in range(30)]
    needs = {
        name: frozenset(random.sample(names[:place], k=min(place, random.randrange(4))))
        for place, name in enumerate(names)
    }
    ended: list[str] = []
    lock = threading.Lock()
    told: list[int] = []

    def job(name: str) -> Job:
        def do() -> None:
            with lock:
                assert needs[name] <= set(ended), name
                ended.append(name)

        return Job(name, needs[name], do)

    do_side_by_side([job(name) for name in names], workers=workers, done=lambda: told.append(len(ended)))
    assert sorted(ended) == sorted(names)
    assert len(told) == len(names)


def test_two_that_do_not_need_each_other_are_done_at_once() -> None:
    meeting = threading.Barrier(2, timeout=30)
    jobs = [Job(name, frozenset(), lambda: meeting.wait() and None) for name in ("one", "other")]
    do_side_by_side(jobs, workers=2, done=lambda: None)
    assert not meeting.broken


def test_after_a_failure_nothing_else_begins() -> None:
    began: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    jobs = [
        Job("fails", frozenset(), fail),
        Job("needs it", frozenset({"fails"}), lambda: began.append("needs it")),
        Job("needs that", frozenset({"needs it"}), lambda: began.append("needs that")),
    ]
    with pytest.raises(ZeroDivisionError):
        do_side_by_side(jobs, workers=2, done=lambda: None)
    assert began == []


@pytest.mark.parametrize("records", [100, 1_000_000], ids=["side by side", "one after the other"])
def test_tables_are_the_same_side_by_side_and_one_after_the_other(tmp_path: Path, records: int) -> None:
    engine = DuckDBEngine(tmp_path, records=records)
    made: list[None] = []
    engine.create_tables(
        [
            ("numbers", "select i from range(1000) as numbers(i)"),
            ("squares", "select i, i * i as square from numbers"),
            ("halves", "select i, i // 2 as half from numbers"),
            ("joined", "select s.i, s.square, h.half from squares as s inner join halves as h on s.i = h.i"),
        ],
        lambda: made.append(None),
    )
    assert len(made) == 4
    assert engine.fetch_rows("select count(*) as rows, sum(square - half) as total from joined") == [
        {"rows": 1000, "total": sum(i * i - i // 2 for i in range(1000))}
    ]
    with pytest.raises(EngineError) as caught:
        engine.create_tables([("good", "select 1 as one"), ("bad", "select nothing from good")])
    assert caught.value.fields["table"] == "bad"
    engine.close()


def test_what_is_done_beside_the_rest_gives_its_result_and_its_error(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path, records=100)
    engine.create_table("numbers", "select i from range(10) as numbers(i)")
    with engine.beside(lambda tables: tables.fetch_rows("select sum(i) as total from numbers")) as result:
        assert engine.fetch_rows("select count(*) as rows from numbers") == [{"rows": 10}]
        assert result() == [{"total": 45}]
    with (
        pytest.raises(EngineError),
        engine.beside(lambda tables: tables.fetch_rows("select nothing from numbers")) as failing,
    ):
        failing()
    engine.close()
