"""Receipts as PDF: exact size, both faces inside, the same bytes for the same receipt."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_pdf import POINTS_PER_DOT, receipt_pdf
from posloyalty.wording import LANGUAGES
from tests.documents.papers import embedded_fonts, logo_png, page_content, page_sizes, read_codes
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


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils draws PDFs")
def test_a_scanner_reads_the_code_off_the_printed_page(tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(receipt_pdf(a_receipt("zh_CN", 58)))
    drawn = tmp_path / "page"
    subprocess.run(
        ["pdftoppm", "-r", "203", "-png", "-singlefile", str(file), str(drawn)], check=True
    )
    with Image.open(drawn.with_suffix(".png")) as image:
        assert read_codes(image) == [RECEIPT_CODE]
