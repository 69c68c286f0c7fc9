"""A till's book is put back, goes another way, or is copied, while its head office is a process.

Whatever became of the book: it sells on, hands out nothing that is shared until head office agreed,
keeps the ids of all that it has, and says which of these it is doing.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.sync import events
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House, copied, put_back
from ui.presenters.strip import is_restored

pytestmark = pytest.mark.enable_socket
POINTS = 2_000
"""What a sale gives, and costs."""


def _all_sent(till: Program) -> Callable[[], bool]:
    """Head office has everything, says this till, and so it waits for news."""

    def holds() -> bool:
        status = till.till.sending.status()
        with till.till.book.read() as reader:
            nothing = reader.outbox.first_waiting() is None
        return nothing and status.listens and status.sending is Sending.UP_TO_DATE

    return holds


def _written(till: Program) -> dict[tuple[bytes, int], bytes]:
    """The book's journal: by id and sequence, each event's hash."""
    with till.till.book.read() as reader:
        return {(one.event_id, one.seq): one.hash for one in reader.journal.events()}


def _anchors(till: Program) -> list[events.EpochAnchor]:
    with till.till.book.read() as reader:
        decoded = [events.decode(one.body) for one in reader.journal.events()]
    return [one for one in decoded if isinstance(one, events.EpochAnchor)]


def _sound(till: Program) -> bool:
    return till.till.lending.sound


def _spends_nothing(till: Program) -> None:
    """A customer who wants to pay with points pays all of it in cash, and is told why."""
    basket = till.counter.basket(points=POINTS)
    (usable,) = till.counter.quote(basket).usable
    assert usable.most_points == 0
    assert "TILL_NOT_SOUND" in [why.code for why in usable.reasons]
    sale = till.counter.book(basket)
    till.sold()
    assert (sale.redeemed_minor, sale.payable_minor) == (0, POINTS)


def _thawed_once(told: list[SendingStatus]) -> None:
    """Frozen first, then not any more; never said to be up to date while it was."""
    ice = [bool(one.frozen) for one in told]
    assert ice[0]
    assert not ice[-1]
    assert sum(before != after for before, after in pairwise(ice)) == 1
    assert not [one for one in told if one.frozen and one.sending is Sending.UP_TO_DATE]
    assert all(is_restored(one) for one in told if one.frozen)


def _agrees(house: House, till: Program, before: dict[tuple[bytes, int], bytes]) -> None:
    """Head office has each event of the book once and unchanged, and what the book lost too."""
    kept, written = house.kept(till.till.facts.till_id), _written(till)
    assert written.items() <= kept.items()
    assert before.items() <= kept.items()
    ids = [event_id for event_id, _ in written]
    assert len(set(ids)) == len(ids)
    found = till.till.verify.verify().differences
    assert [one for one in found if one.what != "witness"] == []
    house.proves()


@pytest.mark.long(
    beside="test_a_whole_machine_that_was_set_back_learns_it_from_head_office_while_it_sells"
)
def test_a_book_behind_its_note_is_frozen_out_of_reach_sells_on_and_thaws_by_itself(
    house: House,
) -> None:
    book, copy = house.at(1), house.folder / "copy"
    with house.till(1) as till:
        till.sell()
        till.until(_all_sent(till))
    copied(book, copy)
    with house.again(1) as till:
        till.sell()
        till.sell()
        till.until(_all_sent(till))
        lost = _written(till)
    put_back(copy, book, witness=False)
    with house.cut_off(), house.again(1) as till:
        # Nobody has been reached, and the note says it all the same.
        assert not _sound(till)
        till.until(lambda: till.till.sending.status().sending is Sending.OFFLINE)
        status = till.till.sending.status()
        assert (status.frozen, is_restored(status)) == ("witness", True)
        _spends_nothing(till)
        sold_alone = _written(till)
    with house.again(1) as till:
        till.until(lambda: _sound(till))
        till.until(_all_sent(till))
        _thawed_once(till.told)
        # The three of before, of which two were lost here and are heard again, and the one alone.
        till.until(lambda: till.counter.points() == 4 * POINTS)
        assert till.reserve(till.counter.basket(points=POINTS)).lent == POINTS
        assert till.counter.sell(points=POINTS).payable_minor == 0
        till.until(_all_sent(till))
        assert [one.cause for one in _anchors(till)] == ["witness"]
        assert sold_alone.items() <= _written(till).items()
        _agrees(house, till, lost)


def test_a_whole_machine_that_was_set_back_learns_it_from_head_office_while_it_sells(
    house: House,
) -> None:
    book, copy = house.at(1), house.folder / "copy"
    with house.till(1) as till, house.till(2) as other:
        till.sell()
        till.until(_all_sent(till))
        till.stop()
        till.till.close()
        copied(book, copy)
        with house.again(1) as later:
            later.sell()
            later.until(_all_sent(later))
            lost = _written(later)
        put_back(copy, book, witness=True)
        with house.cut_off(), house.again(1) as alone:
            assert _sound(alone)  # nothing here says otherwise
            for _ in range(3):
                alone.sell()
            alone.until(lambda: alone.till.sending.status().sending is Sending.OFFLINE)
            ahead = _written(alone)
        with house.again(1) as back:
            back.until(lambda: bool(_anchors(back)))
            back.sell()
            back.until(_all_sent(back))
            back.until(lambda: back.counter.points() == 6 * POINTS)
            (anchor,) = _anchors(back)
            assert anchor.cause in ("behind", "fork")
            frozen = [one for one in back.told if one.frozen]
            assert frozen
            assert all(is_restored(one) and one.sending is Sending.WAITING for one in frozen)
            assert ahead.items() <= _written(back).items()
            assert _sound(back)
            _agrees(house, back, lost)
        other.until(lambda: other.counter.points() == 6 * POINTS)


@pytest.mark.long(
    beside="test_a_whole_machine_that_was_set_back_learns_it_from_head_office_while_it_sells"
)
def test_an_agreement_that_the_server_did_not_survive_is_come_to_with_the_next_one(
    house: House,
) -> None:
    book, copy = house.at(1), house.folder / "copy"
    with house.till(1) as till:
        till.sell()
        till.until(_all_sent(till))
    copied(book, copy)
    with house.again(1) as till:
        till.sell()
        till.until(_all_sent(till))
        lost = _written(till)
    put_back(copy, book, witness=True)
    with house.again(1) as till:
        till.until(lambda: bool(_anchors(till)))
        house.served.kill()
        till.sell()
        till.sell()
        house.serve()
        till.retry()
        till.until(lambda: _sound(till) and till.till.sending.status().listens)
        till.until(_all_sent(till))
        till.until(lambda: till.counter.points() == 4 * POINTS)
        assert len(_anchors(till)) == 1
        _agrees(house, till, lost)


@pytest.mark.long(
    beside="tests/headoffice/test_restored_book.py::test_fault_16_two_programs_on_copies_of_one_book_are_both_held_up"
)
def test_two_programs_on_copies_of_one_book_sell_on_frozen_until_a_person_keeps_one(
    house: House, tmp_path: Path
) -> None:
    book, twins = house.at(1), tmp_path / "twin"
    with house.till(1) as till:
        till.sell()
        till.until(_all_sent(till))
    copied(book, twins)
    with house.again(1) as till:
        till.sell()
        till.until(_all_sent(till))
        before = _written(till)
        with house.again(1, at=twins) as twin:
            twin.sell()
            # So far it may be a book that was put back, and it is frozen as one until head office
            # has its sale; if the first one speaks before that, which listens, it stays frozen so.
            twin.until(
                lambda: (
                    len(house.kept(till.till.facts.till_id)) > len(before)
                    or _stopped_as_copy(twin)()
                )
            )
            for program in (till, twin):
                program.sell()
                program.until(_stopped_as_copy(program))
                _spends_nothing(program)
                # What it sells meanwhile lies apart at head office: nothing is stranded.
                program.until(lambda: program.till.sending.status().waiting == 0)  # noqa: B023
                status = program.till.sending.status()
                assert status.frozen in (("clone",) if program is till else ("clone", "fork"))
                assert not is_restored(status)
        apart = _written(till)
        with house.office() as office:
            (case,) = office.administration.clones()
            mine = {one.boot for one in case.starts} & {_boot(till)}
            office.administration.keep(case.till_id, *mine)
        till.retry()
        till.until(_all_sent(till))
        assert _sound(till)
        assert not till.till.sending.status().frozen
        assert apart.items() <= _written(till).items()
        _agrees(house, till, before)


def _stopped_as_copy(till: Program) -> Callable[[], bool]:
    def holds() -> bool:
        status = till.till.sending.status()
        return (status.sending, status.reason) == (Sending.STOPPED, "CLONE_SUSPECT")

    return holds


def _boot(till: Program) -> str:
    from posloyalty.services.office.till_start import this_start

    with till.till.book.read() as reader:
        return this_start(reader.settings)[0].hex()
