#!/usr/bin/env python3
"""A second verifier, written from docs/formats.md alone: it shares no code with the program that it checks.

    python verify_standalone.py FILE|FOLDER [--vkey KEY|FILE]... [--checkpoint FILE] [--policy FILE]
                                [--clusters-on DATE [--known pN]]

FILE is an export of lines, a signed checkpoint or other note, or a .tlog-proof; FOLDER holds tiles. It needs Python
3.11, the library `cryptography`, and no network. Its parts stand in the order of docs/formats.md. It ends with 0: it
holds, and a key that you named vouches for all of it; 3: something is altered, missing or inconsistent; 4: nothing is
wrong, and not all is proven; 2: it was not asked rightly.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # an older library: what it would check is said to be unchecked
    MLDSA44PublicKey = None  # type: ignore[assignment, misc]  # no class, then

Event = dict[str, Any]

# What is found is said at once. The exit code follows from it: a fault is 3, a gap in the proof is 4.


class Fault(Exception):
    """Something that is altered, missing or inconsistent, as a sentence without its full stop."""


faults: list[str] = []
gaps: list[str] = []


def say(sentence: str) -> None:
    print("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in sentence))


def fault(sentence: str) -> None:
    faults.append(sentence)
    say(f"Fault: {sentence}.")
    if len(faults) == 100:
        say("Nothing further was looked at: with so many faults it is another file.")
        raise SystemExit(3)


def gap(sentence: str) -> None:
    if sentence not in gaps:
        gaps.append(sentence)
        say(f"Not proven: {sentence}.")


# Numbers and base64 have one spelling each. The tree is that of RFC 9162.


def number(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) >= 2**63:
        raise Fault(f'"{text[:40]}" is no number')
    return int(text)


def unbase64(text: str, size: int | None = None) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        raise Fault(f'"{text[:60]}" is not base64') from None
    if base64.b64encode(value).decode() != text or size not in (None, len(value)):
        raise Fault(f'"{text[:60]}" is not base64 as it is written, or not of the right length')
    return value


def leaf_of(line: bytes) -> bytes:
    return sha256(b"\0" + line).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Tree:
    """The leaves so far, as the roots of full subtrees, the largest first: one for each 1 of the size in binary."""

    def __init__(self, nodes: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = 0, list[bytes]()
        for node in nodes:
            self.append(node)

    def append(self, node: bytes) -> None:
        size, self.size = self.size, self.size + 1
        while size & 1:
            node, size = node_of(self.peaks.pop(), node), size >> 1
        self.peaks.append(node)

    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256(b"").digest()
        for peak in reversed(self.peaks[:-1]):
            root = node_of(peak, root)
        return root


def proven_root(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes | None:
    """Return the root that a proof leads to from a leaf (RFC 9162, 2.1.3.2); None where it fits no tree."""
    root, place, last = leaf, index, size - 1
    for one in hashes:
        if last <= 0:
            return None
        if place & 1 or place == last:
            root = node_of(one, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_of(root, one)
        place, last = place >> 1, last >> 1
    return root if last == 0 and index < size else None


# The line of an event. It is held to the lines before it, of which only what this needs is remembered.

VERBS = """government constitute rename|cluster establish retitle repurpose reestablish nest unnest dissolve assess
|segment add retitle rescope reinstate retire transfer:transferred|mission launch add realign remove retitle reword
rescope reschedule pause resume complete stop:stopped assess|mandate issue assign revise discharge revoke|leader appoint
release|expertise offer release withdraw:withdrawn draw:drawn|objective set:set redefine retarget state return move
withdraw:withdrawn|measurement record|scale define|rollup define|recommendation answer|matrix review|review discontinue
|decision review rescind postpone|signal observe close|name state withdraw:withdrawn|settings adopt|count assert
|life assert|value assert|affiliation assert|root assert"""
NAMES = {  # by the type of an event, what its change is called in a decision document
    "segment.related/1": "relate-segments", "segment.unrelated/1": "unrelate-segments", "record.struck/1": "strike",
    "mission.related/1": "relate-missions", "mission.unrelated/1": "unrelate-missions",
    "thing.identified/1": "identify", "record.corrected/1": "correct", "register.taken-over/1": "take-over-register",
}  # fmt: skip
for noun, *verbs in map(str.split, VERBS.split("|")):
    for verb, _, past in (one.partition(":") for one in verbs):
        NAMES[f"{noun}.{past or verb.removesuffix('e') + 'ed'}/1"] = f"{verb}-{noun}"


def canonical(value: Any) -> bytes:
    """Return the form of RFC 8785; no event holds a number that is not whole."""

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
        return [ordered(one) for one in value] if isinstance(value, list) else value

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def whole(text: str) -> int:
    if abs(int(text)) >= 2**53:
        raise ValueError
    return int(text)


def read_line(line: bytes) -> Event:
    """Return what a line holds; raises Fault for one that is not canonical, or has not the fields of an event."""
    try:
        event: Event = json.loads(line, parse_int=whole, parse_float=whole, parse_constant=whole)
        if not isinstance(event, dict) or canonical(event) != line or len(line) > 65_535:
            raise ValueError
    except (ValueError, RecursionError):
        raise Fault("the line is not one JSON object in canonical form, of at most 65,535 bytes") from None
    try:
        decision, (part, parts) = event["decision"], event["decision"]["part"]
        texts = [event[name] for name in ("stream", "type", "recorded_at")] + [event.get("corrects", "")]
        texts += [decision[name] for name in ("authority", "reference", "document")]
        numbers = event["v"], event["version"], part, parts
        if {*map(type, texts)} != {str} or {*map(type, numbers)} != {int} or type(event["data"]) is not dict:
            raise ValueError
        if event["v"] != 1 or not 1 <= part <= parts <= 10_000 or len(event["recorded_at"]) != 27:
            raise ValueError
        datetime.strptime(event["recorded_at"], "%Y-%m-%dT%H:%M:%S.%fZ")
        days_of(event.get("effective", "..")), days_of(decision.get("effective", ".."))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Fault("the line has not the fields of an event") from None
    return event


def document_of(events: list[Event]) -> str | None:
    """Return the hash of a decision's normal form from all of its events; None where a type is not known here."""
    if any(event["type"] not in NAMES for event in events):
        return None
    beside = ("effective", "effective_basis", "corrects", "original_text")
    changes = [
        {"change": NAMES[event["type"]], **event["data"], **{name: event[name] for name in beside if name in event}}
        for event in events
    ]
    header = {name: value for name, value in events[0]["decision"].items() if name not in ("part", "document")}
    return "sha256:" + sha256(canonical({**header, "changes": changes})).hexdigest()


