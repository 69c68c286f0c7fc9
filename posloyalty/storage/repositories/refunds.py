"""Refunds on disk: one event and its rows, and what was already taken back of a sale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.posting import PURCHASES
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.services.ports import Appended, PrintState, RefundRow, StoredRefund
from posloyalty.storage.act_tables import REFUND, REFUND_LINE, REFUND_TENDER
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.repositories.sales import printed_state
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import JOURNAL_EVENT, MEMBER, OPERATOR, PRINT_JOB, PROFILE
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.hlc import Hlc, wall_ms
from posloyalty.sync.refund_event import refund_event, refund_of

_INSERT = Insert(REFUND)
_INSERT_LINE = Insert(REFUND_LINE)
_INSERT_TENDER = Insert(REFUND_TENDER)
_INSERT_JOB = Insert(PRINT_JOB)
# A sale that came back whole counts no longer among those that a first purchase comes before.
_UNCOUNTED = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(purchases=MEMBER.c.purchases + bindparam("more"))
)
_ORIGINAL = (
    select(PRINT_JOB.c.state)
    .where(PRINT_JOB.c.seq == REFUND.c.seq, PRINT_JOB.c.copy == 0)
    .limit(1)
    .scalar_subquery()
    .label("printed")
)
_STAYS = (
    select(REFUND_TENDER.c.seq)
    .where(REFUND_TENDER.c.seq == REFUND.c.seq, REFUND_TENDER.c.stays_minor > 0)
    .exists()
    .label("exchanged")
)
_BODY = select(JOURNAL_EVENT.c.body, REFUND.c.seq, _ORIGINAL).select_from(
    REFUND.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == REFUND.c.seq)
)
_OF_SALE = Statement(_BODY.where(REFUND.c.sale_id == bindparam("sale")).order_by(REFUND.c.seq))
_BY_ID = Statement(_BODY.where(REFUND.c.id == bindparam("refund")))
_BY_NUMBER = Statement(_BODY.where(REFUND.c.number == bindparam("number")))
_TAKEN_BACK = Statement(
    select(REFUND_LINE.c.number, func.sum(REFUND_LINE.c.quantity_milli).label("milli"))
    .where(REFUND_LINE.c.sale_id == bindparam("sale"))
    .group_by(REFUND_LINE.c.number)
)

_TO_CARDS = Statement(
    select(func.count(func.distinct(REFUND.c.seq)))
    .select_from(REFUND.join(REFUND_TENDER, REFUND_TENDER.c.seq == REFUND.c.seq))
    .where(REFUND.c.day == bindparam("day"), REFUND_TENDER.c.kind == TenderKind.GIFT_CARD.value)
)


def rows() -> Select[Any]:
    """The query behind `RefundRow`, newest first; `refund_rows` reads what it gives."""
    joined = REFUND.outerjoin(OPERATOR, OPERATOR.c.id == REFUND.c.operator_id).outerjoin(
        PROFILE, PROFILE.c.member_id == REFUND.c.member_id
    )
    return (
        select(
            REFUND.c.id,
            REFUND.c.seq,
            REFUND.c.number,
            REFUND.c.of_number,
            REFUND.c.sale_id,
            REFUND.c.kind,
            REFUND.c.at,
            REFUND.c.currency,
            REFUND.c.total_minor,
            func.coalesce(OPERATOR.c.name, "").label("operator_name"),
            REFUND.c.member_id,
            PROFILE.c.name.label("member_name"),
            _ORIGINAL,
            _STAYS,
        )
        .select_from(joined)
        .order_by(REFUND.c.seq.desc())
    )


_PAGE = Statement(rows().where(REFUND.c.seq < bindparam("before")).limit(bindparam("most")))
_ROWS_OF_SALE = Statement(rows().where(REFUND.c.sale_id == bindparam("sale")))
_ROW_OF = Statement(rows().where(REFUND.c.number == bindparam("number")))
_OF_MEMBER = Statement(
    rows()
    .where(REFUND.c.member_id == bindparam("member"), REFUND.c.seq < bindparam("before"))
    .limit(bindparam("most"))
)
_ALL = 2**62


class RefundReads:
    """Reading refunds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, refund_id: bytes) -> Refund | None:
        """A refund by its id."""
        row = _BY_ID.run(self._connection, refund=refund_id).first()
        return None if row is None else refund_of(_event(row))

    def stored(self, wanted: bytes | str) -> StoredRefund | None:
        """A refund by its id or its receipt number."""
        if isinstance(wanted, bytes):
            row = _BY_ID.run(self._connection, refund=wanted).first()
        else:
            row = _BY_NUMBER.run(self._connection, number=wanted).first()
        if row is None:
            return None
        event = _event(row)
        return StoredRefund(
            refund=refund_of(event),
            does=consequences_of(event),
            seq=row.seq,
            printed=printed_state(row.printed),
        )

    def page(self, *, before_seq: int | None, limit: int) -> tuple[RefundRow, ...]:
        """The newest refunds before a place in the journal."""
        before = _ALL if before_seq is None else before_seq
        return refund_rows(_PAGE.run(self._connection, before=before, most=limit))

    def rows_of_sale(self, sale_id: bytes) -> tuple[RefundRow, ...]:
        """The refunds of a sale, newest first."""
        return refund_rows(_ROWS_OF_SALE.run(self._connection, sale=sale_id))

    def row_of(self, number: str) -> RefundRow | None:
        """A refund by its receipt number."""
        found = refund_rows(_ROW_OF.run(self._connection, number=number))
        return found[0] if found else None

    def of_member(
        self, member_id: bytes, *, before_seq: int | None, limit: int
    ) -> tuple[RefundRow, ...]:
        """A member's refunds, newest first."""
        before = _ALL if before_seq is None else before_seq
        found = _OF_MEMBER.run(self._connection, member=member_id, before=before, most=limit)
        return refund_rows(found)

    def of_sale(self, sale_id: bytes) -> tuple[tuple[Refund, Consequences], ...]:
        """The refunds of a sale with what they did, the first one first."""
        rows = _OF_SALE.run(self._connection, sale=sale_id)
        found = [_event(row) for row in rows]
        return tuple((refund_of(event), consequences_of(event)) for event in found)

    def taken_back(self, sale_id: bytes) -> dict[int, int]:
        """How much of each line of a sale went back so far, in thousandths."""
        rows = _TAKEN_BACK.run(self._connection, sale=sale_id)
        return {row.number: row.milli for row in rows}

    def to_cards(self, day: date) -> int:
        """How many refunds of a business day put money on gift cards."""
        return int(_TO_CARDS.run(self._connection, day=day.isoformat()).scalar_one())


