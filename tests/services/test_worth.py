"""What points are worth where the merchant may have to stand for them."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.room_here import PointsWorth, worth_of
from posloyalty.services.programmes.programmes import read_programme

HEAD = """
language = 2
id = "shop"
version = 1
name = { en = "Shop" }
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "stars"
unit = "stamps"
"""
PAYS = '[wallet.spend]\npoints = 100\nmoney = "1.00"\n'
SMALL = '[[reward]]\nid = "small"\nwallet = "stars"\ncost = 4\namount = "2.00"\n'
DEAR = '[[reward]]\nid = "dear"\nwallet = "stars"\ncost = 10\namount = "9.00"\n'
CUP = '[[reward]]\nid = "cup"\nwallet = "stars"\ncost = 10\nfree = { up_to = "8.00" }\n'
BOUND = '[[reward]]\nid = "half"\nwallet = "stars"\ncost = 10\npercent = "0.5"\nmost = "7.00"\n'
ANY = '[[reward]]\nid = "any"\nwallet = "stars"\ncost = 10\nfree = {}\n'


def programme(*more: str) -> Programme:
    return read_programme("".join((HEAD, *more)).encode())


@pytest.mark.parametrize(
    ("more", "worth"),
    [
        ((PAYS, DEAR), PointsWorth(100, 100)),  # what points pay, whatever they buy beside that
        ((SMALL,), PointsWorth(4, 200)),
        ((SMALL, DEAR), PointsWorth(10, 900)),  # 0.90 a star against 0.50
        ((CUP,), PointsWorth(10, 800)),
        ((BOUND,), PointsWorth(10, 700)),
        ((SMALL, ANY), None),  # the dearest cup in the shop
        ((), None),
    ],
)
def test_points_are_worth_what_they_pay_or_what_the_dearest_reward_takes_off(
    more: tuple[str, ...], worth: PointsWorth | None
) -> None:
    found = programme(*more)
    assert worth_of(found, found.wallet("stars")) == worth


def test_a_worth_is_never_rounded_in_the_customers_favour() -> None:
    worth = PointsWorth(points=3, money_minor=200)
    assert [worth.for_money(minor) for minor in (66, 67, 133, 134)] == [0, 1, 1, 2]
    assert [worth.in_money(points) for points in (0, 1, 2, 3)] == [0, 67, 134, 200]
