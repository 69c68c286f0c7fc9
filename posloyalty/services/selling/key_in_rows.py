"""The table of receipts that are keyed in again: its columns, and what its rows say.

Shape: `read_slips` gives each receipt with everything that is wrong in its rows, in the order in
which the receipts stand first. Rows of one receipt need not stand together. Nothing here asks the
book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from posloyalty.domain.shop.basket import QUANTITY_MAX, QUANTITY_ONE
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.fixed_point import BadNumber, narrow, parse_fixed
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_report import RowFaults
from posloyalty.services.shop.import_rows import Row

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "receipt": ("receipt_number", "小票", "小票号", "收据", "收據", "收據號碼"),
    "day": ("date", "日期"),
    "time": ("时间", "時間"),
    "total": ("合计", "合計", "应付", "應付"),
    "member": ("会员", "會員"),
    "code": ("barcode", "sku", "条码", "條碼", "货号", "貨號"),
    "quantity": ("数量", "數量"),
    "price": ("单价", "單價"),
    "card": ("银行卡", "銀行卡"),
    "qr_wallet": ("扫码支付", "掃碼支付"),
    "reference": ("参考号", "參考號"),
    "points": ("points_spent", "积分抵扣", "積分抵扣"),
    "used": ("voucher", "vouchers", "用券", "优惠券", "優惠券"),
    "off": ("discount", "优惠", "折让", "優惠", "折讓"),
    "gift_card": ("礼品卡", "禮物卡", "禮品卡"),
    "gift_card_code": ("礼品卡号", "禮物卡號", "禮品卡號"),
    "card_code": ("卡号", "卡號"),
}
_NEEDED: Final = ("receipt", "day", "time", "total", "code")
_OF_RECEIPT: Final = (
    "day",
    "time",
    "total",
    "member",
    "card",
    "qr_wallet",
    "reference",
    "points",
    "used",
    "off",
    "gift_card",
    "gift_card_code",
)
_KINDS: Final = (("card", TenderKind.CARD), ("qr_wallet", TenderKind.QR_WALLET))
_TIME: Final = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?")
_QUANTITY_DECIMALS: Final = 3
_NO_DAY: Final = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """A line: a scan code or item number, thousandths, a unit price in minor units where the paper
    has another than the shelf's, and the code of the gift card that the line sold or filled.
    """

    code: str
    quantity_milli: int = QUANTITY_ONE
    price_minor: int | None = None
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A receipt as somebody wrote it down: `receipt` its signed code or its number, `member` a card
    or phone, or `member_id` where somebody found the member already, amounts in minor units,
    `by_kind` what was paid by bank card and by QR wallet; what nothing else paid was cash. `spent`
    are points in minor units of the wallet `spent_of`, where several could be spent; `used` are
    vouchers and rewards by code or name, `off_minor` what was taken off by hand, and `cards` (code,
    amount) what gift cards paid.
    """

    receipt: str
    day: date
    time: time
    total_minor: int
    member: str = ""
    member_id: bytes | None = None
    by_kind: tuple[tuple[TenderKind, int], ...] = ()
    reference: str = ""
    lines: tuple[SlipLine, ...] = ()
    spent: int = 0
    spent_of: str = ""
    used: tuple[str, ...] = ()
    off_minor: int = 0
    cards: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class _Rows:
    """The rows of one receipt: the first one's cells with what belongs to all of it."""

    first: Cells
    lines: list[SlipLine] = field(default_factory=list)


def read_slips(rows: Iterable[Row], money: Currency) -> Iterator[tuple[Slip, RowFaults]]:
    """Each receipt with what is wrong in its rows. Raises `MissingColumns`."""
    found: dict[str, _Rows] = {}
    columns: Columns | None = None
    for row in rows:
        if columns is None:
            columns = Columns(COLUMNS, row.cells)
            columns.require(*_NEEDED)
        faults = RowFaults(row.line)
        cells = Cells(columns, row.cells, faults)
        if row.surplus:
            faults.add("", "SURPLUS_CELLS", n=row.surplus)
        receipt = _receipt(cells)
        known = found.setdefault(receipt, _Rows(cells))
        line = _line(cells, money)
        if line is not None:
            known.lines.append(line)
        if known.first is not cells:
            _check_same(known.first, cells)
            known.first.faults.found.extend(faults.found)
    for receipt, known in found.items():
        yield _slip(receipt, known, money), known.first.faults


