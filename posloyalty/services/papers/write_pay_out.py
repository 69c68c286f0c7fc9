"""Write the slip of a gift card that was paid out, to be signed and filed by the shop.

Promises: card, way, amounts, document and names are those of the act's event. What the law wants
kept of whoever was paid they write by hand, on lines that are there for it: the till holds none of
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from posloyalty.domain.shop.pay_out import PaidOut, PayOutWay
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.services.papers.receipt import Footer, Receipt, Row, Rows, Rule, Weight
from posloyalty.services.papers.receipt_foot import Wording
from posloyalty.services.papers.write_receipt import ReceiptShop, receipt_bars, shop_heading
from posloyalty.sync import events
from posloyalty.sync.pay_out_event import paid_out_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidSlip:
    """A pay-out as its slip tells it: `card` by its last characters, operators by their ids in
    hexadecimal.
    """

    id: bytes
    at: datetime
    operator: str
    approver: str
    card: str
    paid: PaidOut

    @property
    def number(self) -> str:
        """What the slip is called: the end of the pay-out's id."""
        return self.id.hex()[-8:].upper()


def paid_slip_of(event: events.Event | events.Opaque) -> PaidSlip | None:
    """The slip of an event; None for one that paid nothing out."""
    paid = paid_out_of(event)
    if paid is None or not isinstance(event, events.Act):
        return None
    told = dict(fact for one in event.told for fact in one.facts)
    return PaidSlip(
        id=bytes.fromhex(event.id),
        at=parse_instant(event.at),
        operator=event.actor or "",
        approver=event.ok or "",
        card=str(told.get("card", "")),
        paid=paid,
    )


def write_pay_out(
    slip: PaidSlip,
    *,
    shop: ReceiptShop,
    names: Mapping[str, str],
    money: Currency,
    words: Wording,
    copy: bool = False,
) -> Receipt:
    """The slip; `names` are operators' names by their id in hexadecimal."""
    paid, bars = slip.paid, receipt_bars(words, copy=copy, training=False)
    people = [Row(words("shift_report.slip_by"), names.get(slip.operator, ""))]
    if slip.approver:
        people.append(Row(words("shift_report.slip_approved"), names.get(slip.approver, "")))
    rows = [Row(words("gift.slip_left", card=slip.card), format_amount(paid.amount_minor, money))]
    if paid.rounding_minor:
        rounding = format_amount(paid.rounding_minor, money)
        rows.append(Row(words("receipt.rounding"), rounding))
    given = format_amount(paid.given_minor, money, symbol=True)
    rows.append(Row(words(f"gift.slip_{paid.way.value}"), given, Weight.LARGE))
    if paid.seen is not None:
        rows.append(Row(words("gift.slip_seen"), words(f"gift.document_{paid.seen.value}")))
    return Receipt(
        number=slip.number,
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(
            *bars,
            shop_heading(shop, words),
            Rows((Row(slip.number, f"{slip.at:%Y-%m-%d %H:%M}"), *people)),
            Rule(),
            Rows(tuple(rows)),
            Rule(),
            Footer(tuple(words(f"gift.{line}") for line in _to_write(paid))),
            *bars,
        ),
        copy=copy,
    )


def _to_write(paid: PaidOut) -> tuple[str, ...]:
    """What is written by hand: who was paid, where papers were asked for, and where to."""
    identity = ("write_name", "write_number") if paid.seen is not None else ()
    account = ("write_account",) if paid.way is PayOutWay.ACCOUNT else ()
    return (*identity, *account, "write_received", "write_filed")
