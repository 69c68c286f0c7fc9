"""The tables of shifts: opened, cash moved, counted, closed. All are projections of the journal."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint

from posloyalty.storage.columns import blob, flag, int_, table, text_

SHIFT = table(
    "shift",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    int_("number"),
    text_("at"),
    text_("day"),
    text_("currency"),
    blob("operator_id"),
    int_("float_minor"),
    UniqueConstraint("id", name="shift_id_once"),
    UniqueConstraint("number", name="shift_number_once"),
    CheckConstraint("float_minor >= 0", name="float_not_negative"),
)

CASH_MOVE = table(
    "cash_move",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    blob("shift_id", ForeignKey("shift.id")),
    text_("at"),
    blob("operator_id"),
    int_("amount_minor"),
    text_("cause"),
    blob("approved_by", null=True),
    UniqueConstraint("id", name="cash_move_id_once"),
    CheckConstraint("amount_minor <> 0", name="moves_something"),
)
Index("cash_move_by_shift", CASH_MOVE.c.shift_id, CASH_MOVE.c.seq)

CASH_COUNT = table(
    "cash_count",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    blob("shift_id", ForeignKey("shift.id")),
    text_("at"),
    blob("operator_id"),
    int_("round"),
    int_("total_minor"),
    int_("due_minor"),
    *flag("within"),
    UniqueConstraint("id", name="cash_count_id_once"),
    UniqueConstraint("shift_id", "round", name="round_once"),
)

SHIFT_CLOSE = table(
    "shift_close",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    blob("shift_id", ForeignKey("shift.id")),
    text_("at"),
    blob("operator_id"),
    int_("counted_minor"),
    int_("due_minor"),
    text_("cause"),
    blob("approved_by", null=True),
    UniqueConstraint("id", name="shift_close_id_once"),
    UniqueConstraint("shift_id", name="closed_once"),
)

SHIFT_TABLES_APPEND_ONLY = ("shift", "cash_move", "cash_count", "shift_close")
"""Tables whose rows never change: triggers refuse UPDATE and DELETE."""
