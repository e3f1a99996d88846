"""`serve`: the explorer, in which people look at a ledger with a browser."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import click

from commands.session import Session
from commands.terminal.options import host_and_port
from commands.terminal.streams import say
from ledger import clock
from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra

if TYPE_CHECKING:
    from commands.serve.recording.routes import RecordingPages
    from projections.pages.vouched import CheckpointAtHand

PROGRAMS_MAX = 2  # that are answered at once, by threads of their own: people never wait for them


@click.command("serve", short_help="Let people look at the ledger in a browser.")
@click.option("--listen", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where it answers.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which it is asked, behind a proxy.")
@click.option("--prefix", default="", metavar="PATH", help="The path under which a proxy has it. Default: none.")
@click.option("--public", is_flag=True, help="Show what the public may see: no names of persons.")
@click.option(
    "--checkpoint", metavar="FILE", help="The newest checkpoint, which proofs are made under. Default: as configured."
)
@click.option("--policy", metavar="FILE", help="Whose word on the checkpoint counts. Default: as configured.")
@click.option("--record", "records", is_flag=True, help="Let who has the token that is printed record decisions.")
@click.option("--recorder", metavar="OFFICE", help="The office that records. Default: as configured.")
@click.pass_obj
def serve(
    session: Session,
    listen: str,
    names: tuple[str, ...],
    prefix: str,
    public: bool,
    checkpoint: str | None,
    policy: str | None,
    records: bool,
    recorder: str | None,
) -> int:
    """Let people look at the ledger in a browser, until Ctrl-C: the structure at any point of both times, and why.

    The pages load nothing from elsewhere, and without --record nothing is ever written to the ledger. Only this machine
    is answered, unless --listen names another address; then put a web server with HTTPS in front, named by --name.
    """
    try:
        import uvicorn

        from commands.serve.application import application
        from commands.serve.pool import AnsweringThreads
        from commands.serve.protection import LOOPBACK, is_loopback
    except ImportError as error:
        raise MissingExtra("Pages", str(error.name), "web") from None
    host, port = host_and_port(listen)
    session.reader()  # refuses here what is no ledger, and holds it to what was last seen
    at_hand = checkpoint_at_hand(session, checkpoint, policy)
    door = _open(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}{prefix.rstrip('/')}/"
    recording = _recording(session, recorder, url, safe=is_loopback(host), names=names) if records else nullcontext()
    with door, recording as pages:
        app = application(
            AnsweringThreads(session.location),
            hosts=LOOPBACK | {name.lower() for name in names},
            public=public,
            checkpoint=at_hand,
            recording=pages,
            programs=AnsweringThreads(session.location, PROGRAMS_MAX),
        )
        config = uvicorn.Config(
            app, log_level="error", access_log=False, root_path=prefix.rstrip("/"), server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=5, limit_concurrency=200,
            h11_max_incomplete_event_size=16_384,
        )  # fmt: skip
        say(f"Look at {url} in a browser. Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):  # uvicorn raises again, at its end, the signal that ended it
            uvicorn.Server(config).run(sockets=[door])
    say("Stopped.")
    return 0


def checkpoint_at_hand(session: Session, file: str | None, policy: str | None) -> CheckpointAtHand | None:
    """Return the checkpoint that is given, else the one that is configured and there; None for none.

    Raises as `CheckpointFile.read`, and `MissingExtra` where signatures cannot be checked.
    """
    configured = session.configuration.checkpoint
    if file is None and (configured is None or not os.path.exists(configured)):
        if policy is not None:
            raise InputError("A policy says whose word on a checkpoint counts: give --checkpoint FILE with it.")
        return None
    from projections.pages.checkpoint import CheckpointFile

    found = CheckpointFile(file or str(configured), policy or session.configuration.policy)
    found.read(session.reader())
    return found


def _open(host: str, port: int) -> socket.socket:
    """Return a socket at which requests come in; raises `InputError` where nobody can listen."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        number = error.errno or 0  # below 0 where the name of the host is not found
        why = os.strerror(number) if number > 0 else "there is no such host"
        raise InputError(
            f'Nobody can listen at "{harmless(f"{host}:{port}")}" ({why}). Give --listen another.'
        ) from None


@contextmanager
def _recording(
    session: Session, recorder: str | None, url: str, *, safe: bool, names: tuple[str, ...]
) -> Iterator[RecordingPages]:
    """Let decisions be recorded in a block, by who has the token that is printed; raises `InputError`, `NoOffice`."""
    from commands.serve.recording.desk import RecordingDesk
    from commands.serve.recording.routes import RecordingPages
    from commands.serve.recording.visitors import Visitors
    from projections.pages.words import ENGLISH

    if not safe and not names:
        raise InputError("Decisions are recorded over HTTPS alone: put a web server in front, and name it by --name.")
    session.recorder_flag = recorder
    desk, visitors = RecordingDesk(session.location, session.recorder.id), Visitors(clock.now)
    say(f"Record at {url}record/ with the token {visitors.token}")
    try:
        yield RecordingPages(desk, visitors, ENGLISH, https=bool(names))
    finally:
        desk.close()


COMMANDS = {"serve": serve}
