"""The print queue, and how far replays got, on disk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from posloyalty.services.ports import PrintJob, PrintState, RefundRow, ReplayProgress, SaleRow
from posloyalty.storage.act_tables import ACT, REFUND
from posloyalty.storage.repositories.refunds import refund_rows
from posloyalty.storage.repositories.refunds import rows as refunds
from posloyalty.storage.repositories.sales import rows, sale_rows
from posloyalty.storage.shift_tables import CASH_MOVE, SHIFT_CLOSE
from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import PRINT_JOB, REPLAY_PROGRESS, SALE

_P = PRINT_JOB.c
_OPEN = text("print_job.state IN ('waiting', 'printing')")
_JOBS = select(
    _P.id,
    SALE.c.id.label("sale_id"),
    REFUND.c.id.label("refund_id"),
    SHIFT_CLOSE.c.id.label("close_id"),
    CASH_MOVE.c.id.label("move_id"),
    ACT.c.id.label("act_id"),
    _P.copy,
    _P.state,
    _P.attempts,
    _P.detail,
).select_from(
    PRINT_JOB.outerjoin(SALE, SALE.c.seq == _P.seq)
    .outerjoin(REFUND, REFUND.c.seq == _P.seq)
    .outerjoin(SHIFT_CLOSE, SHIFT_CLOSE.c.seq == _P.seq)
    .outerjoin(CASH_MOVE, CASH_MOVE.c.seq == _P.seq)
    .outerjoin(ACT, ACT.c.seq == _P.seq)
)
_NEXT = Statement(_JOBS.where(_OPEN, _P.state == PrintState.WAITING.value).order_by(_P.id).limit(1))
_INTERRUPTED = Statement(_JOBS.where(_OPEN, _P.state == PrintState.PRINTING.value).order_by(_P.id))
_WAITING = Statement(select(func.count()).select_from(PRINT_JOB).where(_OPEN))
_LATER = PRINT_JOB.alias("later")
_IN_DOUBT = select(_P.seq).where(
    text("print_job.state = 'unknown'"),
    ~select(_LATER.c.id).where(_LATER.c.seq == _P.seq, _LATER.c.id > _P.id).exists(),
)
_UNCONFIRMED = Statement(rows().where(SALE.c.seq.in_(_IN_DOUBT)).limit(bindparam("most")))
_UNCONFIRMED_REFUNDS = Statement(
    refunds().where(REFUND.c.seq.in_(_IN_DOUBT)).limit(bindparam("most"))
)


def _queue(paper: Table) -> Statement:
    return Statement(
        insert(PRINT_JOB).from_select(
            ["seq", "copy", "state", "attempts", "detail"],
            select(
                paper.c.seq,
                bindparam("is_copy"),
                text(f"'{PrintState.WAITING.value}'"),
                text("0"),
                text("''"),
            ).where(paper.c.id == bindparam("paper")),
        )
    )


_QUEUE_SALE = _queue(SALE)
_QUEUE_REFUND = _queue(REFUND)
_QUEUE_CLOSE = _queue(SHIFT_CLOSE)
_QUEUE_MOVE = _queue(CASH_MOVE)
_QUEUE_ACT = _queue(ACT)
_MARK = Statement(
    update(PRINT_JOB)
    .where(_P.id == bindparam("job"))
    .values(
        state=bindparam("now"), detail=bindparam("told"), attempts=_P.attempts + bindparam("tries")
    )
)
_PROGRESS = Statement(
    select(*REPLAY_PROGRESS.columns).where(REPLAY_PROGRESS.c.key == bindparam("which"))
)


def _advance() -> Statement:
    statement = insert(REPLAY_PROGRESS).values(
        key=bindparam("key"), rows=bindparam("rows"), sales=bindparam("sales")
    )
    changed = {name: statement.excluded[name] for name in ("rows", "sales")}
    return Statement(statement.on_conflict_do_update(index_elements=["key"], set_=changed))


_ADVANCE = _advance()


class Printing:
    """The print queue on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_waiting(self) -> PrintJob | None:
        """The oldest job that waits."""
        row = _NEXT.run(self._connection).first()
        return None if row is None else _job(row)

    def interrupted(self) -> tuple[PrintJob, ...]:
        """Jobs that are being printed; at start, those that the till's last stop cut short."""
        return tuple(_job(row) for row in _INTERRUPTED.run(self._connection))

    def waiting(self) -> int:
        """How many jobs wait or are being printed."""
        return int(_WAITING.run(self._connection).scalar_one())

    def unconfirmed(self, *, limit: int = 50) -> tuple[SaleRow, ...]:
        """Sales whose newest job, original or copy, is UNKNOWN, newest first."""
        return sale_rows(_UNCONFIRMED.run(self._connection, most=limit))

    def unconfirmed_refunds(self, *, limit: int = 50) -> tuple[RefundRow, ...]:
        """The same of refunds."""
        return refund_rows(_UNCONFIRMED_REFUNDS.run(self._connection, most=limit))

    def queue(self, paper_id: bytes, *, copy: bool) -> int:
        """Add a job for a sale, a refund, a closed shift, cash moved or paid out; returns its id.

        KeyError when there is none such.
        """
        for queue in (_QUEUE_SALE, _QUEUE_REFUND, _QUEUE_CLOSE, _QUEUE_MOVE, _QUEUE_ACT):
            done = queue.run(self._connection, paper=paper_id, is_copy=int(copy))
            if done.rowcount == 1:
                return int(done.lastrowid)
        raise KeyError(paper_id)

    def mark(self, job_id: int, state: PrintState, *, detail: str = "") -> None:
        """Set a job's state; PRINTING counts an attempt."""
        tries = int(state is PrintState.PRINTING)
        _MARK.run(self._connection, job=job_id, now=state.value, told=detail, tries=tries)


class Replays:
    """Progress of replays on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def progress(self, key: bytes) -> ReplayProgress | None:
        """How far a replay got."""
        row = _PROGRESS.run(self._connection, which=key).first()
        return None if row is None else ReplayProgress(key=row.key, rows=row.rows, sales=row.sales)

    def advance(self, progress: ReplayProgress) -> None:
        """Set how far a replay got."""
        _ADVANCE.run(self._connection, key=progress.key, rows=progress.rows, sales=progress.sales)


def _job(row: Any) -> PrintJob:
    return PrintJob(
        id=row.id,
        sale_id=row.sale_id,
        refund_id=row.refund_id,
        close_id=row.close_id,
        move_id=row.move_id,
        act_id=row.act_id,
        copy=bool(row.copy),
        state=PrintState(row.state),
        attempts=row.attempts,
        detail=row.detail,
    )
