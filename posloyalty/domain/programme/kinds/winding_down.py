"""`[winding_down]`: the programme ends; from when nobody earns, and from when nobody redeems.

    [winding_down]
    announced = 2026-12-01
    earns_through = 2026-12-31
    redeems_through = 2027-03-31
    left = "voucher"              # expires, paid_out
    voucher = "goodbye"           # one for so many points of a wallet; the others expire
    wallet = "points"
    points = 500

Days are of the programme's zone, the last one included. What customers paid for (gift cards,
passes, memberships) goes on to its own end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.section import Section

WINDING_DOWN: Final = "winding_down"
GRACE: Final = timedelta(hours=48)
"""So long after the last day of redeeming nothing of what is left ends: what happened on it may
still arrive, and whoever finds the days wrong can still say so.
"""


class Left(StrEnum):
    """What becomes of points that nobody redeemed in time."""

    EXPIRES = "expires"
    PAID_OUT = "paid_out"  # at the rate at which they would have paid
    VOUCHER = "voucher"  # so many for a voucher, which outlives the programme


class Phase(StrEnum):
    """How far a programme is wound down on a day."""

    ANNOUNCED = "announced"
    REDEEMING = "redeeming"  # nobody earns any more
    OVER = "over"  # and nobody redeems


@dataclass(frozen=True, slots=True, kw_only=True)
class WindingDown:
    """The days, and what becomes of what is left.

    `points` minor units of `wallet` become one `voucher`; "" and 0 unless `left` is VOUCHER.
    """

    id: str = WINDING_DOWN
    announced: date
    earns_through: date
    redeems_through: date
    left: Left
    voucher: str = ""
    wallet: str = ""
    points: int = 0

    def phase(self, day: date) -> Phase | None:
        """The phase on a day; None before it is announced."""
        if day > self.redeems_through:
            return Phase.OVER
        if day > self.earns_through:
            return Phase.REDEEMING
        return Phase.ANNOUNCED if day >= self.announced else None

    @property
    def notice_days(self) -> int:
        """How many days after the announcement somebody can still earn."""
        return (self.earns_through - self.announced).days


def winding_of(programme: Programme) -> WindingDown | None:
    """How a programme is wound down; None for one that goes on."""
    return next(iter(programme.of(WindingDown)), None)


@declares(WINDING_DOWN, WindingDown, single=True, until=Until.ITS_OWN_END)
def read_winding_down(section: Section) -> WindingDown | None:
    """The one `[winding_down]` table."""
    days = [section.day(key) for key in ("announced", "earns_through", "redeems_through")]
    for key, day in zip(("announced", "earns_through", "redeems_through"), days, strict=True):
        if day is None and key not in section:
            section.text(key)  # says that it is missing
    left = section.choice("left", Left)
    wallet, voucher, points = "", "", 0
    if left is Left.VOUCHER:
        wallet, voucher = section.wallet(), section.refer("voucher", "voucher")
        points = section.points("points", wallet)
        if points < 1:
            section.found("points", "NOT_ABOVE_ZERO")
    section.close(("voucher", "wallet", "points"))
    announced, earns, redeems = days
    if announced is None or earns is None or redeems is None:
        return None
    for key, before, after in (
        ("earns_through", announced, earns),
        ("redeems_through", earns, redeems),
    ):
        if after < before:
            section.found(key, "ENDS_BEFORE_START")
    return WindingDown(
        announced=announced,
        earns_through=earns,
        redeems_through=redeems,
        left=left,
        voucher=voucher,
        wallet=wallet,
        points=points,
    )
