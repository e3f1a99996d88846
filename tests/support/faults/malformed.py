"""Malformed inputs of every kind that the program reads, made from sound ones by a random generator."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import click
import yaml

from commands.main import cli
from support.golden_lines import SAMPLES

LEDGER = "government.ledger"
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, 1.5, float("nan"), float("inf"), "", " ", "x", "..", "2026-02-30", "0000"),
    *("\x00", "a\x1b[31mb", "a\u2028b", "\ud800", "a\nb", "\u0958" * 250, "x" * 21_000, "p0", "p99", "@", "=1+1"),
    *([], [[]], [None], ["x", "x"], {}, {"": ""}, {"x": {"x": {"x": []}}}, {"é": "x"}, "cluster:care@1", "care/homes"),
    *("2026-04-01T25:00:00Z", "9999-12-31T23:59:59.999999Z", "sha256:", "/dev/zero", "nothing/there", "-", "NaN"),
    *("1e999", "\ufeff", "٣"),
)
PIECES = (
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\t", b"\r", b"\r\n", b"\x85", b"\xe2\x80\xa8", b"'", b'"'),
    *(b"&a ", b"*a", b"<<: *a", b"!!python/object:os.system ", b"!!binary x", b"%YAML 9.9\n", b"---\n", b"...\n"),
    *(b"[" * 3000, b"{a: " * 3000, b"- " * 3000, b'{"a":' * 3000, b"]", b"}", b"|\n", b">\n", b"#", b": ", b",", b"? "),
    *(b"9" * 5000, b"1e999", b"0x", b"1_000", b"12:30:45", b"~", b"yes", b"2026-02-30", b"\\ud800", b"\\u0000", b"\\"),
    *(b"A" * 100_000, b"\x1b[2J"),
)


def altered(raw: bytes, chance: Random) -> bytes:
    """Return bytes with one to four pieces taken out, put in, doubled or exchanged."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(raw))
        end = min(len(raw), start + chance.choice((0, 1, 2, 8, 60)))
        piece = chance.choice((b"", chance.choice(PIECES), raw[start:end] * 2, chance.randbytes(3)))
        raw = raw[:start] + piece + raw[end:]
    return raw[: chance.randint(0, len(raw))] if chance.random() < 0.1 else raw


def odd(value: Any, chance: Random) -> Any:
    """Return a value in which one place, chosen at random, holds something odd."""
    if isinstance(value, dict | list) and value and chance.random() < 0.85:
        value = value.copy()
        place = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if isinstance(value, dict) and chance.random() < 0.15:
            value[chance.choice(("", "é", "x" * 400, "change", "\x1b[2J"))] = value.pop(place)
        else:
            value[place] = odd(value[place], chance)
        return value
    return deepcopy(chance.choice(ODD))


