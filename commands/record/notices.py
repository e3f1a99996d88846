"""The notices of an import: the first of them for its answer, all of them in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from ledger.application.migration import Passed
from ledger.files.outputs import new_file

LISTED_MAX = 100  # in the answer; a register may give rise to very many


class ImportNotices:
    """What was noticed as an import went: how many, the first of them, and a file of all where one is named."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self.total, self.first = 0, list[dict[str, Any]]()
        self._file = file

    def add(self, where: str, passed: Passed) -> None:
        """Take note of a notice; `where` is the place of its document."""
        notice = passed.notice
        row = {"where": where, "authority": passed.authority, "reference": passed.reference, "rule": notice.rule}
        row |= {"severity": notice.severity, "id": notice.id, "found": notice.found}
        self.total += 1
        if self.total <= LISTED_MAX:
            self.first.append(row)
        self._write(row)

    def end(self, refused: dict[str, Any]) -> None:
        """Say in the last line of the file that the import was refused, and what stands."""
        self._write(refused)

    def fields(self) -> dict[str, Any]:
        """Return what the answer says of them: their number, and the first `LISTED_MAX` of them."""
        return {"notices_total": self.total, "notices_listed": self.first}

    def _write(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(f"{json.dumps(row, ensure_ascii=True)}\n".encode())


@contextmanager
def noticing(name: str | None, *, force: bool) -> Iterator[ImportNotices]:
    """Give what takes note of notices, and writes them to the file called `name`, if one is named."""
    if name is None:
        yield ImportNotices()
        return
    with new_file(name, force=force) as file:
        yield ImportNotices(file)
