"""Bags as RFC 8493 has them, read line by line by somebody who knows nothing of the program."""

from __future__ import annotations

from hashlib import new
from pathlib import Path


def held_to_the_rfc(bag: Path) -> dict[str, str]:
    """Check that a bag is complete and valid (section 3), and return what its bag-info.txt says."""
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    payload = {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    tags = {path.name for path in bag.iterdir() if path.is_file()}
    for algorithm in ("sha256", "sha512"):
        assert _checked(bag, f"manifest-{algorithm}.txt", algorithm) == payload
        listed = _checked(bag, f"tagmanifest-{algorithm}.txt", algorithm)
        assert listed == {name for name in tags if not name.startswith("tagmanifest-")}
    assert not (bag / "fetch.txt").exists()
    lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    info = dict(line.split(": ", 1) for line in lines)
    assert len(info) == len(lines)
    octets = sum((bag / path).stat().st_size for path in payload)
    assert info["Payload-Oxum"] == f"{octets}.{len(payload)}"
    return info


def _checked(bag: Path, name: str, algorithm: str) -> set[str]:
    paths = set()
    for line in (bag / name).read_bytes().decode().split("\n")[:-1]:
        digest, path = line.split("  ")
        assert new(algorithm, (bag / path).read_bytes()).hexdigest() == digest and "%" not in path
        paths.add(path)
    return paths
