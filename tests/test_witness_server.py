"""A witness on HTTP answers whatever it is sent in words, within bounds of bytes, time and threads."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.witnessing import ORIGIN, Log, Told, serving, witness

from ledger.witness.origins import origin_id
from ledger.witness.protocol import BODY_BYTES_MAX
from ledger.witness.server import WitnessServer
from ledger.witness.service import Reply, Witness

LOG = Log(20)
CHECKPOINT = f"/{origin_id(ORIGIN)}/checkpoint"


def asked(server: WitnessServer, method: str, path: str, body: bytes | None = None) -> tuple[int, str | None, bytes]:
    """Status, content type and body of an answer."""
    connection = http.client.HTTPConnection(str(urlsplit(server.url).netloc), timeout=10)
    connection.request(method, path, body)
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Content-Type"), answer.read()
    connection.close()
    return found


def connected(server: WitnessServer) -> socket.socket:
    return socket.create_connection(server.server_address[:2], timeout=10)


def sent(known: Witness, raw: bytes, told: Told | None = None) -> bytes:
    """What is answered to bytes on a connection that then has no more of them."""
    server = WitnessServer("127.0.0.1", 0, known, Told().append if told is None else told.append)
    ours, theirs = socket.socketpair()
    with server, ours, theirs:
        ours.sendall(raw)
        ours.shutdown(socket.SHUT_WR)
        server.finish_request(theirs, ("127.0.0.1", 1))
        theirs.close()
        return b"".join(iter(lambda: ours.recv(65_536), b""))


def test_a_checkpoint_is_cosigned_and_read_again_under_a_prefix(tmp_path: Path) -> None:
    told = Told()
    with serving(witness(tmp_path), told, prefix="/office/") as server:
        assert server.url.endswith("/office")
        status, kind, body = asked(server, "POST", "/office/add-checkpoint", LOG.request(0, 7))
        assert (status, kind, body.count("— witness.example.org ".encode())) == (200, "text/plain; charset=utf-8", 2)
        assert asked(server, "POST", "/office/add-checkpoint", LOG.request(5, 7)) == (409, "text/x.tlog.size", b"7\n")
        status, _, note = asked(server, "GET", f"/office{CHECKPOINT}")
        assert (status, note.startswith(f"{ORIGIN}\n7\n".encode()), body in note) == (200, True, True)
        for path in ("/add-checkpoint", "/office/add-checkpoint/", "/office/", "/office", "/"):
            assert asked(server, "POST", path, LOG.request(7, 9))[0] == 404
        for path in (
            CHECKPOINT,
            f"/office{CHECKPOINT}?",
            "/office/../state/lock",
            f"/office/{origin_id('')}/checkpoint",
        ):
            assert asked(server, "GET", path)[0] == 404
    assert told[0] == f'Cosigned "{ORIGIN}" at size 7.'
    assert all(line.isprintable() for line in told)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_BYTES_MAX + 1), 413),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nold 0", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (b"PUT /add-checkpoint HTTP/1.1\r\n\r\n", 501),
        (b"GET /\xff\x1b[31m HTTP/1.1\r\n\r\n", 404),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET  / /  HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\r\n", 400),  # somebody speaks TLS
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_answered_in_a_sentence(tmp_path: Path, raw: bytes, status: int) -> None:
    told = Told()
    answer = sent(witness(tmp_path), raw, told)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 %d " % status)
    assert (body.count(b"\n"), b"<" in body, b"Python" in head) == (1, False, False), body
    assert [line.isprintable() and line.startswith(f"Refused with {status}") for line in told] == [True]


LINES = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\n",
        b"POST /add-checkpoint HTTP/1.0\r\n",
        b"Content-Length: 7\r\n",
        b"\r\n",
        b"old 0\n\n",
        b"\xff",
    ]
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(st.binary(max_size=80), st.lists(st.one_of(LINES, st.binary(max_size=9)), max_size=8).map(b"".join))
)
def test_no_bytes_at_all_are_answered_with_a_fault(tmp_path: Path, raw: bytes) -> None:
    told = Told()
    answer = sent(witness(tmp_path), raw, told)
    assert answer[:10] not in (b"HTTP/1.0 2", b"HTTP/1.0 3")
    assert not any("fault of cluster-ledger" in line for line in told)
    assert all(line.isprintable() for line in told)


def test_a_fault_of_the_program_is_told_to_who_runs_it_and_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Witness, __: bytes) -> Reply:
        raise KeyError("secret")

    monkeypatch.setattr(Witness, "add_checkpoint", broken)
    told = Told()
    answer = sent(witness(tmp_path), b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", told)
    assert (answer.startswith(b"HTTP/1.0 503"), b"secret" in answer) == (True, False)
    assert told == ["This is a fault of cluster-ledger itself (KeyError: 'secret')."]
    assert capsys.readouterr() == ("", "")


def test_whoever_sends_too_slowly_is_given_up(tmp_path: Path) -> None:
    told = Told()
    with serving(witness(tmp_path), told, seconds=0.05) as server:
        for begun in (b"", b"POST /add-ch", b"POST /add-checkpoint HTTP/1.0\r\nContent-Length: 9\r\n\r\nold"):
            with connected(server) as connection:
                connection.sendall(begun)
                assert connection.recv(100) == b""
    assert told == ["Given up: a request did not come in time."] * 3


def test_more_requests_than_threads_are_turned_away_and_those_under_way_answered(tmp_path: Path) -> None:
    told = Told()
    with serving(witness(tmp_path), told, threads=1) as server, connected(server) as first:
        with connected(server) as second:
            assert second.recv(12) == b"HTTP/1.0 503"
        first.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert first.recv(12) == b"HTTP/1.0 404"
    assert "Turned away: as many requests are under way as may be." in told


def test_whoever_goes_away_before_the_answer_leaves_no_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(witness(tmp_path)) as server:
        with connected(server) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            gone.sendall(b"POST /add-checkpoint HTTP/1.0\r\nContent-Length: 9\r\n\r\nold")
        assert asked(server, "GET", "/")[0] == 404
    assert capsys.readouterr() == ("", "")


def test_requests_at_once_over_http_are_cosigned_one_after_another(tmp_path: Path) -> None:
    statuses: list[int] = []
    with serving(witness(tmp_path)) as server:
        assert asked(server, "POST", "/add-checkpoint", LOG.request(0, 3))[0] == 200

        def ask(size: int) -> None:
            statuses.append(asked(server, "POST", "/add-checkpoint", LOG.request(3, size))[0])

        threads = [Thread(target=ask, args=(size,)) for size in range(4, 12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [200] + [409] * 7
