"""Refunds on disk: one event and its rows, and what was already taken back of a sale."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.ports import Appended
from posloyalty.storage.act_tables import REFUND, REFUND_LINE, REFUND_TENDER
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import JOURNAL_EVENT
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.hlc import Hlc, wall_ms
from posloyalty.sync.refund_event import refund_event, refund_of

_INSERT = Insert(REFUND)
_INSERT_LINE = Insert(REFUND_LINE)
_INSERT_TENDER = Insert(REFUND_TENDER)
_BODY = select(JOURNAL_EVENT.c.body).select_from(
    REFUND.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == REFUND.c.seq)
)
_OF_SALE = Statement(_BODY.where(REFUND.c.sale_id == bindparam("sale")).order_by(REFUND.c.seq))
_BY_ID = Statement(_BODY.where(REFUND.c.id == bindparam("refund")))
_TAKEN_BACK = Statement(
    select(REFUND_LINE.c.number, func.sum(REFUND_LINE.c.quantity_milli).label("milli"))
    .where(REFUND_LINE.c.sale_id == bindparam("sale"))
    .group_by(REFUND_LINE.c.number)
)


class RefundReads:
    """Reading refunds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, refund_id: bytes) -> Refund | None:
        """A refund by its id."""
        row = _BY_ID.run(self._connection, refund=refund_id).first()
        return None if row is None else refund_of(_event(row))

    def of_sale(self, sale_id: bytes) -> tuple[tuple[Refund, Consequences], ...]:
        """The refunds of a sale with what they did, the first one first."""
        rows = _OF_SALE.run(self._connection, sale=sale_id)
        found = [_event(row) for row in rows]
        return tuple((refund_of(event), consequences_of(event)) for event in found)

    def taken_back(self, sale_id: bytes) -> dict[int, int]:
        """How much of each line of a sale went back so far, in thousandths."""
        rows = _TAKEN_BACK.run(self._connection, sale=sale_id)
        return {row.number: row.milli for row in rows}


class Refunds(RefundReads):
    """Writing refunds."""

    def __init__(self, connection: Connection, journal: Journal, ledger: Ledger) -> None:
        super().__init__(connection)
        self._journal = journal
        self._ledger = ledger

    def book(self, refund: Refund, does: Consequences) -> Appended:
        """Write everything that a refund is; the unit's commit makes it one."""
        connection = self._connection
        place = self._journal.place()
        if refund.number != place.number:
            raise ValueError(f"the refund is {refund.number}, its place is {place.number}")
        stamp = Hlc(*self._journal.stamp(refund.at).hlc)
        appended = self._journal.append(refund_event(refund, hlc=stamp, does=does))
        _INSERT.one(connection, *refund_row(appended.seq, refund))
        _INSERT_LINE.many(connection, refund_line_rows(appended.seq, refund))
        _INSERT_TENDER.many(connection, refund_tender_rows(appended.seq, refund))
        self._ledger.post(appended, does)
        return appended


def refund_row(seq: int, refund: Refund) -> tuple[object, ...]:
    """The row of `refund`, in the table's column order."""
    return (
        seq,
        refund.id,
        refund.number,
        format_instant(refund.at),
        wall_ms(refund.at),
        refund.day.isoformat(),
        refund.currency,
        refund.operator_id,
        refund.member_id,
        refund.sale_id,
        refund.of_number,
        refund.kind.value,
        refund.cause,
        int(refund.faulty),
        refund.gross_minor,
        refund.offers_minor,
        refund.redeemed_minor,
        sum(kept.amount_minor for kept in refund.withheld),
        refund.tax_minor,
        refund.total_minor,
        refund.rounding_minor,
    )


def refund_line_rows(seq: int, refund: Refund) -> list[tuple[object, ...]]:
    """Rows of `refund_line`."""
    return [
        (
            seq,
            line.number,
            refund.sale_id,
            line.quantity_milli,
            line.gross_minor,
            line.net_minor,
            line.tax_class,
            line.tax_minor,
        )
        for line in refund.lines
    ]


def refund_tender_rows(seq: int, refund: Refund) -> list[tuple[object, ...]]:
    """Rows of `refund_tender`."""
    return [
        (
            seq,
            tender.number,
            tender.kind.value,
            tender.amount_minor,
            tender.rounding_minor,
            tender.reference,
        )
        for tender in refund.tenders
    ]


def _event(row: Any) -> events.Refund:
    event = events.decode(row.body)
    if not isinstance(event, events.Refund):
        raise events.BadEvent("the event of a refund is no refund")
    return event
