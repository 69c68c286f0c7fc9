"""Write X and Z: what a shift comes to, on the same paper as receipts.

Promises: every figure is one of the shift's sums, or the sum or difference of those printed with
it; a Z is written from its closing event, so that a copy says the same for ever. An X
says on top that the shift goes on, and never what was counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from posloyalty.domain.shop.pay_out import PayOutWay
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import SaleTax
from posloyalty.domain.shop.shift import CashCount, Shift, ShiftClose
from posloyalty.domain.shop.shift_sums import SumKey, SumKind, SumLine, Sums, added
from posloyalty.domain.shop.tender import TenderKind, instrument
from posloyalty.domain.values.fixed_point import MINUS
from posloyalty.domain.values.money import Currency, currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.papers.receipt import (
    Bar,
    Block,
    Footer,
    Phrases,
    Receipt,
    Row,
    Rows,
    Rule,
    Table,
    Weight,
)
from posloyalty.services.papers.receipt_foot import Wording, tax_rows
from posloyalty.services.papers.shift_loyalty import ShiftLoyalty
from posloyalty.services.papers.write_receipt import ReceiptShop, receipt_bars, shop_heading
from posloyalty.services.ports import StoredClose

LOWERING: Final = (SumKind.OFFER, SumKind.OWNED)
OFFERS_MOST: Final = 30
CLOSING: Final = "shift_close"

Names = Mapping[str, str]
"""Operators' names by their id in hexadecimal: no event holds a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a shift ended, for its Z."""

    at: datetime
    operator: str
    approver: str
    counted_minor: int
    due_minor: int
    cause: str
    counts: tuple[CashCount, ...]


def write_x(
    shift: Shift, sums: Sums, at: datetime, *, shop: ReceiptShop, names: Names, words: Wording
) -> Receipt:
    """The report of a shift that goes on."""
    writer = _Writer(shift, sums, names, shop, words, currency(shift.currency))
    bar = Bar(words("shift_report.x_bar"))
    return Receipt(
        number=f"X-{shift.number}",
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(bar, *writer.blocks("x_title", until=at, ending=None), bar),
    )


def write_z(
    stored: StoredClose,
    counts: tuple[CashCount, ...],
    *,
    shop: ReceiptShop,
    names: Names,
    words: Wording,
    copy: bool = False,
) -> Receipt:
    """The report of a shift that is closed."""
    close = stored.close
    ending = Ending(
        at=close.at,
        operator=_named(names, close.operator_id),
        approver="" if close.approved_by is None else _named(names, close.approved_by),
        counted_minor=close.counted_minor,
        due_minor=close.due_minor,
        cause=close.cause,
        counts=counts,
    )
    money = currency(close.currency)
    writer = _Writer(stored.shift, sums_of_z(stored), names, shop, words, money)
    bars = receipt_bars(words, copy=copy, training=False)
    body = writer.blocks("z_title", until=close.at, ending=ending)
    return Receipt(
        number=f"Z-{close.number}",
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(*bars, *body, *bars),
        copy=copy,
    )


def sums_of_z(stored: StoredClose) -> Sums:
    """What the closing event keeps, and the approval of the closing itself: the event cannot keep
    a sum of itself, and no other shift has it.
    """
    close, sums = stored.close, Sums()
    for one in (stored.sums, _own_approval(close)):
        for key, line in one.lines.items():
            sums.add(key, line.amount, count=line.count, name=line.name, scale=line.scale)
    return sums


def _own_approval(close: ShiftClose) -> Sums:
    own = Sums()
    if close.approved_by not in (None, close.operator_id):
        own.add(SumKey(close.operator_id.hex(), SumKind.OVERRIDE, CLOSING))
    return own


