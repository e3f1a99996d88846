"""Plots of generated histories: turns of events that chance alone would bring about too seldom.

Each adds a few decisions: an id used again after a strike, what comes back, an end in doubt, clusters within each
other, entries and acts that speak of one another. Their dates are drawn from a few, so that they collide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ledger.events.change import Change
from ledger.events.changes.record import OnRecord, PostponeDecision, RescindDecision
from ledger.state.record import Fact
from ledger.timeline import day_of
from support.small_world import ALTER, BEGIN, CLUSTERS, CORRECTABLE, DATE, EXECUTION, SETS, Draw, change, changes, dates

if TYPE_CHECKING:
    from support.histories import Recording

DAYS = ("2020", "2020-06", "2021-01-01", "2021-06-15", "2022", "2023-03")
# What ends a thing and what brings it back; of objectives only where missions are measured.
COMEBACKS = (
    ("dissolve-cluster", "reestablish-cluster", "cluster", ("a", "b")),
    ("retire-segment", "reinstate-segment", "segment", ("a/x", "b/z")),
    ("complete-mission", "resume-mission", "mission", ("m", "n")),
    ("stop-mission", "resume-mission", "mission", ("m",)),
    ("pause-mission", "resume-mission", "mission", ("n",)),
    ("withdraw-objective", "return-objective", "objective", ("m/o",)),
)
Adding = Callable[[Draw, "Recording", Fact], None]


def plot(draw: Draw, recording: Recording) -> None:
    """Add one plot to what is being recorded."""
    draw(st.sampled_from(PLOTS))(draw, recording)


def _decide(draw: Draw, recording: Recording) -> None:
    """Begin a decision, if need be: what follows may also belong to the one before."""
    if draw(st.integers(0, 3)):
        recording.decide()


def _again(draw: Draw, recording: Recording) -> None:
    """Strike a beginning, or its decision, and begin something with its id again."""
    begun = [fact for fact in recording.facts[1:] if fact.change.LIFE == "begins"]
    if not begun:
        return
    target = draw(st.sampled_from(begun))
    recording.decide()
    draw(st.sampled_from((strike, strike, strike_decision)))(draw, recording, target)
    same = [fact for fact in begun if fact.stream == target.stream]
    said = draw(st.sampled_from([fact.change for fact in same]) | changes((BEGIN,)))
    _decide(draw, recording)
    recording.say(said, draw(dates(said)))


def _comeback(draw: Draw, recording: Recording) -> None:
    """End a thing, on a day or on one of several, say something of it, and bring it back; perhaps speak of the end."""
    ending, returning, noun, ids = draw(st.sampled_from(COMEBACKS))
    id_ = draw(st.sampled_from(ids))
    _begin(draw, recording, noun, id_)
    first, second, third = sorted(draw(st.tuples(*[st.sampled_from(DAYS)] * 3)), key=day_of)
    doubtful = draw(st.integers(0, 2)) and ending != "pause-mission"
    end = change(ending, **{noun: id_}), draw(st.sampled_from(SETS)) if doubtful else first
    back = change(returning, **{noun: id_}), draw(st.sampled_from((second, third, third)))
    steps = [end, *([(draw(_said_of(noun, id_)), second)] if draw(st.booleans()) else ()), back]
    for said, day in steps if draw(st.integers(0, 3)) else draw(st.permutations(steps)):
        _decide(draw, recording)
        recording.say(said, day)
    if draw(st.booleans()):
        ended = next(fact for fact in reversed(recording.facts) if fact.change is end[0])
        recording.decide()
        draw(st.sampled_from((_speak, strike, postpone, redate)))(draw, recording, ended)


BEGINNINGS = {
    "cluster": ("establish-cluster", BEGIN),
    "segment": ("add-segment", BEGIN),
    "mission": ("launch-mission", BEGIN),
    "objective": ("set-objective", EXECUTION),
}


def _begin(draw: Draw, recording: Recording, noun: str, id_: str) -> None:
    """Begin a thing where nothing of its kind was begun with its id."""
    name, group = BEGINNINGS[noun]
    if all((fact.change.NAME, fact.change.normal().get(noun)) != (name, id_) for fact in recording.facts):
        fields = {field: draw(values) for field, values in group[name].items()}
        recording.decide()
        recording.say(change(name, **fields | {noun: id_}), DAYS[0])


def _said_of(noun: str, id_: str) -> st.SearchStrategy[Change]:
    """Return a strategy for changes that say something of one thing."""
    groups = ({**ALTER, **EXECUTION}.items()) if noun == "objective" else ALTER.items()
    named = {name: fields for name, fields in groups if noun in fields and name.endswith(f"-{noun}")}
    return changes(({name: fields | {noun: st.just(id_)} for name, fields in named.items()},))


def _nesting(draw: Draw, recording: Recording) -> None:
    """Put a cluster within another; perhaps the other within it, and perhaps take it out again."""
    inner, outer = draw(st.permutations(CLUSTERS))
    days = sorted(draw(st.tuples(*[st.sampled_from(DAYS)] * 3)), key=day_of)
    steps = [("nest-cluster", inner, outer)]
    steps += [("nest-cluster", outer, inner)] if draw(st.booleans()) else []
    steps += [("unnest-cluster", inner, outer)] if draw(st.booleans()) else []
    for (name, cluster, within), day in zip(steps, days, strict=False):
        _decide(draw, recording)
        recording.say(change(name, cluster=cluster, within=within), day)


def _knot(draw: Draw, recording: Recording) -> None:
    """Speak of an event, of what was said of it, and so on."""
    _chain(draw, recording, SPEAKING)


def _strikes(draw: Draw, recording: Recording) -> None:
    """Strike an event, then the strike, then that one; now and then rescind a decision that strikes."""
    target = _target(draw, recording)
    for _ in range(3):
        if target is not None:
            recording.decide()
            draw(st.sampled_from((strike, strike, strike_decision, rescind)))(draw, recording, target)
            target = recording.facts[-1]


def _acts(draw: Draw, recording: Recording) -> None:
    """Let several acts be upon one decision, or each upon the one before."""
    _chain(draw, recording, (rescind, postpone, postpone))


def _corrections(draw: Draw, recording: Recording) -> None:
    """Correct an event, perhaps an act, twice, or correct the correction."""
    acts = [fact for fact in recording.facts if isinstance(fact.change, RescindDecision | PostponeDecision)]
    _chain(draw, recording, (redate, redate, correct), acts if draw(st.booleans()) else ())


def _places(draw: Draw, recording: Recording) -> None:
    """Put an event in the place of one, and another in the place of that one, or of the same."""
    _chain(draw, recording, (stand_in,))


def _chain(draw: Draw, recording: Recording, hows: Sequence[Adding], among: Sequence[Fact] = ()) -> None:
    """Speak of an event in some of several ways, and of what was said of it, or of the event again."""
    target = draw(st.sampled_from(among)) if among else _target(draw, recording)
    for _ in range(draw(st.integers(2, 3))):
        if target is not None:
            recording.decide()
            draw(st.sampled_from(hows))(draw, recording, target)
            target = recording.facts[-1] if draw(st.booleans()) else target


def _target(draw: Draw, recording: Recording) -> Fact | None:
    """Draw an earlier event that can be spoken of, if there is one."""
    return draw(st.sampled_from(recording.facts[1:])) if recording.facts[1:] else None


# What speaks of the record


def speak_of_the_record(draw: Draw, recording: Recording) -> None:
    """Add a change that speaks of an earlier event or decision, if there is one of which it can."""
    earlier = [fact for fact in recording.facts if fact.decision != recording.key][1:]
    if not earlier:
        return
    late = [fact for fact in earlier if fact.change.SPEAKS][-4:]  # what speaks of the record is spoken of often
    _speak(draw, recording, draw(st.sampled_from(late if late and draw(st.booleans()) else earlier)))


def _speak(draw: Draw, recording: Recording, target: Fact) -> None:
    draw(st.sampled_from(SPEAKING))(draw, recording, target)


def decision_name(fact: Fact) -> dict[str, Any]:
    """Return the authority and the reference of the decision of a fact."""
    authority, reference = json.loads(fact.decision)
    return {"authority": authority, "reference": reference}


def strike(draw: Draw, recording: Recording, target: Fact) -> None:
    """Strike an event."""
    recording.say(change("strike", target=target.id, because="A slip."), None)


def strike_decision(draw: Draw, recording: Recording, target: Fact) -> None:
    """Strike the decision of an event."""
    recording.say(change("strike", target=decision_name(target), because="A slip."), None)


def redate(draw: Draw, recording: Recording, target: Fact) -> None:
    """Correct the date of an event; a strike of what has none."""
    said = change("correct", target=target.id, new_effective=draw(DATE), because="A slip.")
    recording.say(said if target.effective is not None else change("strike", target=target.id, because="."), None)


def correct(draw: Draw, recording: Recording, target: Fact) -> None:
    """Correct a field of an event; a strike where there is none to correct."""
    if target.change.NAME == "correct":
        fields = target.change.normal() | {"because": "Another slip."}
        data = {name: fields[name] for name in ("because", "new_effective", "data") if name in fields}
        recording.say(change("correct", target=target.id, data=data, because="A slip."), None)
        return
    names = sorted(set(type(target.change).model_fields) & set(CORRECTABLE))
    if not names or isinstance(target.change, OnRecord):
        strike(draw, recording, target)
        return
    name = draw(st.sampled_from(names))
    data = {name: draw(CORRECTABLE[name])}
    recording.say(change("correct", target=target.id, data=data, because="A slip."), None)


def stand_in(draw: Draw, recording: Recording, target: Fact) -> None:
    """Put another change on the same stream in the place of an event; a strike where none can stand there."""
    if isinstance(target.change, OnRecord | RescindDecision | PostponeDecision):
        strike(draw, recording, target)
        return
    said = draw(changes())
    if said.stream() != target.stream:
        fields = target.change.normal()
        said = type(target.change).model_validate(fields | ({"title": "Care"} if "title" in fields else {}))
    recording.say(said, draw(dates(said)), target.id)


def rescind(draw: Draw, recording: Recording, target: Fact) -> None:
    """Rescind the decision of an event."""
    recording.say(change("rescind-decision", decision=decision_name(target)), draw(DATE))


def postpone(draw: Draw, recording: Recording, target: Fact) -> None:
    """Postpone the decision of an event, or bring it forward."""
    said = change("postpone-decision", decision=decision_name(target), new_effective=draw(DATE))
    recording.say(said, draw(DATE))


SPEAKING = (strike, correct, redate, stand_in, strike_decision, rescind, postpone)
PLOTS = (
    *(_again, _comeback, _comeback, _comeback, _nesting, _nesting),
    *(_strikes, _knot, _knot, _acts, _acts, _corrections, _places),
)
