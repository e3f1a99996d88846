"""Answers as the JSON values that commands print, for tests that compare these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from projections.answers import ended as endings
from projections.answers import history as histories
from projections.answers import journal as journals
from projections.answers import lags as lags_of_record
from projections.answers import lineage as lineages
from projections.answers import matrix as matrices
from projections.answers import restatement
from projections.answers import structure as structures
from projections.answers import why as whys
from projections.fields import fields


def plain(question: Callable[..., object]) -> Callable[..., Any]:
    """Return a question whose answer is JSON values."""

    @wraps(question)
    def asked(*args: Any, **named: Any) -> Any:
        return fields(question(*args, **named))

    return asked


history = plain(histories.history)
lineage = plain(lineages.lineage)
matrix = plain(matrices.matrix)
shown = plain(structures.shown)
one_thing = plain(structures.one_thing)
counts = plain(structures.counts)
end_of = plain(endings.end_of)
why = plain(whys.why)
lags = plain(lags_of_record.lags)
named_counts = plain(restatement.named_counts)


def journal(*asked: Any, **named: Any) -> Iterator[Any]:
    """Yield the entries of a journal as JSON values, one as it is asked for."""
    return map(fields, journals.journal(*asked, **named))
