"""Payments of terminals on disk: one row a step; how a payment stands is its last one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select

from posloyalty.domain.shop.payment import OPEN, TAKEN, Payment, PaymentStep
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.ports import Appended
from posloyalty.storage.act_tables import REFUND, REFUND_TENDER
from posloyalty.storage.payment_tables import PAYMENT_STEP
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import SALE, SALE_TENDER
from posloyalty.sync import events

_INSERT = Insert(PAYMENT_STEP)
_LATER = PAYMENT_STEP.alias("later")
_LAST = PAYMENT_STEP.c.seq == (
    select(func.max(_LATER.c.seq))
    .where(_LATER.c.payment_id == PAYMENT_STEP.c.payment_id)
    .scalar_subquery()
)
_BY_ID = Statement(
    select(*PAYMENT_STEP.columns)
    .where(PAYMENT_STEP.c.payment_id == bindparam("payment"))
    .order_by(PAYMENT_STEP.c.seq.desc())
    .limit(1)
)
_EVERY = (
    select(*PAYMENT_STEP.columns)
    .where(PAYMENT_STEP.c.sale_id == bindparam("sale"))
    .order_by(PAYMENT_STEP.c.seq)
)
_OF_SALE = Statement(_EVERY.where(PAYMENT_STEP.c.back == 0))
_BACK_OF_SALE = Statement(_EVERY.where(PAYMENT_STEP.c.back != 0))
# A tender of its sale stands for it by its reference; by its id where a supervisor saw it taken.
_BY_ID_ALONE = func.substr(func.hex(PAYMENT_STEP.c.payment_id), 1, 12)
_REFERENCE = func.coalesce(func.nullif(PAYMENT_STEP.c.reference, ""), _BY_ID_ALONE)
_COUNTED = (
    select(SALE_TENDER.c.seq)
    .select_from(SALE.join(SALE_TENDER, SALE_TENDER.c.seq == SALE.c.seq))
    .where(
        SALE.c.id == PAYMENT_STEP.c.sale_id,
        SALE_TENDER.c.kind == PAYMENT_STEP.c.kind,
        SALE_TENDER.c.amount_minor == PAYMENT_STEP.c.amount_minor,
        SALE_TENDER.c.reference == _REFERENCE,
    )
    .exists()
)
_COUNTED_BACK = (
    select(REFUND_TENDER.c.seq)
    .select_from(REFUND.join(REFUND_TENDER, REFUND_TENDER.c.seq == REFUND.c.seq))
    .where(
        REFUND.c.sale_id == PAYMENT_STEP.c.sale_id,
        REFUND_TENDER.c.number == PAYMENT_STEP.c.back,
        REFUND_TENDER.c.amount_minor - REFUND_TENDER.c.stays_minor == PAYMENT_STEP.c.amount_minor,
        REFUND_TENDER.c.reference == _REFERENCE,
    )
    .exists()
)
_UNCOUNTED = or_(
    and_(PAYMENT_STEP.c.back == 0, ~_COUNTED), and_(PAYMENT_STEP.c.back != 0, ~_COUNTED_BACK)
)
_ASKED = PAYMENT_STEP.alias("asked")
_UNSETTLED = Statement(
    select(*PAYMENT_STEP.columns)
    .select_from(
        _ASKED.join(PAYMENT_STEP, and_(PAYMENT_STEP.c.payment_id == _ASKED.c.payment_id, _LAST))
    )
    .where(
        _ASKED.c.step == literal_column("'asked'"),
        or_(
            *(PAYMENT_STEP.c.step == step.value for step in sorted(OPEN)),
            and_(or_(*(PAYMENT_STEP.c.step == step.value for step in sorted(TAKEN))), _UNCOUNTED),
        ),
    )
    .order_by(_ASKED.c.seq)
    .limit(bindparam("most"))
)


class PaymentReads:
    """Reading payments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, payment_id: bytes) -> Payment | None:
        """A payment by its id."""
        row = _BY_ID.run(self._connection, payment=payment_id).first()
        return None if row is None else _payment(row)

    def of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """The payments of a sale, in the order in which they were asked."""
        return _last_steps(_OF_SALE.run(self._connection, sale=sale_id))

    def back_of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """What went back, or was to go back, for returns of a sale, in the same order."""
        return _last_steps(_BACK_OF_SALE.run(self._connection, sale=sale_id))

    def unsettled(self, *, limit: int) -> tuple[Payment, ...]:
        """Those that somebody has to look after, the oldest first."""
        return tuple(_payment(row) for row in _UNSETTLED.run(self._connection, most=limit))


class Payments(PaymentReads):
    """Writing payments."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        super().__init__(connection)
        self._journal = journal

    def book(self, step: events.Payment) -> Appended:
        """Append a step and its row."""
        appended = self._journal.append(step)
        _INSERT.one(self._connection, *payment_row(appended.seq, step))
        return appended


def _last_steps(rows: Iterable[Any]) -> tuple[Payment, ...]:
    found = {}
    for row in rows:
        found[row.payment_id] = _payment(row)  # a later step takes the first one's place
    return tuple(found.values())


def payment_row(seq: int, step: events.Payment) -> tuple[object, ...]:
    """The row of a step, in the table's column order."""
    return (
        seq,
        bytes.fromhex(step.pay),
        bytes.fromhex(step.sale),
        step.kind,
        step.n,
        step.cur,
        step.term,
        step.step,
        step.at,
        step.ref if isinstance(step.ref, str) else "",
        step.why if isinstance(step.why, str) else "",
        step.back if isinstance(step.back, int) else 0,
    )


def _payment(row: Any) -> Payment:
    return Payment(
        id=row.payment_id,
        sale_id=row.sale_id,
        kind=TenderKind(row.kind),
        amount_minor=row.amount_minor,
        currency=row.currency,
        terminal=row.terminal,
        step=PaymentStep(row.step),
        at=parse_instant(row.at),
        reference=row.reference,
        cause=row.cause,
        back=row.back,
    )
