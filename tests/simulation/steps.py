"""The steps of a simulated history: plain data, so that a step can be left out, said in words, and done again."""

from __future__ import annotations

from typing import Any, NamedTuple

Document = dict[str, Any]


class Step(NamedTuple):
    """One thing that one actor does, and what comes in between while it does so."""

    actor: str
    kind: str  # decide, jump, crash, close, look, tail, ask, import
    documents: tuple[Document, ...] = ()  # of decide and import
    number: int = 0  # of jump: seconds; of look: the position; of tail: events at most; of ask: the day
    known: str = ""  # of ask: p7 or an instant
    thing: str = ""  # of ask: whose why and history
    between: Between | None = None

    def words(self) -> str:
        """Return the step as a line that a person reads; what comes in between follows, indented."""
        return "\n    ".join((self._said(), *(self.between.words() if self.between else ())))

    def _said(self) -> str:
        if self.kind in ("decide", "import"):
            verb = {"decide": "records", "import": "imports"}[self.kind]
            return f"{self.actor} {verb} {'; together with '.join(map(_decision, self.documents))}"
        return {
            "jump": f"the clock of {self.actor} jumps by {self.number} s",
            "crash": f"{self.actor} dies",
            "close": f"{self.actor} closes and opens again",
            "look": f"{self.actor} fills its views to {f'p{self.number}' if self.number else 'the head'}",
            "tail": f"{self.actor} takes up to {self.number} events",
            "ask": f"{self.actor} asks of day {self.number} as known at {self.known}, of {self.thing or 'nothing'} why",
        }[self.kind]


class Between(NamedTuple):
    """What comes in between: at which point of a step, and what happens there."""

    point: int  # before a statement to a database if even, after it if odd
    what: str  # crash, error, steps
    steps: tuple[Step, ...] = ()

    def words(self) -> list[str]:
        """Return it as lines."""
        when = f"{'after' if self.point % 2 else 'before'} its statement {self.point // 2 + 1}"
        if self.what == "steps":
            inner = [line for step in self.steps for line in step.words().splitlines()]
            return [f"{when}:", *(f"  {line}" for line in inner)]
        return [f"{when} {'it dies' if self.what == 'crash' else 'the database fails'}"]


def _decision(document: Document) -> str:
    said = ", ".join(_change(change) for change in document["changes"])
    return f"{document['reference']} (from {document['effective']}): {said}"


def _change(change: dict[str, Any]) -> str:
    rest = " ".join(f"{name}={_value(value)}" for name, value in change.items() if name not in ("change", "because"))
    return f"{change['change']} {rest}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return value.get("reference") or ",".join(f"{name}:{_value(one)}" for name, one in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
