"""`events = { launch = { taken = 30, waiting = 2 } }`: people with a place, and people who wait.

As the till of the step knows it; events that are over are not shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.placed_till import TillBooks
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, compared, differs


@expects("events", of=Books)
def read_events(block: Block, key: str) -> Check:
    """Read the figures of each event."""
    wanted = []
    for event_id, table in block.each(key):
        taken = table.whole("taken") if "taken" in table else None
        waiting = table.whole("waiting") if "waiting" in table else None
        table.close(("taken", "waiting"))
        wanted.append((event_id, table.path, taken, waiting))

    def check(seen: Seen) -> Iterator[Difference]:
        """Events that are unknown or whose places differ."""
        books = seen.books
        found = {}
        if isinstance(books, TillBooks):
            found = {one.id: one for one in books.placed.till.doings.attend.events()}
        for event_id, path, taken, waiting in wanted:
            there = found.get(event_id)
            if there is None:
                yield differs(path, event_id, NOTHING)
                continue
            if taken is not None:
                yield from compared((*path, "taken"), taken, there.taken)
            if waiting is not None:
                yield from compared((*path, "waiting"), waiting, there.waiting)

    return check
