"""Who joined a minute ago at another store is known here: real books over the real desk.

A till that waits is woken: at once where it matters (its own store, an erasure, a withdrawn
consent), else when it has rested for half a minute, and never for what it said itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from posloyalty.domain.members.member import Member
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.members.profile_news import REST_S, SPREAD_S
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.office.listen_office import News
from posloyalty.sync.profiles.record import ProfileRecord, Said
from posloyalty.sync.wire.answers import ANSWER
from posloyalty.sync.wire.profiles import FEED
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, talked

TERMS = ("terms", "", True)
NEWS = ("news", "sms")
SHORT = timedelta(seconds=REST_S - 1)
RESTED = timedelta(seconds=REST_S + SPREAD_S)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills of two stores that know all there is, and have just heard so."""
    with chain_after(talked, tmp_path, url=database_url) as found:
        for _ in range(2):
            found.clock.pass_time(timedelta(minutes=6))
            found.talk()
        for till in found.tills:
            assert till.hear_news() is News.QUIET
        yield found


def enrol(at: Placed, name: str, phone: str) -> Member:
    """Somebody joins and agrees to news; head office hears of it."""
    form = EnrolForm(phone=phone, name=name, consents=(TERMS, (*NEWS, True)))
    member = at.shop.till.enrol.enrol(form, at.shop.manager).member
    at.talk()
    return member


def names(at: Placed, typed: str) -> list[str]:
    return [row.name for row in at.shop.till.members.search(typed).rows]


def heard(at: Placed) -> bool:
    """As the program does: who waits hears whether there is news, and asks."""
    found = at.hear_news() is News.NEWS
    at.talk()
    return found


def just_heard(chain: Chain) -> None:
    """The second till was told of somebody now, and rests."""
    one, other = chain.tills
    enrol(one, "Zoe", "13800000000")
    assert heard(other)
    assert names(other, "zoe") == ["Zoe"]


def asked(at: Placed, path: str) -> int:
    return at.way.network.asked.count(path)


def test_who_joins_elsewhere_is_found_by_phone_within_a_minute(chain: Chain) -> None:
    one, other = chain.tills
    enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert names(other, "13800000001") == []
    assert heard(other)
    assert names(other, "13800000001") == ["Bea"]
    assert not heard(other)


def test_a_till_that_heard_by_a_clock_that_was_ahead_is_woken_once_it_is_mended(
    chain: Chain,
) -> None:
    one, other = chain.tills
    chain.clock.set_wall(timedelta(days=1))
    just_heard(chain)
    chain.clock.set_wall(timedelta(days=-1))
    chain.clock.pass_time(RESTED)
    enrol(one, "Bea", "13800000001")
    assert heard(other)


@pytest.mark.long(beside="test_who_joins_elsewhere_is_found_by_phone_within_a_minute")
def test_ten_who_join_within_half_a_minute_wake_a_till_once(chain: Chain) -> None:
    one, other = chain.tills
    just_heard(chain)
    other.way.network.asked.clear()
    woken = 0
    for number in range(10):
        enrol(one, f"Bea {number}", f"1380000001{number}")
        chain.clock.pass_time(SHORT / 10)
        woken += heard(other)
    assert (woken, asked(other, FEED)) == (0, 0)
    chain.clock.pass_time(RESTED - SHORT)
    assert heard(other)
    assert len(names(other, "bea")) == 10
    assert not heard(other)
    assert asked(other, FEED) == 2  # a page, and that there is no more


def test_the_till_that_told_is_never_woken_for_its_own_word(chain: Chain) -> None:
    one, other = chain.tills
    for number in range(3):
        enrol(one, f"Bea {number}", f"1380000001{number}")
        one.way.network.asked.clear()
        assert one.hear_news() is News.QUIET
        chain.clock.pass_time(RESTED)
        assert one.hear_news() is News.QUIET
        assert heard(other)
        assert other.hear_news() is News.QUIET


def test_who_tells_while_others_joined_still_hears_of_the_others(chain: Chain) -> None:
    one, other = chain.tills
    just_heard(chain)
    enrol(one, "Bea", "13800000001")
    enrol(other, "Bob", "13800000002")
    assert not heard(other)
    chain.clock.pass_time(RESTED)
    assert heard(other)
    assert names(other, "13800000001") == ["Bea"]


def told_as(at: Placed, chain: Chain, record: ProfileRecord) -> None:
    """A till tells a record."""
    with at.shop.till.book.read() as reader:
        till_id = reader.facts.till_id
    now_s = int(chain.clock.now().timestamp())
    with chain.office.database.write() as connection:
        assert ProfileFeed(connection, now_s=now_s, till_id=till_id).take([record]) == 1


