"""Votes and surveys, counted: who was first counts once, and scores become figures.

`tally(...)` gives the ballots by option; `Scores` a survey's figures as exact ratios.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.survey import Question, Scale, Survey, score_meter
from posloyalty.domain.programme.kinds.vote import BALLOT, Vote
from posloyalty.domain.values.ratio import Ratio

HUNDRED = Ratio(100)


def tally(vote: Vote, rights: Iterable[Right]) -> dict[str, int]:
    """The ballots of each option. Of two that one member cast where tills could not hear one
    another, the first counts.
    """
    first: dict[bytes, Right] = {}
    for one in sorted(rights, key=lambda right: (right.origin, right.id)):
        if one.kind == BALLOT and one.of.startswith(f"{vote.id}/") and one.cancelled <= 0:
            first.setdefault(one.owner, one)
    counts = Counter(one.of.removeprefix(f"{vote.id}/") for one in first.values())
    return {option.id: counts[option.id] for option in vote.options}


@dataclass(frozen=True, slots=True)
class Scores:
    """How often each score of a question was given."""

    question: Question
    counts: Mapping[int, int]

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.counts.values())

    @property
    def figure(self) -> Ratio | None:
        """The figure of the scale; None without an answer.

        NPS: percentage of 9 and 10 less that of 0 to 6, from -100 to 100. CSAT: percentage of 4 and
        5. CES: the mean.
        """
        n = self.answers
        if not n:
            return None
        match self.question.scale:
            case Scale.NPS:
                good = sum(self.counts.get(score, 0) for score in (9, 10))
                bad = sum(self.counts.get(score, 0) for score in range(7))
                return Ratio(good - bad, n) * HUNDRED
            case Scale.CSAT:
                return Ratio(sum(self.counts.get(score, 0) for score in (4, 5)), n) * HUNDRED
            case Scale.CES:
                return Ratio(sum(score * times for score, times in self.counts.items()), n)


def scores_of(
    programme: Programme, survey: Survey, entries: Iterable[MeterEntry]
) -> tuple[Scores, ...]:
    """The scores of every question, from what was counted under the survey's id."""
    sums: Counter[str] = Counter()
    for entry in entries:
        sums[entry.meter] += entry.amount
    return tuple(
        Scores(
            question,
            {
                score: sums[programme.meter(score_meter(survey, question, score))]
                for score in question.scale.scores
            },
        )
        for question in survey.questions
    )
