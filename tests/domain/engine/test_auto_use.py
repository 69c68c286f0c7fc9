"""Points that are spent without asking: how many, when, and how somebody says no."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket, Redemption
from tests.domain.engine.made import HEAD, NOON, basket, codes, lot, member, product, quote, rules

WALLET = """
[[wallet]]
id = "points"
[wallet.spend]
points = 100
money = "1.00"
step = {step}
{auto}
"""
ALWAYS = 'auto_use = "always"'
SOON = 'auto_use = "expiring"\nauto_use_days = 6'
TODAY = NOON.date()


def spent(auto: str, *lots: object, step: int = 1, of: Basket | None = None) -> Quote:
    """A sale of 20.00 of somebody with these lots."""
    made = rules(wallet=WALLET.format(auto=auto, step=step), earn="")
    goods = of or basket(product("TEA", "20.00"), member=True)
    return quote(made, goods, member(*lots))  # type: ignore[arg-type]


def points(found: Quote) -> int:
    return sum(one.points for one in found.redemptions)


def test_by_default_they_are_proposed_alone() -> None:
    found = spent("", lot(500))
    assert (points(found), found.usable[0].most_points, found.usable[0].auto) == (0, 500, False)


@pytest.mark.parametrize(("held", "taken"), [(500, 500), (5000, 2000), (0, 0)])
def test_always_spends_the_most_useful_amount_and_says_so(held: int, taken: int) -> None:
    found = spent(ALWAYS, lot(held)) if held else spent(ALWAYS)
    assert (points(found), found.payable_minor) == (taken, 2000 - taken)
    for one in found.redemptions:
        assert codes(one.reasons) == ["REDEEMED", "USED_BY_ITSELF"]


@pytest.mark.parametrize(
    ("last", "taken"), [("2026-11-30", 250), ("2026-12-01", 250), ("2026-12-02", 0)]
)
def test_what_ends_within_the_days_is_spent_and_nothing_else(last: str, taken: int) -> None:
    assert str(TODAY) == "2026-11-25"
    assert points(spent(SOON, lot(250, last=last), lot(900))) == taken


def test_what_ends_soon_is_spent_in_whole_steps_without_touching_what_stays() -> None:
    found = spent(SOON, lot(250, last="2026-11-27"), lot(900), step=100)
    assert points(found) == 200
    assert codes(found.redemptions[0].reasons) == ["REDEEMED", "USED_BY_ITSELF"]


@pytest.mark.parametrize("wish", [0, 300])
def test_what_somebody_says_holds(wish: int) -> None:
    said = basket(product("TEA", "20.00"), member=True).redeeming(
        Redemption(wallet="points", points=wish), wallet="points"
    )
    found = spent(ALWAYS, lot(500), of=said)
    assert points(found) == wish
    assert "USED_BY_ITSELF" not in [one for r in found.redemptions for one in codes(r.reasons)]


def test_nothing_is_spent_of_whoever_was_found_by_phone() -> None:
    by_phone = basket(product("TEA", "20.00"), member=True).for_member(
        member().member_id, proof="phone"
    )
    assert points(spent(ALWAYS, lot(500), of=by_phone)) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('spend = { as = "tender", auto_use = "always" }\nunit = "money"', "TENDER_IS_ASKED_FOR"),
        ('spend = { points = 1, money = "1.00", auto_use = "expiring" }', "MISSING_KEY"),
        ('spend = { points = 1, money = "1.00", auto_use_days = 3 }', "UNKNOWN_KEY"),
    ],
)
def test_what_cannot_be_meant_is_named(text: str, code: str) -> None:
    found = load((HEAD.format(currency="CNY") + f'[[wallet]]\nid = "points"\n{text}\n').encode())
    assert isinstance(found, list)
    assert [one.code for one in found] == [code]
