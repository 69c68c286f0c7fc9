"""`[risk]`: what looks like fraud, and what then happens.

    [risk]
    own_card = true               # who rings their own card earns nothing
    earns = 3                     # more sales than that in so many minutes earn pending points
    minutes = 60
    earns_a_day = 5
    travel_minutes = 30           # sooner than that at another store: points wait
    idle_days = 180               # found by phone after so long: earns, shows and spends nothing
    adjust_most = 500             # more points by hand need a supervisor
    sign_ups = 5                  # after so many by one cashier in so many minutes, what the next
    sign_up_minutes = 15          # ones are given on joining waits

Written with nothing in it, it has these figures; 0 lets a check go. Without the table only the last
one holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.section import Section

RISK: Final = "risk"
SIGN_UP: Final = "sign_up"
"""What is recorded when somebody joins."""
COUNT_MOST: Final = 1000
MINUTES_MOST: Final = 1440
IDLE_MOST: Final = 3660
ADJUST_MOST: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The checks; a figure of 0 lets its check go. `adjust_most` is in whole points."""

    id: str = RISK
    own_card: bool = True
    earns: int = 3
    minutes: int = 60
    earns_a_day: int = 5
    travel_minutes: int = 30
    idle_days: int = 180
    adjust_most: int = 500
    sign_ups: int = 5
    sign_up_minutes: int = 15
    card_refunds: int = 3

    def operator_since(self, what: str, day: date) -> date | None:
        """From when what its operator counted is looked at, for something that is recorded."""
        return day - timedelta(days=1) if what == SIGN_UP and self.sign_ups else None

    def looks_back_to(self, day: date) -> date:
        """Idleness is read from purchases, and minutes may reach into the day before."""
        return day - timedelta(days=max(1, self.idle_days))


UNSTATED: Final = Risk(
    own_card=False,
    earns=0,
    earns_a_day=0,
    travel_minutes=0,
    idle_days=0,
    sign_ups=0,
    card_refunds=0,
)
"""What holds where a programme says nothing."""


@declares(RISK, Risk, single=True, until=Until.ITS_OWN_END)
def read_risk(section: Section) -> Risk:
    """The one `[risk]`."""
    usual = Risk()
    read = Risk(
        own_card=section.flag("own_card", default=usual.own_card),
        earns=section.whole("earns", usual.earns, most=COUNT_MOST),
        minutes=section.whole("minutes", usual.minutes, least=1, most=MINUTES_MOST),
        earns_a_day=section.whole("earns_a_day", usual.earns_a_day, most=COUNT_MOST),
        travel_minutes=section.whole("travel_minutes", usual.travel_minutes, most=MINUTES_MOST),
        idle_days=section.whole("idle_days", usual.idle_days, most=IDLE_MOST),
        adjust_most=section.whole("adjust_most", usual.adjust_most, most=ADJUST_MOST),
        sign_ups=section.whole("sign_ups", usual.sign_ups, most=COUNT_MOST),
        sign_up_minutes=section.whole(
            "sign_up_minutes", usual.sign_up_minutes, least=1, most=MINUTES_MOST
        ),
        card_refunds=section.whole("card_refunds", usual.card_refunds, most=COUNT_MOST),
    )
    section.close()
    return read
