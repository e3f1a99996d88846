"""Malformed notes, keys, proofs, tiles, policies and memories: a sentence, never a trace and never acceptance."""

from __future__ import annotations

from random import Random

import pytest
from campaigns.parsers import READERS, examples, one
from hypothesis import given
from hypothesis import strategies as st
from support.forged_files import mutated

from ledger.errors import LedgerError, ProofError
from ledger.integrity.event_proofs import parse_proofs
from ledger.integrity.notes import parse_note
from ledger.integrity.policy import Policy

EXAMPLES = examples()


@given(st.integers(0, len(READERS) - 1), st.binary(max_size=400))
def test_whatever_is_given_to_a_reader_is_read_back_or_refused(reader: int, raw: bytes) -> None:
    one(bytes([reader]) + raw)


@given(st.sampled_from(EXAMPLES), st.integers(0, 2**32), st.integers(1, 4))
def test_whatever_becomes_of_a_file_of_proof_is_read_back_or_refused(example: bytes, seed: int, times: int) -> None:
    raw, random = example[1:], Random(seed)
    for _ in range(times):
        if raw:
            raw, _ = mutated(raw, random)
    one(example[:1] + raw)


def test_each_example_is_taken_as_it_is() -> None:
    refused = []
    for example in EXAMPLES:
        try:
            READERS[example[0]](example[1:])
        except LedgerError as error:
            refused.append(str(error))
    # A tile of two entries is asked for as many as its first byte says, and a key file of one seed is opened by nobody.
    assert len(refused) <= 2, refused


@pytest.mark.parametrize("read", [parse_note, parse_proofs, Policy.parse])
def test_what_is_too_large_is_refused_before_it_is_read(read: object) -> None:
    assert callable(read)
    with pytest.raises(ProofError, match="more than"):
        read(b"a\n" * 8_500_000)
