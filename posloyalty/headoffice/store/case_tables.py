"""The tables of cases: what people decided about the ledger's findings, and goodwill credits.

`finding_decision` stands beside the findings, which a late event may make anew: a decision is about
exactly what was found, and where that is more or less afterwards, it waits for a decision again.
`credit_batch` and `credit_row` are what a file of credits came to; a file is there once, unless it
was withdrawn. That one was given stands in head office's own journal too: that is what counts.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

FINDING_DECISION: Final = Table(
    "finding_decision",
    METADATA,
    Column("owner", LargeBinary, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("anomaly", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),  # all that the event came to, when it was decided
    Column("decision", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at_s", BigInteger, nullable=False),
    Column("act_id", LargeBinary, nullable=False),  # the decision that let a debt go; may be empty
    PrimaryKeyConstraint("owner", "event_id", "anomaly", "what", "amount"),
)
CREDIT_BATCH: Final = Table(
    "credit_batch",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # of who gets what for which reason
    Column("state", Text, nullable=False),  # proposed, approved, done, withdrawn
    Column("rows", BigInteger, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_s", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
)
Index(
    "credit_batch_once",
    CREDIT_BATCH.c.digest,
    unique=True,
    sqlite_where=CREDIT_BATCH.c.state != "withdrawn",
    postgresql_where=CREDIT_BATCH.c.state != "withdrawn",
)
CREDIT_ROW: Final = Table(
    "credit_row",
    METADATA,
    Column("batch", BigInteger, ForeignKey("credit_batch.number"), nullable=False),
    Column("line", BigInteger, nullable=False),  # of the file
    Column("member_id", LargeBinary, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("points", BigInteger, nullable=False),  # in the wallet's minor units
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, given, refused
    Column("why", Text, nullable=False),  # it was refused
    Column("act_id", LargeBinary, nullable=False),  # the decision that gave it; empty until then
    PrimaryKeyConstraint("batch", "line"),
)
Index("credit_row_by_state", CREDIT_ROW.c.batch, CREDIT_ROW.c.state, CREDIT_ROW.c.member_id)
RECEIPT_CLAIM: Final = Table(
    "receipt_claim",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("till_half", LargeBinary, nullable=False),  # where the sale stands by its receipt
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body_half", LargeBinary, nullable=False),  # of the sale's hash; empty without a code
    Column("receipt", Text, nullable=False),
    Column("sale_id", LargeBinary, nullable=False),  # empty until the sale is here
    Column("member_id", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),  # waiting, given, refused, expired
    Column("why", Text, nullable=False),  # it was refused
    Column("given", Text, nullable=False),  # a JSON object: points by ledger
    Column("who", Text, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("looked_s", BigInteger, nullable=False),  # when its sale was looked for last
    Column("act_id", LargeBinary, nullable=False),
)
_CLAIMED: Final = RECEIPT_CLAIM.c.state.in_(("waiting", "given"))
Index(
    "receipt_claim_once",
    RECEIPT_CLAIM.c.till_half,
    RECEIPT_CLAIM.c.epoch,
    RECEIPT_CLAIM.c.seq,
    unique=True,
    sqlite_where=_CLAIMED,
    postgresql_where=_CLAIMED,
)
Index("receipt_claim_by_state", RECEIPT_CLAIM.c.state, RECEIPT_CLAIM.c.looked_s)
DIAL_RUN: Final = Table(
    "dial_run",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("state", Text, nullable=False),  # waiting, running, done, stopped, failed
    Column("asked", Text, nullable=False),  # a JSON object: what was asked for
    Column("report", Text, nullable=False),  # a JSON object: what was found
    Column("asked_by", Text, nullable=False),
    Column("asked_s", BigInteger, nullable=False),
)
