"""The tables of points that are held back, and of policies that wait for a second person.

`till_points` is what each till gave in a day in a wallet; `point_hold` the sales of which something
above the policy's most is held back, and what was decided. A decision is part of head office's own
journal, too: that is what counts.
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
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

TILL_POINTS: Final = Table(
    "till_points",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("day", Text, nullable=False),  # the business day
    Column("ledger", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "day", "ledger"),
)
POINT_HOLD: Final = Table(
    "point_hold",
    METADATA,
    Column("hold_id", LargeBinary, primary_key=True),  # of the sale and the account
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sale_id", LargeBinary, nullable=False),
    Column("number", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("ledger", Text, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("programme", Text, nullable=False),
    Column("cap", Text, nullable=False),  # sale, day
    Column("gained", BigInteger, nullable=False),
    Column("most", BigInteger, nullable=False),  # that the policy lets through
    Column("held", BigInteger, nullable=False),
    Column("act_id", LargeBinary, nullable=False),  # the decision that holds them; may be empty
    Column("state", Text, nullable=False),  # held, released, refused
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
)
Index("point_hold_by_state", POINT_HOLD.c.state, POINT_HOLD.c.made_s)
POLICY_PROPOSAL: Final = Table(
    "policy_proposal",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),  # proposed, approved, withdrawn
    Column("version", Integer, nullable=False),  # of the policy that it became; 0 until then
    Column("signature", LargeBinary, nullable=False),  # head office's, over the policy
    Column("proposed_by", Text, nullable=False),
    Column("proposed_s", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
)
