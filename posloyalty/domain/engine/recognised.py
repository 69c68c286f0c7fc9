"""What was paid in advance and what of it is earned by now: passes by use, plans by day.

Shape: `earned_so_far(right, day)` of `right.paid_minor`; the rest is deferred. Each day, or use, is
the difference of two sums, so that all of them add up to the price exactly. What was withdrawn is
settled by the refund and defers nothing.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.values.portion import so_far


def earned_so_far(right: Right, day: date) -> int:
    """What of a price is earned by the end of a day, in minor units."""
    ended = right.last_day is not None and right.last_day <= day
    if right.cancelled > 0 or ended:
        return right.paid_minor
    if right.uses != UNBOUNDED:
        return so_far(right.paid_minor, min(max(0, right.used), right.uses), right.uses)
    if right.from_day is None or right.last_day is None:
        return 0
    return by_day(right.paid_minor, right.from_day, right.last_day, day)


def deferred(right: Right, day: date) -> int:
    """What is still owed for a price at the end of a day."""
    return right.paid_minor - earned_so_far(right, day)


def by_day(paid_minor: int, first: date, last: date, day: date) -> int:
    """What of a price for the days from `first` through `last` falls on those through `day`."""
    days = (last - first).days + 1
    return so_far(paid_minor, min(max(0, (day - first).days + 1), days), days)
