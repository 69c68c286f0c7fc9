"""What was never sent nobody else knows of, whatever the outbox waits for."""

from __future__ import annotations

from posloyalty.services.lending.sent_through import SentThrough
from posloyalty.sync.events import ErrorNote
from tests.services.conftest import Shop


def head(shop: Shop) -> int:
    with shop.till.book.read() as reader:
        return reader.journal.head().seq


def note(shop: Shop) -> None:
    """One more event."""
    with shop.till.book.write() as unit:
        stamp = unit.journal.stamp()
        event_id = shop.till.ids.new_id().hex()
        unit.journal.append(ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE"))
        unit.commit()


def test_a_program_takes_everything_that_it_finds_for_sent(shop: Shop) -> None:
    assert SentThrough(shop.till.book).seq == head(shop) > 0


def test_what_is_written_out_of_reach_is_unsent_after_a_new_start_too(shop: Shop) -> None:
    before, there = SentThrough(shop.till.book), head(shop)
    before.rests()
    note(shop)
    assert SentThrough(shop.till.book).seq == there == head(shop) - 1


def test_what_goes_again_in_reach_is_known_elsewhere_from_then_on(shop: Shop) -> None:
    before = SentThrough(shop.till.book)
    before.rests()
    note(shop)
    before.sends(head(shop))
    note(shop)
    assert before.seq == head(shop) - 1
    # Killed before it was out of reach: nobody knows how far it had come.
    assert SentThrough(shop.till.book).seq == head(shop)


def test_the_same_batch_once_more_changes_nothing(shop: Shop) -> None:
    before, there = SentThrough(shop.till.book), head(shop)
    before.rests()
    before.sends(there)
    note(shop)
    assert SentThrough(shop.till.book).seq == there
