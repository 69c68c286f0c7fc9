"""What head office keeps of epochs and of the programs that spoke as one till.

`epoch_base` says where a till went on in an epoch that it asked for; `written_in` which stretches
of an epoch were written in an earlier one. `till_start` has each start of a till's program that
spoke, with the start before it as its book knew it, and where it stands (`clones.Standing`).
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

EPOCH_BASE: Final = Table(
    "epoch_base",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("old_epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("local_max_seq", BigInteger, nullable=False),
    Column("lost", BigInteger, nullable=False),
    Column("opened_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch"),
)
WRITTEN_IN: Final = Table(
    "written_in",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("written", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "first_seq"),
)
TILL_START: Final = Table(
    "till_start",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("boot", LargeBinary, nullable=False),
    Column("after", LargeBinary, nullable=False),  # empty where the till did not say
    Column("standing", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),  # how far its journal went when it said hello
    Column("first_s", BigInteger, nullable=False),
    Column("last_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "boot"),
)
