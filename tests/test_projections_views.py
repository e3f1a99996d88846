"""The views: equal to the pure fold at every point of both times, filled exactly once, of this ledger or rebuilt."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.histories import History, Recording, histories
from support.small_world import change, constitution
from support.written_ledgers import append, written

from ledger.application import Ledger
from ledger.application.verification import verify_file
from ledger.errors import UnknownEventType
from ledger.events.registry import BY_TYPE
from ledger.names import IN_DOUBT
from ledger.state.structure import Held
from ledger.store.sqlite import examination
from ledger.timeline import day_of
from projections.views import check, filling
from projections.views import read_model as views
from projections.views.errors import ViewsBusy, ViewsChanged, ViewsError
from projections.views.file import FOLDER_VARIABLE, ViewsFile
from projections.views.guard import SealedFile
from projections.views.queries.index import ViewsIndex
from projections.views.read_model import Rebuilt, Views
from projections.views.spans import WITHOUT_EFFECT

FEW = settings(max_examples=examples(50), deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def viewed(history: History) -> Iterator[tuple[Ledger, Views]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as found,
    ):
        yield ledger, found


def retitled(count: int = 3, title: str = "Care") -> History:
    """A cluster that is retitled once a decision."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    recording.say(change("establish-cluster", cluster="a", title="Health"), "2020")
    recording.say(change("add-segment", segment="a/x", title="Care"), "2020")
    for number in range(count):
        recording.decide()
        recording.say(change("retitle-cluster", cluster="a", title=f"{title} {number}"), f"202{number + 1}")
    return recording.history()


# Equal to the fold


@FEW
@given(histories(execution=True, clashes=True))
def test_views_equal_the_pure_fold_at_every_effective_day_and_every_known_position(history: History) -> None:
    with viewed(history) as (_, found):
        for known in (0, *history.ends()):
            state = history.state(known)
            for day in history.days():
                assert found.structure(day, known) == state.at(day), (day, known)


@FEW
@given(histories(execution=True, clashes=True))
def test_views_hold_what_is_without_effect_as_the_fold_does(history: History) -> None:
    with viewed(history) as (_, found):
        for known in (0, *history.ends()):
            things = list(history.state(known).things())
            expected = {(one.id, f"{WITHOUT_EFFECT}{place}") for one in things for place in one.without_effect()}
            assert {(row.id, row.attribute) for row in found.without_effect(known)} == expected


@FEW
@given(histories(execution=True, clashes=True, plots=True))
def test_views_filled_in_small_steps_by_a_forgetful_state_are_those_filled_at_once(history: History) -> None:
    with (
        patch.object(views, "BATCH_EVENTS", 1),
        patch.object(views, "INDEX_ROWS", 3),
        patch.object(filling, "STATE_ENTRIES", 2),
        tempfile.TemporaryDirectory() as folder,
    ):
        path, ends = Path(folder, "a.ledger"), history.ends()
        first = History(history.decisions[:2])
        with written(path, first) as ledger, Views(ledger, folder) as found:
            found.catch_up()
            append(path, history, after=first.ends()[-1])
            found.catch_up()
            with patch.object(views, "BATCH_EVENTS", 10_000), patch.object(filling, "STATE_ENTRIES", 10_000):
                assert list(found.check()) == []
            for day in history.days():
                assert found.structure(day, ends[-1]) == history.state().at(day)


def test_what_comes_back_while_its_end_is_in_doubt_is_in_doubt_in_the_views_as_in_the_fold() -> None:
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "2020-01-01")
    recording.decide()
    recording.say(change("establish-cluster", cluster="a", title="Care"), "2020-01-01")
    recording.say(change("dissolve-cluster", cluster="a"), "[..2022]")
    recording.say(change("reestablish-cluster", cluster="a"), "2020-06")
    history = recording.history()
    with viewed(history) as (_, found):
        for day in history.days():
            assert found.structure(day, 4) == history.state().at(day), day
        in_doubt = found.structure(day_of("2020-02"), 4).in_doubt["a"].attributes[IN_DOUBT]
    assert in_doubt == Held("2020-01-01", 3, day_of("2022-12-31"), "[..2022]")


