"""A receipt as ESC/POS, the command language of thermal printers, by python-escpos.

Everything is sent as dots (GS v 0): no printer's own fonts know all characters of all three
languages, GBK modes lose four-byte characters and nothing has Big5 (PLATFORM, Receipts). The image
goes in bands, because cheap printers buffer little and begin to print while the rest arrives.

A job is: initialise, bands, feed, partial cut. The drawer is a command of its own (`drawer_kick`),
so that a reprint never opens it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any, Final

from PIL import Image

from posloyalty.documents.fonts import drawable
from posloyalty.documents.receipt_raster import receipt_dots
from posloyalty.services.papers.receipt import Receipt

BAND_ROWS: Final = 192
INITIALISE: Final = b"\x1b@"
# ESC J n feeds n dots: white rows need no image.
FEED: Final = b"\x1bJ"
FEED_DOTS_MAX: Final = 255
WHITE_ROWS_LEAST: Final = 8


def make_ready() -> None:
    """Import and read what the first receipt would otherwise wait for: half a second."""
    drawable("")
    dots_escpos(Image.new("1", (8, BAND_ROWS)))


def receipt_escpos(receipt: Receipt) -> bytes:
    """The bytes that print a receipt and cut it off."""
    return dots_escpos(receipt_dots(receipt))


def dots_escpos(dots: Image.Image) -> bytes:
    """The bytes that print a 1-bit image, feed it past the knife and cut."""
    printer = _recorder()()
    # The library asks a model's profile for the width; our dots are already as wide as the head.
    media = {"media": {"width": {"mm": dots.width // 8, "pixels": dots.width}}}
    printer.profile.profile_data = {**printer.profile.profile_data, **media}
    printer._raw(INITIALISE)
    for top, bottom in _bands(dots):
        band = dots.crop((0, top, dots.width, bottom))
        if 0 not in band.getextrema():
            printer._raw(_feed(bottom - top))
        else:
            printer.image(band, impl="bitImageRaster", fragment_height=BAND_ROWS)
    printer.cut(mode="PART")
    return bytes(printer.output)


def drawer_kick(*, pin: int = 2, on_ms: int = 100, off_ms: int = 400) -> bytes:
    """The bytes that open the cash drawer on connector pin 2 or 5 (ESC p, in steps of 2 ms)."""
    if pin not in (2, 5):
        raise ValueError(f"a drawer hangs on pin 2 or 5, not {pin}")
    return b"\x1bp" + bytes((pin == 5, min(255, on_ms // 2), min(255, off_ms // 2)))


def drawer_kick_at_once(*, pin: int = 2, on_ms: int = 100) -> bytes:
    """The same as a real-time command (DLE DC4 1, in steps of 100 ms up to 800): a printer obeys it
    at once, also while it stands still without paper and works through nothing in turn.
    """
    if pin not in (2, 5):
        raise ValueError(f"a drawer hangs on pin 2 or 5, not {pin}")
    return b"\x10\x14\x01" + bytes((pin == 5, max(1, min(8, on_ms // 100))))


def _bands(dots: Image.Image) -> list[tuple[int, int]]:
    """Rows from, to: strips of ink of at most BAND_ROWS, and the wider white ones between them."""
    bands: list[tuple[int, int]] = []
    row = 0
    for start, end in _white_strips(dots):
        bands += _cut(row, start, BAND_ROWS)
        bands += _cut(start, end, FEED_DOTS_MAX)
        row = end
    return bands + _cut(row, dots.height, BAND_ROWS)


def _white_strips(dots: Image.Image) -> list[tuple[int, int]]:
    """The strips of at least WHITE_ROWS_LEAST rows without ink."""
    row_bytes = (dots.width + 7) // 8
    # Rows are padded with black bits unless the width is whole bytes, as both papers' are.
    white, data = b"\xff" * row_bytes, dots.tobytes()
    strips = []
    start = None
    for row in range(dots.height + 1):
        blank = data[row * row_bytes : (row + 1) * row_bytes] == white
        if blank and start is None:
            start = row
        elif not blank and start is not None:
            if row - start >= WHITE_ROWS_LEAST:
                strips.append((start, row))
            start = None
    return strips


def _cut(start: int, end: int, most: int) -> list[tuple[int, int]]:
    return [(row, min(end, row + most)) for row in range(start, end, most)]


def _feed(rows: int) -> bytes:
    return FEED + bytes((rows,))


@cache
def _recorder() -> Callable[[], Any]:
    """The library's printer without hardware, imported when the first receipt is printed.

    It takes 0.4 s and leaves a folder of pickles behind unless told where; here they are removed.
    """
    name = "ESCPOS_CAPABILITIES_PICKLE_DIR"
    before = os.environ.get(name)
    with TemporaryDirectory(prefix="posloyalty-") as folder:
        os.environ[name] = folder
        try:
            from escpos.printer import Dummy
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
    made: Callable[[], Any] = Dummy
    return made
