"""The pictures of docs/receipts.md: `python -m tests.documents.pictures docs/pictures/receipts`."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QGuiApplication

from posloyalty.documents.member_card import PrintedCard, card_pdf
from posloyalty.documents.receipt_raster import receipt_dots, receipt_preview
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.write_receipt import ReceiptPeople
from posloyalty.wording import Words
from tests.documents.papers import drawn_pages
from tests.fakes.closed_shift import a_z
from tests.fakes.refunded import a_refund_receipt
from tests.fakes.sold import CARD_TOKEN, SHOPS, a_line, a_receipt, a_sale

DESK = 0xD3
GAP = 24


def main(folder: Path) -> None:
    """Draw every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    receipts = {
        "zh_CN": (a_receipt("zh_CN", 58), a_receipt("zh_CN", 80, sale=a_sale(cash=False))),
        "zh_TW": (a_receipt("zh_TW", 58), a_receipt("zh_TW", 80, sale=a_sale("zh_TW", cash=False))),
        "en": (a_receipt("en", 58), a_receipt("en", 80, sale=a_sale("en", cash=False))),
        "hard": hard_cases(),
        "z": (a_z("zh_CN", 80), a_z("zh_TW", 80), a_z("en", 58)),
        "refund": (a_refund_receipt("zh_CN", 58), a_refund_receipt("en", 80)),
    }
    for name, pair in receipts.items():
        save(beside([preview(receipt) for receipt in pair]), folder / f"{name}.png")
    dots = receipt_dots(a_receipt("zh_CN", 58)).crop((0, 0, 384, 420)).convert("L")
    save(dots.resize((768, 840), Image.Resampling.NEAREST), folder / "dots.png")
    save(cards(), folder / "card.png")


def hard_cases() -> tuple[Receipt, Receipt]:
    """A copy with a name too long and a character of no face; a sale without a member."""
    sale = a_sale()
    long = "进口有机低脂高钙纯牛奶礼盒装家庭分享整箱二十四盒乘以二百五十毫升限时特惠不含赠品"
    lines = (
        replace(sale.lines[0], name=long),
        replace(sale.lines[1], name="𠮷野家 饮用天然水 550 ml"),
        *sale.lines[2:],
    )
    copy = a_receipt("zh_CN", 58, sale=replace(sale, lines=lines), copy=True)
    plain = replace(
        a_sale("en", member=False), lines=(a_line(1, "Soap"),), offers=(), points=(), taxes=(),
        gross_minor=1000, offers_minor=0, payable_minor=1000, rounding_minor=0,
    )  # fmt: skip
    cash = replace(plain.tenders[0], amount_minor=1000, given_minor=1000, change_minor=0)
    nobody = ReceiptPeople(operator="Li Min")
    sold = replace(plain, tenders=(replace(cash, rounding_minor=0),))
    return copy, a_receipt("en", 80, sale=sold, people=nobody, training=True)


def preview(receipt: Receipt) -> Image.Image:
    return Image.open(io.BytesIO(receipt_preview(receipt)))


def cards() -> Image.Image:
    card = PrintedCard(
        shop_name=SHOPS["zh_CN"].name,
        token_text=CARD_TOKEN,
        short_code="M2ACK6H2NB",
        shop_phone=SHOPS["zh_CN"].phone,
    )
    return beside(drawn_pages(card_pdf(card, Words("zh_CN")), dpi=160))


def beside(images: list[Image.Image]) -> Image.Image:
    """Pictures on a desk, tops level."""
    width = sum(image.width + GAP for image in images) + GAP
    desk = Image.new("RGB", (width, max(i.height for i in images) + 2 * GAP), (DESK,) * 3)
    x = GAP
    for image in images:
        desk.paste(image.convert("RGB"), (x, GAP))
        x += image.width + GAP
    return desk


def save(image: Image.Image, file: Path) -> None:
    image.convert("RGB").quantize(32).save(file, optimize=True)


if __name__ == "__main__":
    application = QGuiApplication([])
    main(Path(sys.argv[1]))
