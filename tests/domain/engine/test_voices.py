"""Ballots count once, and scores become the figures of LOYALTY 4."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.voices import Scores, tally
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.survey import Question, Scale
from posloyalty.domain.programme.kinds.vote import Vote
from posloyalty.domain.programme.names import Names
from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import rules

(FLAVOUR,) = rules(
    """
[[vote]]
id = "flavour"
within = { from = 2026-05-01, through = 2026-05-31 }
option = [{ id = "plum" }, { id = "yuzu" }]
"""
).of(Vote)


def ballot(owner: int, choice: str, number: int, *, cancelled: int = 0) -> Right:
    return Right(
        id=number.to_bytes(16, "big"),
        kind="ballot",
        of=f"flavour/{choice}",
        owner=owner.to_bytes(16, "big"),
        programme="test",
        origin=number.to_bytes(16, "big"),
        cancelled=cancelled,
    )


def test_of_two_ballots_the_first_counts_in_whatever_order_they_arrive() -> None:
    cast = [ballot(1, "plum", 1), ballot(1, "yuzu", 2), ballot(2, "yuzu", 3)]
    assert tally(FLAVOUR, cast) == tally(FLAVOUR, reversed(cast)) == {"plum": 1, "yuzu": 1}
    assert tally(FLAVOUR, [ballot(3, "plum", 1, cancelled=1)]) == {"plum": 0, "yuzu": 0}


@pytest.mark.parametrize(
    ("scale", "counts", "figure"),
    [
        (Scale.NPS, {10: 500, 9: 20, 8: 290, 3: 190}, Ratio(33)),
        (Scale.CSAT, {5: 300, 4: 110, 2: 90}, Ratio(82)),
        (Scale.CES, {7: 1, 6: 1, 2: 2}, Ratio(17, 4)),
        (Scale.NPS, {}, None),
    ],
)
def test_scores_become_figures(scale: Scale, counts: dict[int, int], figure: Ratio | None) -> None:
    assert Scores(Question("it", scale, Names("it")), counts).figure == figure
