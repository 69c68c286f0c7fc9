"""Somebody with the authority answers for an act; a wrong PIN costs the same as at the sign-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.authority import Approval, Limit, Need
from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.people.sign_in import PinRefused
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from tests.faults.shop import PIN
from tests.services.conftest import Shop

VOID = Need(Right.VOID)


def person(shop: Shop, name: str, role: Role, pin: str) -> Operator:
    form = OperatorForm(id=None, name=name, role=role, new_pin=pin)
    return shop.till.people.save(form, shop.manager)


def test_those_who_may_are_offered_and_nobody_else(shop: Shop) -> None:
    person(shop, "Cashier", Role.CASHIER, "1111")
    supervisor = person(shop, "Supervisor", Role.SUPERVISOR, "2222")
    assert shop.till.approvals.who_may(VOID) == (supervisor, shop.manager)
    beyond = Need.discount(90, 100)
    assert shop.till.approvals.who_may(beyond) == (shop.manager,)


def test_the_right_pin_approves_with_its_reason(shop: Shop) -> None:
    answer = shop.till.approvals.by_pin(VOID, shop.manager.id, PIN, "mistake")
    assert answer == Approval(shop.manager, "mistake")


def test_wrong_pins_slow_down_and_are_journalled_as_at_the_sign_in(shop: Shop) -> None:
    for _ in range(3):
        answer = shop.till.approvals.by_pin(VOID, shop.manager.id, "0000", "mistake")
    assert answer == PinRefused(wait_s=2, attempts=3)
    assert shop.till.sign_in.waiting_s(shop.manager.id) == 2
    with shop.till.book.read() as reader:
        bodies = [e.body for e in reader.journal.events() if e.kind == "pin_refused"]
    last = events.decode(bodies[-1])
    assert isinstance(last, events.PinRefused)
    assert (last.operator, last.failures) == (shop.manager.id.hex(), 3)


def test_who_may_not_is_refused_even_with_the_right_pin(shop: Shop) -> None:
    cashier = person(shop, "Cashier", Role.CASHIER, "1111")
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.approvals.by_pin(VOID, cashier.id, "1111")


def test_the_shop_s_own_limits_hold_at_once_and_after_a_restart(shop: Shop) -> None:
    cashier = person(shop, "Cashier", Role.CASHIER, "1111")
    details = replace(
        shop.till.shop.details(),
        bounds=(
            (Role.CASHIER, Limit.REFUND_AMOUNT, 10_000),
            (Role.CASHIER, Limit.DISCOUNT_PERCENT, None),
        ),
    )
    shop.till.shop.save(details, shop.manager)
    for of_now in (lambda: shop.till, shop.restart):
        till = of_now()
        assert till.shop.details().bounds == details.bounds
        assert cashier in till.approvals.who_may(Need.refund(10_000))
        assert cashier not in till.approvals.who_may(Need.refund(10_001))
        assert cashier in till.approvals.who_may(Need.discount(4000, 5000))
