"""The surroundings of a ledger file: who may write it, what lies beside it, the disk and the file system."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.keep.health.finding import Finding
from ledger import clock
from ledger.instants import stamp
from ledger.store.address import is_server

_LOG_AGE = timedelta(hours=1)
_LEAST_FREE = 64 << 20
# File systems whose locks or shared memory are not those of one machine, as Linux names them.
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs", "davfs", "fuse.sshfs"}


def surroundings(place: str, keys: Iterable[str]) -> Iterator[Finding]:
    """Yield what is found around a ledger, and of key files; of one on a server the key files alone."""
    if not is_server(place):
        path = Path(place).resolve()
        yield _writers(path)
        yield _log(path)
        yield _disk(path)
        yield _file_system(path)
    beside = [] if is_server(place) else sorted(map(str, Path(place).resolve().parent.glob("*.key")))
    for key in dict.fromkeys((*keys, *beside)):
        yield _key(key)


def _writers(path: Path) -> Finding:
    modes = {one: stat.S_IMODE(os.stat(one).st_mode) for one in (path, path.parent)}
    found = ", ".join(f"{'folder' if one == path.parent else 'file'} {mode:04o}" for one, mode in modes.items())
    file, folder = modes[path], modes[path.parent]
    if file & stat.S_IWOTH or (folder & stat.S_IWOTH and not folder & stat.S_ISVTX):
        return Finding(
            "permissions", found, "Everybody on this machine may alter it: chmod o-w the file and its folder."
        )
    return Finding("permissions", found)


def _key(name: str) -> Finding:
    try:
        mode = stat.S_IMODE(os.stat(name).st_mode)
    except OSError as error:
        return Finding("key", f"{name}: {error.strerror}", "Give the path of a key file that is there.")
    to_do = "Others may read it: chmod 600, and think of another key." if mode & 0o077 else ""
    return Finding("key", f"{name}: {mode:04o}", to_do)


def _log(path: Path) -> Finding:
    try:
        found = os.stat(f"{path}-wal")
    except FileNotFoundError:
        return Finding("log", "nothing is left in the log beside the file")
    if not found.st_size:
        return Finding("log", "nothing is left in the log beside the file")
    written = datetime.fromtimestamp(found.st_mtime, UTC)
    said = f"{found.st_size} bytes in {path.name}-wal, last written {stamp(written)}"
    if clock.now() - written > _LOG_AGE:
        to_do = "Decisions stand there alone. Never copy the file without it; whoever records next folds it in."
        return Finding("log", said, to_do)
    return Finding("log", said)


def _disk(path: Path) -> Finding:
    free, size = shutil.disk_usage(path.parent).free, os.stat(path).st_size
    found = f"{free / 1e9:,.1f} GB free; the ledger has {size / 1e6:,.1f} MB"
    return Finding("disk", found, "Free some space." if free < max(_LEAST_FREE, size) else "")


def _file_system(path: Path) -> Finding:
    kind = _kind_of(path)
    if kind in _NETWORK:
        to_do = "Locks do not hold there between machines: keep the ledger on a disk of this one, or on a server."
        return Finding("file system", kind, to_do)
    return Finding("file system", kind or "unknown")


def _kind_of(path: Path) -> str:
    """Return the name of the file system that holds a path, as Linux gives it; empty elsewhere."""
    best, kind = "", ""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:  # proc_pid_mountinfo(5): the fifth is the mount point, the first after " - " the type
        before, _, after = line.partition(" - ")
        words = before.split()
        point = words[4].replace("\\040", " ") if len(words) > 4 else ""
        inside = point and (str(path) == point or str(path).startswith(point.rstrip("/") + "/"))
        if inside and after and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind
