"""Test members: marked for every till, counted in no budget, try-out, dial or sum."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.members.marks import Outstanding
from posloyalty.headoffice.programmes.chain_sales import past_of_chain
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_chain import MEMBER, PROGRAMME, Chain, Placed, opened_chain
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import proved, published
from tests.headoffice.small_events import LEDGER, Books

CAMPAIGN = """
[[campaign]]
id = "spring"
name = "Spring"
status = "approved"
budget = { money = "100.00" }

[[offer]]
id = "three-off"
name = "Three off"
scope = "order"
amount = "3.00"
campaign = "spring"
"""
RULES = (PROGRAMME + CAMPAIGN).encode()
ONE, TWO = b"1" * 16, b"2" * 16


@pytest.fixture
def books(office: OpenOffice, till: ATill) -> Books:
    """Two members with 100 and 40 points."""
    published(office)
    made = Books(till)
    for member, points, lot in ((ONE, 100, "10" * 16), (TWO, 40, "20" * 16)):
        made.joins(member)
        made.gives(points, member=member, lot=lot)
    made.send(office)
    return made


def followed(office: OpenOffice) -> None:
    while office.follow():
        pass


@pytest.mark.usefixtures("books")
def test_who_is_marked_is_left_out_of_what_members_have(office: OpenOffice) -> None:
    followed(office)
    assert office.marks.outstanding() == [Outstanding(ledger=LEDGER, points=140, of_tests=0)]
    office.marks.mark(TWO.hex(), by="Ann")
    followed(office)
    assert office.marks.members() == {TWO.hex()}
    assert office.marks.outstanding() == [Outstanding(ledger=LEDGER, points=100, of_tests=40)]
    with office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who) == ("test_member_marked", "Ann")
    office.marks.unmark(TWO.hex(), by="Ann")
    followed(office)
    assert office.marks.members() == frozenset()
    assert proved(office)


@pytest.mark.usefixtures("books")
def test_to_mark_twice_is_to_mark_once(office: OpenOffice) -> None:
    for _ in range(2):
        office.marks.mark(ONE.hex(), by="Ann")
    with office.database.read() as connection:
        assert len(office.archive(connection).decisions()) == 1
    with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
        office.marks.mark("nobody", by="Ann")


def given(chain: Chain) -> int:
    """What head office says that the campaign gave, in minor units."""
    (campaign,) = read_programme(RULES).of(Campaign)
    with chain.office.database.write() as connection:
        fold = chain.office.head_office(connection).fold(campaign.owner("chain"))
    return sum(one.amount for one in fold.meters if one.meter.endswith("/money"))


def buys(till: Placed) -> int:
    """What the campaign takes off for the member."""
    basket = till.counter.basket()
    till.reserve(basket)
    return sum(one.amount_minor for one in till.counter.book(basket).offers)


def test_what_a_campaign_gives_to_a_test_member_is_no_use_of_its_budget(tmp_path: Path) -> None:
    with opened_chain(tmp_path, more=CAMPAIGN) as chain:
        office, till = chain.office, chain.tills[0]
        digest = office.publishing.keep(RULES, by="Ann").hash.hex()
        number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
        office.publishing.approve(number, by="Ben")
        till.counter.sell()
        chain.talk()
        usual = given(chain)
        assert usual == 300
        office.marks.mark(MEMBER.hex(), by="Ann")
        chain.talk()
        assert buys(till) == 300
        chain.talk()
        assert given(chain) == usual
        office.judging.catch_up()
        standing = Variances(office.database, office.clock).standing()
        assert (standing.sales, standing.differ, standing.waiting) == (2, 0, 0)
        with office.database.read() as connection:
            assert past_of_chain(connection, most=100).total == 2
        followed(office)
        with office.database.read() as connection:
            assert past_of_chain(connection, most=100).total == 0
        office.marks.unmark(MEMBER.hex(), by="Ann")
        chain.talk()
        assert buys(till) == 300
        chain.talk()
        assert given(chain) == usual + 300
        assert proved(office)
