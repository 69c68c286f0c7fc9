"""The tables of head office's archive: what was noted of each event, so that nobody searches them.

An owner is whoever something belongs to or is counted for: a member, a household, a card, a
campaign; 16 bytes. `event_owner` has each event that counts once under each of its owners, numbered
in the order in which an owner's events arrived; `owner_place` says how far those numbers go, how
far head office has decided on them and folded them into its ledger, and its row is the lock of that
owner. Instants are microseconds since 1970 UTC.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

MEMBER: Final = Table(
    "member",
    METADATA,
    Column("member_id", LargeBinary, primary_key=True),
    Column("joined", Text),  # a day; nothing for one of whom only a decision was heard
    Column("alias_of", LargeBinary),
    Column("erased", Integer, nullable=False),
)
HOUSEHOLD_MEMBER: Final = Table(
    "household_member",
    METADATA,
    Column("household", Text, nullable=False),  # its id in hexadecimal, as memberships say it
    Column("member_id", LargeBinary, nullable=False),  # whoever was ever in it
    PrimaryKeyConstraint("household", "member_id"),
)
OWNER_PLACE: Final = Table(
    "owner_place",
    METADATA,
    Column("owner", LargeBinary, primary_key=True),
    Column("arrived", BigInteger, nullable=False),
    Column("decided", BigInteger, nullable=False),
    Column("folded", BigInteger, nullable=False),
    Column("due_s", BigInteger, nullable=False),  # since when something waits to be folded
    Column("everywhere", BigInteger, nullable=False),  # number of the change, of all tills' owners
    Column("last_us", BigInteger),  # the order of the last event that was folded
    Column("last_till", LargeBinary),
    Column("last_epoch", BigInteger),
    Column("last_seq", BigInteger),
    Column("again", BigInteger, nullable=False, server_default="0"),  # how often folded anew
    Column("bearer", Text),  # who bore what was overspent
    # Worked out by the database, so that an index may ask for them: a row whose indexed columns
    # stay as they are is changed in its place.
    Column("waits", Integer, Computed("CASE WHEN arrived > folded THEN 1 ELSE 0 END")),
    Column("undecided", Integer, Computed("CASE WHEN arrived > decided THEN 1 ELSE 0 END")),
)
Index("owner_due", OWNER_PLACE.c.due_s)  # of those who wait
Index("owner_undecided", OWNER_PLACE.c.due_s)  # of those who are undecided
Index("owner_everywhere", OWNER_PLACE.c.everywhere)
CHANGE_PLACE: Final = Table(
    "change_place",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1; its row is locked until the commit
    Column("n", BigInteger, nullable=False),
)
EVENT_OWNER: Final = Table(
    "event_owner",
    METADATA,
    Column("owner", LargeBinary, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("till_id", LargeBinary, nullable=False),  # head office's own id for what it decided
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "arrival"),
)
HEARD_OWNER: Final = Table(
    "heard_owner",
    METADATA,
    Column("till_id", LargeBinary, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "owner", "epoch", "seq"),
)
RIGHT_OWNER: Final = Table(
    "right_owner",
    METADATA,
    Column("right_id", LargeBinary, primary_key=True),
    Column("owner", LargeBinary, nullable=False),
)
RIGHT_WAITING: Final = Table(
    "right_waiting",
    METADATA,
    Column("right_id", LargeBinary, nullable=False),
    Column("till_id", LargeBinary, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("right_id", "till_id", "epoch", "seq"),
)
TILL_OWNER: Final = Table(
    "till_owner",
    METADATA,
    Column("till_id", LargeBinary, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    PrimaryKeyConstraint("till_id", "owner"),
)
Index("till_owner_by_owner", TILL_OWNER.c.owner)
TILL_DUE: Final = Table(
    "till_due",
    METADATA,
    Column("till_id", LargeBinary, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "owner"),
)
DECISION: Final = Table(
    "decision",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
GOODS_BACK_DUE: Final = Table(
    "goods_back_due",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),  # returns up to here are not filed by their sale yet
)
RETURN_WAITING: Final = Table(
    "return_waiting",
    METADATA,
    Column("owner", LargeBinary, nullable=False),  # of the place of the sale, which is not here
    Column("event_id", LargeBinary, nullable=False),  # the return
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sold_half", LargeBinary, nullable=False),
    Column("sold_epoch", BigInteger, nullable=False),
    Column("sold_seq", BigInteger, nullable=False),
    Column("received_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "event_id"),
)
Index("return_waiting_since", RETURN_WAITING.c.received_s)
LEASE: Final = Table(
    "lease",
    METADATA,
    Column("lease_id", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("owner", LargeBinary, nullable=False),
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("granted_us", BigInteger, nullable=False),
    Column("not_after_us", BigInteger, nullable=False),
    Column("last_day", Text),
    Column("state", Text, nullable=False),
    Column("gen", BigInteger, nullable=False),
    Column("recalled", Integer, nullable=False),
    Column("taken", Integer, nullable=False),  # the till's journal shows that it took it up
    Column("given", Integer, nullable=False),  # and that it gave it back
)
Index("lease_by_till", LEASE.c.till_id, LEASE.c.state)
Index("lease_by_owner", LEASE.c.owner, LEASE.c.state)
CONTINGENT: Final = Table(
    "contingent",
    METADATA,
    Column("lease_id", LargeBinary, ForeignKey("lease.lease_id"), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)
