"""Several limits at once: the tightest holds, in whatever order the programme has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Final

import pytest

from posloyalty.domain.engine.caps import capped, count_in
from posloyalty.domain.engine.context import freeze
from posloyalty.domain.engine.limits import Room, Usage, usage_of
from posloyalty.domain.engine.offer_limits import counts_of
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.limit import (
    Limit,
    LimitMode,
    LimitOf,
    LimitPer,
    LimitUnit,
    use_meter,
)
from tests.domain.engine.made import (
    MEMBER_ID,
    NOON,
    STORE,
    basket,
    counted,
    member,
    product,
    quote,
    rules,
)
from tests.domain.engine.test_offers import applied

TODAY: Final = date(2026, 11, 25)
TILL: Final = b"till-number-0001"
AT: Final = replace(STORE, till_id=TILL, store_id=b"shop-number-0001")
TEA: Final = product("A", "12.00")


def offer(*limits: str) -> str:
    """Three off, within limits."""
    return f'[[offer]]\nid = "o"\nscope = "order"\namount = "3.00"\nlimit = [{", ".join(limits)}]\n'


def taken_off(limits: Sequence[str], *meters: MeterEntry) -> dict[str, int]:
    made = rules(offer(*limits))
    return applied(quote(made, basket(TEA, member=True), member(meters=meters)))


def money(amount: int, day: str) -> MeterEntry:
    return counted("test/use/o/money", amount, day)


DAY_4: Final = '{ most_money = "4.00", per = "day" }'
MONTH_9: Final = '{ most_money = "9.00", per = "month" }'
YEAR_20: Final = '{ most_money = "20.00", per = "year" }'


@pytest.mark.parametrize("limits", list(permutations([DAY_4, MONTH_9, YEAR_20])))
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([], 300),
        ([money(250, "2026-11-25")], 150),  # of the day
        ([money(800, "2026-11-01")], 100),  # of the month, on its first day
        ([money(800, "2026-10-31")], 300),  # the day before, of the year alone
        ([money(1_950, "2026-01-01")], 50),  # of the year
        ([money(1_950, "2025-12-31")], 300),
        ([money(950, "2026-11-03")], 0),  # more than the month may: nothing, and not less
    ],
)
def test_of_an_offers_money_the_tightest_limit_holds(
    limits: Sequence[str], given: list[MeterEntry], left: int
) -> None:
    assert taken_off(limits, *given) == ({"o": left} if left else {})


@pytest.mark.parametrize(
    "limits", list(permutations(['{ most = 5, per = "month" }', '{ most = 2, per = "day" }']))
)
@pytest.mark.parametrize(
    ("days", "applies"),
    [
        (["2026-11-25"], True),
        (["2026-11-25", "2026-11-25"], False),
        (["2026-11-24"] * 4, True),
        (["2026-11-24"] * 5, False),
        (["2026-11-24"] * 4 + ["2026-11-25"], False),
    ],
)
def test_of_an_offers_uses_the_tightest_limit_holds(
    limits: Sequence[str], days: list[str], applies: bool
) -> None:
    given = [counted("test/use/o/count", 1, day) for day in days]
    assert taken_off(limits, *given) == ({"o": 300} if applies else {})


@pytest.mark.parametrize(
    "limits",
    list(permutations([DAY_4, '{ most_money = "4.00", per = "month", mode = "reject" }'])),
)
def test_of_two_limits_with_as_much_left_the_one_that_rejects_decides(
    limits: Sequence[str],
) -> None:
    assert taken_off(limits, money(200, "2026-11-25")) == {}
    assert taken_off(limits, money(100, "2026-11-25")) == {"o": 300}


def test_a_use_that_two_limits_of_one_kind_look_at_is_counted_once() -> None:
    programme = rules(offer(DAY_4, MONTH_9, '{ most = 3, per = "day" }'))
    context = freeze(programme, basket(TEA, member=True), member(), NOON, AT)
    assert counts_of(context, programme.offers[0], 2, 300) == (
        ("test/use/o/money", MEMBER_ID, 300),
        ("test/use/o/count", MEMBER_ID, 2),
    )


def test_of_two_limits_of_a_rule_with_as_much_left_the_one_that_rejects_decides() -> None:
    trims = Limit(unit=LimitUnit.COUNT, most=2, per=LimitPer.DAY)
    rejects = Limit(unit=LimitUnit.COUNT, most=2, per=LimitPer.MONTH, mode=LimitMode.REJECT)
    for limits in permutations([trims, rejects]):
        room = Usage(TODAY).room(limits, "r", LimitUnit.COUNT)
        assert room == Room(2, rejects)
        assert room.fits(3) == 0


def test_what_an_event_gave_is_counted_once_for_the_member_and_for_the_till() -> None:
    programme, name = rules(), use_meter("r", LimitUnit.COUNT)
    own = counted(programme.meter(name), 1, "2026-11-25")
    at_till = counted(programme.meter(name), 1, "2026-11-25", owner=TILL)
    limits = [
        Limit(unit=LimitUnit.COUNT, most=5, per=LimitPer.DAY),
        Limit(unit=LimitUnit.COUNT, most=5, per=LimitPer.DAY, of=LimitOf.TILL),
    ]
    used = usage_of(
        programme,
        "r",
        limits,
        state=member(meters=(own,)),  # as the event has left them
        store=AT,
        day=TODAY,
        event=(own, at_till),
    )
    assert [used.used(limit, "r") for limit in limits] == [1, 1]


@pytest.mark.parametrize("of", ["member", "till"])
def test_what_an_event_took_in_is_counted_once_against_a_wallets_limit(of: str) -> None:
    limit = f'limit = [{{ most_points = 100, per = "day", of = "{of}" }}]'
    programme = rules(wallet=f'[[wallet]]\nid = "points"\n{limit}\n')
    (wallet,) = programme.wallets
    own = counted("bonus/test/points", 70, "2026-11-25")
    at_till = counted("taken_in/test/points", 70, "2026-11-25", owner=TILL)
    found = capped(
        programme,
        wallet,
        50,
        state=member(meters=(own,)),
        store=AT,
        day=TODAY,
        event=(own, at_till),
    )
    assert (found.points, found.lost) == (30, 20)


def test_a_wallets_limits_count_beside_the_member_for_each_other_owner_once() -> None:
    limits = ", ".join(
        f'{{ most_points = 100, per = "{per}", of = "{of}" }}'
        for per, of in (("day", "member"), ("day", "till"), ("month", "till"))
    )
    programme = rules(wallet=f'[[wallet]]\nid = "points"\nlimit = [{limits}]\n')
    assert count_in(programme, programme.wallets[0], member(), AT) == (TILL,)
