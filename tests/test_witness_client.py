"""Cosignatures are asked of several witnesses at once; what one does wrong is said, and spoils none of the others."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from support.witnessing import LOG_KEY, NOON, WITNESS_KEY, Clock, Log, key_of, serving, witness

from ledger.errors import InputError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.notes import Note
from ledger.integrity.policy import Policy
from ledger.integrity.signatures import Signed, checked
from ledger.integrity.vkeys import COSIGNATURE, ED25519, ML_DSA_44
from ledger.witness import transport
from ledger.witness.client import WitnessAddress, addresses, cosigned
from ledger.witness.transport import ANSWER_BYTES_MAX, HttpAnswer, posted

LOG = Log(20)
OTHER_KEY = key_of("witness.example.net", (COSIGNATURE, ML_DSA_44), 3)
KEYS = (*LOG_KEY.vkeys, *WITNESS_KEY.vkeys, *OTHER_KEY.vkeys)
Answers = dict[str, list[tuple[int, bytes]]]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@contextmanager
def answering(*answers: tuple[int, bytes], location: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers in turn; yields its URL, and what it was asked."""
    left, found = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = left.pop(0)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_url() -> str:
    """An address at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def ask(
    size: int, *asked: WitnessAddress, log: Log = LOG, clock: Clock | None = None
) -> tuple[SignedCheckpoint, list[str]]:
    return cosigned(log.signed(size), asked, log.read, clock=clock or Clock())


def who(signed: SignedCheckpoint) -> set[str]:
    return {one.key.name for one in checked(signed.note, KEYS) if one.time}


def times(signed: SignedCheckpoint) -> set[int | None]:
    found: Sequence[Signed] = checked(signed.note, (*WITNESS_KEY.vkeys, *OTHER_KEY.vkeys))
    return {one.time for one in found}


def test_two_witnesses_cosign_what_grows_and_again_what_stands(tmp_path: Path) -> None:
    clock = Clock()
    first, second = witness(tmp_path / "a", clock), witness(tmp_path / "b", clock, OTHER_KEY)
    with serving(first) as one, serving(second, prefix="/w") as two:
        asked = (WitnessAddress(one.url, WITNESS_KEY.vkeys), WitnessAddress(two.url, OTHER_KEY.vkeys))
        for size in (3, 7, 20):
            signed, failures = ask(size, *asked, clock=clock)
            assert (failures, who(signed), len(signed.note.signatures)) == ([], {WITNESS_KEY.name, OTHER_KEY.name}, 6)
        clock.seconds += 60
        again, failures = cosigned(signed, asked, LOG.read, clock=clock)
        assert (failures, times(again), len(again.note.signatures)) == ([], {NOON + 60}, 6)
        assert SignedCheckpoint.parse(bytes(again)) == again


def test_an_unchanged_ledger_asks_once_for_a_fresh_cosignature() -> None:
    signed = LOG.signed(7)
    lines = [signer.sign(signed.note.text, NOON) for signer in WITNESS_KEY.signers]
    answer = "".join(f"{line}\n" for line in lines).encode()
    with answering((200, answer), (200, answer)) as (url, found):
        asked = [WitnessAddress(url, WITNESS_KEY.vkeys)]
        before, _ = cosigned(signed, asked, LOG.read, clock=Clock())
        cosigned(before, asked, LOG.read, clock=Clock())
    assert [body.partition(b"\n")[0] for body in found] == [b"old 0", b"old 7"]


def test_of_two_witnesses_the_one_that_is_down_changes_nothing_of_the_other(tmp_path: Path) -> None:
    down = free_url()
    with serving(witness(tmp_path)) as one:
        signed, (failure,) = ask(7, WitnessAddress(down, OTHER_KEY.vkeys), WitnessAddress(one.url, WITNESS_KEY.vkeys))
    assert who(signed) == {WITNESS_KEY.name}
    assert failure == f"The witness at {down} did not cosign: Connection refused."


def lines_of(text: str, time: int = NOON) -> bytes:
    return "".join(f"{signer.sign(text, time)}\n" for signer in OTHER_KEY.signers).encode()


TEXT = LOG.signed(7).note.text


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(200, lines_of(LOG.signed(6).note.text))], "signature does not hold"),
        ([(200, lines_of(TEXT)[:-1400] + b"\n")], "line 2 of its answer"),
        ([(200, b"")], "line 1 of its answer, is no signature"),
        ([(200, b"\xff")], "not UTF-8"),
        ([(200, b"cosigned, trust me\n")], "is no signature"),
        ([(200, "".join(f"{s.sign(TEXT, NOON)}\n" for s in WITNESS_KEY.signers).encode())], "no key that the policy"),
        ([(200, f"{LOG_KEY.signers[0].sign(TEXT)}\n".encode())], "no key that the policy"),
        ([(200, lines_of(TEXT, 0))], "its signature is of 1970-01-01"),
        ([(200, lines_of(TEXT, NOON + 90_000))], "the clock here shows 2026-11-25T12:00:00"),
        ([(200, lines_of(TEXT, 2**62))], "4611686018427387904 seconds after 1970"),
        ([(200, b"x\n" * 101)], "more than 100 signatures"),
        ([(200, bytes(ANSWER_BYTES_MAX + 1))], "more than 500,000 bytes"),
        ([(409, b"9\n")], "it cosigned this ledger at size 9, and the checkpoint has 7"),
        ([(409, b"0\n")], "ask it again"),
        ([(409, b"3\n"), (409, b"5\n")], "asked to go on from 3, and then named 5"),
        ([(409, b"-1\n")], "the size that it names is a number"),
        ([(409, b"")], "the size that it names is a number"),
        ([(403, b"unknown signer\n")], 'does not know the key that signed ("unknown signer")'),
        ([(404, b"")], "does not know this ledger."),
        ([(422, b"\x1b[2Jno\n")], "does not continue what it cosigned before"),
        ([(503, b"later\n")], 'status 503 ("later")'),
        ([(302, b"")], "status 302"),
    ],
)
def test_a_witness_that_lies_or_refuses_is_named_and_nothing_of_it_is_taken(
    tmp_path: Path, answers: list[tuple[int, bytes]], said: str
) -> None:
    with serving(witness(tmp_path)) as one, answering(*answers, location="http://localhost:1/") as (url, found):
        signed, (failure,) = ask(7, WitnessAddress(url, OTHER_KEY.vkeys), WitnessAddress(one.url, WITNESS_KEY.vkeys))
    assert who(signed) == {WITNESS_KEY.name}
    assert len(signed.note.signatures) == 4
    assert len(found) == len(answers)
    assert failure.startswith(f"The witness at {url} did not cosign: ") and said in failure, failure
    assert failure.endswith(".") and not failure.endswith("..") and failure.isprintable()


def test_a_ledger_that_forked_is_told_so_by_its_witness(tmp_path: Path) -> None:
    with serving(witness(tmp_path)) as one:
        address = WitnessAddress(one.url, WITNESS_KEY.vkeys)
        assert ask(7, address)[1] == []
        signed, (failure,) = ask(9, address, log=Log(9, "other"))
        assert (who(signed), "does not continue" in failure) == (set(), True)
        signed, (failure,) = ask(5, address)
        assert (who(signed), "at size 7, and the checkpoint has 5" in failure) == (set(), True)


def test_a_witness_that_never_answers_is_waited_for_no_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert posted({url: b""}, 0.05)[url] in ("timed out", "it did not answer within 0.05 seconds")
    held: list[Thread] = []

    class Never(Thread):
        def start(self) -> None:
            held.append(self)

        def join(self, timeout: float | None = None) -> None: ...

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(transport, "Thread", Never)
        assert posted({url: b""}) == {url: "it did not answer within 20 seconds"}
    assert len(held) == 1


def test_a_note_that_is_full_takes_no_more() -> None:
    signed = LOG.signed(7)
    many = tuple(key_of(f"k{place}", (ED25519,)).signers[0].sign(TEXT) for place in range(98))
    full = signed._replace(note=Note(TEXT, signed.note.signatures + many))
    asked = [WitnessAddress("http://w", OTHER_KEY.vkeys)]
    kept, (failure,) = cosigned(
        full, asked, LOG.read, clock=Clock(), post=lambda asked: {url: HttpAnswer(200, lines_of(TEXT)) for url in asked}
    )
    assert (kept, "at most 100 signatures" in failure) == (full, True)


def policy(*lines: str) -> Policy:
    return Policy.parse("\n".join((*lines, "quorum none")).encode())


def test_the_witnesses_that_are_asked_are_those_of_the_policy() -> None:
    ed25519, ml_dsa = WITNESS_KEY.vkeys
    known = policy(
        f"witness a {ed25519} https://a.example/w/", f"witness b {ml_dsa} https://a.example/w",
        f"witness c {OTHER_KEY.vkeys[0]}",
    )  # fmt: skip
    everybody = (WitnessAddress("https://a.example/w", (ed25519, ml_dsa)),)
    assert addresses(known) == everybody == addresses(known, ["https://a.example/w", "https://a.example/w/"])
    with pytest.raises(InputError, match='no witness at "https://b.example"'):
        addresses(known, ["https://b.example"])


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example", "file:///etc/passwd", "a.example", "https://", "https://a.example/?q", "http://a:99999999",
     "https://a.example/#f", "https://a.example/\n", "https://ä.example", "http://[::1",
     "https://a.example/" + "a" * 2_000],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(InputError, match="no address of a witness"):
        addresses(policy(), [url])


def test_no_scheme_is_opened_but_two() -> None:
    """Even where a policy's address was never looked at."""
    for url in ("file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/plain,x"):
        assert isinstance(posted({url: b""})[url], str)
