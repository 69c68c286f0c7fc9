"""Tables that can be read where there is no room for columns.

`labelled(html)` gives each cell of a page's tables but a row's first the heading of its column, as
`data-label`; on a phone the stylesheet writes that before the cell, and a row runs as words do.
What a button does stands on it, so a cell with a form gets none. A cell that shows nothing becomes
one that is empty to a stylesheet, too, which leaves it out there.
"""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEADING: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW: Final = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_TAG: Final = re.compile(r"<(?!form\b|meter\b)[^>]*>")
_CELL: Final = re.compile(r"<(td|th)\b([^>]*)>(.*?)</\1>", re.DOTALL)


def labelled(html: str) -> str:
    """The page with its plain tables labelled; those of a class of their own stay as they are."""
    return _TABLE.sub(lambda found: _labelled(found[0]), html)


def _labelled(table: str) -> str:
    head, end, body = table.partition("</thead>")
    headings = [one.strip() for one in _HEADING.findall(head)]
    return head + end + _ROW.sub(lambda found: _row(found[0], headings), body)


def _row(row: str, headings: list[str]) -> str:
    places = iter(range(len(headings)))

    def cell(found: re.Match[str]) -> str:
        kind, attributes, inside = found.groups()
        place = next(places, 0)
        if not _TAG.sub("", inside).strip():
            return f"<{kind}{attributes}></{kind}>"
        if not place or not headings[place] or "<form" in inside:
            return found[0]
        return f'<{kind}{attributes} data-label="{headings[place]}">{inside}</{kind}>'

    return _CELL.sub(cell, row)
