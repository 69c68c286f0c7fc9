"""Slips: the test page shows what can go wrong, a member's code gives nothing else away."""

import pytest

from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_raster import receipt_dots
from posloyalty.services.papers.receipt import Receipt, SaleCode
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.papers.write_slip import card_slip, trial_slip
from posloyalty.wording import LANGUAGES, Words
from tests.documents.papers import read_codes
from tests.fakes.sold import CARD_TOKEN
from tests.fakes.time import SetClock


def trial(language: str, width_mm: int) -> Receipt:
    shop = ReceiptShop(name="晨光便利", width_mm=width_mm)
    return trial_slip(shop, Words(language), SetClock().now())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_test_page_shows_width_time_and_both_scripts(language: str, width_mm: int) -> None:
    page = lay_out(trial(language, width_mm))
    said = " ".join(getattr(mark, "text", "") for mark in page.marks)
    assert f"{width_mm} mm" in said
    assert "2026-11-22 14:06" in said
    assert "简体 繁體 ABC abc" in said
    assert page.missing == ()


def test_a_members_slip_carries_token_and_short_code_and_no_person() -> None:
    shop = ReceiptShop(name="晨光便利", phone="021-5555 0101", width_mm=58)
    slip = card_slip(shop, Words("zh_CN"), token_text=CARD_TOKEN, short_code="M2ACK6H2NB")
    assert [b.caption for b in slip.blocks if isinstance(b, SaleCode)] == ["M2AC-K6H2-NB"]
    assert read_codes(receipt_dots(slip)) == [CARD_TOKEN]
    assert slip.number == "M2AC-K6H2-NB"
