"""The policy of a reader: which logs and witnesses it knows, and whose word is enough (C2SP tlog-policy, a draft)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from ledger.errors import ProofError, harmless, nothing_called
from ledger.integrity.encoding import number, text_of
from ledger.integrity.vkeys import COSIGNATURE, ED25519, ML_DSA_44, VerifierKey
from ledger.plurals import counted

POLICY_BYTES_MAX = 1_000_000
NONE = "none"  # the quorum that needs no witness
_COSIGNERS = (COSIGNATURE, ML_DSA_44)


class Party(NamedTuple):
    """A log or a witness of a policy, and where it answers."""

    name: str
    key: VerifierKey
    url: str | None


class WitnessGroup(NamedTuple):
    """A group of a policy: met when at least `least` of its members are."""

    name: str
    least: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """What a reader takes for witnessed."""

    logs: tuple[Party, ...]
    witnesses: tuple[Party, ...]
    groups: tuple[WitnessGroup, ...]
    quorum: str

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys of all logs and witnesses, in that order."""
        return tuple(party.key for party in (*self.logs, *self.witnesses))

    def met(self, signed: Collection[VerifierKey]) -> bool:
        """Whether the keys that signed, and whose signatures were checked, make up the quorum."""
        if self.quorum == NONE:
            return True
        held = {witness.name for witness in self.witnesses if witness.key in signed}
        for group in self.groups:  # each names only what stands above it
            if sum(member in held for member in group.members) >= group.least:
                held.add(group.name)
        return self.quorum in held

    @classmethod
    def parse(cls, raw: bytes, what: str = "The policy") -> Policy:
        """Read a policy of at most 1 MB: lines `log`, `witness`, `group` and one `quorum`; `#` begins a comment.

        Raises `ProofError` with the number of the line.
        """
        return _Reading(what).policy(raw)


class _Reading:
    """A policy while it is read line by line."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.logs: list[Party] = []
        self.witnesses: list[Party] = []
        self.groups: list[WitnessGroup] = []
        self.quorum: str | None = None
        self.members: set[str] = set()  # of groups so far
        self.where = what

    def policy(self, raw: bytes) -> Policy:
        """Return the policy that the lines make up."""
        text = text_of(raw, POLICY_BYTES_MAX, self.what)
        takes: dict[str, Callable[[list[str]], None]] = {
            "log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum,
        }  # fmt: skip
        for place, line in enumerate(text.split("\n"), 1):
            words = line.removesuffix("\r").replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            self.where = f"{self.what}, line {place}"
            if words[0] not in takes:
                raise ProofError(
                    f'{self.where}: a line begins with {", ".join(takes)}; not with "{harmless(words[0])}".'
                )
            takes[words[0]](words[1:])
        if self.quorum is None:
            raise ProofError(f"{self.what} has no line `quorum NAME`; `quorum none` asks for no witness.")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _log(self, words: list[str]) -> None:
        self._need(1 <= len(words) <= 2, "log VKEY [URL]")
        self.logs.append(self._party("", words, (ED25519, ML_DSA_44)))

    def _witness(self, words: list[str]) -> None:
        self._need(2 <= len(words) <= 3, "witness NAME VKEY [URL]")
        self._new(words[0])
        self.witnesses.append(self._party(words[0], words[1:], _COSIGNERS))

    def _group(self, words: list[str]) -> None:
        self._need(len(words) >= 3, "group NAME all|any|K NAME...")
        name, rule, *members = words
        self._new(name)
        known = self._names()
        for member in members:
            if member not in known:
                raise ProofError(self._nothing_called(member))
            if member in self.members:
                raise ProofError(f'{self.where}: "{harmless(member)}" is a member already; each counts once.')
            self.members.add(member)
        least = {"all": len(members), "any": 1}.get(rule)
        least = number(rule, f"{self.where}: how many are needed") if least is None else least
        if not 1 <= least <= len(members):
            raise ProofError(f"{self.where}: {least} of {counted(len(members), 'member')} cannot be asked for.")
        self.groups.append(WitnessGroup(name, least, tuple(members)))

    def _quorum(self, words: list[str]) -> None:
        self._need(len(words) == 1, "quorum NAME, or quorum none")
        if self.quorum is not None:
            raise ProofError(f"{self.where}: a second quorum; a policy has one.")
        if words[0] != NONE and words[0] not in self._names():
            raise ProofError(self._nothing_called(words[0]))
        self.quorum = words[0]

    def _nothing_called(self, name: str) -> str:
        return f"{self.where}: {nothing_called('witness or group', name, sorted(self._names()), 'above')}"

    def _names(self) -> set[str]:
        return {party.name for party in self.witnesses} | {group.name for group in self.groups}

    def _new(self, name: str) -> None:
        if name == NONE or name in self._names():
            raise ProofError(f'{self.where}: "{harmless(name)}" has a meaning already.')

    def _need(self, right: bool, form: str) -> None:
        if not right:
            raise ProofError(f"{self.where}: write {form}.")

    def _party(self, name: str, words: list[str], types: tuple[int, ...]) -> Party:
        try:
            key = VerifierKey.parse(words[0])
        except ProofError as error:
            raise ProofError(f"{self.where}: {error}") from None
        if key.type not in types:
            raise ProofError(f"{self.where}: a key of type {key.type:02x} cannot stand here.")
        if any(party.key.key == key.key for party in (*self.logs, *self.witnesses)):
            raise ProofError(f"{self.where}: the key of {harmless(key.short)} stands above already.")
        return Party(name or key.name, key, words[1] if len(words) > 1 else None)
