"""The continuation of what was kept elsewhere: whether a ledger still begins with it, and where it first differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.errors import InputError
from ledger.integrity.checkpoints import Checkpoint
from ledger.integrity.policy import Policy
from ledger.integrity.tree import EMPTY_ROOT, Frontier, format_root, leaf_hash
from ledger.integrity.vkeys import VerifierKey
from ledger.plurals import counted
from ledger.proving.events import vouched
from ledger.proving.files import Name, kind_of, lines_of, read_checkpoint, read_proofs
from ledger.proving.tiles import TileFolder
from ledger.store.verification.damage import Damage

_TOLD = 20  # positions of one file that are told one by one
_UNSIGNED = '"{}" is held to as it is: no signature on it is of a key that was given.'

_RETIRED = '"{}" is signed with {}, which was retired at p{}: nobody vouches for it.'


class KeptElsewhere(NamedTuple):
    """Something kept of a ledger elsewhere: a checkpoint, or the leaves of all its events, or both."""

    name: str
    checkpoint: Checkpoint | None
    leaves: Iterator[bytes] | None
    unsigned: str | None  # said where keys were given, and none of them vouches for it


class Continuation(NamedTuple):
    """The outcome of holding a ledger to what was kept: what differs, and what is not proven."""

    damage: tuple[Damage, ...]
    held: tuple[str, ...]  # in words, what the ledger does begin with
    not_proven: tuple[str, ...]


def kept_at(
    path: Name, keys: Sequence[VerifierKey], policy: Policy | None, retired: Mapping[str, int] | None = None
) -> KeptElsewhere:
    """Return what a file or folder keeps: a checkpoint, a proof (its checkpoint), tiles, or an export.

    `retired`: the positions at which keys were retired, by name and id; what they signed later is not vouched for.
    Raises `InputError` for what can be none of them, `ProofError` for what is malformed or whose signature by a known
    key does not hold.
    """
    name, kind = str(path), kind_of(path)
    if kind == "other":
        if Path(path).is_dir():
            raise InputError(f'The ledger cannot be held to "{name}": it is a folder without a file "checkpoint".')
        return KeptElsewhere(name, None, map(leaf_hash, lines_of(path)), None)
    folder = TileFolder(Path(path)) if kind == "tiles" else None
    if folder is not None:
        signed = folder.signed
    else:
        signed = read_checkpoint(path) if kind == "checkpoint" else read_proofs(path)[0].signed
    who = vouched(signed.note, keys, policy, signed.checkpoint.origin, f'"{name}"')
    size, ends = signed.checkpoint.size, retired or {}
    late = [one.key for one in who.signed_by if one.key in ends and size >= ends[one.key]]
    lacking = None if who.enough or not (keys or policy) else _UNSIGNED.format(name)
    if late:
        lacking = _RETIRED.format(name, late[0], ends[late[0]])
    return KeptElsewhere(name, signed.checkpoint, folder.leaves() if folder else None, lacking)


def continuation(lines: Iterable[bytes], kept: Sequence[KeptElsewhere]) -> Continuation:
    """Hash the lines of a ledger or an export and hold them to what was kept; nothing else is asked of the file.

    A line that differs from one that was kept is told by its position, up to twenty for each file. A checkpoint alone
    tells between which two sizes something was altered. Raises what reading the lines raises.
    """
    frontier, roots, walks = Frontier(), {0: EMPTY_ROOT}, [_Walk(one) for one in kept]
    sizes = {one.checkpoint.size for one in kept if one.checkpoint}
    for line in lines:
        leaf = leaf_hash(line)
        frontier.append(leaf)
        for walk in walks:
            walk.take(frontier.size, leaf)
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    damage = [found for walk in walks for found in walk.end(frontier.size)]
    held, good = [walk.held for walk in walks if walk.held], 0
    for one in sorted((one for one in kept if one.checkpoint), key=_size):
        assert one.checkpoint is not None
        size, root = one.checkpoint.size, one.checkpoint.root
        if roots.get(size) == root:
            held.append(f'the {counted(size, "event")} of "{one.name}"')
            good = size
        else:
            damage.append(_differing(one.name, size, root, roots.get(size), frontier.size, good))
    return Continuation(tuple(damage), tuple(held), tuple(one.unsigned for one in kept if one.unsigned))


def _size(kept: KeptElsewhere) -> int:
    return kept.checkpoint.size if kept.checkpoint else 0


def _differing(name: str, size: int, root: bytes, there: bytes | None, events: int, good: int) -> Damage:
    expected = f'{format_root(root)} at size {size}, as "{name}" says'
    if there is None:
        return Damage(
            None, "root", expected, f"{counted(events, 'event')}: something from p{good + 1} on was taken away"
        )
    return Damage(None, "root", expected, f"{format_root(there)}: something from p{good + 1} to p{size} was altered")


class _Walk:
    """The leaves of one export or folder of tiles, compared with those of the ledger one by one."""

    def __init__(self, kept: KeptElsewhere) -> None:
        self._kept, self._left = kept, kept.leaves
        self._found: list[Damage] = []
        self._more = self._compared = 0

    def take(self, position: int, leaf: bytes) -> None:
        """Compare the leaf at a position."""
        if self._left is None:
            return
        other = next(self._left, None)
        if other is None:
            self._left = None
            return
        self._compared += 1
        if other != leaf and len(self._found) < _TOLD:
            self._found.append(Damage(position, "line", f'the line that "{self._kept.name}" holds', "another line"))
        elif other != leaf:
            self._more += 1

    def end(self, events: int) -> Iterator[Damage]:
        """Yield what differs."""
        yield from self._found
        if self._more:
            yield Damage(None, "line", f'the lines that "{self._kept.name}" holds', f"{self._more} more that differ")
        if self._left is not None and next(self._left, None) is not None:
            said = f'the lines of "{self._kept.name}" from p{events + 1} on'
            self._found.append(Damage(None, "line", said, f"{counted(events, 'event')}: what came later was cut off"))
            yield self._found[-1]

    @property
    def held(self) -> str | None:
        """What the ledger begins with, in words; None where that is told by a checkpoint or something differs."""
        if self._kept.checkpoint is not None or self._found:
            return None
        return f'the {self._compared} lines of "{self._kept.name}"'
