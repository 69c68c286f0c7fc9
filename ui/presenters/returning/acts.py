"""What is done with a return that was put together: previewed, answered for, booked, exchanged.

Shape: functions of a `Taking` and the services; those that ask the till run on its lanes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.refund_quote import RefundQuote, RefundWish
from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.services.returning.refund_sale import need_for, referenced
from posloyalty.services.returning.refund_unknown import UnknownReturn, need_for_unknown
from ui.presenters.amounts import Figures
from ui.presenters.approval import WHY, ask_approval
from ui.presenters.counter import Counter
from ui.presenters.exchanging import Exchange
from ui.presenters.pay_out import SEEN, documents
from ui.presenters.ports import Screen
from ui.presenters.returning.taking import Loose, Picked, Taking
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.lending.reserve_for_sale import Reservation
    from posloyalty.services.returning.build_refund import RefundPreview
    from posloyalty.services.till import Till


Then = Callable[[Taking, "RefundPreview", Operator], None]
"""What is done with a return once somebody answers for it."""
PRICE: Final = "/"
"""What a typed price begins with, as everywhere."""
PRICE_MOST: Final = 10**9
RETURNED: Final = "phone"
"""How the member of a returned sale is known: by no card, as if somebody had looked them up."""


def preview_of(till: Till, taking: Taking) -> RefundPreview:
    """What it comes to now; raises what the services say, such as ABOVE_FLOOR."""
    wish = taking.wish()
    if isinstance(wish, UnknownReturn):
        return till.refunds_unknown.preview(wish)
    return till.refunds.preview(sale_of(taking).id, wish)


def reserve(till: Till, taking: Taking) -> Reservation:
    """Ask head office for the right to take the goods back; nothing where the till is alone."""
    wish = taking.wish()
    if isinstance(wish, UnknownReturn):
        return till.reserve_return.of_receipt(wish)
    return till.reserve_return.of_sale(sale_of(taking).id, wish)


def book(
    till: Till,
    taking: Taking,
    quote: RefundQuote,
    operator: Operator,
    approver: Operator,
    *,
    references: tuple[tuple[int, str], ...] = (),
) -> Refund:
    """Book it as it was quoted; the same return again books nothing. `references` are a terminal's
    for what it gave back, by the tenders' numbers.
    """
    wish = taking.wish()
    if isinstance(wish, UnknownReturn):
        return till.refunds_unknown.complete(wish, quote, operator, approver=approver)
    if references:
        wish = replace(wish, references=references)
        quote = replace(quote, tenders=referenced(quote.tenders, references))
    return till.refunds.complete(sale_of(taking).id, wish, quote, operator, approver=approver)


def need_of(taking: Taking, preview: RefundPreview) -> Need:
    """What who books it must be allowed to."""
    wish, quote = taking.wish(), preview.quote
    if isinstance(wish, RefundWish):
        return need_for(wish, quote)
    return need_for_unknown(quote.total_minor)


def authorise(
    session: Session,
    counter: Counter,
    taking: Taking,
    preview: RefundPreview,
    done: Callable[[Approval], None],
    *,
    by_hand: bool,
) -> None:
    """Ask for whoever may let the money go, or may say that it went back otherwise; of a gift card
    that comes back, also which document was seen.
    """
    need = (need_by_hand if by_hand else need_of)(taking, preview)
    seen = documents(preview.quote.documents)

    def what() -> str:
        asked = what_is_asked(taking, preview, counter.figures, by_hand=by_hand)
        return f"{asked} · {session.words(SEEN)}" if seen else asked

    ask_approval(session, need, what=what, done=done, reasons=seen, title=SEEN if seen else WHY)


def need_by_hand(taking: Taking, preview: RefundPreview) -> Need:
    """What who says that the money went back otherwise must be allowed to."""
    return replace(need_of(taking, preview), right=Right.WAIVE)


def what_is_asked(
    taking: Taking, preview: RefundPreview, figures: Figures, *, by_hand: bool = False
) -> str:
    """What somebody has to answer for, in words."""
    code = "return.approve_void" if taking.whole_sale else "return.approve"
    code = "return.approve_by_hand" if by_hand else code
    number = 1 + sum(int(str(one.fact("refunds"))) for one in preview.quote.watched)
    code = "return.approve_to_card" if preview.quote.watched and not by_hand else code
    return figures.words(code, amount=figures.total(preview.given_minor), number=number)


def begin_exchange(
    counter: Counter, taking: Taking, preview: RefundPreview, approver: Operator
) -> None:
    """Go on with the open sale, for whoever bought what comes back where nobody is in it yet."""
    sale, wish = sale_of(taking), taking.wish()
    assert isinstance(wish, RefundWish)  # goods of a stored sale
    member_id = sale.member_id
    # Goods against goods to the last cent; which coins that comes to, the pay screen says.
    back = preview.quote.total_minor
    counter.exchange = Exchange(sale_id=sale.id, wish=wish, back_minor=back, approver=approver)
    counter.session.navigator.show(Screen.SALE)
    basket = counter.sale.basket
    if member_id is not None and basket is not None and basket.member_id is None:
        counter.attach_member(member_id, RETURNED)


def to_be_priced(taking: Taking | None) -> str:
    """The name of the chosen article, where what was paid for it may be typed; else empty."""
    if taking is None or taking.nothing or not isinstance(taking.goods, Loose):
        return ""
    return taking.goods.goods[taking.at - 1].product.name


def priced(taking: Taking | None, code: str, figures: Figures) -> Taking | None:
    """A return with the price that was typed for the chosen article; None for what is none."""
    try:
        price = parse_amount(code.removeprefix(PRICE).strip(), figures.currency)
    except BadAmount:
        return None
    if not to_be_priced(taking) or not 0 < price <= PRICE_MOST:
        return None
    assert taking is not None
    assert isinstance(taking.goods, Loose)  # nothing else is to be priced
    return replace(taking, goods=taking.goods.priced(taking.at, price))


def sale_of(taking: Taking) -> Sale:
    """The stored sale of a return."""
    assert isinstance(taking.goods, Picked)  # only a stored sale's lines are a refund wish
    return taking.goods.found.sale
