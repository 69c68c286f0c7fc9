"""What is kept of owners of whom nothing happens but that they count, such as campaigns.

`owner_counted` has their sums through an arrival number of `event_owner`; `owner_told` says through
which numbers a till holds all that is told of such an owner (`arrival`), and that nothing else of
the owner is in its book: by its own events through the number `own`, by what it heard through a
place. Both follow from the journals; a row that is not there is made when it pays.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

OWNER_COUNTED: Final = Table(
    "owner_counted",
    METADATA,
    Column("owner", LargeBinary, primary_key=True),
    Column("arrival", BigInteger, nullable=False),
    Column("sums", Text, nullable=False),  # [[meter, day, amount], ...], in order
)
OWNER_TOLD: Final = Table(
    "owner_told",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("own", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "owner"),
)
