"""Member cards as PDF: one card with its back, or sheets of ten on A4.

85.6 x 54 mm, the size of a bank card. The front carries the shop's name, the QR of the member's
token at 25 mm on white and the short code in 12 pt for the day the scanner fails; never a tier, a
balance or a phone number, which change or betray. The back says the terms and what to do about a
lost card. Sheets put the backs on the next page in mirrored order, for printing on both sides.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from posloyalty.documents.fonts import EM, advance, drawable, face_name
from posloyalty.documents.qr import card_matrix
from posloyalty.documents.qr_matrix import QUIET_MODULES, runs
from posloyalty.documents.text_wrap import wrap
from posloyalty.domain.members.short_code import format_short_code
from posloyalty.wording import Words

WIDTH: Final = 85.6 * mm
HEIGHT: Final = 54 * mm
QR_SIDE: Final = 25 * mm
EDGE: Final = 6 * mm
COLUMNS: Final = 2
ROWS: Final = 5
CARDS_PER_SHEET: Final = COLUMNS * ROWS
CARDS_MAX: Final = 1000
MARK: Final = 4 * mm

# The dark ground of a member card, and a gold that is used nowhere else.
GROUND: Final = HexColor(0x17263C)
GOLD: Final = HexColor(0xF2C35B)
PAPER: Final = HexColor(0xFFFFFF)
INK: Final = HexColor(0x14202C)
BLACK: Final = HexColor(0x000000)
SOFT_INK: Final = HexColor(0x3B4857)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCard:
    """What one card says. `token_text` is the signed token, `short_code` canonical."""

    shop_name: str
    token_text: str
    short_code: str
    shop_phone: str = ""


def card_pdf(card: PrintedCard, words: Words) -> bytes:
    """One card: a page for the front and one for the back, each of the card's size."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer, (WIDTH, HEIGHT), words)
    _front(canvas, card, words)
    canvas.showPage()
    _back(canvas, card, words)
    canvas.save()
    return buffer.getvalue()


def card_sheets_pdf(cards: Sequence[PrintedCard], words: Words) -> bytes:
    """Cards ten to an A4 sheet with crop marks, each sheet followed by its backs.

    Raises ValueError for no cards or more than a thousand at once.
    """
    if not 0 < len(cards) <= CARDS_MAX:
        raise ValueError(f"1 to {CARDS_MAX} cards at once, not {len(cards)}")
    buffer = io.BytesIO()
    canvas = _canvas(buffer, A4, words)
    for start in range(0, len(cards), CARDS_PER_SHEET):
        sheet = cards[start : start + CARDS_PER_SHEET]
        for draw, mirrored in ((_front, False), (_back, True)):
            _crop_marks(canvas)
            for place, card in enumerate(sheet):
                canvas.saveState()
                canvas.translate(*_place(place, mirrored=mirrored))
                draw(canvas, card, words)
                canvas.restoreState()
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer: io.BytesIO, size: tuple[float, float], words: Words) -> Canvas:
    canvas = Canvas(buffer, pagesize=size, pageCompression=1, invariant=1)
    canvas.setTitle(words("card.member_card"))
    canvas.setProducer("POS Loyalty")
    return canvas


def _front(canvas: Canvas, card: PrintedCard, words: Words) -> None:
    canvas.setFillColor(GROUND)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    matrix = card_matrix(card.token_text)
    module = QR_SIDE / len(matrix)
    panel = QR_SIDE + 2 * QUIET_MODULES * module
    left, bottom = WIDTH - EDGE - panel, HEIGHT - EDGE - panel
    canvas.setFillColor(PAPER)
    canvas.roundRect(left, bottom, panel, panel, 1.5 * mm, stroke=0, fill=1)
    quiet = QUIET_MODULES * module
    _symbol(canvas, matrix, left + quiet, bottom + quiet, module)
    canvas.setFillColor(PAPER)
    _centred(canvas, format_short_code(card.short_code), 12, left + panel / 2, bottom - 6.2 * mm)
    room = left - 2 * EDGE
    y = HEIGHT - EDGE - 14
    for line in _wrapped(card.shop_name, 16, room, bold=True, lines_max=3):
        _write(canvas, line, EDGE, y, 16, bold=True)
        y -= 21
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(1.2)
    canvas.line(EDGE, EDGE + 8.5 * mm, EDGE + 12 * mm, EDGE + 8.5 * mm)
    canvas.setFillColor(GOLD)
    _write(canvas, words("card.member_card"), EDGE, EDGE + 3.2 * mm, 10, bold=True)


