"""`serve`: the explorer, in which people look at a ledger with a browser."""

from __future__ import annotations

import click

from commands.session import Session
from commands.terminal.streams import say
from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra

_PORT_MAX = 65_535


@click.command("serve", short_help="Let people look at the ledger in a browser.")
@click.option("--listen", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where it answers.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which it is asked, behind a proxy.")
@click.option("--prefix", default="", metavar="PATH", help="The path under which a proxy has it. Default: none.")
@click.option("--public", is_flag=True, help="Show what the public may see: no names of persons.")
@click.pass_obj
def serve(session: Session, listen: str, names: tuple[str, ...], prefix: str, public: bool) -> int:
    """Let people look at the ledger in a browser, until Ctrl-C: the structure at any point of both times, and why.

    Nothing is ever written to the ledger, and the pages load nothing from elsewhere. Only this machine is answered,
    unless --listen names another address; then put a web server with HTTPS in front, and name it by --name.
    """
    try:
        import uvicorn

        from commands.serve.application import application
        from commands.serve.pool import AnsweringThreads
        from commands.serve.protection import LOOPBACK
    except ImportError as error:
        raise MissingExtra("Pages", str(error.name), "web") from None
    host, port = _address(listen)
    session.reader()  # refuses here what is no ledger, and holds it to what was last seen
    pool = AnsweringThreads(session.location)
    app = application(pool, hosts=LOOPBACK | {name.lower() for name in names}, public=public)
    config = uvicorn.Config(
        app, host, port, log_level="error", access_log=False, root_path=prefix.rstrip("/"), server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=5, limit_concurrency=200, h11_max_incomplete_event_size=16_384,
    )  # fmt: skip
    shown = f"[{host}]" if ":" in host else host
    say(f"Look at http://{shown}:{port}{prefix.rstrip('/')}/ in a browser. Ctrl-C ends it.")
    server = uvicorn.Server(config)
    try:
        server.run()
    except (OSError, SystemExit):
        raise InputError(f'Nobody can listen at "{harmless(listen)}". Give --listen another.') from None
    say("Stopped.")
    return 0


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else _PORT_MAX + 1
    if not colon or not host or number > _PORT_MAX:
        raise InputError(f'"{harmless(text)}" is no address to listen at. Write HOST:PORT, such as 127.0.0.1:8000.')
    return host.strip("[]"), number


COMMANDS = {"serve": serve}
