"""Meters by the short names that scenario files use.

`purchases` and `spend` are counted for every programme alike; `earned/points` is of a wallet of the
programme; anything else is a meter of the programme, such as `visits` for `corner-shop/visits`.
"""

from __future__ import annotations

from posloyalty.domain.engine.posting import PURCHASES, SPEND, earned_meter

SHARED = frozenset({PURCHASES, SPEND})
EARNED = earned_meter("")


def full_meter(programme_id: str, name: str) -> str:
    """The meter that a short name means."""
    if name in SHARED:
        return name
    if name.startswith(EARNED):
        return earned_meter(_within(programme_id, name.removeprefix(EARNED)))
    return _within(programme_id, name)


def short_meter(programme_id: str, meter: str) -> str:
    """The short name of a meter."""
    own = f"{programme_id}/"
    if meter.startswith(EARNED):
        return EARNED + meter.removeprefix(EARNED).removeprefix(own)
    return meter.removeprefix(own)


def _within(programme_id: str, name: str) -> str:
    own = f"{programme_id}/"
    return name if name.startswith(own) else own + name
