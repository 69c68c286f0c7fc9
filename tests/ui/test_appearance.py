"""Tokens keep their contrast, sizes their scale, windows their layout; digits are of one width."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.contrasts import contrast, pairs
from ui.appearance import LOOKS, Appearance, Layout, layout_of
from ui.appearance.fonts import FAMILY, drawable, load_faces, missing
from ui.appearance.metrics import SCALES, TYPE
from ui.appearance.stylesheet import palette, style_sheet
from ui.widgets.hues import HUES, PEOPLE, hue_of, picture_colours


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("ink", "ground", "least"), pairs())
def test_every_pair_of_ink_and_ground_is_legible(
    look: str, ink: str, ground: str, least: float
) -> None:
    tokens = LOOKS[look]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= least


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("hue", [*HUES, "unknown"])
def test_initials_of_articles_are_legible_on_their_colour(
    look: str, hue: str, qapp: QApplication
) -> None:
    ground, ink = picture_colours(Appearance().with_(look=look), hue)
    assert contrast(ground.name(), ink.name()) >= 4.5


def test_contrast_is_reckoned_as_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1D4FC4", "#1D4FC4") == pytest.approx(1)


def test_high_contrast_has_no_soft_fills_and_two_pixel_edges() -> None:
    tokens = LOOKS["contrast"]
    soft = [getattr(tokens, name) for name in tokens.__slots__ if name.endswith("_soft")]
    assert set(soft) == {tokens.surface}
    assert tokens.edge_width == 2


@pytest.mark.parametrize(
    ("size", "scale", "layout"),
    [
        ((1366, 768), 100, Layout.WIDE),
        ((1920, 1080), 100, Layout.WIDE),
        ((1920, 1080), 150, Layout.WIDE),
        ((1920, 1080), 200, Layout.NARROW),
        ((1279, 768), 100, Layout.COMPACT),
        ((1024, 768), 100, Layout.COMPACT),
        ((1366, 768), 150, Layout.NARROW),
        ((1023, 700), 100, Layout.NARROW),
        ((1440, 960), 150, Layout.NARROW),
        ((1366, 679), 100, Layout.NARROW),
        ((1366, 697), 100, Layout.WIDE),  # a screen of 768, less a title and a task bar
        ((1080, 1920), 100, Layout.PORTRAIT),
        ((1080, 1920), 150, Layout.PORTRAIT),
        ((1080, 1920), 200, Layout.NARROW),
    ],
)
def test_the_layout_follows_the_logical_size(
    size: tuple[int, int], scale: int, layout: Layout
) -> None:
    assert layout_of(*size, scale) is layout


@pytest.mark.parametrize("scale", SCALES)
def test_lengths_and_type_follow_the_scale(scale: int, qapp: QApplication) -> None:
    look = Appearance(scale=scale)
    assert look.px(44) == 44 * scale // 100
    for role, size in TYPE.items():
        assert look.font(role).pixelSize() == look.px(size.px)
    assert f"min-height: {look.px(44)}px" in style_sheet(look)


def test_no_words_are_smaller_than_fifteen_pixels_but_key_hints() -> None:
    assert {role for role, size in TYPE.items() if size.px < 15} == {"hint"}


@pytest.mark.parametrize("bold", [False, True])
def test_digits_of_amounts_are_all_of_one_width_and_the_minus_too(
    bold: bool, qapp: QApplication
) -> None:
    load_faces()
    metrics = QFontMetricsF(Appearance().font("strong", bold=bold, tabular=True))
    widths = {round(metrics.horizontalAdvance(sign), 3) for sign in "0123456789−"}
    assert len(widths) == 1


@pytest.mark.parametrize("mark", "“”‘’")
def test_quotes_are_as_wide_as_the_language_has_them(mark: str, qapp: QApplication) -> None:
    load_faces()
    chinese, english = (Appearance(language=one) for one in ("zh_CN", "en"))
    square, letter = chinese.text_width("国"), english.text_width("n")
    assert chinese.text_width(mark) == square
    assert english.text_width(mark) < letter
    drawn = QFontMetricsF(english.font()).horizontalAdvance(f"a{mark}b")
    assert drawn < 3 * letter


@pytest.mark.parametrize("bold", [False, True])
def test_the_bundled_faces_are_used_and_hold_both_kinds_of_chinese(
    bold: bool, qapp: QApplication
) -> None:
    load_faces()
    raw = QRawFont.fromFont(Appearance().font("body", bold=bold))
    assert raw.familyName() == FAMILY
    assert raw.weight() == (700 if bold else 400)
    assert all(raw.supportsCharacter(sign) for sign in "应收點數會員查询−×·…")


def test_a_character_that_no_face_has_is_marked_and_never_a_box(qapp: QApplication) -> None:
    load_faces()
    assert drawable("\U00020bb7野家") == "〓野家"
    assert drawable("王小雨 −1.00 ¥") == "王小雨 −1.00 ¥"
    assert missing("\U00020bb7野家\U00020bb7 −¥") == ("\U00020bb7",)


def test_the_palette_follows_the_look(qapp: QApplication) -> None:
    for tokens in LOOKS.values():
        made = palette(Appearance(tokens=tokens))
        assert made.window().color().name().upper() == tokens.canvas
        assert made.text().color().name().upper() == tokens.ink


def test_a_colour_handed_out_is_ones_own(qtbot: QtBot) -> None:
    look = Appearance()
    look.colour("ink").setAlpha(0)
    assert look.colour("ink").alpha() == 255


def test_a_persons_tint_goes_by_what_chance_gave_to_their_id_and_not_by_when_it_was_made() -> None:
    drawn = bytes(range(8))
    assert hue_of(b"earlier." + drawn) == hue_of(b"later on" + drawn)
    found = {hue_of(b"at once." + bytes([*drawn[:7], last])) for last in range(len(PEOPLE))}
    assert found == set(PEOPLE)
    assert found <= set(HUES)