def record_of(at: Placed, member: Member) -> ProfileRecord:
    with at.shop.till.book.read() as reader:
        found = reader.profiles.record(member.id)
    assert found is not None
    return found


def same_phone(record: ProfileRecord) -> ProfileRecord:
    """Somebody else says that the phone is theirs."""
    return msgspec.structs.replace(record, member="0" * 32, consents={}, store="S3")


def far_ahead(record: ProfileRecord) -> ProfileRecord:
    """A word of a clock that is a year ahead."""
    name = record.fields["name"]
    ahead = Said(("Bee",), (name.mark[0] + 365 * 86_400_000, 0), name.till)
    return msgspec.structs.replace(record, fields={**record.fields, "name": ahead})


@pytest.mark.parametrize("said", [same_phone, far_ahead])
def test_who_tells_what_counts_otherwise_than_it_was_told_hears_so(
    chain: Chain, said: Callable[[ProfileRecord], ProfileRecord]
) -> None:
    one, other = chain.tills
    member = enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert heard(other)
    told_as(other, chain, said(record_of(one, member)))
    chain.clock.pass_time(RESTED)
    assert heard(other)


@pytest.mark.long(beside="test_a_withdrawn_consent_is_heard_at_once_and_a_given_one_after_the_rest")
def test_an_erasure_is_heard_at_once(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert heard(other)
    assert names(other, "bea") == ["Bea"]
    with chain.office.database.write() as connection:
        ProfileFeed(connection, now_s=int(chain.clock.now().timestamp())).erase(member.id)
    assert [heard(till) for till in chain.tills] == [True, True]
    assert [names(till, "bea") for till in chain.tills] == [[], []]


def answers(at: Placed, member: Member, *, granted: bool) -> None:
    purpose, channel = NEWS
    at.shop.till.enrol.set_consent(
        member.id, purpose=purpose, channel=channel, granted=granted, operator=at.shop.manager
    )
    at.talk()


def agrees(at: Placed, member: Member) -> bool:
    with at.shop.till.book.read() as reader:
        found = reader.members.by_id(member.id)
    assert found is not None
    (granted,) = (c.granted for c in found.consents if (c.purpose, c.channel) == NEWS)
    return granted


def test_a_withdrawn_consent_is_heard_at_once_and_a_given_one_after_the_rest(
    chain: Chain,
) -> None:
    one, other = chain.tills
    member = enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert heard(other)
    answers(one, member, granted=False)
    assert heard(other)
    assert not agrees(other, member)
    answers(one, member, granted=True)
    assert not heard(other)
    chain.clock.pass_time(RESTED)
    assert heard(other)
    assert agrees(other, member)


@pytest.mark.long(beside="test_a_withdrawn_consent_is_heard_at_once_and_a_given_one_after_the_rest")
def test_a_change_of_its_own_store_is_heard_at_once_wherever_it_is_made(chain: Chain) -> None:
    one, other = chain.tills
    member = enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert heard(other)
    enrol(other, "Zoe", "13800000000")
    assert heard(one)  # and rests from now on
    other.shop.till.enrol.edit(
        member.id, replace(member.profile, name="Beatrice"), other.shop.manager
    )
    other.talk()
    assert heard(one)
    assert names(one, "beatrice") == ["Beatrice"]
    assert not heard(other)


def test_an_answer_that_is_lost_is_said_again_after_the_rest(chain: Chain) -> None:
    one, other = chain.tills
    enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    assert other.hear_news() is News.NEWS
    other.way.network.troubles = ["lost"]
    other.talk()
    assert names(other, "bea") == []
    assert other.hear_news() is News.QUIET
    chain.clock.pass_time(RESTED)
    assert heard(other)
    assert names(other, "bea") == ["Bea"]


def test_who_was_told_and_cannot_ask_is_not_woken_again_before_the_rest(chain: Chain) -> None:
    one, other = chain.tills
    enrol(one, "Bea", "13800000001")
    chain.clock.pass_time(RESTED)
    place = other.way.network.asked
    assert other.hear_news() is News.NEWS
    place.clear()
    while ANSWER not in place:
        other.way.sending.step()  # and here it stops, before it asks for members
    assert other.hear_news() is News.QUIET


@pytest.mark.long(beside="test_the_till_that_told_is_never_woken_for_its_own_word")
def test_a_day_in_which_nothing_happens_wakes_nobody(chain: Chain) -> None:
    for _ in range(24):
        chain.clock.pass_time(timedelta(hours=1))
        for till in chain.tills:
            assert till.hear_news() is News.QUIET
            till.talk()
