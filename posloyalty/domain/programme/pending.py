"""Pending: from when points may be spent.

`pending = { kind = "none" }`; `{ kind = "days", days = 14 }` after earning;
`{ kind = "until", day = 2026-12-01 }`: what is earned before that day waits for it;
`{ kind = "next_period", period = "month" }`: from the first day of the next month, quarter or year;
`{ kind = "event", event = "stay-over" }`: until an act of that name releases them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from posloyalty.domain.programme.period import CalendarSpan
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import add_months

PENDING_DAYS_MAX: Final = 400


class Pending(Protocol):
    """A rule that gives a lot its first good day."""

    @property
    def event(self) -> str:
        """The event that releases points; empty when none has to."""
        ...

    def usable_from(self, earned_on: date) -> date | None:
        """The first good day of points earned on a day; None until an event says so."""
        ...


@dataclass(frozen=True, slots=True)
class PendingDays:
    """So many days after earning; 0 at once."""

    days: int = 0
    event: str = ""

    def usable_from(self, earned_on: date) -> date | None:
        """The day of earning and so many more."""
        return earned_on + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class PendingUntil:
    """Everything earned before a day waits for it."""

    day: date
    event: str = ""

    def usable_from(self, earned_on: date) -> date | None:
        """That day, or the day of earning after it."""
        return max(self.day, earned_on)


@dataclass(frozen=True, slots=True)
class PendingNext:
    """What is earned in a span of the calendar waits for the next one."""

    period: CalendarSpan
    event: str = ""

    def usable_from(self, earned_on: date) -> date | None:
        """The first day of the next span."""
        return add_months(self.period.first(earned_on), self.period.months)


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """Until an act releases them."""

    event: str

    def usable_from(self, earned_on: date) -> date | None:
        """Nobody knows yet."""
        return None


AT_ONCE: Final = PendingDays()


def read_pending(section: Section) -> Pending:
    """The pending rule of a wallet; without the key points are usable at once."""
    if "pending" not in section:
        return AT_ONCE
    table = section.section("pending")
    return AT_ONCE if table is None else table.of_kind(_KINDS, AT_ONCE)


def _none(table: Section) -> Pending:
    return AT_ONCE


def _days(table: Section) -> Pending:
    return PendingDays(table.whole("days", least=1, most=PENDING_DAYS_MAX))


def _until(table: Section) -> Pending:
    day = table.day("day")
    if day is None:
        table.found("day", "MISSING_KEY")
    return PendingUntil(day or date.min)


def _next_period(table: Section) -> Pending:
    return PendingNext(table.choice("period", CalendarSpan))


def _event(table: Section) -> Pending:
    return PendingEvent(table.text("event"))


_KINDS: Final[dict[str, Callable[[Section], Pending]]] = {
    "none": _none,
    "days": _days,
    "until": _until,
    "next_period": _next_period,
    "event": _event,
}
