"""The address of a ledger on a server: a text that may be shown anywhere, beside a password that may not."""

from __future__ import annotations

import re
from os import PathLike
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ledger.errors import InputError, harmless

SCHEMES = ("postgresql://", "postgres://")
SCHEMA = "ledger"  # where none is named
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_OURS = ("schema", "notify")  # parameters that the server's own library does not know
_SECRET = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")


def is_server(location: object) -> bool:
    """Return whether a location is an address on a server, and no path."""
    return isinstance(location, str) and location.startswith(SCHEMES)


def address_of(location: str | PathLike[str]) -> Address | None:
    """Return the address that a location is; None for a path. Raises `InputError` for one that cannot be read."""
    return Address(location) if isinstance(location, str) and is_server(location) else None


class Address(str):
    """`postgresql://[user@]host[:port]/database[?schema=NAME]`: what is shown of it holds no password.

    `uri` is what libpq takes, and `secrets` what it takes beside that. `schema` is the one that holds the ledger, and
    `notifies` whether those who listen are told of each decision (`notify=off`).
    """

    uri: str
    schema: str
    notifies: bool
    secrets: dict[str, str]

    def __new__(cls, text: str) -> Address:
        """Read an address; one that was read is taken as it is. Raises `InputError`, without the text."""
        if isinstance(text, cls):
            return text
        try:
            parts = urlsplit(text)
            given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
            who, at, where = parts.netloc.rpartition("@")
            user, colon, password = who.partition(":")
            secrets = {name: value for name, value in given if name in _SECRET}
            if colon:
                secrets["password"] = unquote(password, errors="strict")
        except ValueError:
            raise _Unreadable from None
        ours = {name: value for name, value in given if name in _OURS}
        rest = [(name, value) for name, value in given if name not in (*_SECRET, *_OURS)]
        uri = f"postgresql://{user}{at}{where}{parts.path}{_query(rest)}"
        address = super().__new__(cls, f"postgresql://{user}{at}{where}{parts.path}{_query([*rest, *ours.items()])}")
        address.uri, address.secrets = uri, secrets
        address.schema, address.notifies = _schema(ours), _notifies(ours)
        return address

    @property
    def host(self) -> str:
        """What stands between user and database."""
        return urlsplit(self).netloc.rpartition("@")[2]

    def opening(self) -> dict[str, Any]:
        """Return what is given to the driver beside `uri`."""
        return dict(self.secrets)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave no password in what is handed to another process."""
        return Address, (str(self),)


class _Unreadable(InputError):
    """An address that cannot be read; it may hold a password, so it is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "The address of the ledger cannot be read. Give postgresql://USER@HOST/DATABASE?schema=NAME, with what is "
            "no letter or digit as %XX."
        )


def _query(given: list[tuple[str, str]]) -> str:
    return "?" + "&".join(f"{quote(name)}={quote(value, safe='/')}" for name, value in given) if given else ""


def _schema(given: dict[str, str]) -> str:
    name = given.get("schema", SCHEMA)
    if not _SCHEMA.fullmatch(name) or name.startswith("pg_"):
        raise InputError(
            f'"{harmless(name)}" cannot be the schema of a ledger. Take small letters, digits and underscores, a '
            "letter first, 40 at most, and not pg_ in front."
        )
    return name


def _notifies(given: dict[str, str]) -> bool:
    found = given.get("notify", "on")
    if found not in ("on", "off"):
        raise InputError(f'"notify" is "on" or "off" in the address of a ledger, not "{harmless(found)}".')
    return found == "on"
