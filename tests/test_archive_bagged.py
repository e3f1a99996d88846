"""Archives in bags (RFC 8493): valid for others, kept up by later runs, and whatever was altered is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from support.archives import correct
from support.bags import held_to_the_rfc
from support.command_line import FIRST, Desk, refused
from support.governing import governed

from projections.archive.bag.tags import TagFault, manifest_of, manifest_text, tags_of, tags_text
from projections.archive.federation.sources import sources
from projections.archive.manifest import NotAnArchive, need_manifest
from projections.archive.verification import verify_archive
from projections.archive.writing import write_archive
from projections.views.read_model import Views


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    folder = tmp_path_factory.mktemp("ledger")
    with governed(folder) as ledger, Views(ledger, folder) as views:
        bagged(views, folder / "bag")
        yield views


def bagged(views: Views, bag: Path) -> None:
    write_archive(views, bag / "data", bag=bag)


@pytest.fixture
def bag(views: Views, tmp_path: Path) -> Path:
    """A copy of the bag, to be altered."""
    return Path(shutil.copytree(Path(views.ledger.location).parent / "bag", tmp_path / "bag"))


def test_a_bag_is_valid_and_says_whose_archive_it_is_of_which_size_and_root(views: Views, bag: Path) -> None:
    info, ours = held_to_the_rfc(bag), views.ledger.government
    assert (info["Source-Organization"], info["External-Identifier"]) == (ours.name, ours.ledger_id)
    manifest = need_manifest(bag / "data")
    assert (info["Ledger-Size"], info["Ledger-Root"]) == (str(manifest.position), manifest.root)
    assert verify_archive(bag, views).ok and verify_archive(bag, None).ok
    assert [source.folder for source in sources([str(bag)]).taken] == [bag / "data"]


def test_a_later_run_seals_the_bag_anew_and_one_that_finds_nothing_new_writes_nothing(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        bagged(views, tmp_path / "bag")
        before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files(tmp_path / "bag")}
        bagged(views, tmp_path / "bag")
        assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files(tmp_path / "bag")}
        correct(views)
        bagged(views, tmp_path / "bag")
        assert held_to_the_rfc(tmp_path / "bag")["Ledger-Size"] == str(ledger.head().position)
        (tmp_path / "bag" / "tagmanifest-sha256.txt").unlink()  # as after a run that was stopped
        (tmp_path / "bag" / "bag-info.txt").unlink()
        assert not verify_archive(tmp_path / "bag", views).ok
        bagged(views, tmp_path / "bag")
        assert held_to_the_rfc(tmp_path / "bag") and verify_archive(tmp_path / "bag", views).ok


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def altered(bag: Path) -> str:
    path = sorted((bag / "data" / "rows").rglob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    return path.relative_to(bag).as_posix()


def dropped(bag: Path) -> str:
    path = sorted((bag / "data" / "events").rglob("*.parquet"))[0]
    path.unlink()
    return path.relative_to(bag).as_posix()


def added(bag: Path) -> str:
    (bag / "data" / "note.txt").write_text("Read me.")
    return "data/note.txt"


def linked(bag: Path) -> str:
    path = bag / "data" / "manifest.json"
    path.rename(bag.parent / "elsewhere.json")
    path.symlink_to(bag.parent / "elsewhere.json")
    return "data/manifest.json"


def led_out(bag: Path) -> str:
    (bag.parent / "out.txt").write_text("out")
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(f"{sha256(b'out').hexdigest()}  data/../../out.txt\n")
    return "data/../../out.txt"


def unlisted(bag: Path) -> str:
    lines = (bag / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha512.txt").write_text("".join(lines[1:]))
    return lines[0].split()[1]


def undeclared(bag: Path) -> str:
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: EBCDIC\n")
    return "bagit.txt"


def fetched(bag: Path) -> str:
    (bag / "fetch.txt").write_text("https://example.org/rows.parquet 10 data/rows.parquet\n")
    return "fetch.txt"


def renamed(bag: Path) -> str:
    text = (bag / "bag-info.txt").read_text()
    (bag / "bag-info.txt").write_text(text.replace("Source-Organization: ", "Source-Organization: Ministry of "))
    return "bag-info.txt, Source-Organization"


def miscounted(bag: Path) -> str:
    text = (bag / "bag-info.txt").read_text()
    (bag / "bag-info.txt").write_text(text.replace("Payload-Oxum: ", "Payload-Oxum: 1"))
    return "bag-info.txt, Payload-Oxum"


def spoilt(bag: Path) -> str:
    (bag / "manifest-sha256.txt").write_bytes(b"\xff\xfe")
    return "the bag"


def without_manifests(bag: Path) -> str:
    for path in bag.glob("*manifest-*.txt"):
        path.unlink()
    return "manifest-sha512.txt"


SPOILT = [
    *(altered, dropped, added, linked, led_out, unlisted, undeclared, fetched, renamed, miscounted, spoilt),
    without_manifests,
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_whatever_is_altered_in_a_bag_is_named_and_not_asked(
    views: Views, bag: Path, spoil: Callable[[Path], str]
) -> None:
    name = spoil(bag)
    for held_to in (views, None):
        found = verify_archive(bag, held_to)
        assert not found.ok and name in [damage.kind for damage in found.damage], found.damage
    left = sources([str(bag)])
    assert not left.taken and "Damaged in" in left.left_out[0].why


def test_a_bag_without_its_archive_is_told_in_a_sentence(bag: Path) -> None:
    (bag / "data" / "manifest.json").unlink()
    with pytest.raises(NotAnArchive, match=r"has no manifest\.json"):
        verify_archive(bag, None)


def test_tag_files_are_read_as_the_rfc_has_them() -> None:
    assert tags_of("A: one\r\n  and more\rB:two\n\n", "t") == {"A": "one and more", "B": "two"}
    assert tags_text([("A", "one\nB: two")]) == "A: one B: two\n"
    digests = {"data/a\nb%.txt": "0f", "data/ c": "aa"}
    assert manifest_text(digests) == "aa  data/ c\n0f  data/a%0Ab%25.txt\n"
    assert manifest_of("0F *data/a%0ab%25.txt\n\naa\t./data/c", "m") == {"data/a\nb%.txt": "0f", "data/c": "aa"}
    for text in ("data/a", "xx  data/a", "0f  data/a\n0f  data/a"):
        with pytest.raises(TagFault, match="m, line"):
            manifest_of(text, "m")
    for text in (" goes on", "no colon", ": nothing"):
        with pytest.raises(TagFault, match="t, line 1"):
            tags_of(text, "t")


def test_the_command_makes_a_bag_and_keeps_it_one(desk: Desk) -> None:
    desk.record()
    made = desk.run("archive", "-o", "a", "--bag")
    assert made.exit_code == 0 and ", in a bag." in made.stdout, made.output
    assert held_to_the_rfc(desk.folder / "a")["Ledger-Size"] == str(desk.size())
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    assert desk.run("archive", "-o", "a").exit_code == 0
    assert held_to_the_rfc(desk.folder / "a")["Ledger-Size"] == str(desk.size())
    assert desk.json("verify", "a")["ok"]
    assert desk.run("archive", "-o", "b").exit_code == 0
    refused(desk.run("archive", "-o", "b", "--bag"), '"b" exists already')
    refused(desk.run("archive", "-o", ".", "--bag"), "exists already")
