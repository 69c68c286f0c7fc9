"""The tables of a programme that is wound down.

`outstanding_day` is what members had of each wallet on each day since it was announced, so that
people see it run down; test members are left out. `wound_up` is what became of what was left, a row
for each act and wallet. That it happened stands in head office's own journal: that is what counts.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from posloyalty.headoffice.store.tables import METADATA

OUTSTANDING_DAY: Final = Table(
    "outstanding_day",
    METADATA,
    Column("day", Text, nullable=False),  # of the programme's zone
    Column("ledger", Text, nullable=False),
    Column("points", BigInteger, nullable=False),  # in the wallet's minor units
    PrimaryKeyConstraint("day", "ledger"),
)
WOUND_UP: Final = Table(
    "wound_up",
    METADATA,
    Column("act_id", LargeBinary, nullable=False),
    Column("ledger", Text, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("expired", BigInteger, nullable=False),
    Column("worth_points", BigInteger, nullable=False),
    Column("worth_minor", BigInteger, nullable=False),  # to be paid, in the programme's money
    Column("currency", Text, nullable=False),
    Column("vouchers", BigInteger, nullable=False),
    Column("at_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("act_id", "ledger"),
)
Index("wound_up_by_ledger", WOUND_UP.c.ledger)
