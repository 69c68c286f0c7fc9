"""Sales on disk: one event and its rows, written table by table in one call of the driver each.

A stored sale is read back from the event's own bytes, so that what is reprinted is what was
chained; the tables beside it are for look-ups, reports and `verify`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.services.ports import (
    Appended,
    BookedSale,
    BoughtLine,
    PrintState,
    SaleRow,
    StoredSale,
)
from posloyalty.storage.act_tables import REFUND_LINE
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import (
    DRAFT,
    JOURNAL_EVENT,
    LINE_SHARE,
    MEMBER,
    OPERATOR,
    PRINT_JOB,
    PROFILE,
    SALE,
    SALE_LINE,
    SALE_TAX,
    SALE_TENDER,
)
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.hlc import Hlc, wall_ms
from posloyalty.sync.sale_event import sale_event, sale_of

_INSERT_SALE = Insert(SALE)
_INSERT_LINE = Insert(SALE_LINE)
_INSERT_SHARE = Insert(LINE_SHARE)
_INSERT_TAX = Insert(SALE_TAX)
_INSERT_TENDER = Insert(SALE_TENDER)
_INSERT_JOB = Insert(PRINT_JOB)
_DROP_DRAFT = Statement(delete(DRAFT).where(DRAFT.c.sale_id == bindparam("sale")))
_VISITED = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(changed=bindparam("seq"), last_sale=bindparam("seq"), purchases=MEMBER.c.purchases + 1)
)
_ORIGINAL = (
    select(PRINT_JOB.c.state)
    .where(PRINT_JOB.c.seq == SALE.c.seq, PRINT_JOB.c.copy == 0)
    .limit(1)
    .scalar_subquery()
    .label("printed")
)
_STORED = select(SALE.c.seq, JOURNAL_EVENT.c.epoch, JOURNAL_EVENT.c.body, _ORIGINAL).select_from(
    SALE.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == SALE.c.seq)
)
_BY_ID = Statement(_STORED.where(SALE.c.id == bindparam("sale")))
_BY_PLACE = Statement(
    _STORED.where(SALE.c.seq == bindparam("seq"), JOURNAL_EVENT.c.epoch == bindparam("epoch"))
)
_BY_NUMBER = Statement(_STORED.where(SALE.c.number == bindparam("number")))


def rows() -> Select[Any]:
    """The query behind `SaleRow`, newest first; `sale_rows` reads what it gives."""
    joined = SALE.outerjoin(OPERATOR, OPERATOR.c.id == SALE.c.operator_id).outerjoin(
        PROFILE, PROFILE.c.member_id == SALE.c.member_id
    )
    return (
        select(
            SALE.c.id,
            SALE.c.seq,
            SALE.c.number,
            SALE.c.at,
            SALE.c.currency,
            SALE.c.payable_minor,
            SALE.c.lines,
            func.coalesce(OPERATOR.c.name, "").label("operator_name"),
            SALE.c.member_id,
            PROFILE.c.name.label("member_name"),
            _ORIGINAL,
        )
        .select_from(joined)
        .order_by(SALE.c.seq.desc())
    )


_PAGE = Statement(rows().where(SALE.c.seq < bindparam("before")).limit(bindparam("most")))
_ONE_ROW = Statement(rows().where(SALE.c.id == bindparam("sale")))
_OF_MEMBER = Statement(
    rows()
    .where(SALE.c.member_id == bindparam("member"), SALE.c.seq < bindparam("before"))
    .limit(bindparam("most"))
)
_BOUGHT_BY = Statement(
    select(
        SALE.c.id,
        SALE.c.number.label("receipt"),
        SALE.c.at,
        SALE_LINE.c.number,
        SALE_LINE.c.quantity_milli,
        select(func.coalesce(func.sum(REFUND_LINE.c.quantity_milli), 0))
        .where(REFUND_LINE.c.sale_id == SALE.c.id, REFUND_LINE.c.number == SALE_LINE.c.number)
        .scalar_subquery()
        .label("returned"),
    )
    .select_from(SALE.join(SALE_LINE, SALE_LINE.c.seq == SALE.c.seq))
    .where(SALE.c.member_id == bindparam("member"), SALE_LINE.c.product_id == bindparam("product"))
    .order_by(SALE.c.seq.desc(), SALE_LINE.c.number)
    .limit(bindparam("most"))
)
_ALL = 2**62


class SaleReads:
    """Reading sales."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, sale_id: bytes) -> StoredSale | None:
        """A sale by its id."""
        return _stored(_BY_ID.run(self._connection, sale=sale_id).first())

    def with_consequences(self, sale_id: bytes) -> tuple[StoredSale, Consequences] | None:
        """A sale by its id with what it did, from one reading of its event."""
        row = _BY_ID.run(self._connection, sale=sale_id).first()
        if row is None:
            return None
        event = _event(row)
        return _stored_as(row, event), consequences_of(event)

    def by_number(self, number: str) -> StoredSale | None:
        """A sale by its receipt number."""
        return _stored(_BY_NUMBER.run(self._connection, number=number).first())

    def by_place(self, epoch: int, seq: int) -> StoredSale | None:
        """A sale by its place in the journal, whatever its number begins with."""
        return _stored(_BY_PLACE.run(self._connection, epoch=epoch, seq=seq).first())

    def page(self, *, before_seq: int | None, limit: int) -> tuple[SaleRow, ...]:
        """The newest sales before a place in the journal."""
        before = _ALL if before_seq is None else before_seq
        return sale_rows(_PAGE.run(self._connection, before=before, most=limit))

    def rows_of(self, sale_ids: Iterable[bytes]) -> tuple[SaleRow, ...]:
        """The rows of some sales, newest first."""
        found: list[SaleRow] = []
        for sale_id in dict.fromkeys(sale_ids):
            found += sale_rows(_ONE_ROW.run(self._connection, sale=sale_id))
        return tuple(sorted(found, key=lambda row: -row.seq))

    def of_member(
        self, member_id: bytes, *, before_seq: int | None, limit: int
    ) -> tuple[SaleRow, ...]:
        """A member's sales, newest first."""
        before = _ALL if before_seq is None else before_seq
        found = _OF_MEMBER.run(self._connection, member=member_id, before=before, most=limit)
        return sale_rows(found)

    def bought_by(
        self, member_id: bytes, product_id: bytes, *, limit: int
    ) -> tuple[BoughtLine, ...]:
        """The lines on which a member bought a product, newest first."""
        found = _BOUGHT_BY.run(self._connection, member=member_id, product=product_id, most=limit)
        return tuple(
            BoughtLine(
                sale_id=row.id,
                number=row.receipt,
                at=parse_instant(row.at),
                line=row.number,
                quantity_milli=row.quantity_milli,
                returned_milli=row.returned,
            )
            for row in found
        )


