"""The file of the tokens of one ledger: a role and a digest for each, and never a token itself."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import DecodeError, Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from ledger.application.seen.file import changed, folder_of_state
from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole
from ledger.instants import instant_of, stamp

Role = Literal["public", "auditor", "recorder"]  # each sees what those before it see; a recorder may record as well
TokenRole = Literal["auditor", "recorder"]
BYTES_MAX, TOKENS_MAX, NAME_MAX = 1 << 20, 1_000, 200
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Token(Struct, frozen=True, forbid_unknown_fields=True):
    """A token that was made: who has it, as what, and until when; `digest` is its SHA-256.

    A plain digest will do: 192 random bits cannot be guessed, and so need no slow one such as scrypt.
    """

    number: int
    role: TokenRole
    name: str
    digest: str
    made: str
    until: str | None = None
    withdrawn: str | None = None

    def counts(self, now: datetime) -> bool:
        """Return whether it is taken at an instant."""
        return self.withdrawn is None and (self.until is None or now < instant_of(self.until))


class KeptTokens(Struct, frozen=True, forbid_unknown_fields=True):
    """All that is kept: the tokens, oldest first, numbered from 1."""

    format: Literal[1] = 1
    tokens: tuple[Token, ...] = ()


_decode = Decoder(KeptTokens).decode


class UnreadableTokens(InputError):
    """A file that does not say which tokens there are; nobody is let in by it."""


class TokenMade(NamedTuple):
    """A new token, which is printed once and kept nowhere."""

    number: int
    role: str
    name: str
    until: str | None
    token: str


def tokens_of(ledger_id: str) -> Path:
    """Return where the tokens of a ledger are kept, where no other file is named."""
    return folder_of_state() / "tokens" / f"{ledger_id}.json"


def new_token() -> str:
    """Return a token of 192 random bits."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class TokenFile:
    """The file of tokens of one ledger; it need not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> KeptTokens:
        """Return what is kept, nothing where there is no file; raises `InputError`."""
        raw = read_whole(self.path, BYTES_MAX, may_lack=True)
        if raw is None:
            return KeptTokens()
        named = harmless(str(self.path), 200)
        if self.path.stat().st_mode & _OTHERS_WRITE:
            raise UnreadableTokens(f'Others may write to "{named}", and so give themselves tokens. Run: chmod 600 FILE')
        try:
            kept = _decode(raw)
            for one in kept.tokens:
                if one.until is not None:
                    instant_of(one.until)
            return kept
        except (DecodeError, ValueError, RecursionError) as error:
            why = harmless(str(error), 200)
            raise UnreadableTokens(f'"{named}" is no file of tokens as `token make` writes it ({why}).') from None

    def make(self, role: TokenRole, name: str, until: datetime | None, now: datetime) -> TokenMade:
        """Keep the digest of a new token, and return the token; raises `InputError`, `LedgerError`, `OSError`."""
        token, ends = new_token(), None if until is None else stamp(until)
        kept = self._change(lambda kept: _with(kept, Token(0, role, name, digest_of(token), stamp(now), ends)))
        return TokenMade(kept.tokens[-1].number, role, name, ends, token)

    def withdraw(self, number: int, now: datetime) -> Token:
        """Withdraw a token and return it; a second time changes nothing. Raises as `make` does."""
        kept = self._change(lambda kept: _without(kept, number, stamp(now)))
        return next(one for one in kept.tokens if one.number == number)

    def _change(self, edit: Callable[[KeptTokens], KeptTokens]) -> KeptTokens:
        return changed(self.path, self.read, edit)


def _with(kept: KeptTokens, token: Token) -> KeptTokens:
    if len(kept.tokens) >= TOKENS_MAX:
        raise InputError(f"There are {TOKENS_MAX:,} tokens already, which is all that one file keeps.")
    number = max((one.number for one in kept.tokens), default=0) + 1
    return replace(kept, tokens=(*kept.tokens, replace(token, number=number)))


def _without(kept: KeptTokens, number: int, now: str) -> KeptTokens:
    if number not in {one.number for one in kept.tokens}:
        raise InputError(f"There is no token {number}. `cluster-ledger token list` shows those that there are.")
    withdrawn = (
        replace(one, withdrawn=now) if one.number == number and one.withdrawn is None else one for one in kept.tokens
    )
    return replace(kept, tokens=tuple(withdrawn))


class TokensTaken:
    """The tokens that a server takes, as they stand now: a file that changed is read again."""

    def __init__(self, file: TokenFile | None = None, own: Token | None = None) -> None:
        """Take the file, and a token of this run of the server alone, whose number is 0."""
        self._file, self._own = file, own
        self._read: tuple[Token, ...] = ()
        self._stood: tuple[int, ...] = ()

    def found(self, token: str, now: datetime) -> Token | None:
        """Return which token was given, compared in a time that does not tell how much of it is right."""
        given, found = digest_of(token), None
        for one in self._all():
            if hmac.compare_digest(one.digest, given) and one.counts(now):
                found = one
        return found

    def numbered(self, number: int, now: datetime) -> Token | None:
        """Return the token of a number, as long as it is taken."""
        return next((one for one in self._all() if one.number == number and one.counts(now)), None)

    def _all(self) -> tuple[Token, ...]:
        return (*self._of_file(), *(() if self._own is None else (self._own,)))

    def _of_file(self) -> tuple[Token, ...]:
        if self._file is None:
            return ()
        try:
            found = os.stat(self._file.path)
            stood = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
            if stood != self._stood:
                self._read, self._stood = self._file.read().tokens, stood
        except (InputError, OSError):  # whoever cannot be looked up is let in no longer
            self._read, self._stood = (), ()
        return self._read
