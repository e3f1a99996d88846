"""Histories that grow, are copied, cut, forked, rewritten and rebuilt, held to what was seen of them before."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support.command_line import FIRST, Desk, refused
from support.examples import examples

from ledger.application.government import Government
from ledger.application.moments import Known
from ledger.application.seen.file import SeenFile
from ledger.application.seen.last import LAST_MARKS, PLACES_MAX, Look
from ledger.application.seen.sighting import Divergence
from ledger.integrity.tree import Frontier, format_root, leaf_hash

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
IDS = ("a" * 32, "b" * 32)


class History(NamedTuple):
    """A ledger as a reader finds it: whose it is, where it lies, and its lines."""

    id: str
    place: str
    lines: tuple[str, ...]
    origin: str = ""

    def reader(self) -> Any:
        """Return what is asked of a reader."""
        size = len(self.lines)
        return SimpleNamespace(
            location=self.place,
            government=Government("Testland", self.origin or f"cluster-ledger/{self.id}", "UTC", self.id),
            store=SimpleNamespace(root=self.root),
            known=lambda: Known(size, NOW, size, format_root(self.root(size))),
        )

    def root(self, size: int) -> bytes:
        """Return the root of its first lines, grown from the first."""
        tree = Frontier()
        for line in self.lines[:size]:
            tree.append(leaf_hash(line.encode()))
        return tree.root()


def look(folder: Path, history: History) -> Divergence | None:
    """See a history as a command does; return what is told of it."""
    looked = Look(history.reader(), folder, lambda: NOW)
    found = looked.divergence()
    if found is None or found.usable:
        looked.keep()
    return found


def lines(count: int, other_from: int | None = None, mark: str = "x") -> tuple[str, ...]:
    return tuple(str(n) if other_from is None or n < other_from else f"{n}{mark}" for n in range(count))


SEEN = History(IDS[0], "/here", lines(9))
TABLE = {
    "the same": (SEEN, None),
    "grown": (SEEN._replace(lines=lines(30)), None),
    "moved": (SEEN._replace(place="/there"), None),
    "moved and grown": (SEEN._replace(place="/there", lines=lines(12)), None),
    "another ledger elsewhere": (History(IDS[1], "/there", lines(4, 0)), None),
    "an older copy here": (SEEN._replace(lines=lines(5)), "rolled-back"),
    "an older copy elsewhere": (SEEN._replace(place="/there", lines=lines(5)), "older"),
    "as long, of another end": (SEEN._replace(lines=lines(9, 8)), "forked"),
    "longer, of another end": (SEEN._replace(lines=lines(20, 3)), "forked"),
    "longer elsewhere, of another end": (SEEN._replace(place="/there", lines=lines(20, 3)), "forked"),
    "shorter, of another end": (SEEN._replace(lines=lines(6, 3)), "forked"),
    "another from the first event on": (SEEN._replace(lines=lines(9, 0)), "rewritten"),
    "longer, another from the first event on": (SEEN._replace(place="/there", lines=lines(20, 0)), "rewritten"),
    "another ledger here": (History(IDS[1], "/here", lines(9, 0)), "rebuilt"),
    "another ledger of the origin": (History(IDS[1], "/there", lines(9, 0), f"cluster-ledger/{IDS[0]}"), "namesake"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_ledger_is_held_to_what_was_seen_of_it(tmp_path: Path, name: str) -> None:
    now, kind = TABLE[name]
    for size in (1, 3, 5, 9):
        assert look(tmp_path, SEEN._replace(lines=lines(size))) is None
    found = look(tmp_path, now)
    assert (found and found.kind) == kind
    if found is not None:
        sizes = (f"position {found.before.size}", f"position {found.now.size}")
        assert found.before.size == 9 and found.now.size == len(now.lines)
        assert all(word in found.message for word in (*sizes, found.before.root, found.now.root))
        assert found.message.count("recorded 2026-03-05T10:00:00") == found.message.count("seen 2026-03-05") == 2
    if kind not in (None, "older"):
        assert look(tmp_path, now) == found  # until it is accepted, or the other is there again
        assert look(tmp_path, SEEN) is None


@pytest.mark.parametrize("name", [name for name, (_, kind) in TABLE.items() if kind is not None])
def test_what_is_accepted_is_the_one_that_is_seen_from_then_on(tmp_path: Path, name: str) -> None:
    now, _ = TABLE[name]
    look(tmp_path, SEEN)
    looked = Look(now.reader(), tmp_path, lambda: NOW)
    found = looked.divergence()
    assert found is not None
    looked.accept(found, "Restored after a fire.")
    assert look(tmp_path, now) is None
    assert look(tmp_path, now._replace(lines=(*now.lines, "more"))) is None
    (entry,) = SeenFile(tmp_path).read().accepted
    assert (entry.because, entry.before.root, entry.now.root) == (
        "Restored after a fire.", found.before.root, found.now.root
    )  # fmt: skip


def test_a_fork_is_told_from_where_it_may_begin(tmp_path: Path) -> None:
    for size in (1, 10, 20, 40):
        look(tmp_path, SEEN._replace(lines=lines(size)))
    found = look(tmp_path, SEEN._replace(lines=lines(50, 25)))
    assert found is not None and (found.agreed, found.differs) == (20, 40)


def test_a_ledger_that_grew_often_is_remembered_at_few_sizes(tmp_path: Path) -> None:
    for size in range(1, 200):
        assert look(tmp_path, SEEN._replace(lines=lines(size))) is None
    (one,) = SeenFile(tmp_path).read().sightings
    assert one.marks[0][0] == 1 and one.size == 199 and len(one.marks) <= LAST_MARKS + 10
    found = look(tmp_path, SEEN._replace(lines=lines(199, 100)))
    assert found is not None and found.kind == "forked" and 1 <= found.agreed <= 100 < found.differs


steps = st.tuples(
    st.sampled_from(("grow", "cut", "fork", "move", "rebuild", "back")),
    st.integers(0, 12),
    st.sampled_from(("/here", "/there")),
)


def taken(history: History, step: tuple[str, int, str], number: int, before: list[History]) -> History:
    """Return what becomes of a ledger."""
    kind, count, place = step
    match kind:
        case "grow":
            return history._replace(lines=(*history.lines, *(f"{number}.{n}" for n in range(count))))
        case "cut":
            return history._replace(lines=history.lines[: max(1, len(history.lines) - count)])
        case "fork":
            kept = history.lines[: max(0, len(history.lines) - count)]
            return history._replace(lines=(*kept, *(f"{number}.{n}" for n in range(1 + count))))
        case "move":
            return history._replace(place=place)
        case "rebuild":
            return History(IDS[number % 2], place, (f"{number}",))
    return before[count % len(before)]


def together(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many lines two histories begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def judged(here: History | None, longest: History | None, now: History) -> set[str | None]:
    """Return what may be told of a history, by whoever keeps every line that was seen; None: nothing."""
    if here is not None and here.id != now.id:
        return {"rebuilt"}
    for before in (here, longest):
        if before is None or now.lines[: len(before.lines)] == before.lines:
            continue
        shorter = "rolled-back" if before.place == now.place else "older"
        if before.lines[: len(now.lines)] == now.lines:
            return {shorter}
        told: set[str | None] = {"forked", "rewritten"}
        return told if len(now.lines) >= len(before.lines) else {*told, shorter}
    return {None}


@settings(max_examples=examples(150), deadline=None)
@given(history=st.lists(steps, min_size=1, max_size=12))
def test_no_history_that_lacks_what_was_seen_passes_for_one_that_holds_it(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("state")
    now, seen = History(IDS[0], "/here", ("first",)), dict[str, History]()
    before = [now]
    for number, step in enumerate([("grow", 3, ""), *history]):
        now = taken(now, step, number, before)
        before.append(now)
        longest = max((one for one in seen.values() if one.id == now.id), key=lambda one: len(one.lines), default=None)
        found = look(folder, now)
        assert (found and found.kind) in judged(seen.get(now.place), longest, now)
        if found is None or found.usable:
            seen[now.place] = now
        if found is not None and found.kind in ("forked", "rewritten"):
            (lines_before,) = {one.lines for one in seen.values() if root_of(one) == found.before.root}
            assert found.agreed <= together(lines_before, now.lines) < found.differs


def root_of(history: History) -> str:
    return format_root(history.root(len(history.lines)))


def test_places_where_nothing_stands_any_more_are_forgotten_once_there_are_too_many(tmp_path: Path) -> None:
    """And none at which a ledger stands."""
    stands = tmp_path / "stands.ledger"
    stands.touch()
    folder = tmp_path / "state"
    look(folder, History("c" * 32, str(stands), lines(2)))
    file, one = SeenFile(folder), SeenFile(folder).read().sightings[0]

    many = tuple(replace(one, ledger_id=f"{n:032x}", origin=f"o{n}", location=f"/gone/{n}") for n in range(PLACES_MAX))
    file.change(lambda kept: replace(kept, sightings=(one, *many)))
    look(folder, SEEN)
    found = {one.location for one in file.read().sightings}
    assert len(found) == PLACES_MAX and str(stands) in found and "/here" in found


def test_an_older_copy_is_held_to_the_longer_one_where_that_is_at_hand(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else records meanwhile, so no mark tells the two copies from each other."""
    mine, elsewhere = os.environ["CLUSTER_LEDGER_STATE"], str(desk.folder / "theirs")
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", elsewhere)
    shutil.copy(desk.ledger, "other.ledger")
    desk.record()
    shutil.copy(desk.ledger, "older.ledger")
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "learning").replace("sleep-well", "read-well"))
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", elsewhere + "-too")
    assert desk.run("--ledger", "other.ledger", "record", "-", input=FIRST).exit_code == 0
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", mine)
    assert desk.run("show").exit_code == 0
    older = desk.run("--ledger", "older.ledger", "show")
    assert older.exit_code == 0 and "older copy" in older.stderr and "cannot be compared" not in older.stderr
    refused(desk.run("--ledger", "other.ledger", "show"), "forked", "after position 1 is", code=3)
    desk.ledger.rename(desk.folder / "away")
    older = desk.run("--ledger", "older.ledger", "show")
    assert older.exit_code == 0 and "the same up to position 1, and what comes after it cannot be" in older.stderr
