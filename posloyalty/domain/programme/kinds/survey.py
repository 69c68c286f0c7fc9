"""`[[survey]]`: questions after a sale, for some of those who bought.

    [[survey]]
    id = "visit"
    name = "How was it?"
    one_in = 5                    # one sale of so many invites
    rest_days = 90                # nobody is asked twice in so many days
    valid_days = 14               # how long an invitation is good
    question = [{ id = "nps", kind = "nps", name = "Would you recommend us?" }]
    gives = { points = 20 }

Kinds of questions: `nps` 0 to 10, `csat` 1 to 5, `ces` 1 to 7. Answers are counted by score and day
under the survey's own id, so that a result names nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.identifiers import derive_id

SURVEY: Final = "survey"
INVITATION: Final = "invitation"
ONE_IN_MOST: Final = 10_000
DAYS_MOST: Final = 366


class Scale(StrEnum):
    """What is asked, and between which scores."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"

    @property
    def scores(self) -> range:
        """The scores that can be given."""
        return {Scale.NPS: range(11), Scale.CSAT: range(1, 6), Scale.CES: range(1, 8)}[self]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its scale."""

    id: str
    scale: Scale
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey: how many sales invite, how often one person, how long; what an answer gives."""

    id: str
    names: Names
    one_in: int
    rest_days: int
    valid_days: int
    questions: tuple[Question, ...]
    gives: Gives

    def counts_under(self, programme_id: str) -> bytes:
        """The id under which answers are counted."""
        return derive_id(SURVEY, programme_id, self.id)

    def rested_since(self, day: date) -> date:
        """Who was invited on this day or later is not asked again."""
        return day - timedelta(days=self.rest_days - 1)

    def giving_nothing(self) -> Survey:
        """The same where nobody earns any more."""
        return replace(self, gives=Gives())


@declares(SURVEY, Survey, until=Until.ITS_OWN_END)
def read_survey(section: Section) -> Survey:
    """One `[[survey]]`."""
    survey_id = section.text("id")
    questions = tuple(_question(one) for one in section.sections("question", some=True))
    ids = [one.id for one in questions]
    if len(set(ids)) < len(ids):
        section.found("question", "NAMED_TWICE")
    read = Survey(
        id=survey_id,
        names=section.names("name", survey_id),
        one_in=section.whole("one_in", 1, least=1, most=ONE_IN_MOST),
        rest_days=section.whole("rest_days", 90, least=1, most=DAYS_MOST),
        valid_days=section.whole("valid_days", 14, least=1, most=DAYS_MOST),
        questions=questions,
        gives=read_gives(section) if "gives" in section else Gives(),
    )
    section.close(("gives",))
    return read


def _question(table: Section) -> Question:
    question_id = table.text("id")
    read = Question(question_id, table.choice("kind", Scale), table.names("name", question_id))
    table.close()
    return read


def score_meter(survey: Survey, question: Question, score: int) -> str:
    """The meter that counts a score of a question."""
    return f"survey/{survey.id}/{question.id}/{score}"


def answers_in(survey: Survey, evidence: Mapping[str, str]) -> dict[str, int] | None:
    """The answers by question; None when one is missing or out of its scale."""
    found = {}
    for question in survey.questions:
        text = evidence.get(question.id, "")
        if not text.isascii() or not text.isdigit() or int(text) not in question.scale.scores:
            return None
        found[question.id] = int(text)
    return found
