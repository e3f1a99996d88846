"""Changes of the record itself: corrections and strikes, rescissions and postponements."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationInfo

from ledger.events.change import Change
from ledger.events.intake import standing
from ledger.events.personal import committing, is_marked
from ledger.events.references import DecisionName
from ledger.events.text import TEXT_CHARS, clean
from ledger.events.types import Day, Effective, EventId, Text

Place = Annotated[str, StringConstraints(pattern=r"^p[1-9][0-9]{0,17}$")]  # a position, until its event is looked up
Target = EventId | Place | DecisionName
EFFECTIVE_INSTEAD = "The effective date in its place."
PUBLIC_REASON = "Why (public text: it stands in the record for ever)."
_DEEP = 8  # how far the fields of a change nest, and some


def _fields(given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Return fields in normal form: they stand in the event before those that they correct are looked up."""
    return {_name(name): _plain(value, info, f"{info.field_name}.{name}") for name, value in given.items()}


def _plain(value: Any, info: ValidationInfo, path: str, depth: int = 0) -> Any:
    if depth > _DEEP:
        raise ValueError("it is nested too deep")
    value = standing(info, value, path)
    if isinstance(value, str):
        if len(value) > TEXT_CHARS:
            raise ValueError(f"it holds a text of more than {TEXT_CHARS} characters")
        return clean(value, TEXT_CHARS)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, info, f"{path}.{at}", depth + 1) for at, item in enumerate(value)]
    if is_marked(value):
        return committing(value, _text().validate_python, info)
    if isinstance(value, dict):
        return {_name(name): _plain(item, info, f"{path}.{name}", depth + 1) for name, item in value.items()}
    raise ValueError("it holds a number that is not whole; write it as text")


@cache
def _text() -> TypeAdapter[str]:
    return TypeAdapter(Text)


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.isascii() or not name.isprintable():
        raise ValueError("it holds a name of a field that no change has")
    return name


Fields = Annotated[dict[str, Any], AfterValidator(_fields)]


class OnRecord(Change):
    """A change that speaks of an earlier event or decision, on the stream of what it names."""

    SPEAKS = True
    target: Target

    @property
    def spoken_of(self) -> str:
        """The event or decision that it speaks of."""
        return f"Event {self.target}" if isinstance(self.target, str) else f"Decision {self.target.reference}"

    def stream(self) -> str:
        """Return the stream of the event that it names; the government's where it names a decision."""
        return self.target.partition("@")[0] if isinstance(self.target, str) else super().stream()


class Correct(OnRecord):
    """Replace fields of what an earlier event or decision said; ids and types stay."""

    NAME, TYPE, DATED = "correct", "record.corrected/1", False
    SENTENCE = "{spoken_of} is corrected: {because:short}"
    HELP = {
        "data": "A field of the event, and what it should have said.",
        "decision": "A field of the decision, and what it should have said.",
        "new_effective": EFFECTIVE_INSTEAD,
        "because": PUBLIC_REASON,
    }
    data: Fields | None = None
    decision: Fields | None = None
    new_effective: Effective | None = None
    new_effective_basis: Literal["stated", "inferred"] | None = None
    because: Text


class Strike(OnRecord):
    """Say that an earlier event or decision was entered in error; nothing about its legal force."""

    NAME, TYPE, DATED = "strike", "record.struck/1", False
    SENTENCE = "{spoken_of} is struck from the record: {because:short}"
    HELP = {"because": PUBLIC_REASON}
    because: Text


class RescindDecision(Change):
    """Take a decision back before it takes effect."""

    NAME, TYPE, SPEAKS = "rescind-decision", "decision.rescinded/1", True
    SENTENCE = "Decision {decision.reference} is rescinded."
    COMMAND = "rescind"
    decision: DecisionName


class PostponeDecision(Change):
    """Give a decision that has not taken effect another effective date."""

    NAME, TYPE, SPEAKS = "postpone-decision", "decision.postponed/1", True
    SENTENCE = "Decision {decision.reference} is postponed to {new_effective}."
    COMMAND = "postpone"
    HELP = {"new_effective": EFFECTIVE_INSTEAD}
    decision: DecisionName
    new_effective: Day
