"""More money back than a sale took, by two tills that could not ask one another; real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.shop.basket import DiscountByHand
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.migrations.versions.v0045_repaid_anew import ANEW
from posloyalty.headoffice.store.ledger_tables import FINDING
from posloyalty.headoffice.tills.keeping import file_goods_back
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import UnknownReturn
from posloyalty.sync.office.head_office import HeadOffice
from tests.headoffice.a_chain import Chain, Placed, in_reach, out_of_reach
from tests.headoffice.test_returned_twice import (
    back_there,
    book_here,
    book_there,
    chain,
    named,
    reserve_here,
    returning,
    shown,
)
from tests.services.counter import goods

__all__ = ["chain"]  # it makes the tills, and verifies in the end


def sold_for_22(till: Placed) -> Sale:
    """Articles 1 and 2 of 20.00 each, 18.00 off both: 11.00 was paid for each."""
    basket = till.counter.till.check_out.open_basket().add(goods(1)).add(goods(2))
    return till.counter.book(basket.discounting(0, DiscountByHand(amount_minor=1_800, name="Box")))


def back_here(till: Placed, sale: Sale, line: int) -> int:
    """A piece of a line of the till's own sale; what went back for it."""
    wish = replace(till.shop.till.refunds.wish((line, 1_000)), cause="faulty")
    reserve_here(till, sale, wish)
    return book_here(till, sale, wish).total_minor


def both_out_of_reach(chain: Chain) -> Sale:
    """31.00 went back for 22.00, and head office has heard of it."""
    one, other = chain.tills
    sale = sold_for_22(one)
    chain.talk()
    for till in chain.tills:
        out_of_reach(till)
    assert back_there(other, one, sale, 1).total_minor == 2_000  # the shelf's price
    chain.clock.pass_time(timedelta(minutes=1))
    assert back_here(one, sale, 2) == 1_100
    in_reach(chain)
    return sale


def opened(chain: Chain) -> list[tuple[str, str, int, str]]:
    """(anomaly, what, amount, store) of the cases that wait."""
    while chain.office.follow():
        pass
    found = chain.office.findings.open_findings()
    return [(one.anomaly, one.what, one.amount, one.store) for one in found]


def test_31_00_back_for_22_00_is_one_case_of_9_00_at_the_later_return(chain: Chain) -> None:
    sale = both_out_of_reach(chain)
    assert sale.payable_minor == 2_200
    assert opened(chain) == [("over_repaid", sale.number, 900, "S1")]


def priced(wish: UnknownReturn, minor: int) -> UnknownReturn:
    """The same goods for so much."""
    (one,) = wish.goods
    return replace(wish, goods=(replace(one, amount_minor=minor),))


def test_in_reach_another_till_gives_back_what_was_paid_and_not_the_shelfs_price(
    chain: Chain,
) -> None:
    one, other = chain.tills
    sale = sold_for_22(one)
    chain.talk()
    wish = shown(other, one, sale, 1)
    assert returning(other).of_receipt(wish).short == ()
    with pytest.raises(ServiceRefusal, match="ABOVE_PAID") as fault:
        book_there(other, wish)
    assert fault.value.facts == {"name": "Article 1", "most_minor": 1_100}
    cheaper = priced(wish, 1_100)
    assert returning(other).of_receipt(cheaper) == Reservation(), "it is lent already"
    assert book_there(other, cheaper).total_minor == 1_100
    chain.clock.pass_time(timedelta(minutes=1))
    chain.talk()
    with pytest.raises(ServiceRefusal, match="RETURN_HELD"):
        back_here(one, sale, 1)
    assert back_here(one, sale, 2) == 1_100
    chain.talk()
    assert (opened(chain), named(chain)) == ([], [])


def test_by_a_head_office_that_does_not_say_what_was_paid_it_is_named_afterwards(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = chain.tills
    sale = sold_for_22(one)
    chain.talk()
    monkeypatch.setattr(HeadOffice, "paid_for", lambda *_: None)
    assert back_there(other, one, sale, 1).total_minor == 2_000
    chain.clock.pass_time(timedelta(minutes=1))
    chain.talk()
    assert back_here(one, sale, 2) == 1_100
    chain.talk()
    assert opened(chain) == [("over_repaid", sale.number, 900, "S1")]


def test_the_same_article_back_at_both_is_one_case_of_the_article_alone(chain: Chain) -> None:
    one, other = chain.tills
    sale = sold_for_22(one)
    chain.talk()
    for till in chain.tills:
        out_of_reach(till)
    back_here(one, sale, 1)
    chain.clock.pass_time(timedelta(minutes=1))
    back_there(other, one, sale, 1)
    in_reach(chain)
    assert opened(chain) == [("over_returned", f"{sale.number}/Article 1", 1_000, "S2")]


def test_both_articles_back_where_they_were_sold_are_no_case(chain: Chain) -> None:
    sale = sold_for_22(chain.tills[0])
    assert [back_here(chain.tills[0], sale, line) for line in (1, 2)] == [1_100, 1_100]
    chain.talk()
    assert (opened(chain), named(chain)) == ([], [])


def test_what_an_earlier_release_folded_is_folded_anew_after_the_upgrade(chain: Chain) -> None:
    sale = both_out_of_reach(chain)
    case = ("over_repaid", sale.number, 900, "S1")
    assert opened(chain) == [case]
    database, office = chain.office.database, chain.office.office
    with database.write() as connection:  # as the release before left it
        connection.execute(FINDING.delete().where(FINDING.c.anomaly == "over_repaid"))
    assert not verify_office(database, office, lambda *_: None).holds
    for _ in range(2):  # again changes nothing
        with database.write() as connection:
            connection.exec_driver_sql(ANEW)
        file_goods_back(database, now_s=int(chain.clock.now().timestamp()))
        assert opened(chain) == [case]
        proof = verify_office(database, office, lambda *_: None)
        assert proof.holds, proof.first
