"""The terms on which what is left on a card is paid out: a table of cases, and both that hold."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.authority import Authority
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.pay_out import (
    NO_TERMS,
    Document,
    PaidOut,
    PayOutRefused,
    PayOutTerms,
    PayOutWay,
    check_cash,
    check_seen,
    need_for_pay_out,
)

CHINA = PayOutTerms(
    cash_most=10_000, documents=(Document.ID_CARD, Document.PASSPORT), same_name=True
)


@pytest.mark.parametrize(
    ("terms", "amount", "refused"),
    [
        (NO_TERMS, 1_000_000, ""),
        (CHINA, 10_000, ""),
        (CHINA, 10_001, "CARD_CASH_NAMED"),
        (PayOutTerms(cash_most=0), 1, "CARD_CASH_MOST"),
        (PayOutTerms(cash_most=0), 0, ""),
    ],
)
def test_above_the_most_nothing_goes_in_cash(terms: PayOutTerms, amount: int, refused: str) -> None:
    if not refused:
        check_cash(terms, amount)
        return
    with pytest.raises(PayOutRefused) as why:
        check_cash(terms, amount)
    assert why.value.reason == refused
    assert why.value.facts == {"most_minor": terms.cash_most, "left_minor": amount}


@pytest.mark.parametrize(
    ("terms", "seen", "found"),
    [
        (CHINA, "id_card", Document.ID_CARD),
        (CHINA, "passport", Document.PASSPORT),
        (NO_TERMS, "", None),
        (NO_TERMS, "id_card", None),
    ],
)
def test_a_document_is_kept_where_one_is_asked_for(
    terms: PayOutTerms, seen: str, found: Document | None
) -> None:
    assert check_seen(terms, seen) is found


@pytest.mark.parametrize("seen", ["", "driving_licence", "320102199001011234"])
def test_nothing_but_one_of_the_documents_will_do(seen: str) -> None:
    with pytest.raises(PayOutRefused) as refused:
        check_seen(CHINA, seen)
    assert refused.value.reason == "DOCUMENT_NEEDED"
    assert seen == "" or seen not in repr(refused.value.facts)


PROGRAMME = PayOutTerms(cash_most=5_000, documents=(Document.PASSPORT, Document.DRIVING_LICENCE))


@pytest.mark.parametrize(
    ("market", "programme", "both"),
    [
        (NO_TERMS, None, NO_TERMS),
        (CHINA, None, CHINA),
        (CHINA, NO_TERMS, CHINA),
        (NO_TERMS, CHINA, CHINA),
        (
            CHINA,
            PROGRAMME,
            PayOutTerms(cash_most=5_000, documents=(Document.PASSPORT,), same_name=True),
        ),
        (
            CHINA,
            PayOutTerms(cash_most=20_000, documents=(Document.DRIVING_LICENCE,)),
            CHINA,
        ),
    ],
)
def test_the_stricter_of_market_and_programme_holds(
    market: PayOutTerms, programme: PayOutTerms | None, both: PayOutTerms
) -> None:
    assert market.beside(programme) == both
    if programme is not None:
        assert programme.beside(market).cash_most == both.cash_most


@pytest.mark.parametrize(
    ("role", "amount", "may"),
    [
        (Role.CASHIER, 1, False),
        (Role.SUPERVISOR, 500_000, True),
        (Role.SUPERVISOR, 500_001, False),
        (Role.MANAGER, 10**9, True),
    ],
)
def test_a_supervisor_answers_for_it_as_far_as_refunds_go(
    role: Role, amount: int, may: bool
) -> None:
    somebody = Operator(id=b"O" * 16, name="O", role=role)
    assert Authority.usual(2).permits(somebody, need_for_pay_out(amount)) is may


def test_what_coins_make_of_it_is_its_rounding() -> None:
    paid = PaidOut(way=PayOutWay.CASH, amount_minor=4_567, given_minor=4_560)
    assert paid.rounding_minor == -7
