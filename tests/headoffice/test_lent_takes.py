"""Stamps that a full card takes by itself are lent: real books, a real desk, no card twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.engine.award import CARD_STAYS_FULL
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.shop.basket import Basket
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.leases import Asset, AssetKind
from tests.headoffice.a_chain import MEMBER, Chain, Placed, alone, in_reach, out_of_reach
from tests.headoffice.a_published_chain import asking, pass_minutes, published, talk_and_publish
from tests.headoffice.judged import judged
from tests.headoffice.test_lent_uses import named
from tests.services.counter import goods

STAMPS = Asset(AssetKind.POINTS, "chain/stamps", MEMBER)
FULL = 5
MORE = f"""
[[wallet]]
id = "stamps"
name = {{ en = "Stamps" }}
unit = "stamps"

[[earn]]
id = "stamp"
name = {{ en = "Stamp" }}
wallet = "stamps"
per_piece = {{ points = 1 }}

[[activity]]
id = "refill"
name = {{ en = "A cup brought along" }}
wallet = "stamps"
points = 1

[[rule]]
id = "card-full"
trigger = "wallet"
wallet = "stamps"
reaches = {FULL}
takes = {FULL}
gives = {{ voucher = "drink" }}

[[voucher]]
id = "drink"
name = {{ en = "A free drink" }}
amount = "9.00"
"""
REFILL = Happening(trigger=Trigger.ACTIVITY, recorded=Recorded(what="refill"), member_id=MEMBER)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has four stamps of five, which every till knows of and none was lent; in the end
    head office verifies, and found nothing odd about any sale.
    """
    with published(tmp_path, database_url, MORE, then=sold_stamps) as found:
        assert [held(till) for till in found.tills] == [0, 0]
        yield found
        while found.office.follow():
            pass
        assert judged(found.office).variances == {}
        assert named(found) == []


def sold_stamps(chain: Chain, more: str) -> None:
    talk_and_publish(chain, more)
    for till in chain.tills:
        sells(till, FULL // 2)
    pass_minutes(chain, 11)


def basket(till: Placed, pieces: int = 1) -> Basket:
    found = till.shop.till.check_out.open_basket().for_member(MEMBER)
    for _ in range(pieces):
        found = found.add(goods(1))
    return found


def sells(till: Placed, pieces: int = 1, *, asks: bool = True) -> int:
    """A sale as the counter rings it; returns how many drinks it gave."""
    rung = basket(till, pieces)
    before = drinks(till)
    if asks:
        assert till.way.reserving.reserve(Spending(basket=rung)).short == ()
    till.counter.book(rung)
    return drinks(till) - before


def drinks(till: Placed) -> int:
    with till.shop.till.book.read() as reader:
        return sum(right.of == "drink" for right in reader.ledger.rights_of(MEMBER))


def stamps(till: Placed) -> int:
    return next(
        one.balance for one in till.counter.quote(basket(till)).wallets if one.wallet == "stamps"
    )


def held(till: Placed) -> int:
    """How many stamps a till was lent."""
    with till.shop.till.book.read() as reader:
        return left_in(leases_of(reader, STAMPS, till.shop.till.clock.now().date()))


def left_full(till: Placed, pieces: int = 1) -> list[tuple[str, int | str]]:
    """What the quote tells of cards that stay full."""
    told = till.counter.quote(basket(till, pieces)).told
    return [fact for one in told if one.code == CARD_STAYS_FULL for fact in one.facts]


def test_a_card_that_stays_full_is_explained_until_its_stamps_are_lent(chain: Chain) -> None:
    one = chain.tills[0]
    said = [("name", "Stamps"), ("wallet", "stamps")]
    assert left_full(one) == said
    rung = basket(one)
    one.way.reserving.reserve(Spending(basket=rung))
    told = [one.code for one in one.counter.quote(rung).told]
    assert told  # the drink is
    assert CARD_STAYS_FULL not in told  # its stamps are lent
    pass_minutes(chain, 11)
    out_of_reach(one)
    assert left_full(one) == said
    sale = one.counter.book(basket(one))
    printed = [told.facts for told in sale.told if told.code == CARD_STAYS_FULL]
    assert printed == [tuple(said)]  # the receipt says so
    in_reach(chain)


@pytest.mark.long(beside="test_a_card_that_stays_full_is_explained_until_its_stamps_are_lent")
def test_a_card_that_what_the_sale_gives_fills_is_not_said_to_stay_full(chain: Chain) -> None:
    one = chain.tills[0]
    assert left_full(one, FULL) == []
    assert left_full(one, 0) == []


@pytest.mark.long(beside="test_two_tills_in_reach_do_not_both_give_for_the_same_card")
def test_in_reach_a_sale_asks_for_the_stamps_of_a_card_that_it_fills(chain: Chain) -> None:
    one = chain.tills[0]
    found = one.way.reserving.reserve(Spending(basket=basket(one)))
    assert (found.lent, found.gives_more, found.short) == (FULL - 1, True, ())
    pass_minutes(chain, 11)
    assert sells(one) == 1
    chain.talk()
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(0, 1), (0, 1)]


