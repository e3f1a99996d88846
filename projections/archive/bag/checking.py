"""The checking of a bag: its payload and tag files against its manifests, and what it says against the archive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from ledger.errors import InputError, harmless
from ledger.store.verification.damage import Damage
from projections.archive.bag.sealing import digests_of, oxum, payload_of, said_of
from projections.archive.bag.tags import (
    FETCH_FILE,
    INFO_FILE,
    READ,
    TagFault,
    manifest_of,
    payload_manifest,
    read_tag_file,
    tag_manifest,
    tags_of,
)
from projections.archive.manifest import Manifest
from projections.archive.places import DECLARATION as DECLARATION_FILE

_DECLARED = re.compile(r"BagIt-Version: \d+\.\d+[ \t]*[\r\n]+Tag-File-Character-Encoding: UTF-8\s*")
_Listings = Mapping[str, Mapping[str, str]]  # by algorithm, the digest of each path


def bag_damage(bag: Path, manifest: Manifest) -> Iterator[Damage]:
    """Yield where a bag is not valid (RFC 8493, section 3), or says something else than the archive in it does."""
    try:
        declared = read_tag_file(bag, DECLARATION_FILE)
        if declared is None or _DECLARED.fullmatch(declared) is None:
            yield Damage(None, DECLARATION_FILE, "the declaration of a bag in UTF-8", _cut(declared or "no such file"))
        if (bag / FETCH_FILE).exists():
            yield Damage(None, FETCH_FILE, "no such file: all of the payload is here", "files to be fetched")
        payload = sorted(payload_of(bag))
        yield from _payload(bag, payload, manifest)
        yield from _listed(bag, _listings(bag, tag_manifest), None)
    except TagFault as error:
        yield Damage(None, "the bag", "tag files as RFC 8493 has them", str(error))


def _payload(bag: Path, payload: list[str], manifest: Manifest) -> Iterator[Damage]:
    listings = _listings(bag, payload_manifest)
    if not listings:
        yield Damage(None, payload_manifest("sha512"), "a manifest of the payload", "no such file")
    yield from _listed(bag, listings, payload)
    info = tags_of(read_tag_file(bag, INFO_FILE) or "", INFO_FILE)
    for label, expected in (*said_of(manifest).items(), ("Payload-Oxum", oxum(bag, payload))):
        found = info.get(label, "nothing")
        if found != expected:
            yield Damage(None, f"{INFO_FILE}, {label}", _cut(expected), _cut(found))


def _listings(bag: Path, name_of: Callable[[str], str]) -> _Listings:
    """Return what the manifests of a kind say, of every algorithm of which there is one."""
    found: dict[str, dict[str, str]] = {}
    for algorithm in READ:
        name = name_of(algorithm)
        text = read_tag_file(bag, name)
        if text is not None:
            found[algorithm] = manifest_of(text, name)
    return found


def _listed(bag: Path, listings: _Listings, payload: list[str] | None) -> Iterator[Damage]:
    """Yield where files are not those that manifests list; `payload`: what is to be in each, None for tag files."""
    there = set(payload) if payload is not None else {path.name for path in bag.iterdir() if not path.is_dir()}
    for path in sorted({*chain.from_iterable(listings.values()), *(payload or ())}):
        stated = {algorithm: listing[path] for algorithm, listing in listings.items() if path in listing}
        if path not in there:
            yield Damage(None, harmless(path, 300), "a file that the bag lists", "no such file")
        elif payload is not None and len(stated) < len(listings):
            yield Damage(None, harmless(path, 300), "a file that every manifest lists", "one that is not listed")
        else:
            yield from _bytes(bag, path, stated)


def _bytes(bag: Path, path: str, stated: Mapping[str, str]) -> Iterator[Damage]:
    """Yield the first digest of a file that is not as stated."""
    try:
        if (bag / path).is_symlink():
            raise InputError("It is a link.")
        found = digests_of(bag / path, stated)
    except InputError as error:
        yield Damage(None, harmless(path, 300), "a file that can be read", str(error))
        return
    for algorithm, expected in stated.items():
        if found[algorithm] != expected:
            yield Damage(None, harmless(path, 300), f"{algorithm}:{_cut(expected)}", f"{algorithm}:{found[algorithm]}")
            return


def _cut(text: str) -> str:
    return harmless(text, 160)
