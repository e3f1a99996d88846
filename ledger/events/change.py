"""The model beneath every change: its names, the thing it changes, what it sets, and how it is put in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.events import declaration
from ledger.events.personal import personal_fields
from ledger.events.sentences import Piece, listed, pieces_of, worded
from ledger.events.types import Model
from ledger.names import GOVERNMENT, KINDS

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
Attributes = dict[str, Any]


class OtherThing(NamedTuple):
    """Attributes that a change sets of a thing which is not its subject."""

    thing: str
    kind: str
    attributes: Attributes


class Change(Model):
    """One change of a decision; its fields in normal form are the `data` of its event.

    Class variables and methods are the whole of what a change means: to the fold, the rules, the command line, the
    search and the reader. They are checked when the model is imported.
    """

    NAME: ClassVar[str]  # in decision documents: retitle-cluster
    TYPE: ClassVar[str]  # in events: cluster.retitled/1
    SENTENCE: ClassVar[str] = ""  # what its event says: Cluster {cluster} is retitled: {title}.
    KIND: ClassVar[str] = ""  # of the thing changed; empty: of any kind
    SUBJECT: ClassVar[str] = ""  # the field that names the thing changed; empty: the government
    LIFE: ClassVar[Life] = None
    SETS: ClassVar[tuple[str, ...]] = ()  # fields that become attributes of the same name
    BESIDE: ClassVar[tuple[str, ...]] = ()  # attributes without a key that `keyed` sets, under names of their own
    IDENTITY: ClassVar[tuple[str, ...]] = ()  # fields that name what it is about, beside SUBJECT: none is corrected
    REFERS: ClassVar[tuple[tuple[str, str], ...]] = ()  # other fields that name things, of what kind; `?`: live or not
    FILLED: ClassVar[tuple[str, ...]] = ()  # fields that the ledger fills in when they are left out
    DATED: ClassVar[bool] = True  # whether it has an effective date of its own
    SPEAKS: ClassVar[bool] = False  # whether it is about an earlier event or decision, whose standing it turns
    OWN: ClassVar[bool] = False  # whether the ledger records it by itself, so that no document can ask for it
    OPENS: ClassVar[bool] = False  # whether something begins with it, so that its date may be unknown
    COMMAND: ClassVar[str] = ""  # its place on the command line; empty: the noun of its name and then the verb
    ARGUMENT: ClassVar[str] = ""  # the field that its command takes as an argument; empty: its subject
    HELP: ClassVar[dict[str, str]] = {}  # of fields, as options of its command
    PIECES: ClassVar[tuple[Piece, ...]] = ()  # of its sentence, made from SENTENCE
    PERSONAL: ClassVar[tuple[str, ...]] = ()  # fields that are never written in the clear, made from their types

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Check what a change declares; raises `TypeError`. A model without a name of its own is a base of others."""
        super().__pydantic_init_subclass__(**options)
        if "NAME" in vars(cls):
            declaration.check(cls)
            cls.PIECES, cls.PERSONAL = pieces_of(cls.SENTENCE), personal_fields(cls.model_fields)

    @property
    def subject(self) -> str:
        """The id of the thing that it changes."""
        id_: str = vars(self)[self.SUBJECT] if self.SUBJECT else GOVERNMENT
        return id_

    @property
    def about(self) -> str:
        """What it is about, for what would stand in its place: its subject, or what `IDENTITY` names of that."""
        return self.subject

    @property
    def kind_changed(self) -> str:
        """The kind of the thing that it changes; empty where it may be of any."""
        return self.KIND

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return the kinds of things that it may change."""
        return (cls.KIND,) if cls.KIND else KINDS

    @classmethod
    def attributes(cls) -> tuple[str, ...]:
        """Return the names of the attributes without a key that it may set."""
        return (*cls.SETS, *cls.BESIDE)

    @property
    def ended_for(self) -> str | None:
        """Why its subject ends, as a code that can be counted; None where it states none, and where nothing ends."""
        return vars(self).get("reason") if self.LIFE == "ends" else None

    @property
    def sentence(self) -> str:
        """One short sentence that says what its event says, in words that an official uses."""
        return worded(self.PIECES, self)

    @property
    def given(self) -> list[str]:
        """The names of the fields that it gives, but for the one that names its subject."""
        return [name for name in self.normal() if name != self.SUBJECT]

    @property
    def given_values(self) -> list[str]:
        """Those fields, each with its value in words."""
        values = self.normal()
        return [f"{name.replace('_', ' ')} {_in_words(values[name])}" for name in self.given]

    def texts(self) -> list[str]:
        """Return every text that it holds, in order: what a search finds it by."""
        found: list[str] = []
        _take_texts(vars(self), found)
        return found

    def keyed(self, stated: str) -> Attributes:
        """Return the attributes that it sets beyond `SETS`, such as `segments:ID`; `stated` is its effective date.

        None as a value ends the attribute.
        """
        return {}

    def beside(self) -> Iterator[OtherThing]:
        """Yield what it sets of things that are not its subject."""
        return iter(())

    def normal(self) -> dict[str, Any]:
        """Return its fields in normal form: JSON values, absent ones left out."""
        fields: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return fields

    def without(self, *names: str) -> Attributes:
        """Return its fields in normal form, but for those that say where they stand."""
        return {name: value for name, value in self.normal().items() if name not in names}

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return (id, kind) of every other thing that it names, in order.

        Kind is empty for any kind, and ends in `?` where the thing need not be live.
        """
        if not self.REFERS:
            return ()
        named: list[tuple[str, str]] = []
        for field, kind in self.REFERS:
            value = getattr(self, field)
            for item in (value,) if isinstance(value, str) else value or ():
                named.append((item, kind))
        return tuple(named)

    def begun(self) -> tuple[str, ...]:
        """Return the ids of the things that begin with it, beside its subject."""
        return ()

    def stream(self) -> str:
        """Return the stream that its event belongs to, which follows from its fields alone."""
        kind = STREAMS.get(self.KIND)
        first = self.subject.partition("/")[0]
        return GOVERNMENT if kind is None or first == GOVERNMENT else f"{kind}:{first}"


# pydantic evaluates what a base annotates anew for each model: none of it is a field, and there are seventy models.
Change.__annotations__ = {}


def _in_words(value: Any) -> str:
    return listed(map(str, value)) if isinstance(value, list) else str(value)


def _take_texts(value: Any, found: list[str]) -> None:
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, str):
            found.append(inner)
        elif isinstance(inner, dict | tuple | list):
            _take_texts(inner, found)
