"""The two faces that everything printed uses, what they can draw, and how wide it is.

Noto Sans SC, Regular and Bold, static TrueType outlines: reportlab takes no other kind and would
silently register a variable font as Thin. What they draw and how wide is read once per process (20
ms each), by whichever lane measures first; never ask from the GUI thread before that. reportlab
reads the whole faces (150 ms and 24 MB each), behind a lock, when the first PDF is drawn: a receipt
on paper needs neither it nor them.

Promise: a character that a face lacks is never a silent empty box. `drawable` puts 〓, the
printer's sign for a missing sort, in its place and hands back what was missing, for the report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from PIL import ImageFont

import resources
from posloyalty.documents.face import THOUSAND, read_advances

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
REPLACEMENT: Final = "\N{GETA MARK}"
EM: Final = THOUSAND

# They steer how a neighbour is drawn and have no shape of their own: nothing is lost without.
_SHAPELESS = frozenset(
    [*range(0x200B, 0x2010), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0), 0x2060, 0xFEFF]
)
# Unicode's category Cc: a face may list them all the same.
_CONTROLS = frozenset([*range(0x20), *range(0x7F, 0xA0)])
_UNSHOWN = _SHAPELESS | _CONTROLS
_LATIN: Final = {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."}
_STRAIGHT: Final = str.maketrans(_LATIN)
_WIDELY_DRAWN: Final = frozenset(_LATIN)
# One within a Latin word, also beside Chinese.
_APOSTROPHE: Final = re.compile(r"(?<=[A-Za-zÀ-ɏ])’(?=[A-Za-zÀ-ɏ])")
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Drawable:
    """Text that the faces can draw whole, and the characters that were replaced in it."""

    text: str
    missing: tuple[str, ...] = ()


def drawable(text: str) -> Drawable:
    """The text on one line with every missing character shown as 〓; both faces must have one.
    Curly quotes and "…" among Latin letters become straight ones and "...".
    """
    text = _in_latin_type(text)
    if _draw_all(set(map(ord, text))):
        return Drawable(text)
    kept: list[str] = []
    missing: list[str] = []
    for ch in text:
        if _draw_all({ord(ch)}):
            kept.append(ch)
        elif ch.isspace() or ch < " ":
            kept.append(" ")
        elif ord(ch) not in _UNSHOWN:
            kept.append(REPLACEMENT)
            missing.append(ch)
    return Drawable("".join(kept), tuple(missing))


def _in_latin_type(text: str) -> str:
    """The faces draw these as wide as a Chinese character: "Ben’  s" on paper."""
    if text.isascii() or _WIDELY_DRAWN.isdisjoint(text):
        return text
    if any(east_asian_width(ch) in "WF" for ch in text):
        return _APOSTROPHE.sub("'", text)
    return text.translate(_STRAIGHT)


def code_point(character: str) -> str:
    """How a missing character is named in a report: "U+1F600"."""
    return f"U+{ord(character):04X}"


def advance(text: str, *, bold: bool) -> int:
    """The width of a text in thousandths of the font's size; the text must be drawable."""
    advances = _advances(bold=bold)
    return sum(advances.get(ord(ch), EM) for ch in text)


def face_name(*, bold: bool) -> str:
    """The name under which reportlab draws a face; registers both on the first call."""
    _registered()
    return BOLD if bold else REGULAR


@lru_cache(maxsize=32)
def pillow_font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """A face for Pillow at a size in pixels; basic layout, so that widths are `advance`'s."""
    path = str(_path(BOLD if bold else REGULAR))
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _advances(*, bold: bool) -> dict[int, int]:
    return read_advances(_path(BOLD if bold else REGULAR))


def _draw_all(codes: set[int]) -> bool:
    """Whether both faces have a shape for all of these."""
    both = codes <= _advances(bold=False).keys() and codes <= _advances(bold=True).keys()
    return both and codes.isdisjoint(_UNSHOWN)


def _registered() -> tuple[TTFont, TTFont]:
    with _LOCK:
        return _register()


def _path(face: str) -> Path:
    return resources.path(f"fonts/{face}.ttf")


@cache
def _register() -> tuple[TTFont, TTFont]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    made = []
    for name in (REGULAR, BOLD):
        font = TTFont(name, str(_path(name)))
        pdfmetrics.registerFont(font)
        # A list for each of 30,000 glyphs, for shaping, which nothing here asks for: whenever
        # Python looks for garbage it would look through them, and hold up every lane for 10 ms.
        vars(font.face)["glyphToChar"] = {}
        made.append(font)
    # So that <b> and Canvas find Bold instead of drawing Regular twice.
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR)
    return made[0], made[1]
