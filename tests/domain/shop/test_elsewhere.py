"""What a shop lets come back of what its other tills sold."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.elsewhere import Elsewhere, ElsewherePolicy


def test_a_shop_takes_nothing_of_other_tills_back_until_it_says_so() -> None:
    assert Elsewhere().refuses
    assert not Elsewhere(policy=ElsewherePolicy.SUPERVISED).refuses


@pytest.mark.parametrize(
    ("most", "gone", "left"),
    [
        (None, 9_000, None),
        (5_000, 0, 5_000),
        (5_000, 4_999, 1),
        (5_000, 5_000, 0),
        (5_000, 7, 4_993),
    ],
)
def test_the_limit_is_for_a_receipt_not_for_a_return(
    most: int | None, gone: int, left: int | None
) -> None:
    assert Elsewhere(most_minor=most).left_minor(gone) == left


def test_a_limit_that_was_lowered_later_leaves_nothing_below_zero() -> None:
    assert Elsewhere(most_minor=1_000).left_minor(4_000) == 0
