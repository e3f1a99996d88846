"""The fold again, from the words of the design alone: slow, plain, and sharing no code with the packages.

It reads event lines as JSON objects, each with its `position`. Every answer is worked out anew from the whole list:
what stands is asked of every later event, a value is the last of all candidates. No index, no timeline, no cache, no
model. The tests hold the real fold to it.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any, NamedTuple

Line = dict[str, Any]
Values = dict[str, tuple[Any, int]]  # of one thing: attribute -> (value, position of the event that set it)
ALWAYS = (10**9, 10**9)  # after every act


class Reading(NamedTuple):
    """What an event says and from when, after all that was said of it, and how it stands."""

    fields: dict[str, Any]
    effective: str | None
    state: str  # stands, struck, replaced or rescinded


class Said(NamedTuple):
    """What a standing event says of one thing, as it reads now."""

    day: int
    place: int  # the position in whose place it stands
    position: int
    thing: str
    kind: str  # empty: of any kind
    turn: str  # begins, resumes, ends, or empty
    stated: str  # its effective date as it was given
    values: dict[str, Any]  # by attribute; None: absent from here on


def first_day(text: str) -> int:
    """Return the ordinal of the first day of a year, month or day; 0 for `..`; of a set of days, the last of them."""
    if text.startswith("["):
        upper = text[1:-1].split("..")[1]
        year, month, day = (int(part) for part in (upper + "-99-99").split("-")[:3])
        if day == 99:  # of a month or year, its last day: the one before the next begins
            year, month = (year + 1, 1) if month in (99, 12) else (year, month + 1)
            return date(year, month, 1).toordinal() - 1
        return date(year, month, day).toordinal()
    if text == "..":
        return 0
    year, month, day = (text + "-01-01").split("-")[:3]
    return date(int(year), int(month), int(day)).toordinal()


# What stands


def event_id(line: Line) -> str:
    """Return the id of an event."""
    return f"{line['stream']}@{line['version']}"


def decision_of(line: Line) -> tuple[str, str]:
    """Return the identity of the decision of an event."""
    return line["decision"]["authority"], line["decision"]["reference"]


def noun_and_verb(line: Line) -> str:
    """Return the type of an event without its schema number."""
    return str(line["type"]).partition("/")[0]


def is_act(line: Line) -> bool:
    """Return whether an event rescinds or postpones a decision, and stands in no event's place."""
    return noun_and_verb(line) in ("decision.rescinded", "decision.postponed") and "corrects" not in line


def named(line: Line) -> Any:
    """Return the event id, or the identity of the decision, that an event speaks of; None for most."""
    if "corrects" in line:
        return line["corrects"]
    if noun_and_verb(line).startswith("record."):
        target = line["data"]["target"]
    elif is_act(line):
        target = line["data"]["decision"]
    else:
        return None
    return target if isinstance(target, str) else (target["authority"], target["reference"])


def reading(line: Line, lines: Sequence[Line], before: tuple[int, int] = ALWAYS) -> Reading:
    """Return how an event reads: first the entries about it, as recorded; then the acts upon its decision, by day.

    Acts from `before` (day, position) on are left out.
    """
    fields, state = dict(line["data"]), "stands"
    effective = None if noun_and_verb(line) in UNDATED else line.get("effective", line["decision"].get("effective"))
    acts = []
    for later in lines:
        if later["position"] <= line["position"] or named(later) not in (event_id(line), decision_of(line)):
            continue
        theirs, stands_in = reading(later, lines), later.get("corrects") == event_id(line)
        if theirs.state != "stands" and not (theirs.state == "replaced" and stands_in):
            continue
        if stands_in:
            state = "replaced" if state == "stands" else state
        elif noun_and_verb(later) == "record.struck":
            state = "struck"
        elif noun_and_verb(later) == "record.corrected":
            fields |= theirs.fields.get("data") or {}
            of_it = "effective" not in line or named(later) == event_id(line)
            effective = theirs.fields.get("new_effective") or effective if of_it and effective else effective
        else:
            acts.append((first_day(theirs.effective or ".."), later["position"], theirs.fields))
    for day, position, said in sorted(acts, key=lambda act: act[:2]):
        if state in ("struck", "rescinded") or (day, position) >= before:
            break
        if "new_effective" not in said:
            state = "rescinded"
        elif "effective" not in line and effective:
            effective = said["new_effective"]
    return Reading(fields, effective, state)