def test_a_position_inside_a_decision_shows_the_decision_before() -> None:
    with viewed(retitled()) as (_, found):
        assert found.structure(800_000, 2) == found.structure(800_000, 1)
        assert found.structure(800_000, 2).get("a") is None
        assert found.structure(800_000, 3).get("a") is not None


# Exactly once


def test_deleted_views_come_back(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger:
        with Views(ledger, tmp_path) as found:
            before = found.structure(800_000, 6)
            path = found.file.path
        assert path is not None
        path.unlink()
        with Views(ledger, tmp_path) as found:
            assert found.structure(800_000, 6) == before
            assert found.notice is None


def test_a_fill_cut_short_leaves_whole_decisions_and_goes_on_from_them(tmp_path: Path) -> None:
    history = retitled(6)
    with written(tmp_path / "a.ledger", history) as ledger, Views(ledger, tmp_path) as found:
        real, calls = found.file.put, [0]

        def failing(*arguments: object) -> None:
            real(*arguments)  # type: ignore[arg-type]
            calls[0] += 1
            if calls[0] == 3:
                raise KeyboardInterrupt

        with patch.object(views, "BATCH_EVENTS", 1):
            with patch.object(found.file, "put", failing), pytest.raises(KeyboardInterrupt):
                found.catch_up()
            assert found.file.filled().position == history.ends()[1]
            found.catch_up()
        assert list(found.check()) == []
        assert found.notice is None


def test_who_waits_for_a_check_is_told_how_far_it_is(tmp_path: Path) -> None:
    """Verification reads every event twice, and the views are replayed from the first to the last."""
    history = retitled(6)
    with written(tmp_path / "a.ledger", history) as ledger, Views(ledger, tmp_path) as found:
        told, replayed = list[int](), list[int]()
        with patch.object(examination, "PAGE_ROWS", 2):
            assert verify_file(ledger.location, progress=told.append).events == ledger.head().position
        head = ledger.head().position
        assert told == sorted(told) and told[0] == 2 and told[-1] == head
        found.catch_up()
        with patch.object(views, "BATCH_EVENTS", 1):
            assert list(found.check(replayed.append)) == []
        assert replayed == history.ends()


def test_a_check_in_small_parts_knows_an_act_that_is_upon_nothing(tmp_path: Path) -> None:
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide(reference="CM-1")
    for id_ in ("a", "b", "z"):
        recording.say(change("establish-cluster", cluster=id_, title="Care"), "2020")
    recording.decide(reference="CM-2")
    fallen = recording.say(change("retitle-cluster", cluster="z", title="Homes"), "2027")
    recording.decide(reference="CM-3")
    named = {"authority": json.loads(fallen.decision)[0], "reference": "CM-2"}
    act = recording.say(change("postpone-decision", decision=named, new_effective="2028-01-01"), "2026")
    recording.decide(reference="CM-4")
    recording.say(change("strike", target=fallen.id, because="A slip."), None)
    with viewed(recording.history()) as (_, found):
        found.catch_up()
        void = list(
            found.file.select("SELECT set_by FROM rows WHERE attribute = ?", (f"{WITHOUT_EFFECT}{act.position}",))
        )
        assert void == [(act.position,)]
        with patch.object(check, "STREAMS_AT_ONCE", 1):
            assert list(found.check()) == []


def test_two_readers_of_one_views_file_fill_it_once(tmp_path: Path) -> None:
    history = retitled(6)
    path = tmp_path / "a.ledger"
    with written(path, History(history.decisions[:3])) as ledger, Views(ledger, tmp_path) as one:
        one.catch_up()
        with Views(ledger, tmp_path) as other:
            append(path, History(history.decisions[:5]), after=history.ends()[2])
            other.catch_up()
            append(path, history, after=history.ends()[4])
            one.catch_up()
            assert other.structure(800_000, 9) == one.structure(800_000, 9) == history.state().at(800_000)
            assert list(one.check()) == []


def test_one_reads_what_was_just_written(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger, tmp_path) as found:
        found.catch_up()
        document = {
            "authority": "Council", "reference": "CM-9", "effective": "2025",
            "changes": [{"change": "retitle-cluster", "cluster": "a", "title": "Read what you wrote"}],
        }  # fmt: skip
        receipt = ledger.record(document)
        cluster = found.structure(800_000, receipt.positions[-1]).get("a")
        assert cluster is not None and cluster.get("title") == "Read what you wrote"


# Not of this ledger


def test_a_ledger_restored_from_an_older_copy_is_noticed(tmp_path: Path) -> None:
    history = retitled()
    with written(tmp_path / "a.ledger", history) as ledger, Views(ledger, tmp_path) as found:
        found.catch_up()
    older = History(history.decisions[:-1])
    with written(tmp_path / "b.ledger", older) as ledger, Views(ledger, tmp_path) as found:
        assert found.structure(800_000, 6) == older.state().at(800_000)
        assert found.notice is not None
        assert found.notice.message == (
            "The views of the ledger were filled anew: they were filled to position 6, and the ledger ends at 5."
        )


def test_a_replaced_ledger_of_the_same_length_is_noticed(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger, tmp_path) as found:
        found.catch_up()
    other = retitled(title="Another")
    with written(tmp_path / "b.ledger", other) as ledger, Views(ledger, tmp_path) as found:
        assert found.structure(800_000, 6) == other.state().at(800_000)
        assert found.notice is not None and "another root at position 6" in found.notice.message


def test_views_of_another_projection_version_are_rebuilt_with_a_notice(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger:
        with Views(ledger, tmp_path) as found:
            before = found.structure(800_000, 6)
            path = found.file.path
        with sqlite3.connect(str(path)) as db:
            db.execute("PRAGMA user_version = 999")
        with Views(ledger, tmp_path) as found:
            assert found.structure(800_000, 6) == before
            assert found.notice is not None and "version 999" in found.notice.message


def test_a_views_file_that_is_garbage_is_thrown_away(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger:
        with Views(ledger, tmp_path) as found:
            path = found.file.path
        assert path is not None
        path.write_bytes(b"not a database at all, " * 100)
        with Views(ledger, tmp_path) as found:
            assert found.structure(800_000, 6).get("a") is not None
            assert found.notice is not None and "could not be read" in found.notice.message


def test_views_that_another_program_holds_for_too_long_are_told_of_in_words(tmp_path: Path) -> None:
    with (
        written(tmp_path / "a.ledger", retitled()) as ledger,
        patch.object(SealedFile, "busy_seconds", 0.01),
        Views(ledger, tmp_path) as found,
    ):
        other = sqlite3.connect(str(found.file.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ViewsBusy, match="Ask again"):
            found.catch_up()
        other.execute("ROLLBACK")
        other.close()
        assert found.catch_up().position == 6


def test_whoever_needs_nothing_new_reads_on_while_another_program_fills(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger, tmp_path) as found:
        found.catch_up()
        other = sqlite3.connect(str(found.file.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with patch.object(SealedFile, "busy_seconds", 0.01), Views(ledger, tmp_path) as reader:
            assert reader.structure(800_000, 6).get("a") is not None
        other.close()


def test_a_foreign_database_in_the_place_of_the_views_is_left_alone(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger:
        path = tmp_path / f"{ledger.government.ledger_id}.views"
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE precious (value)")
        with pytest.raises(ViewsError, match="is not a views file"):
            Views(ledger, tmp_path)


def test_the_folder_of_the_views_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "made" / "for it"))
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger) as found:
        status = found.status()
    assert status.path == str(tmp_path / "made" / "for it" / f"{ledger.government.ledger_id}.views")


# Loud


def test_an_unknown_event_type_stops_the_views_loudly(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger, tmp_path) as found:
        with patch.dict(BY_TYPE), pytest.raises(UnknownEventType, match="position 4"):
            del BY_TYPE["cluster.retitled/1"]
            found.catch_up()
        assert found.file.filled().position == 0
        assert found.catch_up().position == 6


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE rows SET value = '\"Forged\"' WHERE set_by = 5 AND attribute = 'title'",
        "DELETE FROM rows WHERE set_by = 3 AND attribute = 'cluster'",
        "UPDATE spans SET known_from = 4 WHERE row = 2",
        "INSERT INTO rows SELECT NULL, kind, 'b', attribute, value, stated, effective_from, effective_to, known_from, "
        "known_to, set_by, ended_by FROM rows WHERE id = 'a' AND attribute = 'life'",
        "UPDATE decided SET decided_day = 7",
        "DELETE FROM mentions WHERE id = 'a/x'",
        "UPDATE events SET search = 'nothing' WHERE position = 2",
    ],
)
def test_a_check_finds_views_that_were_tampered_with(tmp_path: Path, damage: str) -> None:
    with written(tmp_path / "a.ledger", retitled()) as ledger, Views(ledger, tmp_path) as found:
        assert list(found.check()) == []
        with sqlite3.connect(str(found.file.path)) as db:
            db.execute(damage)
        assert list(found.check()) != []
        found.rebuild()
        assert list(found.check()) == []


def test_views_filled_anew_are_another_file_and_whoever_had_the_old_one_open_goes_on(tmp_path: Path) -> None:
    with (
        written(tmp_path / "a.ledger", retitled()) as ledger,
        Views(ledger, tmp_path) as mine,
        Views(ledger, tmp_path) as theirs,
    ):
        before = theirs.structure(day_of("2026"), theirs.catch_up().position)
        path = mine.file.path
        assert path is not None
        old = path.stat().st_ino
        assert mine.rebuild() == mine.notice == Rebuilt("it was asked for")
        assert path.stat().st_ino != old
        for found in (mine, theirs):
            assert found.structure(day_of("2026"), found.catch_up().position) == before
            assert found.file.path == path and list(found.check()) == []


def test_no_answer_is_given_from_views_that_another_program_began_to_fill_anew(tmp_path: Path) -> None:
    with (
        written(tmp_path / "a.ledger", retitled()) as ledger,
        Views(ledger, tmp_path) as mine,
        Views(ledger, tmp_path) as theirs,
    ):
        position = mine.catch_up().position
        before = mine.structure(day_of("2026"), position)
        theirs.catch_up(upto=1)  # as from a copy of the ledger that ends there
        for asked in (lambda: mine.file.stab(day_of("2026"), position), mine.file.filled):
            with pytest.raises(ViewsChanged, match="fill it anew"):
                asked()
        assert mine.structure(day_of("2026"), position) == before


def test_views_that_another_program_fills_anew_while_they_are_caught_up_are_caught_up_again(tmp_path: Path) -> None:
    with (
        written(tmp_path / "a.ledger", retitled()) as ledger,
        Views(ledger, tmp_path) as theirs,
        Views(ledger, tmp_path) as mine,
    ):
        position = theirs.catch_up().position
        before = theirs.structure(day_of("2026"), position)
        looked: list[bool] = []

        def look(file: ViewsFile) -> bool:
            """Look as ever, but the first time only after the others began again."""
            if not looked:
                looked.append(True)
                theirs.catch_up(upto=1)
            return is_indexed(file)

        is_indexed = ViewsFile.is_indexed
        with patch.object(mine.file, "is_indexed", partial(look, mine.file)):
            assert mine.structure(day_of("2026"), position) == before
        assert looked


def test_the_views_tell_which_streams_speak_of_a_thing(tmp_path: Path) -> None:
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    recording.say(change("establish-cluster", cluster="a", title="Health"), "2020")
    recording.say(change("add-segment", segment="a/x", title="Care"), "2020")
    recording.say(change("launch-mission", mission="m", title="Care"), "2020")
    recording.say(change("add-mission", mission="m", segments=["a/x"]), "2020")
    recording.say(change("appoint-leader", of="m", office="Chair"), "2020")
    with viewed(recording.history()) as (ledger, found):
        found.catch_up()
        ledger.use_index(ViewsIndex(found.file, ledger))
        assert found.streams_of("a/x") == {"cluster:a", "mission:m"}
        assert found.streams_of("m") == {"mission:m", "government"}
        assert found.streams_of("nothing") == set()
