"""Points as deferred revenue: the standard's own figures, and books that balance."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.deferral import CASH, CONTRACT_LIABILITY, REVENUE, defer, release


def test_case_33_the_example_of_the_standard() -> None:
    """Goods of 100,000 with 10,000 points of 1, of which 95 % will be redeemed."""
    issued, sale = defer(
        100_000,
        goods_alone=100_000,
        points=10_000,
        point_value=Ratio(1),
        redemption_rate=Ratio(95, 100),
    )
    assert sale.postings == ((CASH, 100_000), (REVENUE, -91_324), (CONTRACT_LIABILITY, -8_676))
    first, year_1 = release(issued, redeemed=4_500)
    assert year_1.postings == ((CONTRACT_LIABILITY, 4_110), (REVENUE, -4_110))
    assert first.liability == 4_566
    second, year_2 = release(first, redeemed=4_000, expected=9_700)
    assert year_2.postings == ((CONTRACT_LIABILITY, 3_493), (REVENUE, -3_493))
    assert second.liability == 1_073
    assert all(entry.balances for entry in (sale, year_1, year_2))


def test_when_all_that_was_expected_is_redeemed_nothing_is_left() -> None:
    issued, _ = defer(
        100_000,
        goods_alone=100_000,
        points=10_000,
        point_value=Ratio(1),
        redemption_rate=Ratio(1, 3),
    )
    done, entry = release(issued, redeemed=issued.expected + 50)
    assert done.liability == 0
    assert entry.postings[0] == (CONTRACT_LIABILITY, issued.deferred)


@given(
    st.integers(0, 10**9),
    st.integers(1, 10**9),
    st.integers(0, 10**6),
    st.fractions(0, 10),
    st.fractions(0, 1),
    st.lists(st.integers(0, 10**5), max_size=6),
)
def test_every_entry_balances_and_no_more_is_released_than_was_deferred(
    price: int, goods: int, points: int, value: Fraction, rate: Fraction, redeemed: list[int]
) -> None:
    point_value = Ratio(value.numerator, value.denominator)
    redemption = Ratio(rate.numerator, rate.denominator)
    state, sale = defer(
        price,
        goods_alone=goods,
        points=points,
        point_value=point_value,
        redemption_rate=redemption,
    )
    assert sale.balances
    deferred = state.deferred
    for count in redeemed:
        state, entry = release(state, redeemed=count)
        assert entry.balances
        assert 0 <= state.released <= deferred
    assert state.liability == deferred - state.released
