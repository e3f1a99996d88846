"""A change of a thing of any kind: its keys in other registers."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from ledger.events.changes.base import Change
from ledger.events.types import AnyId, Scheme, clean

KEY_CHARS = 200


def _key(text: str) -> str:
    return clean(text, KEY_CHARS, "name")


Key = Annotated[str, StringConstraints(max_length=KEY_CHARS, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_key)]
Identifiers = Annotated[dict[Scheme, Key], Field(min_length=1)]


class Identify(Change):
    """State the keys of a thing in other registers, one value a scheme; an empty value withdraws the key."""

    NAME, TYPE, SUBJECT = "identify", "thing.identified/1", "of"
    OPENS = True
    of: AnyId
    identifiers: Identifiers
