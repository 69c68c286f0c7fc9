"""Shifts on disk: what was written is what is read, and the book proves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.services.book.verify_book import VerifyBook
from posloyalty.services.ports import PrintState
from posloyalty.storage.audit import BookAuditor
from tests.fakes.book import Rig
from tests.fakes.doings import a_closed_shift


def test_a_closed_shift_comes_back_as_it_was_written(rig: Rig) -> None:
    with rig.book.write() as unit:
        close = a_closed_shift(unit, rig, print_z=True)
        unit.commit()
    rig.reopen()
    with rig.book.read() as reader:
        assert reader.shifts.open() is None
        last = reader.shifts.last()
        stored = reader.shifts.closed(close.id)
        assert last is not None
        assert stored is not None
        assert (stored.close, stored.shift) == (close, last.shift)
        assert reader.shifts.closes(limit=5) == (stored,)
        assert stored.printed is PrintState.WAITING
        assert [count.total_minor for count in reader.shifts.counts(last.shift.id)] == [40_000]
        (move,) = reader.shifts.moves(last.shift.id)
        assert reader.shifts.move(move.id) == move
        assert reader.shifts.closed(b"?" * 16) is None
        job = reader.printing.next_waiting()
        assert job is not None
        assert (job.close_id, job.sale_id, job.refund_id) == (close.id, None, None)
    assert VerifyBook(BookAuditor(rig.book.read_apart)).verify().holds


LIES = [("drawer", "due"), ("sums", "cash_out safe")]


@pytest.mark.parametrize(("lie", "which"), LIES)
def test_a_z_that_says_what_its_events_do_not_is_named(rig: Rig, lie: str, which: str) -> None:
    with rig.book.write() as unit:
        first = a_closed_shift(unit, rig)
        opened = unit.shifts.last()
        kept = unit.shifts.closed(first.id)
        assert opened is not None
        assert kept is not None
        shift = replace(opened.shift, id=rig.ids.new_id(), number=2)
        unit.shifts.begin(shift)
        due = shift.float_minor + (lie == "drawer")
        close = replace(
            first,
            id=rig.ids.new_id(),
            shift_id=shift.id,
            number=2,
            due_minor=due,
            counted_minor=due,
        )
        # The sums of the shift before it tell of cash that went out and of a count.
        unit.shifts.end(close, kept.sums)
        unit.commit()
    found = VerifyBook(BookAuditor(rig.book.read_apart)).verify().first
    assert found is not None
    assert (found.what, found.which) == ("shift_close", which)