class Refunds(RefundReads):
    """Writing refunds."""

    def __init__(self, connection: Connection, journal: Journal, ledger: Ledger) -> None:
        super().__init__(connection)
        self._journal = journal
        self._ledger = ledger

    def book(self, refund: Refund, does: Consequences, *, print_receipt: bool = False) -> Appended:
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
        more = uncounted(refund, does)
        if more:
            _UNCOUNTED.run(connection, member=refund.member_id, more=more)
        if print_receipt:
            _INSERT_JOB.one(connection, None, appended.seq, 0, PrintState.WAITING.value, 0, "")
        return appended


def uncounted(refund: Refund, does: Consequences) -> int:
    """What a refund adds to the purchases of its member: nothing, or one less."""
    return sum(
        entry.amount
        for entry in does.meters
        if entry.meter == PURCHASES and entry.owner == refund.member_id
    )


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
            tender.stays_minor,
        )
        for tender in refund.tenders
    ]


def refund_rows(found: Iterable[Any]) -> tuple[RefundRow, ...]:
    """The rows of what `rows()` found."""
    return tuple(
        RefundRow(
            refund_id=row.id,
            seq=row.seq,
            number=row.number,
            of_number=row.of_number,
            sale_id=row.sale_id,
            kind=RefundKind(row.kind),
            at=parse_instant(row.at),
            currency=row.currency,
            total_minor=row.total_minor,
            operator_name=row.operator_name,
            member_id=row.member_id,
            member_name=row.member_name,
            printed=printed_state(row.printed),
            exchanged=bool(row.exchanged),
        )
        for row in found
    )


def _event(row: Any) -> events.Refund:
    event = events.decode(row.body)
    if not isinstance(event, events.Refund):
        raise events.BadEvent("the event of a refund is no refund")
    return event
