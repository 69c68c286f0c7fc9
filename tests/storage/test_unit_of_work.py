"""A unit commits whole or vanishes, and nobody writes beside the one writer."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Pool, event
from sqlcipher3.dbapi2 import IntegrityError

from posloyalty.domain.ledger.transfer import Account, AccountKind, LotUse
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.money import currency
from posloyalty.services.book.book_faults import ChainDamaged
from posloyalty.services.ports import PrintState, UnitOfWork
from posloyalty.storage.engine import LOOK_UP_CACHES_KIB
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc
from tests.fakes.book import LEDGER, Rig, a_sale, add_member


def everything(rig: Rig) -> dict[str, int]:
    with rig.book.read() as reader:
        count = reader.connection.exec_driver_sql
        names = [row[0] for row in count("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: count(f"SELECT count(*) FROM {name}").scalar() for name in names}


def fail_within_a_unit(rig: Rig) -> None:
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig))
        raise ZeroDivisionError


def test_a_book_is_opened_by_the_connections_that_stay(rig: Rig) -> None:
    """Each reads all of the tables' definitions: three, and none that only looks and goes."""
    made: list[object] = []

    def hear(connection: object, _record: object) -> None:
        made.append(connection)

    event.listen(Pool, "connect", hear)
    try:
        rig.reopen()
    finally:
        event.remove(Pool, "connect", hear)
    assert len(made) == 1 + len(LOOK_UP_CACHES_KIB)


def test_a_sale_is_there_whole_after_its_commit(rig: Rig) -> None:
    member_id = add_member(rig)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id, earned=100, tier="gold", print_receipt=True)
        appended = unit.sales.book(booked)
        unit.commit()
    with rig.book.read() as reader:
        stored = reader.sales.by_id(booked.sale.id)
        assert stored is not None
        assert stored.sale == booked.sale
        assert (stored.seq, stored.body_hash) == (appended.seq, appended.body_hash)
        assert stored.printed is PrintState.WAITING
        assert reader.sales.by_number(booked.sale.number) == stored
        assert reader.ledger.done_by(booked.sale.id).transfers == booked.does.transfers
        state = reader.ledger.member_state(member_id, lots_since=rig.clock.now().date())
        assert state is not None
        assert [lot.remaining for lot in state.lots] == [100]
        assert [holding.level for holding in state.holdings] == ["gold"]
        assert state.purchases == 1
        assert reader.printing.waiting() == 1
        seen = reader.members.seen(member_id)
        assert seen is not None
        assert (seen.purchases, seen.last_visit) == (1, booked.sale.at)
    assert everything(rig)["outbox"] == appended.seq


def test_a_unit_without_a_commit_leaves_nothing_behind(rig: Rig) -> None:
    member_id = add_member(rig)
    before = everything(rig)
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, member_id=member_id, earned=100, print_receipt=True))
    assert everything(rig) == before
    with rig.book.read() as reader:
        head = reader.journal.head()
    with rig.book.write() as unit:
        assert unit.journal.head() == head


def test_a_fault_in_the_middle_leaves_nothing_behind(rig: Rig) -> None:
    before = everything(rig)
    with pytest.raises(ZeroDivisionError):
        fail_within_a_unit(rig)
    assert everything(rig) == before


def test_the_next_unit_goes_on_after_one_that_failed(rig: Rig) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_within_a_unit(rig)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig)
        unit.sales.book(booked)
        unit.commit()
    with rig.book.read() as reader:
        assert reader.sales.by_id(booked.sale.id) is not None
    rig.reopen()


def test_the_same_sale_is_never_booked_twice(rig: Rig) -> None:
    with rig.book.write() as unit:
        booked = a_sale(unit, rig)
        unit.sales.book(booked)
        unit.commit()
    with pytest.raises(IntegrityError), rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, sale_id=booked.sale.id))
    assert everything(rig)["sale"] == 1


