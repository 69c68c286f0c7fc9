"""`Appearance`: one value that every widget asks for colours, lengths, fonts and line heights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontMetrics

from ui.appearance.fonts import FAMILY
from ui.appearance.metrics import TYPE, Layout
from ui.appearance.tokens import LOOKS, Tokens

WIDTHS_KEPT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Appearance:
    """A look at a scale (percent), in a language, for a layout class."""

    tokens: Tokens = LOOKS["light"]
    scale: int = 100
    language: str = "zh_CN"
    layout: Layout = Layout.WIDE

    def px(self, logical: int) -> int:
        """A logical length in real pixels, rounded half up."""
        return (logical * self.scale + 50) // 100

    def colour(self, token: str) -> QColor:
        """A token's colour, such as `colour("ink2")`."""
        return QColor(_colour(getattr(self.tokens, token)))

    def font(self, role: str = "body", *, bold: bool | None = None, tabular: bool = False) -> QFont:
        """The font of a type role; `tabular` gives digits of one width, for amounts."""
        size = TYPE[role]
        heavy = size.bold if bold is None else bold
        return QFont(_font(self.px(size.px), heavy, tabular, self._latin))

    def line_height(self, role: str) -> int:
        """The height of a line of a type role, in real pixels."""
        size = TYPE[role]
        return self.px(size.line_latin if self._latin else size.line_zh)

    def text_width(self, text: str, role: str = "body", *, bold: bool | None = None) -> int:
        """The width of a text in real pixels."""
        size = TYPE[role]
        heavy = size.bold if bold is None else bold
        return _width(text, self.px(size.px), heavy, self._latin)

    @property
    def _latin(self) -> bool:
        return not self.language.startswith("zh")

    @property
    def edge_width(self) -> int:
        """The width of edges in real pixels: 1, or 2 in high contrast, times the scale."""
        return max(1, self.px(self.tokens.edge_width))

    @property
    def narrow(self) -> bool:
        """Whether the narrow layout's smaller pad keys are allowed."""
        return self.layout is Layout.NARROW

    def with_(
        self,
        *,
        look: str | None = None,
        scale: int | None = None,
        language: str | None = None,
        layout: Layout | None = None,
    ) -> Appearance:
        """The same appearance with something else about it."""
        return replace(
            self,
            tokens=LOOKS[look] if look else self.tokens,
            scale=scale or self.scale,
            language=language or self.language,
            layout=layout or self.layout,
        )


@cache
def _colour(written: str) -> QColor:
    return QColor(written)


@lru_cache(WIDTHS_KEPT)
def _width(text: str, px: int, bold: bool, latin: bool) -> int:
    return _metrics(px, bold, latin).horizontalAdvance(text)


@cache
def _metrics(px: int, bold: bool, latin: bool) -> QFontMetrics:
    return QFontMetrics(_font(px, bold, tabular=False, latin=latin))


@cache
def _font(px: int, bold: bool, tabular: bool, latin: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if latin:
        # The face draws quotes and dots as wide as a Chinese character otherwise: it has other
        # quotes, and dots of half the width.
        font.setFeature(QFont.Tag.fromString("pwid"), 1)
        font.setFeature(QFont.Tag.fromString("halt"), 1)
    if tabular:
        font.setFeature(QFont.Tag.fromString("tnum"), 1)
    return font
