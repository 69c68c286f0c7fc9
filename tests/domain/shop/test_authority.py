"""How far rights go: a hair above a limit is above it, and managers have no bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.authority import WHOLE, Approval, Authority, Limit, Need
from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.domain.values.rounding import Rounding, divide

LI = Operator(b"L" * 16, "Li", Role.CASHIER)
CHEN = Operator(b"C" * 16, "Chen", Role.SUPERVISOR)
HUANG = Operator(b"H" * 16, "Huang", Role.MANAGER)
GONE = Operator(b"G" * 16, "Gone", Role.MANAGER, active=False)


@pytest.mark.parametrize(
    ("need", "who"),
    [
        (Need(Right.SELL), (LI, CHEN, HUANG)),
        (Need(Right.VOID), (CHEN, HUANG)),
        (Need(Right.OPEN_DRAWER), (CHEN, HUANG)),
        (Need(Right.CHANGE_SETTINGS), (HUANG,)),
        (Need.discount(1000, 10000), (LI, CHEN, HUANG)),
        (Need.discount(1001, 10000), (CHEN, HUANG)),
        (Need.discount(100, 995), (LI, CHEN, HUANG)),
        (Need.discount(101, 995), (CHEN, HUANG)),
        (Need.discount(5001, 100_000), (CHEN, HUANG)),
        (Need.discount(10000, 10000), (HUANG,)),
        (Need.refund(50_000), (LI, CHEN, HUANG)),
        (Need.refund(50_001), (CHEN, HUANG)),
        (Need.close_shift(-1000), (LI, CHEN, HUANG)),
        (Need.close_shift(-1001), (CHEN, HUANG)),
        (Need.close_shift(10_001), (HUANG,)),
    ],
)
def test_who_may_do_what_alone(need: Need, who: tuple[Operator, ...]) -> None:
    authority = Authority.usual(2)
    assert tuple(one for one in (LI, CHEN, HUANG, GONE) if authority.permits(one, need)) == who


@pytest.mark.parametrize(("exponent", "most"), [(0, 50_000), (2, 50_000), (3, 500_000)])
def test_usual_amounts_suit_the_currency(exponent: int, most: int) -> None:
    authority = Authority.usual(exponent)
    assert authority.bound(Role.CASHIER, Limit.REFUND_AMOUNT) == most
    assert authority.bound(Role.CASHIER, Limit.DISCOUNT_PERCENT) == 1000


def test_a_shop_sets_other_bounds_or_none() -> None:
    authority = Authority.usual(2).with_bound(Role.CASHIER, Limit.REFUND_AMOUNT, 0)
    assert authority.exceeded(Role.CASHIER, Need.refund(1)) is Limit.REFUND_AMOUNT
    free = authority.with_bound(Role.CASHIER, Limit.REFUND_AMOUNT, None)
    assert free.permits(LI, Need.refund(10**12))
    assert free.bound(Role.SUPERVISOR, Limit.REFUND_AMOUNT) == 500_000


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, WHOLE))
def test_a_discount_is_within_a_percentage_exactly_when_that_comes_to_so_much(
    of: int, off: int, most: int
) -> None:
    authority = Authority({Role.CASHIER: {Limit.DISCOUNT_PERCENT: most}})
    assert authority.permits(LI, Need.discount(off, of)) == (
        off <= divide(of * most, WHOLE, Rounding.HALF_UP)
    )


def test_a_raised_price_takes_nothing_of_a_limit() -> None:
    need = Need.discount(-500, 1000, right=Right.CHANGE_PRICE)
    assert all(amount == 0 for _limit, amount in need.takes)


def test_who_approves_their_own_act_is_not_named_twice() -> None:
    assert Approval(CHEN, "damaged").beside(LI) == CHEN
    assert Approval(CHEN, "damaged").beside(CHEN) is None
