"""Taking goods back from a sale that this book does not hold.

With its receipt: the signed code proves day, amount and points, also when the till's disk is gone
or another till of the shop sold the goods. What goes back over all returns with one
receipt is never more than it says was paid; it does not say which goods, so an article that came
back with it once does not come back with it again. Head office knows: where it was in reach, no
more goes back for an article than was paid for it. For a receipt of another till the shop's own
rule comes first, and the journal keeps its signed code, by which head office finds the sale.
Without one: `RefundSale.bought` looks for the stored sale first; what is found nowhere goes back up
to the programme's floor. Both are marked in the journal, by their number or by having none, and
need somebody who may waive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from posloyalty.domain.shop.elsewhere import Elsewhere
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.portion import so_far
from posloyalty.services.book.signing import verify
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_returns import Wanted, place_of_receipt, returns_wanted
from posloyalty.services.members.member_state import state_of
from posloyalty.services.office.receipt_signers import Signer
from posloyalty.services.people.note_change import require_need
from posloyalty.services.ports import Reader, StoredSale, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.build_refund import (
    OfWhat,
    RefundPreview,
    build_refund,
    refund_points,
)
from posloyalty.services.selling.counter_facts import counter_store
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.keyed_in import keyed_in_id
from posloyalty.sync.receipt_digest import (
    BadDigest,
    ReceiptDigest,
    decode,
    matches_hash,
)

SignerOf = Callable[[Reader | UnitOfWork, bytes], Signer | None]
"""Who signs for a till, by the first half of its id; None for one that is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenSale:
    """What a receipt's code proves. `sale_id` is there when this book holds the very sale, or what
    was keyed in again for it, whose `number` it then is; `till` when another till sold it: how its
    receipt numbers begin.
    """

    digest: ReceiptDigest
    number: str
    sale_id: bytes | None
    code: str
    till: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether another till of the shop sold it."""
        return bool(self.till)


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
        signer_of: SignerOf,
        elsewhere: Callable[[], Elsewhere] = Elsewhere,
        authority: Callable[[], Authority] = Authority,
        lending: Lending | None = None,
    ) -> None:
        super().__init__(ground)
        self._cash = cash
        self._lending = Lending(self._book, self._clock) if lending is None else lending
        self._signer_of = signer_of
        self._elsewhere = elsewhere
        self._authority = authority

    def prove(self, text: str) -> ProvenSale:
        """What a receipt's code proves. Raises `ServiceRefusal` RECEIPT_NOT_OURS, RECEIPT_TRAINING,
        RECEIPT_TILL_UNKNOWN, RECEIPT_FORGED, RECEIPT_TILL_REVOKED, RECEIPT_EXPIRED (`till`).
        """
        try:
            digest, message, signature = decode(text)
        except BadDigest:
            raise ServiceRefusal("RECEIPT_NOT_OURS") from None
        # Training has keys of its own, which nobody needs to know: nothing was sold.
        if digest.training:
            raise ServiceRefusal("RECEIPT_TRAINING")
        with self._book.read() as reader:
            signer = self._signer_of(reader, digest.till)
            if signer is None:
                raise ServiceRefusal("RECEIPT_TILL_UNKNOWN")
            _check_signature(signer, digest, message, signature)
            number = receipt_number(
                store=signer.store, till=signer.code, epoch=digest.epoch, seq=digest.seq
            )
            stored = _held(reader, digest, elsewhere=signer.elsewhere)
        return ProvenSale(
            digest=digest,
            number=number if stored is None else stored.sale.number,
            sale_id=None if stored is None else stored.sale.id,
            code=text,
            till=signer.label if signer.elsewhere else "",
        )

    def prove_returnable(self, text: str) -> ProvenSale:
        """The same for goods that come back; also refuses ELSEWHERE_REFUSED (`till`, `number`)."""
        proven = self.prove(text)
        self._check_elsewhere(proven)
        return proven

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
        NO_SUCH_MEMBER, SALE_IS_HERE, ELSEWHERE_REFUSED, ELSEWHERE_ABOVE (`most_minor`),
        BACK_ALREADY (`name`), or what the engine says, such as ABOVE_FLOOR.
        """
        with self._book.read() as reader:
            return self._quote(reader, wish, self._now(at))[0]

    def preview(self, wish: UnknownReturn, *, at: datetime | None = None) -> RefundPreview:
        """The quote with what becomes of the member's points; raises what `quote` raises."""
        with self._way.first(), self._book.read() as reader:
            quote, programme = self._quote(reader, wish, self._now(at))
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
        NOT_ALLOWED, CAUSE_NEEDED, QUOTE_STALE, RETURN_HELD when another till of the chain took the
        goods back, ABOVE_PAID (`name`, `most_minor`) when head office said that less was paid for
        them, or what `quote` raises.
        """
        approved_by = require_need(
            self._authority(), need_for_unknown(quote.total_minor), operator, approver
        )
        if not wish.cause.strip():
            raise ServiceRefusal("CAUSE_NEEDED")
        at, rules = self._now(at), self._rules()
        with self._way.first(), self._book.write() as unit:
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
                    receipt="" if wish.receipt is None else wish.receipt.code,
                ),
                programme=programme,
                operator=operator,
                number=unit.journal.place().number,
                language=rules.language,
                approved_by=approved_by,
            )
            wanted = tuple(receipt_returns(wish))
            uses = self._lending.take_back(unit, programme, wanted, at, wish.refund_id)
            _check_paid(fresh, self._lending.paid.most(wanted, uses))
            does = replace(fresh.does, rights=(*fresh.does.rights, *uses))
            unit.refunds.book(refund, does, print_receipt=rules.print_receipts)
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
        self._check_receipt(wish)
        sale, earlier = _sale(reader, wish)
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
                    sale=sale,
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
        if wish.receipt is not None:
            self._check_again(wish.receipt, quote, earlier)
        return quote, programme

    def _check_receipt(self, wish: UnknownReturn) -> None:
        receipt = wish.receipt
        if receipt is None:
            return
        if receipt.sale_id is not None:
            raise ServiceRefusal("SALE_IS_HERE", number=receipt.number)
        self._check_elsewhere(receipt)
        # Faulty goods go back whoever brings them; otherwise the points are asked for.
        if receipt.digest.member and wish.member_id is None and not wish.faulty:
            raise ServiceRefusal("MEMBER_NEEDED")

    def _check_elsewhere(self, receipt: ProvenSale) -> None:
        if receipt.elsewhere and self._elsewhere().refuses:
            raise ServiceRefusal("ELSEWHERE_REFUSED", till=receipt.till, number=receipt.number)

    def _check_again(
        self, receipt: ProvenSale, quote: RefundQuote, earlier: tuple[Refund, ...]
    ) -> None:
        """What came back with this receipt before: no article twice, no more than the limit."""
        gone = {line.product_id for refund in earlier for line in refund.lines}
        for line in quote.lines:
            if line.product_id in gone:
                raise ServiceRefusal("BACK_ALREADY", name=line.name)
        if not receipt.elsewhere:
            return
        left = self._elsewhere().left_minor(sum(refund.total_minor for refund in earlier))
        if left is not None and quote.total_minor > left:
            raise ServiceRefusal("ELSEWHERE_ABOVE", most_minor=left, till=receipt.till)


def receipt_returns(wish: UnknownReturn) -> Iterable[Wanted]:
    """The rights that goods of a receipt use; none where nothing proves their sale."""
    if wish.receipt is None:
        return ()
    goods = ((one.product.id, one.quantity_milli) for one in wish.goods)
    return returns_wanted(place_of_receipt(wish.receipt.digest), goods).items()


def _check_paid(quote: RefundQuote, most_for: Mapping[bytes, int]) -> None:
    """No more goes back for an article than head office said; it says nothing of the others."""
    for product_id, most_minor in most_for.items():
        lines = [line for line in quote.lines if line.product_id == product_id]
        if sum(line.net_minor for line in lines) > most_minor:
            raise ServiceRefusal("ABOVE_PAID", name=lines[0].name, most_minor=most_minor)


def need_for_unknown(total_minor: int) -> Need:
    """What who takes such goods back must be allowed to, alone or with somebody who approves."""
    return replace(Need.refund(total_minor), right=Right.WAIVE)


def _held(reader: Reader, digest: ReceiptDigest, *, elsewhere: bool) -> StoredSale | None:
    """The sale of a receipt as it was rung here, or as it was keyed in again."""
    stored = None if elsewhere else reader.sales.by_place(digest.epoch, digest.seq)
    if stored is not None and matches_hash(digest, stored.body_hash):
        return stored
    return reader.sales.by_id(keyed_in_id(digest.till, digest.epoch, digest.seq))


def _check_signature(
    signer: Signer, digest: ReceiptDigest, message: bytes, signature: bytes
) -> None:
    """Whether one of the till's keys signed it, on a day on which that key signs.

    The signature comes first: of a forged code nothing else is true either.
    """
    signed = [one for one in signer.keys if verify(one.key, message, signature)]
    if not signed:
        raise ServiceRefusal("RECEIPT_FORGED", till=signer.label)
    if signer.revoked_at is not None:
        raise ServiceRefusal("RECEIPT_TILL_REVOKED", till=signer.label)
    if not any(one.signs_on(digest.day) for one in signed):
        raise ServiceRefusal("RECEIPT_EXPIRED", till=signer.label)


def _sale(
    reader: Reader | UnitOfWork, wish: UnknownReturn
) -> tuple[UnknownSale, tuple[Refund, ...]]:
    """What bounds a return: what is left of what the receipt says; and earlier returns with it."""
    if wish.receipt is None:
        return UnknownSale(sale_id=derive_id("no_receipt", wish.refund_id)), ()
    digest = wish.receipt.digest
    # The same receipt gives the same id, on whatever till it is shown.
    sale_id = derive_id("receipt", digest.till, digest.epoch, digest.seq, digest.body)
    earlier = tuple(refund for refund, _ in reader.refunds.of_sale(sale_id))
    gone = sum(refund.total_minor for refund in earlier)
    back = sum(one.amount_minor for one in wish.goods)
    payable = digest.payable_minor
    after = min(gone + back, payable)
    points = 0
    if digest.member and payable:
        points = so_far(digest.earned, after, payable) - so_far(digest.earned, gone, payable)
    left = UnknownSale(
        sale_id=sale_id, most_minor=max(0, payable - gone), most_points=max(0, points)
    )
    return left, earlier
