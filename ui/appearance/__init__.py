"""How the till looks: tokens of three looks, sizes, fonts, one style sheet, one palette.

`Appearance` is a frozen value (look, scale, language, layout class); every widget gets one when it
is made and asks it for colours, lengths and fonts. Another look or scale is another value, and the
views are made anew with it.
"""

from __future__ import annotations

from ui.appearance.look import Appearance
from ui.appearance.metrics import Layout, layout_of
from ui.appearance.tokens import LOOKS, Tokens

__all__ = ["LOOKS", "Appearance", "Layout", "Tokens", "layout_of"]
