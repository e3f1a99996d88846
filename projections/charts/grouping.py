"""The grouping of clusters that came of one, or went into one, on one day: a few are drawn, the others as one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from projections.agility.record import Holding
from projections.charts.joins import SUCCEEDED, Join

ALIKE_MAX = 20  # successors of one cluster, or clusters that went into one, that have rows of their own


class Grouped(NamedTuple):
    """Lives and joins as they are drawn; `names` are those of the rows that stand for many, by the id of the row."""

    lives: list[Holding]
    joins: list[Join]
    names: dict[str, str]
    clusters: int  # that stand in rows of many


def grouped(lives: Sequence[Holding], joins: Sequence[Join], weight: dict[str, int], titles: dict[str, str]) -> Grouped:
    """Return lives and joins with at most `ALIKE_MAX` rows for what one cluster was split into, or was made of.

    Those of the greatest weight are kept, such as the number of segments that they had; of equal ones the first by id.
    Only what is joined to nothing else is put together with others. It takes time as there are joins.
    """
    times: dict[str, int] = {}
    for one in joins:
        for id_ in (one.earlier, one.later):
            times[id_] = times.get(id_, 0) + 1
    alike: dict[tuple[bool, int, str], list[str]] = {}
    for one in joins:
        if one.how == SUCCEEDED:
            for is_later, of, member in ((True, one.earlier, one.later), (False, one.later, one.earlier)):
                if times[member] == 1:
                    alike.setdefault((is_later, one.day, of), []).append(member)
    row_of: dict[str, str] = {}
    names: dict[str, str] = {}
    for (is_later, day, of), members in sorted(alike.items()):
        rest = sorted(members, key=lambda id_: (-weight.get(id_, 0), id_))[ALIKE_MAX:]
        if len(rest) > 1:
            row = f"{of}/{day}/{'later' if is_later else 'earlier'}"  # no cluster has such an id
            names[row] = f"and {len(rest):,} more, {'out of' if is_later else 'into'} {titles.get(of, of)}"
            row_of |= dict.fromkeys(rest, row)
    if not row_of:
        return Grouped(list(lives), list(joins), {}, 0)
    moved = {
        one._replace(earlier=row_of.get(one.earlier, one.earlier), later=row_of.get(one.later, one.later))
        for one in joins
    }
    return Grouped(_together(lives, row_of), sorted(moved), names, len(row_of))


def _together(lives: Sequence[Holding], row_of: dict[str, str]) -> list[Holding]:
    """Return lives, those of one row as one: from the first day of any to the last."""
    found: dict[str, Holding] = {}
    apart: list[Holding] = []
    for life in lives:
        row = row_of.get(life.id)
        if row is None:
            apart.append(life)
            continue
        one = found.get(row, life._replace(id=row))
        found[row] = one._replace(start=min(one.start, life.start), end=max(one.end, life.end), in_doubt=0)
    return [*apart, *found.values()]
