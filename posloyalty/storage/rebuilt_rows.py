"""The rows of a book that is made anew: those that its journal tells of, and its own.

Shape: `OWN` are the tables whose rows exist nowhere else, each with the word for what a person
misses where it is not whole. Every table is one of these, follows from the journal, or is the
journal itself; a test says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Table, bindparam, null, update

from posloyalty.storage.act_tables import HELD_RIGHT
from posloyalty.storage.card_tables import CARD_KEY, MEMBER_ALIAS
from posloyalty.storage.columns import METADATA
from posloyalty.storage.office_tables import OFFICE_ARTICLE, OFFICE_COMING
from posloyalty.storage.price_tables import LISTED_PRICE, PRICE_LIST
from posloyalty.storage.profile_table import PROFILE_NOTE
from posloyalty.storage.projection import Projection, Row, with_remaining
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import (
    ACCOUNT,
    BOOK,
    CARD,
    CATEGORY,
    CONSENT,
    DRAFT,
    HELD,
    IDENTIFIER,
    IMPORT_MARK,
    LOT,
    MEMBER,
    OPERATOR,
    PRINT_JOB,
    PRODUCT,
    PRODUCT_CODE,
    PROFILE,
    PROGRAMME,
    QUICK_KEY,
    REPLAY_PROGRESS,
    REVOCATION,
    SETTING,
    SETTING_BLOB,
    TAX_CLASS,
    TIER_HOLDING,
    TILL_KEY,
)
from posloyalty.sync import events

OWN: Final[dict[Table, str]] = {
    BOOK: "settings",
    TILL_KEY: "settings",
    SETTING: "settings",
    SETTING_BLOB: "settings",
    PROGRAMME: "programmes",
    OPERATOR: "people",
    MEMBER: "members",
    PROFILE: "members",
    IDENTIFIER: "members",
    PROFILE_NOTE: "members",
    CONSENT: "members",
    CARD: "members",
    REVOCATION: "members",
    CARD_KEY: "members",
    MEMBER_ALIAS: "members",
    TAX_CLASS: "goods",
    CATEGORY: "goods",
    PRODUCT: "goods",
    PRODUCT_CODE: "goods",
    OFFICE_ARTICLE: "goods",
    OFFICE_COMING: "goods",
    QUICK_KEY: "goods",
    PRICE_LIST: "goods",
    LISTED_PRICE: "goods",
    DRAFT: "under_way",
    HELD: "under_way",
    PRINT_JOB: "under_way",
    REPLAY_PROGRESS: "under_way",
    IMPORT_MARK: "under_way",
}
"""Those that others refer to stand before them."""
_VISITS: Final = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(purchases=bindparam("times"), last_sale=bindparam("last"))
)
_NO_VISITS: Final = Statement(update(MEMBER).values(purchases=0, last_sale=null()))
_REMAINS: Final = Statement(
    update(LOT).where(LOT.c.id == bindparam("lot")).values(remaining=bindparam("left"))
)


def put_own(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Put rows that were read into the new book; returns how many have no place in it, because
    what they refer to is gone. A reference that may be left out is.
    """
    may_go = [bool(column.nullable and column.foreign_keys) for column in table.columns]
    refused = 0
    for row in rows:
        bare = tuple(None if goes else value for value, goes in zip(row, may_go, strict=True))
        if not any(_went_in(connection, table, one) for one in dict.fromkeys((row, bare))):
            refused += 1
    return refused


def _went_in(connection: Connection, table: Table, row: Row) -> bool:
    try:
        _insert(table).one(connection, *row)
    except sqlcipher.IntegrityError:
        return False
    return True


@cache
def _insert(table: Table) -> Insert:
    return Insert(table)


def member_row(seq: int, event: events.MemberCreate) -> Row:
    """A bare row of `member` for somebody who joined at this till."""
    return (bytes.fromhex(event.member), "active", event.joined, event.store, seq, 0, None)


def put_projected(connection: Connection, seq: int, rows: dict[str, list[Row]]) -> None:
    """The rows that one event left. What remains of its lots follows with the sums."""
    for name, some in rows.items():
        table = METADATA.tables[name]
        if table is LOT:
            place = list(LOT.columns.keys()).index("original")
            some = [with_remaining(row, row[place]) for row in some]
        _insert(table).many(connection, some)


def put_sums(connection: Connection, projected: Projection) -> None:
    """What many events add up to."""
    _insert(ACCOUNT).many(connection, list(projected.account_rows().values()))
    _insert(TIER_HOLDING).many(connection, list(projected.tier_rows().values()))
    _insert(HELD_RIGHT).many(connection, list(projected.right_rows().values()))
    for lot_id, left in projected.lots.items():
        _REMAINS.run(connection, lot=lot_id, left=left)


def put_visits(connection: Connection, projected: Projection) -> None:
    """How often members came, and when last."""
    _NO_VISITS.run(connection)
    for member_id, (times, last) in projected.visits.items():
        _VISITS.run(connection, member=member_id, times=times, last=last or None)


def told(tables: Iterable[str]) -> tuple[str, ...]:
    """The words for what is not whole, each once."""
    known: dict[str, Any] = {table.name: word for table, word in OWN.items()}
    return tuple(dict.fromkeys(known[name] for name in tables if name in known))