class Lines:
    """The lines so far: their tree, the length of each stream, the events of the decision that they end with."""

    def __init__(self, fold: Fold | None, kept: Note | None) -> None:
        self.tree, self.fold, self.kept, self.time = Tree(), fold, kept, ""
        self.versions: dict[str, int] = {}
        self.parts: list[Event] = []
        self._hold_to_kept()

    def take(self, line: bytes) -> None:
        self.tree.append(leaf_of(line))
        try:
            event = read_line(line)
            for problem in self._problems(event):
                fault(f"p{self.tree.size}: {problem}")
            if self.fold:
                self.fold.take(self.tree.size, event)
        except Fault as problem:
            fault(f"p{self.tree.size}: {problem}")
            self.parts = []
        self._hold_to_kept()

    def _problems(self, event: Event) -> Iterator[str]:
        stream, time, decision = event["stream"], event["recorded_at"], event["decision"]
        (part, parts), before = decision["part"], self.versions.get(stream, 0)
        if event["version"] != before + 1:
            yield f"{stream}@{event['version']} does not follow {stream}@{before}"
        self.versions[stream] = event["version"]
        last = self.parts[-1]["decision"] if self.parts else {"part": [0, 0]}
        if part > 1 and decision == {**last, "part": [last["part"][0] + 1, parts]} and parts == last["part"][1]:
            if time != self.time:
                yield "it was recorded at another time than the part before"
        else:
            self._need_whole(self.tree.size - 1)
            self.parts = []
            if part > 1:
                yield f"part {part} of {parts} of {decision['reference']} does not follow one that says the same of it"
            elif time < self.time or (time == self.time and "migrated" not in event):
                yield "it was recorded no later than the decision before"
        self.time = time
        self.parts.append(event)
        if part == parts == len(self.parts):
            if (document := document_of(self.parts)) is None:
                gap("the document of a decision with an event of a type that this verifier does not know")
            elif document != decision["document"]:
                yield f"the parts of decision {decision['reference']} are not the document that it names"

    def _need_whole(self, position: int) -> None:
        if self.parts and self.parts[-1]["decision"]["part"][0] < self.parts[-1]["decision"]["part"][1]:
            fault(f"p{position}: decision {self.parts[-1]['decision']['reference']} ends here without its last part")

    def _hold_to_kept(self) -> None:
        if self.kept and self.kept.size == self.tree.size and self.kept.root != self.tree.root():
            fault(f"p1 to p{self.tree.size} are not what the checkpoint was made of: they have another root")

    def end(self) -> None:
        self._need_whole(self.tree.size)
        if self.kept and self.kept.size > self.tree.size:
            fault(f"the checkpoint is of {self.kept.size} lines, and only {self.tree.size} are here")


# Keys, signed notes, checkpoints.

