"""The seal of a views file: what its program last saw of the file, kept beside it.

Whoever else writes to the file moves the time of its last change, which nobody but its owner can put back, and the
time of the last change of its entry, which nobody can. So one look at the entry tells whether the file is still the
one that was sealed, at some 10 microseconds however large it is; to hash it would take 0.15 s at 120 MB (100,000
events), for every answer. What that look cannot tell (bits that rot on the disk, an entry forged by the administrator
of the machine, a seal forged together with the file) is told by `views check`.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

STOPPED = "the program that was filling them was stopped"
CHANGED = "their file was changed by something else than this program"
UNSEALED = "nothing vouches for their file"

# A clock is as coarse as its ticks, on some disks two seconds. A time of change in the past is one that no later change
# can have.
_PAST_NS_MIN, _PAST_NS_MAX = 3 * 10**9, 3_600 * 10**9
_TEXT_BYTES_MAX = 1_000
# What SQLite would read together with the file. This program never leaves any of them.
_BESIDE = ("-journal", "-wal")


class FileEntry(NamedTuple):
    """What the file system says of a file."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


class NotOurs(OSError):
    """A path at which no file of this user stands."""


def entry_of(path: str | Path) -> FileEntry | None:
    """Return the entry of the ordinary file at `path`, None where there is nothing.

    Raises `NotOurs` for a link, a folder, a device, or a file that belongs to somebody else; `OSError`.
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise NotOurs("what stands there is no ordinary file")
    if found.st_uid != os.geteuid():
        raise NotOurs("it belongs to somebody else")
    return FileEntry(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def make_empty(path: Path) -> None:
    """Make an empty file that only this user may read, unless something stands there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return


class Seal:
    """The seal beside the views file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path, self.own = path, path.with_suffix(".seal")
        self._name = str(path)  # looked at for every question
        self._beside = tuple(f"{path}{suffix}" for suffix in _BESIDE)

    def holds(self, entry: FileEntry) -> bool:
        """Return whether a file for which the seal was found to hold with this entry is still that file."""
        return entry == entry_of(self._name) and self.unaccompanied()

    def exists(self) -> bool:
        """Return whether anything was ever sealed here."""
        return os.path.lexists(self.own)

    def unaccompanied(self) -> bool:
        """Return whether nothing stands beside the file that SQLite would read with it."""
        return not any(map(os.path.lexists, self._beside))

    def fault(self, entry: FileEntry) -> str:
        """Return why a file with this entry is not the one that was sealed, or nothing."""
        text = self._text()
        if not text:
            return UNSEALED
        if text == _OPEN:
            return STOPPED
        same = text.startswith(f"{_beginning(entry)},") and self.unaccompanied()
        return "" if same else CHANGED

    def vouches_for(self, entry: FileEntry, contents: str) -> bool:
        """Return whether a file with this entry was sealed with these contents in it."""
        return self._text() == _sealed(entry, contents)

    def open(self) -> None:
        """Break the seal, durably, before anything is written: a power cut may keep pages, and not their time."""
        self._write(_OPEN)

    def close(self, inode: int, contents: str) -> FileEntry:
        """Seal the file as it is now, after all was written; return its entry. Raises `OSError`."""
        before = entry_of(self.path)
        if before is not None:
            past = _PAST_NS_MIN + secrets.randbelow(_PAST_NS_MAX - _PAST_NS_MIN)
            os.utime(self.path, ns=(before.modified_ns, before.modified_ns - past), follow_symlinks=False)
        entry = entry_of(self.path)
        if entry is None or entry.inode != inode:
            raise NotOurs("another file was put in its place")
        self._write(_sealed(entry, contents))
        return entry

    def take_away(self) -> None:
        """Vouch for nothing any more."""
        self.own.unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete the file with all that stands beside it."""
        self.take_away()
        for name in (*self._beside, f"{self.path}-shm", self._name):  # first what would be read with the next file
            Path(name).unlink(missing_ok=True)

    def _text(self) -> str:
        try:
            handle = os.open(self.own, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return ""
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return ""
            return os.read(handle, _TEXT_BYTES_MAX).decode("ascii", "replace")
        finally:
            os.close(handle)

    def _write(self, text: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(self.own, flags, 0o600)
        try:
            data = text.encode("ascii")
            if os.pwrite(handle, data, 0) != len(data):
                raise OSError("there is no room for its seal")
            os.ftruncate(handle, len(data))
            os.fsync(handle)
        finally:
            os.close(handle)


_OPEN = '{"state":"being filled"}\n'


def _beginning(entry: FileEntry) -> str:
    """Return how the text of a seal begins: with the entry, but for its device, which a restart may number anew."""
    return f'{{"state":"sealed","file":{json.dumps(entry[1:], separators=(",", ":"))}'


def _sealed(entry: FileEntry, contents: str) -> str:
    """Return the text of a seal, with a digest of the entry and of what the file says of its contents."""
    beginning = _beginning(entry)
    return f'{beginning},"digest":"{blake2b(f"{beginning} {contents}".encode(), digest_size=32).hexdigest()}"}}\n'
