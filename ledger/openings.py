"""The openings file of a decision document: what opens its commitments, beside it as `FILE.openings`.

It is written when the document is first planned, and read whenever it is planned or recorded, so that the document has
one normal form. It holds personal texts in the clear: for its owner's eyes alone, and to be deleted with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from ledger.errors import InputError, harmless
from ledger.events.canonical import canonical
from ledger.events.commitments import DIGEST, Opening, opens
from ledger.events.text import TEXT_CHARS
from ledger.events.types import Model
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file

SUFFIX = ".openings"
OPENINGS_MAX, BYTES_MAX = 100_000, 64 << 20


class UnfitOpenings(InputError):
    """An openings file that is none, or not that of the document beside it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(
            f'"{harmless(path, 200)}" {problem}. Bring back the one that was made with the document; or delete it, '
            "and the next plan draws new salts, for another normal form."
        )


class _Kept(Model):
    commitment: Annotated[str, StringConstraints(pattern=DIGEST)]
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    value: Annotated[str, StringConstraints(max_length=TEXT_CHARS)]

    def opening(self) -> Opening:
        """Return it as what opens a commitment."""
        return Opening(self.commitment, bytes.fromhex(self.salt), self.value)


class _File(Model):
    format: Literal[1]
    openings: Annotated[tuple[_Kept, ...], Field(max_length=OPENINGS_MAX)]


def openings_path(document: str) -> str:
    """Return where the openings of the document file lie: beside it."""
    return document + SUFFIX


def read_openings(document: str) -> tuple[Opening, ...]:
    """Return the openings that lie beside a document file, none where no file does.

    Raises `UnfitOpenings` for a file that is none, or holds what does not open its commitment.
    """
    path = openings_path(document)
    raw = read_whole(path, BYTES_MAX, may_lack=True)
    if raw is None:
        return ()
    try:
        held = _File.model_validate_json(raw).openings
        found = tuple(one.opening() for one in held)
    except ValidationError:
        raise UnfitOpenings(path, "is no file of openings") from None
    for number, opening in enumerate(found, 1):
        if not opens(opening):
            raise UnfitOpenings(path, f"does not open its commitment {number}")
    return found


def need_all_used(document: str, held: Sequence[Opening], used: Sequence[Opening]) -> None:
    """Raise `UnfitOpenings` where a file holds what opens nothing of its document."""
    left = {one.commitment for one in held} - {one.commitment for one in used}
    if left:
        number = next(number for number, one in enumerate(held, 1) if one.commitment in left)
        problem = f"does not open the personal texts of the document: nothing there is what its opening {number} is of"
        raise UnfitOpenings(openings_path(document), problem)


def write_openings(document: str, openings: Sequence[Opening]) -> None:
    """Write the openings of a document file beside it, whole, for its owner's eyes alone.

    Raises as `new_file` where the folder or the disk does not take it; what stood there then stands.
    """
    path = openings_path(document)
    kept = [{"commitment": one.commitment, "salt": one.salt.hex(), "value": one.value} for one in openings]
    with new_file(path, force=True, mode=0o600) as file:
        file.write(canonical({"format": 1, "openings": kept}) + b"\n")
