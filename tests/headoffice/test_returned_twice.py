"""Goods back at two stores: what one till takes back another does not; real books, a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.measures import Measures
from posloyalty.headoffice.store.archive_tables import EVENT_OWNER, GOODS_BACK_DUE, RETURN_WAITING
from posloyalty.headoffice.tills.keeping import file_goods_back
from posloyalty.services.lending.lent_returns import place_of_sale
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.lending.reserve_return import ReserveReturn
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import UnknownReturn
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.wire.lending import Held
from tests.headoffice.a_chain import Chain, Placed, alone, in_reach, out_of_reach
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.a_published_chain import asking_back
from tests.services.counter import goods


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Tills that take back what the other sold, by its receipt; in the end head office verifies."""
    with chain_after(trusting, tmp_path, url=database_url) as found:
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


def trusting(chain: Chain, _more: str) -> None:
    one, other = chain.tills
    for till, sold in ((one, other), (other, one)):
        till.shop.till.tills.trust(sold.shop.till.tills.own()[1], till.shop.manager)
        details = replace(till.shop.till.shop.details(), elsewhere=ElsewherePolicy.SUPERVISED)
        till.shop.till.shop.save(details, till.shop.manager)
    chain.talk()


def sold(till: Placed, pieces: int = 2) -> Sale:
    """So many of article 1, to nobody in particular."""
    basket: Basket = till.counter.till.check_out.open_basket()
    for _ in range(pieces):
        basket = basket.add(goods(1))
    return till.counter.book(basket)


def returning(till: Placed) -> ReserveReturn:
    return asking_back(till)


# At the till that sold, and at another one by the receipt


def wished(till: Placed, pieces: int = 2) -> RefundWish:
    return replace(till.shop.till.refunds.wish((1, pieces * 1_000)), cause="faulty")


def reserve_here(till: Placed, sale: Sale, wish: RefundWish) -> Reservation:
    return returning(till).of_sale(sale.id, wish)


def book_here(till: Placed, sale: Sale, wish: RefundWish) -> Refund:
    refunds = till.shop.till.refunds
    return refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), till.shop.manager)


def back_here(till: Placed, sale: Sale, pieces: int = 2) -> Refund:
    wish = wished(till, pieces)
    reserve_here(till, sale, wish)
    return book_here(till, sale, wish)


def shown(till: Placed, seller: Placed, sale: Sale, pieces: int = 2) -> UnknownReturn:
    """The customer's receipt, at another till."""
    with seller.shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    unknown = till.shop.till.refunds_unknown
    back = UnknownGoods(product=goods(1), quantity_milli=pieces * 1_000, amount_minor=pieces * 2000)
    return unknown.wish(back, receipt=unknown.prove_returnable(code), cause="faulty")


def book_there(till: Placed, wish: UnknownReturn) -> Refund:
    unknown = till.shop.till.refunds_unknown
    return unknown.complete(wish, unknown.quote(wish), till.shop.manager)


def back_there(till: Placed, seller: Placed, sale: Sale, pieces: int = 2) -> Refund:
    wish = shown(till, seller, sale, pieces)
    returning(till).of_receipt(wish)
    return book_there(till, wish)


def named(chain: Chain) -> list[tuple[str, str, int]]:
    """(what, store, thousandths) that head office names."""
    with chain.office.database.write() as connection:
        alerts = chain.office.head_office(connection).alerts()
    return [(one.what, one.store, one.amount) for one in alerts]


