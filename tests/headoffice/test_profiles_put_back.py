"""Records that became one, at a head office that was put back to before that: real books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from posloyalty.domain.members.member import Member, MemberStatus
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.profile_tables import (
    PROFILE,
    PROFILE_IDENTIFIER,
    PROFILE_PLACE,
)
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.sync.profiles.record import ProfileRecord
from posloyalty.sync.wire.profiles import Item
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, talked
from tests.headoffice.test_profiles_travel import enrol, known, later, names, record

TABLES: tuple[Table, ...] = (PROFILE, PROFILE_IDENTIFIER, PROFILE_PLACE)
Rows = dict[Table, list[dict[str, Any]]]


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(talked, tmp_path, url=database_url) as found:
        yield found


@pytest.fixture
def pair(chain: Chain) -> tuple[Member, Member]:
    """Two records, of Bea and of Bob, that both tills know."""
    one = chain.tills[0]
    bea, bob = enrol(one, "Bea"), enrol(one, "Bob", "13800000002")
    later(chain)
    return bea, bob


def copied(chain: Chain) -> Rows:
    with chain.office.database.write() as connection:
        return {
            table: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in TABLES
        }


def put_back(chain: Chain, rows: Rows) -> None:
    with chain.office.database.write() as connection:
        for table in reversed(TABLES):
            connection.execute(table.delete())
        for table in TABLES:
            connection.execute(insert(table), rows[table])
    chain.office.lifetime.put_back()
    later(chain)


def are_one(chain: Chain, *, stays: Member, goes: Member) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).rename(goes.id, stays.id)
    later(chain)


def now(at: Placed, member: Member) -> bytes:
    """Who a member is now at a till."""
    with at.shop.till.book.read() as reader:
        return reader.profiles.now(member.id)


def strangers(chain: Chain, member: Member) -> list[bool]:
    """At which of the tills only the profile is known."""
    found = []
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            found.append(reader.profiles.is_stranger(member.id))
    return found


def hear(at: Placed, told: ProfileRecord, *, feed: bool) -> int:
    with at.shop.till.book.write() as unit:
        new = HeardItems(at.shop.ids, feed=feed).put(unit, [Item(k=told.member, record=told)])
        unit.commit()
    return new


def told(at: Placed, member: Member) -> ProfileRecord:
    found = record(at, member.id)
    assert found is not None
    return found


def test_who_was_another_name_stays_where_people_decide_the_other_way_about(
    chain: Chain, pair: tuple[Member, Member]
) -> None:
    bea, bob = pair
    before = copied(chain)
    are_one(chain, stays=bea, goes=bob)
    for till in chain.tills:
        assert (names(till, "bob"), now(till, bob)) == ([], bea.id)
    put_back(chain, before)
    for till in chain.tills:
        assert (names(till, "bob"), names(till, "bea")) == (["Bob"], ["Bea"])
    are_one(chain, stays=bob, goes=bea)
    for till in chain.tills:
        assert (names(till, "13800000002"), now(till, bea), now(till, bob)) == (
            ["Bob"],
            bob.id,
            bob.id,
        )
        assert known(till, bea.id).status is MemberStatus.CLOSED  # type: ignore[union-attr]
    assert record(chain.tills[0], bob.id) == record(chain.tills[1], bob.id) is not None


def test_what_such_a_member_owns_is_asked_for_as_of_a_stranger(
    chain: Chain, pair: tuple[Member, Member]
) -> None:
    bea, bob = pair
    assert strangers(chain, bob) == [False, True]
    before = copied(chain)
    are_one(chain, stays=bea, goes=bob)
    put_back(chain, before)
    assert strangers(chain, bob) == [True, True]
    assert strangers(chain, bea) == [False, True]


def test_an_answer_that_was_on_its_way_does_not_bring_back_who_is_another_name(
    chain: Chain, pair: tuple[Member, Member]
) -> None:
    bea, bob = pair
    late = told(chain.tills[0], bob)
    are_one(chain, stays=bea, goes=bob)
    assert hear(chain.tills[0], late, feed=False) == 0
    assert known(chain.tills[0], bob.id).status is MemberStatus.CLOSED  # type: ignore[union-attr]
    assert now(chain.tills[0], bob) == bea.id


def test_nobody_who_was_erased_comes_back_to_a_till(
    chain: Chain, pair: tuple[Member, Member]
) -> None:
    _, bob = pair
    before, late = copied(chain), told(chain.tills[0], bob)
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).erase(bob.id)
    later(chain)
    put_back(chain, before)
    assert hear(chain.tills[0], late, feed=True) == 0
    for till in chain.tills:
        assert names(till, "bob") == []
        assert known(till, bob.id).status is MemberStatus.ERASED  # type: ignore[union-attr]
