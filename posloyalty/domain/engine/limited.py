"""How often something may still be given or used, and counting that it was.

The counts are meters under `use/<key>/count`, the key being that of `Programme.limited`. A limit
per sale counts what the running event has given; at a quote it is the caller who counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.context import Context, StoreContext
from posloyalty.domain.engine.limits import limit_owner
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import (
    Limit,
    LimitMode,
    LimitOf,
    LimitPer,
    LimitUnit,
    use_meter,
)

_OWN = (LimitOf.MEMBER, LimitOf.HOUSEHOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the counts are read from; `event` is what the running event has counted so far."""

    programme: Programme
    state: MemberState | None
    store: StoreContext
    day: date
    event: tuple[MeterEntry, ...] = ()

    def left(self, key: str, limit: Limit) -> int:
        """What a limit leaves."""
        meter = self.programme.meter(use_meter(key, LimitUnit.COUNT))
        owner = limit_owner(self.programme, key, limit.of, self.state, self.store)
        since = None if limit.per is LimitPer.SALE else limit.since(self.day)
        used = sum(
            entry.amount
            for entry in self._entries(limit)
            if entry.meter == meter
            and entry.owner == owner
            and (since is None or entry.day >= since)
        )
        return max(0, limit.most - used)

    def _entries(self, limit: Limit) -> tuple[MeterEntry, ...]:
        if limit.per is LimitPer.SALE:
            return self.event
        if limit.of in _OWN:
            return () if self.state is None else self.state.meters
        return (*self.store.counts, *self.event)


def room(context: Context, key: str, limits: Iterable[Limit]) -> int | None:
    """How often it may be used in the sale that is quoted; None without a limit."""
    known = _Known(
        programme=context.programme, state=context.state, store=context.store, day=context.day
    )
    return min((known.left(key, limit) for limit in limits), default=None)


def allowed(awards: Awards, key: str, limits: Iterable[Limit], times: int) -> int:
    """How many times of those wanted the limits leave at this moment."""
    moment = awards.moment
    known = _Known(
        programme=awards.programme,
        state=awards.state,
        store=moment.store,
        day=moment.day,
        event=awards.plan.counted,
    )
    for limit in limits:
        left = known.left(key, limit)
        if times > left:
            times = left if limit.mode is LimitMode.TRIM else 0
    return times


def note(
    awards: Awards, key: str, limits: Iterable[Limit], times: int, *, day: date | None = None
) -> None:
    """Count the giving for the member, and for everybody else whom a limit is about."""
    state, store = awards.moment.state, awards.moment.store
    owners = {limit_owner(awards.programme, key, limit.of, state, store) for limit in limits}
    if state is not None:
        owners.add(state.member_id)
    for owner in sorted(owners - {b""}):
        awards.count(use_meter(key, LimitUnit.COUNT), times, owner=owner, day=day)
