"""A gift card at the counter: what is on it, until when; a lost one is frozen and moved.

Shape: `GiftCardState` is the card as of now, or why there is none. The code stays in here; the card
is shown by its last characters. Anybody freezes; a supervisor makes it good again, lets all that is
on it be moved to a new card, whose code is scanned or typed here, or lets what is left be paid out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.shop.pay_out import PayOutWay
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import PAYMENT_CODE, Counter, counter_of
from ui.presenters.pay_out import PayingOut
from ui.presenters.ports import Sheet, Sound
from ui.presenters.reserving import asked_first
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.selling.gift_cards import CardView


MOVABLE: Final = ("active", "frozen", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class WayState:
    """A way to pay out what is left; one that is not `offered` says why when it is pressed."""

    way: PayOutWay
    words: str
    offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardState:
    """The sheet; `figures` are label, amount and tone, `refused` says why there is no card. `ways`
    are there while what is left is to be paid out, `note` what holds for that.
    """

    title: str = ""
    state: str = ""
    good: bool = True
    balance: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()
    refused: str = ""
    act: str = ""
    frozen: bool = False
    ready: bool = False
    can_move: bool = False
    moving: bool = False
    code: str = ""
    move: str = ""
    ways: tuple[WayState, ...] = ()
    note: str = ""
    busy: bool = False


class GiftCardPresenter(Presenter[GiftCardState]):
    """Looks a card up and freezes it."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(GiftCardState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._code = ""
        self._card: CardView | None = None
        self._refused: Exception | None = None
        self._busy = False
        self._new = ""
        self._paying = PayingOut(session, self._counter, self._paid_or_not)

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Look the card up; a code to move to may come along."""
        self._code = str(arguments.get("code", ""))
        self._new = str(arguments.get("new", ""))
        self._card, self._refused, self._busy = None, None, False
        self._paying.forget()
        self.takes_scans = bool(self._new)
        self._look()

    def closed(self) -> None:
        """Nothing of the card is kept."""
        self._code = self._new = ""
        self._card, self._refused, self.takes_scans = None, None, False
        self._paying.forget()

    def reworded(self) -> None:
        """Another language: the card is read again, for its name."""
        if self._card is not None and not self._busy:
            self._look(aloud=False)
        self._tell()

    # Keys and taps

    def scanned(self, text: str) -> None:
        """The new card, while one is asked for; anything else is none, a payment code above all."""
        self._recognise(text, typed=False)

    def type_code(self, text: str) -> None:
        """The new card's code was typed into its field."""
        self._new = text.strip()
        self._tell()

    def typed(self, character: str) -> None:
        """A digit is a way, while what is left is to be paid out."""
        if character.isascii() and character.isdigit() and self.state.ways:
            self.choose_way(int(character) - 1)

    def enter(self) -> None:
        """Move the card where a new one is asked for; else it was looked at."""
        if self.takes_scans:
            self.move()
        else:
            self.escape()

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def freeze(self) -> None:
        """Freeze a good card, or make a frozen one good again."""
        card, operator, code = self._card, self._session.operator, self._code
        if card is None or operator is None or self._busy or not self.state.ready:
            return
        cards, session = self._session.till.gift_cards, self._session
        if not self.state.frozen:
            self._write(lambda: cards.freeze(code, operator))
            return

        def what() -> str:
            return f"{session.words('gift.unfreeze')} · {card.card}"

        def done(approval: Approval) -> None:
            if approval.operator != operator:
                # The question took this sheet's place.
                session.navigator.open_sheet(Sheet.GIFT_CARD, code=code)
            self._write(lambda: cards.unfreeze(code, operator, approved_by=approval.operator))

        ask_approval(session, Need(Right.WAIVE), what=what, done=done)

    def pay_out(self) -> None:
        """F9: what is left is to be paid out; once more, it is not after all."""
        if self._paying.offer is not None:
            self._paying.forget()
            self._tell()
        elif self.state.ready and not self.state.moving:
            self._paying.begin(self._code)

    def choose_way(self, place: int) -> None:
        """A way to pay it out was tapped, or its digit typed."""
        if 0 <= place < len(self.state.ways):
            self._paying.choose(self.state.ways[place].way)

    def move(self) -> None:
        """Ask for the new card; when its code is there, move all to it."""
        if not self.state.can_move:
            return
        if self._new:
            self._recognise(self._new, typed=True)
            return
        till, code = self._session.till, self._code

        def may(_nothing: None) -> None:
            if code == self._code:
                self.takes_scans = True
                self._tell()

        self._session.lanes.look_up(lambda: till.gift_cards.check_move(code), may, self._failed)

    def _recognise(self, text: str, *, typed: bool) -> None:
        from posloyalty.domain.shop.scan_code import ScanScreen
        from posloyalty.services.selling.scanned import ScannedGiftCard, ScanRefused

        till = self._session.till

        def came(found: object) -> None:
            refused = isinstance(found, ScanRefused) and str(found.reason) == PAYMENT_CODE
            if isinstance(found, ScannedGiftCard):
                self._move_to(found.code)
            elif typed and not refused:
                self._move_to(text.strip())
            else:
                self._new = ""
                self._counter.refuse(self._session.words("gift.no_card"))
                self._tell()

        self._session.lanes.look_up(
            lambda: till.scan.recognise(text, screen=ScanScreen.SALE), came, self._failed
        )

    def _move_to(self, new: str) -> None:
        """Move all to a new card, if somebody answers for that."""
        card, operator, code = self._card, self._session.operator, self._code
        if card is None or operator is None or self._busy or not self.state.can_move:
            return
        self._new = new
        cards, session = self._session.till.gift_cards, self._session
        language = session.words.language

        def what() -> str:
            return f"{session.words('gift.move')} · {card.card}"

        def done(approval: Approval) -> None:
            if approval.operator != operator:
                # The question took this sheet's place.
                session.navigator.open_sheet(Sheet.GIFT_CARD, code=code, new=new)
            self._busy = True
            move_id = cards.new_id()

            def answered(_found: object) -> None:
                # What head office did not hold aside, the move itself refuses.
                session.lanes.write(
                    lambda: cards.replace(
                        code,
                        new,
                        operator,
                        approved_by=approval.operator,
                        move_id=move_id,
                        language=language,
                    ),
                    lambda moved: self._moved(moved, new),
                    self._failed,
                )

            self._ask_first(code, move_id, answered)
            self._tell()

        ask_approval(session, Need(Right.WAIVE), what=what, done=done)

    def _ask_first(self, code: str, move_id: bytes, done: Callable[[object], None]) -> None:
        till = self._session.till
        if not till.lending.asks_now:
            done(None)
            return
        wants = till.gift_cards.wants_to_move(code)
        asked_first(
            self._session, lambda: till.reserving.reserve_for(move_id, wants, whole=True), done
        )

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    def _look(self, *, aloud: bool = True) -> None:
        till, code, language = self._session.till, self._code, self._session.words.language
        self._session.lanes.look_up(
            lambda: till.gift_cards.look_up(code, language),
            self._if_same(code, aloud),
            self._unknown,
        )
        self._tell()

    def _if_same(self, code: str, aloud: bool) -> Callable[[CardView], None]:
        def came(card: CardView) -> None:
            if code == self._code:
                self._card = card
                if aloud:
                    self._session.sounds.play(Sound.UNDERSTOOD)
                self._tell()

        return came

    def _unknown(self, fault: Exception) -> None:
        self._refused = fault
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    def _write(self, job: Callable[[], None]) -> None:
        self._busy = True
        self._session.lanes.write(job, self._done, self._failed)
        self._tell()

    def _moved(self, moved: CardView, new: str) -> None:
        self._busy, self.takes_scans = False, False
        self._code, self._new, self._card = new, "", moved
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._counter.said("gift.moved", card=moved.card)
        self._tell()

    def _done(self, _nothing: None) -> None:
        self._busy = False
        self._look()

    def _paid_or_not(self) -> None:
        self._busy = self._paying.busy
        if self._code and not self._busy and self._paying.offer is None:
            self._look()
        else:
            self._tell()

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._counter.say_fault(fault)
        self._tell()

    # Wording

    def _tell(self) -> None:
        words, figures, card = self._session.words, self._counter.figures, self._card
        if card is None:
            fault = self._refused
            said = "" if fault is None else self._counter.fault_sentence(fault)
            self._show(GiftCardState(title=words("gift.title"), refused=said))
            return
        rows = [(words("gift.principal"), figures.money(card.principal_minor), "ink")]
        if card.bonus_minor:
            rows.append((words("gift.bonus"), figures.money(card.bonus_minor), "ink"))
        if card.here_minor is not None and card.here_minor < card.balance_minor:
            rows.append((words("gift.here"), figures.money(card.here_minor), "warn"))
        if card.last_day is None:
            rows.append((words("gift.validity"), words("gift.no_end"), "ink"))
        else:
            rows.append((words("gift.through"), card.last_day.isoformat(), "ink"))
        rows.append((words("gift.as_of"), f"{card.as_of:%m-%d %H:%M}", "ink"))
        state = card.state.value
        self._show(
            GiftCardState(
                title=f"{card.name} {card.card}",
                state=words(f"gift.{state}"),
                good=state == "active",
                balance=figures.total(card.balance_minor),
                figures=tuple(rows),
                act=words("gift.unfreeze" if state == "frozen" else "gift.freeze"),
                frozen=state == "frozen",
                ready=state in ("active", "frozen") and not self._busy,
                can_move=state in MOVABLE and not self._busy,
                moving=self.takes_scans,
                code=self._new,
                move=words("gift.move_now" if self.takes_scans and self._new else "gift.move"),
                ways=self._ways(),
                busy=self._busy,
                note=self._note(),
            )
        )

    def _ways(self) -> tuple[WayState, ...]:
        offer, words = self._paying.offer, self._session.words
        if offer is None:
            return ()
        money = self._counter.figures.money
        own = "_named" if offer.terms.same_name else ""
        said = {PayOutWay.CASH: "gift.way_cash", PayOutWay.ACCOUNT: f"gift.way_account{own}"}
        return tuple(
            WayState(
                way=way,
                words=words(said[way], amount=money(offer.given_minor(way))),
                offered=way is PayOutWay.ACCOUNT or offer.cash_refused is None,
            )
            for way in PayOutWay
        )

    def _note(self) -> str:
        """What holds for the pay-out: why not in cash, and what becomes of a bonus."""
        offer = self._paying.offer
        if offer is None:
            return ""
        words, money = self._session.words, self._counter.figures.money
        refused, bonus = offer.cash_refused, offer.bonus_minor
        parts = []
        if refused is not None:
            coin = refused.reason == "CARD_NO_COIN"
            most = "" if coin else money(offer.terms.cash_most or 0)
            parts.append(words("gift.note_coin" if coin else "gift.note_cash", amount=most))
        if bonus:
            parts.append(words("gift.bonus_void", amount=money(bonus)))
        return " ".join(parts)
