"""The words that changes are made of: ids, texts, dates, as annotated pydantic types.

Every type matches in full and refuses what it cannot keep: pydantic's own `date` takes `0`, and a plain
`str` takes control characters and text that is not in NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic.fields import FieldInfo

from ledger.errors import MalformedDate, MalformedDocument, harmless
from ledger.events.canonical import canonical
from ledger.events.intake import note
from ledger.events.text import TEXT_CHARS, TITLE_CHARS, Use, clean, comparable
from ledger.instants import parse_instant
from ledger.names import GOVERNMENT
from ledger.timeline import NOT_STATED, day_of

COFOG = "A COFOG code."  # the help of sectors
PART = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_ONE = re.compile(PART, re.ASCII)
ID_CHARS = 64
ORIGIN_BYTES = 255
ADDRESS_CHARS = 2_000


class Model(BaseModel):
    """A frozen value with known fields only; built on first use, so that start-up stays quick."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, defer_build=True, validate_by_name=True, validate_by_alias=True
    )


def checks_of(info: FieldInfo) -> Iterator[Any]:
    """Yield what validates a field beside its bare type: pydantic keeps it apart where the field is required."""
    yield from info.metadata
    for kind in (info.annotation, *get_args(info.annotation)):
        if get_origin(kind) is Annotated:
            yield from get_args(kind)[1:]


def _id_part(text: str) -> str:
    if len(text) > ID_CHARS or not _ONE.fullmatch(text):
        raise ValueError("an id is made of small letters, digits and single hyphens, at most 64 characters a part")
    return text


def _one_part(text: str) -> str:
    if "/" in text:
        raise ValueError("this id has one part, without a slash")
    if _id_part(text) == GOVERNMENT:
        raise ValueError('"government" is the id of the government itself')
    return text


def _two_parts(text: str) -> str:
    first, slash, second = text.partition("/")
    if not slash:
        raise ValueError("this id has two parts, such as wellbeing/holistic-health")
    _id_part(first)
    _id_part(second)
    return text


def _any_id(text: str) -> str:
    return _two_parts(text) if "/" in text else _id_part(text)


def _taken(use: Use, limit: int) -> Callable[[str, ValidationInfo], str]:
    """Return the validator of a text that is not empty; what it cuts off is noticed."""

    def take(text: str, info: ValidationInfo) -> str:
        cleaned = clean(text, limit, use)
        if not cleaned:
            raise ValueError("it is empty; leave the field out instead")
        if text[0].isspace() or text[-1].isspace():
            cut = f'"{info.field_name}" had spaces at its ends; it stands as "{harmless(cleaned, 60)}".'
            note(info, "spaces-cut", cut)
        return cleaned

    return take


def origin_of(text: str) -> str:
    """Return the name of a ledger in NFC; raises `ValueError` for what is none."""
    normal = unicodedata.normalize("NFC", text) if len(text) <= ORIGIN_BYTES else text
    size = len(normal.encode("utf-8", "surrogatepass"))
    if not 0 < size <= ORIGIN_BYTES:
        raise ValueError(f"an origin is 1 to {ORIGIN_BYTES} bytes long in UTF-8; this one is {size}")
    if not normal.isprintable() or " " in normal or "+" in normal:  # every other space is unprintable to Python
        raise ValueError(
            'an origin holds no space, no "+" and no control character; write one such as example.gov/ledger'
        )
    return normal


def _day(text: str) -> str:
    if text == NOT_STATED:
        raise ValueError('".." (not known) may stand only where something begins')
    if text.startswith("["):
        raise ValueError("one day is needed here, and this is a set of days")
    return _effective(text)


def _effective(text: str) -> str:
    try:
        day_of(text)
    except MalformedDate as error:
        raise ValueError(str(error)) from None
    return text


def _moment(text: str) -> str:
    if "T" not in text:
        return _day(text)
    try:
        parse_instant(text, "The time")
    except MalformedDocument:
        raise ValueError("write a day such as 2026-12-01, or an instant such as 2026-03-05T10:00:00Z") from None
    return text


def _one_or_more(given: Any) -> Any:
    """Take `segment: a` for `segments: [a]`: one of a list may be written alone."""
    return (given,) if isinstance(given, str) else given


def _once(values: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
    """Refuse a list that says a thing twice; where a document is read, notice it, and keep the first."""
    if len(values) < 2:
        return values
    first: dict[str, Any] = {}
    for value in values:
        key = _said_as(value)
        if key in first:
            sentence = f'"{info.field_name}" says {_shown(value)} twice.'
            if not note(info, "said-twice", sentence):
                raise ValueError(sentence)
        first.setdefault(key, value)
    return values if len(first) == len(values) else tuple(first.values())


def _said_as(value: Any) -> str:
    """Return a text by which a value is compared with others of its list."""
    return comparable(value) if isinstance(value, str) else canonical(value.model_dump(mode="json")).decode()


def _shown(value: Any) -> str:
    return f'"{harmless(value, 60)}"' if isinstance(value, str) else "one thing"


Id = Annotated[str, AfterValidator(_one_part)]
PartId = Annotated[str, AfterValidator(_two_parts)]
AnyId = Annotated[str, AfterValidator(_any_id)]
Title = Annotated[str, StringConstraints(max_length=TITLE_CHARS), AfterValidator(_taken("line", TITLE_CHARS))]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARS), AfterValidator(_taken("text", TEXT_CHARS))]
# What others are found by, in which all can be seen; of a term, joiners may be a part.
Name = Annotated[str, StringConstraints(max_length=TITLE_CHARS), AfterValidator(_taken("name", TITLE_CHARS))]
Term = Annotated[str, StringConstraints(max_length=TITLE_CHARS), AfterValidator(_taken("term", TITLE_CHARS))]
Address = Annotated[
    str,
    StringConstraints(max_length=ADDRESS_CHARS, pattern=r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*)$"),
    AfterValidator(_taken("name", ADDRESS_CHARS)),
]
# The name of a ledger as its checkpoints and keys carry it: a key name of C2SP signed-note.
Origin = Annotated[str, AfterValidator(origin_of)]
Day = Annotated[str, AfterValidator(_day)]
Moment = Annotated[str, AfterValidator(_moment)]  # a day, or an instant
Effective = Annotated[str, AfterValidator(_effective)]
Scheme = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Digest = Annotated[
    str, StringConstraints(pattern=r"^(sha256:)?[0-9a-f]{64}$"), AfterValidator(lambda text: "sha256:" + text[-64:])
]
Decimal = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Sector = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]){0,2}$")]
_T = TypeVar("_T")
# The one type of lists: one of a list may be written alone, and none says a thing twice.
Listed = Annotated[tuple[_T, ...], BeforeValidator(_one_or_more), AfterValidator(_once)]
Sectors = Listed[Sector]
Titles = Listed[Title]
Texts = Annotated[Listed[Text], Field(min_length=1)]
Ids = Listed[AnyId]
Segments = Annotated[Listed[PartId], Field(min_length=1)]
# Texts of an older register that cannot stand as they were, by the field that they stood in: their bytes.
Bytes = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")]
Originals = Annotated[dict[Annotated[str, StringConstraints(max_length=TITLE_CHARS)], Bytes], Field(min_length=1)]
EventId = Annotated[str, StringConstraints(pattern=rf"^(government|(cluster|mission):{PART})@[1-9][0-9]*$")]