class Sales(SaleReads):
    """Writing sales."""

    def __init__(self, connection: Connection, journal: Journal, ledger: Ledger) -> None:
        super().__init__(connection)
        self._journal = journal
        self._ledger = ledger

    def book(self, booked: BookedSale) -> Appended:
        """Write everything that a sale is; the unit's commit makes it one."""
        sale, connection = booked.sale, self._connection
        place = self._journal.place()
        if sale.number != place.number:
            raise ValueError(f"the sale is numbered {sale.number}, its place is {place.number}")
        event = sale_event(
            sale,
            hlc=Hlc(*self._journal.stamp(sale.at).hlc),
            does=booked.does,
        )
        appended = self._journal.append(event)
        seq = appended.seq
        _INSERT_SALE.one(connection, *sale_row(seq, sale))
        _INSERT_LINE.many(connection, line_rows(seq, sale))
        _INSERT_SHARE.many(connection, share_rows(seq, sale))
        _INSERT_TAX.many(connection, tax_rows(seq, sale))
        _INSERT_TENDER.many(connection, tender_rows(seq, sale))
        self._ledger.post(appended, booked.does)
        if sale.member_id is not None:
            _VISITED.run(connection, member=sale.member_id, seq=seq)
        if booked.print_receipt:
            _INSERT_JOB.one(connection, None, seq, 0, PrintState.WAITING.value, 0, "")
        _DROP_DRAFT.run(connection, sale=sale.id)
        return appended


