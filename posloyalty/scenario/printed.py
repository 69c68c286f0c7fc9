"""A sale's receipt as lines of text, made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.values.fixed_point import MINUS
from posloyalty.services.papers.receipt import (
    Bar,
    Block,
    Footer,
    Heading,
    Items,
    Phrases,
    Receipt,
    Rows,
    SaleCode,
    Table,
)

# Signs and blanks as people type them, not as they are set.
PLAIN: Final = {ord(MINUS): "-", 0x2002: " ", 0xA0: " ", 0x202F: " "}


@dataclass(frozen=True, slots=True)
class Printed:
    """The receipt of a sale that was booked."""

    receipt: Callable[[], Receipt]

    def lines(self) -> tuple[str, ...]:
        """What stands on it from top to bottom, the parts of a line with a blank between."""
        lines = (line for block in self.receipt().blocks for line in _lines(block))
        return tuple(line.translate(PLAIN) for line in lines if line)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Bar(text=text):
            yield text
        case Heading(name=name, lines=lines):
            yield from (name, *lines)
        case Rows(rows=rows):
            yield from (f"{row.left} {row.right}".strip() for row in rows)
        case Items(rows=items):
            for item in items:
                yield f"{item.quantity} {item.name} {item.unit_price} {item.amount}"
                yield from (f"{note.name} {note.amount}" for note in item.notes)
        case Table(head=head, rows=cells):
            yield from (" ".join(row) for row in (head, *cells))
        case Phrases(parts=parts):
            yield " ".join(parts)
        case SaleCode(caption=caption):
            yield caption
        case Footer(lines=lines):
            yield from lines
        case _:
            pass
