"""The drawing of steps: each from the numbers of a seed and from what stands by then, so that most are let in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from support import naive

from simulation.documents import Drawn, document
from simulation.model import Document, Model
from simulation.steps import Between, Step

WRITERS, READERS = ("W1", "W2", "W3"), ("R1", "R2")
POINTS = {"decide": 70, "look": 60, "tail": 8, "ask": 60, "import": 160}  # some more than there are in most
JUMPS = (-40 * 86_400, -3_600, -1, 0, 1, 60, 86_400, 90 * 86_400)
DRAWN = (*["decide"] * 11, *["again"] * 3, *["look"] * 3, *["tail"] * 3, *["ask"] * 3, "jump", "crash", "close")


class Drawing:
    """What may happen next, drawn from a seed."""

    def __init__(self, seed: int, model: Model) -> None:
        self.random, self.model = Random(f"simulation {seed}"), model
        self.imports = self.random.random() < 0.15
        self.batch_events = self.random.choice((1, 2, 5, 2_000))  # that views take in at once
        self.batch_decisions = self.random.choice((1, 2, 2_000))  # that an import records at once
        self.plain_max = self.random.choice((2, 4, 64))  # entries of an attribute that are held unpacked
        self._numbers = 0
        self._handed: list[Document] = []

    def step(self, among: Sequence[str] = DRAWN, depth: int = 0, busy: Sequence[str] = ()) -> Step:
        """Draw one step, of actors that are not `busy`."""
        kind = self.random.choice(among)
        made: Callable[[str], Step] = getattr(self, f"_{kind}")
        actors = READERS if kind in ("look", "tail", "ask") else WRITERS if kind in ("decide", "again", "jump") else ()
        free = [one for one in actors or (*WRITERS, *READERS) if one not in busy]
        actor = self.random.choice(free or [busy[0]])  # where all of them wait, nothing comes of it
        step = made(actor)
        return step._replace(between=self._between(step, depth, (*busy, actor)))

    def _between(self, step: Step, depth: int, busy: Sequence[str]) -> Between | None:
        if step.kind not in POINTS or self.random.random() > (0.45, 0.25, 0)[depth]:
            return None
        what = self.random.choice(("crash", "error", "steps", "steps"))
        point = self.random.randrange(POINTS[step.kind])
        if what != "steps":
            return Between(point, what)
        inner = [
            self.step(("decide", "decide", "look", "tail", "again"), depth + 1, busy)
            for _ in range(self.random.choice((1, 1, 2)))
        ]
        return Between(point, what, tuple(inner))

    # Kinds

    def opening(self) -> Step:
        """Draw the import of a register; the other way to begin is to make an empty ledger."""
        documents = [
            {**self._new(), "recorded_at": f"2023-0{1 + number // 3}-01T10:00:00Z"} for number in range(self._few(8))
        ]
        return Step("W1", "import", tuple(documents), between=self._crash_in_import())

    def _crash_in_import(self) -> Between | None:
        what = self.random.choice(("", "crash", "error"))
        return Between(self.random.randrange(POINTS["import"]), what) if what else None

    def _decide(self, actor: str) -> Step:
        count = 1 if self.random.random() < 0.85 else self._few(3)
        return Step(actor, "decide", tuple(self._new() for _ in range(count)))

    def _again(self, actor: str) -> Step:
        """A document is handed in once more, often the newest: it came to nothing, stands, or is under way."""
        among = self._handed[-1:] if self.random.random() < 0.5 else self._handed
        return Step(actor, "decide", (self.random.choice(among),)) if among else self._decide(actor)

    def _new(self) -> Document:
        self._numbers += 1
        made = document(Drawn(self.random, self.model.lines), f"D-{self._numbers}")
        self._handed.append(made)
        return made

    def _jump(self, actor: str) -> Step:
        return Step(actor, "jump", number=self.random.choice(JUMPS))

    def _crash(self, actor: str) -> Step:
        return Step(actor, "crash")

    def _close(self, actor: str) -> Step:
        return Step(actor, "close")

    def _look(self, actor: str) -> Step:
        return Step(actor, "look", number=self.random.choice((0, self.random.choice(self.model.ends()))))

    def _tail(self, actor: str) -> Step:
        return Step(actor, "tail", number=self._few(9))

    def _ask(self, actor: str) -> Step:
        known = self.random.choice((0, len(self.model.lines), self.random.randint(0, len(self.model.lines))))
        ended = self.model.end_by(known)
        return Step(actor, "ask", number=self._day(ended), known=self._named(known), thing=self._thing(ended))

    def _named(self, known: int) -> str:
        """A position, or an instant at which as much was known."""
        if known == 0 or self.random.random() < 0.7:
            return f"p{known}"
        return str(self.model.lines[known - 1]["recorded_at"])

    def _day(self, known: int) -> int:
        """A day on which something turns, or beside it."""
        days = self.model.days(known) or [naive.first_day("2023")]
        return max(1, self.random.choice(days) + self.random.choice((-1, 0, 0, 1)))

    def _thing(self, known: int) -> str:
        return self.random.choice(self.model.things(known) or [""])

    def _few(self, most: int) -> int:
        return self.random.randint(1, most)
