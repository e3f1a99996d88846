"""`serve`: the explorer, in which people look at a ledger with a browser."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING

import click

from commands.keep.tokens.token import file_option
from commands.session import Session
from commands.terminal.options import host_and_port
from commands.terminal.streams import say
from ledger import clock
from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra

if TYPE_CHECKING:
    from commands.serve.access.visits import Visits
    from projections.pages.vouched import CheckpointAtHand

WORKERS_MAX = 64
LIMIT_MAX = 1_000_000
_THIS_MACHINE = ("127.0.0.1", "::1")


@click.command("serve", short_help="Let people look at the ledger in a browser.")
@click.option("--listen", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where it answers.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which it is asked, behind a proxy.")
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A web server in front, which says who asks (X-Forwarded-For). Default: this machine with --name.",
)
@click.option("--prefix", default="", metavar="PATH", help="The path under which a proxy has it. Default: none.")
@click.option("--public", is_flag=True, help="Show what the public may see: no names of persons.")
@click.option(
    "--checkpoint", metavar="FILE", help="The newest checkpoint, which proofs are made under. Default: as configured."
)
@click.option("--policy", metavar="FILE", help="Whose word on the checkpoint counts. Default: as configured.")
@click.option("--record", "records", is_flag=True, help="Let who has the token that is printed record decisions.")
@file_option
@click.option("--recorder", metavar="OFFICE", help="The office that records. Default: as configured.")
@click.option(
    "--limit",
    type=click.IntRange(0, LIMIT_MAX),
    metavar="N",
    help="Requests a minute of one address, 0 for any number. Default: 1200 where others may ask.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, WORKERS_MAX),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that answer, for a machine of several processors.",
)
@click.pass_obj
def serve(
    session: Session,
    listen: str,
    names: tuple[str, ...],
    proxies: tuple[str, ...],
    prefix: str,
    public: bool,
    checkpoint: str | None,
    policy: str | None,
    records: bool,
    file: str | None,
    recorder: str | None,
    limit: int | None,
    workers: int,
) -> int:
    """Let people look at the ledger in a browser, until Ctrl-C: the structure at any point of both times, and why.

    The pages load nothing from elsewhere, and without --record nothing is ever written to the ledger. Only this machine
    is answered, unless --listen names another address; then put a web server with HTTPS in front, named by --name. As
    soon as others may ask, whoever shows no token of `cluster-ledger token` sees what the public may.
    """
    try:
        from commands.serve.access.limits import A_MINUTE, a_minute
        from commands.serve.protection import LOOPBACK, is_loopback
        from commands.serve.running import Answering
        from commands.serve.workers import work_together
    except ImportError as error:
        raise MissingExtra("Pages", str(error.name), "web") from None
    host, port = host_and_port(listen)
    session.reader()  # refuses here what is no ledger, and holds it to what was last seen
    at_hand = checkpoint_at_hand(session, checkpoint, policy)
    alone = is_loopback(host) and not names and file is None  # whoever asks is at this machine
    _check(public=public, records=records, file=file, safe=is_loopback(host) or bool(names))
    with listening_at(host, port) as listening:
        url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}{prefix.rstrip('/')}/"
        work = Answering(
            location=session.location,
            listening=listening,
            prefix=prefix,
            hosts=LOOPBACK | {name.lower() for name in names},
            https=bool(names),
            unasked="public" if public or not alone else "auditor",
            visits=None if public or (alone and not records) else _visits(session, file, url, records=records),
            office=_office(session, recorder) if records else None,
            checkpoint=at_hand,
            requests=a_minute((0 if alone else A_MINUTE) if limit is None else limit),
            proxies=_networks(proxies) or (_THIS_MACHINE if names else ()),
            journal=session.log.asked(lambda: session.configuration.log_format) == "json",
        )
        session.close()  # a worker opens the ledger for itself: nothing that is open may be carried over to it
        say(f"Look at {url} in a browser. Ctrl-C ends it.")
        if workers == 1:
            work.until_told()
        else:
            work_together(workers, work.until_told)
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


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket at which requests come in; raises `InputError` where nobody can listen."""
    try:
        found = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        number = error.errno or 0  # below 0 where the name of the host is not found
        why = os.strerror(number) if number > 0 else "there is no such host"
        raise InputError(
            f'Nobody can listen at "{harmless(f"{host}:{port}")}" ({why}). Give --listen another.'
        ) from None
    # Every connection takes it over: an answer of two parts would wait 40 ms for the first to be confirmed. The loop
    # sets it for sockets alone that say that they are of TCP.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _check(*, public: bool, records: bool, file: str | None, safe: bool) -> None:
    """Raise `InputError` for options that do not go together."""
    if public and (records or file is not None):
        raise InputError("By --public everybody is the public, and no token is taken: leave out one of the two.")
    if records and not safe:
        raise InputError("Decisions are recorded over HTTPS alone: put a web server in front, and name it by --name.")


def _visits(session: Session, file: str | None, url: str, *, records: bool) -> Visits:
    """Return who is let in: by the tokens that were made, and by one of this run that records, which is printed."""
    from commands.keep.tokens.kept import Token, TokensTaken, digest_of, new_token
    from commands.keep.tokens.token import tokens_file
    from commands.serve.access.visits import Visits

    kept = tokens_file(session, file)
    kept.read()  # refuses here what is no file of tokens
    token = new_token()
    if records:
        say(f"Record at {url}record/ with the token {token}")
    own = Token(0, "recorder", "", digest_of(token), "") if records else None
    return Visits(clock.now, TokensTaken(kept, own))


def _networks(given: Sequence[str]) -> Sequence[str]:
    """Return addresses and networks as they are; raises `InputError` for what is none."""
    for one in given:
        try:
            ip_network(one)
        except ValueError:
            raise InputError(
                f'"{harmless(one)}" is no address of a web server, such as 192.0.2.1 or 192.0.2.0/24.'
            ) from None
    return given


def _office(session: Session, recorder: str | None) -> str:
    """Return the office that records; raises `NoOffice`."""
    session.recorder_flag = recorder
    return session.recorder.id


COMMANDS = {"serve": serve}
