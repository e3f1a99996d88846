"""Views whose file fails at any one statement: the answer is right, or the failure is a sentence."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from support.governing import governed

from projections.views.errors import ViewsError
from projections.views.read_model import Views

DAY = 740_000
_connect = sqlite3.connect


class Failing(sqlite3.Connection):
    """A connection of which one statement fails, counted over all."""

    statements = 0
    fails_at = 0

    def execute(self, sql: str, *given: Any) -> Any:
        """Execute a statement, unless it is the one that fails."""
        Failing.statements += 1
        if Failing.statements == Failing.fails_at + 1 and sql not in ("BEGIN", "ROLLBACK"):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
            raise error
        return super().execute(sql, *given)


def failing(*given: Any, **named: Any) -> sqlite3.Connection:
    return _connect(*given, **{"factory": Failing, **named})


def test_whichever_statement_fails_the_answer_is_right_or_a_sentence_says_why(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        head = ledger.head().position
        with Views(ledger, tmp_path / "true") as views:
            wanted = views.structure(DAY, head)
        sentences = 0
        for at in count():
            with patch.object(sqlite3, "connect", failing):
                Failing.statements, Failing.fails_at = 0, at
                try:
                    with Views(ledger, tmp_path / str(at)) as views:
                        assert views.structure(DAY, head) == wanted, at
                except ViewsError:
                    sentences += 1
            if Failing.statements <= at:
                break
            with Views(ledger, tmp_path / str(at)) as views:
                assert views.structure(DAY, head) == wanted, at
        assert at > 20 and sentences < at / 2
