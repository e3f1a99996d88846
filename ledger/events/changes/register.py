"""The event that ends the taking over of an older register: from here on a ledger records for itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from ledger.events.change import Change
from ledger.events.types import Digest, Title

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=64)]


class TakeOverRegister(Change):
    """Say that an older register is taken over: what it was, how much it said, and what was noticed, by rule."""

    NAME, TYPE, DATED, OWN = "take-over-register", "register.taken-over/1", False, True
    SENTENCE = "Register {source} is taken over: {documents:number} documents{notices:notices}."
    source: Title
    sha256: Digest | None = None  # of the file that it was read from, where it was one
    documents: Count
    notices: dict[RuleName, Count]
