"""Write a cash slip: what went into the drawer or out of it beside the sales, to be signed.

Promises: amount, reason and names are those of the movement's event, so that a slip that is printed
later, when there is paper again, says the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from posloyalty.domain.shop.shift import CashMove
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.services.papers.receipt import Footer, Receipt, Row, Rows, Rule, Weight
from posloyalty.services.papers.receipt_foot import Wording
from posloyalty.services.papers.write_receipt import ReceiptShop, receipt_bars, shop_heading


def write_cash_slip(
    move: CashMove,
    *,
    shop: ReceiptShop,
    names: Mapping[str, str],
    money: Currency,
    words: Wording,
    copy: bool = False,
) -> Receipt:
    """The slip; `names` are operators' names by their id in hexadecimal."""
    way = "in" if move.amount_minor > 0 else "out"
    bars = receipt_bars(words, copy=copy, training=False)
    people = [Row(words("shift_report.slip_by"), names.get(move.operator_id.hex(), ""))]
    if move.approved_by is not None:
        name = names.get(move.approved_by.hex(), "")
        people.append(Row(words("shift_report.slip_approved"), name))
    amount = format_amount(abs(move.amount_minor), money, symbol=True)
    return Receipt(
        number=slip_number(move),
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(
            *bars,
            shop_heading(shop, words),
            Rows((Row(slip_number(move), f"{move.at:%Y-%m-%d %H:%M}"), *people)),
            Rule(),
            Rows(
                (
                    Row(words(f"shift_report.slip_{way}"), amount, Weight.LARGE),
                    Row(words("shift_report.slip_reason"), words(f"shift.cause_{move.cause}")),
                )
            ),
            Rule(),
            Footer((words("shift_report.signature"),)),
            *bars,
        ),
        copy=copy,
    )


def slip_number(move: CashMove) -> str:
    """What a slip is called: the beginning of the movement's id."""
    return move.id.hex()[-8:].upper()
