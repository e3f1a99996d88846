"""Decision documents in the making: their changes, their dates, and the ids that their events will have.

The ledger numbers the events of every stream from 1 in recording order, one event a change. A mapping that
later strikes or corrects an event has to know its id, so the same count is kept here.
"""

from __future__ import annotations

from collections import Counter

Change = dict[str, object]
Document = dict[str, object]

_CLUSTERS = ("cluster", "segment")


class EventIds:
    """The next event id of every stream, from an empty ledger on."""

    def __init__(self) -> None:
        self._versions = Counter({"government": 1})  # a ledger begins with government.constituted

    def take(self, change: Change) -> str:
        """Give the id of the event that `change` becomes when it is the next one to be recorded."""
        stream = stream_of(change)
        self._versions[stream] += 1
        return f"{stream}@{self._versions[stream]}"


def stream_of(change: Change) -> str:
    """Give the stream of a change: the cluster, or the mission, that what it changes was born in."""
    if change["change"] in ("correct", "strike"):
        return str(change["target"]).rpartition("@")[0]
    if "mission" in change:
        return f"mission:{change['mission']}"
    for noun in _CLUSTERS:
        if noun in change:
            return f"cluster:{str(change[noun]).partition('/')[0]}"
    return "government"


class Draft:
    """One decision being written: changes are added in the order in which they are to be recorded."""

    def __init__(self, ids: EventIds, authority: str, reference: str, recorded_at: str) -> None:
        self._ids = ids
        self._head = {"authority": authority, "reference": reference, "recorded_at": recorded_at}
        self._changes: list[Change] = []
        self.recorded_on = recorded_at[:10]  # the source gives its record times in UTC

    def add(self, change: str, fields: Change, effective: str, *, inferred: bool = False) -> str:
        """Add a change that takes effect on `effective`; returns the id of its event."""
        basis = {"effective_basis": "inferred"} if inferred else {}
        return self._take({"change": change, **fields, "effective": effective, **basis})

    def correct(self, target: str, new_effective: str, because: str) -> str:
        """Correct the effective date of the event `target`; returns the id of the correction."""
        return self._take({"change": "correct", "target": target, "new_effective": new_effective, "because": because})

    def strike(self, target: str, because: str) -> str:
        """Strike the event `target`; returns the id of the strike."""
        return self._take({"change": "strike", "target": target, "because": because})

    def document(self) -> Document | None:
        """Give the document, or None where nothing changes.

        Its own date is that of its first dated change, and only changes of another date repeat theirs; where
        corrections and strikes are all there is, which have no date of their own, it is the day of recording.
        """
        if not self._changes:
            return None
        dates = [change["effective"] for change in self._changes if "effective" in change]
        shared = dates[0] if dates else self.recorded_on
        changes = [
            {name: value for name, value in change.items() if (name, value) != ("effective", shared)}
            for change in self._changes
        ]
        return {**self._head, "effective": shared, "changes": changes}

    def _take(self, change: Change) -> str:
        self._changes.append(change)
        return self._ids.take(change)
