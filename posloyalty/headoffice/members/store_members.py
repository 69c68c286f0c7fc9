"""The members of a store, in the order in which the feed tells of them: who is at home there, and
who bought there in the last 24 months (`buyers`).

Shape: each has a number in the store's part of the feed, the greatest of them is its end. Whoever
is a buyer there is told of in that part alone, so nobody is told twice; whoever ceases to be one is
told of with all others from their next change on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, exists

from posloyalty.headoffice.store.buyer_tables import STORE_BUYER
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.headoffice.store.statements import ask_one

_AT_HOME: Final = """
SELECT n, member_id FROM profile WHERE bucket = ? AND n > ? AND n <= ?
AND (body IS NOT NULL OR stays IS NOT NULL)"""
"""Without those who were erased. The part of the feed is not asked for: PostgreSQL, which has not
counted the rows, would go through an index of all stores for it.
"""
_BUYERS: Final = """
SELECT n, member_id FROM store_buyer WHERE store = ? AND n > 0 AND n > ? AND n <= ?"""
NEXT: Final = f"""
SELECT n, member_id FROM ({_AT_HOME} ORDER BY n LIMIT ?) AS home
UNION ALL SELECT n, member_id FROM ({_BUYERS} ORDER BY n LIMIT ?) AS buyers
ORDER BY n LIMIT ?"""
"""A page of each kind in the order of an index, of which the first page of both is given."""
_MORE: Final = f"SELECT 1 FROM ({_AT_HOME} UNION ALL {_BUYERS}) AS told LIMIT 1 OFFSET ?"
_ANY_NUMBER: Final = 2**62
ENDS: Final = (
    "SELECT max(m.n) FROM profile m WHERE m.bucket = t.store_code",
    "SELECT max(b.n) FROM store_buyer b WHERE b.store = t.store_code AND b.n > 0",
)
"""Parts of a question about tills `t`: the last numbers of the store's part. They are asked for,
not whether there is one that is greater than another: with few members PostgreSQL looked for that
in an index that has something else before the number, that is in all of it, and kept to that plan
as members came.
"""
BETWEEN: Final = """
SELECT 1 FROM profile m JOIN till t ON m.bucket = t.store_code
WHERE t.till_id = h.till_id AND m.n > h.told AND m.n <= ?
UNION ALL SELECT 1 FROM store_buyer b JOIN till t ON b.store = t.store_code
WHERE t.till_id = h.till_id AND b.n > 0 AND b.n > h.told AND b.n <= ?"""
"""The same, of tills `h`: what their store's part has that they were not told, up to a number,
which stands there twice.
"""


def next_of(
    connection: Connection, store: str, *, after: int, through: int, most: int
) -> list[tuple[int, bytes]]:
    """The next members of a store, each with their number there."""
    part = (store, after, through)
    rows = ask_one(connection, NEXT, (*part, most, *part, most, most))
    return [(n, bytes(member_id)) for n, member_id in rows]


def are_more(connection: Connection, store: str, *, after: int, than: int) -> bool:
    """Whether a store has more than so many members behind a number."""
    part = (store, after, _ANY_NUMBER)
    return bool(ask_one(connection, _MORE, (*part, *part, than)))


def buys_at(store: str) -> ColumnElement[bool]:
    """Of a profile: whether the store's part tells of them as of a buyer."""
    buyer = STORE_BUYER.c
    return exists().where(buyer.store == store, buyer.member_id == PROFILE.c.member_id, buyer.n > 0)
