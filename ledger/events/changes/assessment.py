"""Assessments of a mission's or cluster's execution over a period, and the recommendations that come of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from ledger.events.change import Attributes, Change, OtherThing
from ledger.events.personal import Markable, as_stored
from ledger.events.quality import Quality
from ledger.events.references import Document
from ledger.events.types import PART, Day, Id, Listed, Model, PartId, Text, Title
from ledger.names import LIFE
from ledger.timeline import BEGINS, day_of

ScaleName = Annotated[str, StringConstraints(pattern=rf"^{PART}/{PART}$", max_length=129)]


def _period(text: str) -> str:
    first, slash, last = text.partition("/")
    if not slash or len(first) != 10 or len(last) != 10:
        raise ValueError("a period is two days, the last included, such as 2024-01-01/2024-12-31")
    if day_of(first) > day_of(last):
        raise ValueError("a period begins on or before the day on which it ends")
    return text


Period = Annotated[str, StringConstraints(max_length=21), AfterValidator(_period)]


class Outlook(Model):
    """What is expected to come, and how far that looks ahead."""

    text: Text
    horizon_on: Day


class Recommendation(Model):
    """What an assessment asks for; its id begins with that of what was assessed, and is answered later."""

    id: PartId
    text: Text
    owner: Markable[Title] | None = None
    due_on: Day | None = None


class Assessment(Change):
    """A judgement on execution over a period, on a versioned scale."""

    period: Period
    scale: ScaleName
    grade: Title
    objectives: Annotated[dict[PartId, Title], Field(min_length=1)] | None = None
    evidence: Listed[Document] | None = None
    quality: Quality | None = None
    outlook: Outlook | None = None
    recommendations: Listed[Recommendation] | None = None

    @model_validator(mode="after")
    def _recommends_for_its_subject(self) -> Self:
        ids = [recommended.id for recommended in self.recommendations or ()]
        for id_ in ids:
            if id_.partition("/")[0] != self.subject or ids.count(id_) > 1:
                raise ValueError(f"the id of a recommendation is given once and begins with {self.subject}/")
        return self

    def begun(self) -> tuple[str, ...]:
        """Return the ids of the recommendations that begin with it."""
        return tuple(recommended.id for recommended in self.recommendations or ())

    def keyed(self, stated: str) -> Attributes:
        """Return the assessment, under its period and scale."""
        return {f"assessments:{self.period} {self.scale}": self.without(self.SUBJECT, "recommendations")}

    def beside(self) -> Iterator[OtherThing]:
        """Yield each recommendation, which begins with it."""
        for recommended in self.recommendations or ():
            owner, due_on = as_stored(recommended.owner), recommended.due_on
            fields = {"of": self.subject, "text": recommended.text, "owner": owner, "due_on": due_on}
            given = {name: value for name, value in fields.items() if value is not None}
            yield OtherThing(recommended.id, "recommendation", {LIFE: BEGINS} | given)

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the objectives that are graded; one may have been withdrawn since."""
        return tuple((objective, "objective?") for objective in self.objectives or ())


class AssessMission(Assessment):
    """Assess the execution of a mission."""

    NAME, TYPE, KIND, SUBJECT = "assess-mission", "mission.assessed/1", "mission", "mission"
    COMMAND = "assess mission"
    SENTENCE = "Mission {mission} is assessed for {period:period}: {grade} ({scale})."
    mission: Id


class AssessCluster(Assessment):
    """Assess the execution of a cluster."""

    NAME, TYPE, KIND, SUBJECT = "assess-cluster", "cluster.assessed/1", "cluster", "cluster"
    COMMAND = "assess cluster"
    SENTENCE = "Cluster {cluster} is assessed for {period:period}: {grade} ({scale})."
    cluster: Id


class AnswerRecommendation(Change):
    """Answer a recommendation."""

    NAME, TYPE = "answer-recommendation", "recommendation.answered/1"
    SENTENCE = "Recommendation {recommendation} is {answer}."
    KIND, SUBJECT, SETS = "recommendation", "recommendation", ("answer", "note")
    recommendation: PartId
    answer: Literal["accepted", "rejected", "implemented"]
    note: Text | None = None
