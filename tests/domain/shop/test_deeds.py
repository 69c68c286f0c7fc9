"""What changed between two baskets that somebody may ask about later."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.deeds import Deed, DeedKind, deeds_between, undone
from posloyalty.domain.shop.product import Product, Unit
from posloyalty.domain.values.money import currency

MILK = Product(
    id=b"m" * 16, sku="MILK", name="Milk", price_minor=980, tax_class="A", category_id=None
)
TOAST = replace(MILK, id=b"t" * 16, sku="TOAST", name="Toast", price_minor=1250)
LOOSE = replace(MILK, id=b"l" * 16, sku="LOOSE", name="Apples", unit=Unit.KILOGRAM)
OPEN = replace(MILK, id=b"o" * 16, sku="OPEN", name="Flowers", price_minor=None)
EMPTY = Basket(sale_id=b"s" * 16, currency=currency("CNY"))
FULL = EMPTY.add(MILK, quantity_milli=3000).add(TOAST)


def removed(line: int, quantity: int, gross: int, what: str = "Milk") -> Deed:
    facts = (("line", line), ("quantity_milli", quantity), ("gross_minor", gross))
    return Deed(kind=DeedKind.LINE_REMOVED, what=what, facts=facts)


def test_scanning_more_is_no_deed() -> None:
    assert deeds_between(EMPTY, FULL) == ()
    assert deeds_between(FULL, FULL.add(MILK)) == ()


def test_a_line_that_goes_is_told_with_what_it_was_worth() -> None:
    assert deeds_between(FULL, FULL.without(1)) == (removed(1, 3000, 2940),)


def test_a_line_that_shrinks_is_told_by_its_part() -> None:
    assert deeds_between(FULL, FULL.with_quantity(1, 1000)) == (removed(1, 2000, 1960),)


def test_a_basket_of_several_lines_that_is_emptied_is_one_deed() -> None:
    facts = (("lines", 2), ("gross_minor", 4190))
    cleared = deeds_between(FULL, replace(FULL, lines=()))
    assert cleared == (Deed(kind=DeedKind.BASKET_CLEARED, facts=facts),)
    single = EMPTY.add(MILK)
    assert deeds_between(single, replace(single, lines=())) == (removed(1, 1000, 980),)


def test_another_price_is_a_deed_where_the_shop_has_one() -> None:
    (deed,) = deeds_between(FULL, FULL.with_price(2, 1000))
    assert (deed.kind, deed.what) == (DeedKind.PRICE_CHANGED, "Toast")
    assert dict(deed.facts) == {
        "line": 2,
        "before_minor": 1250,
        "after_minor": 1000,
        "quantity_milli": 1000,
        "off_minor": 250,
    }
    flowers = EMPTY.add(OPEN, unit_price_minor=3000)
    assert deeds_between(flowers, flowers.with_price(1, 2500)) == ()


def test_to_undo_a_removal_takes_it_back_and_to_undo_a_scan_removes() -> None:
    less = FULL.without(1)
    back = removed(1, 3000, 2940)
    assert undone(less, FULL) == (replace(back, undoes=True),)
    assert undone(FULL, EMPTY.add(MILK, quantity_milli=3000)) == (removed(2, 1000, 1250, "Toast"),)


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_part_that_is_removed_is_never_worth_more_than_the_line(had: int, left: int) -> None:
    before = EMPTY.add(LOOSE, quantity_milli=had)
    for deed in deeds_between(before, before.with_quantity(1, left)):
        facts = dict(deed.facts)
        assert facts["quantity_milli"] == had - left
        assert 0 <= facts["gross_minor"] <= before.gross_minor
