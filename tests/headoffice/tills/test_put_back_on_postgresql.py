"""A PostgreSQL whose rows are put back as they were a day ago, under tills that were told more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.office.send_journal import Sending
from posloyalty.sync.leases import PUT_BACK
from tests.headoffice.a_chain import CARD, GIFT_CARDS, Chain, findings, opened_chain
from tests.headoffice.day_old import DayOld
from tests.headoffice.tills.test_lives import is_complete, later, reserved


@pytest.fixture
def chain(tmp_path: Path, postgresql_empty: str) -> Iterator[Chain]:
    """A card of 50.00 was sold, and everybody knows of it and of 2,000 points."""
    with opened_chain(tmp_path, url=postgresql_empty, more=GIFT_CARDS) as found:
        counter = found.tills[0].counter
        basket = counter.till.check_out.open_basket().add(CARD, unit_price_minor=5_000, card="1001")
        counter.book(basket)
        counter.sell()
        found.talk()
        yield found


@pytest.fixture
def day_old(chain: Chain, postgresql_empty: str) -> Iterator[DayOld]:
    kept = DayOld(postgresql_empty)
    yield kept
    kept.end()


def a_day(chain: Chain) -> None:
    """Both tills sell, spend points, and the second takes the card."""
    one, other = chain.tills
    for till in chain.tills:
        till.counter.sell()
    chain.talk()
    assert one.redeem(1_000).redeemed_minor == 1_000
    assert other.redeem(500).redeemed_minor == 500
    check_out, cards = other.counter.till.check_out, other.counter.till.gift_cards
    basket = other.counter.basket(article=2)
    due = check_out.quote(basket).payable_minor
    tender = cards.tender("1001", due, ())
    other.reserve(basket, (tender,))
    other.counter.pay(basket, check_out.quote(basket), (tender,))
    chain.clock.pass_time(timedelta(hours=20))
    chain.talk()


def on_cards(chain: Chain) -> list[int]:
    return [one.counter.till.gift_cards.look_up("1001").balance_minor for one in chain.tills]


def test_nothing_of_the_day_is_lost_and_nothing_is_spent_twice(
    chain: Chain, day_old: DayOld
) -> None:
    one, other = chain.tills
    a_day(chain)
    points, cards = one.counter.points(), on_cards(chain)
    assert points == other.counter.points()
    assert cards == [3_000, 3_000]
    day_old.put_back()
    assert not is_complete(chain, chain.office)
    one.counter.sell()  # while nobody knows
    later(chain)
    one.talk()
    assert not chain.office.lifetime.stands().lends
    # What the first may hold is lent to nobody.
    assert reserved(other, points) == (0, PUT_BACK)
    later(chain)
    chain.talk()
    later(chain)
    chain.talk()
    assert is_complete(chain, chain.office)
    assert chain.office.lifetime.stands().lends
    assert [till.counter.points() for till in chain.tills] == [points + 2_000] * 2
    assert on_cards(chain) == cards
    assert findings(chain) == []
    assert {till.way.sending.status().sending for till in chain.tills} == {Sending.UP_TO_DATE}
    while chain.office.follow():
        pass
    proof = verify_office(chain.office.database, chain.office.office, lambda *_: None)
    assert proof.holds, proof.first
    # And what there is can be spent, once.
    assert other.redeem(1_000).redeemed_minor == 1_000
    chain.talk()
    assert len({till.counter.points() for till in chain.tills}) == 1
