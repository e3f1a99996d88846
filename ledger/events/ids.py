"""Event ids: the stream and its version, `<stream>@<version>`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from json import loads

from msgspec.json import Encoder

from ledger.errors import harmless
from ledger.events.canonical import canonical
from ledger.events.text import comparable

_encode_lines = Encoder().encode_lines  # of texts it writes what `canonical` writes
BEYOND_EVERY_VERSION = 10**18  # more events than a position has digits for


def event_id(stream: str, version: int) -> str:
    """Return the id of the event that stands at a version, from 1, of a stream."""
    return f"{stream}@{version}"


def provisional_id(stream: str, position: int) -> str:
    """Return the id of an event that is only supposed, while the log ends before `position`.

    Its version is beyond every real one: it sorts after all events of its stream, and supposed ones among themselves
    in the order of their positions. It is never recorded.
    """
    return event_id(stream, BEYOND_EVERY_VERSION + position)


def stream_and_version(id_: str) -> tuple[str, int | None]:
    """Return what an event id is made of; the version is None where `id_` is none."""
    stream, _, version = id_.rpartition("@")
    return stream, int(version) if version.isdecimal() else None


def spoken(target: str) -> str:
    """Return what an event id or decision key names, in words: `event cluster:a@3`, `decision "CM-1" of Council`."""
    if not target.startswith("["):
        return f"event {target}"
    authority, reference = loads(target)
    return f'decision "{harmless(reference)}" of {harmless(authority)}'


@lru_cache(maxsize=4096)  # asked for again and again while one decision is judged and recorded
def decision_key(authority: str, reference: str) -> str:
    """Return the identity of a decision as the canonical JSON of [authority, reference]."""
    return canonical([comparable(authority), reference]).decode()


def decision_keys(names: Iterable[tuple[str, str]]) -> list[str]:
    """Return what `decision_key` gives for each (authority, reference), in order; nothing for none."""
    authorities: dict[str, str] = {}
    alike = [(authorities.get(one) or authorities.setdefault(one, comparable(one)), name) for one, name in names]
    return _encode_lines(alike).decode().split("\n")[:-1]
