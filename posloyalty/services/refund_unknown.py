"""Taking goods back from a sale that this book does not hold.

With its receipt: the signed code proves day, amount and points, also when the till's disk is gone
(SYNC 11); what goes back over all returns with one receipt is never more than it says was paid.
Without one: `RefundSale.bought` looks for the stored sale first; what is found nowhere goes back up
to the programme's floor. Both are marked in the journal, by their number or by having none, and
need somebody who may waive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.engine.refund_quote import RefundQuote, RefundRefusal
from posloyalty.domain.engine.refund_unknown import (
    UnknownGoods,
    UnknownSale,
    UnknownWish,
    quote_unknown,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.authority import Authority, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.portion import so_far
from posloyalty.services.build_refund import OfWhat, RefundPreview, build_refund, refund_points
from posloyalty.services.check_out import counter_store
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.member_state import state_of
from posloyalty.services.note_change import require_need
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.signing import verify
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.receipt_digest import (
    TILL_BYTES,
    BadDigest,
    ReceiptDigest,
    decode,
    matches_hash,
)

KeysOf = Callable[[Reader | UnitOfWork, bytes], tuple[bytes, ...]]
"""The public keys of a till by the first half of its id; none for one that is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenSale:
    """What a receipt's code proves. `sale_id` is there when this book holds the very sale."""

    digest: ReceiptDigest
    number: str
    sale_id: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownReturn:
    """Goods to take back: the receipt that proves their sale, if any, and whose they were."""

    refund_id: bytes
    goods: tuple[UnknownGoods, ...]
    receipt: ProvenSale | None = None
    member_id: bytes | None = None
    cause: str = ""
    faulty: bool = False


class RefundUnknown(Grounded):
    """Refunds of sales that only a receipt, or nothing, speaks of."""

    def __init__(
        self,
        ground: Ground,
        *,
        cash: Callable[[], CashRounding],
        keys_of: KeysOf,
        authority: Callable[[], Authority] = Authority,
    ) -> None:
        super().__init__(ground)
        self._cash = cash
        self._keys_of = keys_of
        self._authority = authority

    def prove(self, text: str) -> ProvenSale:
        """What a receipt's code proves. Raises `ServiceRefusal` RECEIPT_NOT_OURS or
        RECEIPT_TRAINING.
        """
        try:
            digest, message, signature = decode(text)
        except BadDigest:
            raise ServiceRefusal("RECEIPT_NOT_OURS") from None
        with self._book.read() as reader:
            keys = self._keys_of(reader, digest.till)
            if not any(verify(key, message, signature) for key in keys):
                raise ServiceRefusal("RECEIPT_NOT_OURS")
            if digest.training:
                raise ServiceRefusal("RECEIPT_TRAINING")
            number = _number(reader, digest)
            stored = reader.sales.by_number(number)
        held = stored is not None and matches_hash(digest, stored.body_hash)
        return ProvenSale(
            digest=digest,
            number=number,
            sale_id=stored.sale.id if held and stored is not None else None,
        )

    def wish(
        self,
        *goods: UnknownGoods,
        receipt: ProvenSale | None = None,
        member_id: bytes | None = None,
        cause: str = "",
        faulty: bool = False,
    ) -> UnknownReturn:
        """A new wish; its id is made once and kept."""
        return UnknownReturn(
            refund_id=self._ids.new_id(),
            goods=goods,
            receipt=receipt,
            member_id=member_id,
            cause=cause,
            faulty=faulty,
        )

    def quote(self, wish: UnknownReturn, *, at: datetime | None = None) -> RefundQuote:
        """What the goods come to. Raises `ServiceRefusal` MEMBER_NEEDED for a member's receipt,
        NO_SUCH_MEMBER, SALE_IS_HERE, or what the engine says, such as ABOVE_FLOOR.
        """
        with self._book.read() as reader:
            return self._quote(reader, wish, self._instant(at))[0]

    def preview(self, wish: UnknownReturn, *, at: datetime | None = None) -> RefundPreview:
        """The quote with what becomes of the member's points; raises what `quote` raises."""
        with self._book.read() as reader:
            quote, programme = self._quote(reader, wish, self._instant(at))
        points = refund_points(quote, programme, self._rules().language)
        return RefundPreview(quote=quote, points=points)

    def complete(
        self,
        wish: UnknownReturn,
        quote: RefundQuote,
        operator: Operator,
        *,
        approver: Operator | None = None,
        at: datetime | None = None,
    ) -> Refund:
        """Book it in one transaction; the same id again books nothing.

        `approver` stands by where the operator alone might not. Raises `ServiceRefusal`
        NOT_ALLOWED, CAUSE_NEEDED, QUOTE_STALE, or what `quote` raises.
        """
        approved_by = require_need(
            self._authority(), need_for_unknown(quote.total_minor), operator, approver
        )
        if not wish.cause.strip():
            raise ServiceRefusal("CAUSE_NEEDED")
        at, rules = self._instant(at), self._rules()
        with self._book.write() as unit:
            known = unit.refunds.by_id(wish.refund_id)
            if known is not None:
                return known
            fresh, programme = self._quote(unit, wish, at)
            if fresh.shown != quote.shown:
                raise ServiceRefusal("QUOTE_STALE")
            refund = build_refund(
                fresh,
                OfWhat(
                    sale_id=fresh.sale_id,
                    number="" if wish.receipt is None else wish.receipt.number,
                    currency=programme.currency.code,
                    member_id=wish.member_id,
                    programme=ProgrammeRef(programme.id, programme.version, programme.hash),
                ),
                programme=programme,
                operator=operator,
                number=unit.journal.place().number,
                language=rules.language,
                approved_by=approved_by,
            )
            unit.refunds.book(refund, fresh.does, print_receipt=rules.print_receipts)
            unit.commit()
        return refund

    def _quote(
        self, reader: Reader | UnitOfWork, wish: UnknownReturn, at: datetime
    ) -> tuple[RefundQuote, Programme]:
        rules = self._rules()
        programme = self._programmes.at(reader, at)
        if programme is None or programme.currency != rules.currency:
            programme = without_programme(rules.currency, rules.zone)
        state = None
        _check_receipt(wish)
        if wish.member_id is not None:
            state = state_of(reader, programme, wish.member_id, store_day(at, programme.zone))
            if state is None:
                raise ServiceRefusal("NO_SUCH_MEMBER")
        try:
            quote = quote_unknown(
                programme,
                UnknownWish(
                    refund_id=wish.refund_id,
                    goods=wish.goods,
                    sale=_sale(reader, wish),
                    cause=wish.cause,
                    faulty=wish.faulty,
                ),
                state,
                at,
                store=counter_store(reader, programme, at, rules),
                cash=self._cash(),
                tax_classes={tax.code: tax for tax in reader.catalogue.tax_classes()},
            )
        except RefundRefusal as refused:
            raise ServiceRefusal(refused.reason, **refused.facts) from None
        return quote, programme

    def _instant(self, at: datetime | None) -> datetime:
        return (self._clock.now() if at is None else at).astimezone(self._rules().zone)