def test_a_member_never_spends_more_than_there_is(rig: Rig) -> None:
    member_id = add_member(rig)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id, earned=100)
        unit.sales.book(booked)
        unit.commit()
    lot = booked.does.transfers[0].opens
    assert lot is not None
    with pytest.raises(IntegrityError, match="member_not_negative"), rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, member_id=member_id, uses=(LotUse(lot.id, 101),)))
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, member_id=member_id, uses=(LotUse(lot.id, 100),)))
        unit.commit()
    account = Account(LEDGER, AccountKind.MEMBER, member_id)
    with rig.book.read() as reader:
        assert reader.ledger.balance(account) == (100, 100)
        assert reader.ledger.lots(account) == ()


def test_a_unit_may_leave_the_disk_to_the_next_one_which_does_not(rig: Rig) -> None:
    def level(unit: UnitOfWork) -> int:
        driver = unit.connection.connection.driver_connection  # type: ignore[attr-defined]
        return int(driver.execute("PRAGMA synchronous").fetchone()[0])

    normal, full = 1, 2
    levels = []
    for durable in (True, False, False, True):
        with rig.book.write(durable=durable) as unit:
            levels.append(level(unit))
            unit.outbox.received(0, 1)
            unit.commit()
    assert levels == [full, normal, normal, full]
    with pytest.raises(ZeroDivisionError), rig.book.write(durable=False) as unit:
        raise ZeroDivisionError
    with rig.book.write() as unit:
        assert level(unit) == full


def test_what_is_journalled_never_leaves_the_disk_to_the_next_unit(rig: Rig) -> None:
    before = everything(rig)
    with rig.book.write(durable=False) as unit:
        unit.sales.book(a_sale(unit, rig))
        with pytest.raises(RuntimeError, match="durable"):
            unit.commit()
    assert everything(rig) == before


def test_a_jump_of_the_clock_is_journalled_with_the_next_durable_unit(rig: Rig) -> None:
    with rig.book.write() as unit:
        unit.commit()
    rig.clock.set_wall(timedelta(days=-1))
    kinds = []
    for durable in (False, True):
        with rig.book.write(durable=durable) as unit:
            unit.outbox.received(0, 1)
            unit.commit()
        with rig.book.read() as reader:
            kinds.append([one.kind for one in reader.journal.events()])
    assert kinds == [["genesis"], ["genesis", "clock_jump"]]


def test_a_sale_numbered_for_another_place_is_refused(rig: Rig) -> None:
    with rig.book.write() as unit:
        booked = a_sale(unit, rig)
        unit.sales.book(a_sale(unit, rig))
        with pytest.raises(ValueError, match="numbered"):
            unit.sales.book(booked)


def test_units_of_several_threads_come_one_after_the_other(rig: Rig) -> None:
    def sell() -> None:
        for _ in range(10):
            with rig.book.write() as unit:
                unit.sales.book(a_sale(unit, rig))
                unit.commit()

    threads = [threading.Thread(target=sell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert everything(rig)["sale"] == 40
    rig.reopen()


def test_a_reader_sees_the_book_as_it_was_when_it_began(rig: Rig) -> None:
    with rig.book.read() as reader:
        before = reader.journal.head().seq
        with rig.book.write() as unit:
            unit.sales.book(a_sale(unit, rig))
            unit.commit()
        assert reader.journal.head().seq == before
    with rig.book.read() as reader:
        assert reader.journal.head().seq == before + 1


def test_a_reading_waits_for_no_other_however_many_there_are(rig: Rig) -> None:
    """Whoever waited could hold what the other needs: two searches and a cache that follows did."""
    told: list[int] = []

    def read_within(depth: int) -> None:
        with rig.book.read() as reader:
            told.append(reader.journal.head().seq)
            if depth:
                read_within(depth - 1)
            # What is lent within goes back without ending what was begun around it.
            told.append(reader.journal.head().seq)

    reading = threading.Thread(target=read_within, args=(4,), daemon=True)
    reading.start()
    reading.join(timeout=60)
    assert not reading.is_alive()
    assert len(told) == 10
    assert len(set(told)) == 1
    read_within(0)


def test_a_booked_sale_ends_its_own_draft_and_no_other(rig: Rig) -> None:
    milk = Product(id=b"M" * 16, sku="M", name="纯牛奶", price_minor=500, tax_class="std13")
    basket = Basket(sale_id=b"D" * 16, currency=currency("CNY")).add(milk)
    basket = basket.choosing(Chosen(kind="voucher", of="welcome", right_id=b"R" * 16, line=1))
    with rig.book.write() as unit:
        unit.drafts.keep(basket, b"O" * 16, rig.clock.now())
        unit.commit()
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.drafts.load() == (basket, b"O" * 16)
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, sale_id=b"D" * 16))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.drafts.load() is None


