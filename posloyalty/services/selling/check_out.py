"""Ringing up a sale: `quote` says what it comes to and why, `complete` makes it durable.

Shape: baskets and quotes are values; the service holds no open sale. A completed sale is one
transaction: journal event, sale, lines with their allocations, tenders, transfers, lots, tier
levels, outbox row, print job, and the end of its draft. Whoever is told of the sale is told after
the commit. The screen and `posloyalty replay` both come through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from posloyalty.domain.engine.context import Context, StoreContext
from posloyalty.domain.engine.evaluate import answer, evaluate
from posloyalty.domain.engine.list_prices import at_list_prices
from posloyalty.domain.engine.marks import freeze_sale
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.paid_from_wallets import as_paid, points_paid
from posloyalty.domain.engine.posting import SalePostings, plan_sale, sold_by
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.stored_value import CardPayment
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.sale import Sale, Told
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.balance_age import balance_age
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import whole_budgets
from posloyalty.services.lending.lent_wallets import RoomInWallet
from posloyalty.services.ports import BookedSale, Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.build_sale import build_sale
from posloyalty.services.selling.by_hand import approver_of
from posloyalty.services.selling.counter_facts import (
    CounterRules,
    counter_store,
    member_state,
    shown_rights,
)
from posloyalty.services.selling.fresh_quote import (
    agreed_on,
    check_context,
    check_fresh,
    check_paid,
    still_there,
)
from posloyalty.services.selling.happened import Again, borne, on_day, state_then
from posloyalty.services.selling.pay_from_wallet import (
    from_wallets,
    stored_kinds,
    wallet_money,
    wallet_tender,
)
from posloyalty.services.selling.sale_wishes import WouldDo
from posloyalty.services.selling.shop_facts import ShopFacts
from posloyalty.services.selling.sold_rights import check_sold, refused_sold
from posloyalty.services.selling.stored_cards import (
    blocked_lines,
    check_loads,
    payments,
    prepaid,
    refused_loads,
    with_cards,
)
from posloyalty.services.selling.take_payments import check_counted
from posloyalty.services.selling.tell_goods import tell_goods


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenQuote:
    """The bytes of a quote's programme, empty where the till has none, and the shop's part."""

    programme: bytes
    store: StoreContext


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreed:
    """What a sale is booked from, once it is known to be what the customer was shown."""

    programme: Programme
    state: MemberState | None
    store: StoreContext
    basket: Basket
    quote: Quote
    context: Context


class CheckOut(Grounded):
    """The sale, from an empty basket to the committed book."""

    def __init__(self, ground: Ground, *, lending: Lending | None = None) -> None:
        super().__init__(ground)
        self._lending = Lending(self._book, self._clock) if lending is None else lending
        self._shop = ShopFacts()

    def open_basket(self) -> Basket:
        """An empty basket; its sale id is the id of the event that it may become."""
        return Basket(sale_id=self._ids.new_id(), currency=self._rules().currency)

    def quote(
        self,
        basket: Basket,
        *,
        at: datetime | None = None,
        language: str | None = None,
        operator: Operator | None = None,
    ) -> Quote:
        """What the basket comes to now, or at an instant of a replay; names in a language. The
        operator who rings earns nothing with a card of their own.

        Raises `ServiceRefusal` NO_SUCH_MEMBER.
        """
        with self._way.first():
            with self._book.read() as reader:
                quote = self.quote_in(reader, basket, at=at, language=language, operator=operator)
            # Reckoned here, on the caller's lane, and not when the screen reads it.
            len(quote.proposals)
            len(quote.by_tender)
        return quote

    def quote_in(
        self,
        reader: Reader | UnitOfWork,
        basket: Basket,
        *,
        at: datetime | None = None,
        language: str | None = None,
        operator: Operator | None = None,
    ) -> Quote:
        """The same within a caller's snapshot, or on what its transaction has written so far."""
        rules = self._rules()
        at = self._instant(at, rules)
        programme = self._programme(reader, at, rules)
        state = state_then(reader, basket, programme, at)
        store = on_day(counter_store(reader, programme, at, rules, language), basket)
        store = self._at_counter(store, reader, programme, basket, operator)
        quote = evaluate(
            programme,
            basket,
            state,
            at,
            tax_classes=self._shop.of(reader).tax_classes,
            store=self._lending.into(store, reader, programme, state, basket, at),
        )
        refused = (
            *refused_sold(programme, basket),
            *refused_loads(programme, basket, store, quote.day, rules.cards),
        )
        if not refused:
            return quote
        return replace(quote, blocked=(*quote.blocked, *blocked_lines(refused)))

    def would_do(self, reader: Reader, basket: Basket, tenders: tuple[Tender, ...] = ()) -> WouldDo:
        """What the sale, paid so, would come to and do if this till held all of every budget and
        of the member's points: what to ask for of them.
        """
        rules = self._rules()
        at = self._instant(None, rules)
        programme = self._programme(reader, at, rules)
        state = member_state(reader, basket, programme, at)
        store = counter_store(reader, programme, at, rules)
        store = self._at_counter(store, reader, programme, basket, None)
        found = answer(
            programme,
            basket,
            state,
            at,
            tax_classes=self._shop.of(reader).tax_classes,
            store=replace(store, budgets=whole_budgets(programme)),
        )
        try:
            does = as_paid(found, at, points_paid(programme, tenders))
        except SpendRefusal:
            does = found.after.does  # wallets cannot pay so: the sale says why
        return WouldDo(found.quote, does)

    def _at_counter(
        self,
        store: StoreContext,
        reader: Reader | UnitOfWork,
        programme: Programme,
        basket: Basket,
        operator: Operator | None,
    ) -> StoreContext:
        """The shop's part with what was shown here, and who rings."""
        store = replace(
            store,
            shown=shown_rights(reader, basket),
            operator_id=b"" if operator is None else operator.id,
            prices=self._shop.of(reader).price_lists,
        )
        return with_cards(reader, programme, basket, store)

    def frozen(self, quote: Quote) -> FrozenQuote:
        """What a quote of this till was made from, beside the basket and what it holds itself.

        Raises `ServiceRefusal` QUOTE_STALE when its programme is no longer kept.
        """
        rules = self._rules()
        with self._book.read() as reader:
            stored = reader.programmes.by_hash(quote.programme.hash)
            programme = self._programmes.pinned(reader, quote.programme.hash)
            if programme is None or stored is None:
                programme = without_programme(rules.currency, rules.zone)
                if programme.hash != quote.programme.hash:
                    raise ServiceRefusal("QUOTE_STALE")
            store = counter_store(reader, programme, quote.at, rules)
            store = replace(store, prices=self._shop.of(reader).price_lists)
        return FrozenQuote(programme=b"" if stored is None else stored.toml, store=store)

    def wallets(self, language: str | None = None) -> dict[str, tuple[str, int]]:
        """Name, in a language, and number of decimals of each wallet of the programme in effect."""
        rules = self._rules()
        named = rules.language if language is None else language
        with self._book.read() as reader:
            programme = self._programme(reader, self._instant(None, rules), rules)
        return {w.id: (w.names.in_language(named), w.scale) for w in programme.wallets}

    def stored_kinds(self) -> frozenset[TenderKind]:
        """The kinds of stored value that the programme in effect lets pay."""
        rules = self._rules()
        with self._book.read() as reader:
            return stored_kinds(self._programme(reader, self._instant(None, rules), rules))

    def wallet_money(
        self, basket: Basket, quote: Quote, tenders: tuple[Tender, ...]
    ) -> tuple[str, int]:
        """The member's wallet that pays, and what it can still pay here. Refuses as the function
        of the same name does.
        """
        programme, rooms = self._wallets_here(basket)
        return wallet_money(programme, basket, quote, tenders, rooms=rooms)

    def pay_from_wallet(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        *,
        wallet_id: str | None = None,
        amount_minor: int | None = None,
    ) -> Tender:
        """A payment from the member's wallet. Refuses as `wallet_tender` does, also what may not be
        taken here now.
        """
        programme, rooms = self._wallets_here(basket)
        return wallet_tender(
            programme,
            basket,
            quote,
            tenders,
            rooms=rooms,
            wallet_id=wallet_id,
            amount_minor=amount_minor,
        )

    def _wallets_here(self, basket: Basket) -> tuple[Programme, dict[str, RoomInWallet]]:
        rules = self._rules()
        with self._book.read() as reader:
            at = self._instant(None, rules)
            programme = self._programme(reader, at, rules)
            state = member_state(reader, basket, programme, at)
            return programme, self._lending.rooms_in_wallets(reader, programme, state, basket, at)

    def complete(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        operator: Operator,
        *,
        at: datetime | None = None,
    ) -> Sale:
        """Book a paid sale in one transaction and return it; the same sale id again books nothing.

        Raises `ServiceRefusal` EMPTY, UNPAID (`due_minor`), OVERPAID (`over_minor`), what
        `stored_cards` says of gift cards that are sold or that pay, LEASE_SHORT when this till may
        not hand out so many points by itself, PAYMENT_NOT_COUNTED when a terminal took what no
        tender says, APPROVAL_NEEDED when more is taken off by hand than the operator may, or
        QUOTE_STALE when programme, member or day are no
        longer those of the quote: quote again, then pay.
        """
        check_paid(basket, quote, tenders)
        with self._way.first(), self._book.write() as unit:
            sale = self.complete_in(unit, basket, quote, tenders, operator, at=at)
            unit.commit()
        return sale

    def complete_in(
        self,
        unit: UnitOfWork,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        operator: Operator,
        *,
        at: datetime | None = None,
        told: tuple[Told, ...] = (),
        cards_back: Iterable[tuple[bytes, int]] = (),
        again: Again | None = None,
    ) -> Sale:
        """The same within a unit that the caller commits; `told` is what its receipt says too, and
        `cards_back` what the same unit put on gift cards before. `again` is the receipt from which
        a sale is keyed in again: that is the paper that it has.
        """
        check_paid(basket, quote, tenders)
        rules = self._rules()
        at = self._instant(at, rules)
        stored = unit.sales.by_id(basket.sale_id)
        if stored is not None:
            return stored.sale
        agreed = self._agreed(unit, basket, quote, tenders, operator, at, rules)
        check_counted(unit.payments.of_sale(basket.sale_id), tenders)
        check_sold(agreed.programme, agreed.basket)
        check_loads(agreed.programme, agreed.basket, agreed.store, agreed.context.day, rules.cards)
        if again is not None:
            rules = replace(rules, print_receipts=False)
        return self._booked(
            unit,
            agreed,
            tenders,
            operator,
            at,
            rules,
            told=told,
            cards_back=dict(cards_back),
            again=again,
        )

    def _agreed(
        self,
        unit: UnitOfWork,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        operator: Operator,
        at: datetime,
        rules: CounterRules,
    ) -> _Agreed:
        """The sale as this transaction finds it, when that still is what was shown; or refuses."""
        programme = self._programme(unit, at, rules)
        state = state_then(unit, basket, programme, at)
        store = on_day(counter_store(unit, programme, at, rules), basket)
        store = replace(store, prices=self._shop.of(unit).price_lists)
        basket = at_list_prices(programme, basket, state, at, store)
        check_fresh(basket, quote, programme, state, at, rules, store.business_day(at))
        if programme.looks_at_tenders:
            basket, quote = self._as_paid(unit, basket, quote, tenders, operator)
        # As of the quote, so that what was shown is what is done; booked as of now.
        shown = shown_rights(unit, basket)
        if not still_there(quote, shown):
            raise ServiceRefusal("QUOTE_STALE")
        store = replace(store, shown=shown, operator_id=operator.id)
        if basket.happened_on is None:
            store = self._lending.with_lent(store, unit, programme, state, at)
        store = with_cards(unit, programme, basket, store)
        context = freeze_sale(programme, basket, state, quote.at, store)
        check_context(context, quote)
        return _Agreed(
            programme=programme,
            state=state,
            store=store,
            basket=basket,
            quote=quote,
            context=context,
        )

    def _booked(
        self,
        unit: UnitOfWork,
        agreed: _Agreed,
        tenders: tuple[Tender, ...],
        operator: Operator,
        at: datetime,
        rules: CounterRules,
        *,
        told: tuple[Told, ...],
        cards_back: dict[bytes, int],
        again: Again | None,
    ) -> Sale:
        """Write the sale with all that it does; what is lent is charged in the same unit."""
        programme, basket, quote = agreed.programme, agreed.basket, agreed.quote
        by_cards = payments(unit, programme, tenders, agreed.context.day)
        by_wallets = from_wallets(programme, basket, tenders)
        postings = _postings(agreed.context, quote, at, by_cards, by_wallets)
        if (by_wallets or again is not None) and postings.after is not None:
            after = wallet_states(programme, postings.after, agreed.context.day)
            quote = replace(quote, wallets_after=after)
        charged = self._lending.charge(
            unit,
            programme,
            agreed.state,
            basket,
            borne(unit, programme, basket, postings.does, at),
            at,
            cards=by_cards,
            cards_back=cards_back,
        )
        if self._lending.joined:
            tell_goods(unit, self._ids, (line.product for line in basket.lines))
        sale = build_sale(
            basket,
            quote,
            tenders,
            programme=programme,
            operator=operator,
            number=unit.journal.place().number,
            at=at,
            language=rules.language,
            told=(*postings.told, *told),
            prepaid=prepaid(by_cards, tenders),
        )
        approver = charged.approved_by or approver_of(unit, basket, operator, rules.authority)
        sale = replace(sale, approved_by=approver)
        if again is not None:
            sale = again.of(sale)
        elif sale.points:
            sale = replace(sale, told=(*sale.told, *balance_age(self._lending.known_until)))
        unit.sales.book(
            BookedSale(sale=sale, does=charged.does, print_receipt=rules.print_receipts)
        )
        return sale

    def _as_paid(
        self,
        unit: UnitOfWork,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        operator: Operator,
    ) -> tuple[Basket, Quote]:
        """The sale as it is really paid: what was shown, with what these payments earn.

        Where they change what is to pay, it has to be quoted again and paid then. Of a sale that
        costs nothing no payment says how it is paid; there the customer's word counts.
        """
        kinds = frozenset(tender.kind for tender in tenders)
        if kinds == quote.tenders or not quote.payable_minor:
            return basket, quote
        basket = basket.paid_by(kinds)
        now = self.quote_in(unit, basket, at=quote.at, operator=operator)
        if agreed_on(now) != agreed_on(quote):
            raise ServiceRefusal("QUOTE_STALE")
        return basket, now

    def programme_at(self, reader: Reader | UnitOfWork, at: datetime) -> Programme:
        """The programme that sales of an instant go by; without rules where there is none."""
        return self._programme(reader, at, self._rules())

    def _instant(self, at: datetime | None, rules: CounterRules) -> datetime:
        return (self._clock.now() if at is None else at).astimezone(rules.zone)

    def _programme(
        self, reader: Reader | UnitOfWork, at: datetime, rules: CounterRules
    ) -> Programme:
        """The programme in effect. One in another currency cannot price this shop's baskets: then
        the till sells without one, because selling never stops for a setting.
        """
        found = self._programmes.at(reader, at)
        if found is None or found.currency != rules.currency:
            return without_programme(rules.currency, rules.zone)
        return found


def _postings(
    context: Context,
    quote: Quote,
    at: datetime,
    stored: tuple[CardPayment, ...],
    from_wallets: tuple[tuple[str, int], ...],
) -> SalePostings:
    try:
        return plan_sale(
            context,
            sold_by(quote),
            event_id=quote.sale_id,
            at=at,
            redemptions=quote.redemptions,
            earnings=quote.earnings,
            stored=stored,
            from_wallets=from_wallets,
        )
    except SpendRefusal:
        raise ServiceRefusal("QUOTE_STALE") from None
