"""What the journal says of other tills and of goods, one row a step: projections of it.

Whether a till is trusted, and what head office knows of an article, is what the last step says, so
nothing here is ever changed.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index

from posloyalty.storage.columns import blob, flag, int_, one_of, table, text_

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
    *flag("gone"),
    CheckConstraint("length(half) = 8 AND length(till_id) = 16", name="till_is_whole"),
    one_of("move", "trust", "revoke"),
)
Index("till_trust_by_half", TILL_TRUST.c.half, TILL_TRUST.c.seq)
GOODS_TOLD = table(
    "goods_told",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("product_id", key=True),
    text_("facts"),
    rowid=False,
)
Index("goods_told_by_product", GOODS_TOLD.c.product_id, GOODS_TOLD.c.seq)
TILL_TABLES_APPEND_ONLY = (TILL_TRUST.name, GOODS_TOLD.name)
