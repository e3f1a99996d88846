"""The notices of an import: the first of them for its answer, all of them in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from ledger.application.migration import Passed
from ledger.files.outputs import new_file
from projections.fields import fields

LISTED_MAX = 100  # in the answer; a register may give rise to very many


class ImportNotice(NamedTuple):
    """A notice of an import, with the place of its document."""

    where: str
    authority: str
    reference: str
    rule: str
    severity: str
    id: str
    found: str


class NoticesListed(NamedTuple):
    """How many notices an import gave rise to, and the first `LISTED_MAX` of them."""

    notices_total: int
    notices_listed: list[ImportNotice]


class ImportNotices:
    """What was noticed as an import went: how many, the first of them, and a file of all where one is named."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self.total, self.first = 0, list[ImportNotice]()
        self._file = file

    def add(self, where: str, passed: Passed) -> None:
        """Take note of a notice; `where` is the place of its document."""
        notice = passed.notice
        about = notice.rule, notice.severity, notice.id, notice.found
        row = ImportNotice(where, passed.authority, passed.reference, *about)
        self.total += 1
        if self.total <= LISTED_MAX:
            self.first.append(row)
        self._write(row)

    def end(self, refused: object) -> None:
        """Say in the last line of the file that the import was refused, and what stands."""
        self._write(refused)

    @property
    def shown(self) -> NoticesListed:
        """What the answer says of them."""
        return NoticesListed(self.total, self.first)

    def _write(self, row: object) -> None:
        if self._file is not None:
            self._file.write(f"{json.dumps(fields(row), ensure_ascii=True)}\n".encode())


@contextmanager
def noticing(name: str | None, *, force: bool) -> Iterator[ImportNotices]:
    """Give what takes note of notices, and writes them to the file called `name`, if one is named."""
    if name is None:
        yield ImportNotices()
        return
    with new_file(name, force=force) as file:
        yield ImportNotices(file)
