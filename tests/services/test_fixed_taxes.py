"""A levy on bags from the settings to the receipt, the return and the Z."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import TaxClass, TaxMode, Unit
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.papers.receipt import Receipt, Row, Rows, Table
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.papers.write_shift import write_x
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import goods, paid

LI = Operator(b"L" * 16, "Li", Role.CASHIER)
BAG = TaxClass("bag", "Bag levy", Ratio(0), TaxMode.EXCLUSIVE, 10)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that sells bags at 0.50, with 0.10 on top of each."""
    with new_shop(tmp_path, programme=None) as made:
        made.till.catalogue.save_tax_class(BAG, made.manager)
        with made.till.book.write() as unit:
            bag = replace(goods(1, 50), tax_class="bag")
            unit.catalogue.save_product(bag, initials="")
            unit.commit()
        yield made


def sold(shop: Shop, pieces: int = 3) -> Sale:
    check_out = shop.till.check_out
    bag = shop.till.catalogue.product(goods(1).id)
    assert bag is not None
    basket = check_out.open_basket().add(bag, quantity_milli=pieces * 1000)
    quote = check_out.quote(basket)
    return check_out.complete(basket, quote, paid(quote), shop.manager)


def texts(paper: Receipt) -> list[tuple[str, ...]]:
    return [row for block in paper.blocks if isinstance(block, Table) for row in block.rows]


def test_a_class_keeps_its_fixed_tax_over_a_restart(shop: Shop) -> None:
    shop.reopen()
    found = {one.code: one for one in shop.till.catalogue.tax_classes()}
    assert found["bag"] == BAG
    assert found["std13"].fixed_minor == 0


def test_it_is_charged_by_the_piece_and_stored_with_the_line(shop: Shop) -> None:
    sale = sold(shop)
    (line,) = sale.lines
    assert (sale.payable_minor, sale.tax_minor) == (180, 30)
    assert (line.net_minor, line.tax_minor, line.tax_fixed_minor) == (180, 30, 10)
    with shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
    assert stored is not None
    assert stored.sale == sale
    assert shop.till.verify.verify().holds


def test_the_receipt_has_its_row_by_name_alone(shop: Shop) -> None:
    paper = shop.till.receipts.receipt(sold(shop).id, copy=False)
    assert ("Bag levy", "1.50", "0.30") in [tuple(row) for row in texts(paper)]
    rows = [row for block in paper.blocks if isinstance(block, Rows) for row in block.rows]
    assert Row("Tax added", "0.30") in rows


def test_a_return_gives_back_its_part_and_pieces_add_up(shop: Shop) -> None:
    sale = sold(shop)
    refunds = shop.till.refunds
    taxes = []
    for _ in range(3):
        wish = replace(refunds.wish((1, 1000)), cause="unwanted")
        refund = refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), shop.manager)
        taxes.append((refund.total_minor, refund.tax_minor))
    assert taxes == [(60, 10)] * 3
    assert shop.till.verify.verify().holds


def test_the_z_adds_it_up_less_what_came_back(shop: Shop) -> None:
    till = shop.till
    till.shifts.open(0, shop.manager)
    sale = sold(shop)
    wish = replace(till.refunds.wish((1, 1000)), cause="unwanted")
    till.refunds.complete(sale.id, wish, till.refunds.quote(sale.id, wish), shop.manager)
    taxes = till.shifts.report().sums.of(SumKind.TAX)
    assert [line.amount for of, line in taxes.items() if of.startswith("bag ")] == [20]


SUGAR = TaxClass("sugar", "Drinks", Ratio(13, 100), TaxMode.INCLUSIVE, 30)


@pytest.fixture
def drinks(shop: Shop) -> Shop:
    """The goods cost 11.30 with 13 % and 0.30 a piece in it."""
    shop.till.catalogue.save_tax_class(SUGAR, shop.manager)
    with shop.till.book.write() as unit:
        unit.catalogue.save_product(replace(goods(1, 1130), tax_class="sugar"), initials="")
        unit.commit()
    return shop


def give_back(shop: Shop, sale: Sale, milli: int) -> Refund:
    refunds = shop.till.refunds
    wish = replace(refunds.wish((1, milli)), cause="unwanted")
    return refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), shop.manager)


def test_beside_a_rate_it_has_a_row_of_its_own_on_receipt_return_and_z(drinks: Shop) -> None:
    till = drinks.till
    till.shifts.open(0, drinks.manager)
    sale = sold(drinks, 2)
    (tax,) = sale.taxes
    assert (tax.base_minor, tax.tax_minor, tax.fixed_minor) == (1947, 313, 60)
    both = [("Drinks 13%", "19.47", "2.53"), ("Drinks, fixed", "", "0.60")]
    assert [tuple(row) for row in texts(till.receipts.receipt(sale.id, copy=False))] == both
    refund = give_back(drinks, sale, 1000)
    (back,) = refund.taxes
    assert (back.tax_minor, back.fixed_minor) == (157, 30)
    x = write_x(
        till.shifts.current().shift,  # type: ignore[union-attr]
        till.shifts.report().sums,
        sale.at,
        shop=ReceiptShop(name="Shop", tax_names={"sugar": "Drinks"}),
        names={},
        words=Words("en"),
    )
    assert texts(x) == [("Drinks 13%", "9.74", "1.26"), ("Drinks, fixed", "", "0.30")]
    assert till.verify.verify().holds


def test_what_a_scale_weighed_gives_back_its_fixed_tax_in_any_pieces(drinks: Shop) -> None:
    till = drinks.till
    with till.book.write() as unit:
        unit.catalogue.save_product(
            replace(goods(1, 1130), tax_class="sugar", unit=Unit.KILOGRAM), initials=""
        )
        unit.commit()
    bag = till.catalogue.product(goods(1).id)
    assert bag is not None
    basket = till.check_out.open_basket().add(bag, quantity_milli=1111)
    quote = till.check_out.quote(basket)
    sale = till.check_out.complete(basket, quote, paid(quote), drinks.manager)
    assert quote.taxes[0].fixed_minor == sale.taxes[0].fixed_minor == 33
    back = [give_back(drinks, sale, milli).taxes[0] for milli in (370, 370, 371)]
    assert sum(one.fixed_minor for one in back) == 33
    assert sum(one.tax_minor for one in back) == sale.tax_minor


def test_a_fixed_tax_below_zero_is_refused(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.catalogue.save_tax_class(replace(BAG, fixed_minor=-1), shop.manager)
    assert [(one.place, one.reason) for one in refused.value.findings] == [("fixed", "PRICE_RANGE")]
