"""What is kept of members is what the book says, whatever anybody committed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.tender import CashRounding, take_cash
from posloyalty.services.members.adjust_points import adjust_points
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.ports import Reader
from posloyalty.storage.kept_reads import KEPT_MOST, KeptReads
from posloyalty.storage.statements import Rows, Statement
from posloyalty.sync.events import MemberEdit
from tests.fakes.book import set_status
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import goods

TERMS = (("terms", "", True),)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


@pytest.fixture
def member_id(shop: Shop) -> bytes:
    return joins(shop, "13812346021")


def joins(shop: Shop, phone: str) -> bytes:
    form = EnrolForm(phone=phone, name="Wang", consents=TERMS, language="en")
    return shop.till.enrol.enrol(form, shop.manager).member.id


def buys(shop: Shop, member_id: bytes) -> None:
    check_out = shop.till.check_out
    basket = check_out.open_basket().add(goods(12)).for_member(member_id, proof="card")
    quote = check_out.quote(basket)
    due = quote.payable_minor
    cash = take_cash(due, (), given_minor=due, rounding=CashRounding())
    check_out.complete(basket, quote, (cash,), shop.manager)


def renamed(shop: Shop, member_id: bytes) -> None:
    with shop.till.book.read() as reader:
        member = reader.members.by_id(member_id)
    assert member is not None
    shop.till.enrol.edit(member_id, replace(member.profile, name="Li"), shop.manager)


def given_points(shop: Shop, member_id: bytes) -> None:
    adjust_points(shop.till.acts, member_id, "points", 70, "card was lost", shop.manager)


def answers(shop: Shop, member_id: bytes) -> None:
    shop.till.enrol.set_consent(
        member_id, purpose="marketing", channel="sms", granted=True, operator=shop.manager
    )


def frozen(shop: Shop, member_id: bytes) -> None:
    set_status(shop.till.book, shop.ids, member_id, MemberStatus.FROZEN)


def another_card(shop: Shop, member_id: bytes) -> None:
    shop.till.enrol.replace_card(member_id, shop.manager)


def all_of(reader: Reader, member_id: bytes, shop: Shop) -> tuple[object, object]:
    since = shop.clock.now().date() - timedelta(days=400)
    return (
        reader.members.seen(member_id),
        reader.ledger.member_state(member_id, lots_since=since, whole_life=True),
    )


def as_kept(shop: Shop, member_id: bytes) -> tuple[object, object]:
    with shop.till.book.read() as reader:
        return all_of(reader, member_id, shop)


def as_it_is(shop: Shop, member_id: bytes) -> tuple[object, object]:
    """On a connection of its own, which has kept nothing."""
    with shop.till.book.read_apart() as reader:
        return all_of(reader, member_id, shop)


@pytest.mark.parametrize("act", [buys, renamed, given_points, answers, frozen, another_card])
def test_whatever_is_committed_is_seen_at_once(
    shop: Shop, member_id: bytes, act: Callable[[Shop, bytes], None]
) -> None:
    before = as_kept(shop, member_id)
    assert as_kept(shop, member_id) == before
    act(shop, member_id)
    assert as_kept(shop, member_id) == as_it_is(shop, member_id) != before


def test_everything_in_turn_is_seen_by_every_connection(shop: Shop, member_id: bytes) -> None:
    other = joins(shop, "13900000418")
    for act in (buys, given_points, renamed, buys, answers, frozen):
        for one in (member_id, other):
            act(shop, one)
            for asked in (member_id, other):
                # Two look-up connections at once, each with what it kept itself.
                with shop.till.book.read() as first, shop.till.book.read() as second:
                    assert all_of(first, asked, shop) == all_of(second, asked, shop)
                    assert all_of(first, asked, shop) == as_it_is(shop, asked)


def test_a_snapshot_stays_what_it_was_while_others_commit(shop: Shop, member_id: bytes) -> None:
    with shop.till.book.read() as reader:
        before = all_of(reader, member_id, shop)
        buys(shop, member_id)
        assert all_of(reader, member_id, shop) == before
    assert as_kept(shop, member_id) == as_it_is(shop, member_id) != before


def test_who_writes_sees_what_it_has_written(shop: Shop, member_id: bytes) -> None:
    with shop.till.book.write() as unit:
        before = unit.members.by_id(member_id)
        assert before is not None
        stamp = unit.journal.stamp()
        edited = MemberEdit(
            id=shop.ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            member=member_id.hex(),
            fields=("status",),
        )
        unit.members.seen(member_id)
        unit.members.set_status(
            member_id, MemberStatus.CLOSED, appended=unit.journal.append(edited)
        )
        seen = unit.members.seen(member_id)
        assert seen is not None
        assert seen.member.status is MemberStatus.CLOSED


def test_without_a_commit_a_member_is_read_once(
    shop: Shop, member_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_kept(shop, member_id)
    asked: list[str] = []
    run = Statement.run

    def told(statement: Statement, connection: Connection, /, **values: object) -> Rows:
        asked.append(statement.sql)
        return run(statement, connection, **values)

    monkeypatch.setattr(Statement, "run", told)
    as_kept(shop, member_id)
    assert asked == []


def test_what_is_kept_is_bounded_and_the_oldest_goes(shop: Shop) -> None:
    with shop.till.book.read() as reader:
        kept = KeptReads(reader.members._connection)  # type: ignore[attr-defined]
        for number in range(KEPT_MOST + 1):
            assert kept.of(number, lambda n=number: n) == number
        assert kept.of(0, lambda: "again") == "again"
        assert kept.of(KEPT_MOST, lambda: "again") == KEPT_MOST
