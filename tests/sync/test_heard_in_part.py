"""A till that heard of a sale for a campaign's sake hears what it counts for its member later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.engine.stored_value import card_account
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of, posts
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journals import Place
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.heard_in_part import places_for, rest_id
from posloyalty.sync.office.memory import MemoryArchive
from tests.sync.books import left_of
from tests.sync.fleet import LEDGER, OFFICE, START, SmallTill, member
from tests.sync.small_rules import SmallRules

ANNA, BEN, MUGS = member("anna"), member("ben"), member("the campaign's mugs")
CARD = member("card")
MINUTE = timedelta(minutes=1)


class Stores:
    """Two stores: Anna is known at one of them, Ben at the other."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.office = HeadOffice(
            OFFICE, overspend=Overspend.STORE, rules=SmallRules(), archive=archive
        )
        self.one, self.other = SmallTill("T1", "S1"), SmallTill("T2", "S2")
        for till in (self.one, self.other):
            self.office.enrol(till.id, store=till.store, genesis=till.genesis)
        self.one.greet(ANNA, START)
        self.other.greet(BEN, START)
        self.at = START

    def exchange(self, *tills: SmallTill) -> int:
        """Everybody sends all and hears until there is nothing new; how much was told."""
        told = 0
        for _ in range(4):
            for till in tills or (self.one, self.other):
                self.office.receive(till.id, till.journal)
                answer = self.office.answer(till.id, self.at)
                told += len(answer.tellings)
                assert till.apply(answer, self.at)
        return told

    def sells(self, till: SmallTill, who: bytes, points: int = 10) -> None:
        """A sale in the campaign."""

        def do(plan: EventPlan, state: MemberState) -> None:
            plan.postings(state).earn(LEDGER, points, usable_from=plan.day, last_day=None)
            plan.count(PURCHASES, who, 1)
            plan.count("mugs", MUGS, 1)

        self.at += MINUTE
        till.act(who, self.at, do)


def counts(till: SmallTill) -> Counter[bytes]:
    """What a till's book counts, by owner."""
    found: Counter[bytes] = Counter()
    for one in till.journal:
        event = events.decode(one.body)
        if isinstance(event, events.Act | events.Heard):
            for entry in consequences_of(event).meters:
                found[entry.owner] += entry.amount
    return found


@pytest.fixture
def stores() -> Stores:
    return Stores(MemoryArchive())


def check_counts_of_a_member_who_comes_later(stores: Stores) -> None:
    """Once for the campaign, once for the member, and never again."""
    for _ in range(3):
        stores.sells(stores.one, ANNA)
    stores.exchange()
    assert counts(stores.other) == {MUGS: 3}
    stores.other.greet(ANNA, stores.at)
    stores.exchange()
    assert counts(stores.other) == counts(stores.one) == {MUGS: 3, ANNA: 3}
    assert left_of(stores.other.books[ANNA]) == 30
    stores.sells(stores.one, ANNA)
    stores.exchange()
    assert counts(stores.other) == counts(stores.one) == {MUGS: 4, ANNA: 4}
    assert stores.exchange() == 0


def test_a_member_who_comes_later_has_all_their_counts(stores: Stores) -> None:
    check_counts_of_a_member_who_comes_later(stores)


def test_what_a_till_sold_before_the_rest_came_is_not_said_to_have_known_it(
    stores: Stores,
) -> None:
    stores.sells(stores.one, ANNA)
    stores.exchange()
    stores.other.greet(ANNA, stores.at)
    stores.sells(stores.other, ANNA)  # out of reach since
    stores.office.receive(stores.other.id, stores.other.journal)
    (first,) = (one for one in stores.archive.events_of(ANNA) if one.till_id == stores.one.id)
    held = places_for(stores.archive, stores.other.id, ANNA, [first])
    assert (stores.archive.seen(stores.other.id, [first.event_id]), held) == (
        {first.event_id: 2},
        {},
    )
    stores.exchange()
    rest = rest_id(first.event_id, ANNA)
    (place,) = (one.seq for one in stores.other.journal if one.event_id == rest)
    assert places_for(stores.archive, stores.other.id, ANNA, [first]) == {first.event_id: place}


def test_what_a_till_sold_itself_is_held_in_all_its_parts(stores: Stores) -> None:
    stores.sells(stores.one, ANNA)
    told = stores.exchange(stores.one)
    assert told == 0
    (own,) = (one for one in stores.archive.events_of(ANNA) if one.does.meters)
    assert places_for(stores.archive, stores.one.id, ANNA, [own]) == {own.event_id: 2}


def check_what_a_till_lost_of_a_member_who_comes_again(stores: Stores) -> None:
    """A till's own sales, which are told to it again as if they had happened elsewhere."""
    one, office = stores.one, stores.office
    for _ in range(3):
        stores.sells(one, ANNA)
    stores.exchange()
    one.journal, one.books, one.epoch = [], {}, 2  # its disk is new, and Anna not known there yet
    assert office.reopen(one.id, Place(epoch=1, seq=0, hash=one.genesis), 2)
    starts(one, stores.at)
    stores.exchange()
    assert counts(one) == {MUGS: 3}
    meets(one, ANNA, stores.at)
    stores.exchange()
    assert counts(one) == {MUGS: 3, ANNA: 3}
    assert left_of(one.books[ANNA]) == 30
    assert stores.exchange() == 0


def check_a_card_whose_sale_nobody_has_any_more(stores: Stores) -> None:
    """Its till and head office have lost it; another till had heard of it."""
    other = stores.other
    plan = EventPlan(event_id=b"sold............", at=START, day=START.date(), programme_id="test")
    plan.postings_at(card_account("test/gift", CARD), ()).earn(
        "test/gift", 500, usable_from=plan.day, last_day=None, code=TransferCode.ISSUE
    )
    does = plan.consequences()
    sold = events.Heard(
        id=plan.event_id.hex(), at=format_instant(START), hlc=(0, 0), what="sale",
        src=stores.one.id.hex(), post=posts(does.transfers),
    )  # fmt: skip
    other.books[CARD] = Belongings(CARD)
    other.append(sold, does)
    assert left_of(other.books[CARD]) == 500
    stores.exchange()
    assert left_of(other.books[CARD]) == 0
    assert stores.exchange() == 0


def test_a_till_is_corrected_about_a_card_whose_sale_nobody_has_any_more(stores: Stores) -> None:
    check_a_card_whose_sale_nobody_has_any_more(stores)


def starts(till: SmallTill, at: datetime) -> None:
    """A till's program starts."""
    boot = derive_id("boot", till.id, till.epoch).hex()
    event = events.Boot(id=boot, at=format_instant(at), hlc=(0, 0), boot=boot, app="1")
    till.append(event, Consequences())


def meets(till: SmallTill, who: bytes, at: datetime) -> None:
    """Somebody who is known elsewhere comes to a till."""
    met = derive_id("met", till.id, len(till.journal)).hex()
    till.books[who] = Belongings(who)
    event = events.MemberMet(id=met, at=format_instant(at), hlc=(0, 0), members=(who.hex(),))
    till.append(event, Consequences())


def test_what_a_till_lost_of_a_member_who_comes_again_counts_once(stores: Stores) -> None:
    check_what_a_till_lost_of_a_member_who_comes_again(stores)
