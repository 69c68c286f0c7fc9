"""The sale screen's state: everything it shows, worded and formatted, and its totals."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import BasketLine
from ui.presenters.amounts import Figures, signed
from ui.presenters.basket_rows import LineRow
from ui.presenters.chips import ChipState
from ui.presenters.exchanging import Exchange
from ui.presenters.member_panel import EarnState, MemberState
from ui.presenters.quick_pages import QuickState
from ui.presenters.sale_pad import PadState


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalState:
    """The foot of the basket; `before`, `saved` and `given` are label and amount, or None.

    Given is what the customer gives to causes; the goods less what is saved and with it are due.
    """

    label: str
    total: str
    total_minor: int
    before: tuple[str, str] | None = None
    saved: tuple[str, str] | None = None
    given: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleState:
    """The whole screen. `unknown` is a code for which a new product is offered; `can_do` says that
    the programme gives this member something to do or to use beside buying; `held` is how many
    baskets are put aside.
    """

    hint: str
    echo: str
    count: str
    rows: tuple[LineRow, ...]
    selected: int | None
    total: TotalState
    member: MemberState | None
    earns: EarnState | None
    chips: tuple[ChipState, ...]
    usable: int
    chips_open: bool
    quick: QuickState
    pad: PadState | None
    unknown: str
    pay: str
    can_pay: bool
    can_redeem: bool
    can_do: bool
    quoting: bool
    held: int = 0


def total_state(lines: tuple[BasketLine, ...], quote: Quote | None, figures: Figures) -> TotalState:
    """The quote's figures; until they come, the last ones and what changed since."""
    words = figures.words
    # At shelf prices on both sides: which list is in force is known with the quote only.
    shelf_minor = sum(line.gross_minor for line in lines)
    quoted_minor = 0 if quote is None else _on_shelf_minor(quote)
    if quote is None or not lines or quoted_minor != shelf_minor:
        since_minor = 0 if quote is None else quote.payable_minor - quoted_minor
        total_minor = max(0, shelf_minor + since_minor) if lines else 0
        return TotalState(
            label=words("sale.to_pay"), total=figures.total(total_minor), total_minor=total_minor
        )
    before = saved = given = None
    given_minor = quote.donated_minor
    difference = quote.payable_minor - quote.gross_minor
    reduced = quote.offers_minor + quote.redeemed_minor
    added = difference + reduced
    if reduced or added or given_minor:
        before = (words("sale.before_offers"), figures.money(quote.gross_minor - given_minor))
    if reduced or added:
        code = ("saved_taxed" if reduced else "tax_added") if added else "saved"
        saved = (words(f"sale.{code}"), signed(figures.money(abs(difference)), difference))
    if given_minor:
        given = (words("sale.given"), signed(figures.money(given_minor), given_minor))
    return TotalState(
        label=words("sale.to_pay"),
        total=figures.total(quote.payable_minor),
        total_minor=quote.payable_minor,
        before=before,
        saved=saved,
        given=given,
    )


def _on_shelf_minor(quote: Quote) -> int:
    """What a quote's goods cost on the shelf: before lists, offers and what is given."""
    goods = (line.line for line in quote.lines if not line.donation)
    return sum(line.on_shelf().gross_minor for line in goods)


def pay_words(pay: str, total: TotalState, figures: Figures, exchange: Exchange | None) -> str:
    """What the Pay button says; in an exchange the difference, as far as it is known here."""
    if exchange is None:
        return f"{pay}  {total.total}"
    due = total.total_minor - exchange.back_minor
    if due >= 0:
        return f"{pay}  {figures.total(due)}"
    return figures.words("sale.exchange_back", amount=figures.total(-due))
