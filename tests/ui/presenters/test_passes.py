"""Passes and privileges at the counter: what is left, used by a key, taken back by authority."""

from __future__ import annotations

import pytest

from posloyalty.services.use_rights import Usable
from tests.fakes.back_office import CHEN, PIN
from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.using import COFFEES, ENDED, TRIAL
from ui.presenters.ports import Screen, Sheet
from ui.presenters.redeem import USES


def opened(language: str = "en", **more: object) -> Desk:
    """Wang's sale, with a pass, one that ended and a privilege, on the sheet."""
    counter = full_desk(language, **more)
    counter.till.use_rights.usable = Usable(passes=(COFFEES, ENDED), privileges=(TRIAL,))
    counter.press("F5")
    counter.redeem.choose_wallet(USES)
    return counter


def test_whoever_redeems_finds_passes_in_a_tab_of_their_own() -> None:
    counter = full_desk()
    counter.press("F5")
    assert counter.redeem.state.tabs == ()
    counter = opened()
    assert counter.navigator.open is Sheet.PASSES


def test_each_says_what_is_left_until_when_or_why_not() -> None:
    counter = opened()
    rows = [(row.title, row.left, row.usable) for row in counter.passes.state.rows]
    assert rows == [
        ("30 coffees", "23 left", True),
        ("30 coffees", "23 left", False),
        ("Free trial", "2 left", True),
    ]
    through, ended, _ = (row.sub for row in counter.passes.state.rows)
    assert through.startswith("Good through")
    assert ended.startswith("30 coffees was good through")


def test_enter_uses_the_chosen_one_once_and_the_sale_stays() -> None:
    counter = opened()
    before = counter.basket
    counter.press("Enter")
    assert counter.till.use_rights.used == [("pass/coffee-30", COFFEES.right_id)]
    assert counter.said == "30 coffees: used once"
    assert counter.passes.state.rows[0].left == "22 left"
    assert (counter.basket, counter.front) == (before, Screen.SALE)


def test_what_cannot_be_used_is_not() -> None:
    counter = opened()
    counter.press("Down", "Enter")
    assert not counter.passes.state.can_use
    assert counter.till.use_rights.used == []
    counter.press("Down", "Enter")
    assert counter.till.use_rights.used == [("privilege/trial", None)]


def test_a_use_that_is_refused_meanwhile_says_why() -> None:
    counter = opened()
    counter.till.use_rights.refuses = "PASS_USED_UP"
    counter.press("Enter")
    assert counter.said == "coffee-30 is used up."
    assert counter.passes.state.can_use


def test_a_use_is_taken_back_by_somebody_with_authority() -> None:
    counter = opened()
    counter.passes.take_back()
    assert counter.navigator.open is Sheet.APPROVE
    counter.press(*PIN, "Enter")
    assert counter.navigator.open is Sheet.PASSES
    assert [what for what, _ in counter.till.use_rights.given_back] == ["pass/coffee-30"]
    counter = opened(operator=CHEN)
    counter.passes.take_back()
    assert counter.till.use_rights.given_back == [("pass/coffee-30", CHEN)]


def test_without_a_member_nothing_is_listed() -> None:
    counter = desk()
    counter.navigator.open_sheet(Sheet.PASSES)
    assert counter.passes.state.rows == ()
    assert counter.passes.state.empty


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_sheet(language: str) -> None:
    counter = opened(language)
    counter.passes.reworded()
    assert all(row.left for row in counter.passes.state.rows)
