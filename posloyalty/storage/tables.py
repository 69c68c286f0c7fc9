"""The tables of the till's book, as SQLAlchemy Core sees them.

Shape: the journal is the truth; sale, ledger and tier tables are projections of it and can be told
apart from it by `verify`. What follows below them (members' profiles, catalogue, people, settings)
is truth of its own: it exists nowhere else. Ids are 16-byte BLOBs, money, points and quantities
INTEGERs, days ISO dates, instants ISO texts with their offset; `_ms` columns are milliseconds since
1970 UTC, for order. Every table is STRICT. The migrations make them; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()


def _table(name: str, *parts: Any, rowid: bool = True) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _int(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, Integer, *parts, nullable=null, primary_key=key, autoincrement=False)


def _text(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, *parts, nullable=null, primary_key=key)


def _blob(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, *parts, nullable=null, primary_key=key)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def _flag(name: str) -> list[Any]:
    return [_int(name), CheckConstraint(f"{name} IN (0, 1)", name=f"{name}_is_a_flag")]


BOOK = _table(
    "book",
    _int("id", key=True),
    _blob("book_id"),
    _blob("till_id"),
    _blob("certificate"),
    _text("store_code"),
    _text("till_code"),
    _text("made_by"),
    _text("made_at"),
    CheckConstraint("id = 1", name="one_book"),
)

# --- the journal ---

JOURNAL_EVENT = _table(
    "journal_event",
    _int("seq", key=True),
    _int("epoch"),
    _blob("event_id"),
    _text("type"),
    _text("at"),
    _int("hlc_ms"),
    _int("hlc_counter"),
    _blob("body"),
    _blob("hash"),
    UniqueConstraint("event_id", name="event_id_once"),
    CheckConstraint("seq >= 1", name="seq_from_one"),
    CheckConstraint("length(hash) = 32", name="hash_is_sha256"),
)

OUTBOX = _table(
    "outbox",
    _int("seq", ForeignKey("journal_event.seq"), key=True),
    _text("state"),
    _int("attempts"),
    _text("reason"),
    _one_of("state", "waiting", "acked", "quarantined"),
)
Index("outbox_waiting", OUTBOX.c.seq, sqlite_where=text("state = 'waiting'"))

# --- sales ---

SALE = _table(
    "sale",
    _int("seq", ForeignKey("journal_event.seq"), key=True),
    _blob("id"),
    _text("number"),
    _text("at"),
    _int("at_ms"),
    _text("day"),
    _text("currency"),
    _blob("operator_id"),
    _blob("member_id", null=True),
    _text("proof", null=True),
    _blob("programme_hash"),
    _int("lines"),
    _int("gross_minor"),
    _int("offers_minor"),
    _int("redeemed_minor"),
    _int("tax_minor"),
    _int("payable_minor"),
    _int("rounding_minor"),
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

SALE_LINE = _table(
    "sale_line",
    _int("seq", ForeignKey("sale.seq")),
    _int("number"),
    _blob("product_id"),
    _text("sku"),
    _text("name"),
    _text("unit"),
    _int("quantity_milli"),
    _int("unit_price_minor"),
    _int("gross_minor"),
    _int("net_minor"),
    _text("tax_class"),
    _int("tax_numerator"),
    _int("tax_denominator"),
    _text("tax_mode"),
    _int("tax_minor"),
    PrimaryKeyConstraint("seq", "number"),
    rowid=False,
)

LINE_SHARE = _table(
    "line_share",
    _int("seq"),
    _int("number"),
    _text("kind"),
    _text("ref"),
    _int("amount_minor"),
    _int("points"),
    PrimaryKeyConstraint("seq", "number", "kind", "ref"),
    _one_of("kind", "offer", "redeem", "earn"),
    rowid=False,
)

SALE_TAX = _table(
    "sale_tax",
    _int("seq", ForeignKey("sale.seq")),
    _text("tax_class"),
    _int("numerator"),
    _int("denominator"),
    _text("mode"),
    _int("base_minor"),
    _int("tax_minor"),
    PrimaryKeyConstraint("seq", "tax_class"),
    rowid=False,
)

SALE_TENDER = _table(
    "sale_tender",
    _int("seq", ForeignKey("sale.seq")),
    _int("number"),
    _text("kind"),
    _int("amount_minor"),
    _int("given_minor"),
    _int("change_minor"),
    _int("rounding_minor"),
    _text("reference", null=True),
    PrimaryKeyConstraint("seq", "number"),
    rowid=False,
)

# --- the ledger ---

ACCOUNT = _table(
    "account",
    _blob("id", key=True),
    _text("ledger"),
    _text("kind"),
    _blob("owner"),
    _int("dr"),
    _int("cr"),
    CheckConstraint("dr >= 0 AND cr >= 0", name="sums_only_grow"),
    # A member cannot spend what is not there, and a debt cannot be repaid twice.
    CheckConstraint("kind <> 'member' OR cr >= dr", name="member_not_negative"),
    CheckConstraint("kind <> 'member_debt' OR dr >= cr", name="debt_not_negative"),
    rowid=False,
)
Index("account_by_owner", ACCOUNT.c.owner, ACCOUNT.c.kind)

TRANSFER = _table(
    "transfer",
    _int("seq", ForeignKey("journal_event.seq")),
    _int("place"),
    _blob("id"),
    _text("code"),
    _blob("debit", ForeignKey("account.id")),
    _blob("credit", ForeignKey("account.id")),
    _int("amount"),
    _blob("link", null=True),
    PrimaryKeyConstraint("seq", "place"),
    UniqueConstraint("id", name="transfer_id_once"),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("debit <> credit", name="two_sides"),
    rowid=False,
)

LOT = _table(
    "lot",
    _blob("id", key=True),
    _int("seq", ForeignKey("journal_event.seq")),
    _blob("account", ForeignKey("account.id")),
    _blob("owner"),
    _int("original"),
    _int("remaining"),
    _text("earned_on"),
    _text("usable_from", null=True),
    _text("last_day", null=True),
    CheckConstraint("remaining BETWEEN 0 AND original", name="remaining_fits"),
    rowid=False,
)
Index("lot_by_owner", LOT.c.owner, LOT.c.earned_on)
Index("lot_open", LOT.c.owner, sqlite_where=text("remaining > 0"))

LOT_USE = _table(
    "lot_use",
    _int("seq", ForeignKey("journal_event.seq")),
    _int("place"),
    _int("number"),
    _blob("lot_id", ForeignKey("lot.id")),
    _int("amount"),
    PrimaryKeyConstraint("seq", "place", "number"),
    CheckConstraint("amount <> 0", name="use_not_zero"),
    rowid=False,
)

TIER_HOLDING = _table(
    "tier_holding",
    _blob("member_id"),
    _text("scheme"),
    _text("level"),
    _text("met_on"),
    _text("through"),
    _int("seq", ForeignKey("journal_event.seq")),
    PrimaryKeyConstraint("member_id", "scheme", "level"),
    rowid=False,
)

# --- members ---

MEMBER = _table(
    "member",
    _blob("id", key=True),
    _text("status"),
    _text("joined_on"),
    _text("home_store"),
    _int("changed"),
    _int("purchases"),
    _int("last_sale", null=True),
    _one_of("status", "active", "frozen", "closed", "erased"),
    rowid=False,
)
Index("member_by_change", MEMBER.c.changed)

PROFILE = _table(
    "profile",
    _blob("member_id", ForeignKey("member.id"), key=True),
    _text("name"),
    _text("language"),
    _int("birth_month", null=True),
    _int("birth_day", null=True),
    _int("birth_year", null=True),
    _text("note"),
    rowid=False,
)

IDENTIFIER = _table(
    "identifier",
    _text("kind"),
    _text("value"),
    _blob("member_id", ForeignKey("member.id")),
    _int("place"),
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

CONSENT = _table(
    "consent",
    _int("id", key=True),
    _int("seq", ForeignKey("journal_event.seq")),
    _blob("member_id", ForeignKey("member.id")),
    _text("purpose"),
    _text("channel"),
    *_flag("granted"),
    _text("text_version"),
    _text("language"),
    _text("at"),
    _blob("operator_id"),
    _blob("till_id"),
    _text("source"),
)
Index("consent_by_member", CONSENT.c.member_id)

CARD = _table(
    "card",
    _blob("id", key=True),
    _int("seq", ForeignKey("journal_event.seq")),
    _blob("member_id", ForeignKey("member.id")),
    _int("key_id"),
    _text("short_code"),
    _text("token_text"),
    _text("issued_at"),
    _text("expires_at"),
    _text("revoked_at", null=True),
    UniqueConstraint("short_code", name="short_code_once"),
    rowid=False,
)
Index("card_by_member", CARD.c.member_id, CARD.c.seq)

REVOCATION = _table(
    "revocation",
    _blob("member_id", key=True),
    _text("before"),
    _int("seq", ForeignKey("journal_event.seq")),
    rowid=False,
)

TILL_KEY = _table(
    "till_key",
    _int("key_id", key=True),
    _blob("seed"),
    _blob("public_key"),
    _blob("certificate"),
    _text("made_at"),
    _text("retires_at", null=True),
)

# --- catalogue ---

TAX_CLASS = _table(
    "tax_class",
    _text("code", key=True),
    _text("name"),
    _int("numerator"),
    _int("denominator"),
    _text("mode"),
    CheckConstraint("numerator >= 0 AND denominator > 0", name="rate_is_a_ratio"),
    rowid=False,
)

CATEGORY = _table(
    "category",
    _blob("id", key=True),
    _text("name"),
    _text("colour"),
    _int("position"),
    rowid=False,
)

PRODUCT = _table(
    "product",
    _blob("id", key=True),
    _text("sku"),
    _text("name"),
    _text("initials"),
    _int("price_minor", null=True),
    _text("tax_class", ForeignKey("tax_class.code")),
    _text("unit"),
    _blob("category_id", ForeignKey("category.id"), null=True),
    _text("tags"),
    _text("picture", null=True),
    *_flag("earns"),
    *_flag("discountable"),
    *_flag("gift_card"),
    *_flag("deposit"),
    *_flag("fee"),
    *_flag("active"),
    UniqueConstraint("sku", name="sku_once"),
    rowid=False,
)

PRODUCT_CODE = _table(
    "product_code",
    _text("code", key=True),
    _blob("product_id", ForeignKey("product.id")),
    _int("place"),
    rowid=False,
)
Index("product_code_by_product", PRODUCT_CODE.c.product_id)

QUICK_KEY = _table(
    "quick_key",
    _blob("page"),
    _int("position"),
    _blob("product_id", ForeignKey("product.id")),
    PrimaryKeyConstraint("page", "position"),
    rowid=False,
)

# Whoever changes a row that others refer to makes SQLite look for them.
Index("quick_key_by_product", QUICK_KEY.c.product_id)
Index("product_by_category", PRODUCT.c.category_id)
Index("product_by_tax_class", PRODUCT.c.tax_class)

# --- people, settings, and what is under way ---

OPERATOR = _table(
    "operator",
    _blob("id", key=True),
    _text("name"),
    _text("role"),
    *_flag("active"),
    _text("pin_hash", null=True),
    _int("failures"),
    _text("locked_until", null=True),
    _one_of("role", "cashier", "supervisor", "manager"),
    rowid=False,
)

SETTING = _table("setting", _text("name", key=True), _text("value"), rowid=False)
SETTING_BLOB = _table("setting_blob", _text("name", key=True), _blob("data"))

DRAFT = _table(
    "draft",
    _int("id", key=True),
    _blob("sale_id"),
    _blob("operator_id"),
    _text("saved_at"),
    _blob("body"),
    CheckConstraint("id = 1", name="one_draft"),
)

PROGRAMME = _table(
    "programme",
    _blob("hash", key=True),
    _text("id"),
    _int("version"),
    _text("effective_from"),
    _int("effective_ms"),
    _blob("toml"),
)
Index("programme_by_effect", PROGRAMME.c.effective_ms, PROGRAMME.c.version)

PRINT_JOB = _table(
    "print_job",
    _int("id", key=True),
    _int("seq", ForeignKey("sale.seq")),
    *_flag("copy"),
    _text("state"),
    _int("attempts"),
    _text("detail"),
    _one_of("state", "waiting", "printing", "printed", "unknown", "dismissed"),
)
Index("print_job_open", PRINT_JOB.c.id, sqlite_where=text("state IN ('waiting', 'printing')"))
Index("print_job_unknown", PRINT_JOB.c.seq, sqlite_where=text("state = 'unknown'"))
Index("print_job_by_sale", PRINT_JOB.c.seq, PRINT_JOB.c.copy)

REPLAY_PROGRESS = _table(
    "replay_progress", _blob("key", key=True), _int("rows"), _int("sales"), rowid=False
)

IMPORT_MARK = _table(
    "import_mark",
    _blob("key", key=True),
    _text("kind"),
    _text("at"),
    _text("summary"),
    rowid=False,
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
)
"""Tables whose rows never change: triggers refuse UPDATE and DELETE."""