def test_fault_37_goods_that_came_back_at_one_store_do_not_at_another(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    back_there(other, one, sale)
    chain.talk()
    wish = wished(one)
    (short,) = reserve_here(one, sale, wish).short
    assert short.missing == 2_000
    with pytest.raises(ServiceRefusal, match="RETURN_HELD"):
        book_here(one, sale, wish)
    assert named(chain) == []


@pytest.mark.long(beside="test_fault_37_goods_that_came_back_at_one_store_do_not_at_another")
def test_what_is_left_of_a_sale_still_comes_back(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one, 3)
    chain.talk()
    back_there(other, one, sale, 1)
    chain.talk()
    wish = wished(one, 3)
    assert [short.missing for short in reserve_here(one, sale, wish).short] == [1_000]
    back_here(one, sale, 2)
    chain.talk()
    assert named(chain) == []


def test_two_stores_in_reach_do_not_both_begin_to_take_the_same_goods_back(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    here, there = wished(one), shown(other, one, sale)
    assert reserve_here(one, sale, here).short == ()
    (short,) = returning(other).of_receipt(there).short
    assert short.elsewhere == (Held(store="S1", n=2_000),)
    with pytest.raises(ServiceRefusal, match="RETURN_HELD"):
        book_there(other, there)
    book_here(one, sale, here)
    chain.talk()
    assert named(chain) == []


def test_goods_that_came_back_at_one_store_are_not_exchanged_at_another(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    back_there(other, one, sale)
    chain.talk()
    wish, new = wished(one), one.counter.till.check_out.open_basket().add(goods(1))
    assert [short.missing for short in reserve_here(one, sale, wish).short] == [2_000]
    # What is asked for the new goods does not unsay it.
    one.way.reserving.reserve(Spending(basket=new))
    one.shop.till.lending.deny(new.sale_id, ())
    with pytest.raises(ServiceRefusal, match="RETURN_HELD"):
        one.shop.till.exchange.quote(sale.id, wish, new, one.shop.manager)


@pytest.mark.long(beside="test_goods_that_came_back_at_one_store_are_not_exchanged_at_another")
def test_an_exchange_holds_its_goods_from_the_beginning_on(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    wish, new = wished(one), one.counter.till.check_out.open_basket().add(goods(2))
    exchange, manager = one.shop.till.exchange, one.shop.manager
    assert reserve_here(one, sale, wish).lent == 2_000
    quote = exchange.quote(sale.id, wish, new, manager)
    (short,) = returning(other).of_receipt(shown(other, one, sale)).short
    assert short.elsewhere == (Held(store="S1", n=2_000),)
    exchange.complete(sale.id, wish, quote, new, (), manager)
    chain.talk()
    assert named(chain) == []


@pytest.mark.long(beside="test_two_stores_in_reach_do_not_both_begin_to_take_the_same_goods_back")
def test_goods_that_were_chosen_for_longer_than_they_are_held_are_held_anew(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    wish = wished(one)
    reserve_here(one, sale, wish)
    chain.clock.pass_time(timedelta(minutes=11))
    chain.talk()  # they are free again
    assert reserve_here(one, sale, wish).lent == 2_000
    (short,) = returning(other).of_receipt(shown(other, one, sale)).short
    assert short.elsewhere == (Held(store="S1", n=2_000),)


def test_a_return_that_nobody_finishes_is_free_again(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    reserve_here(one, sale, wished(one))
    chain.clock.pass_time(timedelta(minutes=11))
    chain.talk()
    back_there(other, one, sale)
    chain.talk()
    assert named(chain) == []


def test_fault_37_out_of_reach_the_second_return_is_named_afterwards(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    for till in chain.tills:
        out_of_reach(till)
    back_here(one, sale)
    chain.clock.pass_time(timedelta(minutes=1))
    back_there(other, one, sale)
    in_reach(chain)
    assert named(chain) == [(f"{sale.number}/Article 1", "S2", 2_000)]


@pytest.mark.long(beside="test_fault_37_out_of_reach_the_second_return_is_named_afterwards")
def test_fault_37_the_second_return_is_named_also_long_after_the_first_was_booked(
    chain: Chain,
) -> None:
    one, other = chain.tills
    sale = sold(one)
    chain.talk()
    out_of_reach(other)
    back_here(one, sale)
    one.talk()
    while chain.office.follow():
        pass
    chain.clock.pass_time(timedelta(minutes=1))
    back_there(other, one, sale)
    in_reach(chain)
    assert named(chain) == [(f"{sale.number}/Article 1", "S2", 2_000)]


def test_fault_38_goods_of_a_sale_that_has_not_arrived_come_back_by_the_receipt(
    chain: Chain,
) -> None:
    one, other = chain.tills
    out_of_reach(one)
    sale = sold(one)
    wish = shown(other, one, sale)
    assert returning(other).of_receipt(wish).short == ()  # head office has nothing against it
    book_there(other, wish)
    other.talk()
    assert named(chain) == []  # nobody knows yet what was sold
    in_reach(chain)
    assert named(chain) == []  # it was sold, and came back once
    late = wished(one)
    assert [short.missing for short in reserve_here(one, sale, late).short] == [2_000]


def test_fault_38_what_came_back_twice_is_named_when_the_sale_arrives(chain: Chain) -> None:
    one, other = chain.tills
    out_of_reach(one)
    sale = sold(one)
    back_there(other, one, sale)
    other.talk()
    chain.clock.pass_time(timedelta(minutes=1))
    back_here(one, sale)
    assert named(chain) == []
    in_reach(chain)
    assert named(chain) == [(f"{sale.number}/Article 1", "S1", 2_000)]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=9)])
def test_fault_38_a_sale_that_arrives_last_is_seen_whatever_its_clock_said(
    chain: Chain, ahead: timedelta
) -> None:
    one, other = chain.tills
    out_of_reach(one)
    chain.clock.set_wall(ahead)
    basket = one.counter.till.check_out.open_basket()
    sale = one.counter.book(basket.add(goods(1)).add(goods(2)))
    chain.clock.set_wall(-ahead)
    back_there(other, one, sale)  # two pieces of article 1, for the code does not say which
    other.talk()
    while chain.office.follow():
        pass
    in_reach(chain)
    while chain.office.follow():
        pass
    (case,) = chain.office.findings.open_findings()
    assert (case.what, case.amount, case.store) == (f"{sale.number}/Article 1", 1_000, "S2")


# A return whose sale never comes


def matters(chain: Chain) -> list[tuple[str, str, str]]:
    """(code, till, receipt) of what waits for somebody."""
    found = Matters(chain.office.database, chain.clock).open_matters()
    return [(one.code, f"{one.store}-{one.till}", one.about) for one in found]


def unsold(chain: Chain) -> bytes:
    """What the server's measures say of it."""
    told = Measures(chain.office.database, chain.clock, chain.office.steps).text()
    return next(one for one in told.splitlines() if one.startswith(b"posloyalty_returns_"))


def test_fault_38_a_return_whose_sale_is_missing_for_14_days_is_pointed_out(chain: Chain) -> None:
    one, other = chain.tills
    out_of_reach(one)
    sale = sold(one)
    back_there(other, one, sale)
    other.talk()
    chain.clock.pass_time(timedelta(days=13, hours=23))
    assert (matters(chain), unsold(chain)) == ([], b"posloyalty_returns_without_sale 0.0")
    chain.clock.pass_time(timedelta(hours=1))
    assert matters(chain) == [("RETURN_WITHOUT_SALE", "S2-T2", sale.number)]
    assert unsold(chain) == b"posloyalty_returns_without_sale 1.0"
    in_reach(chain)
    assert (matters(chain), unsold(chain)) == ([], b"posloyalty_returns_without_sale 0.0")


def test_a_return_without_its_sale_that_somebody_decided_does_not_wait_again(chain: Chain) -> None:
    one, other = chain.tills
    out_of_reach(one)
    back_there(other, one, sold(one))
    other.talk()
    chain.clock.pass_time(timedelta(days=14))
    found = Matters(chain.office.database, chain.clock)
    (matter,) = found.open_matters()
    assert found.count_open() == found.count_unsold() == 1
    found.decide(matter, "fraud", "a receipt that nobody printed", by="Ben")
    assert (matters(chain), unsold(chain)) == ([], b"posloyalty_returns_without_sale 0.0")
    assert [one.note for one in found.decided()] == ["a receipt that nobody printed"]


@pytest.mark.long(beside="test_fault_38_a_return_whose_sale_is_missing_for_14_days_is_pointed_out")
def test_a_return_that_came_before_its_sale_in_time_is_no_matter(chain: Chain) -> None:
    one, other = chain.tills
    out_of_reach(one)
    back_there(other, one, sold(one))
    other.talk()
    in_reach(chain)
    chain.clock.pass_time(timedelta(days=30))
    assert matters(chain) == []


def test_a_return_of_an_earlier_release_whose_sale_is_missing_is_found_after_the_upgrade(
    chain: Chain,
) -> None:
    one, other = chain.tills
    out_of_reach(one)
    back_there(other, one, sold(one))
    back_here(other, sold(other))
    other.talk()
    with chain.office.database.write() as connection:
        connection.execute(RETURN_WAITING.delete())
        rows = [{"till_id": other.shop.till.facts.till_id, "seq": 99}]
        connection.execute(GOODS_BACK_DUE.insert(), rows)
    file_goods_back(chain.office.database, now_s=int(chain.clock.now().timestamp()))
    chain.clock.pass_time(timedelta(days=14))
    assert [code for code, *_ in matters(chain)] == ["RETURN_WITHOUT_SALE"]


def test_a_till_that_is_alone_takes_its_goods_back_without_asking(chain: Chain) -> None:
    one = chain.tills[0]
    alone(one)
    sale = sold(one)
    assert reserve_here(one, sale, wished(one)) == Reservation()
    assert back_here(one, sale).total_minor == 4_000


@pytest.mark.long(
    beside="test_a_return_of_an_earlier_release_whose_sale_is_missing_is_found_after_the_upgrade"
)
def test_what_came_back_under_an_earlier_release_is_known_after_the_upgrade(
    chain: Chain,
) -> None:
    one, other = chain.tills
    sale = sold(one)
    back_there(other, one, sale)
    chain.talk()
    with chain.office.database.write() as connection:
        was = event_owners(connection, sale_owner(one, sale))
        assert len(was) == 2  # the sale and what came back
        connection.execute(EVENT_OWNER.delete().where(EVENT_OWNER.c.owner == sale_owner(one, sale)))
        tills = [till.shop.till.facts.till_id for till in chain.tills]
        rows = [{"till_id": till_id, "seq": 99} for till_id in tills]
        connection.execute(GOODS_BACK_DUE.insert(), rows)
    for _ in range(2):  # again changes nothing
        file_goods_back(chain.office.database, now_s=0)
    with chain.office.database.read() as connection:
        assert event_owners(connection, sale_owner(one, sale)) == was
    assert [short.missing for short in reserve_here(one, sale, wished(one)).short] == [2_000]


def sale_owner(till: Placed, sale: Sale) -> bytes:
    with till.shop.till.book.read() as reader:
        place = place_of_sale(reader, sale.id)
    assert place is not None
    return place.owner


def event_owners(connection: Connection, owner: bytes) -> set[bytes]:
    asked = select(EVENT_OWNER.c.event_id).where(EVENT_OWNER.c.owner == owner)
    return {bytes(row.event_id) for row in connection.execute(asked)}
