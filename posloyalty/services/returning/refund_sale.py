"""Taking goods back: `find` the sale, `quote` what comes back, `complete` it in one transaction.

Shape: a `Returnable` is a stored sale with what is left of each line; a `RefundWish` says what
comes back; the engine's `RefundQuote` says what that comes to. `complete` reckons it again inside
its transaction: what is left of the sale is read there, so that nothing is returned twice, from
whatever screens it is asked at once. The same refund id again books nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.refund_quote import (
    RefundQuote,
    RefundRefusal,
    RefundWish,
)
from posloyalty.domain.engine.refunds import quote_refund
from posloyalty.domain.ledger.right import RightChange
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.authority import Authority, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import CashRounding, Tender
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import currency
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.balance_age import balance_age
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import budgets_wanted, whole_budgets
from posloyalty.services.lending.lent_returns import Wanted, sale_returns
from posloyalty.services.people.note_change import require_need
from posloyalty.services.ports import (
    BoughtLine,
    Reader,
    RefundRow,
    StoredSale,
    UnitOfWork,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.build_refund import (
    RefundPreview,
    build_refund,
    of_sale,
    refund_points,
)
from posloyalty.services.returning.card_sold_back import check_document, with_terms
from posloyalty.services.returning.refund_facts import facts_of, original_of
from posloyalty.services.selling.counter_facts import counter_store
from posloyalty.services.selling.take_payments import check_back_counted

Wants = Callable[[Reader, Programme, date], Iterable[Wanted]]
BOUGHT_MOST = 50
CAUSE_LENGTH_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """A stored sale, how much of its goods can still come back (thousandths, by line), and its
    refunds. What was given to a cause is no goods.
    """

    stored: StoredSale
    left: dict[int, int]
    refunds: tuple[RefundRow, ...]

    @property
    def sale(self) -> Sale:
        """The sale."""
        return self.stored.sale


class RefundSale(Grounded):
    """Refunds of the sales that this book holds."""

    def __init__(
        self,
        ground: Ground,
        *,
        cash: Callable[[], CashRounding],
        authority: Callable[[], Authority] = Authority,
        lending: Lending | None = None,
    ) -> None:
        super().__init__(ground)
        self._cash = cash
        self._authority = authority
        self._lending = Lending(self._book, self._clock) if lending is None else lending

    def find(self, wanted: str | bytes) -> Returnable:
        """A sale by its receipt number or id. Raises `ServiceRefusal` NO_SUCH_SALE."""
        with self._book.read() as reader:
            stored = (
                reader.sales.by_id(wanted)
                if isinstance(wanted, bytes)
                else reader.sales.by_number(wanted.strip().upper())
            )
            if stored is None:
                raise ServiceRefusal("NO_SUCH_SALE")
            gone = reader.refunds.taken_back(stored.sale.id)
            return Returnable(
                stored=stored,
                left={
                    line.number: line.quantity_milli - gone.get(line.number, 0)
                    for line in stored.sale.lines
                    if not line.donation
                },
                refunds=reader.refunds.rows_of_sale(stored.sale.id),
            )

    def bought(self, member_id: bytes, product_id: bytes) -> tuple[BoughtLine, ...]:
        """Where a member without a receipt may have bought an article: the newest sale first, only
        lines of which something has not come back.
        """
        with self._book.read() as reader:
            found = reader.sales.bought_by(member_id, product_id, limit=BOUGHT_MOST)
        return tuple(one for one in found if one.returned_milli < one.quantity_milli)

    def wish(self, *back: tuple[int, int], kind: RefundKind = RefundKind.RETURN) -> RefundWish:
        """A new wish for (line, thousandths); its id is made once and kept."""
        return RefundWish(refund_id=self._ids.new_id(), back=back, kind=kind)

    def quote(self, sale_id: bytes, wish: RefundWish, *, at: datetime | None = None) -> RefundQuote:
        """What the wish comes to now. Raises `ServiceRefusal` NO_SUCH_SALE or what the engine says,
        such as MORE_THAN_LEFT.
        """
        with self._book.read() as reader:
            return self.quote_in(reader, sale_id, wish, self._now(at))[0]

    def preview(
        self, sale_id: bytes, wish: RefundWish, *, at: datetime | None = None
    ) -> RefundPreview:
        """The quote with what becomes of the member's points; raises what `quote` raises."""
        with self._way.first(), self._book.read() as reader:
            quote, _, programme = self.quote_in(reader, sale_id, wish, self._now(at))
        points = refund_points(quote, programme, self._rules().language)
        return RefundPreview(quote=quote, points=points)

    def refused_lines(self, found: Returnable) -> dict[int, ServiceRefusal]:
        """The lines that could not come back even alone, such as a used gift card, and why."""
        refused: dict[int, ServiceRefusal] = {}
        at = self._now(None)
        with self._book.read() as reader:
            for number, left in found.left.items():
                if not left:
                    continue
                try:
                    self.quote_in(reader, found.sale.id, self.wish((number, left)), at)
                except ServiceRefusal as refusal:
                    refused[number] = refusal
        return refused

    def complete(
        self,
        sale_id: bytes,
        wish: RefundWish,
        quote: RefundQuote,
        operator: Operator,
        *,
        approver: Operator | None = None,
        at: datetime | None = None,
    ) -> Refund:
        """Book the refund in one transaction and return it; the same id again books nothing.

        `approver` stands by where the operator alone might not. Raises `ServiceRefusal`
        NOT_ALLOWED, CAUSE_NEEDED, DOCUMENT_NEEDED for a gift card, QUOTE_STALE when it no longer
        comes to what was shown, BACK_OPEN when a terminal gave back what it does not count,
        RETURN_HELD when another till of the chain took the goods back, VALUE_BACK_HELD or
        VALUE_BACK_NOT_LENT when one may spend what is left of a card or pass, or what the engine
        says.
        """
        at = self._now(at)
        with self._way.first(), self._book.write() as unit:
            refund = self.complete_in(unit, sale_id, wish, quote, operator, at, approver=approver)
            unit.commit()
        return refund

    # --- within a caller's transaction ---

    def quote_in(
        self,
        reader: Reader | UnitOfWork,
        sale_id: bytes,
        wish: RefundWish,
        at: datetime,
        *,
        all_lent: bool = False,
    ) -> tuple[RefundQuote, Sale, Programme]:
        """The quote, the sale, and the programme that it pinned; with `all_lent` as if this till
        held all of campaigns' budgets.
        """
        found = reader.sales.with_consequences(sale_id)
        if found is None:
            raise ServiceRefusal("NO_SUCH_SALE")
        stored, did = found
        sale = stored.sale
        programme = self._pinned(reader, sale)
        original = original_of(reader, sale, did)
        store = counter_store(reader, programme, at, self._rules())
        if all_lent:
            store = replace(store, budgets=whole_budgets(programme))
        else:
            store = self._lending.with_budgets(store, reader, programme, at)
        known = facts_of(reader, original, programme)
        known = replace(known, card_refunds=reader.refunds.to_cards(store.business_day(at)))
        try:
            quote = quote_refund(
                programme, original, wish, known, at, store=store, cash=self._cash()
            )
        except RefundRefusal as refused:
            raise ServiceRefusal(refused.reason, **refused.facts) from None
        cards = self._rules().cards
        quote = with_terms(quote, original.sale, wish, programme, known.products, cards)
        reach = self._lending.reach_for(wish.refund_id)
        if reach is not None:
            # Late: only a till that has a head office needs it; so below.
            from posloyalty.services.lending.lent_value_back import refused_back, value_back

            back = value_back(reader, programme, quote.does)
            why = refused_back(reader, back, reach, store_day(at, programme.zone))
            if why is not None:
                raise why
        return quote, original.sale, programme

    def wants(self, sale_id: bytes, wish: RefundWish) -> tuple[Wants, Wants]:
        """What a return asks head office for before it is booked: the goods, with what is left of
        cards and passes among them; and what rules would give for it of campaigns' budgets.
        """

        def tried(reader: Reader) -> tuple[Consequences, Programme] | None:
            try:
                quote, _, programme = self.quote_in(
                    reader, sale_id, wish, self._now(None), all_lent=True
                )
            except ServiceRefusal:
                return None  # the return says why
            return quote.does, programme

        def wanted(reader: Reader, _programme: Programme, _day: date) -> Iterable[Wanted]:
            goods, found = sale_returns(reader, sale_id, wish), tried(reader)
            if found is None:
                return goods
            does, programme = found
            reach = self._lending.reach_for(wish.refund_id)
            if reach is None:
                return goods
            from posloyalty.services.lending.lent_value_back import asked_for, value_back

            back = value_back(reader, programme, does)
            return (*goods, *asked_for(reader, back, reach))

        def given(reader: Reader, _programme: Programme, _day: date) -> Iterable[Wanted]:
            found = tried(reader) if self._lending.lends_budgets else None
            return () if found is None else budgets_wanted(found[1], found[0])

        return wanted, given

    def complete_in(
        self,
        unit: UnitOfWork,
        sale_id: bytes,
        wish: RefundWish,
        quote: RefundQuote,
        operator: Operator,
        at: datetime,
        *,
        tenders: tuple[Tender, ...] | None = None,
        approver: Operator | None = None,
    ) -> Refund:
        """Book within a unit that the caller commits; `tenders` where its money is settled with
        another sale's.
        """
        known = unit.refunds.by_id(wish.refund_id)
        if known is not None:
            return known
        need = need_for(wish, quote)
        approved_by = require_need(self._authority(), need, operator, approver)
        _check_cause(wish)
        check_document(quote, wish)
        check_back_counted(unit, sale_id, quote.tenders if tenders is None else tenders)
        fresh, refund = self.book_in(
            unit, sale_id, wish, operator, at, tenders=tenders, approved_by=approved_by
        )
        if fresh.shown != quote.shown:
            raise ServiceRefusal("QUOTE_STALE")
        return refund

    def book_in(
        self,
        unit: UnitOfWork,
        sale_id: bytes,
        wish: RefundWish,
        operator: Operator,
        at: datetime,
        *,
        tenders: tuple[Tender, ...] | None = None,
        approved_by: bytes | None = None,
    ) -> tuple[RefundQuote, Refund]:
        """Book what the wish comes to, unasked; a caller that does not commit has only tried."""
        quote, sale, programme = self.quote_in(unit, sale_id, wish, at)
        rules = self._rules()
        refund = build_refund(
            quote if tenders is None else replace(quote, tenders=tenders),
            of_sale(sale),
            programme=programme,
            operator=operator,
            number=unit.journal.place().number,
            language=rules.language,
            approved_by=approved_by,
            seen=wish.seen if quote.documents else "",
        )
        if refund.points:
            age = balance_age(self._lending.known_until)
            refund = replace(refund, told=(*refund.told, *age))
        wanted = sale_returns(unit, sale_id, wish)
        uses = (
            *self._lending.take_back(unit, programme, wanted, at, wish.refund_id),
            *self._value_uses(unit, programme, quote, at),
            *self._lending.give_in(unit, programme, quote.does, at, wish.refund_id),
        )
        does = replace(quote.does, rights=(*quote.does.rights, *uses))
        unit.refunds.book(refund, does, print_receipt=rules.print_receipts)
        return quote, refund

    def _value_uses(
        self, unit: UnitOfWork, programme: Programme, quote: RefundQuote, at: datetime
    ) -> Iterable[RightChange]:
        """The leases that cards and passes use which come back."""
        reach = self._lending.reach_for(quote.refund_id)
        if reach is None:
            return ()
        from posloyalty.services.lending.lent_value_back import value_back, value_uses

        back, day = value_back(unit, programme, quote.does), store_day(at, programme.zone)
        return value_uses(unit, back, reach, day, quote.refund_id)

    def _pinned(self, reader: Reader | UnitOfWork, sale: Sale) -> Programme:
        """The programme of a sale; one that was rung up without any has none to undo."""
        found = self._programmes.pinned(reader, sale.programme_hash)
        return found or without_programme(currency(sale.currency), self._rules().zone)


def referenced(
    tenders: Iterable[Tender], references: Iterable[tuple[int, str]]
) -> tuple[Tender, ...]:
    """Tenders of a refund with what a terminal called the money that it gave back, by number."""
    named = dict(references)
    return tuple(replace(one, reference=named.get(one.number, one.reference)) for one in tenders)


def need_for(wish: RefundWish, quote: RefundQuote) -> Need:
    """What who books a wish must be allowed to, alone or with somebody who approves."""
    right = Right.REFUND
    if wish.kind is RefundKind.VOID:
        right = Right.VOID
    if wish.waived or quote.watched:
        right = Right.WAIVE
    return replace(Need.refund(quote.total_minor), right=right)


def _check_cause(wish: RefundWish) -> None:
    if not 0 < len(wish.cause.strip()) <= CAUSE_LENGTH_MOST:
        raise ServiceRefusal("CAUSE_NEEDED")
