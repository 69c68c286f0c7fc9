"""A receipt as data: what it says and in which order, in words, before anyone decides how it looks.

Shape: `Receipt(number, language, width_mm, blocks)`; a block is a heading, a bar, rows of two ends,
items, a table, phrases, the sale's code, a footer or a rule. Every text in it is final: amounts are
formatted, words chosen, names masked. The PDF, the thermal printer and the screen's preview are
drawn from this one shape, so they cannot disagree. `write_receipt` makes it from a sale.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How loud a row is: body, bold, or bold and much larger."""

    PLAIN = "plain"
    BOLD = "bold"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Bar:
    """White words on a black bar across the paper: COPY and TRAINING."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Whose receipt it is: the logo, the name in large letters, then address lines, all centred."""

    name: str
    logo_png: bytes | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Words at the left end, a figure at the right end. The right end is never cut."""

    left: str
    right: str = ""
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that belong together."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """An offer under its item: its name and what it took off, such as "−5.00"."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A sold line: `amount` is after the offers in `notes`, before points and added tax."""

    quantity: str
    name: str
    unit_price: str
    amount: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """The sold lines, in the order of the basket."""

    rows: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns under a head; the first column is words, the others are right-aligned figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Short phrases in a row that are kept whole and flow onto the next line between them."""

    parts: tuple[str, ...]
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class SaleCode:
    """The QR that identifies the sale, with a caption under it."""

    text: str
    caption: str


@dataclass(frozen=True, slots=True)
class Footer:
    """Return terms and thanks, centred."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


Block = Bar | Heading | Rows | Items | Table | Phrases | SaleCode | Footer | Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt. `width_mm` is the shop's paper, 58 or 80; `copy`: it was printed before."""

    number: str
    language: str
    width_mm: int
    blocks: tuple[Block, ...]
    copy: bool = False
    training: bool = False
