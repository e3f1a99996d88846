"""Text that may have to be withheld: a name, or free text that a document marks `personal: true`.

It is validated like any other text and then stands in the event as a salted commitment. What is marked is a mapping
`{text: "...", personal: true}` in the place of the text. A commitment itself may stand there too, as in a normal form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints, ValidationError, ValidationInfo, WrapValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from ledger.events.commitments import DIGEST, committed, is_commitment
from ledger.events.intake import Intake, is_bytes
from ledger.events.text import TEXT_CHARS
from ledger.events.types import Model, checks_of

_MARK, _TEXT = "personal", "text"
FAULT = "personal-text"  # pydantic's name for the fault of such a text, whose sentence never shows it


class Commitment(Model):
    """What an event says in place of personal data."""

    commitment: Annotated[str, StringConstraints(pattern=DIGEST)]


def as_stored(value: Any) -> Any:
    """Return a field of a change as a JSON value where it is a commitment, and as it is elsewhere."""
    return value.model_dump() if isinstance(value, Commitment) else value


def is_marked(value: Any) -> bool:
    """Return whether a value of a document is a text with its mark."""
    return isinstance(value, Mapping) and set(value) == {_MARK, _TEXT}


def unmarked(value: Mapping[str, Any]) -> tuple[Any, bool]:
    """Return a marked text, and whether its mark says that it is personal; raises a fault for another mark."""
    mark = {"true": True, "false": False}.get(str(value[_MARK]).lower())
    if mark is None:
        raise _fault('must have a mark "personal" that is true or false')
    return value[_TEXT], mark


def _marked(value: Any, handler: Any, info: ValidationInfo) -> Any:
    """Return a text as it stands; one that is marked as personal as a commitment, of which the intake takes note."""
    if isinstance(value, str):
        return handler(value)
    if is_marked(value):
        text, personal = unmarked(value)
        return _commitment(text, handler, info) if personal else handler(text)
    return _as_given(value, handler, info)


def committing(value: Mapping[str, Any], handler: Any, info: ValidationInfo) -> Any:
    """Return a marked text as the JSON value that an event holds: a commitment, or the text where its mark says no."""
    stored = _marked(value, handler, info)
    return stored.model_dump() if isinstance(stored, Commitment) else stored


def _personal(value: Any, handler: Any, info: ValidationInfo) -> Any:
    """Return a text as a commitment, whether it is marked or not."""
    if is_marked(value):
        value, personal = unmarked(value)
        if not personal:
            raise _fault("is personal data always: leave the mark out")
    if isinstance(value, str) or is_bytes(value):
        return _commitment(value, handler, info)
    return _as_given(value, handler, info)


def _as_given(value: Any, handler: Any, info: ValidationInfo) -> Any:
    if is_commitment(value) and isinstance(info.context, Intake):
        info.context.take_opening(value["commitment"])
    elif isinstance(value, Mapping) and not is_commitment(value) and not is_bytes(value):
        raise _fault('must be text, or {text: "...", personal: true}')
    return handler(value)


def _commitment(text: Any, handler: Any, info: ValidationInfo) -> Commitment:
    """Commit to a text; what an older register wrote of it is mended and not kept."""
    intake = info.context
    if not isinstance(intake, Intake):
        raise _fault("is personal data, which is committed to where a document is read")
    with intake.secretly():
        sound, mended = _sound(text, handler, intake)
    if mended:
        notice = f'"{info.field_name}" of the older register cannot stand as it was; a cleaned text does.'
        intake.note("text-mended", notice)
    return Commitment(commitment=intake.commit(sound))


def _sound(text: Any, handler: Any, intake: Intake) -> tuple[str, bool]:
    """Return a text in normal form, and whether it was mended."""
    fields = {_TEXT: text}
    try:
        checked = handler(text)
    except ValidationError as error:
        faults = [{**fault, "loc": (_TEXT,)} for fault in error.errors(include_url=False)]
        if not any(intake.mend(fields, fault, secret=True) for fault in faults):
            raise _fault(_needed(handler)) from None
        return _sound(fields[_TEXT], handler, intake)[0], True
    if not isinstance(checked, str):
        raise _fault(_needed(handler))
    return checked, False


def _needed(handler: Any) -> str:
    """Return what a text must be, as its type itself has it; the text that was given is never shown."""
    try:
        handler("x" * (TEXT_CHARS + 1))
    except ValidationError as error:
        most = [fault["ctx"]["max_length"] for fault in error.errors() if "max_length" in fault.get("ctx", {})]
    try:
        handler("x\nx")
    except ValidationError:
        return f"must be one line of 1 to {most[0]} printable characters"
    return f"must be text of 1 to {most[0]} printable characters"


def _fault(said: str) -> PydanticCustomError:
    return PydanticCustomError(FAULT, "{said}", {"said": said})


def committed_in(stated: Model) -> Iterator[str]:
    """Yield the commitments that a change or a header holds in place of personal texts, in order of its fields."""
    for value in stated.__dict__.values():
        kind = type(value)
        if kind is str or value is None:  # as nearly all fields are
            continue
        if kind is Commitment:
            yield value.commitment
        elif isinstance(value, Model):
            yield from committed_in(value)
        elif isinstance(value, list | tuple):
            for inner in value:
                if isinstance(inner, Model):
                    yield from committed_in(inner)
        elif isinstance(value, Mapping):
            yield from committed(value)


_T = TypeVar("_T")
_Either = Annotated[_T | Commitment, Field(union_mode="left_to_right")]
# A text that a document may mark as personal; and one that is personal always.
Markable = Annotated[_Either[_T], WrapValidator(_marked)]
Personal = Annotated[_Either[_T], WrapValidator(_personal)]


def personal_fields(fields: Mapping[str, FieldInfo]) -> tuple[str, ...]:
    """Return the names of those fields of a model that are `Personal`, in order."""
    return tuple(name for name, info in fields.items() if WrapValidator(_personal) in checks_of(info))
