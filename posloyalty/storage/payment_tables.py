"""The table of what terminals were asked: every step of every payment, a projection of the journal.

How a payment stands is what its last step says, so nothing here is ever changed.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql_text

from posloyalty.storage.columns import blob, int_, one_of, table, text_

PAYMENT_STEP = table(
    "payment_step",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("payment_id"),
    blob("sale_id"),
    text_("kind"),
    int_("amount_minor"),
    text_("currency"),
    text_("terminal"),
    text_("step"),
    text_("at"),
    text_("reference"),
    text_("cause"),
    int_("back"),
    CheckConstraint("amount_minor > 0", name="payment_of_something"),
    one_of("step", "asked", "approved", "declined", "unknown", "took", "took_not", "given_back"),
)
Index("payment_step_by_payment", PAYMENT_STEP.c.payment_id, PAYMENT_STEP.c.seq)
Index("payment_step_by_sale", PAYMENT_STEP.c.sale_id)
Index(
    "payment_step_asked",
    PAYMENT_STEP.c.seq,
    sqlite_where=sql_text("step = 'asked'"),
)
