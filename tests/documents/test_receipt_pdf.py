"""Receipts as PDF: exact size, both faces inside, the same bytes for the same receipt."""

from dataclasses import replace

import pytest
from PIL import Image

from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_marks import TextMark
from posloyalty.documents.receipt_pdf import POINTS_PER_DOT, receipt_pdf
from posloyalty.documents.receipt_raster import receipt_dots
from posloyalty.wording import LANGUAGES
from tests.documents.papers import (
    drawn_pages,
    embedded_fonts,
    logo_png,
    page_content,
    page_sizes,
    page_text,
    read_codes,
)
from tests.fakes.sold import RECEIPT_CODE, SHOPS, a_line, a_receipt, a_sale


@pytest.mark.parametrize("width_mm", [58, 80])
def test_the_page_is_as_wide_as_the_paper_and_exactly_as_high_as_the_receipt(width_mm: int) -> None:
    receipt = a_receipt("zh_CN", width_mm)
    ((width, height),) = page_sizes(receipt_pdf(receipt))
    page = lay_out(receipt)
    margin = (width_mm * 8 - page.paper.dots) * POINTS_PER_DOT
    assert width == pytest.approx(width_mm * 72 / 25.4, abs=0.01)
    assert height == pytest.approx(page.height * POINTS_PER_DOT + margin, abs=0.01)
    longer = replace(a_sale(), lines=(*a_sale().lines, a_line(7, "皂")))
    ((_, taller),) = page_sizes(receipt_pdf(a_receipt("zh_CN", width_mm, sale=longer)))
    assert taller > height


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_faces_are_inside_and_the_file_is_small(language: str) -> None:
    pdf = receipt_pdf(a_receipt(language))
    assert pdf.startswith(b"%PDF-1.")
    assert embedded_fonts(pdf) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert len(pdf) < 80_000


def test_the_same_receipt_is_the_same_file() -> None:
    assert receipt_pdf(a_receipt()) == receipt_pdf(a_receipt())


def test_the_code_is_drawn_as_one_filled_path_and_no_picture() -> None:
    pdf = receipt_pdf(a_receipt())
    assert b"/Subtype /Image" not in pdf
    assert page_content(pdf).count(b" re") > 400
    with_logo = receipt_pdf(a_receipt(shop=replace(SHOPS["zh_CN"], logo_png=logo_png(200, 80))))
    assert b"/Subtype /Image" in with_logo


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_scanner_reads_the_code_off_the_printed_page(width_mm: int) -> None:
    (page,) = drawn_pages(receipt_pdf(a_receipt("zh_CN", width_mm)), dpi=203)
    assert read_codes(page) == [RECEIPT_CODE]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says_can_be_searched_and_copied(language: str) -> None:
    receipt = a_receipt(language, copy=True)
    copied = "".join(page_text(receipt_pdf(receipt)).split())
    for mark in lay_out(receipt).marks:
        if isinstance(mark, TextMark):
            assert "".join(mark.text.split()) in copied


@pytest.mark.usefixtures("qapp")
def test_pdf_and_dots_show_the_same_receipt() -> None:
    receipt = a_receipt("zh_CN", 58)
    (page,) = drawn_pages(receipt_pdf(receipt), dpi=203)
    dots = receipt_dots(receipt).convert("L")
    inner = page.convert("L").resize((464, dots.height + 80)).crop((40, 40, 424, dots.height + 40))
    small = (48, dots.height // 8)
    ink, same = (image.resize(small, Image.Resampling.BOX) for image in (dots, inner))
    off = sum(abs(a - b) for a, b in zip(ink.tobytes(), same.tobytes(), strict=True))
    assert off / len(ink.tobytes()) < 14
