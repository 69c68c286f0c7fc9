"""The return screen: find the sale, tick what comes back, say why, and give the money back.

Shape: `ReturnState`. F8, the scanned receipt, Space, a reason by its digit, F12. Space ticks all
that is left of the chosen line, + and − count pieces, a scanned article ticks itself. The quote
follows every step on the look-up lane, the newest only; booking runs on the writer lane and its
answer leaves for the done screen. Without a receipt the stored sale is looked for by member and
article first. A typed digit is a reason as soon as there are goods, else part of a number or price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.refund_quote import Waiver
from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import ProvenSale
from posloyalty.services.selling.scanned import ScannedMember, ScannedProduct, ScannedReceipt
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.newest import NewestOnly
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.returning import acts
from ui.presenters.returning.acts import PRICE, Then
from ui.presenters.returning.booking import Booking
from ui.presenters.returning.finding import Single
from ui.presenters.returning.seeking import Seeking
from ui.presenters.returning.state import ReturnState, ReturnWording
from ui.presenters.returning.taking import Loose, Picked, Taking
from ui.presenters.scanning import recognise
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Product
    from posloyalty.services.returning.build_refund import RefundPreview

CODE_MOST: Final = 200


class ReturnPresenter(Presenter[ReturnState]):
    """Puts a return together and books it."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(ReturnState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._code = ""
        self._member: bytes | None = None
        self._taking: Taking | None = None
        self._preview: RefundPreview | None = None
        self._finding: ServiceRefusal | None = None
        self._booking = Booking(
            session, self._counter, booked=self._booked, failed=self._not_booked, changed=self._tell
        )
        self._waits: Callable[[], None] | None = None
        self._seeking = Seeking(
            session, found=self._found, changed=self._sought, failed=self._failed
        )
        self._quoting = NewestOnly[Taking, "RefundPreview"](
            session.lanes.look_up,
            job=lambda taking: acts.preview_of(session.till, taking),
            done=self._previewed,
            failed=self._not_previewed,
        )

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """From the sale with nothing, with a scanned receipt, or with a sale from the history."""
        if self._busy:
            return
        if not arguments and self._taking is not None:
            # Back from a neighbour: the goods stand as they were put together.
            self._ask()
            return
        self._forget()
        basket = self._counter.sale.basket
        self._member = None if basket is None else basket.member_id
        sale_id, scan = arguments.get("sale_id"), arguments.get("scan")
        if isinstance(sale_id, bytes):
            self._seeking.sale(sale_id, void=bool(arguments.get("void")))
        elif isinstance(scan, str) and scan:
            self._look_for(scan)
        elif self._member is not None:
            self._seeking.sales_of(self._member)
        self._tell()

    def closed(self) -> None:
        """Another screen is in front; what was put together stays until the next return."""
        self._waits = None
        self._quoting.forget()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A receipt, a member's card, or an article that comes back."""
        if self._busy:
            return
        self._code = ""
        if text.strip().upper().startswith(RECEIPT_PREFIX):
            self._look_for(text)
            return
        recognise(self._session, text, ScanScreen.SALE, done=self._scanned, failed=self._failed)
        self._tell()

    def scan_broken(self, reason: str) -> None:
        """Half a scan came."""
        self._counter.refuse(self._session.words(reason))

    def typed(self, character: str) -> None:
        """Space ticks, a digit is a reason; without goods, or after a letter, a number is typed."""
        if self._busy:
            return
        self._session.toasts.clear()
        if self._taking is not None and not self._code:
            if character == " ":
                self.tick()
                return
            if character.isdigit():
                self.choose_reason(int(character) - 1)
                return
        if character.isprintable() and not character.isspace():
            self._code = (self._code + character)[:CODE_MOST]
            self._tell()

    # Keys and taps

    def search(self, text: str) -> None:
        """The receipt line was typed into."""
        self._code = text[:CODE_MOST]
        self._tell()

    def enter(self) -> None:
        """Enter: look for what was typed, or take it as a price; else what the main button says."""
        if self._code.startswith(PRICE):
            self._price()
        elif self._code.strip():
            self._look_for(self._code)
        else:
            self.main_action()

    def main_action(self) -> None:
        """F12: give the money back, as soon as it is reckoned; or open the chosen sale."""
        if self._busy:
            return
        self._session.toasts.clear()
        if self._taking is None:
            if not self._seeking.open_chosen():
                self._counter.refuse(self._session.words("return.hint"))
            return
        missing = self._missing(self._taking)
        if missing:
            self._counter.refuse(missing)
        elif self._preview is None or self._quoting.busy:
            self._waits = self.main_action
        else:
            self._authorise(self._taking, self._preview, self._booking.start)

    def exchange(self) -> None:
        """F9: other goods instead of the money; the sale goes on with it as the first payment.
        After the terminal declined: the money was given back otherwise.
        """
        taking, preview = self._taking, self._preview
        if taking is None or self._busy or not self.state.can_exchange:
            return
        if self._booking.declined and preview is not None:
            self._authorise(taking, preview, self._booking.start_by_hand, by_hand=True)
            return
        self._session.toasts.clear()
        missing = self._missing(taking)
        if missing:
            self._counter.refuse(missing)
        elif preview is None or self._quoting.busy:
            self._waits = self.exchange
        else:
            self._authorise(taking, preview, self._go_on)

    def escape(self) -> None:
        """Esc: the typed number, then back to where it was opened from; nothing is booked."""
        if self._busy:
            return
        self._session.toasts.clear()
        if self._code:
            self._code = ""
            self._tell()
            return
        self._forget()
        self._tell()
        self._session.navigator.back()

    def backspace(self) -> None:
        """The last character of the number goes."""
        self._code = self._code[:-1]
        self._tell()

    def up(self) -> None:
        """The row above."""
        self._move(-1)

    def down(self) -> None:
        """The row below."""
        self._move(1)

    def more(self) -> None:
        """+ : one piece more of the chosen line."""
        self._step(1, "+")

    def fewer(self) -> None:
        """− : one piece less; within a number that is being typed, its own sign."""
        self._step(-1, "-")

    def tick(self) -> None:
        """Space: all that is left of the chosen line, or nothing of it."""
        if self._taking is not None:
            self.tick_line(self._taking.at)

    def tick_line(self, number: int) -> None:
        """A line was tapped."""
        taking = self._taking
        if taking is None or self._busy or taking.whole_sale:
            return
        self._session.toasts.clear()
        line = next((one for one in self.state.lines if one.number == number), None)
        if line is not None and line.why_not:
            self._taking = taking.choose(number)
            self._counter.refuse(line.why_not)
            self._tell()
            return
        self._change(taking.ticked(number))

    def count_line(self, number: int, by: int) -> None:
        """The − or + of a line was tapped."""
        if self._taking is not None and not self._busy and not self._taking.whole_sale:
            self._session.toasts.clear()
            self._change(self._taking.stepped(number, by))

    def choose_reason(self, place: int) -> None:
        """A reason was tapped, or its digit typed."""
        if self._taking is not None and not self._busy:
            self._session.toasts.clear()
            self._change(self._taking.because(place))

    def let_go(self, waiver: Waiver) -> None:
        """Let something go that would be kept back, or keep it back after all."""
        if self._taking is not None and not self._busy:
            self._change(self._taking.letting_go(waiver))

    def open_sale(self, place: int) -> None:
        """A sale of the list was tapped."""
        self._seeking.at = place
        self._seeking.open_chosen()

    def line_price(self) -> None:
        """/ : what was paid for the chosen article, where nothing but a receipt's sum is known."""
        name = "" if self._busy else acts.to_be_priced(self._taking)
        if not name:
            self._counter.refuse(self._session.words("return.price_stands"))
            return
        self._code = PRICE
        self._counter.said("return.price_hint", ToastKind.LOOK, name=name)
        self._tell()

    def _price(self) -> None:
        priced = acts.priced(self._taking, self._code, self._counter.figures)
        if priced is None:
            self._counter.refuse(self._session.words("return.price_wrong"))
            return
        self._code = ""
        self._session.toasts.clear()
        self._change(priced)

    def without_receipt(self) -> None:
        """F3: there is no receipt; the goods are scanned one by one."""
        if not self._busy:
            self._session.toasts.clear()
            self._begin(Loose(member_id=self._member))

    # Finding

    def _look_for(self, text: str) -> None:
        self._code = ""
        loose = self._taking is not None and isinstance(self._taking.goods, Loose)
        self._seeking.text(text, article=loose)

    def _sought(self) -> None:
        if self._seeking.rows:
            self._taking = None
        self._tell()

    def _found(self, answer: Single) -> None:
        if isinstance(answer, Picked):
            self._begin(answer)
        elif isinstance(answer, ProvenSale):
            self._begin(Loose(receipt=answer, member_id=self._member))
        else:
            self._article_came(answer.product, answer.quantity_milli, answer.gross_minor)

    def _begin(self, goods: Picked | Loose) -> None:
        refund_id = self._session.till.refunds.wish().refund_id
        self._change(Taking(refund_id=refund_id, goods=goods).moved(0))

    def _scanned(self, found: object) -> None:
        if isinstance(found, ScannedReceipt) and found.sale_number is not None:
            self._look_for(found.sale_number)
        elif isinstance(found, ScannedMember):
            self._member_came(found.member_id)
        elif isinstance(found, ScannedProduct):
            self._article_came(found.product, found.quantity_milli, found.gross_minor)
        else:
            self._counter.refuse(self._session.words("return.not_understood"))

    def _member_came(self, member_id: bytes) -> None:
        self._member = member_id
        self._session.sounds.play(Sound.MEMBER_FOUND)
        taking = self._taking
        if taking is None:
            self._seeking.sales_of(member_id)
        elif isinstance(taking.goods, Loose):
            self._change(taking.with_goods(replace(taking.goods, member_id=member_id)))

    def _article_came(self, product: Product, milli: int | None, gross_minor: int | None) -> None:
        taking = self._taking
        if taking is not None and isinstance(taking.goods, Picked):
            number = taking.goods.number_of(product.id)
            if number is None:
                said = self._session.words("return.not_of_sale", name=product.name)
                self._counter.refuse(said)
                return
            self._session.sounds.play(Sound.UNDERSTOOD)
            self._change(taking.stepped(number, 1))
            return
        proven = taking is not None and taking.goods.receipt is not None
        if self._member is None or proven:
            self._add_loose(product, milli, gross_minor)
            return

        def looked(where: tuple[Picked, int] | None) -> None:
            if where is None:
                self._add_loose(product, milli, gross_minor)
                return
            picked, line = where
            self._begin(picked)
            if self._taking is not None:
                self._change(self._taking.stepped(line, 1))
            self._counter.said("return.found_at", ToastKind.GOOD, number=picked.found.sale.number)

        self._seeking.where_bought(self._member, product, looked)

    def _add_loose(self, product: Product, milli: int | None, gross_minor: int | None) -> None:
        if self._taking is None:
            self._begin(Loose(member_id=self._member))
        if (taking := self._taking) is None or not isinstance(taking.goods, Loose):
            return
        goods = taking.goods.adding(product, milli=milli, gross_minor=gross_minor)
        if goods is taking.goods:
            self._counter.refuse(self._session.words("return.no_price", name=product.name))
            return
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._change(taking.with_goods(goods))

    # Putting together

    def _move(self, by: int) -> None:
        if self._taking is not None:
            self._taking = self._taking.moved(by)
        else:
            self._seeking.move(by)
        self._tell()

    def _step(self, by: int, sign: str) -> None:
        if self._taking is None or self._code:
            self.typed(sign)
        else:
            self.count_line(self._taking.at, by)

    def _change(self, taking: Taking) -> None:
        self._taking = taking
        self._seeking.forget()
        self._ask()

    def _ask(self) -> None:
        self._waits = self._finding = None
        self._booking.forget()
        taking = self._taking
        if taking is None or (taking.nothing and not taking.whole_sale):
            self._preview = None
            self._quoting.forget()
        else:
            self._quoting.ask(taking)
        self._tell()

    def _previewed(self, taking: Taking, preview: RefundPreview) -> None:
        self._preview, self._finding = preview, None
        self._tell()
        waits, self._waits = self._waits, None
        if waits is not None:
            waits()

    def _not_previewed(self, fault: Exception) -> None:
        self._waits = None
        self._preview = None
        if isinstance(fault, ServiceRefusal):
            self._finding = fault
            self._tell()
        else:
            self._failed(fault)

    # Booking

    def _missing(self, taking: Taking) -> str:
        """What a return still lacks, in words; empty when nothing does."""
        if taking.nothing and not taking.whole_sale:
            return self._session.words("return.tick_first")
        if not taking.reason:
            return self._session.words("return.reason_first")
        return "" if self._finding is None else self._counter.fault_sentence(self._finding)

    def _authorise(
        self, taking: Taking, preview: RefundPreview, then: Then, *, by_hand: bool = False
    ) -> None:
        """Money out asks for whoever may let it go; the reason was chosen already."""

        def approved(approval: Approval) -> None:
            # Somebody may have changed the goods while the supervisor came.
            if self._taking == taking and self._preview == preview:
                then(replace(taking, seen=approval.reason), preview, approval.operator)

        acts.authorise(self._session, self._counter, taking, preview, approved, by_hand=by_hand)

    @property
    def _busy(self) -> bool:
        return self._booking.busy

    def _go_on(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        """The goods wait at the counter until the new ones are paid."""

        def lent() -> None:
            self._forget()
            self._tell()
            acts.begin_exchange(self._counter, taking, preview, approver)

        self._booking.ask(taking, lent)

    def _booked(self, refund: Refund) -> None:
        self._forget()
        self._session.toasts.clear()
        self._session.sounds.play(Sound.SALE_COMPLETE)
        # The open sale may hold the member whose points have just changed.
        self._counter.sale.requote()
        self._session.navigator.show(Screen.DONE, refund=refund)

    def _not_booked(self, fault: Exception) -> None:
        stale = isinstance(fault, ServiceRefusal) and fault.reason == "QUOTE_STALE"
        words, told = self._session.words, self._counter.fault_sentence
        self._counter.refuse(words("return.quote_stale") if stale else told(fault))
        # Whatever stood against it stands on the screen too.
        self._ask()

    def _forget(self) -> None:
        self._code, self._waits = "", None
        self._taking = self._preview = self._finding = None
        self._seeking.forget()
        self._quoting.forget()

    def _failed(self, fault: Exception) -> None:
        self._counter.say_fault(fault)
        self._tell()

    # Wording

    def _tell(self) -> None:
        wording = ReturnWording(self._counter.figures)
        taking = self._taking
        if taking is None:
            seeking = self._seeking
            self._show(wording.asking(self._code, seeking.rows, seeking.at, reading=seeking.busy))
            return
        self._show(
            wording.taking(
                taking,
                self._preview,
                self._finding,
                code=self._code,
                said="" if self._finding is None else self._counter.fault_sentence(self._finding),
                quoting=self._quoting.busy,
                busy=self._busy,
                asking=self._booking.asking,
                declined=self._booking.declined,
            )
        )
