"""The door for programs that read: typed answers at points of both times, as columns for other libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from support.command_line import ROOT
from support.demonstrations import demonstration

from commands.configuration import ENVIRONMENT, Configuration, configured
from ledger.errors import InputError, LedgerError, UnknownName
from ledger.errors.extras import MissingLibrary
from ledger.timeline import day_of
from projections.analysis import AnswerRows, OpenLedger, open_ledger
from projections.answers.counts import Count
from projections.differences.explained import Point, differences
from projections.fields import Day, StatedDate


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLedger]:
    folder = tmp_path_factory.mktemp("analysis")
    demonstration(folder / "demo.ledger").close()
    with open_ledger(folder / "demo.ledger", folder) as opened:
        yield opened


def test_a_point_answers_as_the_commands_do(ledger: OpenLedger) -> None:
    then, now = ledger.at("2025-06-01"), ledger.at("2026-06-01")
    assert now.context["effective"] == "2026-06-01" and now.context["root"].startswith("sha256:")
    assert "wellbeing" in {cluster.id for cluster in now.structure().clusters}
    found = now.differences(then)
    views, known = ledger.views, now.known.position
    assert list(found) == differences(views, Point(day_of("2025-06-01"), known), Point(day_of("2026-06-01"), known))
    assert found and now.history("wellbeing")[0].says.startswith("Cluster wellbeing is established")
    assert now.snapshot().size == len(views.structure(now.day, known).possible)


def test_what_was_known_then_is_another_answer(ledger: OpenLedger) -> None:
    assert ledger.at("2026-06-01", known="p0").structure().clusters == []
    assert ledger.at("2026-06-01", known="p1").context["known_position"] == 1


def test_every_answer_becomes_columns_of_one_length_that_a_library_takes(ledger: OpenLedger) -> None:
    now = ledger.at("2026-06-01")
    answers: dict[str, AnswerRows[Any]] = {
        "differences": now.differences(ledger.at("2020-01-01")),
        "history": now.history("wellbeing"),
        "metrics": now.metrics(first="2024", by="year"),
        "series": now.series("mission", "2025-01-01", "2026-06-01"),
    }
    with duckdb.connect() as db:
        for name, rows in answers.items():
            columns = rows.columns()
            assert {len(column) for column in columns.values()} == {len(rows)} and len(rows) > 0
            assert not [one for column in columns.values() for one in column if isinstance(one, list | dict | tuple)]
            rows.to_duckdb(db, name)
            assert db.execute(f"SELECT count(*) FROM {name}").fetchone() == (len(rows),)
            assert [one[0] for one in db.execute(f"DESCRIBE {name}").fetchall()] == list(columns)
        missions = db.execute("SELECT sum(counts_then_least) FROM series WHERE date = '2026-06-01'").fetchone()
    assert missions is not None and missions[0] > 0


def test_columns_follow_from_the_types_of_fields_and_not_from_what_they_hold(ledger: OpenLedger) -> None:
    names = [tuple(ledger.at(day).differences(ledger.at(before)).columns()) for before, day in
             (("2001-01-01", "2010-01-01"), ("2025-01-01", "2026-06-01"))]  # fmt: skip
    assert names[0] == names[1] and {"late_days_least", "before", "decisions"} <= set(names[0])


def test_an_answer_without_rows_has_the_columns_and_types_of_one_that_has_some(ledger: OpenLedger) -> None:
    now, never = ledger.at("2026-06-01"), ledger.at("2026-06-01", known="p0")
    pairs: list[tuple[AnswerRows[Any], AnswerRows[Any]]] = [
        (now.differences(now), now.differences(ledger.at("2020-01-01"))),
        (never.series("mission", "2026-01-01"), now.series("mission", "2026-01-01")),
    ]
    with duckdb.connect() as db:
        for empty, full in pairs:
            assert len(empty) == 0 < len(full) and empty.types() == full.types()
            assert empty.columns() == {name: [] for name in full.types()}
            empty.to_duckdb(db, "made")
            without = db.execute("DESCRIBE made").fetchall()
            full.to_duckdb(db, "made")
            assert db.execute("DESCRIBE made").fetchall() == without


def test_each_cell_is_of_the_type_of_its_column(ledger: OpenLedger) -> None:
    now = ledger.at("2026-06-01")
    answers: list[AnswerRows[Any]] = [
        now.differences(ledger.at("2020-01-01")),
        now.history("wellbeing"),
        now.metrics(first="2024", by="year"),
        now.series("mission", "2025-01-01"),
    ]
    seen = set()
    for rows in answers:
        for name, cells in rows.columns().items():
            of = {type(cell) for cell in cells if cell is not None}
            assert of <= {rows.types()[name]}, name
            seen |= of
    assert seen == {str, int, float, date, datetime}
    series, history = answers[3].columns(), answers[1].columns()
    assert series["date"][0] == date(2025, 1, 1) and series["counts_now_most"][0] > 0
    assert history["recorded_at"][0].tzinfo is UTC
    assert (history["effective"][0], history["effective_first"][0]) == ("2023-11-06", date(2023, 11, 6))


class Stated(NamedTuple):
    """A row with each sort of field that an answer has."""

    on: StatedDate | None
    day: Day
    held: bool
    share: float | None
    held_by: Count | None
    counts: Mapping[str, Count]
    notes: list[str]
    value: Any
    from_: object = "x"


def test_a_date_as_stated_has_the_first_and_the_last_day_that_it_may_mean() -> None:
    rows = [
        Stated("2024-02", "2024-02-01", True, 1, Count(1, 2), {"now": Count(3, 3)}, ["a"], 1),
        Stated("[..2021-08-11]", "1066-01-01", False, 0.5, None, {}, [], {"a": 1}, {"commitment": "sha256:0"}),
        Stated("..", "0001-01-01", False, None, None, {}, [], "b"),
        Stated(None, "9999-12-31", False, None, None, {}, [], None),
    ]
    made = AnswerRows(rows, Stated, keys=["now"])
    columns = made.columns()
    assert columns["on"] == ["2024-02", "[..2021-08-11]", "..", None]
    assert columns["on_first"] == [date(2024, 2, 1), None, None, None]
    assert columns["on_last"] == [date(2024, 2, 29), date(2021, 8, 11), None, None]
    assert columns["day"][1:] == [date(1066, 1, 1), date(1, 1, 1), date(9999, 12, 31)]
    assert [columns[name] for name in ("held_by_least", "held_by_most")] == [[1, *3 * [None]], [2, *3 * [None]]]
    assert columns["counts_now_least"] == [3, None, None, None] and columns["notes"] == ['["a"]', "[]", "[]", "[]"]
    assert columns["value"] == ["1", '{"a":1}', '"b"', None]
    assert columns["from"] == ["x", '{"commitment":"sha256:0"}', "x", "x"]
    with duckdb.connect() as db:
        made.to_duckdb(db, 'a "name"')
        assert db.execute('SELECT * FROM "a ""name"""').fetchall() == list(zip(*columns.values(), strict=True))


