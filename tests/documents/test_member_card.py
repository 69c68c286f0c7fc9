"""Member cards: of bank-card size, readable, saying no more than they should."""

from dataclasses import replace

import pytest

from posloyalty.documents.member_card import (
    CARDS_MAX,
    PrintedCard,
    card_pdf,
    card_sheets_pdf,
)
from posloyalty.domain.members.short_code import short_code
from posloyalty.wording import LANGUAGES, Words
from tests.documents.papers import drawn_pages, embedded_fonts, page_sizes, page_text, read_codes
from tests.fakes.sold import CARD_TOKEN

CARD = PrintedCard(
    shop_name="晨光便利",
    token_text=CARD_TOKEN,
    short_code=short_code(b"\x12\x99\x33\x44\x55"),
    shop_phone="021-5555 0101",
)
MM = 72 / 25.4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_has_a_front_and_a_back_of_a_bank_cards_size(language: str) -> None:
    pdf = card_pdf(CARD, Words(language))
    sizes = page_sizes(pdf)
    assert len(sizes) == 2
    for width, height in sizes:
        assert width == pytest.approx(85.6 * MM, abs=0.01)
        assert height == pytest.approx(54 * MM, abs=0.01)
    assert embedded_fonts(pdf) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert b"/Subtype /Image" not in pdf


@pytest.mark.usefixtures("qapp")
def test_a_scanner_reads_the_token_off_the_front_and_nothing_off_the_back() -> None:
    front, back = drawn_pages(card_pdf(CARD, Words("zh_CN")), dpi=200)
    assert read_codes(front) == [CARD_TOKEN]
    assert read_codes(back) == []
    assert front.getpixel((5, 5)) == (0x17, 0x26, 0x3C)


@pytest.mark.usefixtures("qapp")
def test_a_sheet_holds_ten_cards_that_all_read_and_its_backs_are_mirrored() -> None:
    cards = [replace(CARD, token_text=f"LP1:{n:02d}{CARD_TOKEN[6:]}") for n in range(11)]
    pages = drawn_pages(card_sheets_pdf(cards, Words("en")), dpi=150)
    assert len(pages) == 4
    assert sorted(read_codes(pages[0])) == [card.token_text for card in cards[:10]]
    assert read_codes(pages[2]) == [cards[10].token_text]
    # The eleventh card lies left on its front page, so its back lies right.
    top = pages[3].height // 8
    quarter = pages[3].width // 4

    def dark(left: int) -> int:
        return pages[3].crop((left, 0, left + quarter, top)).convert("L").histogram()[0x25]

    assert dark(2 * quarter) > dark(quarter)


def test_sheets_are_a4_and_bounded() -> None:
    sizes = page_sizes(card_sheets_pdf([CARD], Words("zh_TW")))
    assert [(round(w), round(h)) for w, h in sizes] == [(595, 842)] * 2
    for count in (0, CARDS_MAX + 1):
        with pytest.raises(ValueError, match="cards at once"):
            card_sheets_pdf([CARD] * count, Words("en"))


def test_long_and_strange_shop_names_do_not_break_a_card() -> None:
    strange = replace(CARD, shop_name="\U0001f600晨光便利" * 30, shop_phone="")
    assert len(page_sizes(card_pdf(strange, Words("zh_CN")))) == 2


@pytest.mark.usefixtures("qapp")
def test_a_card_says_the_shop_the_short_code_the_terms_and_nothing_else() -> None:
    pdf = card_pdf(CARD, Words("en"))
    front = page_text(pdf, 0).split()
    assert "".join(sorted(front)) == "".join(sorted(["晨光便利", "M2AC-K6H2-NB", "Member", "card"]))
    back = " ".join(page_text(pdf, 1).split())
    assert Words("en")("card.loss") in back
    assert "021-5555 0101" in back
