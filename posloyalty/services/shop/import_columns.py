"""The columns of import files: their names in English and Chinese, and what a cell may say.

Shape: `Columns(table)` maps whatever a header says to our names. `Cells` reads one row: each method
answers the value, or None after noting a finding at the column as the file names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from posloyalty.domain.values.fixed_point import narrow
from posloyalty.domain.values.money import BadAmount, Currency, parse_amount
from posloyalty.services.shop.import_report import RowFaults

YES: Final = frozenset({"yes", "y", "true", "1", "是", "对", "對", "有"})
NO: Final = frozenset({"no", "n", "false", "0", "否", "无", "無"})
# 2026-03-15, 2026/3/15, 2026.3.15, 2026年3月15日 and 20260315.
DAY_FORM: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
DAY_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
TEXT_MOST: Final = 200


class MissingColumns(Exception):
    """The header lacks columns without which nothing can be imported; `names` are ours."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class Columns:
    """Which of a file's columns holds which of ours."""

    def __init__(self, aliases: Mapping[str, tuple[str, ...]], header: Mapping[str, str]) -> None:
        self._named: dict[str, str] = {}
        for ours, others in aliases.items():
            for name in (ours, *others):
                if name in header:
                    self._named.setdefault(ours, name)
        known = {*aliases, *(name for others in aliases.values() for name in others)}
        self.unknown = tuple(name for name in header if name and name not in known)

    def require(self, *names: str) -> None:
        """Raise `MissingColumns` naming all that the header lacks."""
        missing = tuple(name for name in names if name not in self._named)
        if missing:
            raise MissingColumns(missing)

    def __contains__(self, name: str) -> bool:
        return name in self._named

    def in_file(self, name: str) -> str:
        """What the file calls one of our columns."""
        return self._named.get(name, name)


class Cells:
    """One row's cells by our names."""

    def __init__(self, columns: Columns, cells: Mapping[str, str], faults: RowFaults) -> None:
        self._columns = columns
        self._cells = cells
        self.faults = faults

    def raw(self, name: str) -> str:
        """The cell's text; empty when the column is not there."""
        return self._cells.get(self._columns.in_file(name), "")

    def fault(self, name: str, reason: str, **facts: object) -> None:
        """Note a finding at one of our columns."""
        self.faults.add(self._columns.in_file(name), reason, **facts)

    def text(self, name: str, *, needed: bool = False, most: int = TEXT_MOST) -> str:
        """Text within a bound."""
        value = self.raw(name)
        if needed and not value:
            self.fault(name, "EMPTY")
        if len(value) > most:
            self.fault(name, "TOO_LONG", limit=most)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """Several words or codes in one cell, separated by spaces, commas or semicolons."""
        spaced = self.raw(name)
        for mark in ",;，；、|":
            spaced = spaced.replace(mark, " ")
        return tuple(dict.fromkeys(spaced.split()))

    def amount(self, name: str, money: Currency) -> int | None:
        """An amount of money in minor units; None when empty or wrong."""
        value = self.raw(name)
        if not value:
            return None
        try:
            return parse_amount(value, money)
        except BadAmount as bad:
            self.fault(name, "BAD_AMOUNT", given=value, why=str(bad.reason))
            return None

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number within bounds; None when empty or wrong."""
        value = narrow(self.raw(name)).replace(",", "")
        if not value:
            return None
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
            self.fault(name, "NOT_WHOLE", given=value)
            return None
        number = int(value)
        if not least <= number <= most:
            self.fault(name, "OUT_OF_BOUNDS", given=number, least=least, most=most)
            return None
        return number

    def truth(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        value = self.raw(name).lower()
        if not value:
            return default
        if value not in YES | NO:
            self.fault(name, "NOT_YES_NO", given=value)
        return value in YES

    def day(self, name: str) -> date | None:
        """A day in one of the usual forms; None when empty or wrong."""
        value = narrow(self.raw(name))
        if not value:
            return None
        found = DAY_FORM.fullmatch(value) or DAY_DIGITS.fullmatch(value)
        if found is not None:
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                pass
        self.fault(name, "NO_SUCH_DAY", given=value)
        return None

    def choice(self, name: str, choices: Mapping[str, str], *, default: str) -> str:
        """One of several words, in any of the languages that `choices` maps to ours."""
        value = self.raw(name).lower()
        if not value:
            return default
        if value not in choices:
            self.fault(name, "NOT_ONE_OF", given=value, known=", ".join(sorted(choices)))
            return default
        return choices[value]
