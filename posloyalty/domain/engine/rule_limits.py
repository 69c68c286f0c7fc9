"""What a declared rule may still give by its limits, in any unit, and counting what it gave.

Shape: `room(...)` reads the member's meters and those of the till, the store and campaigns;
`count_use(...)` adds to them under every owner whom a limit is about. The key is that of
`Programme.limited`, such as "activity:recycling".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.limits import Room, Usage, limit_owner
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import Limit, LimitOf, LimitUnit, use_meter


def room(
    programme: Programme,
    key: str,
    limits: Iterable[Limit],
    unit: LimitUnit,
    *,
    state: MemberState,
    store: StoreContext,
    day: date,
) -> Room | None:
    """The tightest limit of a unit; None when there is none."""
    meter = programme.meter(use_meter(key, unit))
    owners = {of: limit_owner(programme, key, of, state, store) for of in LimitOf}
    known = tuple(entry for entry in (*state.meters, *store.counts) if entry.meter == meter)
    return Usage(day, owners, {use_meter(key, unit): known}).room(limits, key, unit)


def count_use(
    awards: Awards, key: str, limits: Iterable[Limit], unit: LimitUnit, amount: int
) -> None:
    """Count what a rule gave, under the member and whomever else its limits are about."""
    state, store = awards.moment.state, awards.moment.store
    if state is None:
        return
    others = (limit_owner(awards.programme, key, limit.of, state, store) for limit in limits)
    for owner in dict.fromkeys((state.member_id, *others)):
        if owner:
            awards.count(use_meter(key, unit), amount, owner=owner)
