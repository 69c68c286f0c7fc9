"""Earned points that two tills take back, neither knowing of the other; real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.store.archive_tables import GOODS_BACK_DUE, OWNER_PLACE
from posloyalty.headoffice.tills.keeping import file_goods_back
from posloyalty.sync import fold as folding
from tests.headoffice.a_chain import MEMBER, Chain, Placed, in_reach, out_of_reach
from tests.headoffice.test_repaid_too_much import opened
from tests.headoffice.test_returned_twice import (
    back_here,
    book_there,
    chain,
    named,
    returning,
    shown,
)

__all__ = ["chain"]  # it makes the tills, and verifies in the end


def back_there_for_the_member(till: Placed, seller: Placed, sale: Sale) -> Refund:
    """The member's receipt, at another till."""
    wish = replace(shown(till, seller, sale, 1), member_id=MEMBER)
    returning(till).of_receipt(wish)
    return book_there(till, wish)


def back_at_both(chain: Chain, sale: Sale) -> None:
    """The same article at the till that sold it and at the other, both out of reach."""
    one, other = chain.tills
    for till in chain.tills:
        out_of_reach(till)
    back_here(one, sale, 1)
    chain.clock.pass_time(timedelta(minutes=1))
    back_there_for_the_member(other, one, sale)


def points(chain: Chain) -> list[int]:
    """What the member has at each till."""
    return [till.counter.points() for till in chain.tills]


@pytest.mark.parametrize("before", [0, 2_000])
def test_the_2_000_of_a_sale_go_back_once_and_every_till_has_the_rest(
    chain: Chain, before: int
) -> None:
    one = chain.tills[0]
    if before:
        one.counter.sell(article=2)
    sale = one.counter.sell()
    chain.talk()
    assert points(chain) == [before + 2_000] * 2
    back_at_both(chain, sale)
    assert points(chain) == [before] * 2  # each took what it knew of
    in_reach(chain)
    assert points(chain) == [before] * 2
    over = ("over_returned", f"{sale.number}/Article 1", 1_000, "S2")
    assert opened(chain) == [over], "the goods are a case, the member's points are none"


def test_points_that_were_taken_back_long_ago_are_not_taken_again(chain: Chain) -> None:
    one, other = chain.tills
    one.counter.sell(article=2)
    sale = one.counter.sell()
    chain.talk()
    out_of_reach(other)
    back_here(one, sale, 1)
    one.talk()
    opened(chain)  # the ledger has folded it
    chain.clock.pass_time(timedelta(minutes=1))
    back_there_for_the_member(other, one, sale)
    in_reach(chain)
    assert points(chain) == [2_000, 2_000]


def test_each_of_two_articles_takes_its_own_points_back_at_its_till(chain: Chain) -> None:
    one, other = chain.tills
    basket = one.counter.basket(article=1)
    sale = one.counter.book(basket.add(one.counter.basket(article=2).lines[0].product))
    chain.talk()
    assert points(chain) == [4_000] * 2
    for till in chain.tills:
        out_of_reach(till)
    back_there_for_the_member(other, one, sale)
    chain.clock.pass_time(timedelta(minutes=1))
    wish = replace(one.shop.till.refunds.wish((2, 1_000)), cause="faulty")
    refunds = one.shop.till.refunds
    refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), one.shop.manager)
    in_reach(chain)
    assert (points(chain), opened(chain), named(chain)) == ([0, 0], [], [])


def test_points_that_an_earlier_release_took_twice_are_there_again_after_the_upgrade(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chain.tills[0]
    one.counter.sell(article=2)
    sale = one.counter.sell()
    chain.talk()
    back_at_both(chain, sale)
    with monkeypatch.context() as earlier:  # it took back what every till said
        earlier.setattr(
            folding.TakenBack, "within", lambda _self, one, _stood: iter(one.does.transfers)
        )
        in_reach(chain)
        opened(chain)
        assert points(chain) == [0, 0]
    database, office = chain.office.database, chain.office.office
    assert not verify_office(database, office, lambda *_: None).holds
    with database.write() as connection:
        tills = [till.shop.till.facts.till_id for till in chain.tills]
        rows = [{"till_id": till_id, "seq": 99} for till_id in tills]
        connection.execute(GOODS_BACK_DUE.insert(), rows)
    file_goods_back(database, now_s=int(chain.clock.now().timestamp()))
    opened(chain)
    assert verify_office(database, office, lambda *_: None).holds
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()
    assert points(chain) == [2_000, 2_000]
    with database.read() as connection:
        waiting = OWNER_PLACE.select().where(OWNER_PLACE.c.folded < OWNER_PLACE.c.arrived)
        assert connection.execute(waiting).all() == []
