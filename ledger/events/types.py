"""The words that changes are made of: ids, texts, dates, as annotated pydantic types.

Every type matches in full and refuses what it cannot keep: pydantic's own `date` takes `0`, and a plain
`str` takes control characters and text that is not in NFC.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from ledger.errors import MalformedDate
from ledger.timeline import NOT_STATED, day_of

PART = r"[a-z0-9]+(?:-[a-z0-9]+)*"
GOVERNMENT = "government"
_ONE = re.compile(PART, re.ASCII)
TITLE_CHARS, TEXT_CHARS, ID_CHARS = 300, 20_000, 64
ORIGIN_BYTES = 255
_KEEP = {"\n", "\t"}
_LINE_BREAKS = "\n\t\u2028\u2029"


class Model(BaseModel):
    """A frozen value with known fields only; built on first use, so that start-up stays quick."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, defer_build=True, validate_by_name=True, validate_by_alias=True
    )


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


def clean(text: str, limit: int) -> str:
    """Bring text to NFC; refuse what no register can show: control characters and lone surrogates.

    Where NFC makes it longer than `limit`, it is refused too: what is stored must be read again.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in _KEEP for char in text):
        raise ValueError("it holds a control character, which no page can show")
    found = unicodedata.normalize("NFC", text).strip()
    if len(found) > limit:
        raise ValueError(f"it is longer than {limit} characters ({len(found)} in NFC)")
    return found


def _empty() -> str:
    raise ValueError("it is empty; leave the field out instead")


def _one_line(text: str) -> str:
    if not text.isprintable() and any(char in text for char in _LINE_BREAKS):
        raise ValueError("it holds a line break or tab; a title is one line")
    return clean(text, TITLE_CHARS) or _empty()


def _text(text: str) -> str:
    return clean(text, TEXT_CHARS) or _empty()


def _origin(text: str) -> str:
    found = unicodedata.normalize("NFC", text)
    size = len(found.encode("utf-8", "surrogatepass"))
    if not 0 < size <= ORIGIN_BYTES:
        raise ValueError(f"an origin is 1 to {ORIGIN_BYTES} bytes long in UTF-8; this one is {size}")
    if not found.isprintable() or " " in found or "+" in found:  # every other space is unprintable to Python
        raise ValueError(
            'an origin holds no space, no "+" and no control character; write one such as example.gov/ledger'
        )
    return found


def _day(text: str) -> str:
    if text == NOT_STATED:
        raise ValueError('".." (not known) may stand only where something begins')
    return _effective(text)


def _effective(text: str) -> str:
    try:
        day_of(text)
    except MalformedDate as error:
        raise ValueError(str(error)) from None
    return text


def _one_or_more(given: Any) -> Any:
    """Take `segment: a` for `segments: [a]`: one of a list may be written alone."""
    return (given,) if isinstance(given, str) else given


Id = Annotated[str, AfterValidator(_one_part)]
PartId = Annotated[str, AfterValidator(_two_parts)]
AnyId = Annotated[str, AfterValidator(_any_id)]
Title = Annotated[str, StringConstraints(max_length=TITLE_CHARS), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARS), AfterValidator(_text)]
# The name of a ledger as its checkpoints and keys carry it: a key name of C2SP signed-note.
Origin = Annotated[str, AfterValidator(_origin)]
Day = Annotated[str, AfterValidator(_day)]
Effective = Annotated[str, AfterValidator(_effective)]
Scheme = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Digest = Annotated[
    str, StringConstraints(pattern=r"^(sha256:)?[0-9a-f]{64}$"), AfterValidator(lambda text: "sha256:" + text[-64:])
]
Decimal = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Sector = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]){0,2}$")]
Sectors = Annotated[tuple[Sector, ...], BeforeValidator(_one_or_more)]
Titles = Annotated[tuple[Title, ...], BeforeValidator(_one_or_more)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
Ids = Annotated[tuple[AnyId, ...], BeforeValidator(_one_or_more)]
Segments = Annotated[tuple[PartId, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
EventId = Annotated[str, StringConstraints(pattern=rf"^(government|(cluster|mission):{PART})@[1-9][0-9]*$")]
