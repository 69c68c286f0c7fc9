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
}
_NEEDED: Final = ("receipt", "day", "time", "total", "code")
_OF_RECEIPT: Final = ("day", "time", "total", "member", "card", "qr_wallet", "reference")
_KINDS: Final = (("card", TenderKind.CARD), ("qr_wallet", TenderKind.QR_WALLET))
_TIME: Final = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?")
_QUANTITY_DECIMALS: Final = 3
_NO_DAY: Final = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """A line: a scan code or item number, thousandths, and a unit price in minor units where the
    paper has another than the shelf's.
    """

    code: str
    quantity_milli: int
    price_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A receipt as somebody wrote it down: `code` the signed one or `number`, amounts in minor
    units, `by_kind` what was not paid in cash.
    """

    code: str
    number: str
    day: date
    time: time
    total_minor: int
    member: str
    by_kind: tuple[tuple[TenderKind, int], ...]
    reference: str
    lines: tuple[SlipLine, ...]

    @property
    def paid_by(self) -> frozenset[TenderKind]:
        """The kinds that paid it; cash what no other did."""
        others = frozenset(kind for kind, _ in self.by_kind)
        left = self.total_minor - sum(amount for _, amount in self.by_kind)
        return others | {TenderKind.CASH} if left > 0 else others


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
    signed = receipt.startswith(RECEIPT_PREFIX)
    total = cells.amount("total", money) or 0
    by_kind = _by_kind(cells, money)
    if sum(amount for _, amount in by_kind) > total:
        cells.fault("total", "PAID_MORE")
    return Slip(
        code=receipt if signed else "",
        number="" if signed else receipt,
        day=cells.day("day") or _NO_DAY,
        time=_time(cells),
        total_minor=total,
        member=cells.text("member"),
        by_kind=by_kind,
        reference=cells.text("reference"),
        lines=tuple(rows.lines),
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
    return SlipLine(code=code, quantity_milli=quantity, price_minor=cells.amount("price", money))


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
    typed = narrow(cells.raw("time"))
    found = _TIME.fullmatch(typed)
    if found is not None:
        hour, minute, second = (int(part or 0) for part in found.groups())
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    if typed:
        cells.fault("time", "BAD_TIME", given=typed)
    return time()


def _check_same(first: Cells, later: Cells) -> None:
    """What belongs to the whole receipt is said once, or the same each time."""
    for name in _OF_RECEIPT:
        said = later.raw(name)
        if said and said != first.raw(name):
            later.fault(name, "ON_FIRST_ROW", line=first.faults.line)
