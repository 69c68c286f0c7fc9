"""What tills are told of the keys that sign members' cards, and which cards a lost till had made.

`card_key` has a row a till, replaced in place; `n` is the number of its last change, drawn from
`card_key_place`, whose row stays locked until the commit, so a greater number never becomes visible
before a smaller one. `lost_s` is when the till was lost, 0 for never; `doubted`: somebody else may
have its key. `card_heard` is filled when a till is revoked, from its journal: the SHA-256 of each
card of which head office had heard before the loss.
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
)

from posloyalty.headoffice.store.tables import METADATA

CARD_KEY: Final = Table(
    "card_key",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("lost_s", BigInteger, nullable=False),
    Column("doubted", Integer, nullable=False),
)
Index("card_key_by_n", CARD_KEY.c.n)
Index("card_key_by_mark", CARD_KEY.c.mark)
CARD_KEY_PLACE: Final = Table(
    "card_key_place",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1; its row is locked until the commit
    Column("n", BigInteger, nullable=False),
)
CARD_HEARD: Final = Table(
    "card_heard",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("token", LargeBinary, nullable=False),
    PrimaryKeyConstraint("till_id", "token"),
)
