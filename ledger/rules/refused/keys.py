"""Refusals of keys: of another ledger, published before, or retired and never published."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.errors import suggestion
from ledger.events.changes.key import KeyChange, PublishKey
from ledger.names import GOVERNMENT
from ledger.rules.notice import Notice
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import day_of

_KEYS = "keys:"


def refused_key(state: State, fact: Fact) -> Iterator[Notice]:
    """Yield why a key cannot be published or retired; nothing for other changes."""
    change, government = fact.change, state.thing(GOVERNMENT)
    if not isinstance(change, KeyChange) or government is None:
        return
    (constituted,) = government.timeline("origin")  # of the first event, which nothing corrects
    if change.key_name != constituted.value:
        found = f'Key {change.key_id} is of "{change.key_name}"; the origin of this ledger is "{constituted.value}".'
        yield Notice("key-of-another-ledger", GOVERNMENT, found, constituted.position)
    elif isinstance(change, PublishKey):
        yield from _taken(government, change.key_id)
    else:
        yield from _unpublished(government, change.key_id, fact.effective or "")


def _taken(government: Thing, key: str) -> Iterator[Notice]:
    for published in government.timeline(f"{_KEYS}{key}")[:1]:
        found = f"Key {key} is published already, from {published.stated} on (p{published.position})."
        yield Notice("key-taken", GOVERNMENT, found, published.position)


def _unpublished(government: Thing, key: str, stated: str) -> Iterator[Notice]:
    published = government.timeline(f"{_KEYS}{key}")[:1]
    if not published:
        keys = [name.removeprefix(_KEYS) for name in government.names(_KEYS) if "/" not in name]
        yield Notice("unknown-key", GOVERNMENT, f"No key {key} is published.{suggestion(key, keys)}")
    elif published[0].day > day_of(stated):
        found = f"Key {key} is published from {published[0].stated} on, and not yet on {stated}."
        yield Notice("unknown-key", GOVERNMENT, found, published[0].position)
