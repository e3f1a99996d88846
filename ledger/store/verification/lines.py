"""Lines of whole decisions, read together: whether each is what its models would write, and all are their document.

Whatever may be wrong is left to the walk over rows, which looks at the models themselves and says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from operator import attrgetter, itemgetter
from typing import Any, Literal

from msgspec import DecodeError, defstruct
from msgspec.json import Decoder, Encoder
from msgspec.structs import astuple

from ledger.events.envelope import Event, Part
from ledger.events.ids import decision_keys
from ledger.events.registry import BY_TYPE
from ledger.store.types import LinesRead
from ledger.store.verification.members import NOTHING, Field, Members, Shape

_OF_CHANGE = ("corrects", "effective", "effective_basis", "original_text")  # of an event, and of its change too
_HEADER = {"document": str, "part": tuple[int, int]}
_EVENT = {"data": Any, "decision": Any, "stream": str, "type": str, "v": Literal[1], "version": int}
_encode_lines = Encoder().encode_lines


class LineReader:
    """Reads lines, and remembers what was found good in them; see `Members`."""

    def __init__(self) -> None:
        self._header, self._event = Members(Part, _HEADER), Members(Event, _EVENT)
        self._header_shape = self._header.shape()
        self._document = _Joined("Document", {**self._header.fields, "changes": None}, without=_HEADER)
        self._types: dict[str, _Type] = {}
        at = {key: f"member_{place}" for place, key in enumerate(self._event.fields)}
        self._decision = attrgetter(at["decision"])
        self._columns = attrgetter(*(at[key] for key in ("stream", "version", "type", "recorded_at", "migrated")))
        of = {key: f"member_{place}" for place, key in enumerate(self._header.fields)}
        self._name, self._part = attrgetter(of["authority"], of["reference"], of["document"]), attrgetter(of["part"])

    def read(self, lines: Sequence[bytes], types: Sequence[Any]) -> LinesRead | None:
        """Return what lines of whole decisions say, of events of these types; None where any of them may be unsound."""
        events: list[Shape] = [None] * len(lines)
        changes: list[Shape] = [None] * len(lines)
        for name, places in _places(types):
            of_type = self._type(name)
            found = None if of_type is None else of_type.events([lines[place] for place in places])
            if of_type is None or found is None:
                return None
            for place, event, change in zip(places, found, of_type.changes(found), strict=True):
                events[place], changes[place] = event, change
        headers = list(map(self._decision, events))
        if not self._event.take(events) or not self._header.take(headers):
            return None
        keys = self._keys(headers, changes)
        if keys is None:
            return None
        streams, versions, types, times, migrated = zip(*map(self._columns, events), strict=True)
        numbers, of = zip(*map(self._part, headers), strict=True)
        return LinesRead([streams, versions, types, keys, numbers, of, times], [one is not NOTHING for one in migrated])

    def _type(self, name: Any) -> _Type | None:
        if name not in self._types and name in BY_TYPE:
            self._types[name] = _Type(name, self._event, self._header_shape)
        return self._types.get(name)

    def _keys(self, headers: Sequence[Shape], changes: Sequence[Shape]) -> tuple[str, ...] | None:
        """Return the key of each line's decision, if the lines are the documents of their decisions, part by part."""
        parts = list(map(self._part, headers))
        firsts = [place for place, (number, _) in enumerate(parts) if number == 1]
        lengths = [parts[place][1] for place in firsts]
        if min(lengths, default=0) < 1 or sum(lengths) != len(parts):
            return None
        if [(number, of) for of in lengths for number in range(1, of + 1)] != parts:
            return None
        names = list(map(self._name, headers))
        if _each([names[place] for place in firsts], lengths) != names:
            return None
        documents = [
            self._document.of((*astuple(headers[place]), changes[place : place + of]))
            for place, of in zip(firsts, lengths, strict=True)
        ]
        rebuilt = [f"sha256:{sha256(line).hexdigest()}" for line in _encode_lines(documents)[:-1].split(b"\n")]
        if rebuilt != [names[place][2] for place in firsts]:
            return None
        return tuple(_each(decision_keys([names[place][:2] for place in firsts]), lengths))


class _Type:
    """Events of one type: how they are decoded, and the changes that they were made from."""

    def __init__(self, name: str, event: Members, header: Shape) -> None:
        model = BY_TYPE[name]
        self._data, self._name = Members(model), model.NAME
        shape = event.shape(data=self._data.shape(), decision=header, type=Literal[name])
        self._decode = Decoder(shape).decode_lines
        at = {key: f"member_{place}" for place, key in enumerate(event.fields)}
        self._data_of = attrgetter(at["data"])
        self._of_change = attrgetter(*(at[key] for key in _OF_CHANGE))
        common = {key: event.fields[key] for key in _OF_CHANGE}
        self._change = _Joined("Change", {**self._data.fields, **common, "change": None})

    def events(self, lines: Sequence[bytes]) -> list[Shape] | None:
        """Return the events that lines hold, if they are canonical and their data is good; None otherwise."""
        joined = b"\n".join(lines)
        try:
            found: list[Shape] = self._decode(joined)
        except (DecodeError, UnicodeError, RecursionError):
            return None
        if len(found) != len(lines) or _encode_lines(found)[:-1] != joined:
            return None
        return found if self._data.take(list(map(self._data_of, found))) else None

    def changes(self, events: Iterable[Shape]) -> Iterator[Shape]:
        """Yield the changes of their documents that events were made from."""
        for event in events:
            yield self._change.of((*astuple(self._data_of(event)), *self._of_change(event), self._name))


class _Joined:
    """Objects that are written anew with members of others: their keys, in the order in which members are given."""

    def __init__(self, name: str, fields: Mapping[str, Field | None], without: Iterable[str] = ()) -> None:
        kept = sorted((key, place) for place, key in enumerate(fields) if key not in without)
        absent = {key: field.absent if field and field.absent is not None else NOTHING for key, field in fields.items()}
        named = {f"member_{place}": key for place, (key, _) in enumerate(kept)}
        members = [(attribute, Any, absent[key]) for attribute, key in named.items()]
        self._shape: Shape = defstruct(name, members, omit_defaults=True, rename=named)
        self._kept = itemgetter(*(place for _, place in kept))

    def of(self, members: Sequence[Any]) -> Shape:
        """Return the object with these members."""
        return self._shape(*self._kept(members))


def _each(values: Sequence[Any], times: Sequence[int]) -> list[Any]:
    """Return each value as many times as is said beside it."""
    return [value for value, many in zip(values, times, strict=True) for _ in range(many)]


def _places(types: Sequence[Any]) -> Iterator[tuple[Any, list[int]]]:
    found: dict[Any, list[int]] = {}
    for place, name in enumerate(types):
        found.setdefault(name, []).append(place)
    return iter(found.items())