def sale_row(seq: int, sale: Sale) -> tuple[object, ...]:
    """The row of `sale`, in the table's column order."""
    return (
        seq,
        sale.id,
        sale.number,
        format_instant(sale.at),
        wall_ms(sale.at),
        sale.day.isoformat(),
        sale.currency,
        sale.operator_id,
        sale.member_id,
        sale.proof,
        sale.programme_hash,
        len(sale.lines),
        sale.gross_minor,
        sale.offers_minor,
        sale.redeemed_minor,
        sale.tax_minor,
        sale.payable_minor,
        sale.rounding_minor,
    )


def line_rows(seq: int, sale: Sale) -> list[tuple[object, ...]]:
    """Rows of `sale_line`."""
    return [
        (
            seq,
            line.number,
            line.product_id,
            line.sku,
            line.name,
            line.unit.value,
            line.quantity_milli,
            line.unit_price_minor,
            line.gross_minor,
            line.net_minor,
            line.tax_class,
            line.tax_rate.numerator,
            line.tax_rate.denominator,
            line.tax_mode.value,
            line.tax_minor,
        )
        for line in sale.lines
    ]


def share_rows(seq: int, sale: Sale) -> list[tuple[object, ...]]:
    """Rows of `line_share`: what each line bears of offers and redemptions, and what it earns."""
    shares: list[tuple[object, ...]] = []
    for line in sale.lines:
        number = line.number
        shares += [(seq, number, "offer", ref, minor, 0) for ref, minor in line.offers]
        shares += [
            (seq, number, "redeem", wallet, minor, points)
            for wallet, points, minor in line.redeemed
        ]
        shares += [(seq, number, "earn", wallet, 0, points) for wallet, points in line.earned]
    return shares


def tax_rows(seq: int, sale: Sale) -> list[tuple[object, ...]]:
    """Rows of `sale_tax`."""
    return [
        (
            seq,
            tax.tax_class,
            tax.rate.numerator,
            tax.rate.denominator,
            tax.mode.value,
            tax.base_minor,
            tax.tax_minor,
        )
        for tax in sale.taxes
    ]


def tender_rows(seq: int, sale: Sale) -> list[tuple[object, ...]]:
    """Rows of `sale_tender`."""
    return [
        (
            seq,
            tender.number,
            tender.kind.value,
            tender.amount_minor,
            tender.given_minor,
            tender.change_minor,
            tender.rounding_minor,
            tender.reference,
        )
        for tender in sale.tenders
    ]


def sale_rows(found: Iterable[Any]) -> tuple[SaleRow, ...]:
    """The history rows of what `rows()` found."""
    return tuple(
        SaleRow(
            sale_id=row.id,
            seq=row.seq,
            number=row.number,
            at=parse_instant(row.at),
            currency=row.currency,
            payable_minor=row.payable_minor,
            lines=row.lines,
            operator_name=row.operator_name,
            member_id=row.member_id,
            member_name=row.member_name,
            printed=printed_state(row.printed),
        )
        for row in found
    )


def _stored(row: Any) -> StoredSale | None:
    return None if row is None else _stored_as(row, _event(row))


def _event(row: Any) -> events.Sale:
    event = events.decode(row.body)
    if not isinstance(event, events.Sale):
        raise events.BadEvent(f"the event at {row.seq} is no sale")
    return event


def _stored_as(row: Any, event: events.Sale) -> StoredSale:
    return StoredSale(
        sale=sale_of(event),
        epoch=row.epoch,
        seq=row.seq,
        body_hash=sha256(row.body).digest(),
        printed=printed_state(row.printed),
    )


def printed_state(state: str | None) -> PrintState:
    """What is known of a receipt by the state of its original's job; None without one."""
    return PrintState.NOT_WANTED if state is None else PrintState(state)
