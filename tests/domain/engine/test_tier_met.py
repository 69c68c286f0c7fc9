"""A level that is newly held is a moment of its own, for welcome gifts and the like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import LevelMet, Moment, Trigger
from posloyalty.domain.engine.work import REGISTRY, Stage, works
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.wallet import Wallet
from tests.domain.engine.club import Club
from tests.domain.engine.made import lot, member, product, rules

LEVELS = """
[[tier_scheme]]
id = "level"
window = { WINDOW }
HOLD
START
level = [{ id = "silver", from = 100 }, { id = "gold", from = 500, times = 2 }]
"""
ROLLING = ('kind = "rolling_months", months = 12', "hold_months = 12", "")
NEXT_YEAR = ('kind = "calendar"', 'hold = { kind = "periods" }', 'start = "next_period"')


def levels(window: str, hold: str, start: str) -> Programme:
    text = LEVELS.replace("WINDOW", window).replace("HOLD", hold).replace("START", start)
    return rules(text)


def club(window: str, hold: str, start: str) -> Club:
    return Club(levels(window, hold, start))


ONE_FOR_BOTH = levels(*ROLLING)


@pytest.fixture
def welcomed() -> Iterator[list[tuple[LevelMet, int]]]:
    """A work that gives 50 points with every new level from gold on, and notes what it saw."""
    before, seen = REGISTRY.works, []

    @works(Wallet, Trigger.TIER_MET, stage=Stage.REWARDS)
    def welcome(wallet: Wallet, moment: Moment, awards: Awards) -> None:
        met = moment.level_met
        assert met is not None
        facts = moment.facts.member
        assert facts is not None
        seen.append((met, facts.ranks[met.scheme]))
        if met.rank >= 2:
            awards.credit(wallet.id, 50, rule_id="welcome", name="Welcome")

    yield seen
    REGISTRY.works = before


def test_the_welcome_gift_comes_with_the_sale_that_meets_the_level_and_once(
    welcomed: list[tuple[LevelMet, int]],
) -> None:
    member_of = club(*ROLLING)
    assert member_of.buys(product("A", "100.00"), on="2026-01-05").awards == ()
    (gift,) = member_of.buys(product("A", "400.00"), on="2026-02-05").awards
    assert (gift.amount, gift.rule_id) == (50, "welcome")
    assert member_of.buys(product("A", "400.00"), on="2026-03-05").awards == ()
    assert [(met.level, met.rank, met.before, rank) for met, rank in welcomed] == [
        ("silver", 1, 0, 1),
        # Once for the quote and once for the sale that is booked.
        ("silver", 1, 0, 1),
        ("gold", 2, 1, 2),
        ("gold", 2, 1, 2),
    ]
    assert member_of.wallet("2026-03-05").balance == 100 + 400 + 800 + 50


def test_a_level_for_the_next_period_is_told_when_it_is_met_and_is_not_held_yet(
    welcomed: list[tuple[LevelMet, int]],
) -> None:
    member_of = club(*NEXT_YEAR)
    member_of.buys(product("A", "500.00"), on="2026-02-05")
    met, rank = welcomed[-1]
    assert (met.level, met.first.isoformat(), rank) == ("gold", "2027-01-01", 0)


def test_a_level_that_is_given_by_hand_is_welcomed_too(
    welcomed: list[tuple[LevelMet, int]],
) -> None:
    member_of = club(*ROLLING)
    granted, gift = member_of.does("level/gold", on="2026-02-05", trigger=Trigger.TIER_GRANT)
    assert (granted.kind, gift.amount) == ("tier_grant", 50)
    assert len(welcomed) == 1
    codes = [t.code for does in member_of.done.values() for t in does.transfers]
    assert codes == [TransferCode.BONUS]


def test_who_holds_the_level_already_is_not_welcomed_again(
    welcomed: list[tuple[LevelMet, int]],
) -> None:
    member_of = club(*ROLLING)
    member_of.state = member(
        lot(600, earned="2026-01-05"), held=(("gold", "2026-01-05", "2027-01-05"),)
    )
    member_of.buys(product("A", "1.00"), on="2026-02-05")
    assert welcomed == []
    assert member_of.tier("2026-02-05").held_through is not None


@pytest.mark.parametrize("time", ["first", "second"])
def test_of_one_programme_only_the_works_of_now_are_called(
    time: str, welcomed: list[tuple[LevelMet, int]]
) -> None:
    # Read once for both, as the suite does: the second must not call the first one's work.
    member_of = Club(ONE_FOR_BOTH)
    member_of.does("level/gold", on="2026-02-05", trigger=Trigger.TIER_GRANT)
    assert [met.level for met, _rank in welcomed] == ["gold"]
