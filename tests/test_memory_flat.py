"""Memory that does not grow with what is answered: values that are alive together are counted, not timed."""

from __future__ import annotations

import json
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import click
import pytest
from support.governing import governed
from support.histories import AUTHORITIES
from support.long_records import peak, retitled

from commands.terminal.output import FORMATS, Answer, as_csv, as_json, emit
from ledger.lots import lots
from ledger.state.structure import Held, ThingAt
from ledger.store.reading import nodes
from ledger.timeline import day_of
from projections.answers import journal as of_journal
from projections.answers import lags as of_lags
from projections.answers import notices as of_notices
from projections.exports.addresses import Addresses
from projections.exports.org.structure import described
from projections.fields import fields
from projections.views import file as of_views
from projections.views import spool
from projections.views.queries import rows as of_rows
from projections.views.read_model import Views
from projections.views.spool import AT_ONCE

SIZE = 300  # decisions of the smaller record


def _subject(number: int) -> str:
    """Return what a decision retitles: every second one something that is not there."""
    return "a" if number % 2 else f"none-{number}"


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """One cluster, retitled again and again, late and in vain: the structure stays, the record grows."""
    with retitled(tmp_path_factory.mktemp("long"), 4 * SIZE, _subject) as views:
        yield views


class Row(dict[str, object]):
    """A row of which one is told when it is gone."""


class Alive:
    """Rows that are made when they are asked for, and the most of them that were alive at once."""

    def __init__(self) -> None:
        self._now = self.most = 0

    def rows(self, count: int) -> Iterator[Row]:
        for number in range(count):
            row = Row(n=number, title=f"Title {number} é", parts=[number, {"of": []}])
            weakref.finalize(row, self._gone)
            self._now += 1
            self.most = max(self.most, self._now)
            yield row

    def _gone(self) -> None:
        self._now -= 1


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_of_any_length_is_printed_with_a_few_rows_in_memory(
    form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    alive = Alive()
    rows = alive.rows(3 * AT_ONCE + 1)
    emit(Answer({"rows": rows, "more": []}, rows, None), form)
    assert f"Title {3 * AT_ONCE} é" in capfd.readouterr().out
    assert alive.most <= 3


def test_a_text_of_any_length_is_printed_with_a_few_rows_in_memory(capfd: pytest.CaptureFixture[str]) -> None:
    alive = Alive()
    emit(Answer({}, text=(f"{row['title']}\n" for row in alive.rows(3 * AT_ONCE))), "table")
    assert capfd.readouterr().out == "".join(f"Title {number} é\n" for number in range(3 * AT_ONCE))
    assert alive.most <= 3


def test_a_pager_is_given_a_text_of_any_length_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[Iterable[str]] = []
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "echo_via_pager", paged.append)
    monkeypatch.setenv("COLUMNS", "1200")  # no line is near to being folded, for which rich keeps some of them
    monkeypatch.setattr(spool, "_BYTES_IN_MEMORY", 2_000)

    def held(count: int) -> int:
        paged.clear()
        return peak(lambda: emit(Answer({}, text=(f"Line {number:0500}\n" for number in range(count))), None))

    few, more = held(3 * AT_ONCE), held(12 * AT_ONCE)
    assert more < few * 1.25
    assert "".join(paged[-1]) == "".join(f"Line {number:0500}\n" for number in range(12 * AT_ONCE))


def test_a_text_that_a_terminal_has_room_for_is_printed_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "echo_via_pager", lambda _: pytest.fail("there was room"))
    emit(Answer({}, text="One\nTwo\n"), None)
    assert capsys.readouterr().out == "One\nTwo\n"


