"""The table of tills that were trusted and revoked, one row a step: a projection of the journal.

Whether a till is trusted is what its last step says, so nothing here is ever changed.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index

from posloyalty.storage.columns import blob, int_, one_of, table, text_

TILL_TRUST = table(
    "till_trust",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("half"),
    blob("till_id"),
    text_("move"),
    text_("store"),
    text_("code"),
    text_("name"),
    blob("certificate"),
    text_("at"),
    CheckConstraint("length(half) = 8 AND length(till_id) = 16", name="till_is_whole"),
    one_of("move", "trust", "revoke"),
)
Index("till_trust_by_half", TILL_TRUST.c.half, TILL_TRUST.c.seq)
