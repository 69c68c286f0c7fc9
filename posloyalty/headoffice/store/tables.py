"""Head office's tables, alike on SQLite and PostgreSQL; the migrations make them.

Instants are whole seconds since 1970 UTC, ids and hashes raw bytes. `journal_event` holds what
tills sent, byte for byte, and is never changed; `journal_place` says up to where each journal is
kept, and its row is the lock of that journal and, on PostgreSQL, what says that its events are a
till's (v0033). `fork_event` is the other branch of a journal that
split: evidence, never merged.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

METADATA: Final = MetaData()

OFFICE: Final = Table(
    "office",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1
    Column("office_id", LargeBinary, nullable=False),
    Column("incarnation", LargeBinary, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("life", Integer, nullable=False),  # how often the database began anew, from 1
    Column("life_seen", Integer, nullable=False),  # the latest that a till showed
    Column("life_s", BigInteger, nullable=False),  # since when; 0 for the first
    Column("stands_on", Text, nullable=False),  # which database this is, to notice a copy of it
)
STORE: Final = Table(
    "store",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("assortment", Text, nullable=False, server_default=""),  # empty is everything
    Column("renamed_s", BigInteger, nullable=False, server_default="0"),  # 0 is never
)
JOINING_CODE: Final = Table(
    "joining_code",
    METADATA,
    Column("lookup", LargeBinary, primary_key=True),
    Column("key", LargeBinary, nullable=False),  # empty once it was used
    Column("store_code", Text, ForeignKey("store.code"), nullable=False),
    Column("until_s", BigInteger, nullable=False),
    Column("used_by", LargeBinary),
    Column("readmits", Integer, nullable=False, server_default="0"),  # a revoked or lost till, too
)
TILL: Final = Table(
    "till",
    METADATA,
    Column("till_id", LargeBinary, primary_key=True),
    Column("store_code", Text, ForeignKey("store.code"), nullable=False),
    Column("till_code", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("genesis", LargeBinary, nullable=False),
    Column("revoked", Integer, nullable=False),
    Column("joined_s", BigInteger, nullable=False),
    Column("issued_s", BigInteger, nullable=False),
    Column("app", Text, nullable=False),
    Column("seen_s", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("retells", Integer, nullable=False, server_default="0"),  # its leases: see `lives`
    Column("gone_s", BigInteger, nullable=False, server_default="0"),  # since when; 0 while it is
)
JOURNAL_PLACE: Final = Table(
    "journal_place",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),  # the till's own, over this place
    Column("moved_s", BigInteger, nullable=False),
    Column("filed_seq", BigInteger, nullable=False),  # up to where its events were filed
    Column("last_at_us", BigInteger, nullable=False),  # the latest instant of its own events
    Column("everywhere", BigInteger, nullable=False),  # what it heard of owners of all tills
)
JOURNAL_EVENT: Final = Table(
    "journal_event",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("received_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq"),
)
Index("journal_event_by_id", JOURNAL_EVENT.c.event_id)
FORK_EVENT: Final = Table(
    "fork_event",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq", "hash"),
)
ANOMALY: Final = Table(
    "anomaly",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("received_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq", "code"),
)
QUARANTINE: Final = Table(
    "quarantine",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as it travelled, packed
    Column("received_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "digest"),
)
NONCE: Final = Table(
    "nonce",
    METADATA,
    Column("till_id", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("until_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "nonce"),
)
Index("nonce_until", NONCE.c.until_s)
RISK_POLICY: Final = Table(
    "risk_policy",
    METADATA,
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("since_s", BigInteger, nullable=False),
)
APPEND_ONLY: Final = (
    "journal_event",
    "fork_event",
    "anomaly",
    "quarantine",
    "decision",
    "risk_policy",
    "sale_variance",
)
