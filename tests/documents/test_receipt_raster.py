"""Receipts as dots, as wide as the head, with codes that read; and the screen's preview."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_raster import receipt_dots, receipt_preview
from posloyalty.wording import LANGUAGES
from tests.documents.papers import logo_png, read_codes
from tests.fakes.sold import CARD_TOKEN, RECEIPT_CODE, SHOPS, a_receipt


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width_mm", "dots"), [(58, 384), (80, 576)])
def test_a_receipt_is_as_wide_as_the_head_and_black_on_white(
    language: str, width_mm: int, dots: int
) -> None:
    receipt = a_receipt(language, width_mm)
    image = receipt_dots(receipt)
    assert (image.mode, image.width, image.height) == ("1", dots, lay_out(receipt).height)
    black = image.convert("L").histogram()[0]
    assert 0.02 < black / (image.width * image.height) < 0.25


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("code", [RECEIPT_CODE, CARD_TOKEN])
def test_a_scanner_reads_the_code_off_the_dots(width_mm: int, code: str) -> None:
    assert read_codes(receipt_dots(a_receipt(width_mm=width_mm, code=code))) == [code]


def test_bars_are_white_on_black() -> None:
    image = receipt_dots(a_receipt(copy=True)).convert("L")
    row = [image.getpixel((x, 30)) for x in range(image.width)]
    assert row[:10] == [0] * 10
    top = image.crop((0, 22, image.width, 60))
    assert 0 < top.histogram()[255] < top.width * top.height // 4


def test_greys_of_a_logo_become_dots() -> None:
    plain, shop = a_receipt(), replace(SHOPS["zh_CN"], logo_png=logo_png(288, 100))
    with_logo = receipt_dots(a_receipt(shop=shop))
    extra = with_logo.height - receipt_dots(plain).height
    assert extra == 112
    logo = with_logo.crop((144, 16, 432, 116)).convert("L").histogram()
    assert logo[0] > 3000
    assert logo[255] > 3000


def test_the_preview_shows_the_whole_paper_in_grey_at_the_screens_scale() -> None:
    receipt = a_receipt("zh_CN", 58)
    height = lay_out(receipt).height
    for scale in (1, 2):
        with Image.open(io.BytesIO(receipt_preview(receipt, scale=scale))) as image:
            assert image.format == "PNG"
            assert image.size == (464 * scale, (height + 80) * scale)
            assert len(image.getcolors(256) or ()) > 50
            assert read_codes(image) == [RECEIPT_CODE]
