"""The fold again, from the words of the design alone: slow, plain, and sharing no code with ledger.state.

Every answer is worked out anew from the whole list of facts: what stands is asked of every later event, a value
is the best of all candidates. No index, no timeline, no cache. The tests hold the real fold to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from ledger.events.changes.base import Change
from ledger.events.changes.record import Correct, PostponeDecision, RescindDecision, Strike
from ledger.state.record import Fact

Values = dict[str, tuple[Any, int]]  # of one thing: attribute -> (value, position of the event that set it)


class Said(NamedTuple):
    """An event that stands, as it reads after every correction."""

    day: int
    order: int
    position: int
    thing: str
    turn: bool | None  # whether it begins or ends the life of the thing, or does neither
    values: dict[str, Any]  # by attribute; None: absent from here on


def first_day(text: str) -> int:
    """Return the ordinal of the first day of a year, month or day; 0 for `..`."""
    if text == "..":
        return 0
    year, month, day = (text + "-01-01").split("-")[:3]
    return date(int(year), int(month), int(day)).toordinal()


# What stands


def named_by(fact: Fact) -> str:
    """Return the event id or the decision key that a strike, correction, rescission or postponement names."""
    named: Any = getattr(fact.change, "target", None) or getattr(fact.change, "decision", None)
    return named if isinstance(named, str) else str(named.key)


def speakers(fact: Fact, facts: Sequence[Fact], *kinds: type[Change]) -> list[Fact]:
    """Return the later facts of certain kinds that name a fact or its decision, and are not void."""
    return [
        later
        for later in facts
        if isinstance(later.change, kinds)
        and later.position > fact.position
        and named_by(later) in (fact.id, fact.decision)
        and not is_void(later, facts)
    ]


def is_gone(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether an event was struck, or its decision rescinded, by an event that is not void."""
    return bool(speakers(fact, facts, Strike, RescindDecision))