def test_stamps_grow_while_the_clock_stands_and_after_reopening(rig: Rig) -> None:
    def stamp() -> Hlc:
        with rig.book.write() as unit:
            unit.sales.book(a_sale(unit, rig))
            unit.commit()
            return unit.journal.head().hlc

    first, second = stamp(), stamp()
    rig.reopen()
    assert first < second < stamp()


def test_a_stamp_that_does_not_grow_is_a_mistake(rig: Rig) -> None:
    with rig.book.write() as unit:
        head = unit.journal.head()
        with pytest.raises(ValueError, match="does not come after"):
            unit.journal.append(
                events.Boot(
                    id="ab" * 16, at=unit.journal.stamp().at, hlc=(head.hlc.ms, 0), boot="", app=""
                )
            )


def test_a_clock_set_back_a_day_is_told_once_and_selling_goes_on(rig: Rig) -> None:
    floor = rig.clock.now()
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig))
        unit.commit()
    rig.clock.set_wall(-timedelta(days=1))
    rig.reopen()
    for _ in range(3):
        with rig.book.write() as unit:
            unit.sales.book(a_sale(unit, rig))
            unit.commit()
    assert rig.book.clock.now() == floor
    with rig.book.read() as reader:
        told = [event for event in reader.journal.events() if event.kind == "clock_jump"]
    assert len(told) == 1
    jump = events.decode(told[0].body)
    assert isinstance(jump, events.ClockJump)
    assert jump.by_ms == -86_400_000


@pytest.mark.parametrize("minutes", [11, -11, 1440])
def test_a_clock_moved_while_the_till_runs_is_told_once(rig: Rig, minutes: int) -> None:
    with rig.book.write() as unit:
        unit.commit()
    rig.clock.pass_time(timedelta(hours=3))
    rig.clock.set_wall(timedelta(minutes=minutes))
    for _ in range(2):
        with rig.book.write() as unit:
            unit.sales.book(a_sale(unit, rig))
            unit.commit()
    with rig.book.read() as reader:
        kinds = [event.kind for event in reader.journal.events()]
    assert kinds == ["genesis", "clock_jump", "sale", "sale"]


@pytest.mark.parametrize("minutes", [9, -9, 0])
def test_a_clock_moved_a_little_is_not_worth_telling(rig: Rig, minutes: int) -> None:
    rig.clock.pass_time(timedelta(hours=3))
    rig.clock.set_wall(timedelta(minutes=minutes))
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig))
        unit.commit()
    with rig.book.read() as reader:
        assert [event.kind for event in reader.journal.events()] == ["genesis", "sale"]


def test_a_jump_is_told_by_the_next_commit_when_the_first_unit_vanished(rig: Rig) -> None:
    with rig.book.write() as unit:
        unit.commit()
    rig.clock.set_wall(timedelta(days=-1))
    with rig.book.write() as unit:
        pass
    with rig.book.write() as unit:
        unit.commit()
    with rig.book.read() as reader:
        assert [event.kind for event in reader.journal.events()] == ["genesis", "clock_jump"]


def test_a_book_whose_last_events_do_not_chain_is_not_opened(rig: Rig) -> None:
    for _ in range(3):
        with rig.book.write() as unit:
            unit.sales.book(a_sale(unit, rig))
            unit.commit()
    with rig.book.write() as unit:
        change = unit.connection.exec_driver_sql
        change("DROP TRIGGER journal_event_no_update")
        change("UPDATE journal_event SET body = x'20' WHERE seq = 3")
        unit.commit()
    with pytest.raises(ChainDamaged) as damaged:
        rig.reopen()
    assert damaged.value.facts["seq"] == 3
