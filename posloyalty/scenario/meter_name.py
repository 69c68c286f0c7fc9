"""Meters by the short names that scenario files use.

`purchases`, `spend` and `risk/...` are counted for every programme alike; `earned/points`,
`capped/points` and the like are of a wallet of the programme; anything else is a meter of the
programme, such as `visits` for `corner-shop/visits`.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.engine.meters import (
    PURCHASES,
    SPEND,
    alive_meter,
    bonus_meter,
    capped_meter,
    earned_meter,
    released_meter,
    taken_in_meter,
)
from posloyalty.sync.leases import RISK_FLOOR, RISK_OVERRIDE

SHARED: Final = frozenset({PURCHASES, SPEND, RISK_FLOOR, RISK_OVERRIDE})
OF_LEDGERS: Final = tuple(
    meter("")
    for meter in (
        alive_meter,
        bonus_meter,
        capped_meter,
        earned_meter,
        released_meter,
        taken_in_meter,
    )
)


def full_meter(programme_id: str, name: str) -> str:
    """The meter that a short name means."""
    if name in SHARED:
        return name
    for kind in OF_LEDGERS:
        if name.startswith(kind):
            return kind + _within(programme_id, name.removeprefix(kind))
    return _within(programme_id, name)


def short_meter(programme_id: str, meter: str) -> str:
    """The short name of a meter."""
    own = f"{programme_id}/"
    for kind in OF_LEDGERS:
        if meter.startswith(kind):
            return kind + meter.removeprefix(kind).removeprefix(own)
    return meter.removeprefix(own)


def _within(programme_id: str, name: str) -> str:
    own = f"{programme_id}/"
    return name if name.startswith(own) else own + name
