"""What head office said of a later day holds at every till from that business day on.

Real books over the real desk. It is the 22nd of November 2026, a quarter past two in the afternoon
in Shanghai, where the tills are; head office goes by the days of Greenwich, eight hours behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from posloyalty.bootstrap import open_till
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.office import coming_articles
from posloyalty.services.office.hear_articles import SETTING
from posloyalty.services.office.heard_articles import HeardArticles
from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.sync.wire.articles import article_id
from tests.fakes.time import SHANGHAI
from tests.headoffice.a_chain import Chain, Placed, in_reach, out_of_reach
from tests.headoffice.a_kept_chain import chain_after
from tests.services.a_shop import quick_hasher
from tests.services.counter import paid

TAXES = "code,name,rate,mode\nstd13,13 %,13%,inclusive\nred9,9 %,9%,exclusive\n"
HEAD = "sku,name,price,tax_class,codes,active,from\n"
MILK = "77,Milk,9.80,std13,4006381333931,yes,\n"
DEARER = "77,Milk,12.00,std13,4006381333931,yes,2026-11-24\n"
DEAREST = "77,Milk,13.00,std13,4006381333931,yes,2026-11-26\n"
CODE = "4006381333931"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with chain_after(with_milk, tmp_path) as found:
        yield found


def with_milk(chain: Chain, _more: str) -> None:
    done(chain.office, TAXES)
    done(chain.office, HEAD + MILK)
    chain.talk()


@pytest.fixture
def one(chain: Chain) -> Placed:
    return chain.tills[0]


def done(office: OpenOffice, text: str) -> int:
    """A file that is looked at and done; its number."""
    proposed = office.articles.propose(text.encode(), by="Ann", in_currency="CNY")
    office.articles.confirm(proposed.number, by="Ann")
    return proposed.number


def heard(chain: Chain) -> None:
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()


def at(chain: Chain, day: int, hour: int, minute: int = 0) -> None:
    """It becomes so late in Shanghai, in November."""
    wanted = datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)
    chain.clock.pass_time(wanted - chain.clock.at)


def scan(till: Till, code: str = CODE) -> object:
    return till.scan.recognise(code, screen=ScanScreen.SALE)


def scanned(place: Placed, code: str = CODE) -> Product:
    """What a scan puts into the basket."""
    found = scan(place.shop.till, code)
    assert isinstance(found, ScannedProduct)
    return found.product


def price(place: Placed) -> int | None:
    return scanned(place).price_minor


def told(place: Placed, kind: str) -> list[tuple[str, tuple[str, ...]]]:
    """What the journal says of changes of a kind."""
    with place.shop.till.book.read() as reader:
        found = [events.decode(row.body) for row in reader.journal.events()]
    return [
        (e.what, e.fields) for e in found if isinstance(e, events.SettingsChange) and e.kind == kind
    ]


@pytest.mark.long(beside="test_a_price_of_one_store_comes_at_that_store_alone")
def test_a_price_holds_from_its_day_on_at_a_till_that_nobody_reaches(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    out_of_reach(one)
    at(chain, 23, 23, 59)
    assert price(one) == 980
    at(chain, 24, 0)
    milk = scanned(one)
    assert milk.price_minor == 1200
    sale = one.counter.book(one.counter.till.check_out.open_basket().add(milk))
    assert sum(line.net_minor for line in sale.lines) == 1200
    assert told(one, "articles_came") == [("2026-11-24", ("saved 1",))]
    assert one.shop.till.verify.verify().holds


def test_quick_keys_and_search_show_it_from_the_first_moment(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    catalogue = one.shop.till.catalogue
    at(chain, 24, 0)
    assert [found.price_minor for found in catalogue.search("milk")] == [1200]
    with one.shop.till.book.write() as unit:
        unit.catalogue.set_quick_key(None, 0, article_id("77"))
        unit.commit()
    assert catalogue.quick_keys()[0].keys[0].product.price_minor == 1200


@pytest.mark.long(beside="test_quick_keys_and_search_show_it_from_the_first_moment")
def test_screens_read_goods_again_when_a_day_came_without_anybody_scanning(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    before = one.way.sending.status().goods
    out_of_reach(one)
    at(chain, 24, 0)
    one.way.sending.step()
    assert one.way.sending.status().goods == before + 1
    with one.shop.till.book.read() as reader:
        milk = reader.catalogue.by_sku("77")
    assert milk is not None
    assert milk.price_minor == 1200


def test_a_basket_that_is_open_at_midnight_keeps_the_price_that_it_showed(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    at(chain, 23, 23, 59)
    basket = one.counter.till.check_out.open_basket().add(scanned(one))
    at(chain, 24, 0, 1)
    basket = basket.add(scanned(one))
    quote = one.counter.quote(basket)
    assert [line.net_minor for line in quote.lines] == [980, 1200]
    one.counter.pay(basket, quote, paid(quote))


def test_until_the_shift_is_over_goods_cost_what_they_cost(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    at(chain, 23, 18)
    shifts, manager = one.shop.till.shifts, one.shop.manager
    shifts.open(0, manager)
    at(chain, 24, 9)  # head office's day has come, too, and it says so
    chain.office.coming_changes.catch_up()
    chain.talk()
    assert price(one) == 980
    assert price(chain.tills[1]) == 1200
    shifts.count((), manager)
    shifts.close(manager)
    assert price(one) == 1200


@pytest.mark.long(beside="test_a_till_that_is_opened_days_later_sells_at_once_by_what_it_was_told")
def test_of_several_days_that_passed_the_last_one_holds(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER + DEAREST)
    heard(chain)
    out_of_reach(one)
    at(chain, 28, 8)
    assert price(one) == 1300
    assert [what for what, _ in told(one, "articles_came")] == ["2026-11-28"]


def test_a_till_that_is_opened_days_later_sells_at_once_by_what_it_was_told(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    one.shop.till.close()
    at(chain, 25, 8)
    till = open_till(
        one.shop.folder, clock=chain.clock, ids=one.shop.ids, chance=one.shop.chance, keyring=None,
        hasher=quick_hasher,
    )  # fmt: skip
    found = scan(till)
    till.close()
    assert isinstance(found, ScannedProduct)
    assert found.product.price_minor == 1200


def test_a_program_that_ends_while_a_day_comes_goes_on_where_its_book_is(
    chain: Chain, one: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"A{n},Thing {n},{{price}},std13,,yes,{{day}}\n" for n in range(5))
    done(chain.office, HEAD + rows.format(price="1.00", day=""))
    done(chain.office, HEAD + rows.format(price="2.00", day="2026-11-24"))
    heard(chain)
    monkeypatch.setattr(coming_articles, "PIECE", 2)
    put, pieces = HeardArticles.put, []

    def cut(self: HeardArticles, *told: object, **said: object) -> object:
        pieces.append(told)
        if len(pieces) == 2:
            raise KeyboardInterrupt
        return put(self, *told, **said)  # type: ignore[arg-type]

    monkeypatch.setattr(HeardArticles, "put", cut)
    at(chain, 24, 8)
    with pytest.raises(KeyboardInterrupt):
        one.way.sending.step()
    with one.shop.till.book.read() as reader:
        skus = [f"A{n}" for n in range(5)]
        prices = sorted(p.price_minor or 0 for p in reader.catalogue.products_among(skus, (), ()))
    assert prices == [100, 100, 100, 200, 200]
    monkeypatch.undo()
    one.way.sending.step()
    assert scanned(one, "A4").price_minor == 200
    assert [fields for _, fields in told(one, "articles_came")] == [("saved 2",), ("saved 3",)]


def test_who_scans_in_the_first_moment_waits_for_these_goods_alone(
    chain: Chain, one: Placed
) -> None:
    rows = "".join(f"A{n},Thing {n},{{price}},std13,,yes,{{day}}\n" for n in range(5))
    done(chain.office, HEAD + rows.format(price="1.00", day=""))
    done(chain.office, HEAD + rows.format(price="2.00", day="2026-11-24"))
    heard(chain)
    at(chain, 24, 8)
    assert scanned(one, "A3").price_minor == 200
    with one.shop.till.book.read() as reader:
        waits = [row.code for row in reader.coming.due("2026-11-24", most=9)]
    assert waits == ["A0", "A1", "A2", "A4"]
    assert [p.price_minor for p in one.shop.till.catalogue.search("thing")] == [200] * 5


def test_a_price_of_one_store_comes_at_that_store_alone(chain: Chain) -> None:
    done(chain.office, "sku,store,price,from\n77,S2,11.00,2026-11-24\n77,S2,,2026-11-26\n")
    heard(chain)
    at(chain, 24, 8)
    assert [price(place) for place in chain.tills] == [980, 1100]
    at(chain, 26, 8)
    assert [price(place) for place in chain.tills] == [980, 980]


def test_a_tax_holds_from_its_day_on(chain: Chain, one: Placed) -> None:
    done(chain.office, f"{HEAD}78,Tea,10.00,red9,,yes,\n")
    done(chain.office, "code,name,rate,mode,from\nred9,10 %,10%,exclusive,2026-11-24\n")
    heard(chain)
    out_of_reach(one)
    tea = scanned(one, "78")
    basket = one.counter.till.check_out.open_basket().add(tea)
    assert one.counter.quote(basket).payable_minor == 1090
    at(chain, 24, 8)
    basket = one.counter.till.check_out.open_basket().add(scanned(one, "78"))
    assert one.counter.quote(basket).payable_minor == 1100


def test_an_article_is_withdrawn_on_its_day(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER.replace("yes", "no"))
    heard(chain)
    out_of_reach(one)
    assert price(one) == 980
    at(chain, 24, 8)
    assert scan(one.shop.till) == UnknownProduct("04006381333931", withdrawn="Milk")


@pytest.mark.long(beside="test_an_article_is_withdrawn_on_its_day")
def test_a_new_article_takes_the_place_of_the_shops_own_on_its_day_and_not_before(
    chain: Chain, one: Placed
) -> None:
    form = ProductForm(
        sku="L1", name="Local jam", price_minor=500, tax_class="std13", codes=("96385074",)
    )
    mine = one.shop.till.catalogue.save_product(form, one.shop.manager)
    done(chain.office, f"{HEAD}80,Jam,6.00,std13,96385074,yes,2026-11-24\n")
    heard(chain)
    assert scanned(one, "96385074") == mine
    at(chain, 24, 8)
    jam = scanned(one, "96385074")
    assert (jam.id, jam.sku, jam.price_minor) == (mine.id, "80", 600)
    assert isinstance(scan(chain.tills[1].shop.till, "80"), ScannedProduct)


def test_a_code_goes_from_one_article_to_another_on_its_day(chain: Chain, one: Placed) -> None:
    rows = f"77,Milk,9.80,std13,,yes,2026-11-24\n76,Cream,5.00,std13,{CODE},yes,2026-11-24\n"
    done(chain.office, HEAD + rows)
    heard(chain)
    assert scanned(one).sku == "77"
    at(chain, 24, 8)
    assert scanned(one).sku == "76"


def test_who_scans_what_gets_a_code_sells_it_before_the_article_that_had_the_code_comes(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, f"{HEAD}76,Cream,5.00,std13,,yes,\n")
    rows = f"77,Milk,9.80,std13,,yes,2026-11-24\n76,Cream,5.00,std13,{CODE},yes,2026-11-24\n"
    done(chain.office, HEAD + rows)
    heard(chain)
    at(chain, 24, 8)
    assert scanned(one, "76").codes == (f"0{CODE}",)
    with one.shop.till.book.read() as reader:
        assert [row.code for row in reader.coming.due("2026-11-24", most=9)] == ["77"]
    assert scanned(one).sku == "76"
    assert scanned(one, "77").codes == ()
    assert told(one, "article_code_moved") == []


def test_what_was_taken_back_never_comes(chain: Chain, one: Placed) -> None:
    number = done(chain.office, f"{HEAD}{DEARER}80,Jam,6.00,std13,,yes,2026-11-24\n")
    heard(chain)
    chain.office.coming_changes.take_back(number, by="Ben")
    heard(chain)
    at(chain, 25, 8)
    chain.office.coming_changes.catch_up()
    chain.talk()
    assert price(one) == 980
    assert isinstance(scan(one.shop.till, "80"), UnknownProduct)


@pytest.mark.long(
    beside="test_a_change_of_something_else_meanwhile_gives_nobody_yesterdays_price_back"
)
def test_what_head_office_says_today_holds_at_once_and_what_waits_still_comes(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    done(chain.office, HEAD + MILK.replace("9.80", "10.50"))
    heard(chain)
    assert price(one) == 1050
    at(chain, 24, 8)
    assert price(one) == 1200


@pytest.mark.long(beside="test_a_till_that_was_away_meanwhile_hears_what_is_and_what_will_be")
def test_a_till_that_has_done_it_already_hears_of_nothing_new(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    at(chain, 24, 1)  # of the day before at head office
    assert price(one) == 1200
    heard(chain)
    assert price(one) == 1200
    at(chain, 24, 9)
    chain.office.coming_changes.catch_up()
    before = one.way.sending.status().goods
    heard(chain)
    assert (price(one), one.way.sending.status().goods) == (1200, before)


def test_a_change_of_something_else_meanwhile_gives_nobody_yesterdays_price_back(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    at(chain, 24, 1)
    assert price(one) == 1200
    done(chain.office, HEAD + MILK.replace("Milk", "Whole milk"))
    heard(chain)
    assert (scanned(one).name, price(one)) == ("Whole milk", 1200)


def test_a_till_that_was_away_meanwhile_hears_what_is_and_what_will_be(
    chain: Chain, one: Placed
) -> None:
    out_of_reach(one)
    done(chain.office, HEAD + DEARER + DEAREST)
    at(chain, 25, 12)
    chain.office.coming_changes.catch_up()
    assert price(one) == 980
    in_reach(chain)
    assert price(one) == 1200
    out_of_reach(one)
    at(chain, 26, 12)
    assert price(one) == 1300


def test_a_till_that_was_updated_hears_what_its_earlier_release_did_not_keep(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    with one.shop.till.book.write() as unit:
        # As the earlier release left it: up to date, and nothing waits.
        kept = unit.settings.get(SETTING) or ""
        unit.settings.put({SETTING: kept.replace(',"dated":true', "")})
        unit.coming.clear()
        unit.commit()
    one.shop.till.coming_articles.changed()
    heard(chain)
    out_of_reach(one)
    at(chain, 24, 8)
    assert price(one) == 1200
    assert told(one, "article_taken_over") == []


@pytest.mark.long(beside="test_what_was_taken_back_never_comes")
def test_what_another_life_of_head_office_does_not_say_never_comes(
    chain: Chain, one: Placed
) -> None:
    done(chain.office, f"{HEAD}{DEARER}80,Jam,6.00,std13,,yes,2026-11-24\n")
    heard(chain)
    with chain.office.database.write() as connection:
        # As in a copy of its database from before the file.
        connection.exec_driver_sql("DELETE FROM article_coming")
        connection.exec_driver_sql("DELETE FROM article WHERE sku = '80'")
        connection.exec_driver_sql("UPDATE article_place SET n = 3")
        connection.exec_driver_sql("UPDATE article SET n = 3")
    heard(chain)
    heard(chain)
    at(chain, 24, 8)
    assert price(one) == 980
    assert isinstance(scan(one.shop.till, "80"), UnknownProduct)


def test_a_clock_that_is_set_back_brings_no_price_back(chain: Chain, one: Placed) -> None:
    done(chain.office, HEAD + DEARER)
    heard(chain)
    at(chain, 24, 8)
    assert price(one) == 1200
    chain.clock.set_wall(-timedelta(days=2))
    assert price(one) == 1200
