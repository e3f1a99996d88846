"""Cosignatures asked of witnesses, and what they gave, held to their keys before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ledger import clock as clocks
from ledger.clock import Clock
from ledger.errors import InputError, ProofError, harmless
from ledger.instants import shown_seconds
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import encoded, number
from ledger.integrity.notes import SIGNATURES_MAX, Note, SignatureLine, parse_signature
from ledger.integrity.policy import Policy
from ledger.integrity.proof import consistency_proof
from ledger.integrity.signatures import checked
from ledger.integrity.tree import ReadNode
from ledger.witness.logs import Keys
from ledger.witness.protocol import INCONSISTENT, NOT_KNOWN, NOT_SIGNED, OTHER_SIZE
from ledger.witness.transport import HttpAnswer, need_url, posted

CLOCKS_APART_SECONDS = 86_400  # of a witness and of this machine
_ADD = "/add-checkpoint"
Post = Callable[[Mapping[str, bytes]], Mapping[str, HttpAnswer | str]]
_MEANING = {
    NOT_SIGNED: "it does not know the key that signed",
    NOT_KNOWN: "it does not know this ledger",
    INCONSISTENT: "it says that this ledger does not continue what it cosigned before",
}


class WitnessAddress(NamedTuple):
    """A witness that is asked: where it answers, and the keys that it signs with."""

    url: str
    keys: Keys


def addresses(policy: Policy, urls: Iterable[str] = ()) -> tuple[WitnessAddress, ...]:
    """Return the witnesses of a policy that answer at URLs; all that have one where none is named.

    Raises `InputError` for an address that is none, and for one at which the policy knows no key.
    """
    known: dict[str, Keys] = {}
    for party in policy.witnesses:
        if party.url is not None:
            url = need_url(party.url)
            known[url] = (*known.get(url, ()), party.key)
    wanted = tuple(dict.fromkeys(need_url(url) for url in urls)) or tuple(known)
    for url in wanted:
        if url not in known:
            raise InputError(
                f'The policy names no witness at "{url}", so nobody could check what it signs. Add a line: '
                f"witness NAME VKEY {url}"
            )
    return tuple(WitnessAddress(url, known[url]) for url in wanted)


def cosigned(
    signed: SignedCheckpoint,
    asked: Sequence[WitnessAddress],
    read_node: ReadNode,
    *,
    clock: Clock = clocks.now,
    post: Post = posted,
) -> tuple[SignedCheckpoint, list[str]]:
    """Ask witnesses to cosign a checkpoint; return it with what they signed, and a sentence for each that did not.

    `read_node` reads the tree of the ledger. A witness that cosigned another size is asked a second time, with the
    proof from there. A signature is added once it holds under a key of its witness, with a time within a day of now.
    Raises what `read_node` raises.
    """
    turn = _Turn(signed, int(clock().timestamp()))
    failures: list[str] = []
    note, sizes = signed.note, {one: turn.first_size(one) for one in asked}
    for last in (False, True):
        bodies = {one.url + _ADD: turn.body(old, read_node) for one, old in sizes.items()}
        answers, again = post(bodies), {}
        for one, old in sizes.items():
            try:
                found = turn.judged(one, old, answers[one.url + _ADD], last=last)
                if isinstance(found, int):
                    again[one] = found
                else:
                    note = _with(note, found)
            except ProofError as error:
                failures.append(f"The witness at {one.url} did not cosign: {str(error).rstrip('.')}.")
        sizes = again
    return signed._replace(note=note), failures


class _Turn(NamedTuple):
    """A checkpoint for which cosignatures are asked, and when."""

    signed: SignedCheckpoint
    now: int

    def first_size(self, one: WitnessAddress) -> int:
        """Return the size that a witness is taken to have cosigned last, before it says so itself."""
        before = {key.known_by for key in one.keys} & {line.known_by for line in self.signed.note.signatures}
        return self.signed.checkpoint.size if before else 0

    def body(self, old: int, read_node: ReadNode) -> bytes:
        """Return what a witness is sent."""
        size = self.signed.checkpoint.size
        proof = consistency_proof(old, size, read_node) if 0 < old < size else ()
        lines = [f"old {old}", *(encoded(hash_) for hash_ in proof), "", ""]
        return "\n".join(lines).encode() + bytes(self.signed)

    def judged(
        self, one: WitnessAddress, old: int, answer: HttpAnswer | str, *, last: bool
    ) -> int | tuple[SignatureLine, ...]:
        """Return the signatures that were given, or the size from which the witness wants to be asked.

        Raises `ProofError` in half a sentence for everything else.
        """
        if isinstance(answer, str):
            raise ProofError(answer)
        if answer.status == 200:
            return self._lines(one, answer.body)
        if answer.status == OTHER_SIZE:
            return self._size(old, answer.body, last=last)
        said = answer.body.decode(errors="replace").strip()
        meant = _MEANING.get(answer.status, f"it answered with status {answer.status}")
        raise ProofError(f'{meant} ("{harmless(said, 300)}")' if said else meant)

    def _size(self, old: int, body: bytes, *, last: bool) -> int:
        size, ours = number(body.decode(errors="replace").removesuffix("\n"), "the size that it names"), self.signed
        if size > ours.checkpoint.size:
            raise ProofError(
                f"it says that it cosigned this ledger at size {size}, and the checkpoint has {ours.checkpoint.size}: "
                "either this is an older copy of the ledger, or events were removed, or the witness errs"
            )
        if last or size == old:
            raise ProofError(f"it was asked to go on from {old}, and then named {size}; ask it again")
        return size

    def _lines(self, one: WitnessAddress, body: bytes) -> tuple[SignatureLine, ...]:
        try:
            texts = body.decode().removesuffix("\n").split("\n")
        except UnicodeDecodeError:
            raise ProofError("its answer is not UTF-8") from None
        known = {key.known_by for key in one.keys}
        if len(texts) > SIGNATURES_MAX:
            raise ProofError(f"it gave more than {SIGNATURES_MAX} signatures")
        found = [parse_signature(text, f"line {place} of its answer") for place, text in enumerate(texts, 1)]
        lines = tuple(line for line in found if line.known_by in known)
        held = checked(Note(self.signed.note.text, lines), one.keys, "its answer")
        if not held:
            raise ProofError("it signed with no key that the policy knows of it")
        for each in held:
            if not each.time or abs(each.time - self.now) > CLOCKS_APART_SECONDS:
                said, here = shown_seconds(each.time or 0), shown_seconds(self.now)
                raise ProofError(f"its signature is of {said}, and the clock here shows {here}")
        return lines


def _with(note: Note, lines: Sequence[SignatureLine]) -> Note:
    more = note.with_signatures(lines)
    if len(more.signatures) > SIGNATURES_MAX:
        raise ProofError(f"a checkpoint has at most {SIGNATURES_MAX} signatures, and this one has them already")
    return more