def is_void(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether an event is gone, or another that is not gone stands in its place."""
    return is_gone(fact, facts) or any(later.corrects == fact.id and not is_gone(later, facts) for later in facts)


def place(fact: Fact, facts: Sequence[Fact]) -> int:
    """Return the position of an event, or of the one in whose place it stands."""
    found = [place(earlier, facts) for earlier in facts if earlier.id == fact.corrects]
    return found[0] if found else fact.position


def reading(fact: Fact, facts: Sequence[Fact]) -> tuple[Change, str | None]:
    """Return what an event says, and from when, after all corrections and postponements, in recording order."""
    fields, effective = fact.change.normal(), fact.effective
    for later in speakers(fact, facts, Correct, PostponeDecision):
        said: Any = reading(later, facts)[0]
        fields |= getattr(said, "data", None) or {}
        if said.new_effective is not None and effective is not None:
            effective = said.new_effective
    return type(fact.change).model_validate(fields), effective


def standing(facts: Sequence[Fact]) -> list[Said]:
    """Return the events that stand and have an effective day, in the order in which the last one holds."""
    found = []
    for fact in facts:
        change, effective = reading(fact, facts)
        if effective is not None and not is_void(fact, facts):
            said = (thing_of(change), life_of(change), attributes_of(change, effective))
            found.append(Said(first_day(effective), place(fact, facts), fact.position, *said))
    return sorted(found, key=lambda said: said[:3])


# What an event says

BEGINS = ("constitute-government", "establish-cluster", "add-segment", "launch-mission", "issue-mandate")
BEGINS += ("observe-signal", "resume-mission")
ENDS = ("dissolve-cluster", "retire-segment", "complete-mission", "stop-mission", "discharge-mandate")
ENDS += ("revoke-mandate", "close-signal")
SUBJECTS = ("mandate", "signal", "segment", "mission", "of", "cluster")  # the fields that may name the thing
NOT_ATTRIBUTES = (*SUBJECTS, "identifiers", "successors", "outcome", "segments", "extent", "other", "note")
PLAIN = ("establish-", "retitle-", "repurpose-", "rescope-", "reword-", "reschedule-", "launch-", "revise-")


def thing_of(change: Change) -> str:
    """Return the id of the thing that a change is about."""
    fields = change.normal()
    return next((fields[name] for name in SUBJECTS if name in fields), "government")


def life_of(change: Change) -> bool | None:
    """Return whether a change begins (True) or ends (False) the life of its thing, or does neither."""
    return True if change.NAME in BEGINS else False if change.NAME in ENDS else None


def attributes_of(change: Change, stated: str) -> dict[str, Any]:
    """Return what a change says of its thing beside its life: attribute -> value, None for absent."""
    fields, name = change.normal(), change.NAME
    found: dict[str, Any] = {
        f"identifiers:{scheme}": key or None for scheme, key in fields.get("identifiers", {}).items()
    }
    if name.startswith(PLAIN):
        found |= {field: value for field, value in fields.items() if field not in NOT_ATTRIBUTES}
    elif name in ("constitute-government", "issue-mandate", "assign-mandate", "observe-signal"):
        found |= {field: value for field, value in fields.items() if field not in ("mandate", "signal")}
    elif name == "add-segment":
        found |= {field: fields[field] for field in ("title", "scope", "sectors") if field in fields}
        found["cluster"] = fields["segment"].split("/")[0]
    elif name == "transfer-segment":
        found["cluster"] = fields["to"]
    elif name.startswith(("relate-", "unrelate-")):
        said = {field: fields[field] for field in ("relation", "note") if field in fields}
        found[f"relations:{fields['other']}"] = said if name.startswith("relate-") else None
    elif name in ("add-mission", "remove-mission", "realign-mission"):
        left = fields["segments"] if name == "remove-mission" else fields.get("from", [])
        joined = fields["segments"] if name == "add-mission" else fields.get("to", [])
        found |= {f"segments:{segment}": None for segment in left}
        found |= {f"segments:{segment}": fields["extent"] for segment in joined}
    elif name in ("pause-mission", "resume-mission"):
        found["status"] = "paused" if name == "pause-mission" else "active"
    elif name.endswith("-expertise"):
        owner = f"draws:{fields['cluster']}/" if "mission" in fields else "expertise:"
        found[owner + fields["field"]] = True if name.startswith(("offer", "draw")) else None
    elif name.endswith("-leader"):
        found[f"leaders:{fields['office']}"] = fields.get("holder", {}) if name.startswith("appoint") else None
    elif name == "review-matrix":
        found |= {"reviewed_on": stated, "review_conclusion": fields.get("conclusion")}
        found["next_review_on"] = fields.get("next_review_on")
    elif name == "state-name":
        found[f"names:{fields['name']}"] = {key: fields[key] for key in ("use", "language") if key in fields}
    elif name == "withdraw-name":
        found[f"names:{fields['name']}"] = None
    elif name == "discontinue-review":
        found["next_review_on"] = None
    elif name == "adopt-settings":
        found |= {f"settings:{setting}": days for setting, days in fields.items()}
    return found


# What was so


def turns(id_: str, said: Iterable[Said]) -> list[Said]:
    """Return the events that begin or end the life of a thing, in order, without those that turn nothing."""
    found: list[Said] = []
    for one in said:
        turn = one.turn if one.thing == id_ else None
        if turn is not None and turn is not (len(found) % 2 == 1):
            found.append(one)
    return found


def lives(id_: str, said: Iterable[Said]) -> list[tuple[int, int | None]]:
    """Return the half-open intervals of days on which a thing is live; None: it has no end."""
    days: list[int | None] = [one.day for one in turns(id_, said)]
    return [(start or 0, end) for start, end in zip(days[::2], [*days[1::2], None], strict=False)]


def is_live(intervals: Iterable[tuple[int, int | None]], day: int) -> bool:
    """Return whether a day lies in one of the intervals."""
    return any(start <= day and (end is None or day < end) for start, end in intervals)


def structure(said: Sequence[Said], day: int) -> dict[str, Values]:
    """Return every thing that is live on a day, with what it holds; `said` comes from `standing`."""
    found: dict[str, Values] = {}
    for id_ in {one.thing for one in said}:
        intervals = lives(id_, said)
        if is_live(intervals, day):
            found[id_] = _held(id_, said, intervals, day)
    return found


def _held(id_: str, said: Iterable[Said], intervals: Sequence[tuple[int, int | None]], day: int) -> Values:
    found: Values = {}
    for one in said:
        if one.thing == id_ and one.day <= day and is_live(intervals, one.day):
            found |= {name: (value, one.position) for name, value in one.values.items()}
    return {name: held for name, held in found.items() if held[0] is not None}


def without_effect(said: Sequence[Said]) -> set[int]:
    """Return the positions of the events that stand and say something, all of it outside the life of its thing."""
    found = set()
    for one in said:
        speaks = bool(one.values) and is_live(lives(one.thing, said), one.day)
        if (one.values or one.turn is not None) and not speaks and one not in turns(one.thing, said):
            found.add(one.position)
    return found
