"""What the outbox is told of what head office has: now and then, and a piece at a time.

Shape: `note(acked, ...)` writes down as much as is due, at most `NOTED_MOST` events in one
transaction, because a sale may wait for it; `is_behind` says that more is to be written. Nothing is
lost with what is not written down yet, or with what a power cut takes back: a hello says it again.
So no unit here waits for the disk, unless spending thaws with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.office_lives import keep_acknowledgement
from posloyalty.services.office.soundness import Frozen, frozen, thaw
from posloyalty.services.ports import Book
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync.wire.acknowledgements import Acknowledgement

NOTED_MS: Final = 2_000
"""While a backlog goes, what head office received is written down so often at most: each time a
sale may wait for it, and one that is not written down is only compared once more.
"""
NOTED_MOST: Final = 500
"""So many events at a time: a sale that comes just then waits for two or three milliseconds."""


class OutboxNotes:
    """Of one till program. `received` is up to where head office has all, some of it apart; None
    before the book was looked at.
    """

    def __init__(
        self, book: Book, clock: TillClock, changed: Callable[[], None], way: RightOfWay
    ) -> None:
        self._book = book
        self._clock = clock
        self._changed = changed
        self._way = way
        self.received: int | None = None
        self._marked: int | None = None  # up to where the outbox says that it is in its place
        self._noted_ms: int | None = None  # when the outbox was told last

    def is_behind(self, acked: int | None) -> bool:
        """Whether head office has more than was written down."""
        return acked is not None and self._marked is not None and self._marked < acked

    def note(
        self,
        acked: int | None,
        ack: Acknowledgement | None,
        *,
        head_seq: int,
        at_rest: bool = False,
    ) -> Frozen | None:
        """Write down what head office has, in time, at once where sending is `at_rest`; gives why
        spending is frozen still.
        """
        with self._book.read() as reader:
            ice = frozen(reader.settings)
        if acked is None or self.received is None:
            return ice
        thaws = ice is not None and acked >= ice.until_seq
        # What was known to be there before this run needs no writing down.
        known = self.received if self._marked is None else min(self._marked, acked)
        new = acked > known
        self.received = max(self.received, acked)
        if new and not thaws and acked < head_seq and not at_rest and self._noted_lately():
            return ice
        through = min(acked, known + NOTED_MOST) if new else acked
        if new or thaws:
            self._way.give()
            with self._book.write(durable=thaws) as unit:
                unit.outbox.received(through if self._marked is None else known, through)
                keep_acknowledgement(unit.settings, ack)
                if thaws:
                    thaw(unit.settings)
                unit.commit()
            self._noted_ms = self._clock.monotonic_ms()
        self._marked = through
        if thaws:
            self._changed()
        return None if thaws else ice

    def _noted_lately(self) -> bool:
        noted_ms = self._noted_ms
        return noted_ms is not None and self._clock.monotonic_ms() - noted_ms < NOTED_MS
