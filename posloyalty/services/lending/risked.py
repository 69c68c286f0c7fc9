"""What was handed out at the merchant's risk, and the owners under whom it is counted."""

from __future__ import annotations

from datetime import datetime

from posloyalty.domain.ledger.meter import entries_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync.leases import RISK_FLOOR


def places(reader: Reader | UnitOfWork) -> tuple[bytes, bytes]:
    """The till and the store, as owners of meters."""
    facts = reader.facts
    return facts.till_id, derive_id("store", facts.store_code)


def risked_on(
    reader: Reader | UnitOfWork,
    owner: bytes,
    programme: Programme,
    at: datetime,
    *,
    meter: str = RISK_FLOOR,
) -> int:
    """What was risked at a place on the day of an instant, on floors or by another meter."""
    day = store_day(at, programme.zone)
    entries = reader.ledger.meters(owner, day)
    return sum(entry.amount for entry in entries_of(entries, meter, through=day))
