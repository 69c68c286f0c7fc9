"""The table of the audit: a projection of the journal, one row an event that the audit lists."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index

from posloyalty.storage.columns import blob, flag, int_, table, text_

AUDIT_ENTRY = table(
    "audit_entry",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    text_("at"),
    text_("day"),
    text_("kind"),
    blob("operator_id", null=True),
    blob("approver_id", null=True),
    text_("reason"),
    text_("about"),
    int_("amount_minor", null=True),
    *flag("undone"),
)
Index("audit_entry_by_day", AUDIT_ENTRY.c.day, AUDIT_ENTRY.c.seq)
