"""Tag files of a bag as text: its declaration, what it says of itself, and its manifests (RFC 8493, section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole
from projections.archive.places import DECLARATION as DECLARATION_FILE

INFO_FILE, FETCH_FILE = "bag-info.txt", "fetch.txt"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")  # that are written; section 2.4 asks for both
READ = (*ALGORITHMS, "md5", "sha1", "sha224", "sha384")  # what others may have added is checked too
_BYTES_MAX = 64 * 2**20
_ENCODED = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # section 2.1.3
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(\S.*)")


class TagFault(InputError):
    """A tag file that is not as RFC 8493 has it."""


def payload_manifest(algorithm: str) -> str:
    """Return the name of the file that lists the payload."""
    return f"manifest-{algorithm}.txt"


def tag_manifest(algorithm: str) -> str:
    """Return the name of the file that lists the tag files."""
    return f"tagmanifest-{algorithm}.txt"


def is_tag_file(name: str) -> bool:
    """Return whether a file of this name is one that a bag has beside its payload."""
    return name in (DECLARATION_FILE, INFO_FILE) or re.fullmatch(r"(tag)?manifest-[a-z0-9]+\.txt", name) is not None


def manifest_text(digests: Mapping[str, str]) -> str:
    """Return a manifest: a line for each path, in order of path, with its digest."""
    return "".join(f"{digest}  {_encoded(path)}\n" for path, digest in sorted(digests.items()))


def manifest_of(text: str, name: str) -> dict[str, str]:
    """Return the digest of each path of a manifest, in lower case; raises `TagFault` for a line that is none."""
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(text), 1):
        read = _LINE.fullmatch(line)
        path = _decoded(read[2]) if read else ""
        if read is None or path in found:
            raise TagFault(f"{name}, line {number}, is not a digest and the path of a file that no other line names.")
        found[path] = read[1].lower()
    return found


def tags_text(tags: Iterable[tuple[str, str]]) -> str:
    """Return what a bag says of itself: a line for each label, its value on one line."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in tags)


def tags_of(text: str, name: str) -> dict[str, str]:
    """Return the value of each label, that of the last line where one is repeated; lines that go on are joined."""
    found: dict[str, str] = {}
    label = ""
    for number, line in enumerate(_lines(text), 1):
        if line[:1] in (" ", "\t") and label:
            found[label] += f" {line.strip()}"
            continue
        label, colon, value = line.partition(":")
        if not colon or not label.strip():
            raise TagFault(f"{name}, line {number}, is not a label, a colon and a value.")
        found[label] = value.strip()
    return found


def read_tag_file(bag: Path, name: str) -> str | None:
    """Return the text of a tag file, None where there is none; raises `InputError` for what is no UTF-8 text."""
    found = read_whole(bag / name, _BYTES_MAX, may_lack=True)
    if found is None:
        return None
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TagFault(f"{harmless(name)} is not UTF-8.") from None


def _lines(text: str) -> list[str]:
    """Return lines that end with LF, CR or both, without those that are empty (section 2.1.3)."""
    return [line for line in re.split(r"\r\n|\n|\r", text) if line]


def _encoded(path: str) -> str:
    return "".join(_ENCODED.get(char, char) for char in path)


def _decoded(path: str) -> str:
    names = {code: char for char, code in _ENCODED.items()}
    return re.sub(r"%(25|0[DdAa])", lambda code: names[code[0].upper()], path.removeprefix("./"))
