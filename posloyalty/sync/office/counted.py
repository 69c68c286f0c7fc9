"""What an owner of counts has counted: a campaign, a cause, a store, of which nothing else is kept.

Shape: `count_on(before, filed)` adds events to what was counted, in whatever order they come, so
whoever keeps a `Counted` never reads again what is in it. It stands for a fold as long as it is
`only` that: no event does anything else to the owner. Then the fold of all its events has these
counts and nothing else, and an event is told to a till for its counts alone (`counts_for`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.domain.ledger.meter import CARRIED, MeterEntry
from posloyalty.sync import events, given_twice
from posloyalty.sync.fold import gone_by
from posloyalty.sync.goods_back import came_back_to
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE

UNTOLD_MOST: Final = 120
"""So many events of such an owner are looked at for one answer, which tells a part of them."""


class Counted(Struct, frozen=True, kw_only=True, gc=False):
    """Sums by meter and day, none of them nothing; of no use where it is not `only` that."""

    owner: bytes
    sums: Mapping[tuple[str, date], int] = msgspec.field(default_factory=dict)
    only: bool = True

    @property
    def entries(self) -> tuple[MeterEntry, ...]:
        """One entry for each meter and day, as a till reads its own counts."""
        return tuple(
            MeterEntry(
                meter=meter,
                owner=self.owner,
                day=day,
                at=datetime.combine(day, time(), tzinfo=UTC),
                amount=amount,
                event_id=CARRIED,
            )
            for (meter, day), amount in sorted(self.sums.items())
        )


def count_on(before: Counted, filed: Iterable[Filed]) -> Counted:
    """Add events, each of which comes once."""
    if not before.only:
        return before
    owner, sums = before.owner, dict(before.sums)
    for one in filed:
        if does_more(owner, one):
            return Counted(owner=owner, only=False)
        for entry in one.does.meters:
            if entry.owner == owner:
                key = entry.meter, entry.day
                sums[key] = sums.get(key, 0) + entry.amount
    return Counted(owner=owner, sums={key: n for key, n in sums.items() if n})


def counts_for(owner: bytes, one: Filed) -> bool:
    """Whether a till hears of an event for an owner's counts; a decision is told for its facts."""
    if any(entry.owner == owner for entry in one.does.meters):
        return True
    return one.decided and isinstance(one.event, events.Act) and bool(one.event.facts)


def does_more(owner: bytes, one: Filed) -> bool:
    """Whether an event does anything to an owner's fold but count, or may make a later one do so.

    That a right changes which nobody opened for this owner is nothing to the fold.
    """
    does, event = one.does, one.event
    if given_twice.read(one) is not None or gone_by(one) == owner:
        return True
    if any(owner in (moved.debit.owner, moved.credit.owner) for moved in does.transfers):
        return True
    for change in does.rights:
        opened = change.opens
        if opened is not None and opened.owner == owner and opened.kind != LEASE:
            return True
    if any(met.member_id == owner for met in does.tiers):
        return True
    if getattr(event, "member", None) == owner.hex():
        return True
    place = came_back_to(one)
    return place is not None and place.owner == owner
