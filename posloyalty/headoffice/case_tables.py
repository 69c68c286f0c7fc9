"""The tables of cases: what people decided about the ledger's findings.

`finding_decision` stands beside the findings, which a late event may make anew: a decision is about
exactly what was found, and where that is more or less afterwards, it waits for a decision again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Table, Text

from posloyalty.headoffice.tables import METADATA

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