def _slip(receipt: str, rows: _Rows, money: Currency) -> Slip:
    cells = rows.first
    for name in _NEEDED[:-1]:
        if not cells.raw(name):
            cells.fault(name, "REQUIRED")
    total = cells.amount("total", money) or 0
    by_kind = _by_kind(cells, money)
    if sum(amount for _, amount in by_kind) > total:
        cells.fault("total", "PAID_MORE")
    spent, wallet = _spent(cells)
    return Slip(
        receipt=receipt,
        day=cells.day("day") or _NO_DAY,
        time=_time(cells),
        total_minor=total,
        member=cells.text("member"),
        by_kind=by_kind,
        reference=cells.text("reference"),
        lines=tuple(rows.lines),
        spent=spent,
        spent_of=wallet,
        used=parted(cells.text("used")),
        off_minor=cells.amount("off", money) or 0,
        cards=_cards(cells, money),
    )


def _receipt(cells: Cells) -> str:
    """The number as it is printed, or the code as a scanner gives it."""
    typed = cells.raw("receipt").replace(" ", "")
    signed = typed.upper().startswith(RECEIPT_PREFIX)
    return typed.upper() if signed else typed


def _line(cells: Cells, money: Currency) -> SlipLine | None:
    code = cells.text("code")
    if not code:
        cells.fault("code", "REQUIRED")
        return None
    quantity = _quantity(cells)
    return SlipLine(
        code=code,
        quantity_milli=quantity,
        price_minor=cells.amount("price", money),
        card=cells.text("card_code").upper(),
    )


def _spent(cells: Cells) -> tuple[int, str]:
    """Points in the wallet's minor units, and which wallet where the cell says so: "stars: 200"."""
    typed = cells.raw("points")
    wallet, _, points = narrow(typed).rpartition(":")
    if not typed:
        return 0, ""
    if not points.strip().isdecimal():
        cells.fault("points", "BAD_POINTS", given=typed)
        return 0, ""
    return int(points), wallet.strip()


def _cards(cells: Cells, money: Currency) -> tuple[tuple[str, int], ...]:
    """What a gift card paid, by its code."""
    amount, code = cells.amount("gift_card", money) or 0, cells.text("gift_card_code").upper()
    if amount and not code:
        cells.fault("gift_card_code", "REQUIRED")
    if amount < 0:
        cells.fault("gift_card", "BELOW_ZERO", given=cells.raw("gift_card"))
    return ((code, amount),) if amount > 0 and code else ()


def _by_kind(cells: Cells, money: Currency) -> tuple[tuple[TenderKind, int], ...]:
    """What was not paid in cash, by kind."""
    found = []
    for name, kind in _KINDS:
        amount = cells.amount(name, money) or 0
        if amount < 0:
            cells.fault(name, "BELOW_ZERO", given=cells.raw(name))
        elif amount:
            found.append((kind, amount))
    return tuple(found)


def _quantity(cells: Cells) -> int:
    typed = cells.raw("quantity")
    if not typed:
        return QUANTITY_ONE
    try:
        quantity = parse_fixed(typed, decimals=_QUANTITY_DECIMALS)
    except BadNumber:
        quantity = 0
    if not 0 < quantity <= QUANTITY_MAX:
        cells.fault("quantity", "BAD_QUANTITY", given=typed)
        return QUANTITY_ONE
    return quantity


def _time(cells: Cells) -> time:
    typed = cells.raw("time")
    found = parse_time(typed)
    if found is None and typed:
        cells.fault("time", "BAD_TIME", given=typed)
    return found or time()


def parse_time(typed: str) -> time | None:
    """A time of day as it is typed, such as 14:05; None for anything else."""
    found = _TIME.fullmatch(narrow(typed))
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def parted(typed: str) -> tuple[str, ...]:
    """Names that are set apart by semicolons."""
    return tuple(one.strip() for one in re.split("[;；]", typed) if one.strip())


def _check_same(first: Cells, later: Cells) -> None:
    """What belongs to the whole receipt is said once, or the same each time."""
    for name in _OF_RECEIPT:
        said = later.raw(name)
        if said and said != first.raw(name):
            later.fault(name, "ON_FIRST_ROW", line=first.faults.line)
