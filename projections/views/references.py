"""References of rows: the things that the value of an attribute names, by which one is found from the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NAMING = frozenset(("cluster", "mission", "segments"))  # attributes whose value is an id, or a list of ids
KEYED = frozenset(("segments", "relations", "draws"))  # attributes whose key is an id; of `draws`, what begins it


def named_in(attribute: str, value: Any) -> Sequence[tuple[str, str]]:
    """Return (name of the attribute, id) of each thing that a row names; empty for most rows.

    >>> named_in("segments:health/ports", "full"), named_in("draws:health/Nursing", True), named_in("title", "Health")
    ([('segments', 'health/ports')], [('draws', 'health')], ())
    """
    if attribute in NAMING:
        return [(attribute, id_) for id_ in ((value,) if isinstance(value, str) else value)]
    name, _, key = attribute.partition(":")
    if key and name in KEYED:
        return [(name, key.partition("/")[0] if name == "draws" else key)]
    return ()
