"""A terminal's payment: which step may follow which, and when it is a tender."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.payment import OPEN, TAKEN, PaymentStep, may_follow
from tests.devices.test_terminals import a_payment

ASKED, APPROVED, DECLINED, UNKNOWN, TOOK, TOOK_NOT, GIVEN_BACK = PaymentStep
ALLOWED = {
    ASKED: {APPROVED, DECLINED, UNKNOWN, TOOK, TOOK_NOT},
    UNKNOWN: {APPROVED, DECLINED, TOOK, TOOK_NOT},
    APPROVED: {GIVEN_BACK},
    TOOK: {GIVEN_BACK},
    DECLINED: set(),
    TOOK_NOT: set(),
    GIVEN_BACK: set(),
}


@pytest.mark.parametrize("before", PaymentStep)
@pytest.mark.parametrize("after", PaymentStep)
def test_a_payment_goes_on_only_from_what_is_not_known_or_was_taken(
    before: PaymentStep, after: PaymentStep
) -> None:
    assert may_follow(before, after) is (after in ALLOWED[before])


@pytest.mark.parametrize("step", PaymentStep)
def test_only_what_was_taken_pays(step: PaymentStep) -> None:
    payment = replace(a_payment(6_280), step=step, reference="8841")
    assert (payment.open, payment.taken) == (step in OPEN, step in TAKEN)
    if step in TAKEN:
        tender = payment.tender(2)
        assert (tender.number, tender.amount_minor, tender.reference) == (2, 6_280, "8841")
    else:
        with pytest.raises(ValueError, match="pays nothing"):
            payment.tender(2)


def test_what_a_supervisor_saw_has_a_reference_of_its_own() -> None:
    payment = replace(a_payment(6_280), step=TOOK)
    assert payment.tender(1).reference == "000102030405"