def _back(canvas: Canvas, card: PrintedCard, words: Words) -> None:
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(GROUND)
    canvas.rect(0, HEIGHT - 9 * mm, WIDTH, 9 * mm, stroke=0, fill=1)
    canvas.setFillColor(PAPER)
    shop = _wrapped(card.shop_name, 9, WIDTH - 2 * EDGE, bold=True, lines_max=1)[0]
    _write(canvas, shop, EDGE, HEIGHT - 6 * mm, 9, bold=True)
    canvas.setFillColor(INK)
    y = HEIGHT - 15 * mm
    _write(canvas, words("card.terms_title"), EDGE, y, 8, bold=True)
    canvas.setFillColor(SOFT_INK)
    texts = [words("card.terms"), words("card.loss")]
    if card.shop_phone:
        texts.append(words("card.shop_phone", phone=card.shop_phone))
    for text in texts:
        y -= 4
        for line in _wrapped(text, 7.5, WIDTH - 2 * EDGE, bold=False, lines_max=4):
            y -= 10.5
            _write(canvas, line, EDGE, y, 7.5, bold=False)
    canvas.setFillColor(INK)
    _write(canvas, format_short_code(card.short_code), EDGE, EDGE - 1 * mm, 9, bold=True)


def _symbol(
    canvas: Canvas, matrix: tuple[tuple[bool, ...], ...], x: float, y: float, module: float
) -> None:
    path = canvas.beginPath()
    for column, row, length in runs(matrix):
        top = len(matrix) - row - 1
        path.rect(x + column * module, y + top * module, length * module, module)
    canvas.setFillColor(BLACK)
    canvas.drawPath(path, stroke=0, fill=1)


def _place(place: int, *, mirrored: bool) -> tuple[float, float]:
    """The lower left corner of a card on its sheet; the first card is top left."""
    row, column = divmod(place, COLUMNS)
    if mirrored:
        column = COLUMNS - 1 - column
    left = (A4[0] - COLUMNS * WIDTH) / 2
    top = (A4[1] + ROWS * HEIGHT) / 2
    return left + column * WIDTH, top - (row + 1) * HEIGHT


def _crop_marks(canvas: Canvas) -> None:
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(INK)
    left, bottom = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
    right, top = A4[0] - left, A4[1] - bottom
    for column in range(COLUMNS + 1):
        x = left + column * WIDTH
        canvas.line(x, bottom - MARK, x, bottom - 1 * mm)
        canvas.line(x, top + 1 * mm, x, top + MARK)
    for row in range(ROWS + 1):
        y = bottom + row * HEIGHT
        canvas.line(left - MARK, y, left - 1 * mm, y)
        canvas.line(right + 1 * mm, y, right + MARK, y)


def _write(canvas: Canvas, text: str, x: float, y: float, size: float, *, bold: bool) -> None:
    canvas.setFont(face_name(bold=bold), size)
    canvas.drawString(x, y, drawable(text).text)


def _centred(canvas: Canvas, text: str, size: float, x: float, y: float) -> None:
    canvas.setFont(face_name(bold=True), size)
    canvas.drawCentredString(x, y, text)


def _wrapped(text: str, size: float, width: float, *, bold: bool, lines_max: int) -> list[str]:
    units = int(width / size * EM)

    def measure(piece: str) -> int:
        return advance(piece, bold=bold)

    return wrap(drawable(text).text, width=units, measure=measure, lines_max=lines_max)
