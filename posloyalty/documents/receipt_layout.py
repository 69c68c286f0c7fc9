"""Places a receipt as data on its paper: `lay_out(receipt)` gives a `Page` of marks.

The body is 24 dots high, so that a Chinese character takes two of the 32 (58 mm) or 48
(80 mm) columns. Figures stand at the right edge and are never cut: when words and figure do not
fit beside one another, or a number or code among the words does not fit whole, the figure moves to
a line of its own, and figures wider than the paper are set smaller. Names wrap to two lines, then
"…". Widths are the faces' own, so PDF and raster agree.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Final

from posloyalty.documents.fonts import REPLACEMENT, code_point
from posloyalty.documents.item_columns import ItemColumns
from posloyalty.documents.logo import fitted, read_logo
from posloyalty.documents.qr import receipt_matrix
from posloyalty.documents.qr_matrix import QUIET_MODULES
from posloyalty.documents.receipt_marks import (
    PAPERS,
    Align,
    BoxMark,
    Page,
    PictureMark,
    QrMark,
)
from posloyalty.documents.sheet import BODY, GAP, LARGE, SIZE_MIN, Sheet, Style
from posloyalty.services.papers.receipt import (
    Bar,
    Block,
    Footer,
    Heading,
    Items,
    Phrases,
    Receipt,
    Row,
    Rows,
    Rule,
    SaleCode,
    Table,
    Weight,
)
from posloyalty.wording import Words

EDGE_TOP: Final = 16
EDGE_BOTTOM: Final = 24
BAR_PADDING: Final = 8
COLUMN_GAP: Final = 24
QR_SIDE: Final = 192  # 24 mm
LOGO_WIDTH: Final = 288
LOGO_HEIGHT: Final = 120
FOOTER_LINES_MAX: Final = 12
# A terminal's reference is never cut either: 64 characters find room.
ROW_LINES_MAX: Final = 5
MISSING_SHOWN_MAX: Final = 6

STYLES: Final = {
    Weight.PLAIN: BODY,
    Weight.BOLD: Style(size=BODY.size, line=BODY.line, bold=True),
    Weight.LARGE: LARGE,
}


def lay_out(receipt: Receipt) -> Page:
    """The receipt on the paper that it names; raises KeyError for a width that is not sold."""
    paper = PAPERS[receipt.width_mm]
    sheet = Sheet(paper.dots)
    sheet.y = EDGE_TOP
    logo_refused = False
    body, bars = _split_bars(receipt.blocks)
    for block in body:
        if isinstance(block, Heading) and block.logo_png is not None:
            logo_refused = not _logo(sheet, block.logo_png)
        _block(sheet, block)
    missing = tuple(dict.fromkeys(sheet.missing))
    if missing:
        _missing(sheet, missing, receipt.language)
    for bar in bars:
        _bar(sheet, bar)
    return Page(
        paper=paper,
        height=sheet.y + EDGE_BOTTOM,
        marks=tuple(sheet.marks),
        title=receipt.number,
        missing=missing,
        logo_refused=logo_refused,
    )


def _split_bars(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Bar, ...]]:
    """The bars at the foot apart, so that nothing stands below them."""
    bars = tuple(takewhile(lambda block: isinstance(block, Bar), reversed(blocks)))
    body = blocks[: len(blocks) - len(bars)]
    return body, tuple(bar for bar in reversed(bars) if isinstance(bar, Bar))


def _block(sheet: Sheet, block: Block) -> None:
    match block:
        case Bar():
            _bar(sheet, block)
        case Heading():
            _heading(sheet, block)
        case Rows():
            for row in block.rows:
                _row(sheet, row)
        case Items():
            ItemColumns.of(sheet, block).draw(sheet, block)
        case Table():
            _table(sheet, block)
        case Phrases():
            _phrases(sheet, block)
        case SaleCode():
            _code(sheet, block)
        case Footer():
            _footer(sheet, block)
        case Rule():
            _rule(sheet)


def _bar(sheet: Sheet, bar: Bar) -> None:
    style = STYLES[Weight.BOLD]
    height = style.line + 2 * BAR_PADDING
    sheet.y += GAP // 2
    sheet.marks.append(BoxMark(x=0, y=sheet.y, width=sheet.width, height=height))
    sheet.y += BAR_PADDING
    sheet.text(bar.text, sheet.fitting(bar.text, style), align=Align.CENTRE, white=True)
    sheet.y += style.line + BAR_PADDING + GAP


def _logo(sheet: Sheet, data: bytes) -> bool:
    picture = read_logo(data)
    if picture is None:
        return False
    width, height = fitted(picture.size, width_max=LOGO_WIDTH, height_max=LOGO_HEIGHT)
    x = (sheet.width - width) // 2
    sheet.marks.append(PictureMark(x=x, y=sheet.y, width=width, height=height, png=data))
    sheet.y += height + GAP
    return True


def _heading(sheet: Sheet, heading: Heading) -> None:
    for line in sheet.wrapped(heading.name, LARGE, sheet.width, lines_max=2):
        sheet.line(line, LARGE, align=Align.CENTRE)
    for text in heading.lines:
        for line in sheet.wrapped(text, BODY, sheet.width, lines_max=3):
            sheet.line(line, BODY, align=Align.CENTRE)
    sheet.y += GAP // 2


def _row(sheet: Sheet, row: Row) -> None:
    style = STYLES[row.weight]
    words = BODY if row.weight is Weight.LARGE else style
    right = sheet.fitting(row.right, style)
    room = sheet.width - sheet.measure(row.right, right) - GAP
    indent = BODY.size if row.left.startswith(" ") else 0
    left = row.left.strip()
    apart = bool(row.right) and sheet.measure(left, words) > room - indent
    if apart and (room < sheet.width // 3 or sheet.longest(left, words) > room - indent):
        for line in sheet.wrapped(left, words, sheet.width - indent, lines_max=ROW_LINES_MAX):
            sheet.line(line, words, x=indent)
        sheet.line(row.right, right, x=sheet.width, align=Align.RIGHT)
        return
    lines = sheet.wrapped(left, words, room - indent, lines_max=ROW_LINES_MAX)
    for line in lines[:-1]:
        sheet.line(line, words, x=indent)
    # The figure shares the baseline of the last words, whatever its size.
    drop = style.baseline - words.baseline
    sheet.text(lines[-1], words, x=indent, shift=drop)
    sheet.text(row.right, right, x=sheet.width, align=Align.RIGHT)
    sheet.y += style.line


def _table(sheet: Sheet, table: Table) -> None:
    """The first column takes what the widest figures leave, and wraps; where that is too little
    for a word of it, its words stand above their figures.
    """
    texts = (table.head, *table.rows)
    columns = range(1, len(table.head))
    style, widths = BODY, [0]
    for size in range(BODY.size, SIZE_MIN - 1, -2):
        style = replace(BODY, size=size)
        widths = [max(sheet.measure(row[c], style) for row in texts) for c in columns]
        if sum(widths) + COLUMN_GAP * (len(widths) - 1) <= sheet.width:
            break
    first = sheet.width - sum(widths) - COLUMN_GAP * len(widths)
    stacked = any(sheet.longest(row[0], BODY) > first for row in texts)
    for row in texts:
        room = sheet.width if stacked else first
        lines = sheet.wrapped(row[0], BODY, room, lines_max=2)
        for line in lines if stacked else lines[:-1]:
            sheet.line(line, BODY)
        if not stacked:
            sheet.text(lines[-1], BODY)
        right = sheet.width
        for column in reversed(columns):
            sheet.text(row[column], style, x=right, align=Align.RIGHT)
            right -= widths[column - 1] + COLUMN_GAP
        sheet.y += BODY.line


def _phrases(sheet: Sheet, phrases: Phrases) -> None:
    style = STYLES[phrases.weight]
    lines: list[str] = []
    for part in phrases.parts:
        longer = f"{lines[-1]}  {part}" if lines else part
        if lines and sheet.measure(longer, style) <= sheet.width:
            lines[-1] = longer
        else:
            lines += sheet.wrapped(part, style, sheet.width)
    for line in lines:
        sheet.line(line, style)


def _code(sheet: Sheet, code: SaleCode) -> None:
    matrix = receipt_matrix(code.text)
    module = max(2, QR_SIDE // len(matrix))
    side = module * len(matrix)
    sheet.y += QUIET_MODULES * module
    x = (sheet.width - side) // 2
    sheet.marks.append(QrMark(x=x, y=sheet.y, module=module, matrix=matrix))
    sheet.y += side + QUIET_MODULES * module
    for line in sheet.wrapped(code.caption, BODY, sheet.width, lines_max=2):
        sheet.line(line, BODY, align=Align.CENTRE)


def _footer(sheet: Sheet, footer: Footer) -> None:
    sheet.y += GAP // 2
    wrap = partial(sheet.wrapped, style=BODY, width=sheet.width)
    lines = [line for text in footer.lines for line in wrap(text)]
    for line in lines[:FOOTER_LINES_MAX]:
        sheet.line(line, BODY, align=Align.CENTRE)


def _rule(sheet: Sheet) -> None:
    sheet.y += 8
    sheet.marks.append(BoxMark(x=0, y=sheet.y, width=sheet.width, height=2, dash=6))
    sheet.y += 8


def _missing(sheet: Sheet, missing: tuple[str, ...], language: str) -> None:
    named = " ".join(code_point(ch) for ch in missing[:MISSING_SHOWN_MAX])
    more = " …" if len(missing) > MISSING_SHOWN_MAX else ""
    text = Words(language)("receipt.missing", characters=f"{REPLACEMENT} {named}{more}")
    for line in sheet.wrapped(text, BODY, sheet.width):
        sheet.line(line, BODY)
