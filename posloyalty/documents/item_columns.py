"""How sold lines stand on the paper.

80 mm: quantity, name, unit price and sum share a line, the columns as wide as their widest figure.
58 mm, or where the figures leave the name too little: the name above, "2 × 9.80 … 19.60" below.
Offers stand under their item, name and amount together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.documents.receipt_marks import Align
from posloyalty.documents.sheet import BODY, GAP, Sheet
from posloyalty.services.papers.receipt import Item, Items, Note

NAME_LEAST: Final = 9 * BODY.size
NAME_LINES_MAX: Final = 2
STACKED_INDENT: Final = BODY.size
ITEM_GAP: Final = 6


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """The columns' widths in dots; `name` 0 stacks."""

    quantity: int
    name: int
    unit: int

    @staticmethod
    def of(sheet: Sheet, items: Items) -> ItemColumns:
        """Columns that fit all items of this receipt."""

        def widest(texts: list[str]) -> int:
            return max((sheet.measure(text, BODY) for text in texts), default=0)

        quantity = widest([item.quantity for item in items.rows]) + 2 * GAP
        unit = widest([item.unit_price for item in items.rows]) + 2 * GAP
        amount = widest([item.amount for item in items.rows]) + 2 * GAP
        name = sheet.width - quantity - unit - amount
        return ItemColumns(quantity, name if name >= NAME_LEAST else 0, amount)

    def draw(self, sheet: Sheet, items: Items) -> None:
        """All items, one under the other."""
        for item in items.rows:
            if self.name:
                self._beside(sheet, item)
            else:
                self._stacked(sheet, item)
            sheet.y += ITEM_GAP

    def _beside(self, sheet: Sheet, item: Item) -> None:
        lines = sheet.wrapped(item.name, BODY, self.name, lines_max=NAME_LINES_MAX)
        sheet.text(item.quantity, BODY)
        sheet.text(item.unit_price, BODY, x=sheet.width - self.unit, align=Align.RIGHT)
        sheet.text(item.amount, BODY, x=sheet.width, align=Align.RIGHT)
        for line in lines:
            sheet.line(line, BODY, x=self.quantity)
        for note in item.notes:
            _note(sheet, note, indent=self.quantity)

    def _stacked(self, sheet: Sheet, item: Item) -> None:
        for line in sheet.wrapped(item.name, BODY, sheet.width, lines_max=NAME_LINES_MAX):
            sheet.line(line, BODY)
        times = f"{item.quantity} × {item.unit_price}"
        room = sheet.width - STACKED_INDENT - sheet.measure(item.amount, BODY) - GAP
        sheet.text(times, BODY, x=STACKED_INDENT)
        if sheet.measure(times, BODY) > room:
            sheet.y += BODY.line
        sheet.line(item.amount, BODY, x=sheet.width, align=Align.RIGHT)
        for note in item.notes:
            _note(sheet, note, indent=STACKED_INDENT)


def _note(sheet: Sheet, note: Note, *, indent: int) -> None:
    """The name cut to two lines with the amount kept whole behind it."""
    room = sheet.width - indent
    amount = f"  {note.amount}"
    room -= sheet.measure(amount, BODY)
    *above, last = sheet.wrapped(note.name, BODY, room, lines_max=NAME_LINES_MAX)
    for line in above:
        sheet.line(line, BODY, x=indent)
    sheet.line(last + amount, BODY, x=indent)
