"""The move of a ledger between files and servers: the same lines and root, and on from where it was stopped."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import servers
from support.command_line import RENAMED, Desk, refused
from support.long_records import peak
from support.store_lines import START, drafts

from ledger.application.copying.moving import copy_ledger
from ledger.application.reader import opened_reader
from ledger.errors import LedgerDamaged, LedgerMoved
from ledger.errors.store import NoBeginning
from ledger.store import carrying
from ledger.store.choice.reading import opened_to_read
from ledger.store.choice.recording import make, opened
from ledger.store.types import Sealed

FULL = 10  # events
PLACES: dict[str, Callable[[], str]] = {"file": lambda: "moved.ledger", "server": servers.new_place}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    """Where nothing stands yet."""
    return PLACES[request.param]()


@pytest.fixture
def on_server(full: Desk) -> str:
    """The same ledger on a server."""
    there = servers.new_place()
    copy_ledger("government.ledger", there)
    return there


def stored(location: str) -> list[Sealed]:
    with opened_to_read(location) as store:
        return list(store.lines())


def root(location: str) -> bytes:
    with opened_to_read(location) as store:
        return store.root()


def holder(desk: Desk, location: str) -> str:
    return desk.run("--ledger", location, "show", "wellbeing", "--effective", "2026-05-02").stdout


def test_a_ledger_goes_to_a_server_and_back_byte_for_byte(full: Desk) -> None:
    there = servers.new_place()
    up = full.json("copy", "government.ledger", there)
    down = full.json("copy", there, "back.ledger")
    here = full.json("verify")
    assert up["root"] == down["root"] == here["root"] and up["tree_size"] == here["events"]
    assert stored("government.ledger") == stored(there) == stored("back.ledger")
    for location in (there, "back.ledger"):
        assert full.json("--ledger", location, "verify") == here
        assert full.json("--ledger", location, "views", "check")["ok"]
        assert "Ada Example" in holder(full, location)


def test_what_moved_is_recorded_on_and_moves_on_after_it(full: Desk, place: str) -> None:
    full.run("copy", place)
    full.record(RENAMED)
    made = full.json("copy", place)
    assert made["already_there"] == made["tree_size"] - 1 == FULL
    assert stored(place) == stored("government.ledger") and root(place) == root("government.ledger")
    assert full.run("--ledger", place, "record", "-", input=RENAMED.replace("CM-4", "CM-5")).exit_code == 1
    again = full.json("copy", place)
    assert again["already_there"] == again["tree_size"] == FULL + 1


def test_a_person_is_told_how_much_was_copied_now(full: Desk, place: str) -> None:
    full.run("copy", place)
    full.record(RENAMED)
    said = full.run("copy", "government.ledger", place).stdout
    assert f"copied now  1 event after the {FULL} that were there" in said


def test_a_place_that_goes_on_by_itself_is_refused_and_left(full: Desk, place: str) -> None:
    full.run("copy", place)
    assert full.run("--ledger", place, "record", "-", input=RENAMED).exit_code == 0
    before = stored(place)
    refused(full.run("copy", place), f"it has all {FULL} events, and goes on by 1 event", "Nothing was copied")
    assert stored(place) == before


def test_two_ledgers_that_parted_differ_from_a_position_that_is_named(full: Desk, place: str) -> None:
    full.run("copy", place)
    full.run("--ledger", place, "record", "-", input=RENAMED)
    more = [RENAMED.replace("CM-4", f"CM-{n}").replace("New Testland", f"Testland {n}") for n in range(5, 9)]
    full.record("---\n".join(more))
    before = stored(place)
    refused(full.run("copy", place), "was forked", code=3)
    with pytest.raises(NoBeginning, match=f"they differ from position {FULL + 1} on. Nothing was copied"):
        copy_ledger("government.ledger", place)
    assert stored(place) == before


def test_another_government_is_refused_by_its_name(full: Desk, place: str) -> None:
    assert full.run("--ledger", place, "init", "--government", "Otherland", "--recorder", "office").exit_code == 0
    refused(full.run("copy", place), "that of Otherland", "differ from position 1 on", "Nothing was copied")
    assert len(stored(place)) == 1


def test_the_source_may_be_written_while_it_moves(full: Desk, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    full.run("copy", "early.ledger")
    full.record(RENAMED)
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 1)
    recorded: list[int] = []

    def record(position: int) -> None:
        if not recorded:
            full.record(RENAMED.replace("CM-4", "CM-5").replace("New Testland", "Newer Testland"))
        recorded.append(position)

    where = "early.ledger" if place == "moved.ledger" else place
    made = copy_ledger("government.ledger", where, progress=record)
    assert made.size == FULL + 1 and len(stored("government.ledger")) == FULL + 2
    with opened_to_read("government.ledger") as source:
        assert f"sha256:{source.root(FULL + 1).hex()}" == made.root
    assert copy_ledger("government.ledger", where).before == FULL + 1
    assert stored(where) == stored("government.ledger")


def killed_at(position: int, location: str, place: str) -> None:
    """Copy in a process of its own, which is killed once so many events are there for good."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:

        def tell(reached: int) -> None:
            if reached >= position:
                os.write(writing, b".")
                signal.pause()

        try:
            copy_ledger(location, place, progress=tell)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as told:
        assert told.read(1) == b"."
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.parametrize("way", ["to-server", "to-file"])
def test_a_killed_move_goes_on_from_what_is_there(full: Desk, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    location, place = "government.ledger", servers.new_place()
    if way == "to-file":
        copy_ledger(location, place)
        location, place = place, "back.ledger"
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 1)
    killed_at(4, location, place)
    reached = len(stored(place))
    assert 4 <= reached < FULL and stored(location)[:reached] == stored(place)
    made = copy_ledger(location, place)
    assert (made.before, made.size) == (reached, FULL)
    assert stored(place) == stored(location) and "Ada Example" in holder(full, place)


