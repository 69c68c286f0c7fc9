"""A closed shift with something of everything, for the words and pictures of a Z."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from posloyalty.domain.shop.shift import CashCount, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import SumKey, SumKind, Sums
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.papers.write_shift import write_z
from posloyalty.services.ports import PrintState, StoredClose
from posloyalty.wording import Words
from tests.fakes.sold import SHOPS

LI, CHEN = "01" * 16, "02" * 16
NAMES = {
    "zh_CN": {LI: "李敏", CHEN: "陈静"},
    "zh_TW": {LI: "李敏", CHEN: "陳靜"},
    "en": {LI: "Li Min", CHEN: "Chen Jing"},
}
WALLET = {"zh_CN": "积分", "zh_TW": "點數", "en": "Points"}
OFFERS = {"zh_CN": "会员价", "zh_TW": "會員價", "en": "Member price"}
OPENED = datetime(2026, 11, 22, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
CLOSED = OPENED + timedelta(hours=16, minutes=20)
DAY = date(2026, 11, 22)
# Count and amount by operator, kind and what of; the drawer comes to 2,170.40.
FIGURES = (
    (LI, SumKind.FLOAT, "", 1, 50_000),
    (LI, SumKind.SALES, "", 180, 712_260),
    (CHEN, SumKind.SALES, "", 34, 129_000),
    (LI, SumKind.MEMBER_SALES, "", 148, 601_000),
    (LI, SumKind.RETURNS, "", 3, 12_670),
    (CHEN, SumKind.VOIDS, "", 1, 2_000),
    (LI, SumKind.KEPT_BACK, "", 1, 150),
    (LI, SumKind.TAX_BASE, "std13 13/100 inclusive", 200, 731_496),
    (LI, SumKind.TAX, "std13 13/100 inclusive", 200, 95_094),
    (LI, SumKind.TENDER, "cash", 81, 199_710),
    (LI, SumKind.TENDER, "qr_wallet", 102, 541_830),
    (LI, SumKind.BY_SCHEME, "wechat", 60, 320_000),
    (LI, SumKind.BY_SCHEME, "alipay", 40, 215_830),
    (LI, SumKind.BY_SCHEME, "troika", 2, 6_000),
    (LI, SumKind.BY_SCHEME_BACK, "wechat", 2, 12_000),
    (LI, SumKind.TENDER, "card", 20, 84_210),
    (LI, SumKind.TENDER, "gift_card", 6, 15_510),
    (LI, SumKind.TENDER_BACK, "cash", 2, 2_670),
    (LI, SumKind.TENDER_BACK, "qr_wallet", 2, 12_000),
    (LI, SumKind.ROUNDING, "", 40, -142),
    (LI, SumKind.CASH_OUT, "safe", 1, 30_000),
    (LI, SumKind.COUNT, "", 2, 432_580),
    (LI, SumKind.OFFER, "member-price", 96, 21_480),
    (LI, SumKind.CARD_ISSUED, "gift", 4, 80_000),
    (LI, SumKind.CARD_ISSUED, "gift/bonus", 2, 4_000),
    (LI, SumKind.JOINED, "", 9, 0),
    (LI, SumKind.EARNED, "points", 148, 11_204),
    (LI, SumKind.SPENT, "points", 21, 6_300),
    (LI, SumKind.SPENT_WORTH, "points", 21, 6_300),
    (LI, SumKind.TAKEN_BACK, "points", 3, 126),
    (LI, SumKind.RIGHT_GIVEN, "voucher", 12, 12),
    (LI, SumKind.RIGHT_USED, "voucher", 7, 7),
    (LI, SumKind.OVERRIDE, "sale", 1, 0),
    (LI, SumKind.COPY, "", 2, 0),
)


def closed_shift(language: str = "en") -> tuple[StoredClose, tuple[CashCount, ...]]:
    """The shift of 22 November: 5.00 short at both counts, which is within the limit."""
    sums = Sums()
    for operator, kind, of, count, amount in FIGURES:
        name = WALLET[language] if of == "points" else OFFERS[language] if "-" in of else ""
        sums.add(SumKey(operator, kind, of), amount, count=count, name=name)
    li, shift_id = bytes.fromhex(LI), b"S" * 16
    shift = Shift(
        id=shift_id,
        number=12,
        at=OPENED,
        day=DAY,
        currency="CNY",
        operator_id=li,
        float_minor=50_000,
    )
    close = ShiftClose(
        id=b"Z" * 16,
        shift_id=shift_id,
        number=12,
        at=CLOSED,
        day=DAY,
        currency="CNY",
        operator_id=li,
        counted_minor=sums.drawer_minor - 500,
        due_minor=sums.drawer_minor,
        cause="unknown",
        approved_by=bytes.fromhex(CHEN),
    )
    counts = tuple(
        CashCount(
            id=bytes([turn]) * 16,
            shift_id=shift_id,
            at=CLOSED,
            operator_id=li,
            turn=turn,
            pieces=((1, sums.drawer_minor - short),),
            due_minor=sums.drawer_minor,
            within=False,
        )
        for turn, short in ((1, 1_500), (2, 500))
    )
    stored = StoredClose(shift=shift, close=close, sums=sums, seq=214, printed=PrintState.PRINTED)
    return stored, counts


def a_z(language: str = "en", width_mm: int = 80, *, copy: bool = False) -> Receipt:
    """Its Z."""
    stored, counts = closed_shift(language)
    words = Words(language)
    return write_z(
        stored,
        counts,
        shop=shop_of(language, width_mm),
        names=NAMES[language],
        words=words,
        copy=copy,
    )


def shop_of(language: str, width_mm: int) -> ReceiptShop:
    """The shop of the sample receipts on a paper."""
    return replace(SHOPS[language], width_mm=width_mm, tax_names={"std13": "13%"})
