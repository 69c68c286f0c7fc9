"""The two faces can be drawn by Qt and reportlab alike, and hold the characters a till writes."""

from collections.abc import Iterator

import pytest
from fontTools.ttLib import TTFont

import resources

WEIGHTS = {"Regular": 400, "Bold": 700}
SIGNS = "¥−×·…€£₩●○★✓⊘▲"
# Characters of Big5 and GBK that Noto Sans SC has no glyph for, in either face.
LACKING = set("≒‾ˍ∼")

# Bits of OS/2 fsType and fsSelection, and of head macStyle, in the OpenType specification.
INSTALLABLE = 0
SELECTED = {"Regular": 1 << 6, "Bold": 1 << 5}


@pytest.fixture(scope="module", params=WEIGHTS)
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def face(style: str) -> Iterator[TTFont]:
    with TTFont(resources.path(f"fonts/NotoSansSC-{style}.ttf"), lazy=True) as font:
        yield font


def test_a_face_is_static_with_truetype_outlines(face: TTFont) -> None:
    # reportlab refuses CFF outlines and silently draws a variable font at its thinnest.
    assert "glyf" in face
    assert not {"fvar", "gvar", "CFF ", "CFF2"} & set(face.keys())


def test_a_face_has_the_weight_of_its_name(face: TTFont, style: str) -> None:
    assert face["OS/2"].usWeightClass == WEIGHTS[style]
    assert face["OS/2"].fsSelection & 0b110_0000 == SELECTED[style]
    assert face["head"].macStyle == (1 if style == "Bold" else 0)
    assert face["name"].getDebugName(1) == "Noto Sans SC"
    assert face["name"].getDebugName(2) == style
    assert face["name"].getDebugName(6) == f"NotoSansSC-{style}"


def test_a_face_may_be_embedded_in_receipts(face: TTFont) -> None:
    assert face["OS/2"].fsType == INSTALLABLE


def test_digits_are_of_one_width_so_that_columns_of_figures_line_up(face: TTFont) -> None:
    glyphs = face.getBestCmap()
    assert len({face["hmtx"][glyphs[ord(digit)]][0] for digit in "0123456789"}) == 1


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "big5", "latin-1"])
def test_a_face_covers_what_names_are_written_in(face: TTFont, encoding: str) -> None:
    missing = set(characters(encoding)) - set(map(chr, face.getBestCmap()))
    assert missing <= LACKING


def test_gb2312_is_covered_to_the_last_character(face: TTFont) -> None:
    every = set(characters("gb2312"))
    assert len(every) > 7_000
    assert every <= set(map(chr, face.getBestCmap()))


@pytest.mark.parametrize("sign", SIGNS)
def test_a_face_has_the_signs_that_screens_and_receipts_use(face: TTFont, sign: str) -> None:
    assert ord(sign) in face.getBestCmap()


def test_the_licence_travels_with_the_faces() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in resources.text("fonts/OFL.txt")


def characters(encoding: str) -> Iterator[str]:
    """Yield the printable characters of a legacy encoding, private use and controls left out."""
    if encoding == "latin-1":
        yield from map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])
        return
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                character = bytes([lead, trail]).decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(character) == 1 and not 0xE000 <= ord(character) < 0xF900:
                yield character
