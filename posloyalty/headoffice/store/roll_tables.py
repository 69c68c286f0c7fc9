"""The tables of rolls: members packed for new tills. All of it follows from `profile`.

A roll is wanted, being made (until `until_s` somebody sees to it), ready, or void: void since
somebody on it was erased, or since a later one is ready; its sheets are then removed by and by.
Behind the members' sheets lie those of their words, arranged as `words_form` says, with no members;
a roll that an earlier release made has none.
`store` is empty for the whole chain, `through` the feed's number up to which the roll stands.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.statements import run
from posloyalty.headoffice.store.tables import METADATA

ROLL: Final = Table(
    "roll",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("store", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("until_s", BigInteger, nullable=False),
    Column("words_form", Text, nullable=False, server_default=""),
)
ROLL_SHEET: Final = Table(
    "roll_sheet",
    METADATA,
    Column("roll", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("roll", "place"),
)


def void_rolls(connection: Connection) -> None:
    """Nobody who is no more stays on a roll. For whoever holds the feed's row."""
    run(connection, "UPDATE roll SET state = 'void' WHERE state <> 'void'", ())