def decision(chance: Random) -> dict[str, Any]:
    """Return a decision of one to three changes, which may be of any kind."""
    changes = [dict(chance.choice(list(SAMPLES.values()))) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.7:
        changes = [{"change": "establish-cluster", "cluster": f"c{chance.randint(0, 9)}", "title": "T"}]
    return {"authority": "C", "reference": f"R-{chance.randint(0, 99)}", "effective": "2026-04-01", "changes": changes}


def _yaml(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    found = decision(chance)
    text = yaml.safe_dump(odd(found, chance) if chance.random() < 0.4 else found, allow_unicode=True)
    raw = text.encode(chance.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig")), "replace")
    (desk / "a.yaml").write_bytes(raw if chance.random() < 0.3 else altered(raw, chance))
    return [("plan", "a.yaml"), ("record", "a.yaml")]


def _json(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    raw = json.dumps(odd(decision(chance), chance)).encode()
    (desk / "a.json").write_bytes(altered(raw, chance) if chance.random() < 0.4 else raw)
    return [("record", "a.json"), ("record", "--together", "a.json", "--format", "json")]


def _lines(desk: Path, chance: Random, **more: str) -> bytes:
    some = [decision(chance) | more for _ in range(4)]
    lines = [json.dumps(odd(one, chance) if chance.random() < 0.3 else one).encode() for one in some]
    raw = b"\n".join(lines) + b"\n"
    return altered(raw, chance) if chance.random() < 0.5 else raw


def _jsonl(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    (desk / "a.jsonl").write_bytes(_lines(desk, chance))
    return [("record", "a.jsonl")]


def _import(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    (desk / "a.jsonl").write_bytes(_lines(desk, chance, recorded_at="2026-05-01T00:00:00Z"))
    command = ("--ledger", "b.ledger", "import", "a.jsonl", "--government", "G")
    return [command, command, ("--ledger", "b.ledger", "verify")]


def _csv(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    rows = list(csv.reader(io.StringIO((desk / "form.csv").read_text(encoding="utf-8-sig"))))
    rows += [[str(chance.choice(ODD)) if chance.random() < 0.5 else "c1" for _ in rows[0]] for _ in range(3)]
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",,;\t")).writerows(rows)
    raw = out.getvalue().encode("utf-8", "replace")
    (desk / "a.csv").write_bytes(altered(raw, chance) if chance.random() < 0.6 else raw)
    return [("record", "a.csv")]


def _xlsx(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    raw = (desk / "form.xlsx").read_bytes()
    if chance.random() < 0.3:
        (desk / "a.xlsx").write_bytes(altered(raw, chance))
        return [("record", "a.xlsx")]
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(desk / "a.xlsx", "w") as new:
        names = old.namelist()
        spoilt = chance.choice(names)
        for name in names:
            content = old.read(name)
            new.writestr(name, altered(content, chance) if name == spoilt else content)
    return [("record", "a.xlsx")]


def _draft(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    folder = desk.parent / "drafts"
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.write_bytes(altered(path.read_bytes(), chance))
    return [("draft", "list"), ("draft", "show", "d"), ("record", "d"), ("draft", "remove", "d", "1")]


def _configuration(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    keys = {"ledger": LEDGER, "recorder": "Registry", "timezone": "Europe/London", "color": "auto", "wait": "1"}
    lines = [
        f"{name} = {json.dumps(str(chance.choice((value, chance.choice(ODD)))))}\n" for name, value in keys.items()
    ]
    raw = "".join(chance.sample(lines, 3)).encode("utf-8", "replace")
    (desk / "cluster-ledger.toml").write_bytes(altered(raw, chance) if chance.random() < 0.7 else raw)
    return [("show",), ("doctor",)]


def commands(group: click.Group = cli, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that name it; not those that serve or that ask key by key."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*words, name))
        elif found is not None and name not in ("serve", "completion"):
            yield (*words, name), found


EVERY = tuple(commands())


def _line(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    words, command = chance.choice(EVERY)
    texts = [text for text in map(str, ODD) if "\0" not in text and "/" not in text]
    texts += [
        "wellbeing",
        "sleep-well",
        "wellbeing/care",
        "p1",
        "2026",
        "-o",
        "--format",
        "json",
        "a=b",
        "cluster:wellbeing@1",
    ]
    line = [*words]
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            line += [chance.choice(texts) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
        elif isinstance(parameter, click.Option) and "--interactive" not in parameter.opts and chance.random() < 0.3:
            value = isinstance(parameter.type, click.Choice) and chance.random() < 0.7
            line.append(parameter.opts[-1])
            if not parameter.is_flag:
                line.append(str(chance.choice(list(parameter.type.choices))) if value else chance.choice(texts))  # type: ignore[attr-defined]
    return [tuple(line)]


Making = Callable[[Path, Random], list[tuple[str, ...]]]
KINDS: dict[str, Making] = {
    "yaml": _yaml,
    "json": _json,
    "jsonl": _jsonl,
    "import": _import,
    "csv": _csv,
    "xlsx": _xlsx,
    "draft": _draft,
    "configuration": _configuration,
    "line": _line,
}
