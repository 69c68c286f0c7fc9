"""Head office's ledger as it stands in the database.

Every transfer moves a positive amount from one account to another, and is never changed: where a
late event makes an owner's fold another one, what stood is reversed by a transfer that names it,
and what stands now is added. An account's two sums are those of its transfers. Lots and rights are
where each owner's fold stands, from which it goes on. The bounds are in the tables themselves.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("ledger", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("owner", LargeBinary, nullable=False),  # empty for the programme's own
    Column("debits", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    PrimaryKeyConstraint("ledger", "kind", "owner"),
)
Index("account_by_owner", ACCOUNT.c.owner)
TRANSFER: Final = Table(
    "transfer",
    METADATA,
    Column("transfer_id", LargeBinary, primary_key=True),
    Column("owner", LargeBinary, nullable=False),  # whose fold it stands in
    Column("event_id", LargeBinary, nullable=False),
    Column("planned_id", LargeBinary, nullable=False),  # its id in the fold
    Column("reverses", LargeBinary),
    Column("code", Text, nullable=False),
    Column("ledger", Text, nullable=False),
    Column("debit_kind", Text, nullable=False),
    Column("debit_owner", LargeBinary, nullable=False),
    Column("credit_kind", Text, nullable=False),
    Column("credit_owner", LargeBinary, nullable=False),
    Column("amount", BigInteger, nullable=False),
)
Index("transfer_by_owner", TRANSFER.c.owner)
LOT: Final = Table(
    "lot",
    METADATA,
    Column("lot_id", LargeBinary, primary_key=True),
    Column("owner", LargeBinary, nullable=False),
    Column("ledger", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("original", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("earned", Text, nullable=False),
    Column("usable", Text),
    Column("last", Text),
    Column("funder", Text, nullable=False),
    Column("shop_cost", Text, nullable=False, server_default=""),
)
Index("lot_by_owner", LOT.c.owner)
HELD_RIGHT: Final = Table(
    "held_right",
    METADATA,
    Column("right_id", LargeBinary, primary_key=True),
    Column("owner", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("of", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("first", Text),
    Column("last", Text),
    Column("held", Integer, nullable=False),
    Column("released", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("origin", LargeBinary, nullable=False),
    Column("line", BigInteger, nullable=False),
)
Index("held_right_by_owner", HELD_RIGHT.c.owner)
FINDING: Final = Table(
    "finding",
    METADATA,
    Column("owner", LargeBinary, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("n", Integer, nullable=False),  # its place among those of the event
    Column("anomaly", Text, nullable=False),
    Column("till_id", LargeBinary, nullable=False),
    Column("store", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "event_id", "n"),
)
OWNER_FAULT: Final = Table(
    "owner_fault",
    METADATA,
    Column("owner", LargeBinary, primary_key=True),
    Column("fault", Text, nullable=False),
    Column("at_s", BigInteger, nullable=False),
)
