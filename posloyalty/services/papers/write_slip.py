"""Short papers that are no receipts: a test page, a badge, a member's code without a card."""

from __future__ import annotations

from datetime import datetime

from posloyalty.domain.members.short_code import format_short_code
from posloyalty.services.papers.receipt import (
    Footer,
    Heading,
    Receipt,
    Row,
    Rows,
    Rule,
    SaleCode,
    Weight,
)
from posloyalty.services.papers.write_receipt import ReceiptShop, Wording


def trial_slip(shop: ReceiptShop, words: Wording, at: datetime) -> Receipt:
    """A page that shows whether width, Chinese, bold and the knife are right."""
    return Receipt(
        number=words("printer.test_page"),
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(
            Heading(name=shop.name, logo_png=shop.logo_png),
            Rule(),
            Rows(
                (
                    Row(words("printer.test_page"), f"{at:%Y-%m-%d %H:%M}", Weight.BOLD),
                    Row(words("printer.test_width"), f"{shop.width_mm} mm"),
                    Row("简体 繁體 ABC abc", "0123456789"),
                )
            ),
            Rule(),
            Footer((words("printer.test_done"),)),
        ),
    )


def badge_slip(shop: ReceiptShop, words: Wording, *, name: str, badge_text: str) -> Receipt:
    """Somebody's badge: its code is as good as their PIN, and the paper says so."""
    return Receipt(
        number=words("card.badge"),
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(
            Heading(name=shop.name, lines=(words("card.badge"),)),
            SaleCode(badge_text, name),
            Footer((words("card.badge_terms"),)),
        ),
    )


def card_slip(shop: ReceiptShop, words: Wording, *, token_text: str, short_code: str) -> Receipt:
    """A member's code on receipt paper: what the card's front says."""
    return Receipt(
        number=format_short_code(short_code),
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(
            Heading(name=shop.name, lines=(words("card.member_card"),)),
            SaleCode(token_text, format_short_code(short_code)),
            Footer((words("card.terms"), words("card.loss"))),
        ),
    )
