"""Refunds on disk: listed, found by number, printed, and what they take from lots and members."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from msgspec import structs

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.transfer import Lot, LotUse
from posloyalty.services.ports import PrintState
from tests.fakes.book import LEDGER, Rig, a_sale, add_member
from tests.fakes.doings import a_plan, a_refund

TODAY = date(2026, 11, 22)


def test_refunds_are_listed_by_page_and_by_sale_newest_first(rig: Rig) -> None:
    member_id = add_member(rig, "王小雨")
    with rig.book.write() as unit:
        first = a_sale(unit, rig, member_id=member_id, lines=3)
        unit.sales.book(first)
        second = a_sale(unit, rig)
        unit.sales.book(second)
        made = [
            a_refund(unit, rig, first.sale, lines=(1,)),
        ]
        unit.refunds.book(made[0], NO_CONSEQUENCES)
        made.append(a_refund(unit, rig, second.sale))
        unit.refunds.book(made[1], NO_CONSEQUENCES, print_receipt=True)
        made.append(a_refund(unit, rig, first.sale, lines=(2, 3)))
        unit.refunds.book(made[2], NO_CONSEQUENCES)
        unit.commit()
    with rig.book.read() as reader:
        page = reader.refunds.page(before_seq=None, limit=2)
        assert [row.refund_id for row in page] == [made[2].id, made[1].id]
        assert [row.printed for row in page] == [PrintState.NOT_WANTED, PrintState.WAITING]
        older = reader.refunds.page(before_seq=page[-1].seq, limit=2)
        assert [row.refund_id for row in older] == [made[0].id]
        assert (older[0].member_name, older[0].of_number) == ("王小雨", first.sale.number)
        of_first = reader.refunds.rows_of_sale(first.sale.id)
        assert [row.refund_id for row in of_first] == [made[2].id, made[0].id]


def test_a_refund_is_found_by_its_id_and_its_number(rig: Rig) -> None:
    with rig.book.write() as unit:
        booked = a_sale(unit, rig)
        unit.sales.book(booked)
        made = a_refund(unit, rig, booked.sale)
        appended = unit.refunds.book(made, NO_CONSEQUENCES)
        unit.commit()
    with rig.book.read() as reader:
        found = reader.refunds.stored(made.number)
        assert found is not None
        assert (found.refund, found.seq, found.does) == (made, appended.seq, NO_CONSEQUENCES)
        assert reader.refunds.stored(made.id) == found
        assert reader.refunds.stored("S01-T02-1-0001") is None
        assert reader.refunds.stored(booked.sale.id) is None


def test_print_jobs_of_refunds_and_sales_share_one_queue(rig: Rig) -> None:
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, print_receipt=True)
        unit.sales.book(booked)
        made = a_refund(unit, rig, booked.sale)
        unit.refunds.book(made, NO_CONSEQUENCES, print_receipt=True)
        unit.commit()
    with rig.book.write() as unit:
        first = unit.printing.next_waiting()
        assert first is not None
        assert (first.sale_id, first.refund_id) == (booked.sale.id, None)
        unit.printing.mark(first.id, PrintState.PRINTED)
        second = unit.printing.next_waiting()
        assert second is not None
        assert (second.sale_id, second.refund_id) == (None, made.id)
        unit.printing.mark(second.id, PrintState.UNKNOWN)
        assert unit.printing.unconfirmed() == ()
        assert [row.refund_id for row in unit.printing.unconfirmed_refunds()] == [made.id]
        unit.printing.queue(made.id, copy=True)
        assert unit.printing.unconfirmed_refunds() == ()
        unit.commit()


def test_a_sale_that_came_back_whole_is_not_among_the_members_purchases(rig: Rig) -> None:
    member_id = add_member(rig)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id)
        unit.sales.book(booked)
        made = a_refund(unit, rig, booked.sale, lines=(1, 2))
        plan = a_plan(rig, made.id)
        plan.count("purchases", member_id, -1, undoes=booked.sale.id)
        unit.refunds.book(made, plan.consequences())
        unit.commit()
    with rig.book.read() as reader:
        state = reader.ledger.member_state(member_id, lots_since=TODAY)
        assert state is not None
        assert state.purchases == 0


def spent_from(rig: Rig, member_id: bytes, points: int) -> Lot:
    """A lot of 50 that a sale earned, and so many of it spent by the next."""
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id, earned=50)
        unit.sales.book(booked)
        lot = booked.does.transfers[0].opens
        assert lot is not None
        unit.sales.book(a_sale(unit, rig, member_id=member_id, uses=(LotUse(lot.id, points),)))
        unit.commit()
    return lot


def test_lots_are_read_by_name_also_when_they_are_spent(rig: Rig) -> None:
    member_id = add_member(rig)
    lot = spent_from(rig, member_id, 50)
    with rig.book.read() as reader:
        assert reader.ledger.lots_named([lot.id]) == (structs.replace(lot, remaining=0),)
        assert reader.ledger.lots_named([b"?" * 16]) == ()
        assert reader.ledger.lots_named([]) == ()
        assert reader.ledger.lapsed([lot.id]) == {}


def test_what_of_a_lot_ran_out_is_told_apart_from_what_was_spent(rig: Rig) -> None:
    member_id = add_member(rig)
    lot = spent_from(rig, member_id, 30)
    rig.clock.pass_time(timedelta(days=400))
    with rig.book.write() as unit:
        late = a_sale(unit, rig, member_id=member_id)
        state = unit.ledger.member_state(member_id, lots_since=TODAY)
        assert state is not None
        postings = EventPostings(
            event_id=late.sale.id,
            member_id=member_id,
            day=rig.clock.now().date(),
            lots=state.lots,
        )
        assert postings.expire(LEDGER) == 20
        unit.sales.book(replace(late, does=Consequences(transfers=postings.transfers)))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.ledger.lapsed([lot.id]) == {lot.id: 20}


@pytest.mark.parametrize("limit", [1, 10])
def test_where_a_member_bought_an_article_is_found_with_what_came_back(
    rig: Rig, limit: int
) -> None:
    member_id, other = add_member(rig, "王小雨"), add_member(rig, "Ann Lee")
    with rig.book.write() as unit:
        old = a_sale(unit, rig, member_id=member_id)
        unit.sales.book(old)
        unit.sales.book(a_sale(unit, rig, member_id=other))
        new = a_sale(unit, rig, member_id=member_id)
        unit.sales.book(new)
        unit.refunds.book(a_refund(unit, rig, old.sale, lines=(2,)), NO_CONSEQUENCES)
        unit.commit()
    article = old.sale.lines[1].product_id
    with rig.book.read() as reader:
        found = reader.sales.bought_by(member_id, article, limit=limit)
    wanted = [(new.sale.number, 2, 1000, 0), (old.sale.number, 2, 1000, 1000)]
    shown = [(one.number, one.line, one.quantity_milli, one.returned_milli) for one in found]
    assert shown == wanted[:limit]
