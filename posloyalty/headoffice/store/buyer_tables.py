"""The tables of who bought at which store, which is how members belong to a store that is not
their home.

`store_buyer` has a row for each store and member: the last `day` of theirs there that was noted,
days since 1970, and `n`, under which the store's part of the feed tells of them: the number of the
profile's last change, or of their becoming a buyer there. 0 where that part has nothing to tell:
of whoever is at home there, or has no profile yet. A new row has none until the lane has given it
one, so that whoever takes sales in never waits for the feed, and writes into few indexes.

`buyers_due` are journals of before there were these tables, each up to where it was looked through.
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

STORE_BUYER: Final = Table(
    "store_buyer",
    METADATA,
    Column("store", Text, nullable=False),
    Column("member_id", LargeBinary, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("n", BigInteger),
    PrimaryKeyConstraint("store", "member_id"),
)
Index("store_buyer_by_n", STORE_BUYER.c.store, STORE_BUYER.c.n)  # of those whom a feed tells of
Index("store_buyer_new", STORE_BUYER.c.store, STORE_BUYER.c.member_id)  # of those without a number
Index("store_buyer_by_member", STORE_BUYER.c.member_id)
BUYERS_DUE: Final = Table(
    "buyers_due",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