@dataclass(frozen=True, slots=True)
class _Writer:
    shift: Shift
    sums: Sums
    names: Names
    shop: ReceiptShop
    words: Wording
    currency: Currency
    # Of one operator: the shift's, which name wallets that theirs do not.
    whole: Sums | None = None

    def blocks(self, title: str, *, until: datetime, ending: Ending | None) -> tuple[Block, ...]:
        """The paper of a shift under a title; one to sign where the shift has ended."""
        signature = () if ending is None else (Footer((self._said("signature"),)),)
        return (
            shop_heading(self.shop, self.words),
            self._head(title, until, ending),
            *self._section("sales", self._sales()),
            *self._taxes(),
            *self._section("tenders", self._tenders()),
            *self._section("drawer", self._drawer(ending)),
            *self._section("discounts", self._discounts()),
            *self._section("gift_cards", self._gift_cards()),
            *self._section("loyalty", self._loyalty.rows()),
            *self._section("authority", self._authority()),
            *self._by_operator(),
            *signature,
        )

    # --- sections ---

    def _head(self, title: str, until: datetime, ending: Ending | None) -> Rows:
        opener = _named(self.names, self.shift.operator_id)
        rows = [
            Row(self._said(title), str(self.shift.number), Weight.LARGE),
            Row(self._said("day"), self.shift.day.isoformat(), Weight.BOLD),
            Row(self._said("opened", name=opener), _time(self.shift.at)),
        ]
        if ending is None:
            rows.append(Row(self._said("as_of"), _time(until)))
        else:
            rows.append(Row(self._said("closed", name=ending.operator), _time(ending.at)))
        return Rows(tuple(rows))

    def _sales(self) -> tuple[Row, ...]:
        sales, returns, voids = (
            self.sums.total(kind) for kind in (SumKind.SALES, SumKind.RETURNS, SumKind.VOIDS)
        )
        rows = [self._counted("sales_made", sales)]
        rows += [
            self._counted(code, line, sign=-1)
            for code, line in (("returns", returns), ("voids", voids))
            if line.count
        ]
        net = sales.amount - returns.amount - voids.amount
        rows.append(Row(self._said("net"), self._money(net), Weight.BOLD))
        rows += self._each(SumKind.KEPT_BACK, "kept_back")
        rows += [
            self._counted("donation", line, name=line.name or of)
            for of, line in self.sums.of(SumKind.DONATION).items()
        ]
        return tuple(rows)

    def _taxes(self) -> tuple[Block, ...]:
        bases, taxes = self.sums.of(SumKind.TAX_BASE), self.sums.of(SumKind.TAX)
        if not taxes:
            return ()
        head = tuple(self.words(f"receipt.{code}") for code in ("tax_rate", "tax_base", "tax"))
        fixed, names = self.sums.of(SumKind.TAX_FIXED), self.shop.tax_names
        each = (
            _tax(of, bases[of].amount, taxes[of].amount, fixed.get(of, SumLine()).amount)
            for of in taxes
        )
        rows = (row for tax in each for row in tax_rows(tax, names, self.words, self.currency))
        return (Rule(), Table(head, tuple(rows)))

    def _tenders(self) -> tuple[Row, ...]:
        paid, back = self.sums.of(SumKind.TENDER), self.sums.of(SumKind.TENDER_BACK)
        rows = []
        for kind in TenderKind:
            name = self.words(f"receipt.{kind.value}")
            if kind in paid:
                rows.append(self._counted("tender", paid[kind], name=name))
            if kind in back:
                rows.append(self._counted("tender_back", back[kind], name=name, sign=-1))
            if kind is TenderKind.QR_WALLET:
                rows += self._schemes()
        for of, line in self.sums.of(SumKind.KEYED_IN).items():
            rows.append(self._counted("keyed_in", line, name=self.words(f"receipt.{of}")))
        rows += self._each(SumKind.ROUNDING, "rounding")
        return tuple(rows)

    def _schemes(self) -> list[Row]:
        """What of the QR wallets' sums each known wallet took and gave back."""
        rows = []
        for kind, code, sign in (
            (SumKind.BY_SCHEME, "tender", 1),
            (SumKind.BY_SCHEME_BACK, "tender_back", -1),
        ):
            for scheme, line in sorted(self.sums.of(kind).items()):
                name = instrument(
                    TenderKind.QR_WALLET, scheme, lambda said: self.words(f"receipt.{said}")
                )
                rows.append(self._counted(code, line, name=f"· {name}", sign=sign))
        return rows

    def _drawer(self, ending: Ending | None) -> tuple[Row, ...]:
        cash = TenderKind.CASH.value
        taken = self.sums.of(SumKind.TENDER).get(cash, SumLine())
        back = self.sums.of(SumKind.TENDER_BACK).get(cash, SumLine())
        rows = [
            Row(self._said("float"), self._money(self.shift.float_minor)),
            Row(self._said("cash_taken"), self._money(taken.amount)),
        ]
        if back.count:
            rows.append(Row(self._said("cash_back"), self._money(-back.amount)))
        rows += [*self._moves(), *self._cards_paid_out(TenderKind.CASH.value)]
        rows.append(Row(self._said("due"), self._money(self.sums.drawer_minor), Weight.BOLD))
        return (*rows, *(() if ending is None else self._ended(ending)))

    def _moves(self) -> list[Row]:
        """Cash beside the sales."""
        return [
            self._counted(f"cash_{way}", line, name=self.words(f"shift.cause_{cause}"), sign=sign)
            for kind, way, sign in ((SumKind.CASH_IN, "in", 1), (SumKind.CASH_OUT, "out", -1))
            for cause, line in self.sums.of(kind).items()
        ]

    def _ended(self, ending: Ending) -> tuple[Row, ...]:
        counts = ending.counts if len(ending.counts) > 1 else ()
        rows = [
            Row(self._said("count", round=count.turn), self._money(count.total_minor))
            for count in counts
        ]
        difference = ending.counted_minor - ending.due_minor
        code = "short" if difference < 0 else "over" if difference else "even"
        rows += [
            Row(self._said("counted"), self._money(ending.counted_minor), Weight.BOLD),
            Row(self._said(code), self._signed(difference), Weight.BOLD),
        ]
        if ending.cause:
            cause = self.words(f"shift.why_{ending.cause}")
            rows.append(Row(self._said("cause"), cause))
        if ending.approver:
            rows.append(Row(self._said("approved"), ending.approver))
        return tuple(rows)

    def _discounts(self) -> tuple[Row, ...]:
        found = [
            (line.name or of, line) for kind in LOWERING for of, line in self.sums.of(kind).items()
        ]
        rows = [
            self._counted("offer", line, name=name, sign=-1) for name, line in found[:OFFERS_MOST]
        ]
        rest = found[OFFERS_MOST:]
        if rest:
            more = added(line for _, line in rest)
            rows.append(self._counted("offers_more", more, sign=-1))
        if found:
            total = self._money(-self._lowered())
            rows.append(Row(self._said("discounts_total"), total, Weight.BOLD))
        cost = self.sums.total(SumKind.SHOP_COST)
        if cost.count or cost.amount:
            rows.append(Row(self._said("shop_cost"), self._money(cost.amount)))
        return tuple(rows)

    def _lowered(self) -> int:
        """What all offers, and all that members used, took off."""
        return sum(self.sums.total(kind).amount for kind in LOWERING)

    def _gift_cards(self) -> tuple[Row, ...]:
        issued = self.sums.of(SumKind.CARD_ISSUED)
        rows = []
        for bonus, code in ((False, "card_issued"), (True, "card_bonus")):
            lines = [line for of, line in issued.items() if of.endswith("/bonus") is bonus]
            if lines:
                rows.append(self._counted(code, added(lines)))
        for kind in (SumKind.TENDER, SumKind.KEYED_IN):
            used = self.sums.of(kind).get(TenderKind.GIFT_CARD.value)
            if used is not None:
                rows.append(self._counted("card_used", used))
        back = self.sums.of(SumKind.TENDER_BACK).get(TenderKind.GIFT_CARD.value)
        if back is not None:
            rows.append(self._counted("card_back", back))
        rows += self._cards_paid_out(*(way.value for way in PayOutWay))
        rounding = self.sums.total(SumKind.CARD_OUT_ROUNDING)
        if rounding.count:
            # With it the rows are what the cards owe no more.
            rows.append(Row(self._said("rounding"), self._money(rounding.amount)))
        return tuple(rows)

    def _cards_paid_out(self, *ways: str) -> list[Row]:
        """What was left on gift cards and went out, by the way that it went."""
        out = self.sums.of(SumKind.CARD_PAID_OUT)
        return [self._counted(f"card_out_{way}", out[way], sign=-1) for way in ways if way in out]

    def _authority(self) -> tuple[Row, ...]:
        overrides = self.sums.total(SumKind.OVERRIDE).count
        rows = [Row(self._said("overrides"), f"{overrides:,}")] if overrides else []
        for kind, code in (
            (SumKind.WAIVED, "waived"),
            (SumKind.BEYOND_LEASES, "beyond_leases"),
        ):
            rows += self._each(kind, code)
        copies = self.sums.total(SumKind.COPY).count
        if copies:
            rows.append(Row(self._said("copies"), f"{copies:,}"))
        return tuple(rows)

    def _by_operator(self) -> tuple[Block, ...]:
        """The same figures for whoever made them; taxes and discounts as one sum each."""
        blocks: list[Block] = []
        for operator in self.sums.operators():
            name = self.names.get(operator, "") or self._said("nobody")
            own = replace(self, sums=self.sums.only(operator), whole=self.sums)
            blocks.append(Rows((Row(name, "", Weight.BOLD), *own._figures())))
            loyalty = own._loyalty
            for wallet in loyalty.wallets:
                moved = loyalty.moved(wallet)
                parts = [f"{self._said(f'{code}_short')} {text}" for code, text in moved]
                blocks.append(Phrases((loyalty.wallet(wallet)[0], *parts)))
        if not blocks:
            return ()
        return (Rule(), Rows((Row(self._said("operators"), "", Weight.BOLD),)), *blocks)

    def _figures(self) -> tuple[Row, ...]:
        """One operator's, in the order of the sections."""
        taxes, lowered = self.sums.total(SumKind.TAX), self._lowered()
        tax, cards = self.words("receipt.tax"), self._said("gift_cards")
        return (
            *(self._sales() if self._sold else ()),
            *((Row(tax, self._money(taxes.amount)),) if taxes.count else ()),
            *self._tenders(),
            *self._moves(),
            *((Row(self._said("discounts_total"), self._money(-lowered)),) if lowered else ()),
            *(replace(one, left=f"{cards} · {one.left}") for one in self._gift_cards()),
            *self._loyalty.rights(),
            *self._authority(),
        )

    @property
    def _sold(self) -> bool:
        kinds = (SumKind.SALES, SumKind.RETURNS, SumKind.VOIDS)
        return any(self.sums.total(kind).count for kind in kinds)

    # --- figures ---

    @property
    def _loyalty(self) -> ShiftLoyalty:
        return ShiftLoyalty(self.sums, self.words, self.currency, self.whole)

    def _section(self, code: str, rows: tuple[Row, ...]) -> tuple[Block, ...]:
        if not rows:
            return ()
        return (Rule(), Rows((Row(self._said(code), "", Weight.BOLD), *rows)))

    def _each(self, kind: SumKind, code: str) -> list[Row]:
        line = self.sums.total(kind)
        return [Row(self._said(code), self._money(line.amount))] if line.count else []

    def _counted(self, code: str, line: SumLine, *, name: str = "", sign: int = 1) -> Row:
        words = self._said(code, name=name) if name else self._said(code)
        return Row(f"{words} × {line.count:,}", self._money(sign * line.amount))

    def _money(self, minor: int) -> str:
        return format_amount(minor, self.currency)

    def _signed(self, minor: int) -> str:
        text = format_amount(abs(minor), self.currency)
        return f"{MINUS}{text}" if minor < 0 else f"+{text}" if minor else text

    def _said(self, code: str, **facts: object) -> str:
        return self.words(f"shift_report.{code}", **facts)


def _tax(of: str, base_minor: int, tax_minor: int, fixed_minor: int) -> SaleTax:
    """A class as the sums know it: by code, rate and mode."""
    code, rate, mode = of.rsplit(" ", 2)
    numerator, denominator = (int(part) for part in rate.split("/"))
    return SaleTax(
        tax_class=code,
        rate=Ratio(numerator, denominator),
        mode=TaxMode(mode),
        base_minor=base_minor,
        tax_minor=tax_minor,
        fixed_minor=fixed_minor,
    )


def _named(names: Names, operator_id: bytes) -> str:
    return names.get(operator_id.hex(), "")


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
