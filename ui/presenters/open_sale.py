"""The sale on the counter, shared by the sale, pay and done screens, the sheets and the neighbours.

Shape: one `OpenSale` per window holds the basket (a value), the newest quote, the member's panel,
the selected line, what still has to be asked (a weight, an open price) and the steps back. Watchers
are told after every change and read what they need.

Promises: a change shows at once and its quote follows; only the quote of the basket as it stands
counts; every change is kept as the draft, the newest in place of those still waiting; scans are
taken in the order in which they came; nothing here waits. After a completed sale nothing of it is
kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import (
    QUANTITY_ONE,
    Basket,
    BasketLine,
    BasketRefusal,
    Chosen,
    Redemption,
)
from posloyalty.domain.shop.donation import Donation
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import TenderKind
from ui.presenters.asks import Ask
from ui.presenters.deed_notes import DeedNotes
from ui.presenters.kept_draft import Kept, KeptDraft
from ui.presenters.newest import NewestOnly
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberPanel

UNDO_MOST: Final = 50


class OpenSale:
    """Changes the basket and has it quoted and kept. It words nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._basket: Basket | None = None
        self._opening = False
        self._waiting: list[Callable[[Basket], Basket]] = []
        self._quote: Quote | None = None
        self._quoted: Basket | None = None
        self._panel: MemberPanel | None = None
        self._selected: int | None = None
        self._asks: deque[Ask] = deque()
        self._steps: deque[Basket] = deque(maxlen=UNDO_MOST)
        self._watchers: list[Callable[[], None]] = []
        self._restored = False
        self._closing = False
        self.brought_back = False
        self.card_wanted: Callable[[Product], bool] = lambda _product: False
        """Whether a gift card waits for its code, which comes with a scan."""
        lanes = session.lanes
        self._quoting = NewestOnly[Basket, Quote](
            lanes.look_up,
            job=self.quote_of,
            done=self._quote_came,
            failed=self._quote_failed,
        )
        self._draft = KeptDraft(session, self._keep_failed)
        self._reading = NewestOnly[bytes, "MemberPanel"](
            lanes.look_up,
            job=self._panel_of,
            done=self._panel_came,
            failed=self._panel_failed,
        )
        self.fault: Callable[[Exception], None] = lambda _fault: None
        self.member_came: Callable[[MemberPanel], None] = lambda _panel: None
        self.notes = DeedNotes(session, self._keep_failed)
        session.subscribe(self._session_changed)
        if session.till_open:
            self._open_first()

    # What is there

    @property
    def basket(self) -> Basket | None:
        """The basket as it stands; None only while the till opens."""
        return self._basket

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """The basket's lines, newest last."""
        return () if self._basket is None else self._basket.lines

    @property
    def quote(self) -> Quote | None:
        """The newest quote, maybe of the basket before the last change; see `fresh`."""
        return self._quote

    @property
    def fresh(self) -> bool:
        """Whether the quote answers for the basket as it stands."""
        return self._quote is not None and self._quoted == self._basket

    @property
    def quoting(self) -> bool:
        """Whether the newest quote is on its way."""
        return self._quoting.busy

    @property
    def panel(self) -> MemberPanel | None:
        """Who the attached member is, as soon as that was read."""
        if self._panel is None or self._basket is None:
            return None
        return self._panel if self._panel.member.id == self._basket.member_id else None

    @property
    def selected(self) -> BasketLine | None:
        """The line that + − and Del are about: the newest unless another was chosen."""
        for line in self.lines:
            if line.number == self._selected:
                return line
        return self.lines[-1] if self.lines else None

    @property
    def ask(self) -> Ask | None:
        """The product whose weight or price is wanted now."""
        return self._asks[0] if self._asks else None

    def subscribe(self, watcher: Callable[[], None]) -> None:
        """Tell `watcher` after every change; watchers live as long as the window."""
        self._watchers.append(watcher)

    # Changes. Those that the basket cannot take raise `BasketRefusal` and change nothing.

    def add(
        self,
        product: Product,
        *,
        quantity_milli: int | None = None,
        unit_price_minor: int | None = None,
        gross_minor: int | None = None,
        card: str = "",
    ) -> None:
        """Add a product; one that lacks its weight or price, or a gift card without its code, is
        asked for instead.
        """
        if product.gift_card and not card and self.card_wanted(product):
            return
        priced = unit_price_minor is not None or gross_minor is not None
        open_price = product.price_minor is None and not priced
        if open_price or (product.weighed and quantity_milli is None and gross_minor is None):
            asked = Ask(product=product, price=open_price, quantity_milli=quantity_milli, card=card)
            self._asks.append(asked)
            self._tell()
            return

        if unit_price_minor is None and product.price_minor is None:
            unit_price_minor = gross_minor  # a label's price is the only price there is
        quantity = QUANTITY_ONE if quantity_milli is None else quantity_milli
        self._selected = None
        self._change(
            lambda basket: basket.add(
                product,
                quantity_milli=quantity,
                unit_price_minor=unit_price_minor,
                gross_minor=gross_minor,
                card=card,
            )
        )

    def answer(self, amount: int) -> None:
        """Answer what is asked: a weight in thousandths or a price in minor units."""
        asked = self._asks.popleft()
        if asked.price:
            self.add(
                asked.product,
                quantity_milli=asked.quantity_milli,
                unit_price_minor=amount,
                card=asked.card,
            )
        else:
            self.add(asked.product, quantity_milli=amount)

    def drop_ask(self) -> None:
        """The weight or price is not coming: the product is not added."""
        if self._asks:
            self._asks.popleft()
            self._tell()

    def set_quantity(self, number: int, quantity_milli: int) -> None:
        """Set a line's quantity; 0 removes it."""
        self._selected = number
        self._change(lambda basket: basket.with_quantity(number, quantity_milli))

    def set_price(self, number: int, unit_price_minor: int) -> None:
        """Set an open-price line's unit price; the shelf's price is changed by hand."""
        self._selected = number
        self._change(lambda basket: basket.with_price(number, unit_price_minor))

    def by_hand(
        self, line: int, change: Callable[[Basket], Basket], approval: Approval | None
    ) -> None:
        """Let a price or a discount by hand change the basket, with who answers for it."""
        self._selected = line or self._selected
        self._change(change, approval)

    def remove(self, number: int) -> None:
        """Remove a line; the one after it (or before, at the end) is selected."""
        numbers = [line.number for line in self.lines]
        at = numbers.index(number)
        rest = numbers[at + 1 : at + 2] or numbers[max(0, at - 1) : at]
        self._selected = rest[0] if rest else None
        self._change(lambda basket: basket.without(number))

    def select(self, number: int) -> None:
        """Choose the line that the next key is about."""
        self._selected = number
        self._tell()

    def attach_member(self, member_id: bytes, proof: str) -> None:
        """Put a member into the sale; `proof` says how they were recognised."""
        self._change(lambda basket: basket.for_member(member_id, proof=proof))

    def detach_member(self) -> None:
        """Take the member out of the sale, with what they wished to spend."""
        self._change(lambda basket: basket.for_member(None))

    def redeem(self, wallet: str, points: int) -> None:
        """Spend so many points of a wallet; 0 spends none, also of what is spent by itself."""
        quote = self.quote
        auto = quote is not None and any(u.auto for u in quote.usable if u.wallet == wallet)
        wish = Redemption(wallet=wallet, points=points) if points or auto else None
        self._change(lambda basket: basket.redeeming(wish, wallet=wallet))

    def approve(self, approval: Approval) -> None:
        """Have somebody approve of this sale what who rings it may not do alone."""
        self._change(lambda basket: basket.approved_by(approval.operator), approval)

    def decline(self, offer_id: str, *, declined: bool) -> None:
        """Remove an offer from this sale, or let it apply again."""
        self._change(lambda basket: basket.declining(offer_id, declined=declined))

    def mark(self, activity_id: str, *, marked: bool) -> None:
        """Say that an activity belongs to this sale, such as an own cup, or take it back."""
        self._change(lambda basket: basket.marking(activity_id, marked=marked))

    def donate(self, cause: str, donation: Donation | None) -> None:
        """Give to a cause, or nothing."""
        self._change(lambda basket: basket.donating(cause, donation))

    def choose(self, chosen: Chosen) -> None:
        """Use something that the member owns, if the best deal has a use for it."""
        self._change(lambda basket: basket.choosing(chosen))

    def leave(self, chosen: Chosen) -> None:
        """Take such a choice back."""
        self._change(lambda basket: basket.leaving(chosen))

    def clear(self) -> None:
        """Empty the basket and let the member go; undo brings both back."""
        self._asks.clear()

        def emptied(basket: Basket) -> Basket:
            return replace(
                basket,
                lines=(),
                member_id=None,
                proof=None,
                redemptions=(),
                declined=frozenset(),
                chosen=(),
                marks=frozenset(),
                donations=(),
                discounts=(),
                tenders=frozenset(),
            )

        self._change(emptied)

    def pay_by(self, kinds: Iterable[TenderKind]) -> bool:
        """Say in which ways the sale is paid, where the rules ask; whether that is news. It is no
        step that undo takes back: payments are.
        """
        basket, quote, said = self._basket, self._quote, frozenset(kinds)
        if basket is None or self._closing or quote is None or not quote.asks_tender:
            return False
        if basket.tenders == said:
            return False
        self._take(basket.paid_by(said))
        return True

    def undo(self) -> bool:
        """Go one step back; False when there is none."""
        if not self._steps or self._closing:
            return False
        self._selected = None
        earlier = self._steps.pop()
        if self._basket is not None:
            self.notes.undone(self._basket, earlier)
        self._take(earlier)
        return True

    # Paying

    def quote_of(self, basket: Basket) -> Quote:
        """Have the engine answer for a basket, in the screen's language; for the look-up lane."""
        session = self._session
        return session.till.check_out.quote(
            basket, language=session.words.language, operator=session.operator
        )

    def what_if(self, basket: Basket, done: Callable[[Quote], None]) -> None:
        """Quote another basket than the one on the counter, to show what a change would cost."""
        self._session.lanes.look_up(lambda: self.quote_of(basket), done, self.fault)

    def requote(self) -> None:
        """Quote the basket anew: points or rules changed meanwhile."""
        if self._basket is not None:
            self._quoted = None
            self._quoting.ask(self._basket)
            self._tell()

    def member_changed(self) -> None:
        """Something beside the sale changed the attached member: read and quote anew."""
        if self._basket is not None and self._basket.member_id is not None:
            self._reading.ask(self._basket.member_id)
            self.requote()

    def begin_completing(self) -> None:
        """The sale is being booked or held: nothing of it changes, no draft may overtake it."""
        self._closing = True
        self._draft.forget()

    def not_completed(self) -> None:
        """Booking failed: the sale is open as before, and kept."""
        self._closing = False
        if self._basket is not None:
            self._draft.keep(self._basket)
        self._change_now()
        self._tell()

    def completed(self) -> None:
        """The sale is booked, or held: forget it and open the next."""
        self._forget_sale()
        self._open_next()
        self._tell()

    def taken_up(self, basket: Basket) -> None:
        """A basket that was held is the open one from now on; it is kept already."""
        self._forget_sale()
        self._opened(basket)

    @property
    def closing(self) -> bool:
        """Whether the basket is being booked or put aside: nothing of it changes."""
        return self._closing

    # The work

    def _forget_sale(self) -> None:
        self._closing = False
        self._basket = self._quote = self._quoted = self._panel = self._selected = None
        self._asks.clear()
        self._steps.clear()
        self._quoting.forget()
        self._reading.forget()

    def _session_changed(self, change: Change) -> None:
        if change is Change.TILL:
            self._open_first()
        elif change in (Change.SHOP, Change.LANGUAGE) and self._basket is not None:
            self.requote()
            if self._panel is not None and not self._closing:
                self._reading.ask(self._panel.member.id)  # what they have is named in the panel
        elif change is Change.HEARD and not self._closing:
            self.member_changed()

    def _open_first(self) -> None:
        if self._restored:
            return
        self._restored = True
        self._opening = True
        self._draft.load(self._draft_came, self._draft_failed)

    def _draft_came(self, kept: Kept) -> None:
        self._opening = False
        if kept is None or kept[0].empty:
            self._open_next()
            return
        self.brought_back = True
        self._opened(kept[0])

    def _draft_failed(self, fault: Exception) -> None:
        self._opening = False
        self.fault(fault)
        self._open_next()

    def _open_next(self) -> None:
        if self._opening:
            return
        self._opening = True
        till = self._session.till

        def failed(fault: Exception) -> None:
            self._opening = False
            self.fault(fault)

        self._session.lanes.look_up(till.check_out.open_basket, self._opened, failed)

    def _opened(self, basket: Basket) -> None:
        self._opening = False
        self._basket = basket
        if basket.member_id is not None:
            self._reading.ask(basket.member_id)
        self._quoting.ask(basket)
        self._change_now()
        self._tell()

    def _change(self, change: Callable[[Basket], Basket], approval: Approval | None = None) -> None:
        if self._basket is None or self._closing:
            # Scanned while a sale is being booked or opened: it belongs to the basket that
            # stands afterwards, and nothing is lost.
            self._waiting.append(change)
            if self._session.till_open and not self._closing:
                self._open_next()
            return
        before = self._basket
        after = change(before)
        if after != before:
            self._steps.append(before)
            self.notes.changed(before, after, approval)
            self._take(after)
        else:
            self._tell()

    def _change_now(self) -> None:
        waiting, self._waiting = self._waiting, []
        for change in waiting:
            try:
                self._change(change)
            except BasketRefusal as refusal:
                self.fault(refusal)

    def _take(self, basket: Basket) -> None:
        before, self._basket = self._basket, basket
        if basket.member_id is not None and (
            before is None or before.member_id != basket.member_id or self._panel is None
        ):
            self._reading.ask(basket.member_id)
        self._quoting.ask(basket)
        self._draft.keep(basket)
        self._tell()

    def _keep_failed(self, fault: Exception) -> None:
        self.fault(fault)

    def _quote_came(self, basket: Basket, quote: Quote) -> None:
        if basket != self._basket:
            return
        self._quote, self._quoted = quote, basket
        self._tell()

    def _quote_failed(self, fault: Exception) -> None:
        self.fault(fault)
        self._tell()

    def _panel_of(self, member_id: bytes) -> MemberPanel:
        return self._session.till.members.panel(member_id, language=self._session.words.language)

    def _panel_came(self, member_id: bytes, panel: MemberPanel) -> None:
        if self._basket is None or self._basket.member_id != member_id:
            return
        self._panel = panel
        self.member_came(panel)
        self._tell()

    def _panel_failed(self, fault: Exception) -> None:
        self.fault(fault)

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()
