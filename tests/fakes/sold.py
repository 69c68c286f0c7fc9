"""Paid sales and their receipts, as documents and services tests need them.

`a_receipt("zh_CN", 58)` is the day's usual one: six lines, a weighed one, an offer of a line, a
voucher over all lines, points spent and earned, two tax classes. Its figures add up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import Sale, SaleLine, SaleOffer, SalePoints, SaleTax
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.write_receipt import ReceiptPeople, ReceiptShop, write_receipt
from posloyalty.wording import Words

SHANGHAI = ZoneInfo("Asia/Shanghai")
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# As long as the codes that are printed: 177 characters on receipts, 150 on cards.
RECEIPT_CODE = "LR1:" + (BASE32 * 6)[:173]
CARD_TOKEN = "LP1:" + (BASE32 * 5)[:146]

NAMES = {
    "zh_CN": (
        "纯牛奶 250ml×12",
        "饮用天然水 550ml",
        "红富士苹果",
        "洗衣液 薰衣草 3kg",
        "全麦吐司 400g",
        "牙膏 清新薄荷 120g",
    ),
    "zh_TW": (
        "純牛奶 250ml×12",
        "天然礦泉水 550ml",
        "紅富士蘋果",
        "洗衣精 薰衣草 3kg",
        "全麥吐司 400g",
        "牙膏 清新薄荷 120g",
    ),
    "en": (
        "Whole milk 250 ml × 12",
        "Natural spring water 550 ml",
        "Red Fuji apples",
        "Laundry liquid, lavender 3 kg",
        "Wholemeal toast 400 g",
        "Toothpaste, fresh mint 120 g",
    ),
}
OFFERS = {
    "zh_CN": ("会员价", "6 瓶 10 元", "满 100 减 10 券"),
    "zh_TW": ("會員價", "6 瓶 10 元", "滿 100 折 10 券"),
    "en": ("Member price", "6 bottles for 10", "10 off 100 voucher"),
}
SHOPS = {
    "zh_CN": ReceiptShop(
        name="晨光便利",
        store_name="人民路店 · 01 号机",
        address="上海市黄浦区人民路 88 号",
        phone="021-5555 0101",
        tax_number="91310101MA1FPX1234",
        footer="七天内凭小票退换，生鲜除外\n谢谢光临",
        tax_names={"A": "增值税 13%", "B": "增值税 9%"},
    ),
    "zh_TW": ReceiptShop(
        name="晨光便利商店",
        store_name="人民路店 · 01 號機",
        address="台北市中正區人民路 88 號",
        phone="02-5555-0101",
        tax_number="12345675",
        footer="七日內憑收據退換，生鮮除外\n謝謝光臨",
        tax_names={"A": "應稅 13%", "B": "應稅 9%"},
    ),
    "en": ReceiptShop(
        name="Dawn Mart",
        store_name="Renmin Rd · Till 01",
        address="88 Renmin Road, Huangpu, Shanghai",
        phone="021-5555 0101",
        tax_number="91310101MA1FPX1234",
        footer="Returns within 7 days with this receipt, fresh food excepted.\nThank you",
        tax_names={"A": "VAT 13%", "B": "VAT 9%"},
    ),
}
WALLETS = {"zh_CN": "积分", "zh_TW": "點數", "en": "points"}
PEOPLE = {
    "zh_CN": ReceiptPeople(operator="李敏", member="王小雨"),
    "zh_TW": ReceiptPeople(operator="李敏", member="王小雨"),
    "en": ReceiptPeople(operator="Li Min", member="Anna Maria Lopez"),
}
# quantity, unit price, gross, offers; the voucher "v" lies on every line.
_GOODS = (
    (1000, 4990, 4990, (("m", 500), ("v", 306))),
    (6000, 200, 1200, (("b", 200), ("v", 68))),
    (1286, 1280, 1646, (("v", 112),)),
    (1000, 3990, 3990, (("v", 272),)),
    (2000, 980, 1960, (("v", 134),)),
    (1000, 1590, 1590, (("v", 108),)),
)
_RED = (734, 163, 269, 652, 321, 261)


def a_line(number: int, name: str, **changed: object) -> SaleLine:
    """One piece at 10.00 unless told otherwise."""
    line = SaleLine(
        number=number,
        product_id=bytes([number]) * 16,
        sku=f"SKU{number}",
        name=name,
        unit=Unit.EACH,
        quantity_milli=1000,
        unit_price_minor=1000,
        gross_minor=1000,
        offers=(),
        redeemed=(),
        net_minor=1000,
        tax_class="A",
        tax_rate=Ratio(13, 100),
        tax_mode=TaxMode.INCLUSIVE,
        tax_minor=115,
        earned=(),
    )
    return replace(line, **changed)  # type: ignore[arg-type]


def a_sale(language: str = "zh_CN", *, member: bool = True, cash: bool = True) -> Sale:
    """The usual sale: 153.76 of goods, 17.00 off, 24.00 by points, 112.76 to pay."""
    lines = []
    for number, (name, goods, red) in enumerate(
        zip(NAMES[language], _GOODS, _RED, strict=True), start=1
    ):
        quantity, price, gross, offers = goods
        line = a_line(
            number,
            name,
            unit=Unit.KILOGRAM if quantity == 1286 else Unit.EACH,
            quantity_milli=quantity,
            unit_price_minor=price,
            gross_minor=gross,
            offers=offers,
            redeemed=(("points", red, red),) if member else (),
            net_minor=gross - sum(share for _, share in offers) - (red if member else 0),
        )
        lines.append(line)
    redeemed = 2400 if member else 0
    payable = 13676 - redeemed
    milk, water, voucher = OFFERS[language]
    return Sale(
        id=b"a sale's own id.",
        number="S01-T02-1-0214",
        at=datetime(2026, 11, 22, 14, 6, tzinfo=SHANGHAI),
        day=date(2026, 11, 22),
        currency="CNY",
        operator_id=b"operator's own id",
        member_id=b"a member's own id" if member else None,
        proof="card" if member else None,
        programme_id="demo",
        programme_version=1,
        programme_hash=b"h" * 32,
        lines=tuple(lines),
        offers=(
            SaleOffer(offer_id="m", name=milk, amount_minor=500),
            SaleOffer(offer_id="b", name=water, amount_minor=200),
            SaleOffer(offer_id="v", name=voucher, amount_minor=1000),
        ),
        taxes=(
            SaleTax(
                tax_class="A",
                rate=Ratio(13, 100),
                mode=TaxMode.INCLUSIVE,
                base_minor=8290,
                tax_minor=1078,
            ),
            SaleTax(
                tax_class="B",
                rate=Ratio(9, 100),
                mode=TaxMode.INCLUSIVE,
                base_minor=1749,
                tax_minor=157,
            ),
        ),
        tenders=_tenders(payable, cash=cash),
        points=_points(language) if member else (),
        gross_minor=15376,
        offers_minor=1700,
        redeemed_minor=redeemed,
        tax_minor=1235,
        payable_minor=payable,
        rounding_minor=-6 if cash else 0,
    )


def a_receipt(
    language: str = "zh_CN",
    width_mm: int = 80,
    *,
    sale: Sale | None = None,
    shop: ReceiptShop | None = None,
    people: ReceiptPeople | None = None,
    code: str | None = RECEIPT_CODE,
    copy: bool = False,
    training: bool = False,
) -> Receipt:
    """The usual receipt, with what a test changes."""
    return write_receipt(
        sale or a_sale(language),
        shop=replace(shop or SHOPS[language], width_mm=width_mm),
        people=people or PEOPLE[language],
        words=Words(language),
        code=code,
        copy=copy,
        training=training,
    )


def _tenders(payable: int, *, cash: bool) -> tuple[Tender, ...]:
    if cash:
        asked = payable - 6
        return (
            Tender(
                number=1,
                kind=TenderKind.CASH,
                amount_minor=payable,
                given_minor=20000,
                change_minor=20000 - asked,
                rounding_minor=-6,
            ),
        )
    return (
        Tender(
            number=1,
            kind=TenderKind.QR_WALLET,
            amount_minor=5000,
            given_minor=5000,
            reference="2026112222001498761234567890",
        ),
        Tender(
            number=2,
            kind=TenderKind.CARD,
            amount_minor=payable - 5000,
            given_minor=payable - 5000,
            reference="004512",
        ),
    )


def _points(language: str) -> tuple[SalePoints, ...]:
    return (
        SalePoints(
            wallet="points",
            wallet_name=WALLETS[language],
            scale=0,
            earned=169,
            redeemed=2400,
            redeemed_minor=2400,
            balance_after=249,
            pending_after=120,
        ),
    )