KEY_BYTES = {1: 32, 4: 32, 6: 1_312}
BODY_BYTES = {1: 64, 4: 72, 6: 2_428}  # of a signature; in 4 and 6 the first 8 are a time


class Key(NamedTuple):
    name: str
    type: int
    key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:4]


class Note(NamedTuple):
    text: str
    signatures: list[tuple[str, bytes, bytes]]  # name, id, body
    origin: str = ""  # of a checkpoint, as are size and root
    size: int = 0
    root: bytes = b""


def is_name(text: str) -> bool:
    return text != "" and not any(char == "+" or char.isspace() or unicodedata.category(char) == "Cc" for char in text)


def read_key(text: str) -> Key:
    name, _, rest = text.partition("+")
    id_, _, body = rest.partition("+")
    raw = unbase64(body)
    key = Key(name, raw[0] if raw else 0, raw[1:])
    if not is_name(name) or len(key.key) != KEY_BYTES.get(key.type) or id_ != key.id.hex():
        raise Fault(f'"{text[:60]}" is no verifier key of type 01, 04 or 06 with the id that follows from it')
    return key


def read_note(raw: bytes) -> Note:
    """Return a signed note, with origin, size and root where its text is a checkpoint."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Fault("the note is not UTF-8") from None
    above, blank, below = text.rpartition("\n\n")
    if not blank or not below.endswith("\n") or len(raw) > 1_000_000 or re.search("[\0-\x09\x0b-\x1f]", text):
        raise Fault("it is no signed note: a text, a blank line and signatures, in lines, of at most 1,000,000 bytes")
    signatures = []
    for line in below.split("\n")[:-1]:
        mark, name, body = (*line.split(" ", 2), "", "")[:3]
        if mark != "\N{EM DASH}" or not is_name(name) or len(unbase64(body)) < 5:
            raise Fault(f'"{line[:60]}" is no signature of a note')
        signatures.append((name, unbase64(body)[:4], unbase64(body)[4:]))
    if not 1 <= len(signatures) <= 100:
        raise Fault("the note has not between 1 and 100 signatures")
    said = above.split("\n")
    try:
        note = Note(above + "\n", signatures, said[0], number(said[1]), unbase64(said[2], 32))
    except (Fault, IndexError):
        return Note(above + "\n", signatures)
    if "" in said or (note.size == 0 and note.root != Tree().root()):
        raise Fault("the checkpoint has an empty line, or a root that no empty log has")
    return note


def message(key: Key, note: Note, time: int) -> bytes:
    if key.type == 1:
        return note.text.encode()
    names = [name.encode() for name in (key.name, note.origin)]
    if not note.origin or max(map(len, names)) > 255:
        raise Fault(f"the key of {key.name} signs checkpoints only, with names of at most 255 bytes")
    if key.type == 4:
        return f"cosignature/v1\ntime {time}\n{note.text}".encode()
    cosigner, origin = (bytes([len(name)]) + name for name in names)
    size = note.size.to_bytes(8, "big")
    return b"subtree/v1\n\0" + cosigner + time.to_bytes(8, "big") + origin + bytes(8) + size + note.root


def signers(note: Note, keys: Iterable[Key]) -> set[Key]:
    """Return the keys whose signatures hold; raises Fault where that of one that was named does not."""
    held, known = set(), {(key.name, key.id): key for key in keys}
    for name, id_, body in note.signatures:
        if (key := known.get((name, id_))) is None:
            continue
        if key.type == 6 and MLDSA44PublicKey is None:
            gap("the signatures of ML-DSA-44: the library `cryptography` is too old here")
            continue
        front = 0 if key.type == 1 else 8
        time = int.from_bytes(body[:front], "big")
        public = MLDSA44PublicKey if key.type == 6 else Ed25519PublicKey
        try:
            public.from_public_bytes(key.key).verify(body[front:], message(key, note, time))
        except (InvalidSignature, ValueError):
            raise Fault(f"the signature of {name} does not hold: altered, or never made with that key") from None
        if len(body) == BODY_BYTES[key.type] and (front == 0 or time or name == note.origin):  # a witness gives a time
            held.add(key)
    return held


# Policies: who else must vouch.


class Policy:
    def __init__(self, raw: bytes) -> None:
        self.keys: dict[Key, str] = {}  # with the name of a witness, empty for a log
        self.groups: list[tuple[str, int, list[str]]] = []
        self.free, self.quorum = set[str](), ""  # names that are in no group yet
        self.names = {"none"}
        for place, line in enumerate(raw.decode("utf-8", "replace").split("\n"), 1):
            words = [word for word in re.split("[ \t]", line.rstrip("\r")) if word]
            try:
                if words and not words[0].startswith("#"):
                    self._take(words)
            except (Fault, IndexError) as problem:
                raise Fault(f"line {place} of the policy cannot be meant: {problem}") from None
        if not self.quorum or len(raw) > 1_000_000:
            raise Fault("the policy has no quorum, or more than 1,000,000 bytes")

    def _take(self, words: list[str]) -> None:
        kind, name = words[:2]
        if kind in ("witness", "group") and name in self.names:
            raise Fault(f'"{name}" has a meaning already')
        if kind in ("log", "witness") and len(words) <= {"log": 3, "witness": 4}[kind]:
            key = read_key(words[1 if kind == "log" else 2])
            if key.type == {"log": 4, "witness": 1}[kind] or key.key in {other.key for other in self.keys}:
                raise Fault("its key stands above, or is of a type that cannot stand here")
            self.keys[key] = "" if kind == "log" else name
        elif kind == "group":
            members = words[3:]
            least = len(members) if words[2] == "all" else 1 if words[2] == "any" else number(words[2])
            if not 1 <= least <= len(members) or not self.free.issuperset(members) or len({*members}) < len(members):
                raise Fault("its members are too few, not named above, or in a group already")
            self.free -= {*members}
            self.groups.append((name, least, members))
        elif kind == "quorum" and not self.quorum and len(words) == 2 and name in self.names:
            self.quorum = name
        else:
            raise Fault("a line is log, witness, group, or the one quorum, of a name above")
        if kind in ("witness", "group"):
            self.names.add(name)
            self.free.add(name)

    def is_met(self, held: set[Key]) -> bool:
        met = {self.keys[key] for key in held if self.keys.get(key)} | {"none"}
        for name, least, members in self.groups:
            met |= {name} if len(met.intersection(members)) >= least else set()
        return self.quorum in met


class Reader(NamedTuple):
    """Whom the reader named, and a checkpoint that was kept elsewhere."""

    keys: list[Key]
    policy: Policy | None
    kept: Note | None

    def is_vouched(self, note: Note, what: str) -> bool:
        """Say who vouches for a note. It takes the log itself, and the witnesses that the policy asks for."""
        held = signers(note, [*self.keys, *(self.policy.keys if self.policy else ())])
        logs = [key for key in held if key.type != 4 and key.name == note.origin] if note.origin else [*held]
        others = [key.name for key in held if key.type == 1 and key not in logs]
        if others and not logs:
            raise Fault(f"{what} is of {note.origin}, and is signed by {others[0]}")
        for key in sorted(held):
            say(f"{what} is signed by {key.name}+{key.id.hex()}, with {'ML-DSA-44' if key.type == 6 else 'Ed25519'}.")
        if not logs:
            gap(f"{what} is vouched for by no key of {note.origin or 'its signer'} that was named")
        elif self.policy and not self.policy.is_met(held):
            gap(f"{what} is vouched for by fewer witnesses than the policy asks for")
        return bool(logs)

    def compare(self, note: Note) -> None:
        """Hold another checkpoint to the one that was kept."""
        if self.kept and (self.kept.origin, self.kept.size) != (note.origin, note.size):
            gap("whether the two checkpoints are of one history: they are not of one size; an export or tiles can tell")
        elif self.kept and self.kept.root != note.root:
            raise Fault(f"two checkpoints of {note.size} lines have two roots: two histories were shown")


# The files: an export, a note, a proof of events, a folder of tiles.


def check_lines(file: BinaryIO, reader: Reader, fold: Fold | None) -> None:
    lines, kept = Lines(fold, reader.kept), reader.kept
    while raw := file.readline(65_537):
        if not raw.endswith(b"\n") and len(raw) == 65_537:
            raise Fault(f"p{lines.tree.size + 1}: the line has more than 65,535 bytes; nothing behind it was read")
        lines.take(raw.removesuffix(b"\n"))
    lines.end()
    size = lines.tree.size
    say(f"{size} lines have the root {base64.b64encode(lines.tree.root()).decode()}.")
    if kept is None:
        gap("that the export is of a certain ledger, and all of it: give a checkpoint of it, and a key")
    elif reader.is_vouched(kept, "The checkpoint") and kept.size < size:
        gap(f"p{kept.size + 1} to p{size}: the checkpoint ends before them")


def check_note(raw: bytes, reader: Reader) -> None:
    note = read_note(raw)
    reader.is_vouched(note, "The note")
    reader.compare(note)
    if note.origin:
        say(f"{note.origin} has {note.size} lines, with the root {base64.b64encode(note.root).decode()}.")


PROOF = b"c2sp.org/tlog-proof@v1\n"
Parts = dict[bytes, dict[int, tuple[int, Event]]]


def check_proofs(raw: bytes, reader: Reader) -> None:
    if len(raw) > 16_000_000:
        raise Fault("the file has more than 16,000,000 bytes")
    parts: Parts = {}
    proofs = (b"\n" + raw).split(b"\n" + PROOF)[1:]
    for place, one in enumerate(proofs, 1):
        try:
            check_proof(one + b"\n" * (place < len(proofs)), reader, parts)
        except Fault as problem:
            fault(f"proof {place}: {problem}")
    for of_decision in parts.values():
        events = [of_decision[part][1] for part in sorted(of_decision)]
        decision, count = events[0]["decision"], f"{len(events)} of {events[0]['decision']['part'][1]} parts"
        if len({position - part for part, (position, _) in of_decision.items()}) > 1:
            fault(f"the parts of decision {decision['reference']} do not stand one after another")
        elif len(events) == decision["part"][1] and document_of(events) not in (None, decision["document"]):
            fault(f"the parts of decision {decision['reference']} are not the document that it names")
        say(f"Decision {decision['reference']} of {decision['authority']}: {count} are here.")


def check_proof(raw: bytes, reader: Reader, parts: Parts) -> None:
    head, _, rest = raw.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    extra = lines.pop(0).removeprefix("extra ") if lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index ") or len(lines) > 65:
        raise Fault("it has not the form of a proof")
    line, index = None if extra is None else unbase64(extra), number(lines[0].removeprefix("index "))
    hashes, note = [unbase64(one, 32) for one in lines[1:]], read_note(rest)
    if not note.origin:
        raise Fault("it does not end with a checkpoint")
    reader.is_vouched(note, "The checkpoint")
    reader.compare(note)
    if line is None:
        return gap(f"what stands at p{index + 1}: the proof does not hold its line")
    if proven_root(leaf_of(line), index, note.size, hashes) != note.root:
        raise Fault(f"p{index + 1}: the line is not in the tree of the checkpoint")
    event = read_line(line)
    decision = {name: value for name, value in event["decision"].items() if name != "part"}
    part, of = event["decision"]["part"]
    say(f"p{index + 1} of {note.size}: {event['type']}, {event['stream']}@{event['version']}, {event['recorded_at']}.")
    parts.setdefault(canonical([note.text, decision, of]), {})[part] = index + 1, event


def check_tiles(folder: Path, reader: Reader, fold: Fold | None) -> None:
    """Hash every entry, and hold every tile of every level to that."""
    if not (folder / "checkpoint").is_file():
        raise Fault("the folder has no checkpoint")
    note = read_note((folder / "checkpoint").read_bytes())
    if not note.origin:
        raise Fault("the checkpoint of the folder is none")
    reader.is_vouched(note, "The checkpoint of the folder")
    lines = Lines(fold, reader.kept)
    levels: list[list[bytes]] = [[]]  # of each level, the hashes of its last tile
    for first in range(0, note.size, 256):
        width = min(256, note.size - first)
        for line in read_tile(folder, "entries", first // 256, width):
            lines.take(line)
            levels[0].append(leaf_of(line))
        for level, hashes in enumerate(levels):
            if len(hashes) == 256:
                hold_tile(folder, level, (first + width) // 256 ** (level + 1) - 1, hashes)
                levels += [[]] if level + 1 == len(levels) else []
                levels[level + 1].append(Tree(hashes).root())
                hashes.clear()
    for level, hashes in enumerate(levels):
        if hashes:
            hold_tile(folder, level, note.size // 256 ** (level + 1), hashes)
    lines.end()
    if lines.tree.root() != note.root:
        fault(f"p1 to p{note.size} have another root than the checkpoint of the folder")
    say(f"{note.size} entries were read, and every tile above them.")


def read_tile(folder: Path, level: str, place: int, width: int) -> list[bytes]:
    """Return the items of a tile; where it is not full, the full one may have taken its place."""
    digits = str(place).zfill(-(-len(str(place)) // 3) * 3)
    path = "/".join(["tile", level, *(f"x{group}" for group in re.findall("...", digits[:-3])), digits[-3:]])
    for name in (f"{path}.p/{width}", path)[width == 256 :]:
        if (folder / name).is_file():
            raw, items = (folder / name).read_bytes(), list[bytes]()
            for _ in range(width):
                size, front = (int.from_bytes(raw[:2], "big"), 2) if level == "entries" else (32, 0)
                if len(raw) < front + size:
                    raise Fault(f"{name} ends in the middle of item {len(items) + 1}, or before it")
                items.append(raw[front : front + size])
                raw = raw[front + size :]
            if raw and (width == 256 or name != path):
                raise Fault(f"{name} holds more than {width} items")
            return items
    raise Fault(f"{path} is missing")


def hold_tile(folder: Path, level: int, place: int, hashes: list[bytes]) -> None:
    for at, one in enumerate(read_tile(folder, str(level), place, len(hashes))):
        if one != hashes[at]:
            position = (place * 256 + at) * 256**level + 1
            fault(f"p{position}: tile {place} of level {level} holds another hash than follows from the entries")


# The structure from the lines: what stands, what it says of a thing, and what was so on a day.

THINGS = {"cluster", "segment", "mission", "mandate", "signal", "objective", "recommendation"}
TURNS = dict.fromkeys(("established", "added", "launched", "issued", "observed", "set"), "begins")
TURNS |= dict.fromkeys(("dissolved", "retired", "completed", "stopped", "discharged", "revoked"), "ends")
TURNS |= dict.fromkeys(("closed", "withdrawn"), "ends")
TURNS |= dict.fromkeys(("resumed", "reestablished", "reinstated", "returned"), "resumes")
FOREVER = date.max.toordinal() + 1


def days_of(text: str) -> tuple[int, int]:
    """Return the first and the last day from which a date may count, as numbers, 0 for `..`; ValueError for no date."""
    if text.startswith("["):  # one of these days
        first, _, last = text[1:].removesuffix("]").partition("..")
        year, month = int(last[:4]), int(last[5:7] or 12)
        last = last if len(last) == 10 else f"{year:04}-{month:02}-{monthrange(year, month)[1]}"
        return days_of(first or "..")[0], days_of(last)[1]
    if text != ".." and not re.fullmatch(r"\d{4}(-\d\d){0,2}", text, re.ASCII):
        raise ValueError(f'"{text}" is no date')
    day = 0 if text == ".." else date.fromisoformat((text + "-01-01")[:10]).toordinal()
    return day, day


class Fact(NamedTuple):
    """What the structure needs of an event."""

    position: int
    id: str
    decision: tuple[str, str]
    type: str  # without its schema
    effective: str | None
    own_date: bool
    corrects: str | None
    data: dict[str, Any]
    state: str = "stands"  # or struck, replaced, rescinded

    @property
    def target(self) -> Any:
        """The id of an event, or authority and reference of a decision, that it speaks of; None for most."""
        decision = "decision" if self.type in ("decision.rescinded", "decision.postponed") else "target"
        named = self.corrects or self.data.get(decision)
        return (named["authority"], named["reference"]) if isinstance(named, dict) else named


class Said(NamedTuple):
    """What an event that stands says of a thing. They sort in the order in which they hold."""

    day: int
    place: int  # the position of the event, or of the one in whose place it stands
    position: int
    thing: str
    kind: str  # of the thing, empty for any
    turn: str  # begins, resumes, ends, or empty
    first: int  # of several days on which it may have been, the first
    values: dict[str, Any]


class Life(NamedTuple):
    start: int
    end: int
    sure: int  # from here to its end it may have ended
    closed: tuple[int, ...]  # what ends it, as it sorts


class Fold:
    """The events up to a position, and the structure that follows from them."""

    def __init__(self, known: int | None) -> None:
        self.known, self.facts, self.seen, self.whole = known, list[Fact](), 0, 0

    def take(self, position: int, event: Event) -> None:
        self.seen = position
        if self.known is not None and position > self.known:
            return
        decision, (part, parts) = event["decision"], event["decision"]["part"]
        type_ = event["type"].partition("/")[0]
        effective = None if type_.startswith("record.") else event.get("effective", decision.get("effective"))
        names = f"{event['stream']}@{event['version']}", (decision["authority"], decision["reference"]), type_
        own = "effective" in event, event.get("corrects"), lean(event["data"])
        self.facts.append(Fact(position, *names, effective, *own))
        self.whole = position if part == parts else self.whole  # half a decision is never shown

    def standing(self) -> dict[str, list[Said]]:
        """Return what is said of each thing, in order.

        Facts are settled from the last to the first: what speaks of one is later, and so is settled before it.
        """
        facts = [fact for fact in self.facts if fact.position <= self.whole]
        places: dict[str, int] = {}
        for fact in facts:
            places[fact.id] = places.get(fact.corrects or "", fact.position)
        about: dict[Any, list[Fact]] = {}
        found: dict[str, list[Said]] = {}
        for fact in reversed(facts):
            now = settled(fact, sorted(about.get(fact.id, []) + about.get(fact.decision, [])))
            if now.target:
                about.setdefault(now.target, []).append(now)
            if now.state == "stands" and now.effective is not None:
                for one in says(now, places[now.id]):
                    found.setdefault(one.thing, []).append(one)
        return {thing: of_owner(sorted(said, key=lambda one: one[:3])) for thing, said in found.items()}

    def show(self, text: str) -> None:
        """Say which clusters were live on a day, or may have been, with their segments and the missions of these."""
        day, live = days_of(text)[0], dict[str, tuple[str, str, dict[str, Any]]]()
        for thing, said in self.standing().items():
            kind = next((one.kind for one in said if one.turn == "begins"), "")
            for life in lives_of(said):
                if life.start <= day < life.end:
                    live[thing] = kind, " (may have ended)" if life.sure <= day else "", held(said, day)
        clusters, segments, missions = (
            {thing: live[thing][2] for thing in sorted(live) if live[thing][0] == kind}
            for kind in ("cluster", "segment", "mission")
        )

        def tell(indent: str, thing: str, more: str = "") -> None:
            say(f"{indent}{live[thing][0]} {thing}{live[thing][1]}: {live[thing][2].get('title')}{more}")

        say(f"On {text}, as known at p{self.whole}: {len(clusters)} clusters.")
        for cluster in [*clusters, None]:  # at the end, segments of what is no cluster then
            if cluster:
                tell("  ", cluster)
            homes = [
                one
                for one, values in segments.items()
                if (values.get("cluster") if values.get("cluster") in clusters else None) == cluster
            ]
            for segment in homes:
                tell("    ", segment)
                for mission, values in missions.items():
                    if extent := values.get(f"segments:{segment}"):
                        tell("      ", mission, f", {extent}")
        for mission, values in missions.items():
            if not any(values.get(f"segments:{segment}") for segment in segments):
                tell("    ", mission)


def lean(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the structure reads, and of others only that they are there."""
    read = {*THINGS, "title", "of", "to", "from", "segments", "extent", "recommendations"}
    read |= {"target", "data", "decision", "new_effective"}
    return {name: value if name in read or not value else True for name, value in data.items()}