def test_a_stop_says_that_the_same_command_goes_on(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    place = servers.new_place()
    monkeypatch.setattr("ledger.application.copying.moving.carry", stopped)
    refused(full.run("copy", place), "the same command goes on from it", code=130)
    monkeypatch.undo()
    made = copy_ledger(str(full.ledger), place)
    assert made.before == 1 and root(place) == root(str(full.ledger))


def test_who_records_into_the_copy_meanwhile_stops_it(
    full: Desk, on_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 1)
    for number in (4, 5):
        full.record(RENAMED.replace("CM-4", f"CM-{number}").replace("New Testland", f"Testland {number}"))

    def meddle(position: int) -> None:
        if position == FULL + 1:
            full.run("--ledger", on_server, "record", "-", input=RENAMED.replace("CM-4", "CM-9"))

    with pytest.raises(LedgerMoved):
        copy_ledger("government.ledger", on_server, progress=meddle)
    with pytest.raises(NoBeginning, match=f"differ from position {FULL + 2} on"):
        copy_ledger("government.ledger", on_server)


def test_an_altered_line_does_not_move(full: Desk) -> None:
    with closing(sqlite3.connect(full.ledger)) as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET line = CAST(replace(line, 'Care', 'Core') AS BLOB) WHERE position = 3")
        raw.commit()
    place = servers.new_place()
    with pytest.raises(LedgerDamaged):
        copy_ledger("government.ledger", place)
    assert len(stored(place)) == 1


def test_a_copy_that_the_server_alters_is_not_called_one(full: Desk) -> None:
    """Its guards are replaced by somebody who may: a trigger of theirs cuts every line."""
    place = servers.new_place()
    copy_ledger("government.ledger", place)
    full.record(RENAMED)
    schema = place.rpartition("schema=")[2]
    servers.ask(
        servers.database(),
        f"CREATE FUNCTION {schema}.cut() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN NEW.line = substr(NEW.line, 2); RETURN NEW; END$$",
        f"CREATE TRIGGER cut BEFORE INSERT ON {schema}.events FOR EACH ROW EXECUTE FUNCTION {schema}.cut()",
        f"ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER cut",
    )
    with pytest.raises(LedgerDamaged):
        copy_ledger("government.ledger", place)


def test_what_was_deleted_from_the_copy_does_not_come_back(full: Desk, on_server: str) -> None:
    with opened(on_server) as store:
        commitments = [one for (one,) in store.query("SELECT commitment FROM personal")]  # type: ignore[attr-defined]
        assert [store.forget(one) for one in commitments] == [True]
    full.record(RENAMED)
    copy_ledger("government.ledger", on_server)
    assert "Ada Example" not in holder(full, on_server) and stored(on_server) == stored("government.ledger")


def test_the_ledger_is_named_once_and_no_password_in_sight(full: Desk) -> None:
    refused(full.run("--ledger", "a.ledger", "copy", "b.ledger", "c.ledger"), "Give FROM and TO", code=2)
    refused(full.run("copy", "a", "b", "c"), "Give FROM and TO", code=2)
    refused(full.run("copy", "postgresql://u:secret@h/d"), "A password on the command line")
    refused(full.run("copy", "mysql://h/d"), "mysql:// is none")


def test_a_move_of_a_ledger_four_times_as_long_takes_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 600)

    def held(events: int) -> int:
        with make(tmp_path / f"{events}.ledger") as source, make(servers.new_place()) as target:
            source.append_together(lambda _: [drafts(f"D-{n}", ["cluster:a"]) for n in range(events)], at=lambda: START)
            return peak(lambda: carrying.carry(source, target, events))

    assert held(8_000) < 1.3 * held(2_000)


def test_a_reader_of_the_copy_knows_whose_it_is(full: Desk, on_server: str) -> None:
    with opened_reader(on_server) as there, opened_reader("government.ledger") as here:
        assert there.government == here.government and there.known() == here.known()
