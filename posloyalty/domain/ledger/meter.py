"""Meters: what a member, a household, a till, a store or a campaign has done, counted.

Shape: a `MeterEntry(meter, owner, day, at, amount, event_id)` adds to a named count; a value is a
sum over a span of days. Limits, challenges, tiers by spend or visits, streaks and boards are all
read from meters. Entries only add up, so the order in which they arrive cannot matter; what
is undone adds a negative entry on the day of what it undoes, so that every window it was counted
in forgets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

CARRIED: Final = b""
"""The event of an entry that carries the sum of everything before the days that were read."""


class MeterEntry(Struct, frozen=True, kw_only=True, gc=False):
    """One addition. `day` is the day by which windows count it, `at` the instant of the cause.

    `owner` is the 16-byte id of whose count it is. `undoes` names the event whose entry this one
    takes back. `noted` is the instant of the event that counted it, where that is not `at`: goods
    that come back are counted on the day of their sale, and were not known to come back before.
    """

    meter: str
    owner: bytes
    day: date
    at: datetime
    amount: int
    event_id: bytes
    undoes: bytes | None = None
    noted: datetime | None = None

    @property
    def noted_at(self) -> datetime:
        """When it became known."""
        return self.at if self.noted is None else self.noted


def entries_of(
    entries: Iterable[MeterEntry],
    meter: str,
    *,
    owner: bytes | None = None,
    since: date | None = None,
    through: date | None = None,
) -> Iterator[MeterEntry]:
    """The entries of a meter on the days from `since` through `through`, both included."""
    for entry in entries:
        if entry.meter != meter or (owner is not None and entry.owner != owner):
            continue
        if since is not None and entry.day < since:
            continue
        if through is None or entry.day <= through:
            yield entry


def total(
    entries: Iterable[MeterEntry],
    meter: str,
    *,
    owner: bytes | None = None,
    since: date | None = None,
    through: date | None = None,
) -> int:
    """What a meter adds up to over a span of days."""
    return sum(
        e.amount for e in entries_of(entries, meter, owner=owner, since=since, through=through)
    )


def by_day(
    entries: Iterable[MeterEntry],
    meter: str,
    *,
    owner: bytes | None = None,
    since: date | None = None,
    through: date | None = None,
) -> dict[date, int]:
    """A meter's sum on each day on which it is not zero: distinct days are the keys."""
    sums: dict[date, int] = {}
    for entry in entries_of(entries, meter, owner=owner, since=since, through=through):
        sums[entry.day] = sums.get(entry.day, 0) + entry.amount
    return {day: amount for day, amount in sums.items() if amount}


def total_within(
    entries: Iterable[MeterEntry],
    meter: str,
    *,
    at: datetime,
    minutes: int,
    owner: bytes | None = None,
) -> int:
    """What a meter adds up to in the minutes before an instant, (at - minutes, at]."""
    after = at - timedelta(minutes=minutes)
    return sum(e.amount for e in entries_of(entries, meter, owner=owner) if after < e.at <= at)
