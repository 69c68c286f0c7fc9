"""What head office sells is sold at every till: real books over the real desk.

A till hears articles, prices of its own store and taxes; what it had before stays its own until
head office has an article of that number or code.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from posloyalty.bootstrap import open_till
from posloyalty.documents.table_file import read_table
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.office import hear_articles
from posloyalty.services.office.hear_articles import SETTING
from posloyalty.services.office.listen_office import News
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.sync import events
from posloyalty.sync.wire.articles import ARTICLES, ArticlesAsk, article_id
from tests.headoffice.a_chain import Chain, Placed, opened_chain
from tests.headoffice.a_kept_chain import chain_after
from tests.services.a_shop import csv_file, quick_hasher
from tests.services.counter import STD13, goods, paid

TAXES = "code,name,rate,mode\nstd13,13 %,13%,inclusive\nred9,9 %,9%,inclusive\n"
HEAD = "sku,name,price,tax_class,unit,category,codes,tags,active\n"
MILK = "77,Milk,9.80,red9,each,Dairy,4006381333931,fresh,yes\n"
APPLE = "78,Apple,12.00,red9,kg,Fruit,4011,,yes\n"
MILK_WITHOUT = MILK.replace("4006381333931", "")
CREAM = "76,Cream,5.00,red9,each,Dairy,4006381333931,,yes\n"
GTIN = "04006381333931"
DAIRY_DAY = """
[[offer]]
id = "dairy"
name = { en = "Half off dairy" }
scope = "line"
on = { category = ["Dairy"], tag = ["fresh"] }
percent = "50%"
"""


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(with_taxes, tmp_path, url=database_url) as found:
        yield found


def with_taxes(chain: Chain, _more: str) -> None:
    file(chain.office, TAXES)
    chain.talk()


def file(office: OpenOffice, text: str, *, whole: bool = False) -> None:
    """A file that is looked at and done."""
    proposed = office.articles.propose(text.encode(), by="Ann", whole=whole, in_currency="CNY")
    office.articles.confirm(proposed.number, by="Ann")


def by_sku(at: Placed, sku: str) -> Product | None:
    with at.shop.till.book.read() as reader:
        return reader.catalogue.by_sku(sku)


def product(at: Placed, sku: str) -> Product:
    found = by_sku(at, sku)
    assert found is not None
    return found


def scanned(at: Placed, code: str) -> object:
    return at.shop.till.scan.recognise(code, screen=ScanScreen.SALE)


def own(at: Placed, **changes: object) -> Product:
    """A product that the shop has by itself."""
    form = ProductForm(
        sku="L1", name="Local jam", price_minor=500, tax_class=STD13.code, codes=("4006381333931",)
    )
    return at.shop.till.catalogue.save_product(
        replace(form, **changes),  # type: ignore[arg-type]
        at.shop.manager,
    )


def total(sale: Sale) -> int:
    return sum(line.net_minor for line in sale.lines)


def told(at: Placed, kind: str) -> list[tuple[str, ...]]:
    """What the journal says of changes of a kind."""
    with at.shop.till.book.read() as reader:
        found = [events.decode(one.body) for one in reader.journal.events()]
    return [e.fields for e in found if isinstance(e, events.SettingsChange) and e.kind == kind]


def heard(at: Placed) -> None:
    """As the program does: who waits hears that there is news, and asks."""
    assert at.hear_news() is News.NEWS
    at.talk()


def later(chain: Chain) -> None:
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()


# Going down


def test_an_article_is_sold_at_every_till_as_soon_as_they_wake(chain: Chain) -> None:
    file(chain.office, HEAD + MILK)
    for till in chain.tills:
        heard(till)
        milk = product(till, "77")
        assert (milk.id, milk.price_minor, milk.tags) == (article_id("77"), 980, ("fresh",))
        found = scanned(till, "4006381333931")
        assert isinstance(found, ScannedProduct)
        assert found.product == milk
        assert [one.sku for one in till.shop.till.catalogue.search("mil")] == ["77"]
        basket = till.counter.till.check_out.open_basket().add(milk)
        assert total(till.counter.book(basket)) == 980


@pytest.mark.long(beside="test_an_article_is_sold_at_every_till_as_soon_as_they_wake")
def test_nobody_is_woken_when_all_is_heard(chain: Chain) -> None:
    file(chain.office, HEAD + MILK)
    for till in chain.tills:
        heard(till)
        assert till.hear_news() is News.QUIET
    assert chain.office.articles.heard().up_to_date == 2
    file(chain.office, HEAD + APPLE)
    assert chain.office.articles.heard().up_to_date == 0


@pytest.mark.long(beside="test_an_article_is_sold_at_every_till_as_soon_as_they_wake")
def test_whoever_shows_products_reads_them_once_however_many_pages_came(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chain.tills[0]
    before = one.way.sending.status().goods
    rows = "".join(f"A{n},Thing {n},1.00,std13,each,,,,yes\n" for n in range(12))
    file(chain.office, HEAD + rows)
    monkeypatch.setattr(hear_articles, "ArticlesAsk", lambda **said: ArticlesAsk(**said, most=5))
    heard(one)
    assert one.way.sending.status().goods == before + 1
    later(chain)
    assert one.way.sending.status().goods == before + 1


@pytest.mark.long(beside="test_taxes_and_categories_come_along")
def test_rules_see_an_articles_category_and_tags(tmp_path: Path, database_url: str) -> None:
    with opened_chain(tmp_path, url=database_url, tills=1, more=DAIRY_DAY) as chain:
        one = chain.tills[0]
        file(chain.office, TAXES)
        file(chain.office, HEAD + MILK + APPLE)
        one.talk()
        check_out = one.counter.till.check_out
        payable = [
            one.counter.quote(check_out.open_basket().add(product(one, sku))).payable_minor
            for sku in ("77", "78")
        ]
        assert payable == [980 // 2, 1200]


def test_a_till_hears_the_price_of_its_own_store(chain: Chain) -> None:
    file(chain.office, HEAD + MILK)
    file(chain.office, "sku,store,price\n77,S2,11.00\n")
    chain.talk()
    assert [product(till, "77").price_minor for till in chain.tills] == [980, 1100]
    file(chain.office, "sku,store,price\n77,S2,\n")
    chain.talk()
    assert [product(till, "77").price_minor for till in chain.tills] == [980, 980]


def test_taxes_and_categories_come_along(chain: Chain) -> None:
    file(chain.office, HEAD + MILK)
    one = chain.tills[0]
    heard(one)
    (dairy,) = (c for c in one.shop.till.catalogue.categories() if c.name == "Dairy")
    assert product(one, "77").category_id == dairy.id
    assert "red9" in {tax.code for tax in one.shop.till.catalogue.tax_classes()}
    file(chain.office, "code,name,rate,mode\nred9,10 %,10%,inclusive\n")
    heard(one)
    (red,) = (tax for tax in one.shop.till.catalogue.tax_classes() if tax.code == "red9")
    assert str(red.rate) == "1/10"
    assert one.hear_news() is News.QUIET


@pytest.mark.long(beside="test_a_till_that_has_just_joined_begins_with_all_articles")
def test_a_till_that_was_dark_for_weeks_hears_of_each_article_once(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK + APPLE)
    heard(one)
    for price in ("10.00", "11.00", "12.00"):
        chain.clock.pass_time(timedelta(days=9))
        file(chain.office, f"{HEAD}{MILK.replace('9.80', price)}")
    one.way.network.asked.clear()
    later(chain)
    assert product(one, "77").price_minor == 1200
    assert one.way.network.asked.count(ARTICLES) == 2
    assert told(one, "articles_heard")[-1] == ("saved 1",)


# What a till had


@pytest.mark.long(beside="test_an_article_with_the_shops_barcode_is_the_shops_product")
def test_what_head_office_does_not_know_stays_the_shops_own(chain: Chain) -> None:
    one = chain.tills[0]
    jam = own(one, codes=("4011",), sku="J1")
    file(chain.office, HEAD + MILK)
    heard(one)
    assert product(one, "J1") == jam
    renamed = own(one, id=jam.id, codes=("4011",), sku="J1", name="Jam")
    assert renamed.name == "Jam"


@pytest.mark.long(beside="test_an_article_with_the_shops_barcode_is_the_shops_product")
def test_an_article_of_the_shops_number_is_head_offices_from_then_on(chain: Chain) -> None:
    one = chain.tills[0]
    mine = own(one, sku="77", name="Whole milk", codes=("4012",), picture="cup")
    file(chain.office, HEAD + MILK)
    heard(one)
    now = product(one, "77")
    assert (now.id, now.name, now.price_minor, now.picture) == (mine.id, "Milk", 980, "cup")
    assert told(one, "article_taken_over") == [
        ("article 77", "was_number 77", "was_name Whole milk", "was_price 500", "was_codes 4012")
    ]


def test_an_article_with_the_shops_barcode_is_the_shops_product(chain: Chain) -> None:
    one = chain.tills[0]
    mine = own(one)
    file(chain.office, HEAD + MILK)
    heard(one)
    assert (product(one, "77").id, by_sku(one, "L1")) == (mine.id, None)
    assert told(one, "article_taken_over")[0][1] == "was_number L1"


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("code", ["4011", "2000000000015", "0200000000011", "20000004"])
def test_a_number_that_each_shop_gives_as_it_likes_makes_no_two_goods_one(
    chain: Chain, code: str
) -> None:
    one = chain.tills[0]
    mine = own(one, codes=(code, "4012"))
    file(chain.office, HEAD + APPLE.replace("4011", code))
    heard(one)
    assert product(one, "78").id == article_id("78")
    left = product(one, "L1")
    assert (left.id, left.name, left.codes) == (mine.id, "Local jam", ("4012",))
    stored = product(one, "78").codes[0]
    assert told(one, "article_code_moved") == [
        ("article 78", f"moved_code {stored}", "was_number L1")
    ]


def test_a_code_goes_from_one_article_to_another(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK + APPLE)
    heard(one)
    file(chain.office, HEAD + MILK_WITHOUT + CREAM)
    heard(one)
    assert (product(one, "77").codes, product(one, "76").codes) == ((), (GTIN,))
    assert told(one, "article_code_moved") == []


def test_a_code_goes_over_though_who_had_it_is_heard_of_in_a_later_page(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK)
    heard(one)
    file(chain.office, HEAD + MILK_WITHOUT + CREAM)
    file(chain.office, HEAD + MILK_WITHOUT.replace("9.80", "9.90"))
    monkeypatch.setattr(hear_articles, "ArticlesAsk", lambda **said: ArticlesAsk(**said, most=1))
    heard(one)
    milk = product(one, "77")
    assert (milk.price_minor, milk.codes, product(one, "76").codes) == (990, (), (GTIN,))
    assert told(one, "article_code_moved") == []


def test_nobody_changes_an_article_of_head_office_at_the_till(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK)
    heard(one)
    milk = product(one, "77")
    catalogue = one.shop.till.catalogue
    form = ProductForm(
        id=milk.id, sku="77", name="Milk", price_minor=980, tax_class="red9",
        category_id=milk.category_id, codes=milk.codes, tags=milk.tags, picture="cup",
    )  # fmt: skip
    assert catalogue.save_product(form, one.shop.manager).picture == "cup"
    for change in ({"price_minor": 1}, {"name": "Water"}, {"active": False}, {"codes": ()}):
        with pytest.raises(ServiceRefusal, match="ARTICLE_OF_HEAD_OFFICE"):
            catalogue.save_product(
                replace(form, **change),  # type: ignore[arg-type]
                one.shop.manager,
            )
    (red,) = (tax for tax in catalogue.tax_classes() if tax.code == "red9")
    with pytest.raises(ServiceRefusal, match="TAX_OF_HEAD_OFFICE"):
        catalogue.save_tax_class(replace(red, name="Other"), one.shop.manager)


def test_an_import_at_the_till_names_each_row_that_head_office_keeps(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK)
    heard(one)
    path = csv_file(
        one.shop.folder / "own.csv",
        "sku,name,tax_class,price\n77,Milk,red9,1.00\nJ1,Jam,std13,2.00\n",
    )
    report = one.shop.till.import_products.run(read_table(path), one.shop.manager)
    assert [(f.line, f.column, f.reason) for f in report.findings] == [
        (2, "sku", "ARTICLE_OF_HEAD_OFFICE")
    ]
    assert (report.added, report.refused, product(one, "77").price_minor) == (1, 1, 980)


# Withdrawn


def test_a_withdrawn_article_is_not_sold_and_still_comes_back(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK + APPLE)
    heard(one)
    check_out = one.counter.till.check_out
    sale = one.counter.book(check_out.open_basket().add(product(one, "77")))
    file(chain.office, HEAD + APPLE, whole=True)
    heard(one)
    found = scanned(one, "4006381333931")
    assert found == UnknownProduct(GTIN, withdrawn="Milk")
    assert by_code(one, GTIN) is None
    refunds = one.shop.till.refunds
    wish = replace(refunds.wish((1, 1_000)), cause="changed_mind")
    quote = refunds.quote(sale.id, wish)
    assert quote.total_minor == 980
    assert refunds.complete(sale.id, wish, quote, one.shop.manager).number


def by_code(at: Placed, code: str) -> Product | None:
    with at.shop.till.book.read() as reader:
        return reader.catalogue.by_code(code)


# An open sale


def test_an_open_basket_keeps_the_price_that_it_showed(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK)
    heard(one)
    basket = one.counter.till.check_out.open_basket().add(product(one, "77"))
    assert one.counter.quote(basket).payable_minor == 980
    file(chain.office, f"{HEAD}{MILK.replace('9.80', '12.00')}")
    heard(one)
    assert product(one, "77").price_minor == 1200
    quote = one.counter.quote(basket)
    assert total(one.counter.pay(basket, quote, paid(quote))) == 980


# On a bad line


def setting(at: Placed) -> str | None:
    with at.shop.till.book.read() as reader:
        return reader.settings.get(SETTING)


def test_a_program_that_ends_in_the_middle_goes_on_where_its_book_is(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = chain.tills[0]
    rows = "".join(f"A{n},Thing {n},1.00,std13,each,,,,yes\n" for n in range(100))
    file(chain.office, HEAD + rows)
    copies: list[Path] = []
    put = hear_articles.HeardArticles.hear

    def copied(self: object, *told: object, day: str) -> object:
        # As a power cut in the midst of each piece would leave the folder.
        copies.append(tmp_path / f"cut{len(copies)}")
        shutil.copytree(one.shop.folder, copies[-1])
        return put(self, *told, day=day)  # type: ignore[arg-type]

    monkeypatch.setattr(hear_articles.HeardArticles, "hear", copied)
    heard(one)
    found = []
    for folder in copies[:3]:
        till = open_till(
            folder, clock=chain.clock, ids=one.shop.ids, chance=one.shop.chance, keyring=None,
            hasher=quick_hasher,
        )  # fmt: skip
        with till.book.read() as reader:
            skus = [f"A{n}" for n in range(100)]
            there = len(reader.catalogue.products_among(skus, (), ()))
            found.append((there, reader.settings.get(SETTING)))
        assert till.verify.verify().holds
        till.close()
    assert [count for count, _ in found] == [0, 40, 80]
    assert len({kept for _, kept in found}) == 1  # the cursor moves with the last piece alone
    assert setting(one) != found[0][1]


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("trouble", ["lost", "no line", "twice", "changed", "portal", "busy"])
def test_whatever_happens_to_a_page_the_till_has_it_in_the_end(chain: Chain, trouble: str) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK)
    assert one.hear_news() is News.NEWS
    one.way.network.troubles += ["", trouble]
    one.talk()
    for _ in range(4):
        later(chain)
    assert product(one, "77").price_minor == 980
    assert len(told(one, "articles_heard")) <= 2
    assert told(one, "articles_heard")[-1] == ("saved 1",)


def test_a_page_that_comes_late_is_followed_by_what_is_newer(chain: Chain) -> None:
    one = chain.tills[0]
    network, kept = one.way.network, []
    file(chain.office, HEAD + MILK)

    real = network.reached

    def stale(http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        """The first page is made now and comes after the price has changed."""
        answer = real(http)
        if http.url.path == ARTICLES and not kept:
            kept.append(answer)
            file(chain.office, f"{HEAD}{MILK.replace('9.80', '12.00')}")
        return answer

    network.reached = stale  # type: ignore[method-assign]
    heard(one)
    assert kept
    assert product(one, "77").price_minor == 1200


@pytest.mark.long(
    beside="tests/headoffice/test_roll_travels.py::test_another_life_of_the_database_is_heard_from_the_start"
)
def test_head_office_of_another_life_is_heard_from_the_beginning(chain: Chain) -> None:
    one = chain.tills[0]
    file(chain.office, HEAD + MILK + APPLE)
    heard(one)
    with chain.office.database.write() as connection:
        # As in a copy of its database from before the apple.
        connection.exec_driver_sql("DELETE FROM article WHERE sku = '78'")
        connection.exec_driver_sql("UPDATE article_place SET n = 3")
        connection.exec_driver_sql("UPDATE article SET n = 3")
    later(chain)
    later(chain)
    catalogue = one.shop.till.catalogue
    ids = [product(one, sku).id for sku in ("77", "78")]
    assert catalogue.of_office(ids) == {ids[0]}
    assert product(one, "78").active


def test_prices_in_another_currency_are_not_taken_and_that_is_said_once(chain: Chain) -> None:
    one = chain.tills[0]
    with chain.office.database.write() as connection:
        connection.exec_driver_sql("UPDATE article_place SET currency = 'JPY'")
    with one.shop.till.book.write() as unit:
        unit.settings.put({SETTING: "{}"})
        unit.commit()
    later(chain)
    later(chain)
    assert by_sku(one, "77") is None
    with one.shop.till.book.read() as reader:
        found = [events.decode(e.body) for e in reader.journal.events()]
    notes = [e.facts for e in found if isinstance(e, events.ErrorNote)]
    assert notes == [(("why", "OTHER_CURRENCY"), ("what", "JPY"))]


def test_a_till_that_has_just_joined_begins_with_all_articles(
    tmp_path: Path, database_url: str
) -> None:
    with opened_chain(tmp_path, url=database_url, tills=1) as chain:
        file(chain.office, TAXES)
        file(chain.office, HEAD + MILK + APPLE)
        one = chain.tills[0]
        one.talk()
        assert [product(one, sku).price_minor for sku in ("77", "78")] == [980, 1200]
        assert product(one, goods(1).sku) == goods(1)
        with one.shop.till.book.read() as reader:
            assert reader.catalogue.of_office((goods(1).id,)) == frozenset()