def test_two_tills_in_reach_do_not_both_give_for_the_same_card(chain: Chain) -> None:
    one, other = chain.tills
    first = basket(one)
    one.way.reserving.reserve(Spending(basket=first))
    assert sells(other) == 0  # the other till is about to
    one.counter.book(first)
    chain.talk()
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(1, 1), (1, 1)]


@pytest.mark.long(beside="test_a_card_that_stays_full_is_explained_until_its_stamps_are_lent")
def test_without_asking_the_card_stays_full_for_the_next_sale(chain: Chain) -> None:
    one = chain.tills[0]
    assert sells(one, asks=False) == 0
    assert stamps(one) == FULL
    chain.talk()
    assert sells(one) + drinks(one) >= 1
    chain.talk()
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(1, 1), (1, 1)]


@pytest.mark.long(
    beside="tests/headoffice/test_lent_both.py::test_out_of_reach_what_is_lent_for_the_payment_fills_no_card"
)
def test_out_of_reach_no_till_takes_stamps_that_it_was_not_lent(chain: Chain) -> None:
    for till in chain.tills:
        out_of_reach(till)
    assert [sells(till) for till in chain.tills] == [0, 0]
    in_reach(chain)
    chain.talk()
    assert judged(chain.office).explained == 2  # the cards that were left full
    got = sells(chain.tills[0], 1) + drinks(chain.tills[1])
    chain.talk()
    assert got >= 1
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(2, 1), (2, 1)]


@pytest.mark.long(beside="test_a_card_that_stays_full_is_explained_until_its_stamps_are_lent")
def test_what_a_sale_gives_itself_fills_a_card_anywhere(chain: Chain) -> None:
    one, other = chain.tills
    for till in chain.tills:
        out_of_reach(till)
    assert [sells(one, FULL), sells(other, 2 * FULL)] == [1, 2]
    in_reach(chain)
    assert stamps(one) == stamps(other)
    assert stamps(one) + FULL * drinks(one) == FULL - 1 + 3 * FULL


def test_the_till_that_a_member_comes_to_holds_the_stamps_of_a_card_that_is_nearly_full(
    chain: Chain,
) -> None:
    one, other = chain.tills
    for _ in range(2):
        sells(one, FULL)  # most visits are here now
    chain.talk()
    assert [held(one), held(other)] == [FULL - 1, 0]
    for till in chain.tills:
        out_of_reach(till)
    before = drinks(one)
    assert [sells(other), sells(one)] == [0, 1]
    assert held(one) == 0  # they are used up
    in_reach(chain)
    assert drinks(other) == before + 1
    assert [stamps(one), stamps(other)] == [1, 1]


@pytest.mark.long(
    beside="tests/headoffice/test_lent_both.py::test_an_act_is_not_refused_for_want_of_what_a_card_takes"
)
def test_an_act_that_fills_a_card_asks_too(chain: Chain) -> None:
    one, other = chain.tills
    found = asking(one).of(REFILL)
    assert (found.lent, found.short) == (FULL - 1, ())
    other.shop.till.acts.record(REFILL, other.shop.manager)  # without asking it fills none
    assert drinks(other) == 0
    one.shop.till.acts.record(REFILL, one.shop.manager)
    assert drinks(one) == 1
    chain.talk()
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(1, 1), (1, 1)]


def test_a_till_that_was_copied_takes_none(chain: Chain) -> None:
    one = chain.tills[0]
    one.way.reserving.reserve(Spending(basket=basket(one)))
    assert held(one) == FULL - 1
    with one.shop.till.book.write() as unit:
        freeze(unit.settings, CLONE, 0)
        unit.commit()
    one.shop.till.lending.forget()
    sells(one, asks=False)
    assert drinks(one) == 0


@pytest.mark.long(
    beside="tests/headoffice/test_lent_rewards.py::test_a_till_that_is_alone_gives_whatever_there_is"
)
def test_a_till_that_is_alone_takes_whatever_there_is(chain: Chain) -> None:
    one = chain.tills[0]
    alone(one)
    assert sells(one, asks=False) == 1


def test_head_office_that_was_put_back_takes_no_stamps_before_every_till_has_told(
    chain: Chain,
) -> None:
    """It does not know what it lent in the minutes that it forgot."""
    one, other = chain.tills
    out_of_reach(one)
    out_of_reach(other)
    assert sells(one, asks=False) == 0  # the card is full, and nobody lent its stamps
    chain.office.lifetime.put_back()
    one.way.network.troubles = []
    pass_minutes(chain, 6)
    one.talk()
    other.way.network.troubles = ["no line"] * 99
    assert (drinks(one), stamps(one)) == (0, FULL)
    in_reach(chain)
    assert not chain.office.lifetime.stands().awaited
    assert sells(other) + drinks(other) >= 1
    chain.talk()
    assert [(stamps(till), drinks(till)) for till in chain.tills] == [(1, 1), (1, 1)]
