"""The pay screen's state, and how payments are worded: sums, rows, notes, what the button will do.

Shape: `PayState` holds texts and the raw sums; `PayWording(figures, quote).state(tendering, ...)`
makes it. Nothing is decided here: what would happen is asked of the `Tendering` itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.tender import Tender, TenderKind, TenderRefusal, instrument
from ui.presenters.amounts import Figures
from ui.presenters.chips import ChipState, chip_states, while_paying
from ui.presenters.exchanging import Back, ExchangePay
from ui.presenters.notes_offered import notes_offered
from ui.presenters.tendering import KINDS, STORED, PayField, StoredMoney, Tendering


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """A payment taken: its kind, number and amount; it may be taken back unless it `stays`."""

    number: int
    kind: TenderKind
    title: str
    sub: str
    amount: str
    spoken: str
    chosen: bool
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """A payment whose outcome nobody knows, or money of an exchange that the terminal declined to
    give back: it is asked `again`, or a supervisor can `settle` it.
    """

    id: bytes
    title: str
    sub: str
    amount: str
    spoken: str
    again: str
    settle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindState:
    """A kind of payment as a button; `offered` unless nothing here pays by it."""

    kind: TenderKind
    label: str
    chosen: bool
    offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteState:
    """A sum to settle at once, or a QR wallet to pay by: `scheme` its name in the market's table,
    "" for any other; None for a sum. `short` is what a narrow window has room for, "" for a note
    that it leaves out.
    """

    label: str
    short: str
    spoken: str
    amount_minor: int = 0
    scheme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayState:
    """The whole screen; `figures` are label, amount and tone."""

    payable: str = ""
    payable_minor: int = 0
    paid: str = ""
    paid_minor: int = 0
    due_label: str = ""
    due: str = ""
    due_minor: int = 0
    paid_rows: tuple[PaidRow, ...] = ()
    pending_rows: tuple[PendingRow, ...] = ()
    chips: tuple[ChipState, ...] = ()
    sums: tuple[tuple[str, str, str], ...] = ()
    kinds: tuple[KindState, ...] = ()
    amount_label: str = ""
    amount: str = ""
    amount_fresh: bool = False
    whole: bool = False
    reference_label: str = ""
    reference: str = ""
    reference_hint: str = ""
    wants_reference: bool = False
    field: PayField = PayField.AMOUNT
    notes: tuple[NoteState, ...] = ()
    change_label: str = ""
    change: str = ""
    change_kind: str = "due"
    main: str = ""
    completes: bool = False
    ready: bool = False
    busy: bool = False


class PayWording:
    """Words payments of a quoted sale."""

    def __init__(
        self, figures: Figures, quote: Quote | None, *, kinds: frozenset[TenderKind]
    ) -> None:
        self._figures = figures
        self._stored_kinds = kinds
        self._words = figures.words
        self._quote = quote

    def state(
        self,
        now: Tendering,
        *,
        chosen: int | None,
        busy: bool,
        asking: bool = False,
        pending: tuple[Payment, ...] = (),
    ) -> PayState:
        """The screen for these payments; `chosen` is the one that Del takes back, `asking` says
        that the terminal is asked, `pending` what it has not answered.
        """
        words, figures, quote = self._words, self._figures, self._quote
        cash, gift_card = now.kind is TenderKind.CASH, now.kind is TenderKind.GIFT_CARD
        due_label = words("pay.still_due")
        if cash and now.rounds:
            asked = figures.money(now.rounding.payable(now.due_minor))
            due_label = words("pay.still_due_cash", amount=asked)
        change_label, change, change_kind = self._change(now)
        main, completes, ready = self._main(now, busy=busy, asking=asking)
        return PayState(
            payable=figures.money(now.payable_minor),
            payable_minor=now.payable_minor,
            paid=figures.money(now.paid_minor),
            paid_minor=now.paid_minor,
            due_label=due_label,
            due=figures.total(max(0, now.due_minor)),
            due_minor=now.due_minor,
            # Less than a coin is nothing that anybody gave, or could have again.
            paid_rows=tuple(self._paid_row(t, chosen) for t in now.tenders if t.given_minor),
            chips=while_paying(chip_states(quote, figures)),
            sums=pay_sums(quote, figures),
            kinds=tuple(
                KindState(
                    kind=kind,
                    label=self._kind(kind, now),
                    chosen=kind is now.kind,
                    offered=kind not in STORED or kind in self._stored_kinds,
                )
                for kind in KINDS
            ),
            amount_label=words("pay.cash_given" if cash else "pay.amount"),
            amount=now.amount.text,
            amount_fresh=now.amount.fresh,
            whole=now.currency.exponent == 0,
            pending_rows=tuple(self._pending_row(one) for one in pending),
            reference_label=self._label(now),
            reference=now.reference if now.stored is None else self._found(now.stored),
            reference_hint=words("pay.card_hint" if gift_card else "pay.reference_hint"),
            wants_reference=not (cash or now.by_terminal or now.asks_wallet)
            and (now.kind is not TenderKind.WALLET or now.stored is not None),
            field=now.field,
            notes=self._notes(now) if cash else self._wallets(now),
            change_label=change_label,
            change=change,
            change_kind=change_kind,
            main=main,
            completes=completes,
            ready=ready and not busy,
            busy=busy or asking,
        )

    def _found(self, money: StoredMoney) -> str:
        """A gift card or wallet that was found, with what it can pay."""
        return self._words(
            "pay.stored_found", name=self._name(money), amount=self._figures.money(money.left_minor)
        )

    def _label(self, now: Tendering) -> str:
        """What the reference is of, with the QR wallet that was chosen, or that a code showed."""
        label = self._words(_label_of(now.kind))
        return f"{self._kind(now.kind, now)} · {label}" if now.scheme else label

    def _kind(self, kind: TenderKind, now: Tendering) -> str:
        """A kind of payment as its button says it: the chosen QR wallet by its name."""
        scheme = now.scheme if kind is now.kind else ""
        return instrument(kind, scheme, lambda code: self._words(f"pay.{code}"))

    def _wallets(self, now: Tendering) -> tuple[NoteState, ...]:
        """The QR wallets of the market, and any other, while one is to be chosen."""
        if not now.asks_wallet or now.due_minor <= 0:
            return ()
        other = self._words("pay.scheme_other")
        # The reference may be typed at once, so a window without room for it does without.
        last = NoteState(label=other, short="", spoken=other, scheme="")
        return (*(self._wallet(now.kind, scheme) for scheme in now.wallets), last)

    def _wallet(self, kind: TenderKind, scheme: str) -> NoteState:
        name = instrument(kind, scheme, lambda code: self._words(f"pay.{code}"))
        short = instrument(kind, scheme, lambda code: self._words(f"pay.short_{code}"))
        return NoteState(label=name, short=short, spoken=name, scheme=scheme)

    def _name(self, money: StoredMoney) -> str:
        if money.kind is TenderKind.WALLET:
            return self._figures.wallet_name(money.name)
        return money.name

    def _pending_row(self, payment: Payment) -> PendingRow:
        words, back = self._words, "back_" if payment.back else ""
        title = words(f"pay.{payment.kind.value}")
        outcome = "outcome_unknown" if payment.open else "outcome_declined"
        sub = words(f"pay.{back}{outcome}")
        amount = self._figures.money(payment.amount_minor)
        return PendingRow(
            id=payment.id,
            title=title,
            sub=sub,
            amount=amount,
            spoken=", ".join((title, amount, sub)),
            again=words("pay.ask_again" if payment.open else "pay.try_again"),
            settle=words("pay.settle" if payment.open else "pay.given_otherwise"),
        )

    def exchanged(self, state: PayState, exchange: ExchangePay) -> PayState:
        """The same in an exchange: whose money stands first, and what goes back at the end."""
        if not exchange.open:
            return state
        rows = tuple(
            self._of_returned(row) if row.number <= exchange.locked else row
            for row in state.paid_rows
        )
        state = replace(state, paid_rows=rows, chips=(), ready=state.ready and not exchange.waits)
        if not exchange.back:
            return state
        amount = self._figures.money(sum(n for _, n in exchange.back))
        main = state.main if state.busy else self._words("pay.exchange_complete", amount=amount)
        return replace(
            state,
            main=main,
            change_label=self._gives_back(exchange.back),
            change=amount,
            change_kind="change",
        )

    def _of_returned(self, row: PaidRow) -> PaidRow:
        """Money of the goods that come back: it stays among the payments, and is said so."""
        title = self._words("pay.exchange_row", kind=row.title)
        spoken = ", ".join(part for part in (title, row.amount, row.sub) if part)
        return replace(row, title=title, spoken=spoken, stays=True)

    def _gives_back(self, back: Back) -> str:
        """Coins alone are given back; of anything else it is said how much goes where."""
        words, money = self._words, self._figures.money
        if [kind for kind, _ in back] == [TenderKind.CASH]:
            return words("done.give_back")
        return " · ".join(f"{words(f'pay.{kind}')} {money(amount)}" for kind, amount in back)

    def _paid_row(self, tender: Tender, chosen: int | None) -> PaidRow:
        words, figures = self._words, self._figures
        kind = instrument(tender.kind, tender.scheme, lambda code: words(f"pay.{code}"))
        amount = figures.money(tender.given_minor)
        change = figures.money(tender.change_minor)
        sub = tender.reference or ""
        if tender.kind is TenderKind.WALLET:
            sub = figures.wallet_name(sub)
        if tender.change_minor:
            sub = words("pay.row_change", amount=change)
        return PaidRow(
            number=tender.number,
            kind=tender.kind,
            title=kind,
            sub=sub,
            amount=amount,
            spoken=", ".join(part for part in (kind, amount, sub) if part),
            chosen=tender.number == chosen,
        )

    def _notes(self, now: Tendering) -> tuple[NoteState, ...]:
        figures, words = self._figures, self._words
        if now.due_minor <= 0:
            return ()
        exact = NoteState(
            label=words("pay.exact"),
            short=words("pay.exact"),
            spoken=words("pay.exact_spoken", amount=figures.money(now.asked_minor)),
            amount_minor=now.asked_minor,
        )
        notes = notes_offered(now.asked_minor, now.currency)
        return (
            exact,
            *(
                NoteState(
                    label=figures.short(n),
                    short=figures.short(n),
                    spoken=figures.money(n),
                    amount_minor=n,
                )
                for n in notes
            ),
        )

    def _change(self, now: Tendering) -> tuple[str, str, str]:
        """What goes back, or what stays due, if the main button were pressed now."""
        words, figures = self._words, self._figures
        if now.due_minor <= 0:
            return words("pay.change_label"), figures.money(now.change_minor), "change"
        try:
            after = now.taken()
        except TenderRefusal:
            return "", "", "due"
        if now.stored is not None:
            left = now.stored.left_minor - (now.amount_minor() or 0)
            return words("pay.stored_left", name=self._name(now.stored)), figures.money(left), "due"
        if after.due_minor > 0:
            return words("pay.left_label"), figures.money(after.due_minor), "due"
        if now.kind is not TenderKind.CASH:
            return "", "", "due"
        return words("pay.change_label"), figures.money(after.change_minor), "change"

    def _main(self, now: Tendering, *, busy: bool, asking: bool) -> tuple[str, bool, bool]:
        """What the main button says, whether that completes, and whether it can be done now."""
        words, figures = self._words, self._figures
        if busy or asking:
            return words("pay.booking" if busy else "pay.terminal_asked"), busy, False
        if now.due_minor < 0:
            return words("pay.take_back"), False, False
        if now.looks_up:
            return words("pay.look_up_card"), False, True
        after = now
        if now.due_minor > 0:
            try:
                after = now.taken()
            except TenderRefusal as refusal:
                code = f"pay.main_{refusal.reason.lower()}"
                facts = {name: figures.money(value) for name, value in refusal.numbers.items()}
                return words(code, **facts), False, False
            if now.by_terminal:
                sent = figures.money(now.amount_minor() or 0)
                return words("pay.send", amount=sent), False, True
        if after.due_minor > 0:
            amount = now.amount_minor() or 0
            return (
                words("pay.take", amount=figures.short(amount), due=figures.money(after.due_minor)),
                False,
                True,
            )
        complete = words("pay.complete")
        if after.change_minor:
            change = figures.money(after.change_minor)
            complete = words("pay.complete_change", amount=change)
        return complete, True, True


def _label_of(kind: TenderKind) -> str:
    """What stands before a reference, a card's number or the wallet that was found."""
    if kind is TenderKind.WALLET:
        return "pay.wallet"
    return "pay.card_number" if kind is TenderKind.GIFT_CARD else "pay.reference"


