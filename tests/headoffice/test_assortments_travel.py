"""Each store sells what its assortment has: real books over the real desk.

Two tills of two stores; an article that names no assortment is sold at both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.headoffice.articles.article_file import BadArticleFile
from posloyalty.headoffice.articles.feed import ArticleFeed
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.services.office.listen_office import News
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.sync.wire.articles import ArticlesAsk
from tests.headoffice.a_chain import Chain, Placed, out_of_reach
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.test_coming_articles_travel import at, done, heard, scan, scanned

HEAD = "sku,name,price,tax_class,codes,assortments,from\n"
MILK = "77,Milk,9.80,std13,4006381333931,,\n"
SKI = "90,Ski,900.00,std13,96385074,alps north,\n"
SURF = "91,Surf board,700.00,std13,,coast,\n"
ALL = HEAD + MILK + SKI + SURF
SKI_CODE = "96385074"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with chain_after(with_assortments, tmp_path) as found:
        yield found


def with_assortments(chain: Chain, _more: str) -> None:
    done(chain.office, "code,name,rate,mode\nstd13,13 %,13%,inclusive\n")
    done(chain.office, ALL)
    chain.office.assortments.move("S1", "ALPS", by="Ann")
    chain.office.assortments.move("S2", "COAST", by="Ann")
    chain.talk()


def has(place: Placed) -> list[str]:
    """The numbers of the three that this till sells."""
    with place.shop.till.book.read() as reader:
        found = reader.catalogue.products_among(("77", "90", "91"), (), ())
    return sorted(one.sku for one in found if one.active)


def knows(place: Placed) -> list[str]:
    with place.shop.till.book.read() as reader:
        found = reader.catalogue.products_among(("77", "90", "91"), (), ())
    return sorted(one.sku for one in found)


def test_a_till_sells_what_its_stores_assortment_has_and_knows_of_nothing_else(
    chain: Chain,
) -> None:
    assert [has(place) for place in chain.tills] == [["77", "90"], ["77", "91"]]
    assert [knows(place) for place in chain.tills] == [["77", "90"], ["77", "91"]]
    assert [place.hear_news() for place in chain.tills] == [News.QUIET, News.QUIET]


@pytest.mark.long(
    beside="test_a_till_sells_what_its_stores_assortment_has_and_knows_of_nothing_else"
)
def test_a_store_without_an_assortment_sells_everything(chain: Chain) -> None:
    assert chain.office.assortments.move("S1", "", by="Ann") == 1
    heard(chain)
    assert [has(place) for place in chain.tills] == [["77", "90", "91"], ["77", "91"]]


def test_a_store_that_moves_withdraws_and_adds_as_soon_as_its_tills_wake(chain: Chain) -> None:
    one, other = chain.tills
    before = other.way.sending.status().goods
    assert chain.office.assortments.move("S1", "COAST", by="Ann") == 2
    assert one.hear_news() is News.NEWS
    one.talk()
    assert has(one) == ["77", "91"]
    assert scan(one.shop.till, SKI_CODE) == UnknownProduct("00000096385074", withdrawn="Ski")
    heard(chain)
    assert (has(other), other.way.sending.status().goods) == (["77", "91"], before)
    chain.office.assortments.move("S1", "ALPS", by="Ann")
    heard(chain)
    assert has(one) == ["77", "90"]


def test_goods_of_the_assortment_before_still_come_back(chain: Chain) -> None:
    one = chain.tills[0]
    basket = one.counter.till.check_out.open_basket().add(scanned(one, SKI_CODE))
    sale = one.counter.book(basket)
    chain.office.assortments.move("S1", "COAST", by="Ann")
    heard(chain)
    refunds = one.shop.till.refunds
    wish = replace(refunds.wish((1, 1_000)), cause="changed_mind")
    quote = refunds.quote(sale.id, wish)
    assert quote.total_minor == 90_000
    assert refunds.complete(sale.id, wish, quote, one.shop.manager).number


@pytest.mark.long(beside="test_an_assortment_gains_an_article_from_a_day_on")
def test_an_article_leaves_an_assortment_by_a_file(chain: Chain) -> None:
    done(chain.office, "sku,name,tax_class,assortments\n90,Ski,std13,north\n77,Milk,std13,coast\n")
    heard(chain)
    assert [has(place) for place in chain.tills] == [[], ["77", "91"]]


@pytest.mark.long(
    beside="test_a_till_sells_what_its_stores_assortment_has_and_knows_of_nothing_else"
)
def test_what_the_shop_has_of_its_own_is_not_touched_by_what_is_sold_elsewhere(
    chain: Chain,
) -> None:
    other = chain.tills[1]
    form = ProductForm(
        sku="L1", name="Local ski", price_minor=500, tax_class="std13", codes=(SKI_CODE,)
    )
    mine = other.shop.till.catalogue.save_product(form, other.shop.manager)
    done(chain.office, "sku,name,price,tax_class\n90,Ski,950.00,std13\n")
    heard(chain)
    found = scan(other.shop.till, SKI_CODE)
    assert isinstance(found, ScannedProduct)
    assert found.product == mine


def test_an_assortment_gains_an_article_from_a_day_on(chain: Chain) -> None:
    one, other = chain.tills
    text = "sku,name,tax_class,assortments,from\n91,Surf board,std13,alps,2026-11-24\n"
    done(chain.office, text)
    heard(chain)
    for place in chain.tills:
        out_of_reach(place)
    assert [has(place) for place in chain.tills] == [["77", "90"], ["77", "91"]]
    at(chain, 24, 8)
    assert scanned(one, "91").price_minor == 70_000
    assert scan(other.shop.till, "91") == UnknownProduct("91", withdrawn="Surf board")


@pytest.mark.long(beside="test_a_store_that_moves_withdraws_and_adds_as_soon_as_its_tills_wake")
def test_a_till_of_an_earlier_release_hears_a_withdrawn_name(chain: Chain) -> None:
    office = chain.office
    with office.database.write() as connection:
        feed = ArticleFeed(connection, life_name=office.office.life_name, now_s=0)
        feed._note_heard = lambda *_: None  # type: ignore[method-assign]
        given = feed.page(ArticlesAsk(), till_id=b"t" * 16, store="S2")
    (ski,) = (one for one in given.articles if one.sku == "90")
    assert (ski.withdrawn, ski.name, ski.codes, ski.price) == (True, "Ski", (), None)


def test_a_store_chooses_what_articles_have_named(chain: Chain) -> None:
    assortments = chain.office.assortments
    assert assortments.codes() == ("ALPS", "COAST", "NORTH")
    assert assortments.of_stores() == {"S1": "ALPS", "S2": "COAST"}
    for store, code, reason in (
        ("S1", "CITY", "NO_SUCH_ASSORTMENT"),
        ("S9", "ALPS", "NO_SUCH_STORE"),
    ):
        with pytest.raises(ServiceRefusal, match=reason):
            assortments.move(store, code, by="Ann")
    assert assortments.move("S1", "ALPS", by="Ann") == 0
    with chain.office.database.read() as connection:
        last = entries(connection, limit=1)[0]
    assert (last.what, dict(last.facts)) == (
        "store_assortment",
        {"store": "S2", "before": "", "assortment": "COAST"},
    )


def test_a_code_of_an_assortment_that_is_none_is_named_with_its_row(chain: Chain) -> None:
    with pytest.raises(BadArticleFile) as caught:
        done(chain.office, f"{HEAD}77,Milk,9.80,std13,,no-good,\n")
    assert [(one.line, one.column, one.reason) for one in caught.value.wrong] == [
        (2, "assortments", "BAD_ASSORTMENT")
    ]


def test_assortments_are_in_the_file_of_all_articles(chain: Chain) -> None:
    text = chain.office.articles.export()
    assert b"ALPS NORTH" in text
    with pytest.raises(ServiceRefusal, match="ARTICLES_SAME"):
        chain.office.articles.propose(text, by="Ann")