def settled(fact: Fact, later: list[Fact]) -> Fact:
    """Return a fact as it reads after all that speaks of it: entries as they were recorded, then acts by their days."""
    data, effective, state, acts = dict(fact.data), fact.effective, "stands", list[tuple[int, int, Fact]]()
    for one in later:
        in_its_place = one.corrects == fact.id
        if one.state != "stands" and not (one.state == "replaced" and in_its_place):
            continue
        if in_its_place:
            state = "replaced" if state == "stands" else state
        elif one.type == "record.struck":
            state = "struck"
        elif one.type == "record.corrected":
            data |= lean(one.data.get("data") or {})
            if effective and (one.target == fact.id or not fact.own_date):
                effective = one.data.get("new_effective") or effective
        else:
            acts.append((days_of(one.effective or "..")[1], one.position, one))
    for _, _, act in sorted(acts):
        if state in ("struck", "rescinded"):
            break
        if act.type == "decision.rescinded":
            state = "rescinded"
        elif effective and not fact.own_date:
            effective = act.data["new_effective"]
    return fact._replace(data=data, effective=effective, state=state)


def says(fact: Fact, place: int) -> Iterator[Said]:
    """Yield what an event says of the things that it is about; nothing where no such thing can be told from it."""
    noun, _, verb = fact.type.partition(".")
    data = {name: value for name, value in fact.data.items() if value is not None}
    kind = "mission" if noun == "expertise" and "mission" in data else noun
    kind = (
        "cluster" if kind in ("expertise", "matrix", "review") else "" if kind in ("leader", "thing", "name") else kind
    )
    thing = data.get(kind or "of")
    if thing is None or (kind and kind not in THINGS):
        return
    first, day = days_of(fact.effective or "..")
    turn = "" if fact.type == "mission.added" or noun not in THINGS else TURNS.get(verb, "")
    yield Said(day, place, fact.position, thing, kind, turn, first, values_of(noun, verb, turn, data))
    for one in data.get("recommendations", ()):
        yield Said(day, place, fact.position, one["id"], "recommendation", "begins", first, {})


