"""Documents written as YAML are read back as what they were."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ledger.documents.formats import read_documents
from ledger.documents.written import as_yaml

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    st.sampled_from(
        ["no", "2026", "2026-12-01", "a: b", "a #b", "- a", "", " a", "a ", "01.1", "~", "null", "é: x", "a:"]
    ),
)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_what_is_written_is_read_back_as_it_was(fields: dict[str, Any]) -> None:
    [document] = read_documents(as_yaml(fields).encode(), "x.yaml")
    assert document.fields == fields


@given(TEXTS)
def test_no_other_reader_takes_a_text_for_anything_but_a_text_or_a_date(text: str) -> None:
    found = yaml.safe_load(as_yaml({"field": text}))["field"]
    assert found == text or str(found) == text


@pytest.mark.parametrize("value", [True, 7])
def test_truth_values_and_numbers_become_their_texts(value: object) -> None:
    [document] = read_documents(as_yaml({"a": [value]}).encode(), "x.yaml")
    assert document.fields == {"a": [str(value).lower()]}
