"""The tables of what happens after a sale and beside it: refunds, acts, rights and meters.

Shape: like the tables of `tables.py`, all of them projections of the journal. `held_right` carries
running sums that `right_change` adds up to; meter entries only ever come in.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy import text as sql_text

from posloyalty.storage.columns import blob, flag, int_, one_of, table, text_

REFUND = table(
    "refund",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    text_("number"),
    text_("at"),
    int_("at_ms"),
    text_("day"),
    text_("currency"),
    blob("operator_id"),
    blob("member_id", null=True),
    blob("sale_id"),
    text_("of_number"),
    text_("kind"),
    text_("cause"),
    *flag("faulty"),
    int_("gross_minor"),
    int_("offers_minor"),
    int_("redeemed_minor"),
    int_("withheld_minor"),
    int_("tax_minor"),
    int_("total_minor"),
    int_("rounding_minor"),
    one_of("kind", "return", "void"),
    UniqueConstraint("id", name="refund_id_once"),
    UniqueConstraint("number", name="refund_number_once"),
)
Index("refund_by_sale", REFUND.c.sale_id)
Index("refund_by_day", REFUND.c.day)
Index("refund_by_member", REFUND.c.member_id, REFUND.c.seq)

REFUND_LINE = table(
    "refund_line",
    int_("seq", ForeignKey("refund.seq")),
    int_("number"),
    blob("sale_id"),
    int_("quantity_milli"),
    int_("gross_minor"),
    int_("net_minor"),
    text_("tax_class"),
    int_("tax_minor"),
    PrimaryKeyConstraint("seq", "number"),
    CheckConstraint("quantity_milli > 0", name="something_goes_back"),
    rowid=False,
)
Index("refund_line_by_sale", REFUND_LINE.c.sale_id, REFUND_LINE.c.number)

REFUND_TENDER = table(
    "refund_tender",
    int_("seq", ForeignKey("refund.seq")),
    int_("number"),
    text_("kind"),
    int_("amount_minor"),
    int_("rounding_minor"),
    text_("reference", null=True),
    # Of an exchange: what stayed for the new goods.
    int_("stays_minor"),
    PrimaryKeyConstraint("seq", "number"),
    rowid=False,
)

ACT = table(
    "act",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    text_("kind"),
    text_("what"),
    blob("member_id", null=True),
    text_("day"),
    UniqueConstraint("id", name="act_id_once"),
)
Index("act_by_member", ACT.c.member_id, ACT.c.seq)
Index("act_by_kind", ACT.c.kind, ACT.c.seq)

HELD_RIGHT = table(
    "held_right",
    blob("id", key=True),
    int_("seq", ForeignKey("journal_event.seq")),
    text_("kind"),
    text_("of"),
    text_("programme"),
    blob("owner"),
    text_("code", null=True),
    int_("uses"),
    int_("used"),
    text_("from_day", null=True),
    text_("last_day", null=True),
    *flag("held"),
    int_("released"),
    int_("cancelled"),
    int_("paid_minor"),
    int_("line"),
    CheckConstraint("used >= 0 AND (uses = 0 OR used <= uses)", name="used_fits"),
    rowid=False,
)
Index("lease_open", HELD_RIGHT.c.seq, sqlite_where=sql_text("kind = 'lease' AND cancelled = 0"))
Index("held_right_by_owner", HELD_RIGHT.c.owner, HELD_RIGHT.c.kind)
Index("held_right_by_origin", HELD_RIGHT.c.seq)
Index("held_right_by_code", HELD_RIGHT.c.code, sqlite_where=sql_text("code IS NOT NULL"))

RIGHT_CHANGE = table(
    "right_change",
    int_("seq", ForeignKey("journal_event.seq")),
    int_("place"),
    blob("id"),
    blob("right_id", ForeignKey("held_right.id")),
    text_("move"),
    int_("amount"),
    PrimaryKeyConstraint("seq", "place"),
    UniqueConstraint("id", name="right_change_id_once"),
    one_of("move", "issue", "release", "use", "give_back", "extend", "cancel", "revive"),
    rowid=False,
)
Index("right_change_by_right", RIGHT_CHANGE.c.right_id)

METER_ENTRY = table(
    "meter_entry",
    blob("owner"),
    text_("day"),
    int_("seq", ForeignKey("journal_event.seq")),
    int_("place"),
    text_("meter"),
    text_("at"),
    int_("amount"),
    blob("undoes", null=True),
    PrimaryKeyConstraint("owner", "day", "seq", "place"),
    CheckConstraint("amount <> 0", name="counts_something"),
    rowid=False,
)
Index("meter_entry_by_event", METER_ENTRY.c.seq)

ACT_TABLES_APPEND_ONLY = (
    "refund",
    "refund_line",
    "refund_tender",
    "act",
    "right_change",
    "meter_entry",
)
"""Tables whose rows never change: triggers refuse UPDATE and DELETE."""
