"""Masters of clusters of Apache Spark, and what must hold before one is asked: else Spark waits long and says much."""

from __future__ import annotations

import os
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path

from ledger.errors import InputError, harmless

_MASTER = re.compile(r"spark://([\w.\-\[\]:]+:\d{1,5})(,[\w.\-\[\]:]+:\d{1,5})*|local\[[1-9]\d{0,2}\]", re.ASCII)
_VERSION = re.compile(r'version "(\d+)')
_OLDEST_JAVA = 17
_REACHED_WITHIN, _SAID_WITHIN = 10, 30  # seconds, for a master to take a connection, and for Java to say its version
# Every program of Spark that can be called hands out files, and says of others that there are none, which its log does
# not tell. A frame: its length with these 8 bytes, the kind of message, and here a text with its length before it.
_HEAD, _ASKED, _LACKING, _NO_FILE = struct.Struct(">qB"), 6, 8, b"/files/of-no-name"
_QUESTION = _HEAD.pack(_HEAD.size + 4 + len(_NO_FILE), _ASKED) + struct.pack(">i", len(_NO_FILE)) + _NO_FILE


def need_cluster(master: str) -> None:
    """Raise `InputError` unless an address names a master that answers, and pyspark and Java are here to ask it."""
    if _MASTER.fullmatch(master) is None:
        raise InputError(
            f'"{harmless(master, 80)}" is no master. Write spark://HOST:7077, or local[2] for this machine.'
        )
    _need_pyspark()
    _need_java()
    if master.startswith("spark://"):
        _need_answer(master)


def _need_pyspark() -> None:
    try:
        import pyspark  # noqa: F401  # whether it is here and can be imported is all that is asked
    except ImportError:
        raise InputError(
            "Answers of Spark need pyspark, which is not installed. It comes as source only. "
            'Install it, with Java 17 beside it: pip install "pyspark>=3.5,<4"'
        ) from None


def _need_java() -> None:
    """Raise unless the Java that Spark would start is new enough; an older one prints pages of errors."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home, "bin", "java")) if home else shutil.which("java") or "java"
    try:
        said = subprocess.run([program, "-version"], capture_output=True, timeout=_SAID_WITHIN).stderr
        found = _VERSION.search(said.decode(errors="replace"))
    except (OSError, subprocess.TimeoutExpired):
        found = None
    if found is None or int(found[1]) < _OLDEST_JAVA:
        here = "is not here" if found is None else f"is version {found[1]} here"
        raise InputError(
            f"Spark needs Java {_OLDEST_JAVA}, which {here}. On Debian and Ubuntu: apt-get install "
            "openjdk-17-jre-headless. Elsewhere name its folder in $JAVA_HOME."
        )


def _need_answer(master: str) -> None:
    """Raise unless Spark answers at a place of an address: it would try for a minute, and cannot be told less."""
    taken = False
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=_REACHED_WITHIN) as connection:
                taken = True
                if _is_of_spark(connection):
                    return
        except (OSError, OverflowError, UnicodeError):
            continue
    if taken:
        raise InputError(f"What answers at {harmless(master, 200)} is no master of Spark. Is this its address?")
    raise InputError(f"No master answers at {harmless(master, 200)}. Is it started, and is this its address?")


def _is_of_spark(connection: socket.socket) -> bool:
    """Return whether a program of Spark is at the other end: it says that it has no such file."""
    connection.sendall(_QUESTION)
    with connection.makefile("rb") as said:
        head = said.read(_HEAD.size)
    return len(head) == _HEAD.size and _HEAD.unpack(head)[1] == _LACKING