def taken_back(tender: Tender, figures: Figures) -> str:
    """That a payment was taken back, in words."""
    kind = instrument(tender.kind, tender.scheme, lambda code: figures.words(f"pay.{code}"))
    return figures.words("pay.taken_back", kind=kind, amount=figures.money(tender.given_minor))


def not_taken(refusal: TenderRefusal, figures: Figures) -> str:
    """Why a payment cannot be taken as it is keyed in, and what to do."""
    facts = {name: figures.money(value) for name, value in refusal.numbers.items()}
    return figures.words(f"pay.tender_{refusal.reason.lower()}", **facts)


def pay_sums(quote: Quote | None, figures: Figures) -> tuple[tuple[str, str, str], ...]:
    """The sale's sums and the member's points after it: label, amount, tone."""
    if quote is None:
        return ()
    words = figures.words
    rows = [
        (words("pay.before_offers"), figures.money(quote.gross_minor - quote.donated_minor), "ink")
    ]
    if quote.offers_minor:
        label = words.counted("pay.offers", len(quote.offers))
        rows.append((label, figures.money(-quote.offers_minor), "success"))
    for redemption in quote.redemptions:
        label = words("pay.points", points=figures.points(redemption.wallet, redemption.points))
        rows.append((label, figures.money(-redemption.amount_minor), "success"))
    added = quote.payable_minor - quote.gross_minor + quote.offers_minor + quote.redeemed_minor
    if added:
        rows.append((words("pay.tax_added"), figures.money(added), "ink"))
    elif quote.tax_minor:
        rows.append((words("pay.tax_included"), figures.money(quote.tax_minor), "ink"))
    if quote.donated_minor:
        rows.append((words("pay.given"), figures.money(quote.donated_minor), "ink"))
    for earning in quote.earnings if quote.member_id is not None else ():
        points = figures.signed_points(earning.wallet, earning.points)
        unit = figures.unit(earning.wallet)
        rows.append((words("pay.earns"), words("pay.points_of", points=points, unit=unit), "ink"))
    for wallet in quote.wallets_after:
        balance = figures.points(wallet.wallet, wallet.balance)
        has = words("pay.points_of", points=balance, unit=figures.unit(wallet.wallet))
        rows.append((words("pay.balance_after"), has, "ink"))
    return tuple(rows)
