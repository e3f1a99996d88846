"""Spreads of lags as people read them: sentences that say how many days records took."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.plurals import counted, plural
from projections.answers.lags import Distribution, Spread

_LISTED_MAX = 3  # lags that are listed one by one; of more, the median and the quartiles are told


def spread_in_words(spread: Spread, over: int, inferred: int = 0) -> str:
    """Return how lags are spread, in sentences: `4 decisions, median 3 days, half between 1 and 9, longest 30; ...`.

    `over` days count as late. Of the lags that are not stated, `inferred` have a date that was inferred from the
    record. Where dates are known to the year or month, the fewest days that they can mean are told, and then the most.
    Where no lag is stated, that is said.
    """
    said = [f"{numbered(spread.n, spread.counts)}, {_told(spread.least, spread.n, over)}."] if spread.n else []
    if spread.ranges:
        dates = counted(spread.ranges, "date is", "dates are")
        said.append(f"{dates} known to the year or month; at the most {_told(spread.most, spread.n, over)}.")
    for missing, why in ((spread.not_stated - inferred, "{} no date"), (inferred, "{} a date by inference alone")):
        if missing:
            who = f"{missing:,}" if said else numbered(missing, spread.counts)
            said.append(f"{who} {why.format(plural(missing, 'states', 'state'))}.")
    return " ".join(said or [f"{numbered(0, spread.counts)}."])


def numbered(number: int, counts: str) -> str:
    """Return a number of what is counted, of which `counts` names many: `1 decision`, `2 decisions`, `no decision`."""
    noun, space, rest = counts.partition(" ")
    said = f"{number:,}" if number else "no"
    return f"{said} {noun if number > 1 else noun.removesuffix('s')}{space}{rest}"


def _told(spread: Distribution, number: int, over: int) -> str:
    least, q1, median, q3, most = (days or 0 for days in spread[:5])  # one at least is stated
    late = _over(spread.over or 0, number, over)
    if number <= _LISTED_MAX:
        return f"{_listed([least, median, most] if number == 3 else [least, most][:number])}; {late}"
    return f"{', '.join([_middle(q1, median, q3), *_ends(least, most)])}; {late}"


def _middle(q1: int, median: int, q3: int) -> str:
    if q1 == q3:
        return f"at least half of them {_days(median)}"
    quartiles = f"{q1:,} and {q3:,}" if q1 >= 0 else f"{_days(q1)} and {_days(q3)}"
    return f"median {_days(median)}, half between {quartiles}"


def _ends(least: int, most: int) -> Iterator[str]:
    yield f"longest {most:,}" if most >= 0 else f"latest {_days(most)}"
    if least < 0:
        yield f"earliest {_days(least)}"


def _listed(lags: list[int]) -> str:
    *before, last = [f"{days:,}" for days in lags] if lags[0] >= 0 else map(_days, lags)
    unit = "" if lags[0] < 0 else " day" if lags == [1] else " days"
    return (f"{', '.join(before)} and {last}" if before else last) + unit


def _days(days: int) -> str:
    """Return a lag in words: `1 day`, `1,143 days`, `3 days in advance`."""
    return f"{counted(abs(days), 'day')}{' in advance' if days < 0 else ''}"


def _over(late: int, number: int, over: int) -> str:
    """Return how many of a number of lags, one at least, are longer than `over` days."""
    if number == 1:
        who = "" if late else "not "
    elif late in (0, number):
        who = {(2, 0): "neither ", (2, 2): "both "}.get((number, late), "all " if late else "none ")
    else:
        who = f"{late:,} " if number <= _LISTED_MAX else f"{late:,} ({late / number:.1%}) "
    return f"{who}over {_days(over)}"
