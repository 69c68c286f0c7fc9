"""The flags that earning and offers look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.domain.shop.product import Product, Unit

PLAIN = Product(id=b"p" * 16, sku="A", name="A", price_minor=100, tax_class="std13")


@pytest.mark.parametrize("flag", ["gift_card", "deposit", "fee"])
def test_money_in_another_form_never_earns_whatever_it_says(flag: str) -> None:
    assert PLAIN.earning
    assert not replace(PLAIN, earns=True, **{flag: True}).earning
    assert not replace(PLAIN, earns=False).earning


def test_rules_may_call_a_product_by_its_number_its_category_and_each_of_its_tags_once() -> None:
    made = replace(PLAIN, category_id=b"c" * 16, tags=("tea", "green", "tea"))
    assert made.names == (
        ("product", "A"),
        ("category", b"c" * 16),
        ("tag", "tea"),
        ("tag", "green"),
    )


def test_goods_by_the_kilogram_are_weighed() -> None:
    assert replace(PLAIN, unit=Unit.KILOGRAM).weighed
    assert not PLAIN.weighed


CASHIERS = {Right.SELL, Right.REPRINT, Right.REFUND, Right.DISCOUNT, Right.CHANGE_PRICE}
CASHIERS |= {Right.CLOSE_SHIFT}
SUPERVISORS = {Right.VOID, Right.WAIVE, Right.OPEN_DRAWER, Right.SETTLE_PAYMENT, Right.SEE_AUDIT}
SUPERVISORS |= {Right.SEE_TAKINGS}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.CASHIER, CASHIERS),
        (Role.SUPERVISOR, CASHIERS | SUPERVISORS),
        (Role.MANAGER, set(Right)),
    ],
)
def test_a_role_may_do_what_it_is_for_and_nobody_who_left_may(
    role: Role, rights: set[Right]
) -> None:
    operator = Operator(id=b"o" * 16, name="Lin", role=role)
    assert {right for right in Right if operator.may(right)} == rights
    assert not any(replace(operator, active=False).may(right) for right in Right)
