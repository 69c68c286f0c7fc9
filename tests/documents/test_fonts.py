"""What the two faces can draw, and what is done about the rest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageDraw

from posloyalty.documents.fonts import (
    EM,
    REPLACEMENT,
    Drawable,
    advance,
    code_point,
    drawable,
    face_name,
    pillow_font,
)
from posloyalty.wording import LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        "纯牛奶 250ml×12",
        "純牛奶 統一編號",
        "Crème brûlée",
        "−2,400 ¥ € £ NT$",
        "𠅤𤧛",
        "·…—“”「」①",
    ],
)
def test_what_shops_write_can_be_drawn_whole(text: str) -> None:
    assert drawable(text) == Drawable(text)


@pytest.mark.parametrize("codec", ["gb2312", "gbk", "big5"])
def test_the_faces_cover_what_chinese_input_methods_type(codec: str) -> None:
    high = range(0x81, 0xFF)
    pairs = [bytes((a, b)) for a in high for b in range(0x40, 0xFF)]
    typed = {pair.decode(codec, "ignore") for pair in pairs}
    characters = [ch for ch in typed if len(ch) == 1 and ch.isalnum()]
    missing = drawable("".join(sorted(characters))).missing
    assert len(characters) > 6000
    assert len(missing) <= 4, missing


@pytest.mark.parametrize("text", ["王\U0001f600", "王𠮷", "王\ue000"])
def test_a_missing_character_becomes_a_visible_sign_and_is_reported(text: str) -> None:
    assert drawable(text) == Drawable("王" + REPLACEMENT, (text[1],))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ben’s “best” tea", 'Ben\'s "best" tea'),
        ("And so on…", "And so on..."),
        ("等等…", "等等…"),
        ("L’Oréal 洗发水", "L'Oréal 洗发水"),
        ("“晨光”便利", "“晨光”便利"),
        ("龙井‘明前’", "龙井‘明前’"),
    ],
)
def test_quotes_are_as_wide_as_chinese_beside_chinese_alone(text: str, shown: str) -> None:
    assert drawable(text) == Drawable(shown)


def test_the_sign_itself_is_drawn_with_ink() -> None:
    for bold in (False, True):
        image = Image.new("L", (32, 32), 255)
        ImageDraw.Draw(image).text(
            (4, 26), REPLACEMENT, font=pillow_font(24, bold=bold), anchor="ls"
        )
        ImageDraw.Draw(image).text(
            (4, 26), REPLACEMENT, fill=0, font=pillow_font(24, bold=bold), anchor="ls"
        )
        assert image.getextrema()[0] == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a b c"),
        ("王\u200d雨\ufe0f", "王雨"),
        ("\ufeff王", "王"),
        ("a\x00\x1bb", "a  b"),
        ("王\U000e0100", "王"),
    ],
)
def test_what_has_no_shape_is_left_out_and_not_called_missing(text: str, shown: str) -> None:
    assert drawable(text) == Drawable(shown)


def test_digits_and_the_true_minus_are_equally_wide_in_each_face() -> None:
    for bold in (False, True):
        widths = {advance(ch, bold=bold) for ch in "0123456789\N{MINUS SIGN}"}
        assert len(widths) == 1


def test_a_chinese_character_is_as_wide_as_the_body_is_high() -> None:
    assert advance("纯牛奶", bold=False) == advance("纯牛奶", bold=True) == 3 * EM


@pytest.mark.parametrize("bold", [False, True])
def test_both_drawers_measure_alike(bold: bool) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    for ch in "全麦吐司 400g Toast −5.00":
        ours = advance(ch, bold=bold) * 24 / EM
        assert stringWidth(ch, face_name(bold=bold), 24) == pytest.approx(ours, abs=0.01)
        assert pillow_font(24, bold=bold).getlength(ch) == pytest.approx(ours, abs=1)


def test_lanes_that_ask_at_once_get_the_same_faces() -> None:
    with ThreadPoolExecutor(4) as lanes:
        names = set(lanes.map(lambda bold: face_name(bold=bold), [True, False] * 8))
    assert names == {"NotoSansSC-Bold", "NotoSansSC-Regular"}


def test_code_points_are_named_as_people_look_them_up() -> None:
    assert [code_point(ch) for ch in "A王\U0001f600"] == ["U+0041", "U+738B", "U+1F600"]


def test_the_words_of_papers_can_be_drawn_in_every_language() -> None:
    from tests.documents.papers import every_word

    missing = {
        (language, ch) for language in LANGUAGES for ch in drawable(every_word(language)).missing
    }
    assert missing == set()
