"""Goods that no till of the shop knows are sold at a typed price, under an article for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.shop.scan_code.rules import ScanScreen
from posloyalty.domain.shop.tender import take_cash
from posloyalty.services.selling.recognise_scan import STAND_IN_SKU
from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.till import Till
from tests.faults.shop import MEMBER_PHONE, make_shop, reopen

STRANGE = "04006381333931"
PROGRAMME = """
language = 2
id = "plain"
version = 1
name = { en = "Plain" }
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
name = { en = "Points" }
unit = "points"

[[earn]]
id = "base"
name = { en = "Points" }
per_spend = { points = 1, money = "1.00" }
"""
KNOWN_ONLY = PROGRAMME + 'on = { not = { product = ["UNKNOWN"] } }\n'
PLAIN_FORM = {"sku": STAND_IN_SKU, "name": "Unknown goods", "tax_class": "std13"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "book"
    till, _created = make_shop(folder)
    till.close()
    return folder


@pytest.fixture
def till(made: Path, tmp_path: Path) -> Iterator[Till]:
    found = reopen(Path(shutil.copytree(made, tmp_path / "book")))
    yield found
    found.close()


def stands_in(till: Till, **changes: object) -> None:
    form = ProductForm(**(PLAIN_FORM | {"price_minor": None} | changes))  # type: ignore[arg-type]
    till.catalogue.save_product(form, till.people.all()[0])


def means(till: Till, text: str, screen: ScanScreen = ScanScreen.SALE) -> object:
    return till.scan.recognise(text, screen=screen)


def test_without_such_an_article_an_unknown_code_is_unknown(till: Till) -> None:
    assert means(till, STRANGE) == UnknownProduct(STRANGE)


@pytest.mark.parametrize(("rules", "earned"), [(PROGRAMME, 17), (KNOWN_ONLY, 4)])
def test_fault_35_unknown_goods_are_sold_at_a_typed_price_and_earn_as_the_rules_say(
    till: Till, rules: str, earned: int
) -> None:
    stands_in(till)
    till.programmes.install(rules.encode())
    found = means(till, STRANGE)
    assert isinstance(found, ScannedProduct)
    assert (found.product.sku, found.unknown) == (STAND_IN_SKU, STRANGE)
    known = next(one for one in till.catalogue.search("") if one.sku == "SKU0")  # 4.50
    member_id = till.members.by_phone(MEMBER_PHONE)
    basket = till.check_out.open_basket().for_member(member_id, proof=CARD_PROOF)
    basket = basket.add(known).add(found.product, unit_price_minor=1_250)
    quote = till.check_out.quote(basket)
    due = quote.payable_minor
    cash = take_cash(due, (), given_minor=due, rounding=till.shop.details().cash)
    sale = till.check_out.complete(basket, quote, (cash,), till.people.all()[0])
    assert sale.payable_minor == 1_700
    assert [line.sku for line in sale.lines] == ["SKU0", STAND_IN_SKU]
    assert [points.earned for points in sale.points] == [earned]
    assert till.verify.verify().holds


NOT_ONE = [{"price_minor": 100}, {"gift_card": True}, {"active": False}]


@pytest.mark.parametrize("changes", NOT_ONE, ids=["has a price", "a card", "not sold"])
def test_what_cannot_stand_for_anything_does_not(till: Till, changes: dict[str, object]) -> None:
    stands_in(till, **changes)
    assert means(till, STRANGE) == UnknownProduct(STRANGE)


def test_only_a_code_as_goods_bear_it_and_only_where_goods_are_sold(till: Till) -> None:
    stands_in(till)
    assert means(till, "GUESS-1") == UnknownProduct("GUESS-1")
    for screen in (ScanScreen.SETTINGS, ScanScreen.REFUND):
        assert means(till, STRANGE, screen) == UnknownProduct(STRANGE)
