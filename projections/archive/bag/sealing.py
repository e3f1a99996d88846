"""The sealing of a bag: its tag files, written anew from the payload as it lies on the disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ledger.clock import now
from ledger.errors.outputs import OutputExists
from ledger.files.inputs import opened
from ledger.files.outputs import new_file
from ledger.plurals import counted
from projections.archive.bag.tags import (
    ALGORITHMS,
    DECLARATION,
    INFO_FILE,
    is_tag_file,
    manifest_text,
    payload_manifest,
    read_tag_file,
    tag_manifest,
    tags_of,
    tags_text,
)
from projections.archive.manifest import Manifest
from projections.archive.places import DATA
from projections.archive.places import DECLARATION as DECLARATION_FILE

_AT_ONCE = 1 << 20


def need_bag_folder(bag: Path) -> None:
    """Raise `OutputExists` for a folder that holds something else than a bag, or part of one."""
    try:
        found = {entry.name for entry in os.scandir(bag)}
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise OutputExists(bag) from None
    if any(name != DATA and not is_tag_file(name) and not name.startswith(".cluster-ledger-") for name in found):
        raise OutputExists(bag)


def seal(bag: Path, manifest: Manifest) -> None:
    """Write the tag files of a bag whose payload is an archive: what is as it was is not written again.

    The manifests of the tag files are written last: a run that is stopped leaves a bag that does not hold, and the
    next one mends it. Raises `OutputFailed`.
    """
    paths = list(payload_of(bag))
    digests = {path: digests_of(bag / path, ALGORITHMS) for path in paths}
    texts = {payload_manifest(name): _listing(digests, name) for name in ALGORITHMS}
    same = all(read_tag_file(bag, name) == text for name, text in texts.items())
    texts[DECLARATION_FILE] = DECLARATION
    texts[INFO_FILE] = tags_text((*said_of(manifest).items(), *_packing(bag, paths, same)))
    for name, text in texts.items():
        _put(bag / name, text)
    tags = {name: digests_of(bag / name, ALGORITHMS) for name in texts}
    for name in ALGORITHMS:
        _put(bag / tag_manifest(name), _listing(tags, name))


def said_of(manifest: Manifest) -> dict[str, str]:
    """Return what a bag says of the archive in it, by label; a government is one line of text."""
    return {
        "Source-Organization": " ".join(manifest.government.split()),
        "External-Identifier": manifest.ledger_id,
        "Ledger-Size": str(manifest.position),
        "Ledger-Root": manifest.root,
    }


def payload_of(bag: Path) -> Iterator[str]:
    """Yield the path of everything in the payload that is no folder, from the bag on, with slashes."""
    for folder, folders, names in os.walk(bag / DATA):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in (*names, *links):
            if not name.startswith(".cluster-ledger-"):
                yield (Path(folder) / name).relative_to(bag).as_posix()


def digests_of(path: Path, algorithms: Iterable[str]) -> dict[str, str]:
    """Return the digests of a file, which is read once; raises `InputError` where it cannot be."""
    made = {name: hashlib.new(name) for name in algorithms}
    with opened(path) as file:
        while lot := file.read(_AT_ONCE):
            for one in made.values():
                one.update(lot)
    return {name: one.hexdigest() for name, one in made.items()}


def oxum(bag: Path, paths: Iterable[str]) -> str:
    """Return octets and streams of a payload, as the label Payload-Oxum has them."""
    sizes = [os.lstat(bag / path).st_size for path in paths]
    return f"{sum(sizes)}.{len(sizes)}"


def _listing(digests: Mapping[str, Mapping[str, str]], algorithm: str) -> str:
    return manifest_text({path: of[algorithm] for path, of in digests.items()})


def _packing(bag: Path, paths: list[str], same: bool) -> list[tuple[str, str]]:
    """Return what a bag says of itself; the day stays where the payload is the `same`."""
    before = tags_of(read_tag_file(bag, INFO_FILE) or "", INFO_FILE) if same else {}
    today = now().astimezone(UTC).date().isoformat()
    said = f"All that the ledger holds and knew, as Parquet: {counted(len(paths), 'file')}."
    return [
        ("External-Description", said),
        ("Bagging-Date", before.get("Bagging-Date", today)),
        ("Bag-Software-Agent", _agent()),
        ("Payload-Oxum", oxum(bag, paths)),
    ]


def _agent() -> str:
    try:
        return f"cluster-ledger {version('cluster-ledger')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "cluster-ledger"


def _put(path: Path, text: str) -> None:
    if not path.is_file() or path.read_bytes() != text.encode():
        with new_file(path, force=True) as file:
            file.write(text.encode())
