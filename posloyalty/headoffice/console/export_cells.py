"""Cells of an exported table, as a spreadsheet takes them for what they are.

Shape: `written(cell, zone)` gives a cell's text. An instant is written in the zone, to the second,
as spreadsheets read it as a time; `Figure` is an amount with its decimals and a point. A text that
a spreadsheet would take for a formula, a number or a day begins with an apostrophe: a store 001
stays 001.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from posloyalty.documents.guarded import guarded
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.headoffice.console.amounts import Figure

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A day that is meant as one stays one."""


@dataclass(frozen=True, slots=True)
class Instants:
    """The head of a column of instants, which says of which zone they are."""

    name: str


def written(cell: object, zone: tzinfo) -> object:
    """A cell as it stands in the file; instants in a zone."""
    match cell:
        case datetime():
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case Figure():
            text = format_fixed(abs(cell.minor), decimals=cell.decimals, grouping=False)
            return f"-{text}" if cell.minor < 0 else text
        case Instants():
            return f"{cell.name} ({zone})"
        case str() if not _DAY.fullmatch(cell):
            return guarded(cell)
    return cell
