"""The verifier in a real browser: good and bad files, by keyboard, and no request leaves the page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chromium import chromium
from support.command_line import ROOT, Desk
from support.notaries import VKEYS, checkpoint, key_of, proofs, with_key
from support.witnessing import WITNESS_KEY

from ledger.integrity.checkpoints import Checkpoint
from ledger.integrity.notes import Note

PAGE = ROOT / "projections" / "pages" / "verify.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, which every test shares."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """The page, opened from the disk; whatever it asks of a network fails the test."""
    context = browser.new_context(viewport={"width": 800, "height": 900})
    opened, asked = context.new_page(), []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(PAGE.as_uri())
    yield opened
    assert asked == [PAGE.as_uri()]
    context.close()


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with a decision of four parts, its key, a checkpoint and a proof."""
    checkpoint(with_key(desk.record()), "now")
    proofs(desk, "CM-1", "now", "p.tlog-proof")
    return desk


def checked(page: Any, file: Path, keys: str) -> tuple[str, str]:
    """Give a file and keys to the page; return what it says, and in which kind of frame."""
    page.locator("#file").set_input_files(str(file))
    page.locator("#keys").fill(keys)
    page.get_by_role("button", name="Check", exact=True).click()
    result = page.locator("#result h2").first
    result.wait_for()
    return page.locator("#result").inner_text(), page.locator("#result").get_attribute("class")


def vkeys(desk: Desk) -> str:
    """The verifier keys of a desk."""
    return (desk.folder / VKEYS).read_text(encoding="utf-8")


def test_a_decision_is_proven_and_told_in_words(page: Any, office: Desk) -> None:
    said, kind = checked(page, office.folder / "p.tlog-proof", vkeys(office))
    assert (kind, said.startswith("Proven")) == ("good", True)
    for words in (
        "These 4 events stand",
        "Council of Ministers",
        "cluster established",
        "2 of 4",
        "ML-DSA-44",
        "not stated",
    ):
        assert words in said, words


def test_without_a_key_and_with_the_key_of_a_stranger_nothing_is_proven(page: Any, office: Desk) -> None:
    for keys in ("", str(WITNESS_KEY.vkeys[0])):
        said, kind = checked(page, office.folder / "p.tlog-proof", keys)
        assert (kind, "nothing is proven" in said) == ("open", True)


def test_every_altered_file_is_not_accepted(page: Any, office: Desk) -> None:
    raw = (office.folder / "p.tlog-proof").read_bytes()
    altered = {
        "moved": raw.replace(b"index 2", b"index 1", 1),
        "cut": raw[: len(raw) // 2],
        "size": raw.replace(b"\n5\n", b"\n6\n"),
        "extra": raw.replace(b"extra ey", b"extra eX", 1),
        "header": raw.replace(b"tlog-proof@v1", b"tlog-proof@v2"),
        "bytes": b"\xff\xfe" + raw,
        "empty": b"",
    }
    for name, changed in altered.items():
        office.write(name, changed)
        said, kind = checked(page, office.folder / name, vkeys(office))
        assert kind == "bad", (name, said)
        assert "Not accepted" in said, name


def test_a_proof_behind_the_mark_of_the_address_is_checked_at_once_and_again_with_a_key(
    browser: Any, office: Desk
) -> None:
    raw = (office.folder / "p.tlog-proof").read_bytes()
    opened = browser.new_page()
    opened.goto(f"{PAGE.as_uri()}#proof={base64.urlsafe_b64encode(raw).decode().rstrip('=')}")
    opened.locator("#result h2").first.wait_for()
    assert opened.locator("#result").get_attribute("class") == "open"
    assert opened.locator("#given").is_visible()
    opened.locator("#keys").fill(vkeys(office))
    opened.get_by_role("button", name="Check", exact=True).click()
    opened.locator("#result.good").wait_for()
    opened.close()


def test_a_checkpoint_is_told_with_its_witness_and_the_time(page: Any, office: Desk) -> None:
    key = key_of(office)
    text = Checkpoint(key.name, 1, bytes(32)).text
    lines = [*(signer.sign(text) for signer in key.signers), WITNESS_KEY.signers[0].sign(text, 1_795_608_000)]
    office.write("witnessed", bytes(Note(text, tuple(lines))))
    said, kind = checked(page, office.folder / "witnessed", f"{vkeys(office)}{WITNESS_KEY.vkeys[0]}\n")
    assert (kind, "witness.example.org at 2026-11-2" in said) == ("good", True)


def test_a_mistyped_key_is_said(page: Any, office: Desk) -> None:
    key = vkeys(office).splitlines()[0]
    for wrong in (key[:-1], key.replace("+", " ", 1), "key", key.replace(key.split("+")[1], "00000000")):
        said, kind = checked(page, office.folder / "p.tlog-proof", wrong)
        assert (kind, "Not accepted" in said) == ("bad", True), wrong


def test_the_page_is_worked_by_keyboard_alone(page: Any, office: Desk) -> None:
    page.locator("#file").set_input_files(str(office.folder / "p.tlog-proof"))  # the dialog itself is the system's
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "keys"
    page.keyboard.insert_text(vkeys(office))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#result h2").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "result"
    assert page.locator("#result").get_attribute("class") == "good"


def test_every_field_has_a_label_and_the_page_fits_320_pixels(page: Any, office: Desk) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    checked(page, office.folder / "p.tlog-proof", vkeys(office))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    unlabelled = "[...document.querySelectorAll('input, textarea')].filter(one => !one.labels.length).length"
    assert page.evaluate(unlabelled) == 0


def test_text_that_would_be_markup_is_shown_as_text(page: Any, desk: Desk) -> None:
    desk.record().record(
        "authority: '<img src=x onerror=alert(1)>'\nreference: '<b>1</b>'\neffective: 2026-05-01\nchanges: "
        "[{change: retitle-cluster, cluster: wellbeing, title: '<script>document.title=1</script>'}]\n"
    )
    checkpoint(with_key(desk), "now")
    proofs(desk, "p6", "now", "p.tlog-proof")
    said, kind = checked(page, desk.folder / "p.tlog-proof", vkeys(desk))
    assert (kind, "<script>document.title=1</script>" in said) == ("good", True)
    assert page.locator("#result img, #result script, #result b").count() == 0
