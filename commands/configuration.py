"""Configuration: what the files and the environment say.

Later wins: the user's file, `cluster-ledger.toml` in the working folder, the environment; flags are the commands'
own. `$CLUSTER_LEDGER_CONFIG` names another file in place of the user's. What is kept beside a ledger is the
weakest: it holds for whoever configured nothing else.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_config_path

from ledger.errors import InputError, MalformedDocument, harmless, suggestion
from ledger.events.text import TITLE_CHARS, clean
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.store.address import is_server

FILE = "cluster-ledger.toml"
BYTES_MAX = 64 * 1024
_PATHS = ("ledger", "checkpoint", "policy")
_LOG_FORMATS = ("text", "json")
_FAULTS_MAX = 5  # that are told
ENVIRONMENT = {
    "CLUSTER_LEDGER": "ledger",
    "CLUSTER_LEDGER_AUTHORITY": "authority",
    "CLUSTER_LEDGER_LOG_FORMAT": "log_format",
    "CLUSTER_LEDGER_RECORDER": "recorder",
    "CLUSTER_LEDGER_TIMEZONE": "timezone",
}


class Configuration(NamedTuple):
    """What may be configured."""

    ledger: str | None = None  # where the ledger is; in a file, relative to that file
    authority: str | None = None  # who decides, for decisions of one change
    recorder: str | None = None  # the office that records
    timezone: str | None = None  # of a ledger that is made
    legal_basis: str | None = None
    checkpoint: str | None = None  # the last one that witnesses cosigned; in a file, relative to that file
    log_format: str | None = None  # "json" for a line of the log on standard error a run, else "text"
    policy: str | None = None  # whose word on it counts; in a file, relative to that file


class KeptOffice(NamedTuple):
    """What is kept beside a ledger, for whoever configured nothing else."""

    recorder: str | None = None  # the office that records


def beside(location: str) -> Path:
    """Return the path of the file beside a ledger: `government.ledger.recorder.toml` for `government.ledger`.

    What would lie beside one on a server lies in the user's folder of configuration.
    """
    if is_server(location):
        name = sha256(location.encode()).hexdigest()[:32]
        return user_config_path("cluster-ledger") / "servers" / f"{name}.recorder.toml"
    return Path(f"{location}.recorder.toml")  # a name that no configuration file has


def kept(location: str) -> KeptOffice:
    """Return what is kept beside a ledger, nothing where there is no file; raises `MalformedDocument`."""
    return KeptOffice(**_read(beside(location), KeptOffice._fields))


def keepable(location: str) -> None:
    """Raise `InputError` where something stands already beside the place of a ledger that is to be made."""
    from ledger.application.reader import stands_at  # whoever is only asked what is configured loads no ledger

    if beside(location).exists() and not stands_at(location):
        where = harmless(str(beside(location)), 200)
        raise InputError(f'"{where}" stands already, from another ledger. Move it away, and try again.')


def keep(location: str, office: str) -> None:
    """Keep beside a ledger the office that records; raises as `new_file` does, also where something stands there."""
    if is_server(location):
        beside(location).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with new_file(beside(location)) as file:
        file.write(f"recorder = {json.dumps(office, ensure_ascii=False)}\n".encode())  # a JSON string is one of TOML


def files(environment: Mapping[str, str]) -> list[Path]:
    """Return the configuration files that are looked at, the weakest first, whether they exist or not."""
    named = environment.get("CLUSTER_LEDGER_CONFIG")
    user = Path(named) if named else user_config_path("cluster-ledger") / FILE
    return [user, Path(FILE)]


def configured(environment: Mapping[str, str]) -> Configuration:
    """Return the configuration; raises `MalformedDocument`, with the file, for what cannot be meant."""
    found: dict[str, Any] = {}
    for path in files(environment):
        found |= _read(path)
    named = environment.get("CLUSTER_LEDGER_CONFIG")
    if named and not Path(named).is_file():
        raise MalformedDocument(
            "$CLUSTER_LEDGER_CONFIG", f'there is no file "{harmless(named, 200)}"; name one, or unset it.'
        )
    given = {field: environment[name] for name, field in ENVIRONMENT.items() if environment.get(name)}
    configured = Configuration(**{**found, **_checked(given, Configuration._fields, "The configuration")})
    if configured.ledger is None or "://" not in configured.ledger:
        return configured
    from commands.servers import address_given  # whatever shows the address then shows no password

    return configured._replace(ledger=address_given(configured.ledger, on_command_line=False))


def _read(path: Path, names: Sequence[str] = Configuration._fields) -> dict[str, str]:
    shown = harmless(str(path), 200)
    try:
        raw = read_whole(path, BYTES_MAX, may_lack=True)
        found = {} if raw is None else tomllib.loads(raw.decode())
    except InputError as error:
        raise MalformedDocument(shown, f"it cannot be read. {error}") from None
    except UnicodeDecodeError:
        raise MalformedDocument(shown, "it is not UTF-8; save it as UTF-8 and try again.") from None
    except (ValueError, RecursionError) as error:  # a number of too many digits, or lists without a bottom
        raise MalformedDocument(shown, f"it is not TOML ({harmless(str(error), 200)}).") from None
    checked = _checked(found, names, shown)
    places = {name: str(path.parent / Path(checked[name]).expanduser()) for name in _PATHS if _is_path(checked, name)}
    return checked | places


def _is_path(checked: Mapping[str, str], name: str) -> bool:
    return name in checked and "://" not in checked[name]


def _checked(fields: Mapping[str, Any], names: Sequence[str], where: str) -> dict[str, str]:
    """Return fields as they are kept, each a line of text; raises `MalformedDocument` in a sentence for each fault."""
    faults = [fault for name, value in fields.items() if (fault := _fault(name, value, names))]
    if faults:
        raise MalformedDocument(where, " ".join(faults[:_FAULTS_MAX]))
    return {name: text if name in _PATHS else clean(text, TITLE_CHARS, "line") for name, text in fields.items()}


def _fault(name: str, value: Any, names: Sequence[str]) -> str:
    """Return what is wrong with a field, in a sentence as decision documents have it; empty where nothing is."""
    shown = harmless(name)
    if name not in names:
        return f'field "{shown}" is not known.{suggestion(name, names)}'
    if not isinstance(value, str):
        return f'"{shown}" must be text.'
    if name in _PATHS:
        return ""
    if len(value) > TITLE_CHARS:
        return f'"{shown}" is longer than {TITLE_CHARS} characters ({len(value)}).'
    try:
        empty = not clean(value, TITLE_CHARS, "line")
        if name == "log_format" and value not in _LOG_FORMATS:
            return f'"{shown}" is "text" or "json", not "{harmless(value, 40)}".'
    except ValueError as error:
        return f'"{shown}" ("{harmless(value, 40)}"): {str(error).rstrip(".")}.'
    return f'"{shown}" ("{harmless(value, 40)}"): it is empty; leave the field out instead.' if empty else ""
