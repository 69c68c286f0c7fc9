"""Keying in again what this till sold and lost with its book, from the customers' receipts.

Shape: a table has a row for each line of a receipt; what belongs to the receipt (`day`, `time`,
`total`, `member`, `card`, `qr_wallet`) stands on its first row. Each receipt is one sale, booked by
itself in the present epoch on its own day, marked with the receipt's number (SYNC 15, fault 11).
`receipt` is the signed code, which proves number, day, amount and points, or the number alone.

Nothing is made up: what the goods come to by the programme of that time has to be what the receipt
says, or the receipt is refused with both figures. A receipt is keyed in once, whatever is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket, BasketRefusal
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.shop.tender import (
    CashRounding,
    Tender,
    TenderRefusal,
    still_due,
    take_cash,
    take_exact,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import format_amount
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.members.find_member import FindMember
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import ProvenSale, RefundUnknown
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.selling.key_in_rows import Slip, SlipLine, read_slips
from posloyalty.services.shop.catalogue import canonical_codes
from posloyalty.services.shop.import_report import ImportReport, Progress, RowFaults, Tally
from posloyalty.services.shop.import_rows import Row
from posloyalty.sync.keyed_in import keyed_in_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receipt:
    """What is known of a receipt: its place, and where it was signed what the code proves."""

    number: str
    epoch: int
    seq: int
    proven: ProvenSale | None

    @property
    def again(self) -> tuple[str, str]:
        """Its number and its code."""
        return self.number, "" if self.proven is None else self.proven.code


class KeyIn(Grounded):
    """The keying in; `prove` reads codes, `find` members, `cash` is the market's smallest coin."""

    def __init__(
        self,
        ground: Ground,
        *,
        check_out: CheckOut,
        receipts: RefundUnknown,
        find: FindMember,
        cash: Callable[[], CashRounding],
    ) -> None:
        super().__init__(ground)
        self._check_out = check_out
        self._receipts = receipts
        self._find = find
        self._cash = cash

    def run(
        self,
        rows: Iterable[Row],
        operator: Operator,
        *,
        total: int = 0,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Key in the receipts of a table; the report counts receipts.

        Raises `ServiceRefusal` NOT_ALLOWED and `MissingColumns`; what `progress` raises ends it
        between two receipts, and the same table again goes on from there.
        """
        require(operator, Right.WAIVE)
        rules, tally = self._rules(), Tally()
        for slip, faults in read_slips(rows, rules.currency):
            if not faults:
                self._take(slip, operator, faults, tally)
            if faults:
                tally.refuse(faults)
            if progress is not None:
                progress(tally.rows, total)
        return tally.report()

    def _take(self, slip: Slip, operator: Operator, faults: RowFaults, tally: Tally) -> None:
        """Book one receipt, or note why not."""
        try:
            receipt = self._receipt(slip)
            member = self._member(slip, receipt)
            at = datetime.combine(slip.day, slip.time, self._rules().zone)
            with self._book.write() as unit:
                basket = Basket(
                    sale_id=keyed_in_id(unit.facts.till_id, receipt.epoch, receipt.seq),
                    currency=self._rules().currency,
                )
                if unit.sales.by_id(basket.sale_id) is not None:
                    tally.unchanged += 1
                    return
                _check_lost(unit, receipt)
                self._check_instant(unit, at)
                for line in slip.lines:
                    basket = _with_line(unit, basket, line)
                if member is not None:
                    basket = basket.for_member(member, proof="phone")
                self._book_it(unit, slip, receipt, basket, operator, at)
                unit.commit()
            tally.added += 1
        except (BasketRefusal, TenderRefusal) as refused:
            faults.add("", refused.reason, **refused.numbers)
        except ServiceRefusal as refused:
            faults.add("", refused.reason, **refused.told)

    def _book_it(
        self,
        unit: UnitOfWork,
        slip: Slip,
        receipt: _Receipt,
        basket: Basket,
        operator: Operator,
        at: datetime,
    ) -> None:
        """Quote it as of then, hold that against the receipt, and book it as it was paid."""
        basket = basket.paid_by(slip.paid_by)
        quote = self._check_out.quote_in(unit, basket, at=at, operator=operator)
        _check_figures(slip, receipt, quote)
        told = Told("KEYED_IN", (("number", receipt.number),))
        self._check_out.complete_in(
            unit,
            basket,
            quote,
            self._tenders(slip, receipt, quote),
            operator,
            at=at,
            told=(told,),
            again=receipt.again,
        )

    def _receipt(self, slip: Slip) -> _Receipt:
        """What the paper is. Raises `ServiceRefusal` what `RefundUnknown.prove` raises, and
        RECEIPT_OTHER_TILL, BAD_RECEIPT_NUMBER.
        """
        if slip.code:
            proven = self._receipts.prove(slip.code)
            if proven.elsewhere:
                raise ServiceRefusal("RECEIPT_OTHER_TILL", number=proven.number)
            digest = proven.digest
            own = keyed_in_id(digest.till, digest.epoch, digest.seq)
            if proven.sale_id not in (None, own):
                raise ServiceRefusal("SALE_IS_HERE", number=proven.number)
            return _Receipt(number=proven.number, epoch=digest.epoch, seq=digest.seq, proven=proven)
        with self._book.read() as reader:
            facts = reader.facts
        begins = f"{facts.store_code}-{facts.till_code}-"
        if not slip.number.startswith(begins):
            raise ServiceRefusal("RECEIPT_OTHER_TILL", number=slip.number)
        epoch, _, seq = slip.number.removeprefix(begins).partition("-")
        if not all(one.isascii() and one.isdecimal() and len(one) <= 9 for one in (epoch, seq)):
            raise ServiceRefusal("BAD_RECEIPT_NUMBER", number=slip.number)
        return _Receipt(number=slip.number, epoch=int(epoch), seq=int(seq), proven=None)

    def _member(self, slip: Slip, receipt: _Receipt) -> bytes | None:
        """Whose receipt it is. Raises `ServiceRefusal` MEMBER_NEEDED, NO_MEMBERS_RECEIPT,
        NO_SUCH_MEMBER.
        """
        if receipt.proven is not None:
            if receipt.proven.digest.member and not slip.member:
                raise ServiceRefusal("MEMBER_NEEDED")
            if slip.member and not receipt.proven.digest.member:
                raise ServiceRefusal("NO_MEMBERS_RECEIPT", number=receipt.number)
        if not slip.member:
            return None
        found = self._find.by_card(slip.member) or self._find.by_phone(slip.member)
        if found is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return found

    def _check_instant(self, unit: UnitOfWork, at: datetime) -> None:
        """Refuse what has not happened yet, and what an open shift would count that it did not
        sell: its drawer was counted after that sale.
        """
        if at > self._clock.now():
            raise ServiceRefusal("RECEIPT_AHEAD", day=at.date().isoformat())
        shift = unit.shifts.open()
        if shift is not None and at < shift.shift.at:
            raise ServiceRefusal("SHIFT_BEGAN_LATER", day=shift.shift.day.isoformat())

    def _tenders(self, slip: Slip, receipt: _Receipt, quote: Quote) -> tuple[Tender, ...]:
        """As the slip says; what it does not name was cash."""
        due, paid = quote.payable_minor, tuple[Tender, ...]()
        for kind, amount in slip.by_kind:
            reference = slip.reference or receipt.number
            tender = take_exact(due, paid, kind=kind, amount_minor=amount, reference=reference)
            paid = (*paid, tender)
        left = still_due(due, paid)
        if left <= 0:
            return paid
        rounding = self._cash()
        given = rounding.payable(left)
        return (*paid, take_cash(due, paid, given_minor=given, rounding=rounding))


def _check_lost(unit: UnitOfWork, receipt: _Receipt) -> None:
    """Refuse SALE_IS_HERE and RECEIPT_NOT_LOST where the book has what the receipt speaks of, and
    GOODS_CAME_BACK where goods came back with it before.

    A signature alone proves a sale; a number that somebody read has to be one of an epoch that the
    till has left, at a place that its book does not hold.
    """
    if receipt.proven is not None:
        digest = receipt.proven.digest
        known = derive_id("receipt", digest.till, digest.epoch, digest.seq, digest.body)
        if unit.refunds.of_sale(known):
            raise ServiceRefusal("GOODS_CAME_BACK", number=receipt.number)
        return
    if unit.sales.by_number(receipt.number) is not None:
        raise ServiceRefusal("SALE_IS_HERE", number=receipt.number)
    there = next(unit.journal.events(after_seq=receipt.seq - 1, limit=1), None)
    held = there is not None and there.seq == receipt.seq and there.epoch == receipt.epoch
    if held or receipt.epoch >= unit.journal.head().epoch:
        raise ServiceRefusal("RECEIPT_NOT_LOST", number=receipt.number)


def _with_line(unit: UnitOfWork, basket: Basket, line: SlipLine) -> Basket:
    """The basket with one more line. Raises `ServiceRefusal` NO_SUCH_ARTICLE, STORED_VALUE,
    PRICE_NEEDED, and `BasketRefusal`.
    """
    codes, _findings = canonical_codes((line.code,))
    owners = (unit.catalogue.code_owner(code) for code in (*codes, line.code))
    product = next((one for one in owners if one), None) or unit.catalogue.by_sku(line.code)
    if product is None:
        raise ServiceRefusal("NO_SUCH_ARTICLE", code=line.code)
    if product.gift_card:
        raise ServiceRefusal("STORED_VALUE", name=product.name)
    if product.price_minor is None and line.price_minor is None:
        raise ServiceRefusal("PRICE_NEEDED", name=product.name)
    return basket.add(
        product, quantity_milli=line.quantity_milli, unit_price_minor=line.price_minor
    )


def _check_figures(slip: Slip, receipt: _Receipt, quote: Quote) -> None:
    """Refuse TOTAL_DIFFERS, DAY_DIFFERS, POINTS_DIFFER, each with what is said and what comes."""
    money = quote.currency
    proven = None if receipt.proven is None else receipt.proven.digest
    said = {slip.total_minor} if proven is None else {slip.total_minor, proven.payable_minor}
    for total in said - {quote.payable_minor}:
        raise ServiceRefusal(
            "TOTAL_DIFFERS",
            said=format_amount(total, money),
            comes=format_amount(quote.payable_minor, money),
        )
    if proven is None:
        return
    _check_day(proven.day, quote.day)
    earned = next((one.points for one in quote.earnings if one.points), 0)
    if earned != proven.earned:
        raise ServiceRefusal("POINTS_DIFFER", said=proven.earned, comes=earned)


def _check_day(said: date, comes: date) -> None:
    if said != comes:
        raise ServiceRefusal("DAY_DIFFERS", said=said.isoformat(), comes=comes.isoformat())
