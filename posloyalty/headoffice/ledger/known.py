"""What of a batch was sent before, by its till or by another one, and counts no second time.

Shape: `known_of(connection, batch, ...)` gives a `Known`, once the owners are locked: nobody else
files the same events meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.keyed_in import Double, doubles, known_already
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent


@dataclass(frozen=True, slots=True)
class Known:
    """Places of what is known: of this till already, with other bytes there, counted elsewhere,
    heard of by others who came first; and the sales that another till brought.
    """

    twice: frozenset[int]
    reused: tuple[int, ...]
    elsewhere: frozenset[int]
    doubled: tuple[Double, ...]
    heard: frozenset[int] = frozenset()


NOTHING_KNOWN: Final = Known(frozenset(), (), frozenset(), ())


def known_of(
    connection: Connection,
    batch: Batch,
    first: Mapping[bytes, StoredEvent],
    same_ids: Iterable[Any],
    *,
    keyed: bool,
) -> Known:
    """What was sent before. The same bytes at another place are a re-anchoring.

    `first` is the first event of the batch under each id, `same_ids` those that are kept; `keyed`
    says that sales of this till, or of one whose batch is filed with it, were keyed in elsewhere.
    """
    twice: set[int] = set()
    reused: set[int] = set()
    elsewhere: set[int] = set()
    heard: set[int] = set()
    if len(first) < len(batch.stored):
        for one in batch.stored:
            before = first[one.event_id]
            if before is not one:
                twice.add(one.seq)
                reused |= {one.seq} if before.body != one.body else set()
    own = []
    for till_id, event_id, epoch, seq, body in same_ids:
        one = first[bytes(event_id)]
        if bytes(till_id) == batch.till_id:
            if (epoch, seq) == (one.epoch, one.seq):
                continue  # itself, where it lies in the journal already
            own.append((epoch, seq, one, bytes(body) != one.body))
        else:
            (elsewhere if _counts(bytes(body)) else heard).add(one.seq)
    found = doubles(connection, batch, elsewhere=frozenset(elsewhere), keyed=keyed)
    elsewhere |= {one.seq for one in found}
    left = _left(connection, batch.till_id) if own else ()
    for epoch, seq, one, other in own:
        # What the till lost with its book and has sent again is in the book it holds now.
        stands = all(seq <= base for later, base in left if later > epoch)
        (twice if stands else elsewhere).add(one.seq)
        # What it lost and heard of since has the id of what it wrote, and the bytes of hearsay.
        if other and (stands or _counts(one.body)):
            reused.add(one.seq)
    elsewhere |= known_already(connection, batch.till_id, batch.filings)
    elsewhere -= twice
    doubled = tuple(one for one in found if one.seq not in twice)
    known = frozenset(twice), tuple(sorted(reused)), frozenset(elsewhere)
    return Known(*known, doubled, frozenset(heard))


def _left(connection: Connection, till_id: bytes) -> Sequence[tuple[int, int]]:
    """The epochs that a till opened, and behind which place."""
    e = EPOCH_BASE.c
    rows = connection.execute(select(e.epoch, e.seq).where(e.till_id == till_id))
    return [(row.epoch, row.seq) for row in rows]


def _counts(body: bytes) -> bool:
    """Whether an event that is kept counts, or is only heard of."""
    try:
        return not isinstance(events.decode(body), events.Heard)
    except ValueError:
        return False
