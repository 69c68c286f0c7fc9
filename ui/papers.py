"""Documents that screens ask for: receipts and member cards as PDF files, cards on receipt paper,
quotes as scenario files.

Files go into `papers` beside the book, named by the sale's number or the card's code, never by a
person's name. Calls run on the print lane; reportlab is imported when the first one comes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.engine.quote import Quote
    from posloyalty.domain.shop.basket import Basket
    from posloyalty.services.members.enrol_member import MemberCard
    from posloyalty.services.papers.receipt import Receipt
    from posloyalty.services.papers.receipt_printer import PrintResult


class PaperFiles:
    """The `Papers` of the screens."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._folder = folder / "papers"

    def save_receipt(self, receipt: Receipt) -> str:
        """Write a receipt as PDF; the path."""
        from posloyalty.documents.receipt_pdf import receipt_pdf

        return self._write(f"receipt-{receipt.number}", receipt_pdf(receipt))

    def save_table(
        self, name: str, lines: Iterable[tuple[str, ...]], *, texts: Collection[int] = ()
    ) -> str:
        """Write lines of texts as CSV, the head first; the path. `texts` are the columns of names
        and words, which no spreadsheet takes for anything else.
        """
        from posloyalty.documents.table_out import csv_bytes

        return self._write(name, csv_bytes(lines, texts=texts), ending=".csv")

    def save_quote(self, basket: Basket, quote: Quote) -> str:
        """Write what a quote was made from, and what it said, as a scenario file; the path.

        Named by the sale and the moment: what is doubted twice is written twice.
        """
        from posloyalty.scenario.export import scenario_of

        frozen = self._session.till.check_out.frozen(quote)
        name = f"quote-{quote.sale_id.hex()[-8:]}-{quote.at:%Y%m%d-%H%M%S}"
        text = scenario_of(quote, basket, programme=frozen.programme, store=frozen.store, name=name)
        return self._write(name, text.encode("utf-8"), ending=".toml")

    def save_card(self, card: MemberCard) -> str:
        """Write a member card as PDF, front and back; the path."""
        from posloyalty.documents.member_card import PrintedCard, card_pdf

        shop = self._session.till.shop.details()
        printed = PrintedCard(
            shop_name=card.shop_name,
            token_text=card.token_text,
            short_code=card.short_code,
            shop_phone=shop.phone,
        )
        return self._write(f"card-{card.short_code}", card_pdf(printed, self._session.words))

    def print_card(self, card: MemberCard) -> PrintResult:
        """Print the card's code on the receipt printer; what became of it."""
        from posloyalty.services.papers.write_receipt import ReceiptShop
        from posloyalty.services.papers.write_slip import card_slip

        till = self._session.till
        shop = till.shop.details()
        slip = card_slip(
            ReceiptShop(name=shop.name, logo_png=shop.logo_png, width_mm=shop.receipt_width_mm),
            self._session.words,
            token_text=card.token_text,
            short_code=card.short_code,
        )
        return till.receipts.print_slip(slip)

    def badge(self, name: str, text: str) -> str:
        """Print somebody's badge; where no printer is set up, write it as PDF and give the path."""
        from posloyalty.documents.receipt_pdf import receipt_pdf
        from posloyalty.services.papers.write_receipt import ReceiptShop
        from posloyalty.services.papers.write_slip import badge_slip
        from posloyalty.services.shop.shop_settings import PrinterKind

        till = self._session.till
        shop = till.shop.details()
        slip = badge_slip(
            ReceiptShop(name=shop.name, logo_png=shop.logo_png, width_mm=shop.receipt_width_mm),
            self._session.words,
            name=name,
            badge_text=text,
        )
        if shop.printer.kind is PrinterKind.NONE:
            return self._write("badge", receipt_pdf(till.receipts.marked(slip)))
        till.receipts.print_slip(slip)
        return ""

    def matrix(self, text: str) -> tuple[tuple[bool, ...], ...]:
        """The QR modules of a card's token."""
        from posloyalty.documents.qr import card_matrix

        return card_matrix(text)

    def lay_out(self, receipt: Receipt) -> object:
        """The receipt's page, for the preview to paint."""
        from posloyalty.documents.receipt_layout import lay_out

        return lay_out(receipt)

    def _write(self, name: str, data: bytes, *, ending: str = ".pdf") -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / (re.sub(r"[^A-Za-z0-9._-]+", "-", name) + ending)
        file.write_bytes(data)
        return str(file)
