"""The day to which business belongs: that of the open shift, or the store's own by its cut-off."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from posloyalty.domain.values.calendar import MIDNIGHT, store_day
from posloyalty.services.ports import Reader, UnitOfWork


def open_day(reader: Reader | UnitOfWork, at: datetime) -> date | None:
    """The day of the shift that is open at an instant; None where none is, or none was yet."""
    stored = reader.shifts.open()
    if stored is None or at < stored.shift.at:
        return None
    return stored.shift.day


def business_day(
    reader: Reader | UnitOfWork, at: datetime, zone: tzinfo, cutoff: time = MIDNIGHT
) -> date:
    """The day to which something of an instant belongs."""
    return open_day(reader, at) or store_day(at, zone, cutoff)
