"""The terminal for practice: each way in which a real one answers, also after a restart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posloyalty.devices.terminals.choose import make_terminal
from posloyalty.devices.terminals.simulator import SimulatedTerminal
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.ports import PaymentWish, TerminalAnswer, TerminalOutcome


def a_payment(amount: int) -> Payment:
    return Payment(
        id=bytes(range(16)),
        sale_id=b"S" * 16,
        kind=TenderKind.CARD,
        amount_minor=amount,
        currency="CNY",
        terminal="simulator",
        step=PaymentStep.ASKED,
        at=datetime(2026, 11, 29, tzinfo=UTC),
    )


def said(answer: TerminalAnswer) -> tuple[str, bool, str]:
    return answer.outcome.value, bool(answer.reference), answer.cause


@pytest.mark.parametrize(
    ("amount", "at_once", "asked_later"),
    [
        (6_280, ("approved", True, ""), ("approved", True, "")),
        (6_201, ("declined", False, "declined"), ("declined", False, "declined")),
        (6_202, ("unknown", False, "timed_out"), ("declined", False, "not_received")),
        (6_203, ("unknown", False, "line_lost"), ("approved", True, "")),
        (6_204, ("unknown", False, "line_lost"), ("unknown", False, "line_lost")),
    ],
)
def test_the_amount_says_what_it_answers_and_another_one_answers_the_same(
    amount: int, at_once: tuple[str, bool, str], asked_later: tuple[str, bool, str]
) -> None:
    payment = a_payment(amount)
    assert said(SimulatedTerminal().take(PaymentWish(payment=payment))) == at_once
    assert said(SimulatedTerminal().ask(payment)) == asked_later


def test_what_was_taken_goes_back() -> None:
    terminal = SimulatedTerminal()
    assert terminal.give_back(a_payment(6_280)).outcome is TerminalOutcome.APPROVED
    assert terminal.give_back(a_payment(6_204)).outcome is TerminalOutcome.UNKNOWN


def test_it_keeps_what_it_was_asked_but_no_payment_code() -> None:
    terminal = SimulatedTerminal()
    wish = PaymentWish(payment=a_payment(6_280), code="134512345678901234")
    terminal.take(wish)
    terminal.ask(wish.payment)
    assert list(terminal.asked) == [("take", wish.payment.id), ("ask", wish.payment.id)]
    assert wish.code not in repr(wish)
    assert wish.code not in repr(terminal.asked)


def test_without_a_terminal_there_is_none() -> None:
    assert make_terminal("none") is None
    made = make_terminal("simulator")
    assert made is not None
    assert made.name == "simulator"
