"""Days with their weekday, for what is planned: "Sat 12 Dec"."""

from __future__ import annotations

from datetime import date

from ui.presenters.amounts import Figures


def weekday_text(day: date, figures: Figures) -> str:
    """A day of this or the next weeks with its weekday in front."""
    weekday = figures.words(f"doings.weekday_{day.isoweekday()}")
    return figures.words("doings.weekday_day", weekday=weekday, day=figures.day(day))
