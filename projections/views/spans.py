"""Spans of rows that a decision closes and opens, by what the fold did to the timelines of a thing.

Only the part of a timeline that changed is looked at, so that the thousandth change of an attribute costs
what the first did.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ledger.names import ACT, AFFILIATION, IN_DOUBT, LIFE
from ledger.state.edits import Edits, undone
from ledger.state.entries import Entries
from ledger.state.reach import reach_of
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, Entry, Interval, Reach, has_effect, is_live
from projections.views.schema import WITHOUT_EFFECT


class Row(NamedTuple):
    """A value that an attribute holds on the days start <= day < end."""

    attribute: str
    start: int
    end: int
    value: Any
    stated: str
    set_by: int  # position of the event that set it
    ended_by: int  # position of the event that ends it; 0 while it has no end


class RowTurn(NamedTuple):
    """What a decision does to the rows of one thing: those that no longer hold, and those that now do."""

    gone: list[Row]
    new: list[Row]


def turn(thing: Thing, edits: Edits) -> RowTurn:
    """Return how the rows of a thing turned when these edits, all that a decision made to it, led to what it is now."""
    found = RowTurn([], [])
    if _is_added_to(thing, edits):
        _add(found, thing, edits)
    else:
        _compare(found, undone(thing, edits), thing, edits)
    return found


def _is_added_to(thing: Thing, edits: Edits) -> bool:
    """Return whether entries were put in, and nothing else: neither its lives nor whose the id is have turned.

    What was put in without effect is so by itself then, and all that was there before is as it was.
    """
    if not thing.kind or thing.lives_in_doubt:
        return False
    for name, made in edits.items():
        if name == LIFE or name.startswith(ACT) or (thing.keeps_extents and name.startswith(AFFILIATION)):
            return False
        if not all(edit.said for edit in made):
            return False
    return True


def _add(found: RowTurn, thing: Thing, edits: Edits) -> None:
    """Add what entries do that were put in; events that have no effect by any of them have a row that says so."""
    lives, idle = thing.lives, dict[int, Entry]()
    for name, made in edits.items():
        now = thing.timeline(name)
        if len(made) == 1 and _appended(found, name, now, made[0].entry, lives):
            continue
        positions = {edit.entry.position for edit in made}
        part = _part(name, now, min(edit.entry for edit in made), lives)
        _exchange(found, *_changed(name, [entry for entry in part if entry.position not in positions], part, lives))
        idle.update((edit.entry.position, edit.entry) for edit in made)
    for position, entry in idle.items():
        if not any(
            thing.takes(name, edit.entry) for name in edits for edit in edits[name] if edit.entry.position == position
        ):
            found.new.append(_idle(position, entry))


def _part(attribute: str, entries: Sequence[Entry], first: Entry, lives: Sequence[Interval]) -> Sequence[Entry]:
    """Return the end of a timeline from an entry of effect before `first` on; all of it where there is none."""
    part: Sequence[Entry] = entries
    if isinstance(entries, Entries):
        for part in entries.since(first):
            before = part[: bisect_left(part, first)]
            if any(_takes(attribute, lives, entry) for entry in reversed(before)):
                break
    return part


def _compare(found: RowTurn, before: Thing, after: Thing, edits: Edits) -> None:
    """Add what tells the rows of a thing before and after its edits apart."""
    lives, kind_kept = after.lives, before.kind == after.kind
    if kind_kept and lives == before.lives:
        for attribute in edits:
            if attribute != LIFE:
                old, now = list(before.timeline(attribute)), list(after.timeline(attribute))
                _exchange(found, *_changed(attribute, old, now, lives))
    else:
        for attribute in dict.fromkeys((LIFE, *before.attributes, *after.attributes)):
            _exchange(found, rows_of(before, attribute), rows_of(after, attribute), kind_kept)
    _exchange(found, idle_rows(before), idle_rows(after), kind_kept)


def _exchange(found: RowTurn, old: list[Row], now: list[Row], kind_kept: bool = True) -> None:
    """Add the rows of `old` that are not in `now` to what is gone, and the other way round."""
    if not kind_kept:
        found.gone.extend(old)
        found.new.extend(now)
        return
    found.gone.extend(row for row in old if row not in now)
    found.new.extend(row for row in now if row not in old)


def rows_of(thing: Thing, attribute: str) -> list[Row]:
    """Return the rows of one attribute (LIFE: the live intervals, and the days that are in doubt) in order of start."""
    if attribute == LIFE:
        return [row for life in thing.lives for row in _of_life(life)]
    entries = thing.timeline(attribute)
    return _rows(attribute, entries, thing.lives, len(entries))


def _of_life(life: Interval) -> Iterator[Row]:
    sure_to = min(life.sure_to, life.end)
    yield Row(LIFE, life.start, sure_to, True, life.stated, life.begun_by, life.ended_by)
    if sure_to < life.end:
        yield Row(IN_DOUBT, sure_to, life.end, life.stated, life.end_stated, life.ended_by, life.ended_by)


def _rows(attribute: str, entries: Sequence[Entry], lives: Sequence[Interval], count: int) -> list[Row]:
    """Return the rows that the first `count` of `entries` make; what follows only ends them."""
    found: list[Row] = []
    entry: Entry | None = None  # the last one that has effect
    for index, following in enumerate(entries):
        if not _takes(attribute, lives, following):
            continue
        if entry is not None and entry.value is not None and entry.day < following.day:
            found.extend(_clipped(attribute, entry, following.day, following.position, lives))
        if index >= count:
            return found
        entry = following
    if entry is not None and entry.value is not None:
        found.extend(_clipped(attribute, entry, FOREVER, 0, lives))
    return found


def _takes(attribute: str, lives: Sequence[Interval], entry: Entry) -> bool:
    if len(lives) == 1 and lives[0].start <= entry.day < lives[0].end:  # nearly every thing, nearly always
        return True
    return has_effect(lives, entry, reach_of(attribute))


def _clipped(attribute: str, entry: Entry, end: int, ended_by: int, lives: Sequence[Interval]) -> Iterator[Row]:
    """Yield the rows of an entry that the next one, `ended_by`, ends: one for each life that it reaches into.

    What was judged when the thing was not live has a row from that day besides, up to the next life.
    """
    if reach_of(attribute) is Reach.ANYWHERE and not is_live(lives, entry.day):
        following = min((life.start for life in lives if life.start > entry.day), default=FOREVER)
        yield Row(attribute, entry.day, min(following, end), entry.value, entry.stated, entry.position, ended_by)
    for life in lives:
        first, last = max(entry.day, life.start), min(end, life.end)
        if first < last:
            by = life.ended_by if life.end <= end else ended_by
            yield Row(attribute, first, last, entry.value, entry.stated, entry.position, by)


def _appended(found: RowTurn, attribute: str, now: Sequence[Entry], entry: Entry, lives: Sequence[Interval]) -> bool:
    """Add what the plainest of all edits does: a later entry at the end of a timeline, in a life without gaps.

    Returns whether it was that; else nothing is added, and the timelines are to be compared.
    """
    if len(lives) != 1 or not now or now[-1] is not entry:
        return False
    (life,), last = lives, now[-2] if len(now) > 1 else None
    if not life.start <= entry.day < life.end or (last is not None and not life.start <= last.day < entry.day):
        return False
    if last is not None and last.value is not None:
        start, position, stated, value = last.day, last.position, last.stated, last.value
        found.gone.append(Row(attribute, start, life.end, value, stated, position, life.ended_by))
        found.new.append(Row(attribute, start, entry.day, value, stated, position, entry.position))
    if entry.value is not None:
        found.new.append(Row(attribute, entry.day, life.end, entry.value, entry.stated, entry.position, life.ended_by))
    return True


def _changed(
    attribute: str, old: Sequence[Entry], now: Sequence[Entry], lives: Sequence[Interval]
) -> tuple[list[Row], list[Row]]:
    """Return the rows of two timelines in the part where they differ, its neighbours on both sides included."""
    head = _common_head(old, now)
    tail = _common_tail(old, now, head)
    while head > 0:  # back to the entry before the part, whose end may move
        head -= 1
        if _takes(attribute, lives, old[head]):
            break
    after = tail
    while after > 0:  # on to the entry after the part, which ends it
        after -= 1
        if _takes(attribute, lives, old[len(old) - after - 1]):
            break
    return (
        _rows(attribute, old[head : len(old) - after], lives, len(old) - tail - head),
        _rows(attribute, now[head : len(now) - after], lives, len(now) - tail - head),
    )


def _common_head(old: Sequence[Entry], now: Sequence[Entry]) -> int:
    least = min(len(old), len(now))
    if old[:least] == now[:least]:
        return least
    return next(index for index in range(least) if old[index] is not now[index] and old[index] != now[index])


def _common_tail(old: Sequence[Entry], now: Sequence[Entry], head: int) -> int:
    tail, least = 0, min(len(old), len(now)) - head
    while tail < least and (old[-1 - tail] is now[-1 - tail] or old[-1 - tail] == now[-1 - tail]):
        tail += 1
    return tail


def idle_rows(thing: Thing) -> list[Row]:
    """Return a row for each event that says something of a thing and has no effect, from its day on."""
    idle = thing.idle_entries()
    return [_idle(position, idle[position]) for position in sorted(idle)]


def _idle(position: int, entry: Entry) -> Row:
    return Row(f"{WITHOUT_EFFECT}{position}", entry.day, FOREVER, True, entry.stated, position, 0)
