"""A till with much to send: small batches on bad lines, one packed ahead, and the outbox told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise

import pytest

from posloyalty.network import link
from posloyalty.services.office import outbox_notes
from posloyalty.services.office.next_stretch import PIECE
from posloyalty.services.office.outbox_notes import NOTED_MS
from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.right_of_way import PATIENCE
from posloyalty.sync.push_session import EVENTS_MIN
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import EVENTS_MAX
from posloyalty.sync.wire.packing import densely_packed
from tests.fakes.gate import counted_way
from tests.headoffice.a_network import connected
from tests.headoffice.a_pair import Pair


def test_small_batches_on_a_bad_line_come_through(pair: Pair) -> None:
    pair.join()
    pair.note(60)
    for _ in range(9):
        pair.network.troubles = ["no line"]
        pair.sending.send_all()
        pair.shop.clock.pass_time(timedelta(minutes=6))
    pair.network.asked.clear()
    for _ in range(3):
        pair.sending.step(lingers=False)
    # A single event after so many failures, then a small batch.
    assert pair.network.asked == [messages.HELLO, messages.PUSH, messages.PUSH]
    assert pair.at_office() == pair.journal()[: 1 + EVENTS_MIN]
    assert pair.sending.status().waiting == len(pair.journal()) - EVENTS_MIN - 1
    # The line holds: the next one is twice as large.
    pair.sending.step(lingers=False)
    assert pair.at_office() == pair.journal()[: 1 + 3 * EVENTS_MIN]
    assert pair.sending.status().waiting > 0


def test_of_a_backlog_the_outbox_hears_now_and_then_and_of_all_of_it_at_the_end(pair: Pair) -> None:
    in_small_batches(pair)
    waiting = [pushed(pair), pushed(pair)]
    kept = len(pair.at_office())
    # Head office has more than was written down: the second push came at once.
    assert waiting == [waiting[0]] * 2
    assert len(pair.journal()) - kept < waiting[0]
    pair.shop.clock.pass_time(timedelta(milliseconds=NOTED_MS))
    assert pushed(pair) == len(pair.journal()) - len(pair.at_office()) > 0
    assert pair.sending.send_all().waiting == 0
    assert pair.waiting() == 0
    assert pair.at_office() == pair.journal()


def test_the_outbox_is_told_a_piece_at_a_time_however_much_head_office_has(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_notes, "NOTED_MOST", 40)
    pair.join()
    pair.note(110)
    waiting = [pair.waiting()]
    while waiting[-1]:
        assert pair.sending.step(lingers=False) == 0
        waiting.append(pair.waiting())
    steps = [before - after for before, after in pairwise(waiting)]
    assert max(steps) == 40
    assert pair.at_office() == pair.journal()
    assert pair.sending.send_all() == SendingStatus(sending=Sending.UP_TO_DATE, listens=True)


def test_the_next_batch_is_packed_while_one_is_under_way(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.join()
    pair.sending.send_all()
    packings = 0

    def counted(plain: bytes) -> bytes:
        nonlocal packings
        packings += 1
        return densely_packed(plain)

    monkeypatch.setattr(link, "densely_packed", counted)
    pair.note(3 * EVENTS_MAX)
    found = []
    for _ in range(3):
        pair.sending.step(lingers=False)
        found.append(packings)
    # Two with the first; the third one says that nothing waits behind it, so it is written last.
    assert found == [2, 2, 3]
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()


def test_a_program_that_ends_in_a_backlog_finds_what_was_not_written_down(pair: Pair) -> None:
    in_small_batches(pair)
    for _ in range(2):
        pushed(pair)
    assert pair.waiting() > len(pair.journal()) - len(pair.at_office())
    pair.sending.close()
    pair.shop.reopen()
    again = connected(pair.shop, pair.network, seed=3).sending
    again.step(lingers=False)  # a hello
    left = len(pair.journal()) - len(pair.at_office())
    assert pair.waiting() == left
    again.send_all()
    again.close()
    assert pair.waiting() == 0
    assert pair.at_office() == pair.journal()


def test_a_batch_is_written_in_pieces_of_twenty_events_and_the_counter_goes_first_between_them(
    pair: Pair,
) -> None:
    pair.join()
    pair.sending.send_all()
    way, gate = counted_way()
    sending = connected(pair.shop, pair.network, seed=5, way=way).sending
    sending.step()  # a hello
    waits = []
    for pieces in (7, 12):  # more than are said in short, which has turns of its own
        pair.note(pieces * PIECE)
        before = len(gate.waits)
        with way.first():
            sending.step(lingers=False)
        waits.append((len(gate.waits) - before) // PATIENCE)
    # Five pieces more, and five times more the counter went first.
    assert waits[1] - waits[0] == 5
    assert waits[0] >= 2
    assert sending.send_all().waiting == 0
    assert pair.at_office() == pair.journal()
    sending.close()


def test_who_gives_way_holds_nothing_that_a_sale_needs(pair: Pair) -> None:
    pair.join()
    pair.sending.send_all()
    way, gate = counted_way(lambda: rung(pair))
    sending = connected(pair.shop, pair.network, seed=5, way=way).sending
    pair.note(2 * EVENTS_MAX)
    with way.first():
        for _ in range(3):
            sending.step(lingers=False)
    assert len(gate.waits) > 2 * EVENTS_MAX // PIECE
    assert sending.send_all().waiting == 0
    assert pair.at_office() == pair.journal()
    sending.close()


def test_what_the_outbox_is_told_of_a_backlog_does_not_wait_for_the_disk(pair: Pair) -> None:
    book = pair.shop.till.book
    asked: list[bool] = []
    write = book.write

    def watched(*, durable: bool = True) -> AbstractContextManager[UnitOfWork]:
        asked.append(durable)
        return write(durable=durable)

    pair.join()
    pair.note(50)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "write", watched)
        pair.sending.send_all()
    assert pair.waiting() == 0
    assert False in asked
    # Whatever else sending writes is durable.
    assert pair.at_office() == pair.journal()


def rung(pair: Pair) -> None:
    """A sale could be rung now: the writer and a look-up connection are free."""
    book = pair.shop.till.book
    assert not book._unit._lock.locked()  # type: ignore[attr-defined]
    assert book._readers.qsize() == len(book._all_readers)  # type: ignore[attr-defined]


def in_small_batches(pair: Pair) -> None:
    """A till with a backlog, after a long time out of reach."""
    pair.join()
    pair.note(150)
    for _ in range(9):
        pair.network.troubles = ["no line"]
        pair.sending.send_all()
        pair.shop.clock.pass_time(timedelta(minutes=6))


def pushed(pair: Pair) -> int:
    """One push comes through; gives how many events the outbox holds for waiting."""
    before = len(pair.at_office())
    while len(pair.at_office()) == before:
        pair.sending.step(lingers=False)
    return pair.waiting()
