"""The one style sheet and the palette that Qt's own controls (fields, tables, lists) follow.

Each view carries them by itself (`dress`), never the window: a window's style sheet is worked out
for every widget that there is, in one call of Qt, whenever it changes.

Widgets of ours paint themselves from the tokens; what is left to the style sheet is chosen by the
dynamic properties `panel` (surface, sunken, card, strip) and `tone` (a token's name).
No rule sets a font: Qt would drop the tabular digits of fonts that a style sheet touched.
"""

from __future__ import annotations

from functools import lru_cache
from string import Template
from typing import Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import RADIUS_CARD, RADIUS_CONTROL, RADIUS_PANEL, TARGET

KEPT: Final = 4
TONES: Final = (
    "ink", "ink2", "ink3", "primary", "on_primary", "success", "warn", "on_warn", "danger",
    "on_card", "on_card2", "gold", "on_strip", "on_strip2",
)  # fmt: skip

_SHEET: Final = Template("""
QWidget { color: $ink; background: transparent; }
QWidget[ground="canvas"] { background: $canvas; }
QFrame[panel="surface"] { background: $surface; border: ${line_px}px solid $line;
  border-radius: ${r_panel}px; }
QFrame[panel="sunken"] { background: $sunken; border: ${line_px}px solid $line;
  border-radius: ${r_control}px; }
QFrame[panel="card"] { background: $card; border: ${line_px}px solid $card_edge;
  border-radius: ${r_card}px; }
QFrame[panel="success"] { background: $success_soft; border: ${edge_px}px solid $success;
  border-radius: ${r_control}px; }
QFrame[panel="warn"] { background: $warn_soft; border: ${edge_px}px solid $warn;
  border-radius: ${r_control}px; }
QFrame[panel="danger"] { background: $danger_soft; border: ${edge_px}px solid $danger;
  border-radius: ${r_control}px; }
QFrame[panel="strip"] { background: $strip; border: none; }
QLineEdit, QPlainTextEdit { background: $sunken; color: $ink; border: ${edge_px}px solid $edge;
  border-radius: ${r_control}px; padding: 0 ${pad}px; min-height: ${target}px;
  selection-background-color: $primary; selection-color: $on_primary;
  placeholder-text-color: $ink3; }
QPlainTextEdit { padding: ${pad}px; }
QLineEdit:focus, QPlainTextEdit:focus { border: ${focus_px}px solid $focus; background: $surface; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: $ink3; border-color: $line; }
QLineEdit[found="true"] { border: ${edge2_px}px solid $danger; }
QAbstractItemView { background: $surface; border: none; outline: none;
  selection-background-color: $primary_soft; selection-color: $ink; }
QTableView { gridline-color: $line; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $ink3; border: none;
  border-bottom: ${line_px}px solid $line; padding: 0 ${pad}px; min-height: ${target}px; }
QTableView::item { border-bottom: ${line_px}px solid $line; padding: 0 ${pad}px; }
QTableView::item:selected { background: $primary_soft; color: $ink; }
QProgressBar { background: $line; border: none; border-radius: ${bar_half}px;
  min-height: ${bar}px; max-height: ${bar}px; }
QProgressBar::chunk { background: $primary; border-radius: ${bar_half}px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${scroll}px; margin: 0; }
QScrollBar::handle:vertical { background: $edge; min-height: ${target}px;
  border-radius: ${scroll_half}px; }
QScrollBar:horizontal { background: transparent; height: ${scroll}px; margin: 0; }
QScrollBar::handle:horizontal { background: $edge; min-width: ${target}px;
  border-radius: ${scroll_half}px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def dress(widget: QWidget, look: Appearance) -> None:
    """Give palette, face and style sheet to a widget; its parts follow."""
    widget.setPalette(palette(look))
    widget.setFont(look.font())
    widget.setStyleSheet(style_sheet(look))


@lru_cache(KEPT)
def style_sheet(look: Appearance) -> str:
    """The style sheet of an appearance."""
    tokens = look.tokens
    colours = {name: getattr(tokens, name) for name in tokens.__slots__}
    lengths = {
        "line_px": look.edge_width,
        "edge_px": look.edge_width,
        "edge2_px": max(2, look.px(2)),
        "focus_px": look.px(3),
        "r_panel": look.px(RADIUS_PANEL),
        "r_control": look.px(RADIUS_CONTROL),
        "r_card": look.px(RADIUS_CARD),
        "pad": look.px(12),
        "target": look.px(TARGET),
        "bar": look.px(8),
        "bar_half": look.px(4),
        "scroll": look.px(10),
        "scroll_half": look.px(10) // 2,
    }
    tones = "\n".join(f'QLabel[tone="{tone}"] {{ color: {colours[tone]}; }}' for tone in TONES)
    return _SHEET.substitute({**colours, **{k: str(v) for k, v in lengths.items()}}) + tones


def palette(look: Appearance) -> QPalette:
    """The palette of an appearance, for what a style sheet does not reach."""
    tokens = look.tokens
    roles = {
        QPalette.ColorRole.Window: tokens.canvas,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.sunken,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.ink3,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.Highlight: tokens.primary,
        QPalette.ColorRole.HighlightedText: tokens.on_primary,
        QPalette.ColorRole.Link: tokens.primary,
        QPalette.ColorRole.Mid: tokens.line,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    return made
