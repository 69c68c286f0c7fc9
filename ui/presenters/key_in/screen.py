"""The screen for lost receipts: scan the paper, see what its code proves, type the rest, book it.

Shape: `KeyInState`. A supervisor's word comes first and holds until the screen closes. The receipt
is scanned or its number typed; then articles are scanned one by one, and the entries beside them
say what no code says: the time, the member, what was spent and how it was paid. What all of it
comes to follows every step and is held against the paper. F12 books it, and the next paper of the
stack follows. Points that the member has no more are said first and booked with a second F12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import QUANTITY_ONE
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX
from posloyalty.services.selling.key_in import NEED
from posloyalty.services.selling.scanned import ScannedGiftCard, ScannedMember, ScannedProduct
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.form import Draft
from ui.presenters.key_in.reading import slip_of
from ui.presenters.key_in.state import Goods, KeyInState, Work, worded
from ui.presenters.newest import NewestOnly
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.scanning import recognise
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.domain.shop.sale import Sale
    from posloyalty.services.selling.key_in import Checked, Spendable
    from posloyalty.services.selling.key_in_rows import Slip
    from posloyalty.services.selling.lost_papers import LostPaper

CODE_MOST: Final = 200
PRICE: Final = "/"
PRICE_MOST: Final = 10**9
Question = tuple[Work, "Slip"]


class KeyInPresenter(Presenter[KeyInState]):
    """Reads papers and books what was lost."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(KeyInState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._approver: Operator | None = None
        self._work: Work | None = None
        self._draft = Draft()
        self._code = ""
        self._checked: Checked | None = None
        self._finding: Exception | None = None
        self._agreed = False
        self._busy = False
        self._done = (0, 0)
        self._waits: Callable[[], None] | None = None
        self._checking = NewestOnly[Question, "Checked"](
            session.lanes.look_up,
            job=lambda asked: session.till.key_in.check(asked[0].paper, asked[1]),
            done=self._came_to,
            failed=self._not_reckoned,
        )

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Somebody who may answers for it first; a paper in work stands as it was."""
        if self._session.practice:
            self._counter.refuse(self._session.words("refusal.TILL_IN_TRAINING"))
            self._session.navigator.back()
            return
        self._tell()
        if self._approver is not None:
            return

        def answered(approval: Approval) -> None:
            self._approver = approval.operator
            self._tell()

        ask_approval(
            self._session,
            NEED,
            what=lambda: self._session.words("key_in.title"),
            done=answered,
            left=self._session.navigator.back,
        )

    def closed(self) -> None:
        """Whoever comes next answers for themselves."""
        self._approver = None
        self._waits = None
        self._done = (0, 0)

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A receipt, an article of it, a member's card, or a gift card."""
        if self._busy or self._approver is None:
            return
        self._code = ""
        self._session.toasts.clear()
        if text.strip().upper().startswith(RECEIPT_PREFIX):
            self._read(text)
            return
        self._look_up(text)

    def scan_broken(self, reason: str) -> None:
        """Half a scan came."""
        self._counter.refuse(self._session.words(reason))

    def typed(self, character: str) -> None:
        """A number, an article or a price is typed where no entry has the keyboard."""
        if not self._busy and character.isprintable() and not character.isspace():
            self._session.toasts.clear()
            self._code = (self._code + character)[:CODE_MOST]
            self._tell()

    # Keys and taps

    def search(self, text: str) -> None:
        """The line was typed into."""
        self._code = text[:CODE_MOST]
        self._tell()

    def change(self, name: str, value: str) -> None:
        """An entry was typed into."""
        self._draft.change(name, value)
        if name == "member" and self._work is not None:
            self._work = replace(self._work, member_id=None)
        self._reckon()

    def enter(self) -> None:
        """Enter: look for what was typed, or take it as a price; else what the main button says."""
        typed = self._code.strip()
        if not typed:
            self.main_action()
        elif self._busy or self._approver is None:
            return
        elif self._work is not None and typed.startswith(PRICE):
            self._price(typed)
        elif self._work is None or typed.upper().startswith(RECEIPT_PREFIX):
            self._read(typed)
        else:
            self._article(typed)

    def main_action(self) -> None:
        """F12: read the paper, or book it once it agrees."""
        if self._busy or self._approver is None:
            return
        self._session.toasts.clear()
        if self._work is None or self._code.strip():
            if self._code.strip():
                self.enter()
            else:
                self._counter.refuse(self._session.words("key_in.hint"))
            return
        self._draft.findings.clear()
        slip = self._slip(self._work)
        if slip is None or self._finding or not self._work.goods:
            self._counter.refuse(self._found() or self._missing())
            self._tell()
        elif self._checked is None or self._checking.busy:
            self._waits = self.main_action
        elif self._checked.apart:
            self._counter.refuse(self.state.finding)
        elif self._checked.missing and not self._agreed:
            self._agreed = True
            self._counter.refuse(self.state.note)
        else:
            self._book(self._work, slip, self._approver)

    def escape(self) -> None:
        """Esc: what was typed, then the paper, then back to where it was opened from."""
        if self._busy:
            return
        self._session.toasts.clear()
        if self._code:
            self._code = ""
        elif self._work is not None:
            self._forget()
        else:
            self._session.navigator.back()
            return
        self._tell()

    def backspace(self) -> None:
        """The last character goes."""
        self._code = self._code[:-1]
        self._tell()

    def up(self) -> None:
        """The article above."""
        self._move(-1)

    def down(self) -> None:
        """The article below."""
        self._move(1)

    def choose(self, place: int) -> None:
        """An article was tapped."""
        if self._work is not None and self._work.goods:
            place = max(0, min(place, len(self._work.goods) - 1))
            self._work = replace(self._work, at=place)
            self._tell()

    def more(self) -> None:
        """+ : one piece more."""
        self._step(QUANTITY_ONE, "+")

    def fewer(self) -> None:
        """− : one piece less, or none of it."""
        self._step(-QUANTITY_ONE, "-")

    def remove(self) -> None:
        """Del: the article is not on the paper."""
        if self._work is not None and self._work.goods and not self._busy:
            self._change(self._work.changing(self._work.at, None))

    def line_price(self) -> None:
        """/ : the unit price on the paper, where the shelf's is another today."""
        if self._work is None or self._work.chosen is None:
            self._counter.refuse(self._session.words("key_in.goods_hint"))
            return
        self._code = PRICE
        name = self._work.chosen.product.name
        self._counter.said("key_in.price_hint", ToastKind.LOOK, name=name)
        self._tell()

    # The paper

    def _read(self, text: str) -> None:
        operator, approver, till = self._session.operator, self._approver, self._session.till
        if operator is None:
            return

        def read() -> tuple[LostPaper, tuple[Spendable, ...]]:
            paper = till.key_in.read(text, operator, approver=approver)
            return paper, till.key_in.spendable(paper)

        self._forget()
        self._busy = True
        self._tell()
        # It may ask head office, and then writes down whose receipts are believed.
        self._session.lanes.reserving(read, self._read_it, self._failed)

    def _read_it(self, answer: tuple[LostPaper, tuple[Spendable, ...]]) -> None:
        paper, spendable = answer
        self._busy = False
        self._work = Work(paper=paper, spendable=spendable)
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._tell()

    def _forget(self) -> None:
        self._work, self._checked = None, None
        self._draft, self._code, self._finding = Draft(), "", None
        self._agreed = False
        self._checking.forget()

    # Its goods

    def _article(self, text: str) -> None:
        self._code = ""
        self._look_up(text)
        self._tell()

    def _look_up(self, text: str) -> None:
        recognise(self._session, text, ScanScreen.SALE, done=self._recognised, failed=self._failed)

    def _recognised(self, found: object) -> None:
        work = self._work
        if work is None:
            self._counter.refuse(self._session.words("key_in.hint"))
        elif isinstance(found, ScannedProduct) and not found.unknown:
            self._session.sounds.play(Sound.UNDERSTOOD)
            milli = found.quantity_milli or QUANTITY_ONE
            self._change(work.adding(Goods(product=found.product, quantity_milli=milli)))
        elif isinstance(found, ScannedMember):
            self._session.sounds.play(Sound.MEMBER_FOUND)
            self._draft.change("member", self._session.words("key_in.by_card"))
            self._change(replace(work, member_id=found.member_id))
        elif isinstance(found, ScannedGiftCard):
            self._gift_card(work, found.code)
        else:
            self._counter.refuse(self._session.words("key_in.not_understood"))
        self._tell()

    def _gift_card(self, work: Work, code: str) -> None:
        """For the gift card that was sold last, or else the one that paid."""
        for place, one in enumerate(work.goods):
            if one.product.gift_card and not one.card:
                self._change(work.changing(place, replace(one, card=code)))
                return
        self.change("gift_card_code", code)

    def _price(self, typed: str) -> None:
        work = self._work
        try:
            minor = parse_amount(typed.removeprefix(PRICE), self._counter.currency)
        except BadAmount:
            minor = -1
        self._code = ""
        if work is None or work.chosen is None or not 0 <= minor <= PRICE_MOST:
            self._counter.refuse(self._session.words("key_in.amount_wrong"))
            self._tell()
            return
        self._change(work.changing(work.at, replace(work.chosen, price_minor=minor)))

    def _step(self, by: int, sign: str) -> None:
        if self._code and self._code != PRICE:
            self.typed(sign)  # within a number that is being typed, its own sign
            return
        work = self._work
        if work is None or work.chosen is None or self._busy:
            return
        milli = work.chosen.quantity_milli + by
        changed = replace(work.chosen, quantity_milli=milli) if milli > 0 else None
        self._change(work.changing(work.at, changed))

    def _move(self, by: int) -> None:
        if self._work is not None:
            self.choose(self._work.at + by)

    def _change(self, work: Work) -> None:
        self._work = work
        self._reckon()

    # What it comes to

    def _slip(self, work: Work) -> Slip | None:
        return slip_of(work, self._draft, self._counter.currency)

    def _reckon(self) -> None:
        """Reckon anew, quietly while something is still to be typed."""
        self._checked, self._finding, self._agreed = None, None, False
        self._checking.forget()
        work = self._work
        if work is not None and work.goods and self._draft.text("time"):
            quiet = dict(self._draft.findings)
            slip = self._slip(work)
            self._draft.findings = quiet
            if slip is not None:
                self._checking.ask((work, slip))
        self._tell()

    def _came_to(self, asked: Question, checked: Checked) -> None:
        if asked[0] is self._work:
            self._checked = checked
            self._tell()
        self._go_on()

    def _not_reckoned(self, fault: Exception) -> None:
        self._finding = fault
        self._tell()
        self._go_on()

    def _go_on(self) -> None:
        waits, self._waits = self._waits, None
        if waits is not None:
            waits()

    def _missing(self) -> str:
        """What has to be typed yet."""
        code = "key_in.to_type" if self._draft.findings else "key_in.goods_hint"
        return self._session.words(code)

    # Booking

    def _book(self, work: Work, slip: Slip, approver: Operator) -> None:
        operator, till = self._session.operator, self._session.till
        if operator is None:
            return
        self._busy = True
        self._tell()
        self._session.lanes.write(
            lambda: till.key_in.book(work.paper, slip, operator, approver=approver),
            self._booked,
            self._failed,
        )

    def _booked(self, sale: Sale) -> None:
        count, total = self._done
        self._done = (count + 1, total + sale.payable_minor)
        self._busy = False
        self._forget()
        self._session.booked()
        self._session.sounds.play(Sound.UNDERSTOOD)
        amount = self._counter.figures.money(sale.payable_minor)
        self._counter.said("key_in.booked", ToastKind.GOOD, number=sale.again, amount=amount)
        self._tell()

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._counter.say_fault(fault)
        self._tell()

    def _found(self) -> str:
        """Why it cannot be reckoned, in the present language."""
        return "" if self._finding is None else self._counter.fault_sentence(self._finding)

    def _tell(self) -> None:
        self._show(
            worded(
                self._work,
                self._draft,
                self._checked,
                code=self._code,
                finding=self._found(),
                done=self._done,
                busy=self._busy,
                figures=self._counter.figures,
            )
        )
