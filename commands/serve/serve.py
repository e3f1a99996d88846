"""`serve`: the explorer, in which people look at a ledger with a browser."""

from __future__ import annotations

import click

from commands.session import Session
from commands.terminal.options import host_and_port
from commands.terminal.streams import say
from ledger import clock
from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra

PROGRAMS_MAX = 2  # that are answered at once, by threads of their own: people never wait for them


@click.command("serve", short_help="Let people look at the ledger in a browser.")
@click.option("--listen", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where it answers.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which it is asked, behind a proxy.")
@click.option("--prefix", default="", metavar="PATH", help="The path under which a proxy has it. Default: none.")
@click.option("--public", is_flag=True, help="Show what the public may see: no names of persons.")
@click.option("--record", "records", is_flag=True, help="Let who has the token that is printed record decisions.")
@click.option("--recorder", metavar="OFFICE", help="The office that records. Default: as configured.")
@click.pass_obj
def serve(
    session: Session,
    listen: str,
    names: tuple[str, ...],
    prefix: str,
    public: bool,
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
        from commands.serve.protection import LOOPBACK
        from commands.serve.recording.desk import RecordingDesk
        from commands.serve.recording.routes import RecordingPages
        from commands.serve.recording.visitors import Visitors
        from projections.pages.words import ENGLISH
    except ImportError as error:
        raise MissingExtra("Pages", str(error.name), "web") from None
    host, port = host_and_port(listen)
    session.reader()  # refuses here what is no ledger, and holds it to what was last seen
    pool, programs = AnsweringThreads(session.location), AnsweringThreads(session.location, PROGRAMS_MAX)
    pages, desk = None, None
    if records:
        if host not in ("127.0.0.1", "::1", "localhost") and not names:
            raise InputError(
                "Decisions are recorded over HTTPS alone: put a web server in front, and name it by --name."
            )
        session.recorder_flag = recorder
        desk, visitors = RecordingDesk(session.location, session.recorder.id), Visitors(clock.now)
        pages = RecordingPages(desk, visitors, ENGLISH, https=bool(names))
    app = application(
        pool, hosts=LOOPBACK | {name.lower() for name in names}, public=public, recording=pages, programs=programs
    )
    config = uvicorn.Config(
        app, host, port, log_level="error", access_log=False, root_path=prefix.rstrip("/"), server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=5, limit_concurrency=200, h11_max_incomplete_event_size=16_384,
    )  # fmt: skip
    shown = f"[{host}]" if ":" in host else host
    say(f"Look at http://{shown}:{port}{prefix.rstrip('/')}/ in a browser. Ctrl-C ends it.")
    if records:
        say(f"Record at http://{shown}:{port}{prefix.rstrip('/')}/record/ with the token {visitors.token}")
    server = uvicorn.Server(config)
    try:
        server.run()
    except (OSError, SystemExit):
        raise InputError(f'Nobody can listen at "{harmless(listen)}". Give --listen another.') from None
    finally:
        if desk is not None:
            desk.close()
    say("Stopped.")
    return 0


COMMANDS = {"serve": serve}
