"""What the documents' tests read from paper: text and sizes of PDFs, codes in images."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

import resources


def read_codes(image: Image.Image) -> list[str]:
    """The QR codes that a scanner reads in an image."""
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def drawn_pages(pdf: bytes, *, dpi: int) -> list[Image.Image]:
    """The pages as a viewer draws them; needs the `qapp` fixture."""
    with _opened(pdf) as document:
        pages = []
        for number in range(document.pageCount()):
            points = document.pagePointSize(number)
            size = QSize(round(points.width() * dpi / 72), round(points.height() * dpi / 72))
            drawn = document.render(number, size).convertToFormat(QImage.Format.Format_RGBA8888)
            data = bytes(drawn.constBits())
            page = Image.frombytes("RGBA", (drawn.width(), drawn.height()), data)
            pages.append(Image.alpha_composite(Image.new("RGBA", page.size, "white"), page))
        return [page.convert("RGB") for page in pages]


def page_text(pdf: bytes, number: int = 0) -> str:
    """What a reader copies out of a page; needs the `qapp` fixture."""
    with _opened(pdf) as document:
        return document.getAllText(number).text()


@contextmanager
def _opened(pdf: bytes) -> Iterator[QPdfDocument]:
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    try:
        yield document
    finally:
        document.close()
        buffer.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in points."""
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


def embedded_fonts(pdf: bytes) -> set[str]:
    """The faces whose outlines the file carries."""
    names = re.findall(rb"/FontName /[A-Z]{4,6}[A-Z0-9]*\+?([A-Za-z-]+)", pdf)
    assert pdf.count(b"/FontFile2") >= 1
    return {name.decode() for name in names}


def page_content(pdf: bytes) -> bytes:
    """The drawing commands of all pages, unpacked."""
    content = b""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            packed = stream.strip()
            if packed.endswith(b"~>"):
                import base64

                packed = base64.a85decode(packed[:-2])
            data = zlib.decompress(packed)
        except (zlib.error, ValueError):
            continue
        if b" Tf" in data or b" re" in data:
            content += data
    return content


def every_word(language: str) -> str:
    """All that papers say in a language."""
    from babel.messages.pofile import read_po

    folder: Path = resources.path(f"translations/{language}")
    words = ""
    for area in ("receipt", "printer", "card"):
        po = folder / f"{area}.po"
        for message in read_po(io.BytesIO(po.read_bytes())):
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            words += "".join(str(text) for text in texts if message.id)
    return words


def logo_png(width: int, height: int) -> bytes:
    """A logo with greys and a see-through corner."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    for x in range(width // 4, width):
        shade = 255 * x // width
        image.paste((shade, 0, 255 - shade, 255), (x, 0, x + 1, height))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