def place(line: Line, lines: Sequence[Line]) -> int:
    """Return the position of an event, or of the one in whose place it stands."""
    for earlier in lines:
        if event_id(earlier) == line.get("corrects") and earlier["position"] < line["position"]:
            return place(earlier, lines)
    return int(line["position"])


def standing(lines: Sequence[Line]) -> list[Said]:
    """Return what the events that stand say, thing by thing, in the order in which the last one holds."""
    found = []
    for line in lines:
        fields, effective, state = reading(line, lines)
        if effective is not None and state == "stands":
            for thing, kind, turn, values in says(noun_and_verb(line), fields, effective):
                day, where = first_day(effective), place(line, lines)
                found.append(Said(day, where, line["position"], thing, kind, turn, effective, values))
    return sorted(found, key=lambda said: said[:3])


def void_acts(lines: Sequence[Line]) -> set[int]:
    """Return the positions of the standing acts that find nothing of their decision still standing."""
    found = set()
    for act in lines:
        _, effective, state = reading(act, lines)
        if not is_act(act) or state != "stands" or effective is None:
            continue
        turn = first_day(effective), act["position"]
        of_decision = [one for one in lines if decision_of(one) == named(act) and one["position"] < act["position"]]
        if all(reading(one, lines, turn).state in ("struck", "rescinded") for one in of_decision):
            found.add(act["position"])
    return found


# What an event says

UNDATED = ("record.corrected", "record.struck", "root.asserted")
BEGINNINGS = {
    "government.constituted": "government", "cluster.established": "cluster", "segment.added": "segment",
    "mission.launched": "mission", "mandate.issued": "mandate", "signal.observed": "signal",
    "objective.set": "objective",
}  # fmt: skip
ENDS = (
    "cluster.dissolved", "segment.retired", "mission.completed", "mission.stopped", "mandate.discharged",
    "mandate.revoked", "signal.closed", "objective.withdrawn",
)  # fmt: skip
SUBJECTS = ("objective", "recommendation", "mandate", "signal", "segment", "mission", "of", "cluster")
OF_GOVERNMENT = ("government", "scale", "rollup", "settings", "decision", "series", "numbers")
KINDS = ("cluster", "segment", "mission", "mandate", "signal", "objective", "recommendation")