def test_an_answer_printed_row_by_row_is_the_one_printed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [fields(row) for row in Alive().rows(5)]
    payload = {"none": [], "rows": rows, "of": {"a": rows, "b": {}}, "deep": [[], [rows]], "text": "a\nb", "no": None}
    emit(Answer({**payload, "rows": iter(rows)}), "json")
    assert capsys.readouterr().out == json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
    emit(Answer({}), "json")
    assert capsys.readouterr().out == "{}\n"
    emit(Answer({}, iter(rows)), "jsonl")
    assert capsys.readouterr().out == "".join(as_json(row) + "\n" for row in rows)
    emit(Answer({}, iter(rows)), "csv")
    assert capsys.readouterr().out == as_csv(rows) and as_csv([]) == ""


def test_nothing_of_an_answer_is_printed_that_breaks_off(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Iterator[dict[str, int]]:
        yield from ({"n": number} for number in range(3 * AT_ONCE))
        raise LookupError("the rest")

    for form in FORMATS:
        with pytest.raises(LookupError):
            emit(Answer({"rows": broken()}, broken()), form)
        assert capsys.readouterr().out == ""


def test_lots_hold_every_value_once_and_in_order() -> None:
    assert list(lots(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(lots([], 3)) == [] and list(lots(range(3), 3)) == [[0, 1, 2]]


def test_a_structure_of_any_size_is_exported_as_org_with_a_few_things_in_memory() -> None:
    now, most = 0, 0

    def gone() -> None:
        nonlocal now
        now -= 1

    def things() -> Iterator[ThingAt]:
        nonlocal now, most
        for number in range(3 * AT_ONCE):
            thing = ThingAt("mission", f"m-{number}", {"title": Held(f"Mission {number}", 1, 1, "2026")})
            weakref.finalize(thing, gone)
            now, most = now + 1, max(most, now + 1)
            yield thing

    nodes = described(things(), "Illyria", Addresses("https://data.example.gov/id/"))
    assert sum(1 for node in nodes if str(node.get("skos:prefLabel")).startswith("Mission ")) == 3 * AT_ONCE
    assert most <= 3


def test_a_question_to_the_views_holds_as_much_of_four_times_the_rows(tmp_path: Path) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    many = f"{numbers} SELECT i, printf('%0999d', i) FROM n"
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:

        def read(count: int) -> int:
            return sum(1 for _ in views.file.select(many, (count,)))

        few, more = (peak(partial(read, count)) for count in (8_000, 32_000))
        assert read(2_500) == 2_500
        assert [row[0] for row in views.file.select(many, (2_500,))] == list(range(1, 2_501))
    assert more < few * 1.25


DAY = day_of("2031-01-01")
NUMBER_BYTES = 40  # in a list: an answer may keep one a row, such as a position, and no row
CYCLES_BYTES = 20_000  # of garbage that waits for the collector; a row each of so many would be 270,000
ANSWERS: dict[str, Callable[[Views, int], Iterable[object]]] = {
    "journal": lambda views, known: of_journal.journal(views, known=known),
    "lags": lambda views, known: of_lags.lags(views, DAY, known, over=0).records,
    "notices": lambda views, known: of_notices.sourced(views, of_notices.flags(views, DAY, known)),
    "notices of an authority": lambda views, known: of_notices.of_authority(
        views, of_notices.flags(views, DAY, known), AUTHORITIES[0]
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_holds_no_row_of_a_record_but_the_few_at_hand(
    name: str, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (of_journal, of_lags, of_notices):
        monkeypatch.setattr(module, "_AT_ONCE", 20)
    for module in (spool, of_views):
        monkeypatch.setattr(module, "AT_ONCE", 20)
    monkeypatch.setattr(spool, "_BYTES_IN_MEMORY", 2_000)
    monkeypatch.setattr(nodes, "_PROVEN_MAX", 20)
    monkeypatch.setattr(of_rows, "VALUES_AT_ONCE", 20)

    def read(known: int) -> int:
        return sum(1 for _ in ANSWERS[name](views, known))

    sizes = (1 + SIZE, 1 + 4 * SIZE)
    assert read(sizes[1]) >= 3 * read(sizes[0]) > 0
    few, more = (peak(partial(read, known)) for known in sizes)
    assert more - few < NUMBER_BYTES * 3 * SIZE + CYCLES_BYTES
