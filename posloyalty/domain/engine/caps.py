"""Limits of a wallet: how much of what would come in is let in.

Shape: `capped(...)` gives the points that are let in, those that are held back, and why. What came
in before is read from meters: for the member `earned/` and `bonus/` of the ledger, for whoever else
a limit is about `taken_in/` under that owner's id. A return takes its points out of the count, on
their own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.limits import counted, limit_owner
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import bonus_meter, earned_meter, taken_in_meter
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import Limit, LimitMode, LimitOf, LimitPer
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.wallet import Wallet

_OWN = (LimitOf.MEMBER, LimitOf.HOUSEHOLD)


class Capped(NamedTuple):
    """What is let in and what is held back, in the wallet's minor units."""

    points: int
    lost: int
    reasons: tuple[Reason, ...]


def capped(
    programme: Programme,
    wallet: Wallet,
    points: int,
    *,
    state: MemberState | None,
    store: StoreContext,
    day: date,
    event: Iterable[MeterEntry] = (),
) -> Capped:
    """Let in what every limit of the wallet has room for.

    `event` is what the running event counted so far; `state` counts it too.
    """
    event = tuple(event)
    reasons, left = [], points
    for limit in wallet.limits:
        used = _used(programme, wallet, limit, state, store, day, event)
        room = max(0, limit.most - used)
        if left <= room:
            continue
        kept = room if limit.mode is LimitMode.TRIM else 0
        reasons.append(
            reason("CAPPED", wallet=wallet.id, lost_points=left - kept, most_points=limit.most)
        )
        left = kept
    return Capped(left, points - left, tuple(reasons))


def count_in(
    programme: Programme, wallet: Wallet, state: MemberState, store: StoreContext
) -> tuple[bytes, ...]:
    """The owners, beside the member, under whom the wallet's limits count what comes in."""
    owners = (limit_owner(programme, wallet.id, one.of, state, store) for one in wallet.limits)
    return tuple(dict.fromkeys(o for o in owners if o and o != state.member_id))


def _used(
    programme: Programme,
    wallet: Wallet,
    limit: Limit,
    state: MemberState | None,
    store: StoreContext,
    day: date,
    event: tuple[MeterEntry, ...],
) -> int:
    if state is None:
        return 0
    ledger = programme.ledger(wallet.id)
    own = (earned_meter(ledger), bonus_meter(ledger))
    if limit.per is LimitPer.SALE:
        return counted((one for one in event if one.meter in own), state.member_id)
    owner = limit_owner(programme, wallet.id, limit.of, state, store)
    meters = own if owner == state.member_id else (taken_in_meter(ledger),)
    known = state.meters if limit.of in _OWN else (*store.counts, *event)
    mine = (one for one in known if one.meter in meters)
    return counted(mine, owner, since=limit.since(day))
