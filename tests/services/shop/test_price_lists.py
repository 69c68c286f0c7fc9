"""Price lists of a shop: kept by the manager, journalled, charged at the counter, printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.price_list import Buyers, ListPrice, PriceList
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.shop.practice import furnish, shop_copy
from posloyalty.services.shop.price_lists import PriceListForm, PriceLists
from posloyalty.sync.events import SettingsChange, decode
from tests.fakes.book import made_book
from tests.services.a_shop import Shop, csv_file, new_shop
from tests.services.counter import paid

LI = Operator(b"L" * 16, "Li", Role.CASHIER)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        from posloyalty.documents.table_file import read_table

        table = csv_file(
            tmp_path / "goods.csv",
            """
            sku,name,price,tax_class
            TEA,Tea,20.00,std13
            CUP,Cup,50.00,std13
            """,
        )
        made.till.import_products.run(read_table(table), made.manager)
        yield made


def lists(shop: Shop) -> PriceLists:
    return shop.till.price_lists


def club(shop: Shop, **more: object) -> PriceList:
    asked = {"code": "CLUB", "name": "Club price", "buyers": Buyers.EVERYBODY, **more}
    return lists(shop).save(PriceListForm(**asked), shop.manager)


def tea(shop: Shop) -> Product:
    return next(one for one in shop.till.catalogue.search("TEA") if one.sku == "TEA")


def findings(refused: pytest.ExceptionInfo[ServiceRefusal]) -> list[tuple[str, str]]:
    return [(one.place, one.reason) for one in refused.value.findings]


def changes(shop: Shop) -> list[tuple[str, tuple[str, ...]]]:
    with shop.till.book.read() as reader:
        events = [decode(stored.body) for stored in reader.journal.events()]
    return [
        (event.kind, event.fields)
        for event in events
        if isinstance(event, SettingsChange) and event.kind.startswith("price")
    ]


def test_a_list_is_kept_with_its_prices_also_over_a_restart(shop: Shop) -> None:
    made = club(
        shop,
        stores=("S02", "S01"),
        first_day=date(2026, 12, 1),
        last_day=date(2026, 12, 24),
        buyers=Buyers.TIER,
        buyers_of="level/gold",
        rate=Ratio(9, 10),
    )
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    shop.reopen()
    (found,) = lists(shop).all()
    assert (found.stores, found.first_day, found.last_day) == (
        ("S01", "S02"),
        date(2026, 12, 1),
        date(2026, 12, 24),
    )
    assert (found.buyers, found.buyers_of, found.rate) == (
        Buyers.TIER,
        "level/gold",
        Ratio(9, 10),
    )
    assert dict(found.prices) == {tea(shop).id: 1800}


def test_every_change_is_in_the_journal_and_no_change_is_not(shop: Shop) -> None:
    made = club(shop)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    form = PriceListForm(id=made.id, code="CLUB", name="Members", buyers=Buyers.EVERYBODY)
    lists(shop).save(form, shop.manager)
    lists(shop).save(form, shop.manager)
    told = changes(shop)
    assert [fields for _, fields in told[1:]] == [("price TEA",), ("name",)]
    assert len(told) == 3


def test_a_change_of_a_list_keeps_its_prices_and_a_price_may_be_taken_out(shop: Shop) -> None:
    made = club(shop)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    lists(shop).set_price(made.id, "CUP", 4000, shop.manager)
    lists(shop).set_price(made.id, "CUP", None, shop.manager)
    form = PriceListForm(id=made.id, code="CLUB", name="Members", active=False)
    saved = lists(shop).save(form, shop.manager)
    assert dict(saved.prices) == {tea(shop).id: 1800}
    named = lists(shop).named(made.id, 10)
    assert ([(one.sku, minor) for one, minor in named.rows], named.total) == ([("TEA", 1800)], 1)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"code": " "}, [("code", "REQUIRED")]),
        ({"name": "x" * 200}, [("name", "TOO_LONG")]),
        ({"code": "CLUB"}, [("code", "LIST_TAKEN")]),
        ({"buyers": Buyers.SEGMENT}, [("buyers_of", "REQUIRED")]),
        (
            {"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 1)},
            [("last_day", "ENDS_BEFORE_IT_BEGINS")],
        ),
        ({"rate": Ratio(0)}, [("rate", "LIST_RATE_RANGE")]),
        ({"rate": Ratio(11)}, [("rate", "LIST_RATE_RANGE")]),
        ({"code": "", "rate": Ratio(-1)}, [("code", "REQUIRED"), ("rate", "LIST_RATE_RANGE")]),
    ],
)
def test_all_that_is_wrong_with_a_list_is_said_at_once(
    shop: Shop, asked: dict[str, object], wrong: list[tuple[str, str]]
) -> None:
    club(shop)
    form = PriceListForm(**{"code": "NEW", "name": "New", **asked})
    with pytest.raises(ServiceRefusal) as refused:
        lists(shop).save(form, shop.manager)
    assert findings(refused) == wrong
    assert len(lists(shop).all()) == 1


@pytest.mark.parametrize(
    ("sku", "price", "wrong"),
    [
        ("NONE", 100, [("price_sku", "UNKNOWN_PRODUCT")]),
        ("TEA", -1, [("price", "PRICE_RANGE")]),
    ],
)
def test_a_price_that_cannot_be_is_refused(
    shop: Shop, sku: str, price: int, wrong: list[tuple[str, str]]
) -> None:
    made = club(shop)
    with pytest.raises(ServiceRefusal) as refused:
        lists(shop).set_price(made.id, sku, price, shop.manager)
    assert findings(refused) == wrong


def test_only_who_may_change_settings_changes_a_list(shop: Shop) -> None:
    made = club(shop)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        lists(shop).save(PriceListForm(code="X", name="X"), LI)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        lists(shop).set_price(made.id, "TEA", 1, LI)


def test_a_list_that_is_gone_is_not_changed(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal, match="NO_SUCH_LIST"):
        lists(shop).save(PriceListForm(id=b"?" * 16, code="X", name="X"), shop.manager)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_LIST"):
        lists(shop).set_price(b"?" * 16, "TEA", 1, shop.manager)
    assert lists(shop).named(b"?" * 16, 10).total == 0


def test_whose_a_list_can_be_is_what_the_programme_knows(shop: Shop) -> None:
    known = {(one.buyers, one.of) for one in lists(shop).buyers()}
    assert (Buyers.TIER, "level/gold") in known


def test_a_price_counts_from_the_next_quote_and_the_sale_keeps_both_prices(shop: Shop) -> None:
    check_out: CheckOut = shop.till.check_out
    basket = check_out.open_basket().add(tea(shop))
    before = check_out.quote(basket)
    made = club(shop)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    with pytest.raises(ServiceRefusal, match="QUOTE_STALE"):
        check_out.complete(basket, before, paid(before), shop.manager)
    quote = check_out.quote(basket)
    assert (before.payable_minor, quote.payable_minor) == (2000, 1800)
    sale = check_out.complete(basket, quote, paid(quote), shop.manager)
    with shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
    assert stored is not None
    (line,) = stored.sale.lines
    assert (line.unit_price_minor, line.listed) == (1800, ListPrice("CLUB", "Club price", 2000))
    assert shop.till.verify.verify().first is None


def test_the_receipt_names_the_list_and_the_shelf_price(shop: Shop) -> None:
    from posloyalty.services.papers.receipt import Items

    made = club(shop)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    check_out = shop.till.check_out
    basket = check_out.open_basket().add(tea(shop), quantity_milli=2000)
    quote = check_out.quote(basket)
    sale = check_out.complete(basket, quote, paid(quote), shop.manager)
    paper = shop.till.receipts.receipt(sale.id, copy=False)
    (item,) = next(block for block in paper.blocks if isinstance(block, Items)).rows
    assert (item.unit_price, item.amount) == ("18.00", "36.00")
    assert [note.name for note in item.notes] == ["Club price (shelf price 20.00)"]


def test_training_has_the_shop_s_lists(shop: Shop, tmp_path: Path) -> None:
    made = club(shop)
    lists(shop).set_price(made.id, "TEA", 1800, shop.manager)
    copy = shop_copy(shop.till.book, shop.till.clock.now())
    with made_book(tmp_path / "training") as other:
        with other.book.write() as unit:
            furnish(unit, copy, Operator(b"N" * 16, "nobody", Role.MANAGER))
            unit.commit()
        with other.book.read() as reader:
            (found,) = reader.catalogue.price_lists()
    assert dict(found.prices) == {tea(shop).id: 1800}
