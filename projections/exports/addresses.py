"""The addresses (IRIs) under which other registers may speak of a ledger's things, events, decisions and agents."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from ledger.application.government import Government
from ledger.errors import InputError, harmless

# The words of our own, where no vocabulary has one. A name that belongs to nobody else and needs no domain.
TERMS = "urn:uuid:339d661b-70fb-5d96-a038-4cbe722d8b28#"
_BASE = re.compile(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+[/#:]")


def segment_of(text: str) -> str:
    """Return any text as one segment of an address, percent-encoded where need be (RFC 3986)."""
    return quote(text, safe="")


def place_of(event_id: str) -> str:
    """Return an event id as the end of an address: `cluster/wellbeing@3` for `cluster:wellbeing@3`."""
    return event_id.replace(":", "/")


def name_of(authority: str, reference: str) -> str:
    """Return a decision as the end of an address."""
    return f"{segment_of(authority)}/{segment_of(reference)}"


class Addresses(NamedTuple):
    """The addresses of one ledger, all beginning with `base`."""

    base: str

    @classmethod
    def of(cls, government: Government, base: str | None = None) -> Addresses:
        """Return the addresses under `base` (an absolute IRI that ends in `/`, `#` or `:`).

        Where None they begin with the ledger id, which is unique and stays. Raises `InputError`.
        """
        if base is None:
            id_ = government.ledger_id
            return cls(f"urn:uuid:{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}#")
        if not _BASE.fullmatch(base):
            raise InputError(
                f'"{harmless(base)}" cannot be what addresses begin with. Write one such as https://data.example.gov/id/.'
            )
        return cls(base)

    def under(self, room: str, name: str = "") -> str:
        """Return an address in one of the rooms: thing/, event/, decision/, authority/, recorder/ and others."""
        return f"{self.base}{room}/{name}"

    def thing(self, id_: str) -> str:
        """Return the address of a thing."""
        return self.under("thing", id_)

    def event(self, event_id: str) -> str:
        """Return the address of an event."""
        return self.under("event", place_of(event_id))

    def decision(self, authority: str, reference: str) -> str:
        """Return the address of a decision."""
        return self.under("decision", name_of(authority, reference))

    def authority(self, name: str) -> str:
        """Return the address of the office or body that decides under a name."""
        return self.under("authority", segment_of(name))
