"""What every change has: a name, an event type, the thing it changes, and the attributes that it sets."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Literal

from ledger.events.types import GOVERNMENT, Model

# The kind of a thing -> the kind of stream that its events stand on; those of all others stand on the government's.
STREAMS = {
    "cluster": "cluster",
    "segment": "cluster",
    "mandate": "cluster",
    "mission": "mission",
    "objective": "mission",
}


@lru_cache(maxsize=4096)  # asked for every id that a decision names
def streams_of(id_: str) -> tuple[str, ...]:
    """Return the streams that the events of a thing may stand on, beside the government's."""
    first = id_.partition("/")[0]
    return () if first == GOVERNMENT else (f"cluster:{first}", f"mission:{first}")


Life = Literal["begins", "ends", "resumes", None]


class Change(Model):
    """One change of a decision; its fields in normal form are the `data` of its event.

    The class variables are the whole of what a change means to the fold, the rules and the command line,
    save for keyed attributes (affiliations, relations, ...), which `ledger.state.effects` spells out.
    """

    NAME: ClassVar[str]  # in decision documents: retitle-cluster
    TYPE: ClassVar[str]  # in events: cluster.retitled/1
    KIND: ClassVar[str] = ""  # of the thing changed; empty: of any kind
    SUBJECT: ClassVar[str] = ""  # the field that names the thing changed; empty: the government
    LIFE: ClassVar[Life] = None
    SETS: ClassVar[tuple[str, ...]] = ()  # fields that become attributes of the same name
    REFERS: ClassVar[tuple[tuple[str, str], ...]] = ()  # other fields that name things, of what kind; `?`: live or not
    PERSONAL: ClassVar[tuple[str, ...]] = ()  # fields that are committed to, never written in the clear
    FILLED: ClassVar[tuple[str, ...]] = ()  # fields that the ledger fills in when they are left out
    DATED: ClassVar[bool] = True  # whether it has an effective date of its own
    SPEAKS: ClassVar[bool] = False  # whether it is about an earlier event or decision, whose standing it turns
    OWN: ClassVar[bool] = False  # whether the ledger records it by itself, so that no document can ask for it
    OPENS: ClassVar[bool] = False  # whether something begins with it, so that its date may be unknown

    @property
    def subject(self) -> str:
        """The id of the thing that it changes."""
        id_: str = vars(self)[self.SUBJECT] if self.SUBJECT else GOVERNMENT
        return id_

    def normal(self) -> dict[str, Any]:
        """Return its fields in normal form: JSON values, absent ones left out."""
        found: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return found

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return (id, kind) of every other thing that it names, in order.

        Kind is empty for any kind, and ends in `?` where the thing need not be live.
        """
        if not self.REFERS:
            return ()
        found: list[tuple[str, str]] = []
        for field, kind in self.REFERS:
            value = getattr(self, field)
            for item in (value,) if isinstance(value, str) else value or ():
                found.append((item, kind))
        return tuple(found)

    def begun(self) -> tuple[str, ...]:
        """Return the ids of the things that begin with it, beside its subject."""
        return ()

    def stream(self) -> str:
        """Return the stream that its event belongs to, which follows from its fields alone."""
        kind = STREAMS.get(self.KIND)
        first = self.subject.partition("/")[0]
        return GOVERNMENT if kind is None or first == GOVERNMENT else f"{kind}:{first}"
