"""The jobcentre registers, imported, say at every pair of times what their own entries say.

Figures that are written out were counted from the registers (GDS open registers, Crown copyright, OGL v3.0);
`registers_oracle` counts them again from the entries on every run.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from csv import DictReader
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from support import registers_oracle as oracle
from support.shared_files import shared

from ledger.application import Ledger, import_register
from ledger.events.envelope import Event, Recorder
from ledger.state.state import State
from ledger.state.structure import Structure
from ledger.timeline import day_of

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "import_register"
KINDS = ("cluster", "segment", "mission")
LONG_AFTER = "9999-12-31"
BEFORE, AFTER = "2018-06-30", "2018-08-01"  # the restructuring of 2018-04-01 was recorded in between


class So(Protocol):
    """What was so on a day, as known (None: with all that is known)."""

    def __call__(self, day: str, known: str | None = None) -> Structure: ...


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decision documents of the three registers, as the command writes them."""
    out = tmp_path_factory.mktemp("registers") / "jobcentres.jsonl"
    files = [str(shared(f"data/registers/{name}.rsf")) for name in oracle.REGISTERS]
    subprocess.run([sys.executable, str(SCRIPT), *files, "-o", str(out)], check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def ledger(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The ledger that an import of the documents makes."""
    location = tmp_path_factory.mktemp("ledger") / "jobcentres.ledger"
    given = [json.loads(line) for line in documents.read_text().splitlines()]
    recorder = Recorder(id="registers-office", basis="configured")
    imported = import_register(
        location, given, government="United Kingdom", timezone="Europe/London", source="GDS open registers",
        recorder=recorder,
    )  # fmt: skip
    assert imported.decisions == len(given)
    with Ledger.open(location, read_only=True) as found:
        yield found


def state_at(ledger: Ledger, position: int) -> State:
    """The state as known at a position, folded from the first event."""
    state = State(ledger.facts(position))
    state.load({row.stream for row in ledger.store.lines(0, position)})
    return state


def replayed(ledger: Ledger) -> Iterator[tuple[str, State]]:
    """The state after every record time, and that time: one state, which goes on."""
    source = ledger.facts(0)
    state = State(source)
    state.load({row.stream for row in ledger.store.lines()})  # nothing is known of them yet
    taken_in = ledger.head().position - 1  # what follows says that all is taken over
    for recorded_at, rows in groupby(ledger.store.lines(0, taken_in), key=lambda row: row.recorded_at):
        facts = [source.fact(row) for row in rows]
        source.advance(facts)
        state.apply(facts)
        yield recorded_at.replace(".000000Z", "Z"), state


@pytest.fixture(scope="module")
def so(ledger: Ledger) -> So:
    """The structure on a day, as known."""
    states: dict[int, State] = {}

    def structure(day: str, known: str | None = None) -> Structure:
        position = ledger.known(known).position
        if position not in states:
            states[position] = state_at(ledger, position)
        return states[position].at(day_of(day))

    return structure


class Difference(NamedTuple):
    """What lies between two structures: ids ended and begun by kind, and parts that moved."""

    ended: dict[str, set[str]]
    begun: dict[str, set[str]]
    moved: dict[str, set[str]]


def ids(structure: Structure, kind: str) -> set[str]:
    return {thing.id for thing in structure.of_kind(kind)}


def counts(structure: Structure) -> list[int]:
    return [len(ids(structure, kind)) for kind in KINDS]


def parent(thing) -> str | None:
    """The cluster of a segment, the one segment of a mission, nothing for a cluster."""
    if thing.kind == "mission":
        (found,) = thing.keyed("segments")
        return found
    return thing.get("cluster")


def difference(before: Structure, after: Structure) -> Difference:
    both = [(thing, after.get(thing.id)) for thing in before.things.values() if after.get(thing.id)]
    return Difference(
        {kind: ids(before, kind) - ids(after, kind) for kind in KINDS},
        {kind: ids(after, kind) - ids(before, kind) for kind in KINDS},
        {kind: {a.id for a, b in both if a.kind == kind and parent(a) != parent(b)} for kind in KINDS},
    )


def dangling(structure: Structure) -> int:
    """How many segments and missions are under something that is not live."""
    below = (thing for kind in KINDS[1:] for thing in structure.of_kind(kind))
    return sum(structure.get(str(parent(thing))) is None for thing in below)


def units(structure: Structure, register: str) -> dict[str, oracle.Unit]:
    """A structure in the words of a register: its units by key."""
    return {
        thing.id.rpartition("-")[2]: oracle.Unit(
            thing.get("title"),
            (parent(thing) or "").rpartition("-")[2] or None,
            thing.get("identifiers:address"),
        )
        for thing in structure.of_kind(oracle.KIND[register])
    }


def test_the_registers_hold_as_many_entries_and_keys_as_were_counted():
    held = {name: oracle.entries(name) for name in oracle.REGISTERS}
    assert {name: (len(found), len({entry.key for entry in found})) for name, found in held.items()} == {
        "jobcentre-group": (22, 15),
        "jobcentre-district": (66, 40),
        "jobcentre": (893, 697),
    }
    times = Counter(entry.at for entry in held["jobcentre"])
    assert times["2018-02-19T13:57:55Z"] == 660
    assert sum("end-date" in said[0].item for said in oracle.histories("jobcentre").values()) == 37


def test_every_entry_became_one_decision_in_record_order(documents: Path):
    found = [json.loads(line) for line in documents.read_text().splitlines()]
    assert len(found) == 22 + 66 + 893
    assert [decision["recorded_at"] for decision in found] == sorted(
        entry.at for register in oracle.REGISTERS for entry in oracle.entries(register)
    )
    assert {decision["authority"] for decision in found} == {"department-for-work-pensions"}
    assert not any("rationale" in decision for decision in found)


def test_renamings_are_14_3_and_2(documents: Path):
    found = [json.loads(line)["changes"] for line in documents.read_text().splitlines()]
    renamed = [change for changes in found for change in changes if change["change"].startswith("retitle-")]
    assert Counter(change["change"] for change in renamed) == {
        "retitle-mission": 14, "retitle-segment": 3, "retitle-cluster": 2,
    }  # fmt: skip
    things = {(kind, change[kind]) for change in renamed for kind in KINDS if kind in change}
    assert Counter(kind for kind, _ in things) == {"mission": 13, "segment": 2, "cluster": 2}


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2018-03-31", [7, 34, 642]), ("2018-04-01", [11, 36, 642]), ("2018-12-01", [11, 36, 635])],
)
def test_what_is_live_with_all_that_is_known(so: So, day: str, expected: list[int]):
    assert counts(so(day)) == expected
    assert [len(oracle.units(register, day)) for register in oracle.REGISTERS] == expected
    assert dangling(so(day)) == 0


DAYS = ("1900-01-01", "2017-12-01", "2018-03-30", "2018-03-31", "2018-04-01", "2018-05-01", "2018-07-05",
        "2018-08-31", "2019-03-20", "2019-07-07", "2019-11-18", LONG_AFTER)  # fmt: skip
INSTANTS = ("2018-02-19T13:57:54Z", "2018-03-21T11:29:21Z", "2018-07-05T10:19:23Z", "2018-08-01T00:00:00Z",
            "2018-10-03T14:43:10Z", "2018-10-03T14:43:11Z", "2019-07-08T00:00:00Z", "2019-11-18T16:27:58Z",
            "2019-11-18T16:46:39Z")  # fmt: skip


@pytest.mark.parametrize("register", oracle.REGISTERS)
@pytest.mark.parametrize("known", INSTANTS)
def test_names_parents_and_addresses_are_those_of_the_entries_at_every_pair_of_times(so: So, register: str, known: str):
    for day in DAYS:
        assert units(so(day, known), register) == oracle.units(register, day, known), (day, known)


def test_a_restructuring_recorded_late_is_known_late(so: So):
    old = {f"group-{number}" for number in range(11, 18)}
    assert ids(so("2018-05-01", BEFORE), "cluster") == old
    new = (old - {"group-12", "group-13", "group-16"}) | {f"group-{number}" for number in range(18, 26)}
    assert ids(so("2018-05-01", AFTER), "cluster") == new  # group 15 is among them: see the next test


@pytest.mark.parametrize(
    ("known", "live_from", "live_until"),
    [("2018-07-01", "1900-01-01", None), (AFTER, "2018-03-31", None), ("2018-10-04", "1900-01-01", "2018-03-31")],
)
def test_group_15_was_known_to_begin_on_the_day_that_it_was_to_end(
    so: So, known: str, live_from: str, live_until: str | None
):
    days = ["1900-01-01", "2018-03-30", "2018-03-31", "2018-04-01", LONG_AFTER]
    assert [day for day in days if so(day, known).get("group-15")] == [
        day for day in days if live_from <= day <= (live_until or LONG_AFTER)
    ]


def test_the_end_of_group_15_is_a_correction_and_not_a_change(ledger: Ledger):
    (life,) = state_at(ledger, ledger.head().position).thing("group-15").lives
    ended = ledger.at(life.ended_by).event
    assert (ended.type, ended.recorded_at[:19]) == ("cluster.dissolved/1", "2018-10-03T14:43:11")
    corrected = ledger.event(ended.corrects).event
    assert (corrected.type, corrected.data.target) == ("record.corrected/1", "cluster:group-15@1")
    assert corrected.data.new_effective == "2018-03-31"


def test_corrections_and_strikes_name_what_the_entries_put_right(ledger: Ledger):
    events = [found.event for found in ledger.events()]
    types = {event.id: event.type for event in events}
    named = [
        (event.type, types[getattr(event.data, "target", event.corrects)]) for event in events if _puts_right(event)
    ]
    assert Counter(named) == {
        ("record.struck/1", "mission.stopped/1"): 10,  # ends withdrawn
        ("record.corrected/1", "cluster.established/1"): 1,
        ("record.corrected/1", "mission.launched/1"): 1,  # jobcentre 4578 opened in 2019 only
        ("record.corrected/1", "mission.added/1"): 1,
        ("cluster.dissolved/1", "record.corrected/1"): 1,
        ("thing.identified/1", "thing.identified/1"): 6,  # addresses that a spreadsheet had made numbers of
    }


def _puts_right(event: Event) -> bool:
    return event.corrects is not None or event.type.startswith("record.")


def test_what_changed_on_the_day_of_the_restructuring(so: So):
    found = difference(so("2018-03-31"), so("2018-04-01"))
    assert found.ended["cluster"] == {"group-12", "group-13", "group-15", "group-16"}
    assert found.begun["cluster"] == {f"group-{number}" for number in range(18, 26)}
    assert [len(found.ended[kind]) for kind in KINDS] == [4, 4, 0]
    assert [len(found.begun[kind]) for kind in KINDS] == [8, 6, 0]
    assert [len(found.moved[kind]) for kind in KINDS] == [0, 21, 102]


def test_the_other_six_moves_took_effect_on_the_day_that_they_were_recorded(so: So):
    found = difference(so("2019-11-17"), so("2019-11-18"))
    assert [len(found.moved[kind]) for kind in KINDS] == [0, 0, 6]


def test_what_was_learnt_about_one_day_in_between(so: So):
    found = difference(so("2018-05-01", BEFORE), so("2018-05-01", AFTER))
    assert found.ended["cluster"] == {"group-12", "group-13", "group-16"}
    assert [len(found.ended[kind]) for kind in KINDS] == [3, 4, 1]
    assert [len(found.begun[kind]) for kind in KINDS] == [8, 6, 9]
    assert [len(found.moved[kind]) for kind in KINDS] == [0, 21, 98]


def test_the_replay_passes_through_states_that_a_new_decision_may_not(ledger: Ledger):
    # Long after every date, what is so is what the entries say: no date hides anything any more.
    found = {known: dangling(state.at(day_of(LONG_AFTER))) for known, state in replayed(ledger)}
    assert found == {known: oracle.orphans(known) for known in oracle.record_times()}
    passed = [known for known, orphans in found.items() if orphans]
    assert len(passed) == 153
    assert max(found, key=lambda known: found[known]) == "2018-07-05T10:19:23Z"
    assert found["2018-07-05T10:19:23Z"] == 107
    assert passed[-1] == "2018-07-06T09:44:32Z"


def ifg(name: str) -> list[dict[str, str]]:
    """A table of the IfG Ministers Database (Institute for Government, CC BY 4.0)."""
    with shared(f"data/ifg/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(DictReader(file))


def test_departments_and_their_links_are_as_many_as_were_counted():
    organisations, links = ifg("organisation"), ifg("organisation_link")
    assert (len(organisations), len(links)) == (69, 60)
    assert len({link["link_start_date"] for link in links}) == 32
    assert len({link["link_end_date"] for link in links}) == 33
    assert len({link["id"] for link in links}) < len(links)
    assert sum(link["link_start_date"] == "2023-02-07" for link in links) == 6


def test_departments_that_ended_had_lived_five_years_in_the_median():
    years = sorted(
        (date.fromisoformat(one["end_date"]) - date.fromisoformat(one["start_date"])).days / 365.25
        for one in ifg("organisation")
        if one["start_date"] and one["end_date"]
    )
    assert (len(years), round(statistics.median(years), 1)) == (29, 5.1)
    assert (round(years[0], 2), round(years[-1], 1)) == (0.97, 29.5)