def need_for_unknown(total_minor: int) -> Need:
    """What who takes such goods back must be allowed to, alone or with somebody who approves."""
    return replace(Need.refund(total_minor), right=Right.WAIVE)


def _check_receipt(wish: UnknownReturn) -> None:
    receipt = wish.receipt
    if receipt is None:
        return
    if receipt.sale_id is not None:
        raise ServiceRefusal("SALE_IS_HERE", number=receipt.number)
    # Faulty goods go back whoever brings them; otherwise the points are asked for.
    if receipt.digest.member and wish.member_id is None and not wish.faulty:
        raise ServiceRefusal("MEMBER_NEEDED")


def _sale(reader: Reader | UnitOfWork, wish: UnknownReturn) -> UnknownSale:
    """What bounds a return: what is left of what the receipt says, after earlier ones with it."""
    if wish.receipt is None:
        return UnknownSale(sale_id=derive_id("no_receipt", wish.refund_id))
    digest = wish.receipt.digest
    # The same receipt gives the same id, on whatever till it is shown.
    sale_id = derive_id("receipt", digest.till, digest.epoch, digest.seq, digest.body)
    gone = sum(refund.total_minor for refund, _ in reader.refunds.of_sale(sale_id))
    back = sum(one.amount_minor for one in wish.goods)
    payable = digest.payable_minor
    after = min(gone + back, payable)
    points = 0
    if digest.member and payable:
        points = so_far(digest.earned, after, payable) - so_far(digest.earned, gone, payable)
    return UnknownSale(
        sale_id=sale_id, most_minor=max(0, payable - gone), most_points=max(0, points)
    )


def _number(reader: Reader, digest: ReceiptDigest) -> str:
    """The receipt's number as far as it is known: that of another till has only its place."""
    facts = reader.facts
    if digest.till == facts.till_id[:TILL_BYTES]:
        return receipt_number(
            store=facts.store_code, till=facts.till_code, epoch=digest.epoch, seq=digest.seq
        )
    return f"{digest.till.hex().upper()}-{digest.epoch}-{digest.seq:04d}"
