"""Members who joined at one till are known at all others: real books over the real desk.

Fault 43 (one profile changed at two tills) and 44 (an erased member's events and profile come
later) are here by what the counter sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.members.member import IdentifierKind, Member, MemberStatus, Profile
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.profiles.record import ProfileRecord
from posloyalty.sync.wire.profiles import FEED, TELL
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, talked

TERMS = ("terms", "", True)
NEWS = ("news", "sms")


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(talked, tmp_path, url=database_url) as found:
        yield found


def enrol(at: Placed, name: str = "Bea Bloom", phone: str = "13800000001") -> Member:
    form = EnrolForm(phone=phone, name=name, consents=(TERMS, (*NEWS, True)))
    return at.shop.till.enrol.enrol(form, at.shop.manager).member


def known(at: Placed, member_id: bytes) -> Member | None:
    with at.shop.till.book.read() as reader:
        return reader.members.by_id(member_id)


def record(at: Placed, member_id: bytes) -> ProfileRecord | None:
    with at.shop.till.book.read() as reader:
        return reader.profiles.record(member_id)


def names(at: Placed, text: str) -> list[str]:
    """Who is found by what a cashier types."""
    return [row.name for row in at.shop.till.members.search(text).rows]


def edit(at: Placed, member_id: bytes, **changes: object) -> None:
    member = known(at, member_id)
    assert member is not None
    at.shop.till.enrol.edit(
        member_id,
        replace(member.profile, **changes),
        at.shop.manager,  # type: ignore[arg-type]
    )


def answer(at: Placed, member_id: bytes, *, granted: bool) -> None:
    purpose, channel = NEWS
    at.shop.till.enrol.set_consent(
        member_id, purpose=purpose, channel=channel, granted=granted, operator=at.shop.manager
    )


def agrees(at: Placed, member_id: bytes) -> bool:
    member = known(at, member_id)
    assert member is not None
    (found,) = (c.granted for c in member.consents if (c.purpose, c.channel) == NEWS)
    return found


def later(chain: Chain) -> None:
    """Long enough that everybody asks for what is new."""
    for _ in range(2):
        chain.clock.pass_time(timedelta(minutes=6))
        chain.talk()


# Known everywhere


def test_who_joins_at_one_till_is_found_at_the_other_by_phone_name_and_card(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    (card,) = (i.value for i in member.profile.identifiers if i.kind is IdentifierKind.CARD)
    later(chain)
    for typed in ("13800000001", "0001", "bea", card):
        assert names(other, typed) == ["Bea Bloom"], typed
    assert record(other, member.id) == record(one, member.id) is not None


@pytest.mark.long(beside="test_who_joins_at_one_till_is_found_at_the_other_by_phone_name_and_card")
def test_a_member_is_not_sent_twice_and_nothing_comes_back(chain: Chain) -> None:
    one, other = chain.tills
    enrol(one)
    later(chain)
    for till in chain.tills:
        till.way.network.asked.clear()
    heads = [till.shop.till.book for till in chain.tills]
    before = [_head(book) for book in heads]
    later(chain)
    assert TELL not in one.way.network.asked + other.way.network.asked
    assert 2 <= one.way.network.asked.count(FEED) <= 3  # now and then, in case of news
    assert [_head(book) for book in heads] == before


def _head(book: object) -> int:
    with book.read() as reader:  # type: ignore[attr-defined]
        return int(reader.journal.head().seq)


def test_an_answer_that_is_lost_is_asked_for_again(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    for till in chain.tills:
        till.way.network.troubles = ["lost", "", "", "lost", "twice", "changed", "lost"]
    for _ in range(6):
        later(chain)
    assert record(other, member.id) == record(one, member.id) is not None


# Points follow once the member is there


def panel(at: Placed, member_id: bytes) -> tuple[bool, list[int]]:
    """(whether it is all there is, balances)."""
    found = at.shop.till.members.panel(member_id)
    return found.complete, [wallet.balance for wallet in found.wallets]


@pytest.mark.long(beside="test_out_of_reach_points_stay_on_their_way_and_selling_goes_on")
def test_points_are_on_their_way_until_head_office_has_told_all(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    one.counter.book(one.counter.basket().for_member(member.id, proof="card"))
    later(chain)
    assert panel(one, member.id) == (True, [2_000])
    assert panel(other, member.id) == (False, [0])  # and this look is what asks for them
    other.talk()
    assert panel(other, member.id) == (True, [2_000])
    other.counter.book(other.counter.basket().for_member(member.id, proof="card"))
    other.talk()
    one.hear_news()
    one.talk()
    assert [panel(till, member.id) for till in chain.tills] == [(True, [4_000])] * 2


def test_out_of_reach_points_stay_on_their_way_and_selling_goes_on(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    one.counter.book(one.counter.basket().for_member(member.id, proof="card"))
    later(chain)
    other.way.network.troubles = ["no line"] * 9
    assert panel(other, member.id) == (False, [0])
    other.talk()
    other.counter.book(other.counter.basket().for_member(member.id, proof="card"))
    assert panel(other, member.id) == (False, [2_000])
    other.way.network.troubles = []
    later(chain)
    assert panel(other, member.id) == (True, [4_000])


@pytest.mark.long(beside="test_who_joins_at_one_till_is_found_at_the_other_by_phone_name_and_card")
def test_nobody_is_asked_about_twice(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    for _ in range(3):
        panel(other, member.id)
        other.talk()
    with other.shop.till.book.read() as reader:
        met = [each for each in reader.journal.events() if each.kind == "member_met"]
    assert len(met) == 1


# Changed at two tills (fault 43)


def test_fault_43_changes_of_two_fields_at_two_tills_are_both_kept(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    edit(one, member.id, name="Bea Blossom")
    chain.clock.pass_time(timedelta(seconds=1))
    edit(other, member.id, note="likes oat milk")
    later(chain)
    for till in chain.tills:
        found = known(till, member.id)
        assert found is not None
        assert (found.profile.name, found.profile.note) == ("Bea Blossom", "likes oat milk")


@pytest.mark.long(beside="test_fault_43_changes_of_two_fields_at_two_tills_are_both_kept")
def test_fault_43_of_one_field_the_later_word_stands_at_both(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    edit(other, member.id, name="Beatrice")
    chain.clock.pass_time(timedelta(seconds=1))
    edit(one, member.id, name="Bea B.")
    later(chain)
    assert names(one, "bea") == names(other, "bea") == ["Bea B."]


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("refuses", [0, 1], ids=["told first", "told last"])
def test_fault_43_a_refusal_stands_whatever_is_agreed_elsewhere_meanwhile(
    chain: Chain, refuses: int
) -> None:
    one, other = chain.tills[1 - refuses], chain.tills[refuses]
    member = enrol(one)
    later(chain)
    answer(other, member.id, granted=False)
    chain.clock.pass_time(timedelta(minutes=1))
    answer(one, member.id, granted=True)
    later(chain)
    assert [agrees(till, member.id) for till in chain.tills] == [False, False]
    answer(one, member.id, granted=True)  # who knows of the refusal may agree again
    later(chain)
    assert [agrees(till, member.id) for till in chain.tills] == [True, True]


@pytest.mark.long(beside="test_fault_43_a_refusal_stands_whatever_is_agreed_elsewhere_meanwhile")
def test_fault_43_a_refusal_told_under_a_name_that_went_stands_for_who_stays(
    chain: Chain,
) -> None:
    one, other = chain.tills
    stays, goes = enrol(one, "Bea"), enrol(one, "Bob", "13800000002")
    later(chain)
    answer(other, goes.id, granted=False)  # and this till has not told of it when they are merged
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).rename(goes.id, stays.id)
    later(chain)
    assert [agrees(till, stays.id) for till in chain.tills] == [False, False]
    assert known(other, goes.id).status is MemberStatus.CLOSED  # type: ignore[union-attr]
    answer(one, stays.id, granted=True)  # who knows of it may agree again
    later(chain)
    assert [agrees(till, stays.id) for till in chain.tills] == [True, True]


def test_one_phone_at_two_tills_is_named_and_nobody_is_dropped(chain: Chain) -> None:
    one, other = chain.tills
    first = enrol(one, "Bea")
    chain.clock.pass_time(timedelta(days=2))
    second = enrol(other, "Bob")
    later(chain)
    for till in chain.tills:
        assert sorted(names(till, "13800000001")) == ["Bea", "Bob"]
        with till.shop.till.book.read() as reader:
            notes = [reader.profiles.note(member.id) for member in (first, second)]
        assert [note.taken for note in notes if note is not None] == [(), ("phone",)]
    (row,) = chain.office.profile_matters.shared()
    assert (row.member_id, row.kind, row.others) == (second.id.hex(), "phone", (first.id.hex(),))


@pytest.mark.long(beside="test_one_phone_at_two_tills_is_named_and_nobody_is_dropped")
def test_one_card_of_two_members_belongs_to_who_had_it_first(chain: Chain) -> None:
    one, other = chain.tills
    first, second = enrol(one, "Bea"), enrol(other, "Bob", "13800000002")
    (card,) = (i for i in first.profile.identifiers if i.kind is IdentifierKind.CARD)
    # The counter's own service draws none that the till knows of.
    with other.shop.till.book.write() as unit:
        mine = unit.members.by_id(second.id)
        assert mine is not None
        kept = tuple(i for i in mine.profile.identifiers if i.kind is not IdentifierKind.CARD)
        stamp = unit.journal.stamp()
        appended = unit.journal.append(
            events.MemberEdit(
                id=other.shop.ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=second.id.hex(),
                fields=("card",),
            )
        )
        profile = replace(mine.profile, identifiers=(*kept, card))
        unit.members.save_profile(second.id, profile, appended=appended)
        unit.commit()
    later(chain)
    for till in chain.tills:
        assert till.shop.till.members.by_card(card.value) == first.id


# What happens here while an answer is on its way


def meanwhile(at: Placed, path: str, act: Callable[[], None]) -> None:
    """Let something happen at the till after head office answered and before it is heard."""
    network, acts = at.way.network, [act]
    reached = network.reached

    def slow(http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        answer = reached(http)
        if http.url.path == path and acts:
            acts.pop()()
        return answer

    network.reached = slow  # type: ignore[method-assign]


def test_what_is_said_while_a_page_is_on_its_way_is_not_overwritten_by_it(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    edit(one, member.id, name="Beatrice")
    one.talk()
    chain.clock.pass_time(timedelta(minutes=6))
    meanwhile(other, FEED, lambda: edit(other, member.id, note="likes oat milk"))
    other.talk()
    later(chain)
    for till in chain.tills:
        found = known(till, member.id)
        assert found is not None
        assert (found.profile.name, found.profile.note) == ("Beatrice", "likes oat milk")


@pytest.mark.long(beside="test_what_is_said_while_a_page_is_on_its_way_is_not_overwritten_by_it")
def test_what_is_said_while_something_is_told_is_told_as_well(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    meanwhile(one, TELL, lambda: edit(one, member.id, note="likes oat milk"))
    one.talk()
    later(chain)
    found = known(other, member.id)
    assert found is not None
    assert found.profile.note == "likes oat milk"


# No more (fault 44)


def erase(chain: Chain, member_id: bytes) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).erase(member_id)


def test_fault_44_an_erased_member_is_nobody_at_any_till_whatever_comes_later(
    chain: Chain,
) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    chain.office.records.erase(member.id.hex(), member.profile.name, by="ann")
    edit(other, member.id, name="Beatrice", note="still here")
    sale = other.counter.book(other.counter.basket().for_member(member.id, proof="card"))
    assert [one.earned for one in sale.points] == [2_000]
    later(chain)
    with chain.office.database.write() as connection:
        fold = chain.office.head_office(connection).fold(member.id)
    assert [one.amount for one in fold.transfers if one.code is TransferCode.EARN] == [2_000]
    assert [lot.remaining for lot in fold.lots] == [0]
    for till in chain.tills:
        found = known(till, member.id)
        assert found is not None
        assert (found.status, found.profile) == (MemberStatus.ERASED, Profile(name=""))
        assert names(till, "13800000001") == names(till, "bea") == []
        with pytest.raises(ServiceRefusal, match="NO_SUCH_MEMBER"):
            till.shop.till.members.panel(member.id)


def test_every_till_says_that_it_has_forgotten_also_one_that_knew_nobody(chain: Chain) -> None:
    one, _ = chain.tills
    member = enrol(one)
    one.talk()
    erase(chain, member.id)
    later(chain)
    found = chain.office.profile_matters.erased()
    assert [(row.member_id, row.missing) for row in found] == [(member.id.hex(), ())]


@pytest.mark.long(beside="test_every_till_says_that_it_has_forgotten_also_one_that_knew_nobody")
def test_a_till_that_is_away_is_named_until_it_has_forgotten(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    erase(chain, member.id)
    chain.clock.pass_time(timedelta(minutes=6))
    one.talk()
    one.talk()
    (row,) = chain.office.profile_matters.erased()
    assert [(till.store, till.till) for till in row.missing] == [("S2", "T2")]
    chain.clock.pass_time(timedelta(minutes=6))
    other.talk()
    other.talk()
    (row,) = chain.office.profile_matters.erased()
    assert row.missing == ()


def test_two_records_that_are_one_member_are_one_at_every_till(chain: Chain) -> None:
    one, other = chain.tills
    stays, goes = enrol(one, "Bea"), enrol(other, "B. Bloom", "13800000002")
    later(chain)
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).rename(goes.id, stays.id)
    later(chain)
    for till in chain.tills:
        assert names(till, "13800000001") == names(till, "13800000002") == ["Bea"]


# Head office is another one, or the book is


@pytest.mark.long(beside="test_what_a_till_told_is_not_lost_where_head_office_is_put_back_twice")
def test_head_office_that_was_put_back_from_a_copy_is_told_again(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one)
    later(chain)
    with chain.office.database.write() as connection:
        for table in ("profile_identifier", "profile", "profile_place"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    chain.office.lifetime.put_back()
    edit(one, member.id, name="Beatrice")
    later(chain)
    later(chain)
    assert record(one, member.id) == record(other, member.id) is not None
    assert names(other, "beatrice") == ["Beatrice"]


def test_what_a_till_told_is_not_lost_where_head_office_is_put_back_twice(chain: Chain) -> None:
    """Behind another life all is told anew, and a page names that life before: so the next one is
    noticed, too, and what was taken in between and forgotten is told once more.
    """
    one = chain.tills[0]
    bea = enrol(one).id
    later(chain)
    with chain.office.database.read() as connection:
        (copied,) = connection.execute(select(PROFILE).where(PROFILE.c.member_id == bea))
    chain.office.lifetime.put_back()
    chain.clock.pass_time(timedelta(minutes=6))
    edit(one, bea, note="Asks for oat milk")
    asked = one.way.network.asked
    asked.clear()
    while FEED not in asked or TELL not in asked[asked.index(FEED) :]:
        one.way.sending.step(lingers=False)
        assert len(asked) < 30
    with chain.office.database.write() as connection:
        mine = PROFILE.update().where(PROFILE.c.member_id == bea)
        connection.execute(mine.values(**copied._asdict()))
    chain.office.lifetime.put_back()
    later(chain)
    later(chain)
    for till in chain.tills:
        found = record(till, bea)
        assert found is not None
        assert found.values("note") == ("Asks for oat milk",)
