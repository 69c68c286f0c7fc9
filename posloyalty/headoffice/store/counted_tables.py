"""What is kept of owners so that an answer need not look at all that ever happened to them.

Of those of whom nothing happens but that they count, such as campaigns, `owner_counted` has the
sums through an arrival number of `event_owner`; `owner_told` says through which numbers a till
holds all that is told of such an owner (`arrival`), and that nothing else of the owner is in its
book: by its own events through the number `own`, by what it heard through a place.

Of anybody else `owner_agreed` says through which number a till held everything when its journal
stood at a place, and that its book held just what head office said; `last_us` and its kin are the
order of the last of those events. `owner_replanned` says through which number head office may have
moved something else for an owner than the events say.

All follow from the journals. A row that is not there is made when it pays, but for those of
`owner_replanned`, which are there wherever it is so.
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
OWNER_AGREED: Final = Table(
    "owner_agreed",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("last_till", LargeBinary, nullable=False),
    Column("last_epoch", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "owner"),
)
Index("owner_agreed_by_owner", OWNER_AGREED.c.owner)
OWNER_REPLANNED: Final = Table(
    "owner_replanned",
    METADATA,
    Column("owner", LargeBinary, primary_key=True),
    Column("arrival", BigInteger, nullable=False),
)
