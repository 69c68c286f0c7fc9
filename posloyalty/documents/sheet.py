"""A sheet being filled from top to bottom: where the next line goes, and how wide words are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.documents.fonts import EM, advance, drawable
from posloyalty.documents.receipt_marks import Align, Mark, TextMark
from posloyalty.documents.text_wrap import longest, wrap

GAP: Final = 12
SIZE_MIN: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A size in dots with its line; the baseline lies so that a Chinese body sits in the middle."""

    size: int
    line: int
    bold: bool = False

    @property
    def baseline(self) -> int:
        """From the line's top to the baseline: the face's ascent is 0.88, its descent 0.12."""
        return (self.line - self.size) // 2 + self.size * 88 // 100


BODY: Final = Style(size=24, line=32)
LARGE: Final = Style(size=40, line=54, bold=True)


class Sheet:
    """Marks so far, and `y`, the top of the next line. Texts pass through `drawable` once."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = 0
        self.marks: list[Mark] = []
        self.missing: list[str] = []
        self._drawable: dict[str, str] = {}

    def measure(self, text: str, style: Style) -> int:
        """The width in dots, rounded up."""
        return -(-advance(self.clean(text), bold=style.bold) * style.size // EM)

    def clean(self, text: str) -> str:
        """The text as the faces can draw it; what they lack is noted once."""
        known = self._drawable.get(text)
        if known is None:
            made = drawable(text)
            self.missing.extend(made.missing)
            known = self._drawable[text] = made.text
            self._drawable[known] = known
        return known

    def wrapped(
        self, text: str, style: Style, width: int, *, lines_max: int | None = None
    ) -> list[str]:
        """The text broken into lines of at most `width` dots."""

        def measure(piece: str) -> int:
            return -(-advance(piece, bold=style.bold) * style.size // EM)

        return wrap(self.clean(text), width=width, measure=measure, lines_max=lines_max)

    def longest(self, text: str, style: Style) -> int:
        """How many dots the widest part takes that no line is broken in."""

        def measure(piece: str) -> int:
            return -(-advance(piece, bold=style.bold) * style.size // EM)

        return longest(self.clean(text), measure=measure)

    def fitting(self, text: str, style: Style) -> Style:
        """The style, or a smaller one in which a figure fits the paper: it is never cut."""
        while self.measure(text, style) > self.width and style.size > SIZE_MIN:
            style = replace(style, size=style.size - 2)
        return style

    def text(
        self,
        text: str,
        style: Style,
        *,
        x: int = 0,
        align: Align = Align.LEFT,
        white: bool = False,
        shift: int = 0,
    ) -> None:
        """Write on the current line without leaving it; `shift` lowers the baseline."""
        if not text:
            return
        mark = TextMark(
            x=self.width // 2 if align is Align.CENTRE else x,
            y=self.y + style.baseline + shift,
            text=self.clean(text),
            size=style.size,
            bold=style.bold,
            align=align,
            white=white,
        )
        self.marks.append(mark)

    def line(self, text: str, style: Style, *, x: int = 0, align: Align = Align.LEFT) -> None:
        """Write a line and go below it."""
        self.text(text, style, x=x, align=align)
        self.y += style.line
