"""What a chip says in one line is whole there; why, and the sheet, say it at length."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication

from posloyalty.domain.engine.quote import UsableRedemption
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.values.money import currency
from posloyalty.wording import LANGUAGES, Words
from ui.appearance import Appearance, layout_of
from ui.appearance.fonts import load_faces
from ui.presenters.amounts import Figures
from ui.presenters.chips import unusable_chip
from ui.presenters.reason_text import brief_reason, reason_text

ROOM = 254
"""Pixels that a refused chip's line has at 1366x768, beside its shape and its question mark."""
POINTS = {"wallet": "points", "needed_points": 2_500, "most_points": 500}
LENDING = (
    reason("HELD_ELSEWHERE"),
    reason("TILL_NOT_SOUND"),
    reason("TOO_STALE"),
    reason("CARD_NEEDS_NETWORK"),
    reason("NEEDS_CARD_OR_NETWORK"),
    reason("LEASE_USED_UP"),
    reason("FLOOR_USED_UP"),
    reason("TILL_BUDGET_USED_UP"),
    reason("STORE_BUDGET_USED_UP"),
    reason("RIGHT_NOT_LENT"),
    reason("POINTS_HERE", **POINTS),
    reason("BUDGET_USED_UP", name="Spring", here=True),
    reason("BUDGET_SHORT", name="Spring", here=True),
    reason("PROGRAMME_ENDED", day=date(2026, 12, 31)),
)
MEMBERSHIP = (
    reason("NOT_BIRTHDAY", before_days=30, after_days=30),
    reason("JOINED_BEFORE", days=30),
    reason("JOINED_LATELY", short_by=365),
    reason("NOT_ANNIVERSARY", before_days=30, after_days=30),
)


def figures(language: str) -> Figures:
    return Figures(
        words=Words(language), currency=currency("CNY"), wallets={"points": ("Points", 0)}
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("told", LENDING + MEMBERSHIP, ids=lambda one: one.code)
def test_why_something_cannot_be_had_is_whole_on_its_chip(
    qapp: QApplication, told: Reason, language: str
) -> None:
    load_faces()
    look = Appearance(language=language, layout=layout_of(1366, 768, 100))
    brief = brief_reason(told, figures(language))
    assert told.code not in brief
    assert look.text_width(brief, "caption") <= ROOM, brief


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_budget_of_which_the_till_was_lent_no_more_is_not_said_to_be_used_up(
    language: str,
) -> None:
    here = reason_text(reason("BUDGET_USED_UP", name="Spring", here=True), figures(language))
    everywhere = reason_text(reason("BUDGET_USED_UP", name="Spring"), figures(language))
    assert here != everywhere
    assert "Spring" in here


def test_a_chip_of_points_that_cannot_be_used_says_why_and_not_how_few() -> None:
    reasons = (reason("WITHIN_LEASE", wallet="points", most_points=0), reason("TILL_NOT_SOUND"))
    usable = UsableRedemption(
        wallet="points",
        balance=60_000,
        most_points=0,
        most_minor=0,
        step_points=100,
        least_points=100,
        reasons=reasons,
    )
    chip = unusable_chip(usable, figures("en"))
    assert chip.sub == "Not here: the till was restored"
