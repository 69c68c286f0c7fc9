"""Days around one day of each year, such as a birthday: `days_before = 3`, `days_after = 3`,
`feb29 = "feb28"`.

Both ends are included. What lies on 29 February lies on 28 February or 1 March of a common year, as
`feb29` says. A window ends before the next one begins, so a day lies in one of them at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import BirthdayRule, DayWindow, birthday_in

DAYS_MOST: Final = 180


@dataclass(frozen=True, slots=True)
class YearlyWindow:
    """So many days before a day of the year through so many after it, up to `DAYS_MOST` each."""

    days_before: int = 0
    days_after: int = 0
    feb29: BirthdayRule = BirthdayRule.FEB28

    def around(self, month: int, day_of_month: int, day: date) -> date | None:
        """The one of these days, of whatever year, in whose window `day` lies."""
        # A window around New Year belongs to a day of the year before or after.
        for year in (day.year - 1, day.year, day.year + 1):
            found = birthday_in(year, month, day_of_month, self.feb29)
            window = DayWindow.around(
                found, days_before=self.days_before, days_after=self.days_after
            )
            if window.contains(day):
                return found
        return None


def read_yearly(section: Section) -> YearlyWindow:
    """The three keys of a window, none of which has to be there."""
    return YearlyWindow(
        section.whole("days_before", 0, most=DAYS_MOST),
        section.whole("days_after", 0, most=DAYS_MOST),
        section.choice("feb29", BirthdayRule, BirthdayRule.FEB28),
    )
