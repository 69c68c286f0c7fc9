"""One till's batch among those that are filed together, and what comes of it on the way."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.known import NOTHING_KNOWN, Known
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.office.archive import Filing


@dataclass(slots=True)
class Part:
    """One till's batch among those that are filed together: what can be read of it, its first event
    under each id, whose its events are, and which of them count here and which were only heard of.
    """

    batch: Batch
    read: list[Filing]
    first: Mapping[bytes, StoredEvent]
    owners_of: dict[int, frozenset[bytes]] = field(default_factory=dict)
    known: Known = NOTHING_KNOWN
    new: list[Filing] = field(default_factory=list)
    heard: list[Filing] = field(default_factory=list)

    def named_before(self, came_back: Set[bytes]) -> set[bytes]:
        """Whose events may have named what is new of theirs: another till had heard of it, or it is
        a sale of whose place goods `came_back` before.
        """
        heard = self.known.heard
        if not heard and not came_back:
            return set()
        named = (
            self.owners_of[one.one.seq]
            for one in self.new
            if one.one.seq in heard or (one.sold is not None and one.sold.owner in came_back)
        )
        return set().union(*named)


def part_of(batch: Batch) -> Part:
    """A batch of which nothing is known yet."""
    return Part(
        batch=batch,
        read=[one for one in batch.filings if one is not None],
        first={one.event_id: one for one in reversed(batch.stored)},
    )