def test_a_series_is_the_restatement_of_each_month(ledger: OpenLedger) -> None:
    found = ledger.at("2026-06-01").series("segment", "2026-01-01", structures=("then", "2025-12-31"))
    assert {row.date for row in found} == {f"2026-0{month}-01" for month in range(1, 7)}
    assert {name for row in found for name in row.counts} == {"then", "2025-12-31"}


class Recorder:
    """Stands for a library: says what it was asked to make, and of what."""

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: (name, *given, *sorted(named.items()))


def test_a_library_that_is_there_is_told_the_type_of_each_column_and_one_that_is_not_is_named(
    ledger: OpenLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ledger.at("2026-06-01").history("wellbeing")
    for library in ("pandas", "pyarrow"):
        monkeypatch.setitem(sys.modules, library, Recorder())
    made, columns, schema = rows.to_arrow()
    assert (made, columns) == ("table", rows.columns()) and schema[0] == "schema"
    assert [name for name, _ in schema[1]] == list(columns)
    of = {name: type_[0] for name, type_ in schema[1]}
    assert (of["position"], of["effective_first"], of["recorded_at"]) == ("int64", "date32", "timestamp")
    made, frame = rows.to_pandas()
    assert (made, list(frame)) == ("DataFrame", list(columns))
    assert frame["says"] == ("Series", columns["says"], ("dtype", "string"))
    assert frame["learnt_days_most"] == ("Series", columns["learnt_days_most"], ("dtype", "Int64"))
    assert rows.to(lambda columns: sorted(columns)[:1]) == ["because_of"]
    for library in ("pandas", "pyarrow"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match="made by pandas, which is not installed.*pip install pandas"):
        rows.to_pandas()
    with pytest.raises(MissingLibrary, match="pip install pyarrow"):
        rows.to_arrow()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda point: point.metrics("agilty"), "metric"),
        (lambda point: point.metrics(by="decade"), 'No period is called "decade"'),
        (lambda point: point.series("missions", "2026"), 'Did you mean "mission"'),
        (lambda point: point.history("nobody"), "nobody"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(ledger: OpenLedger, ask: Any, words: str) -> None:
    with pytest.raises((UnknownName, InputError), match=words):
        ask(ledger.at("2026-06-01"))


def test_where_there_is_no_ledger_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="none.ledger"):
        open_ledger(tmp_path / "none.ledger", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_example_of_the_page_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```python\n")[1:]]
    assert len(blocks) >= 3
    demonstration(tmp_path / "government.ledger").close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    scope: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "analysis.md", "exec"), scope)
    printed = capsys.readouterr().out
    expected = [part.partition("```")[0] for part in page.split("```text\n")[1:]]
    assert printed == "".join(expected)


def test_the_page_names_every_key_of_the_configuration_and_its_example_holds(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    (tmp_path / "cluster-ledger.toml").write_text(page.split("```toml\n")[1].partition("```")[0], encoding="utf-8")
    found = configured({"CLUSTER_LEDGER_CONFIG": str(tmp_path / "cluster-ledger.toml")})
    assert None not in found and found.ledger == str(tmp_path / "government.ledger")
    listed = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| `") and line.count("|") == 4]
    keys = {key.strip(" `"): variable.strip(" `") for key, _, variable in listed if "(" not in key}
    del keys["context"]
    assert keys == dict.fromkeys(Configuration._fields, "") | {key: name for name, key in ENVIRONMENT.items()}
