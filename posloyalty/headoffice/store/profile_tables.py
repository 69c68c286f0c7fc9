"""The tables of members' profiles. `profile` is the feed: a row for each member, replaced in place.

`n` is the number of the row's last change. Numbers are given by `profile_place`, whose row stays
locked until the commit, so a greater number never becomes visible before a smaller one, on either
database; `body` is the record as JSON, none once the member is no more (`stream` erase, or another
name of `stays`). `taken` are the fields that another member said first, with commas.

`profile_place.urgent` is the number of the last change that every till is told of at once, and
`profile_heard` up to where each till has heard, and was told (`members/profile_news`).

`member_asks` says how often each till asked for somebody whom it does not know
(`members/found_members`).

`profile_ahead` has the words of clocks that were too far ahead, and as when each counts for good.
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

PROFILE: Final = Table(
    "profile",
    METADATA,
    Column("member_id", LargeBinary, primary_key=True),
    Column("bucket", Text, nullable=False),  # the member's home store
    Column("stream", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", LargeBinary),
    Column("stays", LargeBinary),
    Column("taken", Text, nullable=False),
    Column("changed_s", BigInteger, nullable=False),
)
Index("profile_by_bucket", PROFILE.c.bucket, PROFILE.c.n)
Index("profile_by_stream", PROFILE.c.stream, PROFILE.c.n)
PROFILE_PLACE: Final = Table(
    "profile_place",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1; its row is locked until the commit
    Column("n", BigInteger, nullable=False),
    Column("urgent", BigInteger, nullable=False, server_default="0"),
)
PROFILE_HEARD: Final = Table(
    "profile_heard",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("rests_until_s", BigInteger, nullable=False),
)
PROFILE_IDENTIFIER: Final = Table(
    "profile_identifier",
    METADATA,
    Column("value", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("member_id", LargeBinary, ForeignKey("profile.member_id"), nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("till", Text, nullable=False),
    PrimaryKeyConstraint("value", "kind", "member_id"),
)
Index("profile_identifier_by_member", PROFILE_IDENTIFIER.c.member_id)
PROFILE_AHEAD: Final = Table(
    "profile_ahead",
    METADATA,
    Column("member_id", LargeBinary, nullable=False),  # under the name that the word came with
    Column("field", Text, nullable=False),
    Column("till", Text, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("as_ms", BigInteger, nullable=False),
    Column("as_counter", BigInteger, nullable=False),
    PrimaryKeyConstraint("member_id", "field", "till", "ms", "counter"),
)
ERASE_ACK: Final = Table(
    "erase_ack",
    METADATA,
    Column("member_id", LargeBinary, nullable=False),
    Column("till_id", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("member_id", "till_id"),
)
MEMBER_ASKS: Final = Table(
    "member_asks",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("until_s", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("refused_s", BigInteger, nullable=False),
)
TWO_MEMBERS: Final = Table(
    "two_members",
    METADATA,
    Column("one", LargeBinary, nullable=False),
    Column("other", LargeBinary, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("said_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("one", "other"),
)
