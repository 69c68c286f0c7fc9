"""A receipt as PDF by reportlab: one page exactly as high as the receipt, both faces embedded.

The figures are vectors (text and QR), so the file prints sharp anywhere; about 35 KB. The page is
made on the print lane or a background lane: never on the GUI thread, because the first call reads
the faces.
"""

from __future__ import annotations

import io
from typing import Final

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from posloyalty.documents.fonts import face_name
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

POINTS_PER_DOT: Final = 72 / 25.4 / DOTS_PER_MM


def receipt_pdf(receipt: Receipt) -> bytes:
    """The PDF file of a receipt."""
    return page_pdf(lay_out(receipt))


def page_pdf(page: Page) -> bytes:
    """The PDF file of a receipt that is laid out already."""
    buffer = io.BytesIO()
    margin = (page.paper.width_mm * DOTS_PER_MM - page.paper.dots) / 2
    size = (page.paper.dots + 2 * margin, page.height + 2 * margin)
    canvas = Canvas(
        buffer,
        pagesize=(size[0] * POINTS_PER_DOT, size[1] * POINTS_PER_DOT),
        pageCompression=1,
        # Without it two prints of one receipt would differ by their date.
        invariant=1,
    )
    canvas.setTitle(page.title)
    canvas.setProducer("POS Loyalty")
    canvas.scale(POINTS_PER_DOT, POINTS_PER_DOT)
    canvas.translate(margin, size[1] - margin)
    for mark in page.marks:
        _draw(canvas, mark)
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, mark: Mark) -> None:
    match mark:
        case TextMark():
            _text(canvas, mark)
        case BoxMark():
            _box(canvas, mark)
        case QrMark():
            _qr(canvas, mark)
        case PictureMark():
            _picture(canvas, mark)


def _text(canvas: Canvas, mark: TextMark) -> None:
    canvas.setFont(face_name(bold=mark.bold), mark.size)
    canvas.setFillGray(1 if mark.white else 0)
    if mark.align is Align.RIGHT:
        canvas.drawRightString(mark.x, -mark.y, mark.text)
    elif mark.align is Align.CENTRE:
        canvas.drawCentredString(mark.x, -mark.y, mark.text)
    else:
        canvas.drawString(mark.x, -mark.y, mark.text)


def _box(canvas: Canvas, mark: BoxMark) -> None:
    if not mark.dash:
        canvas.setFillGray(0)
        canvas.rect(mark.x, -mark.y - mark.height, mark.width, mark.height, stroke=0, fill=1)
        return
    canvas.setStrokeGray(0)
    canvas.setLineWidth(mark.height)
    canvas.setDash(mark.dash, mark.dash)
    middle = -mark.y - mark.height / 2
    canvas.line(mark.x, middle, mark.x + mark.width, middle)
    canvas.setDash()


def _qr(canvas: Canvas, mark: QrMark) -> None:
    """One path of strips, filled at once, so that no viewer shows seams between modules.

    Written out here: reportlab would format 2,000 whole numbers as fractions, a third of the page's
    whole time.
    """
    module = mark.module
    strips = [
        f"{mark.x + x * module} {-mark.y - (y + 1) * module} {length * module} {module} re"
        for x, y, length in runs(mark.matrix)
    ]
    canvas.setFillGray(0)
    canvas.drawPath(PDFPathObject(strips), stroke=0, fill=1)


def _picture(canvas: Canvas, mark: PictureMark) -> None:
    picture = read_logo(mark.png)
    if picture is not None:
        bottom = -mark.y - mark.height
        canvas.drawImage(ImageReader(picture), mark.x, bottom, mark.width, mark.height)
