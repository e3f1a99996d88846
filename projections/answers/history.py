"""The timeline of one thing in both times: every event about it, standing or fallen, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ledger.application.streams import mentioned
from ledger.errors import InputError, UnknownName, harmless
from ledger.events.changes.record import Correct
from ledger.events.changes.segment import AddSegment, TransferSegment
from ledger.events.envelope import Event
from ledger.lags import Lag, lag, lags_of, measurable
from ledger.state.record import Fact, speaks_of
from ledger.state.standing import Standing
from ledger.timeline import UNSTATED, day_of
from ledger.zones import zone
from projections.answers.grounds import Grounds, grounds_of
from projections.answers.knowledge import Knowledge
from projections.fields import Instant, StatedDate
from projections.views.queries.decisions import day_recorded
from projections.views.queries.mentions import first_naming, named_ids, naming, parts_named
from projections.views.queries.spans import leaving
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import Views

Role = Literal["subject", "named", "part", "record", "response"]
Status = Literal["stands", "corrected", "postponed", "struck", "replaced", "rescinded", "without effect"]
Order = Literal["effective", "recorded"]
NAMES_MAX = 5  # that an error tells
_TAKEN_IN = (AddSegment, TransferSegment)


class Replacement(NamedTuple):
    """A field that a correction replaced: of which event, and the JSON values before and after."""

    event: str
    field: str
    before: object
    after: object


class TimelineEntry(NamedTuple):
    """An event about a thing as it now stands; None where something is not stated, or measures nothing.

    `said` is its sentence as recorded, where that is another than `says`.
    """

    position: int
    event: str
    type: str
    role: Role
    effective: StatedDate | None
    effective_as_recorded: StatedDate | None
    effective_basis: str | None
    recorded_at: Instant
    late_days: Lag | None
    learnt_days: Lag | None
    retroactive_days: int | None
    status: Status
    because_of: list[str]
    corrects: list[str]
    replaced: list[Replacement]
    says: str
    said: str | None
    decision: Grounds


def history(
    views: Views, id_: str, known: int, *, effective: int | None = None, order: Order = "effective"
) -> list[TimelineEntry]:
    """Return what is known at position `known` of a thing, by effective day, or as it was recorded.

    A correction follows what it corrects. With `effective`, only what was to take effect by that day. Raises
    `InputError` for an id that no event known then names.
    """
    views.catch_up()
    with views.file.reading():  # held once for all that is asked of it
        return _history(views, id_, known, effective, order)


def _history(views: Views, id_: str, known: int, effective: int | None, order: Order) -> list[TimelineEntry]:
    positions, standings = naming(views.file, id_, known), Standings(views, known)
    events = standings.of(positions).values()
    parted = _parted(standings, id_, events)
    positions += [*parted, *standings.corrected_by(events)]
    spoken = [later for _, later in standings.speaking_of(positions)]
    about = _About(id_, standings.of({*positions, *spoken}), parted)
    if not about.told:
        raise unknown(views, id_, known)
    keys = about.keys()
    ordered = sorted(about.told, key=keys.__getitem__ if order == "effective" else None)
    idle = standings.without_effect([one for one in about.told.values() if one.standing.status == "stands"])
    knowledge = Knowledge(standings)
    return [
        _entry(about, position, standings, knowledge, position in idle)
        for position in ordered
        if effective is None or keys[position][0] <= effective
    ]


def _parted(standings: Standings, id_: str, events: Iterable[Told]) -> list[int]:
    """Return the positions of the events that took a segment out of a cluster: to another one, or for good."""
    held = {change.subject for change in (one.fact.change for one in events) if isinstance(change, _TAKEN_IN)}
    return leaving(standings.views.file, sorted(held - {id_}), id_, standings.known)


def unknown(views: Views, id_: str, known: int) -> InputError:
    """Return the error for an id that nothing known at `known` names: not known yet, or misspelt."""
    later = first_naming(views.file, id_)
    named = naming(views.file, id_, known)
    if named:
        return _no_longer_named(views, id_, known, named)
    if later is not None:
        return InputError(f'Nothing was known of "{harmless(id_)}" at p{known}; the first record of it is p{later}.')
    return UnknownName("thing", id_, named_ids(views.file))


def _no_longer_named(views: Views, id_: str, known: int, named: Sequence[int]) -> InputError:
    """Return the error for an id that events known at `known` named, and none of them does as it stands then."""
    parts = parts_named(views.file, id_, known)
    of_parts = {part.position for part in parts}
    fallen = [f"p{position}" for position in named if position not in of_parts]
    ids = list(dict.fromkeys(harmless(part.id) for part in parts))
    namings = [f"only what no longer stands named it, at {_some(fallen)}"] if fallen else []
    namings += [f"only parts of it are named, as {_some(ids)}"] if ids else []
    return InputError(f'Nothing that is known at p{known} names "{harmless(id_)}" itself: {"; ".join(namings)}.')


def _some(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = len(names) - NAMES_MAX
    return ", ".join(names[:NAMES_MAX]) + (f" and {more} more" if more > 0 else "")


class _About:
    """The events of a history by position, each with its part in it, and which of them speak of which."""

    def __init__(self, id_: str, told: Mapping[int, Told], parted: Collection[int]) -> None:
        self.told: dict[int, Told] = {}
        self.roles: dict[int, Role] = {}
        self._targets: dict[str, list[int]] = {}  # event ids and decisions, as corrections name them
        for position, one in sorted(told.items()):  # what is spoken of comes before what speaks of it
            role = self._role(id_, one) or ("part" if position in parted else None)
            if role is not None:
                self.told[position], self.roles[position] = one, role
                for name in (one.fact.id, one.fact.decision):
                    self._targets.setdefault(name, []).append(position)

    def _role(self, id_: str, one: Told) -> Role | None:
        """Return what an event has to do with a thing; None where only the record of another thing turns by it."""
        changes = (one.fact.change, one.standing.change)
        if speaks_of(one.fact) is None or one.fact.corrects is not None:
            if any(change.subject == id_ for change in changes):
                return "subject"
            if any(id_ in mentioned(change) for change in changes):
                return "named"
            if id_ in (one.recorded.event.decision.responds_to or ()):
                return "response"
        return "record" if self.spoken_of(one.fact) else None

    def spoken_of(self, fact: Fact) -> list[int]:
        """Return the positions of the events of this history of which a fact speaks, in order."""
        positions = self._targets.get(speaks_of(fact) or "", ())
        return [position for position in positions if position < fact.position]

    def keys(self) -> dict[int, tuple[int, ...]]:
        """Return keys that sort by effective day and place in the record, corrections after what they correct."""
        sort_keys: dict[int, tuple[int, ...]] = {}
        for position, one in self.told.items():
            effective, spoken = one.standing.effective, self.spoken_of(one.fact)
            if spoken and one.fact.corrects is None:
                sort_keys[position] = (*sort_keys[spoken[0]], position)
            else:
                day = UNSTATED if effective is None else day_of(effective)
                sort_keys[position] = (day, one.standing.order, position)
        return sort_keys


def _entry(about: _About, position: int, standings: Standings, knowledge: Knowledge, idle: bool) -> TimelineEntry:
    one = about.told[position]
    event, standing = one.recorded.event, one.standing
    header, spoken = standings.header(position), [about.told[earlier] for earlier in about.spoken_of(one.fact)]
    timezone = zone(standings.views.ledger.government.timezone)
    since = measurable(standing.effective, inferred=standing.basis is not None)
    lags = lags_of(header.decided_on, since, day_recorded(event.recorded_at, timezone))
    day = knowledge.learnt_on([one]) if since is not None else None
    says, said = standing.change.sentence, one.fact.change.sentence
    return TimelineEntry(
        position=position,
        event=event.id,
        type=event.type,
        role=about.roles[position],
        effective=standing.effective,
        effective_as_recorded=event.takes_effect,
        effective_basis=_basis(event, standing),
        recorded_at=event.recorded_at,
        late_days=lags.late,
        learnt_days=None if day is None else lag(since, day),
        retroactive_days=lags.retroactive_days,
        status=status_of(one, idle),
        because_of=[later.id for later in one.because_of],
        corrects=[earlier.fact.id for earlier in spoken],
        replaced=list(_replaced(one, spoken, standings)),
        says=says,
        said=said if said != says else None,
        decision=grounds_of(header),
    )


def _basis(event: Event, standing: Standing) -> str | None:
    """Return how the effective date of an event is known, as corrections have it; None where nothing says so."""
    if standing.basis is not None:
        return standing.basis
    return None if event.effective_basis is None else "stated"


def status_of(one: Told, idle: bool) -> Status:
    """Return in one word how an event stands; `idle`: it stands, and changes nothing."""
    if one.standing.status != "stands":
        return one.standing.status
    if idle:
        return "without effect"
    if any(later.change.TYPE == Correct.TYPE for later in one.because_of):
        return "corrected"
    return "postponed" if one.standing.effective != one.fact.effective else "stands"


def _replaced(one: Told, spoken: Iterable[Told], standings: Standings) -> Iterator[Replacement]:
    """Yield each field that a correction replaced, with what stood there before it was recorded."""
    change = one.standing.change
    if not isinstance(change, Correct):
        return
    before = Standings(standings.views, one.fact.position - 1)
    for earlier in spoken:
        position = earlier.fact.position
        was = before.of([position])[position].standing
        fields: dict[str, tuple[object, object]] = {}
        moved = not earlier.fact.own_date or speaks_of(one.fact) == earlier.fact.id
        if change.new_effective is not None and was.effective is not None and moved:
            fields["effective"] = (was.effective, change.new_effective)
        normal = was.change.normal() if change.data else {}
        fields |= {name: (normal.get(name), value) for name, value in (change.data or {}).items()}
        header = before.header(position).normal() if change.decision else {}
        fields |= {f"decision.{name}": (header.get(name), value) for name, value in (change.decision or {}).items()}
        for name, (old, new) in fields.items():
            yield Replacement(earlier.fact.id, name, old, new)
