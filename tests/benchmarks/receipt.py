"""A receipt as PDF, beside bare reportlab that draws the same words at the same places.

The reference knows every position and the QR's matrix beforehand, and draws that run by run with
`Canvas.rect`, as anybody would: no layout, no wrapping, no missing glyphs, no QR to make.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from reportlab.pdfgen.canvas import Canvas

from posloyalty.documents.fonts import face_name
from posloyalty.documents.qr_matrix import runs
from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_marks import Align, BoxMark, Page, QrMark, TextMark
from posloyalty.documents.receipt_pdf import POINTS_PER_DOT, receipt_pdf
from posloyalty.services.papers.receipt import Receipt
from tests.benchmarks.entry import Entry, at, in_turn
from tests.benchmarks.options import Options
from tests.fakes.sold import RECEIPT_CODE, a_receipt

TIMES = 60
WARM = 5
LIMIT = 1.5


def measure(options: Options) -> Iterator[Entry]:
    """The day's usual receipt on both papers."""
    for width_mm in (80, 58):
        receipt = a_receipt("zh_CN", width_mm)
        page = lay_out(receipt)

        def ours(n: int, receipt: Receipt = receipt) -> None:
            assert receipt_pdf(receipt).startswith(b"%PDF")

        def reference(n: int, page: Page = page) -> None:
            assert _bare(page).startswith(b"%PDF")

        mine, other = in_turn(ours, reference, times=TIMES, warm=WARM)
        yield Entry(
            name=f"receipt PDF of {width_mm} mm, median",
            ours=at(mine, 0.5),
            reference=at(other, 0.5),
            limit=LIMIT,
            note=f"{len(page.marks)} marks, two embedded faces, QR of {len(RECEIPT_CODE)}",
        )


def _bare(page: Page) -> bytes:
    buffer = io.BytesIO()
    scale = POINTS_PER_DOT
    canvas = Canvas(
        buffer, pagesize=(page.paper.dots * scale, page.height * scale), pageCompression=1
    )
    canvas.scale(scale, scale)
    canvas.translate(0, page.height)
    for mark in page.marks:
        if isinstance(mark, TextMark):
            _text(canvas, mark)
        elif isinstance(mark, BoxMark):
            canvas.rect(mark.x, -mark.y - mark.height, mark.width, mark.height, stroke=0, fill=1)
        elif isinstance(mark, QrMark):
            for x, y, length in runs(mark.matrix):
                canvas.rect(
                    mark.x + x * mark.module,
                    -mark.y - (y + 1) * mark.module,
                    length * mark.module,
                    mark.module,
                    stroke=0,
                    fill=1,
                )
    canvas.save()
    return buffer.getvalue()


def _text(canvas: Canvas, mark: TextMark) -> None:
    canvas.setFont(face_name(bold=mark.bold), mark.size)
    draw = {
        Align.LEFT: canvas.drawString,
        Align.CENTRE: canvas.drawCentredString,
        Align.RIGHT: canvas.drawRightString,
    }[mark.align]
    draw(mark.x, -mark.y, mark.text)
