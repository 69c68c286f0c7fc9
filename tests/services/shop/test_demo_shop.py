"""The demo shop, as the ordinary services see it afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.services.people.sign_in import SignedIn
from posloyalty.services.ports import SaleRow
from posloyalty.services.selling.scanned import ScannedMember, ScannedProduct
from posloyalty.services.shop.demo_people import demo_people
from posloyalty.services.shop.demo_shop import (
    MEMBERS,
    SHOPS,
    DemoFilled,
    as_demo,
    demo_answers,
)
from posloyalty.services.shop.demo_staff import DEMO_SETTING, pins
from posloyalty.wording import LANGUAGES
from tests.services.a_shop import Shop, new_shop

FEW = 60


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, DemoFilled]]:
    """The whole demo shop, made once; its tests only look."""
    with new_shop(tmp_path_factory.mktemp("demo"), language="zh_CN", programme=None) as shop:
        made = shop.till.demo.fill(shop.manager, "zh_CN")
        shop.till.follow_members()
        yield shop, made


@pytest.fixture
def shop(filled: tuple[Shop, DemoFilled]) -> Shop:
    return filled[0]


def sales(shop: Shop) -> tuple[SaleRow, ...]:
    with shop.till.book.read() as reader:
        return reader.sales.page(before_seq=None, limit=100)


def quoted(shop: Shop, *skus: str) -> Quote:
    basket: Basket = shop.till.check_out.open_basket()
    for sku in skus:
        basket = basket.add(shop.till.catalogue.search(sku)[0])
    return shop.till.check_out.quote(basket)


def test_it_has_the_goods_members_and_sales_that_were_promised(
    filled: tuple[Shop, DemoFilled],
) -> None:
    shop, made = filled
    assert made.products >= 200
    assert made.members == MEMBERS == 2000
    assert made.sales == len(sales(shop)) >= 40
    with shop.till.book.read() as reader:
        assert reader.members.count() == MEMBERS
        assert reader.settings.get(DEMO_SETTING) == "yes"


def test_what_it_wrote_follows_from_the_journal(shop: Shop) -> None:
    assert shop.till.verify.verify().differences == ()


def test_members_pay_a_price_of_their_own_and_the_receipt_says_why(
    filled: tuple[Shop, DemoFilled],
) -> None:
    shop = filled[0]
    milk = next(one for one in shop.till.catalogue.search("DAI056") if one.sku == "DAI056")
    (row,) = shop.till.members.search("𠮷田真弓").rows
    for member_id, price, listed in ((None, 1280, None), (row.member_id, 1180, "会员价")):
        basket = shop.till.check_out.open_basket()
        if member_id is not None:
            basket = basket.for_member(member_id, proof="card")
        (line,) = shop.till.check_out.quote(basket.add(milk)).lines
        found = line.line.listed
        assert line.line.unit_price_minor == price
        assert (None if found is None else found.name) == listed


def test_every_category_has_a_colour_of_its_own_and_a_page_of_keys(shop: Shop) -> None:
    favourites, *pages = shop.till.catalogue.quick_keys()
    assert len(favourites.keys) == 16
    assert len({page.colour for page in pages}) == len(pages) == 13
    assert sum(len(page.keys) for page in pages) == 207
    assert [key.position for key in pages[0].keys] == list(range(len(pages[0].keys)))


def test_every_operator_signs_in_with_the_pin_that_the_hint_shows(shop: Shop) -> None:
    by_role = {operator.role: operator for operator in shop.till.sign_in.operators()}
    assert set(by_role) == set(Role)
    for role, pin in pins():
        assert isinstance(shop.till.sign_in.sign_in(by_role[role].id, pin), SignedIn)


def test_goods_and_cards_scan(shop: Shop) -> None:
    scanned = shop.till.scan.recognise("6900001504610", screen=ScanScreen.SALE)
    assert isinstance(scanned, ScannedProduct)
    assert scanned.product.name == "拿铁"
    (row,) = shop.till.members.search("𠮷田真弓").rows
    card = shop.till.enrol.card(row.member_id)
    found = shop.till.scan.recognise(card.token_text, screen=ScanScreen.SALE)
    assert found == ScannedMember(row.member_id, "card")


def test_members_have_chinese_and_latin_names_balances_and_levels(shop: Shop) -> None:
    with shop.till.book.read() as reader:
        everyone = [change.member for change in reader.members.changes(after=0, limit=3000)]
    names = [member.profile.name for member in everyone]
    latin = [name for name in names if name.isascii()]
    assert 200 < len(latin) < 600
    panels = [shop.till.members.panel(member.id) for member in everyone[:200]]
    assert {panel.tiers[0].rank for panel in panels} == {0, 1, 2, 3}
    assert sum(1 for panel in panels if panel.wallets[0].balance) > 100
    assert any(panel.wallets[0].next_expiry for panel in panels)
    for member in everyone[:50]:
        assert ("terms", "", True) in {(c.purpose, c.channel, c.granted) for c in member.consents}


def test_the_days_before_are_alive(shop: Shop) -> None:
    found = sales(shop)
    now = shop.clock.now()
    instants = [row.at for row in reversed(found)]
    assert instants == sorted(instants)
    assert now - timedelta(days=8) < instants[0]
    assert instants[-1] < now
    assert len({row.at.date() for row in found}) >= 5
    with_member = [row for row in found if row.member_id is not None]
    assert len(found) // 2 < len(with_member) < len(found)
    visited = shop.till.members.row(with_member[0].member_id or b"")
    assert visited is not None
    assert visited.last_visit is not None
    stored = [shop.till.history.sale(row.number).sale for row in found]
    assert any(sale.offers for sale in stored)
    assert any(points.redeemed for sale in stored for points in sale.points)
    assert {tender.kind.value for sale in stored for tender in sale.tenders} == {
        "cash",
        "card",
        "qr_wallet",
    }


def test_nothing_waits_for_the_printer(shop: Shop) -> None:
    with shop.till.book.read() as reader:
        assert reader.printing.waiting() == 0


def test_taxes_are_included_in_the_prices(shop: Shop) -> None:
    quote = quoted(shop, "COF019", "DRI035", "BRE001")
    assert quote.payable_minor == 1280 + 200 + 200
    assert {tax.tax_class: tax.tax_minor for tax in quote.taxes} == {
        "std6": 72,
        "std13": 23,
        "std9": 17,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_the_shop(tmp_path: Path, language: str) -> None:
    with new_shop(tmp_path, language=language, programme=None) as shop:
        shop.till.demo.fill(shop.manager, language, members=FEW)
        details = shop.till.shop.details()
        assert (details.name, details.store_name) == SHOPS[language][:2]
        latte = shop.till.catalogue.search("COF019")[0].name
        assert latte == {"zh_CN": "拿铁", "zh_TW": "拿鐵", "en": "Latte"}[language]


def test_the_same_clock_ids_and_chance_make_the_same_journal(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        with new_shop(tmp_path / name, programme=None) as shop:
            shop.till.demo.fill(shop.manager, "en", members=FEW)
            with shop.till.book.read() as reader:
                heads.append(reader.journal.head())
    assert heads[0] == heads[1]


def test_the_wizards_own_manager_stays_beside_the_demos_people(tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        renamed = replace(shop.manager, name="Somebody Else")
        with shop.till.book.write() as unit:
            unit.people.save(renamed)
            unit.commit()
        shop.till.demo.fill(renamed, "en", members=FEW)
        managers = [one for one in shop.till.people.all() if one.role is Role.MANAGER]
        assert len(managers) == 2


def test_a_wizards_shop_takes_the_demos_money_and_zone() -> None:
    foreign = replace(demo_answers("en").shop, currency="JPY", timezone="Asia/Tokyo", name="Mine")
    demo = as_demo(foreign)
    assert (demo.currency, demo.timezone, demo.name) == ("CNY", "Asia/Shanghai", "Mine")


def test_no_two_invented_people_share_a_phone() -> None:
    people = list(demo_people(MEMBERS))
    assert len({person.phone for person in people}) == MEMBERS
    assert people == list(itertools.islice(demo_people(MEMBERS + 5), MEMBERS))
