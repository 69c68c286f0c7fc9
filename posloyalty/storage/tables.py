"""The tables of the till's book, as SQLAlchemy Core sees them.

Shape: the journal is the truth; sale, ledger and tier tables are projections of it and can be told
apart from it by `verify`. What follows below them (members' profiles, catalogue, people, settings)
is truth of its own: it exists nowhere else. Ids are 16-byte BLOBs, money, points and quantities
INTEGERs, days ISO dates, instants ISO texts with their offset; `_ms` columns are milliseconds since
1970 UTC, for order. Every table is STRICT. The migrations make them; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from posloyalty.storage.act_tables import ACT_TABLES_APPEND_ONLY
from posloyalty.storage.audit_table import AUDIT_ENTRY
from posloyalty.storage.columns import blob, flag, int_, one_of, table, text_
from posloyalty.storage.payment_tables import PAYMENT_STEP
from posloyalty.storage.shift_tables import SHIFT_TABLES_APPEND_ONLY
from posloyalty.storage.till_tables import TILL_TABLES_APPEND_ONLY

BOOK = table(
    "book",
    int_("id", key=True),
    blob("book_id"),
    blob("till_id"),
    blob("certificate"),
    text_("store_code"),
    text_("till_code"),
    text_("made_by"),
    text_("made_at"),
    CheckConstraint("id = 1", name="one_book"),
)

# --- the journal ---

JOURNAL_EVENT = table(
    "journal_event",
    int_("seq", key=True),
    int_("epoch"),
    blob("event_id"),
    text_("type"),
    text_("at"),
    int_("hlc_ms"),
    int_("hlc_counter"),
    blob("body"),
    blob("hash"),
    UniqueConstraint("event_id", name="event_id_once"),
    CheckConstraint("seq >= 1", name="seq_from_one"),
    CheckConstraint("length(hash) = 32", name="hash_is_sha256"),
)
Index("journal_anchor", JOURNAL_EVENT.c.seq, sqlite_where=text("type = 'epoch_anchor'"))

OUTBOX = table(
    "outbox",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    text_("state"),
    int_("attempts"),
    text_("reason"),
    one_of("state", "waiting", "acked", "quarantined"),
)
Index("outbox_waiting", OUTBOX.c.seq, sqlite_where=text("state = 'waiting'"))
Index("outbox_special", OUTBOX.c.seq, sqlite_where=text("state <> 'acked' OR reason <> ''"))

# --- sales ---

SALE = table(
    "sale",
    int_("seq", ForeignKey("journal_event.seq"), key=True),
    blob("id"),
    text_("number"),
    text_("at"),
    int_("at_ms"),
    text_("day"),
    text_("currency"),
    blob("operator_id"),
    blob("member_id", null=True),
    text_("proof", null=True),
    blob("programme_hash"),
    int_("lines"),
    int_("gross_minor"),
    int_("offers_minor"),
    int_("redeemed_minor"),
    int_("tax_minor"),
    int_("payable_minor"),
    int_("rounding_minor"),
    UniqueConstraint("id", name="sale_id_once"),
    UniqueConstraint("number", name="sale_number_once"),
)
Index(
    "sale_by_member",
    SALE.c.member_id,
    SALE.c.seq,
    sqlite_where=text("member_id IS NOT NULL"),
)
Index("sale_by_day", SALE.c.day)

SALE_LINE = table(
    "sale_line",
    int_("seq", ForeignKey("sale.seq")),
    int_("number"),
    blob("product_id"),
    text_("sku"),
    text_("name"),
    text_("unit"),
    int_("quantity_milli"),
    int_("unit_price_minor"),
    int_("gross_minor"),
    int_("net_minor"),
    text_("tax_class"),
    int_("tax_numerator"),
    int_("tax_denominator"),
    text_("tax_mode"),
    int_("tax_minor"),
    PrimaryKeyConstraint("seq", "number"),
    rowid=False,
)

LINE_SHARE = table(
    "line_share",
    int_("seq"),
    int_("number"),
    text_("kind"),
    text_("ref"),
    int_("amount_minor"),
    int_("points"),
    PrimaryKeyConstraint("seq", "number", "kind", "ref"),
    one_of("kind", "offer", "redeem", "earn"),
    rowid=False,
)

SALE_TAX = table(
    "sale_tax",
    int_("seq", ForeignKey("sale.seq")),
    text_("tax_class"),
    int_("numerator"),
    int_("denominator"),
    text_("mode"),
    int_("base_minor"),
    int_("tax_minor"),
    PrimaryKeyConstraint("seq", "tax_class"),
    rowid=False,
)

SALE_TENDER = table(
    "sale_tender",
    int_("seq", ForeignKey("sale.seq")),
    int_("number"),
    text_("kind"),
    int_("amount_minor"),
    int_("given_minor"),
    int_("change_minor"),
    int_("rounding_minor"),
    text_("reference", null=True),
    PrimaryKeyConstraint("seq", "number"),
    rowid=False,
)

# --- the ledger ---

ACCOUNT = table(
    "account",
    blob("id", key=True),
    text_("ledger"),
    text_("kind"),
    blob("owner"),
    int_("dr"),
    int_("cr"),
    CheckConstraint("dr >= 0 AND cr >= 0", name="sums_only_grow"),
    # A member cannot spend what is not there, and a debt cannot be repaid twice.
    CheckConstraint("kind <> 'member' OR cr >= dr", name="member_not_negative"),
    CheckConstraint("kind <> 'member_debt' OR dr >= cr", name="debt_not_negative"),
    rowid=False,
)
Index("account_by_owner", ACCOUNT.c.owner, ACCOUNT.c.kind)

TRANSFER = table(
    "transfer",
    int_("seq", ForeignKey("journal_event.seq")),
    int_("place"),
    blob("id"),
    text_("code"),
    blob("debit", ForeignKey("account.id")),
    blob("credit", ForeignKey("account.id")),
    int_("amount"),
    blob("link", null=True),
    PrimaryKeyConstraint("seq", "place"),
    UniqueConstraint("id", name="transfer_id_once"),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("debit <> credit", name="two_sides"),
    rowid=False,
)

LOT = table(
    "lot",
    blob("id", key=True),
    int_("seq", ForeignKey("journal_event.seq")),
    blob("account", ForeignKey("account.id")),
    blob("owner"),
    int_("original"),
    int_("remaining"),
    text_("earned_on"),
    text_("usable_from", null=True),
    text_("last_day", null=True),
    text_("funder", null=True),
    text_("shop_cost", null=True),
    CheckConstraint("remaining BETWEEN 0 AND original", name="remaining_fits"),
    rowid=False,
)
Index("lot_by_owner", LOT.c.owner, LOT.c.earned_on)
Index("lot_open", LOT.c.owner, sqlite_where=text("remaining > 0"))

LOT_USE = table(
    "lot_use",
    int_("seq", ForeignKey("journal_event.seq")),
    int_("place"),
    int_("number"),
    blob("lot_id", ForeignKey("lot.id")),
    int_("amount"),
    PrimaryKeyConstraint("seq", "place", "number"),
    CheckConstraint("amount <> 0", name="use_not_zero"),
    rowid=False,
)
Index("lot_use_by_lot", LOT_USE.c.lot_id)

TIER_HOLDING = table(
    "tier_holding",
    blob("member_id"),
    text_("scheme"),
    text_("level"),
    text_("met_on"),
    text_("through"),
    int_("seq", ForeignKey("journal_event.seq")),
    PrimaryKeyConstraint("member_id", "scheme", "level"),
    rowid=False,
)

# --- members ---

MEMBER = table(
    "member",
    blob("id", key=True),
    text_("status"),
    text_("joined_on"),
    text_("home_store"),
    int_("changed"),
    int_("purchases"),
    int_("last_sale", null=True),
    one_of("status", "active", "frozen", "closed", "erased"),
    rowid=False,
)
Index("member_by_change", MEMBER.c.changed)

PROFILE = table(
    "profile",
    blob("member_id", ForeignKey("member.id"), key=True),
    text_("name"),
    text_("language"),
    int_("birth_month", null=True),
    int_("birth_day", null=True),
    int_("birth_year", null=True),
    text_("note"),
    rowid=False,
)

IDENTIFIER = table(
    "identifier",
    text_("kind"),
    text_("value"),
    blob("member_id", ForeignKey("member.id")),
    int_("place"),
    PrimaryKeyConstraint("kind", "value", "member_id"),
    rowid=False,
)
Index("identifier_by_member", IDENTIFIER.c.member_id)
Index(
    "identifier_once",
    IDENTIFIER.c.kind,
    IDENTIFIER.c.value,
    unique=True,
    sqlite_where=text("kind IN ('card', 'foreign')"),
)

CONSENT = table(
    "consent",
    int_("id", key=True),
    int_("seq", ForeignKey("journal_event.seq")),
    blob("member_id", ForeignKey("member.id")),
    text_("purpose"),
    text_("channel"),
    *flag("granted"),
    text_("text_version"),
    text_("language"),
    text_("at"),
    blob("operator_id"),
    blob("till_id"),
    text_("source"),
)
Index("consent_by_member", CONSENT.c.member_id)

CARD = table(
    "card",
    blob("id", key=True),
    int_("seq", ForeignKey("journal_event.seq")),
    blob("member_id", ForeignKey("member.id")),
    int_("key_id"),
    text_("short_code"),
    text_("token_text"),
    text_("issued_at"),
    text_("expires_at"),
    text_("revoked_at", null=True),
    UniqueConstraint("short_code", name="short_code_once"),
    rowid=False,
)
Index("card_by_member", CARD.c.member_id, CARD.c.seq)

REVOCATION = table(
    "revocation",
    blob("member_id", key=True),
    text_("before"),
    int_("seq", ForeignKey("journal_event.seq")),
    rowid=False,
)

TILL_KEY = table(
    "till_key",
    int_("key_id", key=True),
    blob("seed"),
    blob("public_key"),
    blob("certificate"),
    text_("made_at"),
    text_("retires_at", null=True),
)

# --- catalogue ---

TAX_CLASS = table(
    "tax_class",
    text_("code", key=True),
    text_("name"),
    int_("numerator"),
    int_("denominator"),
    text_("mode"),
    int_("fixed_minor"),
    CheckConstraint("numerator >= 0 AND denominator > 0", name="rate_is_a_ratio"),
    rowid=False,
)

CATEGORY = table(
    "category",
    blob("id", key=True),
    text_("name"),
    text_("colour"),
    int_("position"),
    rowid=False,
)

PRODUCT = table(
    "product",
    blob("id", key=True),
    text_("sku"),
    text_("name"),
    text_("initials"),
    int_("price_minor", null=True),
    text_("tax_class", ForeignKey("tax_class.code")),
    text_("unit"),
    blob("category_id", ForeignKey("category.id"), null=True),
    text_("tags"),
    text_("picture", null=True),
    *flag("earns"),
    *flag("discountable"),
    *flag("gift_card"),
    *flag("deposit"),
    *flag("fee"),
    *flag("active"),
    UniqueConstraint("sku", name="sku_once"),
    rowid=False,
)

PRODUCT_CODE = table(
    "product_code",
    text_("code", key=True),
    blob("product_id", ForeignKey("product.id")),
    int_("place"),
    rowid=False,
)
Index("product_code_by_product", PRODUCT_CODE.c.product_id)

QUICK_KEY = table(
    "quick_key",
    blob("page"),
    int_("position"),
    blob("product_id", ForeignKey("product.id")),
    PrimaryKeyConstraint("page", "position"),
    rowid=False,
)

# Whoever changes a row that others refer to makes SQLite look for them.
Index("quick_key_by_product", QUICK_KEY.c.product_id)
Index("product_by_category", PRODUCT.c.category_id)
Index("product_by_tax_class", PRODUCT.c.tax_class)

# --- people, settings, and what is under way ---

OPERATOR = table(
    "operator",
    blob("id", key=True),
    text_("name"),
    text_("role"),
    *flag("active"),
    text_("pin_hash", null=True),
    int_("failures"),
    text_("locked_until", null=True),
    one_of("role", "cashier", "supervisor", "manager"),
    rowid=False,
)

SETTING = table("setting", text_("name", key=True), text_("value"), rowid=False)
SETTING_BLOB = table("setting_blob", text_("name", key=True), blob("data"))

DRAFT = table(
    "draft",
    int_("id", key=True),
    blob("sale_id"),
    blob("operator_id"),
    text_("saved_at"),
    blob("body"),
    CheckConstraint("id = 1", name="one_draft"),
)

HELD = table(
    "held",
    blob("sale_id", key=True),
    text_("name"),
    blob("operator_id"),
    text_("held_at"),
    int_("total_minor"),
    blob("body"),
)

PROGRAMME = table(
    "programme",
    blob("hash", key=True),
    text_("id"),
    int_("version"),
    text_("effective_from"),
    int_("effective_ms"),
    blob("toml"),
)
Index("programme_by_effect", PROGRAMME.c.effective_ms, PROGRAMME.c.version)

PRINT_JOB = table(
    "print_job",
    int_("id", key=True),
    int_("seq", ForeignKey("journal_event.seq")),
    *flag("copy"),
    text_("state"),
    int_("attempts"),
    text_("detail"),
    one_of("state", "waiting", "printing", "printed", "unknown", "dismissed"),
)
Index("print_job_open", PRINT_JOB.c.id, sqlite_where=text("state IN ('waiting', 'printing')"))
Index("print_job_unknown", PRINT_JOB.c.seq, sqlite_where=text("state = 'unknown'"))
Index("print_job_by_sale", PRINT_JOB.c.seq, PRINT_JOB.c.copy)

REPLAY_PROGRESS = table(
    "replay_progress", blob("key", key=True), int_("rows"), int_("sales"), rowid=False
)

IMPORT_MARK = table(
    "import_mark", blob("key", key=True), text_("kind"), text_("at"), text_("summary"), rowid=False
)

APPEND_ONLY = (
    "journal_event",
    "transfer",
    "lot_use",
    "sale",
    "sale_line",
    "line_share",
    "sale_tax",
    "sale_tender",
    "consent",
    *ACT_TABLES_APPEND_ONLY,
    *SHIFT_TABLES_APPEND_ONLY,
    AUDIT_ENTRY.name,
    PAYMENT_STEP.name,
    *TILL_TABLES_APPEND_ONLY,
)
"""Tables whose rows never change: triggers refuse UPDATE and DELETE."""
