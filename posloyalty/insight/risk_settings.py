"""Which positions of the risk dial are shown, and the outages that are drawn for a chain's past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.wallet import Spend, Wallet
from posloyalty.insight.past_visits import (
    OutageHabits,
    Outages,
    Visit,
    drawn_outages,
    visits_at_stores,
)
from posloyalty.insight.risk_dial import Setting
from posloyalty.sync.risk_policy import RiskPolicy

LEASES_USUAL: Final = (0, 50, 80)
"""The shares of a balance, in percent, that are shown unless others are asked for."""
_FLOOR_TIMES: Final = (0, 1, 2)
_LEASE_MOST_OF_FLOOR: Final = 10
"""The most that a lease is worth, in usual floors, unless it is said."""


def usual_floor(policy: RiskPolicy) -> int:
    """The floor of a policy; the usual one for a policy without any, so that both are shown."""
    return policy.floor_minor or RiskPolicy().floor_minor


def usual_floors(policy: RiskPolicy) -> tuple[int, ...]:
    """The floors that are shown unless others are asked for: none, the usual one, twice that."""
    return tuple(usual_floor(policy) * times for times in _FLOOR_TIMES)


def usual_most(policy: RiskPolicy) -> int:
    """The most that a lease is worth unless it is said, in minor units of money."""
    return usual_floor(policy) * _LEASE_MOST_OF_FLOOR


def settings_of(
    policy: RiskPolicy, leases: Iterable[int], floors: Sequence[int], most_minor: int
) -> tuple[Setting, ...]:
    """Every pair of a lease, in percent, and a floor, in minor units of money."""
    return tuple(
        Setting(
            lease_percent=lease,
            lease_most_minor=most_minor,
            policy=replace(policy, floor_minor=floor),
        )
        for lease in leases
        for floor in floors
    )


def outages_of(
    visits: Mapping[bytes, Sequence[Visit]], habits: OutageHabits, *, zone: tzinfo, seed: int
) -> Outages:
    """Outages of the stores and days that the past tells of."""
    every = list(visits_at_stores(visits))
    if not every:
        return Outages({})
    days = [visit.day for visit in every]
    stores = {visit.store for visit in every}
    return drawn_outages(stores, min(days), max(days), habits, zone=zone, seed=seed)


def spendable(programme: Programme, wallet_id: str = "") -> tuple[Wallet, Spend] | None:
    """The wallet that was named, else the first one whose points pay for something."""
    for one in programme.wallets:
        if wallet_id in ("", one.id) and one.spend is not None:
            return one, one.spend
    return None
