"""Proof in the explorer: the checkpoint at hand, the files that are taken home, and the verifier beside the pages."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys

import pytest
from support.command_line import ROOT, Desk
from support.exploring import Browser
from support.notaries import VKEYS, checkpoint, key_of, with_key
from support.witnessing import WITNESS_KEY

from ledger.integrity.checkpoints import Checkpoint
from ledger.integrity.event_proofs import parse_proofs
from ledger.integrity.notes import Note
from projections.pages.checkpoint import CheckpointFile
from projections.pages.rendering import VERIFIER

SEEN = 1_795_608_000  # 25 November 2026, 12:00 UTC
LEDGER = "government.ledger"


@pytest.fixture
def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a decision of four parts, its key, and a checkpoint."""
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(desk.folder / "pages"))
    checkpoint(with_key(desk.record()), "now")
    return desk


def cosign(office: Desk) -> None:
    """Have a witness cosign the checkpoint, and write a policy that asks for its word."""
    key = key_of(office)
    found = checkpoint(office, "again")
    text = Checkpoint(key.name, found.checkpoint.size, found.checkpoint.root).text
    lines = (*found.note.signatures, WITNESS_KEY.signers[0].sign(text, SEEN))
    office.write("now", bytes(Note(text, lines)))
    log = (office.folder / VKEYS).read_text("utf-8").splitlines()[0]
    office.write("policy", f"log {log}\nwitness audit {WITNESS_KEY.vkeys[0]}\nquorum audit\n".encode())


def visited(office: Desk, policy: str | None = None, name: str = "now") -> Browser:
    policy_file = None if policy is None else office.folder / policy
    return Browser(office.folder / LEDGER, checkpoint=CheckpointFile(office.folder / name, policy_file))


def test_the_checkpoint_at_hand_is_told_with_who_cosigned_it_and_when(office: Desk) -> None:
    cosign(office)
    with visited(office, "policy") as browser:
        text = browser.get("/proof/?entry=2").text
    assert "Entries the first 5" in text
    assert "witness.example.org+" in text
    assert "25 November 2026" in text
    assert "fewer than the policy asks for" not in text


def test_a_checkpoint_without_its_witnesses_is_said_to_have_too_few(office: Desk) -> None:
    cosign(office)
    with visited(office, "policy", "again") as browser:
        assert "fewer than the policy asks for" in browser.get("/proof/").text


def test_the_files_of_proof_are_those_of_the_command_line(office: Desk) -> None:
    for target, name in (("p2", "p2.tlog-proof"), ("CM-1", "decision-p2.tlog-proof")):
        assert office.run("prove", target, "--checkpoint", "now", "-o", name).exit_code == 0
        with visited(office) as browser:
            visit = browser.get(f"/proofs/{name}")
        assert visit.html.encode() == (office.folder / name).read_bytes()
        assert visit.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_the_commands_that_a_page_gives_check_the_file_that_it_gives(office: Desk) -> None:
    with visited(office) as browser:
        visit = browser.get("/proof/?entry=2")
        for path in ("proofs/p2.tlog-proof", "proofs/checkpoint"):
            office.write(path.rpartition("/")[2], browser.get(f"/{path}").html.encode())
    commands = re.findall(r"(?:cluster-ledger|python) ((?:verify|verify_standalone\.py) [p-].*? KEYS)", visit.html)
    assert len(commands) == 3
    for command in commands:
        words = command.replace("KEYS", VKEYS).split()
        if words[0] == "verify":
            assert office.run(*words).exit_code == 0, command
        else:
            script = [sys.executable, str(ROOT / "scripts" / words[0]), *words[1:]]
            assert subprocess.run(script, cwd=office.folder, stdout=subprocess.DEVNULL).returncode == 0, command


def test_a_link_hands_the_proof_to_the_verifier_behind_the_mark_that_no_browser_sends(office: Desk) -> None:
    with visited(office) as browser:
        visit = browser.get("/proof/?entry=2")
    [handed] = re.findall(r'href="(?:\.\./)+verify\.html#proof=([A-Za-z0-9_-]+)"', visit.html)
    [proof] = parse_proofs(base64.urlsafe_b64decode(handed + "=" * (-len(handed) % 4)))
    assert proof.leaf == 1
    proof.check()


def test_an_entry_after_the_checkpoint_has_no_file_of_proof(office: Desk) -> None:
    assert (
        office.run("cluster", "retitle", "wellbeing", "--title", "X", "--authority", "A", "--reference", "B").exit_code
        == 0
    )
    with visited(office) as browser:
        assert "came after the checkpoint at hand" in browser.get("/proof/?entry=6").text
        assert "1 entry of this page came after it" in browser.get("/proof/").text
        for name in ("p6", "decision-p6", "p99", "decision-p99"):
            assert browser.get(f"/proofs/{name}.tlog-proof").status == 404


def test_without_a_checkpoint_the_page_says_how_to_give_one(office: Desk) -> None:
    with Browser(office.folder / LEDGER) as browser:
        assert "No checkpoint is at hand here." in browser.get("/proof/?entry=2").text
        assert browser.get("/proofs/checkpoint").status == 404


@pytest.mark.parametrize(
    ("put", "sentence"), [(None, "cannot be read"), (b"nothing", "cannot be read"), ("other", "of another history")]
)
def test_a_checkpoint_that_goes_bad_is_told_on_the_page(office: Desk, put: bytes | str | None, sentence: str) -> None:
    with visited(office) as browser:
        assert "Signed by" in browser.get("/proof/").text
        if put is None:
            (office.folder / "now").unlink()
        else:
            key = key_of(office)
            text = Checkpoint(key.name, 5, bytes(32)).text
            other = bytes(Note(text, tuple(signer.sign(text) for signer in key.signers)))
            office.write("now", other if put == "other" else put)
        visit = browser.get("/proof/")
    assert (visit.status, sentence in visit.text) == (200, True)


def test_another_checkpoint_is_another_answer_to_who_asks_again(office: Desk) -> None:
    with visited(office) as browser:
        visit = browser.get("/proof/")
        assert browser.get(visit.path, if_none_match=visit.headers["etag"]).status == 304
        checkpoint(office, "newer")
        (office.folder / "newer").replace(office.folder / "now")
        assert browser.get(visit.path, if_none_match=visit.headers["etag"]).status == 200


def test_a_server_does_not_start_with_a_checkpoint_that_it_cannot_show(office: Desk) -> None:
    result = office.run("serve", "--checkpoint", "nowhere", "--listen", "127.0.0.1:0")
    assert (result.exit_code, "nowhere" in result.stderr) == (1, True)
    result = office.run("serve", "--policy", "policy", "--listen", "127.0.0.1:0")
    assert (result.exit_code, "give --checkpoint FILE with it" in result.stderr) == (1, True)


def test_the_verifier_has_a_policy_of_its_own_that_lets_run_only_what_it_holds(office: Desk) -> None:
    with visited(office) as browser:
        visit = browser.get("/verify.html")
        other = browser.get("/proof/").headers["content-security-policy"]
    policy = visit.headers["content-security-policy"]
    assert visit.html == VERIFIER.read_text("utf-8")
    assert "unsafe" not in policy + other
    assert "sha256-" not in other
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        [held] = re.findall(rf"<{tag}>(.*?)</{tag}>", visit.html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy, f"Write this digest into the policy of verify.html: {digest}"


def test_pages_are_made_where_no_library_of_signatures_or_servers_is() -> None:
    program = "import sys; sys.modules |= {'cryptography': None, 'starlette': None}; import projections.pages.catalogue"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", program], env=environment).returncode == 0
