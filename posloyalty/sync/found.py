"""What a fold finds odd: something that somebody at head office should look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.sync.journals import Filed


class Anomaly(StrEnum):
    """What somebody at head office should look at; the event itself always stands."""

    OVERSPENT = "overspent"
    RIGHT_USED_TWICE = "right_used_twice"
    OVERRIDDEN = "overridden"  # a supervisor let more be spent than the till's leases held
    OVER_RETURNED = "over_returned"  # more of an article came back than the sale had sold
    OVER_REPAID = "over_repaid"  # more money went back than the sale had taken
    GIVEN_TWICE = "given_twice"  # two tills gave for one challenge, neither knowing of the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An anomaly: which event, at which store, of what, and how much."""

    anomaly: Anomaly
    event_id: bytes
    till_id: bytes
    store: str
    what: str
    amount: int


def found_at(one: Filed, anomaly: Anomaly, what: str, amount: int) -> Found:
    """An anomaly of an event."""
    return Found(
        anomaly=anomaly,
        event_id=one.event_id,
        till_id=one.till_id,
        store=one.store,
        what=what,
        amount=amount,
    )