def says(type_: str, fields: dict[str, Any], stated: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return what an event says of each thing: its id, the kind that it speaks of, the turn of its life, the values."""
    noun, _, verb = type_.partition(".")
    if verb == "asserted" or noun == "record" or type_ in ("decision.rescinded", "decision.postponed"):
        return []
    thing = "government" if noun in OF_GOVERNMENT else next((fields[one] for one in SUBJECTS if one in fields), noun)
    thing = "government" if type_ in ("matrix.reviewed", "review.discontinued") and "cluster" not in fields else thing
    kind = BEGINNINGS.get(type_) or _kind(noun, fields)
    turn = "begins" if type_ in BEGINNINGS else "ends" if type_ in ENDS else ""
    turn = "resumes" if verb in ("resumed", "reestablished", "reinstated", "returned") else turn
    found = [(thing, kind, turn, values_of(type_, fields, stated))]
    for one in fields.get("recommendations") or () if verb == "assessed" else ():
        values = {"of": thing} | {name: one[name] for name in ("text", "owner", "due_on") if name in one}
        found.append((one["id"], "recommendation", "begins", values))
    return found


def _kind(noun: str, fields: dict[str, Any]) -> str:
    if noun in KINDS:
        return noun
    if noun in OF_GOVERNMENT:
        return "government"
    if noun in ("matrix", "review"):
        return "cluster" if "cluster" in fields else "government"
    if noun == "expertise":
        return "mission" if "mission" in fields else "cluster"
    return "objective" if noun == "measurement" else ""


TEXTS = {
    "title", "purpose", "scope", "sectors", "statement", "type", "reach", "lead", "actors", "horizon_on", "text",
    "instrument", "kind", "description", "source", "observed_on", "concerns", "indicator", "definition", "unit",
    "direction", "baseline", "target", "due_on", "definition_version", "answer", "note", "name", "origin", "timezone",
    "ledger_id", "segments", "missions",
}  # fmt: skip
PLAIN = (
    *BEGINNINGS, "cluster.retitled", "cluster.repurposed", "segment.retitled", "segment.rescoped", "mission.retitled",
    "mission.reworded", "mission.rescoped", "mission.rescheduled", "mandate.assigned", "mandate.revised",
    "objective.redefined", "objective.retargeted", "objective.stated", "recommendation.answered",
    "cluster.reestablished", "segment.reinstated",
)  # fmt: skip


def values_of(type_: str, fields: dict[str, Any], stated: str) -> dict[str, Any]:
    """Return what an event says of its thing beside its life: attribute -> value, None for absent."""
    noun, _, verb = type_.partition(".")
    found: dict[str, Any] = {
        f"identifiers:{scheme}": key or None for scheme, key in fields.get("identifiers", {}).items()
    }
    if type_ in PLAIN:
        found |= {name: value for name, value in fields.items() if name in TEXTS}
    if type_ == "segment.added":
        found["cluster"] = fields["segment"].split("/")[0]
    elif type_ == "objective.moved":
        found["mission"] = fields["to"]
    elif type_ == "objective.set":
        found["definition_version"] = 1
    elif type_ == "government.renamed":
        found["name"] = fields["title"]
    elif type_ == "government.key-published":
        _, id_, encoded = fields["key"].split("+", 2)
        kind = {1: "Ed25519", 6: "ML-DSA-44"}[b64decode(encoded)[0]]
        found[f"keys:{id_}"] = {"type": kind, "key": fields["key"]}
    elif type_ == "government.key-retired":
        found[f"keys:{fields['key'].split('+')[1]}/retired"] = {"since": fields.get("since", stated)}
    elif type_ == "segment.transferred":
        found["cluster"] = fields["to"]
    elif verb in ("related", "unrelated"):
        said = {name: fields[name] for name in ("relation", "note") if name in fields}
        found[f"relations:{fields['other']}"] = said if verb == "related" else None
    elif type_ in ("mission.added", "mission.removed", "mission.realigned"):
        left = fields["segments"] if verb == "removed" else fields.get("from", [])
        joined = fields["segments"] if verb == "added" else fields.get("to", [])
        found |= {f"segments:{segment}": None for segment in left}
        found |= {f"segments:{segment}": fields.get("extent", ("as before in", left)) for segment in joined}
    elif type_ in ("mission.paused", "mission.resumed"):
        found["status"] = "paused" if verb == "paused" else "active"
    elif noun == "expertise":
        owner = f"draws:{fields['cluster']}/" if "mission" in fields else "expertise:"
        found[owner + fields["field"]] = True if verb in ("offered", "drawn") else None
    elif noun == "leader":
        found[f"leaders:{fields['office']}"] = fields.get("holder", {}) if verb == "appointed" else None
    elif type_ == "matrix.reviewed":
        found |= {"reviewed_on": stated, "review_conclusion": fields.get("conclusion")}
        found["next_review_on"] = fields.get("next_review_on")
    elif type_ in ("cluster.nested", "cluster.unnested"):
        found[f"within:{fields['within']}"] = True if verb == "nested" else None
    elif type_ == "name.stated":
        found[f"names:{fields['name']}"] = {key: fields[key] for key in ("use", "language") if key in fields}
    elif type_ == "name.withdrawn":
        found[f"names:{fields['name']}"] = None
    elif type_ == "review.discontinued":
        found["next_review_on"] = None
    elif noun == "settings":
        found |= {f"settings:{setting}": days for setting, days in fields.items()}
    elif type_ == "series.declared":
        found[f"series:{fields['series']}"] = {name: value for name, value in fields.items() if name != "series"}
    elif type_ == "numbers.skipped":
        of = "/".join(str(fields[name]) for name in ("series", "year") if name in fields)
        found |= {f"skipped:{of}/{numbers}": fields["because"] for numbers in fields["numbers"]}
    elif type_ in ("scale.defined", "rollup.defined"):
        key = f"{noun}s:{fields[noun]}/{fields['version']}"
        found[key] = {name: value for name, value in fields.items() if name not in (noun, "version")}
    elif noun == "measurement":
        version = fields.get("definition_version", 1)
        day = fields["observed_on"] if version == 1 else f"{fields['observed_on']}/{version}"
        source = fields.get("source", "")
        key = f"{day}/{source['commitment']}" if isinstance(source, dict) else f"{day} {source}".rstrip()
        found[f"measurements:{key}"] = {name: value for name, value in fields.items() if name != "objective"}
    elif verb == "assessed":
        kept = {name: value for name, value in fields.items() if name not in (noun, "recommendations")}
        found[f"assessments:{fields['period']} {fields['scale']}"] = kept
    return found


# What was so


class Life(NamedTuple):
    """Days start <= day < end on which a thing is live; `closed` is the place of the event that ends it.

    From the day `sure` on it is in doubt whether it has ended.
    """

    start: int
    end: int
    closed: tuple[int, int]
    sure: int
    since: str = ""  # the date of its beginning as it was given


NEVER = 10**8


def of_thing(id_: str, said: Iterable[Said]) -> list[Said]:
    """Return what is said of the thing that has an id, in order: it is the one whose beginning was recorded first.

    Other beginnings, and what speaks of the id as of another kind, are left out; everything is while nothing began.
    """
    mine = [one for one in said if one.thing == id_]
    beginnings = sorted((one.place, one.position, one.kind) for one in mine if one.turn == "begins")
    if not beginnings:
        return []
    _, first, kind = beginnings[0]
    return [one for one in mine if (one.position == first if one.turn == "begins" else one.kind in ("", kind))]


def turns(mine: Sequence[Said]) -> list[Said]:
    """Return the events that begin, resume or end a life, in order, without those that turn nothing.

    What comes back on a day on which it may have ended had ended by then; not so what was paused.
    """
    found: list[Said] = []
    rest = list(mine)
    while rest:
        one = rest.pop(0)
        live, begun = len(found) % 2 == 1, bool(found)
        doubtful = [end for end in rest if end.turn == "ends" and end.stated.startswith("[")]
        maybe = [end for end in doubtful if sure_until(end) <= one.day]
        if one.turn == "resumes" and live and maybe and found[-1].day < one.day and not was_paused(one, mine):
            rest.remove(maybe[0])
            found += [maybe[0]._replace(day=one.day), one]
        elif {"begins": not live, "ends": live, "resumes": begun and not live}.get(one.turn):
            found.append(one)
    return found


def was_paused(back: Said, mine: Sequence[Said]) -> bool:
    """Return whether what a resumption is about was paused, by what was said last before it."""
    before = [one.values["status"] for one in mine[: mine.index(back)] if "status" in one.values]
    return before[-1:] == ["paused"]


def lives(mine: Sequence[Said]) -> list[Life]:
    """Return the lives of a thing; one that ends on the day on which it began is none."""
    turned = turns(mine)
    ends = [(one.day, (one.place, one.position), sure_until(one)) for one in turned[1::2]]
    ends += [(NEVER, (NEVER, NEVER), NEVER)]
    found = [Life(one.day, *end, one.stated) for one, end in zip(turned[::2], ends, strict=False)]
    return [life._replace(sure=said_to_live(life, mine)) for life in found if life.start < life.end]


def sure_until(end: Said) -> int:
    """Return the first day on which an end may have been."""
    if not end.stated.startswith("["):
        return end.day
    first = end.stated[1:].split("..")[0]
    return first_day(first) if first else 0


def said_to_live(life: Life, mine: Sequence[Said]) -> int:
    """Return the day from which a life is in doubt: after the last of which anything is said."""
    if life.sure == life.end:
        return life.end
    days = [one.day for one in mine if any(not is_judged(name) for name in one.values)]
    return min(life.end, max(life.sure, life.start + 1, *(day + 1 for day in days if life.start <= day < life.end)))


def is_judged(attribute: str) -> bool:
    """Return whether an attribute is judged of a thing, before its life or after it."""
    return attribute.startswith(("measurements:", "assessments:"))


def is_lasting(attribute: str) -> bool:
    """Return whether an attribute goes on to be said of a thing that has ended: what it is called and keyed by."""
    plain = ("title", "purpose", "scope", "sectors", "statement", "type", "text", "description")
    return attribute in plain or attribute.startswith(("identifiers:", "names:"))


def holds(one: Said, attribute: str, of: Sequence[Life]) -> bool:
    """Return whether what an event says of an attribute has effect: within a life, or earlier on the day it ends.

    What was measured or assessed is judged of a thing, before its life or after it.
    """
    if is_judged(attribute) or (is_lasting(attribute) and any(one.day >= life.end for life in of)):
        return True
    closing = any(one.day == life.end and (one.place, one.position) < life.closed for life in of)
    return closing or any(life.start <= one.day < life.end for life in of)


def structure(said: Sequence[Said], day: int) -> dict[str, Values]:
    """Return every thing that is live on a day, or may be, with what it holds; `said` comes from `standing`.

    What is in doubt holds `in-doubt`, set by the event of its end.
    """
    found = {}
    for id_ in {one.thing for one in said}:
        mine = of_thing(id_, said)
        for life in lives(mine):
            if life.start <= day < life.end:
                found[id_] = held(mine, day)
                if life.sure <= day:
                    found[id_]["in-doubt"] = (life.since, life.closed[1])
    return found


def worlds(found: dict[str, Values]) -> list[dict[str, Values]]:
    """Return a structure as it may have been: each thing in doubt had ended by that day, or had not."""
    doubtful = [id_ for id_, values in found.items() if "in-doubt" in values]
    made = []
    for number in range(2 ** len(doubtful)):
        ended = {id_ for place, id_ in enumerate(doubtful) if number >> place & 1}
        made.append(
            {
                id_: {name: value for name, value in values.items() if name != "in-doubt"}
                for id_, values in found.items()
                if id_ not in ended
            }
        )
    return made


def histories_of(said: Sequence[Said], days: Sequence[int]) -> list[list[dict[str, Values]]]:
    """Return the structures of several days, in order, as they may have been: each end in doubt on one of its days.

    Of the days of an end only those count between which one of `days` lies.
    """
    ends = {
        (id_, life): sorted({life.sure, *(day + 1 for day in days if life.sure <= day < life.end)})
        for id_ in {one.thing for one in said}
        for life in lives(of_thing(id_, said))
        if life.sure < life.end
    }
    found = [structure(said, day) for day in days]
    made = []
    for chosen in product(*ends.values()):
        ended = [(id_, life, end) for (id_, life), end in zip(ends, chosen, strict=True)]
        made.append(
            [
                {
                    id_: {name: value for name, value in values.items() if name != "in-doubt"}
                    for id_, values in of_day.items()
                    if not any(one == id_ and end <= day < life.end for one, life, end in ended)
                }
                for day, of_day in zip(days, found, strict=True)
            ]
        )
    return made


def held(mine: Sequence[Said], day: int) -> Values:
    """Return what a thing holds on a day: of each attribute what was said last."""
    found: Values = {}
    of = lives(mine)
    for one in mine:
        before = dict(found)
        for name, value in one.values.items() if one.day <= day else ():
            if isinstance(value, tuple):  # a realignment without an extent: the one that it finds, if it finds one
                extents = {before.get(f"segments:{segment}", (None, 0))[0] for segment in value[1]} - {None}
                value = extents.pop() if len(extents) == 1 else "full"
            if holds(one, name, of):
                found[name] = (value, one.position)
    return {name: value for name, value in found.items() if value[0] is not None}


def without_effect(said: Sequence[Said], lines: Sequence[Line]) -> set[int]:
    """Return the positions of the events that stand and say something of a thing, all of it without effect."""
    found = void_acts(lines)
    for one in said:
        mine = of_thing(one.thing, said)
        speaks = one in mine and any(holds(one, name, lives(mine)) for name in one.values)
        if (one.values or one.turn) and not speaks and one.position not in {turn.position for turn in turns(mine)}:
            found.add(one.position)
    return found
