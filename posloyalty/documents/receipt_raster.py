"""A receipt as dots, for printers that know no Chinese and for the screen's preview.

`receipt_dots` is what the head burns: 1 bit, 384 or 576 dots wide, drawn without grey so that thin
strokes stay whole. `receipt_preview` is the same page in grey at any scale, with the paper's edge.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

from posloyalty.documents.fonts import EM, advance, pillow_font
from posloyalty.documents.logo import read_logo
from posloyalty.documents.qr_matrix import runs
from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_marks import (
    DOTS_PER_MM,
    Align,
    BoxMark,
    Mark,
    Page,
    PictureMark,
    QrMark,
    TextMark,
)
from posloyalty.services.papers.receipt import Receipt

# Grey above this stays white: lower, and light strokes of dense characters break up.
INK_FROM: Final = 150


def receipt_dots(receipt: Receipt) -> Image.Image:
    """The 1-bit image of a receipt, black on white."""
    return page_dots(lay_out(receipt))


def page_dots(page: Page) -> Image.Image:
    """The 1-bit image of a receipt that is laid out already."""
    grey = _drawn(page, scale=1)
    return grey.point(lambda value: 255 if value >= INK_FROM else 0).convert("1")


def receipt_preview(receipt: Receipt, *, scale: int = 1) -> bytes:
    """A PNG of the whole paper for the screen; `scale` is for screens of high density."""
    page = lay_out(receipt)
    drawn = _drawn(page, scale=scale)
    margin = (page.paper.width_mm * DOTS_PER_MM - page.paper.dots) // 2 * scale
    paper = Image.new("L", (drawn.width + 2 * margin, drawn.height + 2 * margin), 255)
    paper.paste(drawn, (margin, margin))
    buffer = io.BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


def _drawn(page: Page, *, scale: int) -> Image.Image:
    image = Image.new("L", (page.paper.dots * scale, page.height * scale), 255)
    draw = ImageDraw.Draw(image)
    for mark in page.marks:
        _draw(image, draw, mark, scale)
    return image


def _draw(image: Image.Image, draw: ImageDraw.ImageDraw, mark: Mark, scale: int) -> None:
    match mark:
        case TextMark():
            _text(draw, mark, scale)
        case BoxMark():
            _box(draw, mark, scale)
        case QrMark():
            module = mark.module * scale
            for x, y, length in runs(mark.matrix):
                left, top = mark.x * scale + x * module, mark.y * scale + y * module
                _fill(draw, left, top, length * module, module)
        case PictureMark():
            picture = read_logo(mark.png)
            if picture is not None:
                size = (mark.width * scale, mark.height * scale)
                image.paste(_dithered(picture, size), (mark.x * scale, mark.y * scale))


def _text(draw: ImageDraw.ImageDraw, mark: TextMark, scale: int) -> None:
    """Character by character where the layout reckons them: Pillow alone would round each advance
    to whole dots, and a line that fits the paper would not fit any more.
    """
    size = mark.size * scale
    font = pillow_font(size, bold=mark.bold)
    x = mark.x * scale * EM
    if mark.align is not Align.LEFT:
        width = advance(mark.text, bold=mark.bold) * size
        x -= width if mark.align is Align.RIGHT else width // 2
    for ch in mark.text:
        place = ((x + EM // 2) // EM, mark.y * scale)
        draw.text(place, ch, fill=255 if mark.white else 0, font=font, anchor="ls")
        x += advance(ch, bold=mark.bold) * size


def _box(draw: ImageDraw.ImageDraw, mark: BoxMark, scale: int) -> None:
    step = mark.dash or mark.width
    for left in range(mark.x, mark.x + mark.width, 2 * step):
        width = min(step, mark.x + mark.width - left)
        _fill(draw, left * scale, mark.y * scale, width * scale, mark.height * scale)


def _fill(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, height: int) -> None:
    draw.rectangle((left, top, left + width - 1, top + height - 1), fill=0)


def _dithered(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Greys of a logo as patterns of dots, because a head knows black only."""
    return picture.resize(size, Image.Resampling.LANCZOS).convert("1").convert("L")
