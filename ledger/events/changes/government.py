"""The first event of a ledger: which government it is the record of."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from ledger.events.change import Attributes, Change
from ledger.events.types import Origin, Title


class ConstituteGovernment(Change):
    """Open a ledger: the government's name, its origin name, time zone and a random 128-bit ledger id."""

    NAME, TYPE = "constitute-government", "government.constituted/1"
    SENTENCE = "The ledger of {name} is opened."
    OPENS = OWN = True
    KIND, LIFE, SETS = "government", "begins", ("name", "origin", "timezone", "ledger_id")
    name: Title
    origin: Origin
    timezone: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]
    ledger_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class RenameGovernment(Change):
    """Give the government another name; origin, time zone and ledger id stay."""

    NAME, TYPE, KIND = "rename-government", "government.renamed/1", "government"
    SENTENCE = "The government is renamed: {title}."
    BESIDE = ("name",)
    title: Title

    def keyed(self, stated: str) -> Attributes:
        """Return the name, which a title is for the government."""
        return {"name": self.title}
