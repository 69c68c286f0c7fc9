"""A programme that is wound down: what it gives and takes in each of its phases."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.engine.winding_down import standing_on, why_less
from posloyalty.domain.engine.work import acting_on
from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.kinds.rule import Rule
from posloyalty.domain.shop.basket import Chosen
from tests.domain.engine.club import Club, noon
from tests.domain.engine.made import basket, codes, lot, member, product, quote, rules
from tests.domain.engine.test_vouchers import voucher

WINDING = """
[winding_down]
announced = 2026-12-01
earns_through = 2026-12-31
redeems_through = 2027-03-31
left = "voucher"
voucher = "goodbye"
points = 500
"""
VOUCHERS = """
[[voucher]]
id = "goodbye"
amount = "5.00"

[[voucher]]
id = "five"
amount = "5.00"
"""
GIVING = """
[[activity]]
id = "review"
points = 20

[[rule]]
id = "thanks"
trigger = "sale"
gives = { points = 10 }
"""
ENDS = rules(VOUCHERS, GIVING, WINDING)
CAKE = product("CAKE", "30.00")
BEFORE, ANNOUNCED = "2026-11-30", "2026-12-31"
REDEEMING, LAST, OVER = "2027-01-01", "2027-03-31", "2027-04-01"


@pytest.mark.parametrize(
    ("day", "points"), [(BEFORE, 40), (ANNOUNCED, 40), (REDEEMING, 0), (LAST, 0), (OVER, 0)]
)
def test_nobody_earns_after_the_last_day_of_earning(day: str, points: int) -> None:
    club = Club(ENDS)
    club.buys(CAKE, on=day)
    assert sum(one.remaining for one in club.state.lots) == points


@pytest.mark.parametrize(
    ("day", "points"), [(ANNOUNCED, 300), (REDEEMING, 300), (LAST, 300), (OVER, 0)]
)
def test_points_pay_through_the_last_day_of_redeeming(day: str, points: int) -> None:
    goods = basket(CAKE, member=True, redeem=300)
    found = quote(ENDS, goods, member(lot(300, last=None)), at=noon(day))
    assert sum(one.points for one in found.redemptions) == points
    if not points:
        (usable,) = found.usable
        assert codes(usable.reasons) == ["PROGRAMME_ENDED"] == codes(found.held_back)
        assert usable.reasons[0].fact("day") == date(2027, 3, 31)


@pytest.mark.parametrize(("of", "good"), [("goodbye", True), ("five", False)])
def test_a_voucher_that_points_became_outlives_the_programme(of: str, good: bool) -> None:
    right = voucher(of=of)
    goods = basket(CAKE, member=True).choosing(Chosen(kind="voucher", of=of, right_id=right.id))
    state = member(rights=(right,))
    assert quote(ENDS, goods, state, at=noon(LAST)).payable_minor == 2500
    assert quote(ENDS, goods, state, at=noon(OVER)).payable_minor == (2500 if good else 3000)


def test_a_voucher_that_was_paid_for_outlives_it_too() -> None:
    right = voucher(of="five", paid_minor=400)
    goods = basket(CAKE, member=True).choosing(Chosen(kind="voucher", of="five", right_id=right.id))
    assert quote(ENDS, goods, member(rights=(right,)), at=noon(OVER)).payable_minor == 2500


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (BEFORE, []),
        (
            ANNOUNCED,
            [
                ("WINDING_DOWN_EARNS", "2026-12-31"),
                ("WINDING_DOWN_REDEEMS", "2027-03-31"),
                ("WINDING_DOWN_VOUCHER", ""),
            ],
        ),
        (REDEEMING, [("WINDING_DOWN_REDEEMS", "2027-03-31"), ("WINDING_DOWN_VOUCHER", "")]),
        (OVER, [("PROGRAMME_ENDED", "2027-03-31")]),
    ],
)
def test_the_receipt_says_the_last_days(day: str, told: list[tuple[str, str]]) -> None:
    found = quote(ENDS, basket(CAKE, member=True), at=noon(day))
    assert [(one.code, dict(one.facts).get("day", "")) for one in found.told] == told
    assert quote(ENDS, basket(CAKE), at=noon(day)).told == ()


@pytest.mark.parametrize(
    ("last", "day", "ends", "points"),
    [
        (None, BEFORE, None, 0),  # nobody has heard of it
        (None, ANNOUNCED, "2027-03-31", 300),
        ("2027-11-01", REDEEMING, "2027-03-31", 300),
        ("2027-02-01", REDEEMING, "2027-02-01", 300),  # it ends sooner by itself
        (None, OVER, None, 0),
    ],
)
def test_a_member_sees_until_when_what_they_have_can_be_used(
    last: str | None, day: str, ends: str | None, points: int
) -> None:
    found = quote(ENDS, basket(CAKE, member=True), member(lot(300, last=last)), at=noon(day))
    (wallet,) = found.wallets
    shown = None if wallet.next_expiry is None else wallet.next_expiry.isoformat()
    assert (shown, wallet.next_expiry_points) == (ends, points)


def test_a_return_after_the_end_of_earning_takes_back_what_was_earned_before_it() -> None:
    club = Club(ENDS)
    club.buys(CAKE, on=ANNOUNCED)
    (sale,) = club.done
    club.returns(sale, on=REDEEMING)
    assert sum(one.remaining for one in club.state.lots) == 0


def test_what_only_gives_is_gone_and_what_undoes_it_is_not() -> None:
    standing = standing_on(ENDS, date(2027, 1, 1))
    assert (standing.of(Rule), standing.earn_rules) == ((), ())
    assert [one.points for one in standing.of(Activity)] == [0]
    assert (standing.id, standing.version, standing.hash) == (ENDS.id, ENDS.version, ENDS.hash)
    assert acting_on(ENDS, Trigger.UNDO, date(2027, 1, 1)) is ENDS
    assert acting_on(ENDS, Trigger.ACTIVITY, date(2027, 1, 1)) is standing


@pytest.mark.parametrize(
    ("day", "code"), [(ANNOUNCED, []), (REDEEMING, ["EARNING_ENDED"]), (OVER, ["PROGRAMME_ENDED"])]
)
def test_why_it_gives_less_than_it_declares_is_said(day: str, code: list[str]) -> None:
    assert codes(why_less(ENDS, date.fromisoformat(day))) == code