def values_of(noun: str, verb: str, turn: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return what is set of a thing, None for what is no more; `said`, where it tells that the thing was there."""
    if verb == "assessed" or turn == "ends" or (turn == "resumes" and noun != "mission" and len(data) == 1):
        return {}
    values = {"said": True, **{name: data[name] for name in ("title",) if name in data}}
    if noun == "segment" and verb in ("added", "transferred"):
        values["cluster"] = data.get("to") or data["segment"].partition("/")[0]
    if noun == "mission" and verb in ("added", "removed", "realigned"):
        left = data["segments"] if verb == "removed" else data.get("from", [])
        joined = data["segments"] if verb == "added" else data.get("to", [])
        values |= {f"segments:{segment}": None for segment in left}
        values |= {f"segments:{segment}": data.get("extent", left) for segment in joined}
    if noun == "mission" and verb in ("paused", "resumed"):
        values["status"] = verb
    return values


def of_owner(said: list[Said]) -> list[Said]:
    """Return what is said of the thing that has the id: of the one whose beginning has the first place."""
    beginnings = sorted((one.place, one.position, one.kind) for one in said if one.turn == "begins")
    _, position, kind = beginnings[0] if beginnings else (0, 0, "nothing")
    return [one for one in said if (one.position == position if one.turn == "begins" else one.kind in ("", kind))]


def lives_of(said: list[Said]) -> list[Life]:
    """Return when a thing is live. What returns on a day on which it may have ended had ended; not what was paused."""
    found, begun, status = list[Life](), False, ""
    start: Said | None = None
    doubtful = [one for one in said if one.turn == "ends" and one.first < one.day]

    def close(start: Said, end: Said, day: int) -> None:
        spoken = [one.day + 1 for one in said if "said" in one.values and start.day <= one.day < day]
        sure = min(day, max(end.first, start.day + 1, *spoken)) if end.first < end.day else day
        found.extend([Life(start.day, day, sure, end[1:3])] if start.day < day else [])

    for one in said:
        if one.turn == "resumes" and start and start.day < one.day and status != "paused":
            end = next((end for end in doubtful if end[:3] > one[:3] and end.first <= one.day), None)
            if end:
                close(start, end, one.day)
                doubtful.remove(end)
                start = None
        status = one.values.get("status", status)
        if not start and (one.turn == "begins" or (one.turn == "resumes" and begun)):
            start, begun = one, True
        elif start and one.turn == "ends" and (one.first == one.day or one in doubtful):
            close(start, one, one.day)
            start = None
    return [*found, Life(start.day, FOREVER, FOREVER, ())] if start else found


def held(said: list[Said], day: int) -> dict[str, Any]:
    """Return what a thing holds on a day: what was said last while it lived, and of its title also after an end."""
    lives, found = lives_of(said), dict[str, Any]()
    for one in said:
        living = any(life.start <= one.day < life.end for life in lives)
        living |= any(one.day == life.end and one[1:3] < life.closed for life in lives)
        ended, before = any(one.day >= life.end for life in lives), dict(found)
        for name, value in one.values.items() if one.day <= day else ():
            if isinstance(value, list):  # a realignment without an extent has that of what it leaves
                extents = {before.get(f"segments:{segment}") for segment in value} - {None}
                value = extents.pop() if len(extents) == 1 else "full"
            if living or (name == "title" and ended):
                found[name] = value
    return found


# The question.


def main() -> None:
    parser = argparse.ArgumentParser(description="Check what a ledger handed out, without the program that made it.")
    parser.add_argument("file", type=Path, help="an export, a signed note, a .tlog-proof, or a folder of tiles")
    parser.add_argument("--vkey", action="append", default=[], help="a verifier key that you trust, or a file of them")
    parser.add_argument("--checkpoint", type=Path, help="a signed checkpoint that was kept elsewhere")
    parser.add_argument("--policy", type=Path, help="which witnesses must vouch, in the form of C2SP tlog-policy")
    parser.add_argument("--clusters-on", metavar="DATE", help="also say which clusters were live on this day")
    parser.add_argument("--known", metavar="pN", help="as it was known at this position; else at the end")
    asked = parser.parse_args()
    try:
        fold = Fold(int(asked.known.removeprefix("p")) if asked.known else None) if asked.clusters_on else None
        days_of(asked.clusters_on or "..")
        # Asked of os.path, to which a key that is too long to be a path is none, and no error.
        texts = [Path(text).read_text("utf-8") if os.path.isfile(text) else text for text in asked.vkey]
        keys = [read_key(line.strip()) for text in texts for line in text.splitlines() if line.strip()]
        policy = Policy(asked.policy.read_bytes()) if asked.policy else None
        kept = asked.checkpoint.read_bytes() if asked.checkpoint else None
        asked.file.stat()
    except (OSError, ValueError, Fault) as problem:
        parser.error(str(problem))
    try:
        look(asked.file, Reader(keys, policy, read_note(kept) if kept is not None else None), fold)
        if fold and fold.known is not None and fold.known > fold.seen:
            parser.error(f"the file ends at p{fold.seen}, before {asked.known}")
        if fold and not faults:
            fold.show(asked.clusters_on)
    except OSError as problem:
        parser.error(str(problem))
    except Fault as problem:
        fault(str(problem))
    say("Something does not hold." if faults else "Nothing is wrong, and not all is proven." if gaps else "It holds.")
    raise SystemExit(3 if faults else 4 if gaps else 0)


def look(path: Path, reader: Reader, fold: Fold | None) -> None:
    """Check what is at a path, by what it begins with."""
    if reader.kept and not reader.kept.origin:
        raise Fault("the checkpoint that was given is none")
    if path.is_dir():
        return check_tiles(path, reader, fold)
    with path.open("rb") as file:
        begin = file.read(len(PROOF))
        file.seek(0)
        if begin == PROOF:
            check_proofs(file.read(16_000_001), reader)
        elif begin[:1] in (b"{", b"\n", b""):
            check_lines(file, reader, fold)
        else:
            check_note(file.read(1_000_001), reader)


if __name__ == "__main__":
    main()
