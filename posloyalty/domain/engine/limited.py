"""How often something may still be given at a moment, and counting that it was.

The counts are meters under `use/<key>/count`, the key being that of `Programme.limited`. A limit
per sale counts what the running event has given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.limits import limit_owner
from posloyalty.domain.programme.limit import (
    Limit,
    LimitMode,
    LimitOf,
    LimitPer,
    LimitUnit,
    use_meter,
)

_OWN = (LimitOf.MEMBER, LimitOf.HOUSEHOLD)


def allowed(awards: Awards, key: str, limits: Iterable[Limit], times: int) -> int:
    """How many times of those wanted the limits leave."""
    for limit in limits:
        left = max(0, limit.most - _used(awards, key, limit))
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


def _used(awards: Awards, key: str, limit: Limit) -> int:
    moment, meter = awards.moment, awards.programme.meter(use_meter(key, LimitUnit.COUNT))
    owner = limit_owner(awards.programme, key, limit.of, moment.state, moment.store)
    if limit.per is LimitPer.SALE:
        known = awards.plan.counted
    elif limit.of in _OWN:
        known = () if awards.state is None else awards.state.meters
    else:
        known = (*moment.store.counts, *awards.plan.counted)
    since = None if limit.per is LimitPer.SALE else limit.since(moment.day)
    return sum(
        entry.amount
        for entry in known
        if entry.meter == meter and entry.owner == owner and (since is None or entry.day >= since)
    )
