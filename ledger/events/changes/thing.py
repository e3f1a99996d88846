"""Changes of a thing of any kind: its keys in other registers, its further names beside the title."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from ledger.events.change import Attributes, Change
from ledger.events.text import clean
from ledger.events.types import AnyId, Scheme, Title

KEY_CHARS = 200


def _key(text: str) -> str:
    return clean(text, KEY_CHARS, "name")


Key = Annotated[str, StringConstraints(max_length=KEY_CHARS, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_key)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]  # BCP 47
Use = Literal["official", "short", "abbreviation", "former"]
Identifiers = Annotated[dict[Scheme, Key], Field(min_length=1)]


class Identify(Change):
    """State the keys of a thing in other registers, one value a scheme; an empty value withdraws the key."""

    NAME, TYPE, SUBJECT = "identify", "thing.identified/1", "of"
    SENTENCE = "The keys of {of:thing} in other registers are stated: {identifiers:keys}."
    OPENS = True
    of: AnyId
    identifiers: Identifiers


class StateName(Change):
    """State a further name beside the title: official in another language, short, an abbreviation, or a former one."""

    NAME, TYPE, SUBJECT = "state-name", "name.stated/1", "of"
    SENTENCE = "A further name of {of:thing} is stated: {name}{used:aside}."
    OPENS = True
    of: AnyId
    name: Title
    use: Use = "official"
    language: Language | None = None

    @property
    def used(self) -> str:
        """For what it is used, and in what language."""
        return ", ".join(part for part in (self.use, self.language) if part)

    def keyed(self, stated: str) -> Attributes:
        """Return the name, with how it is used."""
        return {f"names:{self.name}": self.without("of", "name")}


class WithdrawName(Change):
    """Say that a thing goes by a further name no longer."""

    NAME, TYPE, SUBJECT = "withdraw-name", "name.withdrawn/1", "of"
    SENTENCE = "The name {name} of {of:thing} is withdrawn."
    of: AnyId
    name: Title

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the name."""
        return {f"names:{self.name}": None}
