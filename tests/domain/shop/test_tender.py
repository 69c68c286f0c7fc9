"""Cash with change and rounding, cards with their reference, several payments of one sale."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posloyalty.domain.shop.tender import (
    CashRounding,
    Tender,
    TenderKind,
    TenderRefusal,
    still_due,
    take_cash,
    take_exact,
)
from posloyalty.domain.values.rounding import Rounding

CHINA = CashRounding(10, Rounding.FLOOR)
SWISS = CashRounding(5, Rounding.HALF_UP)
EXACT = CashRounding()


@pytest.mark.parametrize(
    ("payable", "given", "rounding", "amount", "change", "rounded"),
    [
        (11276, 20000, CHINA, 11276, 8730, -6),
        (11276, 11270, CHINA, 11276, 0, -6),
        (11270, 20000, CHINA, 11270, 8730, 0),
        (998, 1000, SWISS, 998, 0, 2),
        (997, 1000, SWISS, 997, 5, -2),
        (997, 1000, EXACT, 997, 3, 0),
        (4, 0, CHINA, 4, 0, -4),
    ],
)
def test_cash_settles_the_sale_with_change_and_rounding(
    payable: int, given: int, rounding: CashRounding, amount: int, change: int, rounded: int
) -> None:
    tender = take_cash(payable, (), given_minor=given, rounding=rounding)
    assert (tender.amount_minor, tender.change_minor, tender.rounding_minor) == (
        amount,
        change,
        rounded,
    )
    assert still_due(payable, (tender,)) == 0


def test_too_little_cash_is_a_part_payment_without_rounding() -> None:
    part = take_cash(11276, (), given_minor=5000, rounding=CHINA)
    assert (part.amount_minor, part.change_minor, part.rounding_minor) == (5000, 0, 0)
    rest = take_cash(11276, (part,), given_minor=10000, rounding=CHINA)
    assert (rest.number, rest.amount_minor, rest.change_minor) == (2, 6276, 3730)
    assert still_due(11276, (part, rest)) == 0


def test_a_card_pays_what_is_due_and_keeps_its_reference() -> None:
    tender = take_exact(5000, (), kind=TenderKind.CARD, amount_minor=3000, reference=" T-1 ")
    assert (tender.amount_minor, tender.reference) == (3000, "T-1")
    assert still_due(5000, (tender,)) == 2000


def paid(amount: int) -> tuple[Tender, ...]:
    return (Tender(number=1, kind=TenderKind.CARD, amount_minor=amount, given_minor=amount),)


@pytest.mark.parametrize(
    ("before", "amount", "reference", "reason", "numbers"),
    [
        (5000, 1, "T-1", "NOTHING_DUE", {}),
        (0, 0, "T-1", "NOT_POSITIVE", {}),
        (0, 5001, "T-1", "MORE_THAN_DUE", {"due_minor": 5000}),
        (1000, 4001, "T-1", "MORE_THAN_DUE", {"due_minor": 4000}),
        (0, 5000, "  ", "REFERENCE_NEEDED", {}),
        (0, 5000, None, "REFERENCE_NEEDED", {}),
    ],
)
def test_an_exact_payment_that_does_not_fit_is_refused(
    before: int, amount: int, reference: str | None, reason: str, numbers: dict[str, int]
) -> None:
    tenders = paid(before) if before else ()
    with pytest.raises(TenderRefusal) as refused:
        take_exact(
            5000, tenders, kind=TenderKind.QR_WALLET, amount_minor=amount, reference=reference
        )
    assert (refused.value.reason, refused.value.numbers) == (reason, numbers)


@pytest.mark.parametrize(
    ("before", "given", "reason"), [(5000, 100, "NOTHING_DUE"), (0, 0, "NOT_POSITIVE")]
)
def test_cash_that_does_not_fit_is_refused(before: int, given: int, reason: str) -> None:
    with pytest.raises(TenderRefusal) as refused:
        take_cash(5000, paid(before) if before else (), given_minor=given, rounding=CHINA)
    assert refused.value.reason == reason


@given(
    payable=st.integers(1, 100_000),
    given=st.integers(1, 200_000),
    step=st.sampled_from([1, 5, 10, 100]),
    rounding=st.sampled_from([Rounding.FLOOR, Rounding.HALF_UP]),
)
@example(payable=50, given=51, step=100, rounding=Rounding.HALF_UP)
def test_what_is_given_is_what_is_kept_and_given_back(
    payable: int, given: int, step: int, rounding: Rounding
) -> None:
    tender = take_cash(payable, (), given_minor=given, rounding=CashRounding(step, rounding))
    assert 0 <= tender.amount_minor <= payable
    assert given == tender.amount_minor + tender.rounding_minor + tender.change_minor
    assert abs(tender.rounding_minor) < step
