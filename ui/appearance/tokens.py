"""The colours by name, for light, dark and high contrast. No Qt.

Colours are "#RRGGBB". Text keeps a contrast of 4.5 on what it stands on, edges and shapes 3 (WCAG
2.2, 1.4.3 and 1.4.11); a test lists every pair that is used and reckons each. `line` is decoration
only. Gold lives on the member card alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Tokens:
    """One look, equal to itself alone. `soft` fills are the surface in high contrast.

    `idle` is the ink and, in high contrast, the dashed edge of what cannot be pressed now.
    """

    name: str
    canvas: str
    surface: str
    sunken: str
    line: str
    edge: str
    ink: str
    ink2: str
    ink3: str
    idle: str
    primary: str
    on_primary: str
    primary_pressed: str
    primary_soft: str
    success: str
    success_soft: str
    warn: str
    warn_soft: str
    warn_fill: str
    on_warn: str
    danger: str
    danger_soft: str
    card: str
    card_edge: str
    on_card: str
    on_card2: str
    gold: str
    card_soft: str
    strip: str
    strip_soft: str
    on_strip: str
    on_strip2: str
    focus: str
    edge_width: int
    is_dark: bool


LIGHT: Final = Tokens(
    name="light",
    canvas="#ECEFF3",
    surface="#FFFFFF",
    sunken="#F4F6F9",
    line="#D3DAE2",
    edge="#6B7886",
    ink="#14202C",
    ink2="#3B4857",
    ink3="#55626F",
    idle="#55626F",
    primary="#1D4FC4",
    on_primary="#FFFFFF",
    primary_pressed="#163D99",
    primary_soft="#E6EDFC",
    success="#006A6A",
    success_soft="#DDF1F1",
    warn="#7A4A00",
    warn_soft="#FFEFCF",
    warn_fill="#FFC65C",
    on_warn="#14202C",
    danger="#B3261E",
    danger_soft="#FCE7E5",
    card="#17263C",
    card_edge="#17263C",
    on_card="#FFFFFF",
    on_card2="#C5CEDA",
    gold="#F2C35B",
    card_soft="#2C3D57",
    strip="#14202C",
    strip_soft="#2B3947",
    on_strip="#FFFFFF",
    on_strip2="#C5CEDA",
    focus="#1D4FC4",
    edge_width=1,
    is_dark=False,
)

DARK: Final = Tokens(
    name="dark",
    canvas="#0D131C",
    surface="#172130",
    sunken="#111926",
    line="#2C394B",
    edge="#8492A6",
    ink="#F0F4F9",
    ink2="#C5CEDA",
    ink3="#9EABBB",
    idle="#9EABBB",
    primary="#8DB1FF",
    on_primary="#0A1A3A",
    primary_pressed="#B3CBFF",
    primary_soft="#1F3052",
    success="#5ADBCB",
    success_soft="#10383A",
    warn="#FFC65C",
    warn_soft="#3A2C10",
    warn_fill="#FFC65C",
    on_warn="#0D131C",
    danger="#FF9C92",
    danger_soft="#45201E",
    card="#24354F",
    card_edge="#F2C35B",
    on_card="#FFFFFF",
    on_card2="#C5CEDA",
    gold="#F2C35B",
    card_soft="#35486A",
    strip="#070B12",
    strip_soft="#223044",
    on_strip="#FFFFFF",
    on_strip2="#C5CEDA",
    focus="#8DB1FF",
    edge_width=1,
    is_dark=True,
)

CONTRAST: Final = Tokens(
    name="contrast",
    canvas="#000000",
    surface="#000000",
    sunken="#000000",
    line="#FFFFFF",
    edge="#FFFFFF",
    ink="#FFFFFF",
    ink2="#FFFFFF",
    ink3="#FFFFFF",
    idle="#A6A6A6",
    primary="#6FD6FF",
    on_primary="#000000",
    primary_pressed="#B8EBFF",
    primary_soft="#000000",
    success="#7CFFB2",
    success_soft="#000000",
    warn="#FFD400",
    warn_soft="#000000",
    warn_fill="#FFD400",
    on_warn="#000000",
    danger="#FF9A8A",
    danger_soft="#000000",
    card="#000000",
    card_edge="#FFD966",
    on_card="#FFFFFF",
    on_card2="#FFFFFF",
    gold="#FFD966",
    card_soft="#000000",
    strip="#000000",
    strip_soft="#000000",
    on_strip="#FFFFFF",
    on_strip2="#FFFFFF",
    focus="#FFE600",
    edge_width=2,
    is_dark=True,
)

LOOKS: Final = {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST)}
