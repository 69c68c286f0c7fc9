"""What lies on a laid-out receipt: marks at whole printer dots, y growing downwards.

One dot is 1/8 mm (203 dpi, rounded as printers do). A `Page` is as wide as what the head prints,
384 dots on 58 mm paper and 576 on 80 mm; the paper's white edge is the drawer's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.documents.qr_matrix import Matrix

DOTS_PER_MM: Final = 8


class Align(StrEnum):
    """Which end of a text its `x` names."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMark:
    """A run of drawable text of one style; `y` is its baseline, `size` the body height in dots."""

    x: int
    y: int
    text: str
    size: int
    bold: bool = False
    align: Align = Align.LEFT
    white: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxMark:
    """A black rectangle: a bar's ground, or a rule when it is low; `dash` dots on and off."""

    x: int
    y: int
    width: int
    height: int
    dash: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QrMark:
    """A QR symbol without its quiet zone, `module` dots a module; the room around it is kept."""

    x: int
    y: int
    module: int
    matrix: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMark:
    """The shop's logo as PNG, to be drawn into this box."""

    x: int
    y: int
    width: int
    height: int
    png: bytes


Mark = TextMark | BoxMark | QrMark | PictureMark


@dataclass(frozen=True, slots=True)
class Paper:
    """A roll: its width, and the dots that a head can print on it."""

    width_mm: int
    dots: int


PAPERS: Final = {58: Paper(58, 384), 80: Paper(80, 576)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A laid-out receipt. `missing` are the characters that no face has, once each, in order.

    `logo_refused` says that the logo is no picture that can be drawn; the receipt goes on without.
    """

    paper: Paper
    height: int
    marks: tuple[Mark, ...]
    title: str
    missing: tuple[str, ...] = ()
    logo_refused: bool = False
