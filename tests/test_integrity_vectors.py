"""The proofs hold for the published attack cases of transparency-dev/merkle."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from support.shared_files import shared

from ledger.errors import ProofError
from ledger.integrity.proof import verify_consistency, verify_inclusion

Case = dict[str, Any]


def cases(kind: str) -> dict[str, Case]:
    """Every published case of one kind under its name: the tree it belongs to and the attack."""
    folder = shared(f"vectors/merkle/{kind}")
    return {str(path.relative_to(folder)): json.loads(path.read_bytes()) for path in folder.rglob("*.json")}


def unpacked(text: str | None) -> bytes:
    return b64decode(text or "")


def inclusion(case: Case) -> None:
    proof = [unpacked(part) for part in case["proof"] or ()]
    leaf, root = unpacked(case["leafHash"]), unpacked(case["root"])
    verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)


def consistency(case: Case) -> None:
    proof = [unpacked(part) for part in case["proof"] or ()]
    roots = unpacked(case["root1"]), unpacked(case["root2"])
    verify_consistency(case["size1"], case["size2"], proof, *roots)


def refused(verify: Callable[[Case], None], case: Case) -> bool:
    try:
        verify(case)
    except ProofError:
        return True
    return False


def test_every_published_inclusion_case_is_judged_as_published() -> None:
    """A leaf is accepted in its own tree and place, and nowhere else."""
    found = cases("inclusion")
    assert len(found) >= 98
    assert [name for name, case in found.items() if refused(inclusion, case) != case["wantErr"]] == []


def test_every_published_consistency_case_is_judged_as_published() -> None:
    """A tree is accepted as the beginning of another only with the proof that it is."""
    found = cases("consistency")
    assert len(found) >= 98
    assert [name for name, case in found.items() if refused(consistency, case) != case["wantErr"]] == []
