"""Operators are added and changed by a manager; somebody always stays one."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.people.people import NAME_MOST, OperatorForm
from posloyalty.services.people.sign_in import SignedIn
from posloyalty.services.refusal import ServiceRefusal
from tests.services.conftest import Shop


def refused(shop: Shop, form: OperatorForm, by: Operator | None = None) -> ServiceRefusal:
    with pytest.raises(ServiceRefusal) as caught:
        shop.till.people.save(form, by or shop.manager)
    return caught.value


def found(refusal: ServiceRefusal) -> set[tuple[str, str]]:
    return {(one.place, one.reason) for one in refusal.findings}


def test_a_new_cashier_can_sign_in_and_change_nothing(shop: Shop) -> None:
    cashier = shop.till.people.save(
        OperatorForm(id=None, name=" 小陈 ", role=Role.CASHIER, new_pin="1111"), shop.manager
    )
    assert cashier.name == "小陈"
    assert shop.till.sign_in.sign_in(cashier.id, "1111") == SignedIn(cashier)
    form = OperatorForm(id=None, name="Eve", role=Role.MANAGER, new_pin="2222")
    assert refused(shop, form, by=cashier).reason == "NOT_ALLOWED"


def test_everything_that_is_wrong_is_told_at_once(shop: Shop) -> None:
    form = OperatorForm(id=None, name=" ", role=Role.CASHIER, new_pin="12a")
    assert found(refused(shop, form)) == {("name", "REQUIRED"), ("new_pin", "PIN_DIGITS_ONLY")}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            OperatorForm(id=None, name="x" * (NAME_MOST + 1), role=Role.CASHIER, new_pin="1111"),
            ("name", "TOO_LONG"),
        ),
        (
            OperatorForm(id=None, name="A", role=Role.CASHIER, new_pin="123"),
            ("new_pin", "PIN_LENGTH"),
        ),
        (
            OperatorForm(id=None, name="A", role=Role.CASHIER, new_pin="123456789"),
            ("new_pin", "PIN_LENGTH"),
        ),
        (OperatorForm(id=None, name="A", role=Role.CASHIER), ("new_pin", "PIN_NEEDED")),
        (
            OperatorForm(id=None, name="林店长", role=Role.CASHIER, new_pin="1111"),
            ("name", "NAME_TAKEN"),
        ),
    ],
)
def test_a_bad_entry_is_named(shop: Shop, form: OperatorForm, expected: tuple[str, str]) -> None:
    assert expected in found(refused(shop, form))


@pytest.mark.parametrize(
    ("role", "active"), [(Role.CASHIER, True), (Role.MANAGER, False), (Role.SUPERVISOR, False)]
)
def test_the_last_manager_stays_one(shop: Shop, role: Role, active: bool) -> None:
    form = OperatorForm(id=shop.manager.id, name="林店长", role=role, active=active)
    assert found(refused(shop, form)) == {("role", "LAST_MANAGER")}


def test_a_changed_pin_takes_the_old_ones_place(shop: Shop) -> None:
    form = OperatorForm(id=shop.manager.id, name="林店长", role=Role.MANAGER, new_pin="1357")
    shop.till.people.save(form, shop.manager)
    assert isinstance(shop.till.sign_in.sign_in(shop.manager.id, "1357"), SignedIn)


def test_a_change_is_journalled_by_its_fields_and_no_change_is_not(shop: Shop) -> None:
    cashier = shop.till.people.save(
        OperatorForm(id=None, name="A", role=Role.CASHIER, new_pin="1111"), shop.manager
    )
    with shop.till.book.read() as reader:
        before = reader.journal.head().seq
    same = OperatorForm(id=cashier.id, name="A", role=Role.CASHIER)
    shop.till.people.save(same, shop.manager)
    with shop.till.book.read() as reader:
        assert reader.journal.head().seq == before
        last = list(reader.journal.events())[-1]
    assert b'"fields":["name","role","active","pin"]' in last.body
