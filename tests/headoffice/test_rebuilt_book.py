"""A damaged book of a chain's till gets from head office what it cannot read any more."""

from __future__ import annotations

from posloyalty.headoffice.ledger.journal_file import journal_lines
from posloyalty.services.office.send_journal import Sending
from tests.headoffice.test_restored_book import Restorable, till
from tests.storage.test_rebuild import damage, journal, leaf_of_journal, rebuilt

__all__ = ["till"]
HEARD, UNHEARD = 70, 6


def test_fault_10_head_offices_file_fills_the_gap_and_what_it_never_had_goes_up(
    till: Restorable,
) -> None:
    folder, till_id = till.shop.folder, till.shop.till.facts.till_id.hex()
    till.note(HEARD)
    assert till.start().send_all().sending is Sending.UP_TO_DATE
    till.note(UNHEARD)
    till.shop.till.close()
    before = journal(folder)
    damage(folder, leaf_of_journal(folder, upto=HEARD))
    with till.office.database.read() as connection:
        file = list(journal_lines(connection, till_id))

    came_to = rebuilt(folder, file)

    assert (came_to.events, came_to.lost_from) == (len(before), 0)
    assert came_to.found > 0
    assert journal(folder) == before
    till.shop.reopen()
    till.start()
    assert till.settled() is Sending.UP_TO_DATE
    assert (till.anchors(), till.frozen()) == ([], "")
    till.same()
