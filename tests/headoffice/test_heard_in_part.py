"""Who buys in a campaign before another store knows of them counts there as well: real books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.members.member import Member
from posloyalty.services.members.enrol_member import EnrolForm
from tests.headoffice.a_chain import CARD_PROOF, Chain, Placed
from tests.headoffice.a_published_chain import published
from tests.headoffice.test_lent_budgets import BUDGETS
from tests.services.counter import goods


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills and a campaign that all of them count; in the end head office verifies."""
    with published(tmp_path, database_url, BUDGETS) as found:
        yield found


def joins(at: Placed) -> Member:
    form = EnrolForm(phone="13800000001", name="Bea", consents=(("terms", "", True),))
    return at.shop.till.enrol.enrol(form, at.shop.manager).member


def buys(at: Placed, member: Member) -> None:
    basket = at.counter.till.check_out.open_basket().add(goods(1))
    at.counter.book(basket.for_member(member.id, proof=CARD_PROOF))


def counted(at: Placed, member: Member) -> int:
    """How many purchases a till's book counts."""
    with at.shop.till.book.read() as reader:
        entries = reader.ledger.meters(member.id, date(2026, 1, 1))
        return sum(one.amount for one in entries if one.meter == PURCHASES)


def test_purchases_of_before_a_till_met_the_member_count_there(chain: Chain) -> None:
    one, other = chain.tills
    bea = joins(one)
    for _ in range(3):
        buys(one, bea)
    one.talk()
    other.is_at_rest()  # it hears of the campaign at once, and of who joined half a minute later
    with other.shop.till.book.read() as reader:
        kinds = [each.kind for each in reader.journal.events()]
    assert kinds.count("heard") == 1  # the sale that a mug came with, for the campaign's sake
    assert counted(other, bea) == 0
    other.shop.till.members.panel(bea.id)  # she stands at the counter
    buys(other, bea)
    for _ in range(4):
        chain.clock.pass_time(timedelta(minutes=6))
        chain.talk()
    assert counted(one, bea) == counted(other, bea) == 4
