"""The sections of a PROV-JSON document: what is said of each kind, spooled to files until all of it is known."""

from __future__ import annotations

from contextlib import ExitStack
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from ledger.closing import Closing
from ledger.events.canonical import canonical
from ledger.files.making import temporary_folder

_SECTIONS = (
    "entity",
    "activity",
    "agent",
    "wasGeneratedBy",
    "used",
    "wasInformedBy",
    "wasAssociatedWith",
    "actedOnBehalfOf",
    "wasAttributedTo",
    "wasDerivedFrom",
)


class Sections(Closing):
    """What is to be written of each kind of statement, in files that are gone afterwards."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._files: dict[str, IO[bytes]] = {}
        self._counts: dict[str, int] = {}
        self._seen: set[str] = set()  # agents, and things that decisions respond to

    def add(self, section: str, name: str, **attributes: Any) -> None:
        """Add a named statement; `prov__time` stands for `prov:time`, None for what is left out."""
        file = self._files.get(section)
        if file is None:
            file = self._open.enter_context(TemporaryFile(dir=temporary_folder()))  # noqa: SIM115 closed with the others
            self._files[section] = file
        given = {key.replace("__", ":"): value for key, value in attributes.items() if value is not None}
        count = self._counts[section] = self._counts.get(section, 0) + 1
        key = name or f"_:{section}{count}"
        file.write((b",\n" if count > 1 else b"\n") + canonical(key) + b":" + canonical(given))

    def add_once(self, section: str, name: str, **attributes: Any) -> None:
        """Add a statement, unless one of that name was added before."""
        if name not in self._seen:
            self._seen.add(name)
            self.add(section, name, **attributes)

    def relate(self, section: str, **attributes: Any) -> None:
        """Add a relation, which needs no name of its own."""
        self.add(section, "", **attributes)

    def join(self, file: BinaryIO) -> None:
        """Write every section that holds something, in order."""
        for section in _SECTIONS:
            spool = self._files.get(section)
            if spool is not None:
                file.write(b",\n" + canonical(section) + b":{")
                spool.seek(0)
                copyfileobj(spool, file)
                file.write(b"\n}")

    def close(self) -> None:
        """Close the files, which are gone then; a second time does nothing."""
        self._open.close()
