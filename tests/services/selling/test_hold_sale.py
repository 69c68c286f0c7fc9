"""Holding and recalling on a real book: several, named, bounded, and none lost or doubled."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HELD_MOST, NAME_MOST
from posloyalty.services.till import Till
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import CASHIER, basket, member, refused, sell


def hold(till: Till, made: Basket, name: str = "") -> bytes:
    return till.hold.hold(made, CASHIER, total_minor=450, name=name).basket.sale_id


def names(till: Till) -> list[str]:
    return [row.held.name for row in till.hold.all()]


def test_what_is_held_comes_back_as_it_was(shop: Shop) -> None:
    till = shop.till
    made = basket(till, 2, 1, member_id=member(till))
    hold(till, made, "  table   7 ")
    (row,) = till.hold.all()
    assert (row.held.name, row.held.total_minor) == ("table 7", 450)
    assert row.member_name == "王小雨"
    assert till.hold.recall(made.sale_id, CASHIER) == made
    assert till.hold.all() == ()
    assert till.drafts.load() == (made, CASHIER.id)


def test_holding_takes_the_open_draft_along_and_no_other(shop: Shop) -> None:
    till = shop.till
    first, second = basket(till, 1), basket(till, 2)
    till.drafts.keep(second, CASHIER.id)
    hold(till, first)
    assert till.drafts.load() == (second, CASHIER.id)
    hold(till, second)
    assert till.drafts.load() is None


def test_the_newest_comes_first_and_everything_is_there_after_a_restart(shop: Shop) -> None:
    for name in ("one", "two", "three"):
        hold(shop.till, basket(shop.till, 1), name)
        shop.clock.pass_time(timedelta(minutes=1))
    assert names(shop.till) == ["three", "two", "one"]
    assert names(shop.restart()) == ["three", "two", "one"]


def test_recalling_with_a_basket_open_puts_that_one_in_its_place(shop: Shop) -> None:
    till = shop.till
    held, opened = basket(till, 1), basket(till, 3)
    hold(till, held)
    till.drafts.keep(opened, CASHIER.id)
    assert till.hold.recall(held.sale_id, CASHIER, instead_of=opened, total_minor=1350) == held
    (row,) = till.hold.all()
    assert (row.held.basket, row.held.total_minor) == (opened, 1350)
    assert till.drafts.load() == (held, CASHIER.id)


def test_no_basket_is_taken_up_twice(shop: Shop) -> None:
    made = basket(shop.till, 1)
    hold(shop.till, made)
    shop.till.hold.recall(made.sale_id, CASHIER)
    with refused("NOT_HELD"):
        shop.till.hold.recall(made.sale_id, CASHIER)


def test_a_basket_whose_sale_is_booked_is_not_offered_again(shop: Shop) -> None:
    made = basket(shop.till, 1)
    hold(shop.till, made)
    sell(shop.till, made)
    assert shop.till.hold.all() == ()
    with refused("NOT_HELD"):
        shop.till.hold.recall(made.sale_id, CASHIER)


def test_there_is_a_bound_that_names_itself_and_an_empty_basket_is_not_held(shop: Shop) -> None:
    for _ in range(HELD_MOST):
        hold(shop.till, basket(shop.till, 1))
    with refused("HELD_TOO_MANY") as fault:
        hold(shop.till, basket(shop.till, 1))
    assert fault.value.facts == {"most": HELD_MOST}
    with refused("EMPTY"):
        hold(shop.till, basket(shop.till))


def test_a_held_basket_is_named_later_and_a_name_has_its_length(shop: Shop) -> None:
    made = basket(shop.till, 1)
    hold(shop.till, made)
    shop.till.hold.rename(made.sale_id, "x" * 90)
    assert names(shop.till) == ["x" * NAME_MOST]
    with refused("NOT_HELD"):
        shop.till.hold.rename(b"n" * 16, "nobody's")
