"""Who is somebody: members, households, tills and stores; what is left is everybody's, such as a
campaign, a cause or a gift card.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.store.statements import many

_SOMEBODY: Final = (
    "SELECT member_id FROM member WHERE joined IS NOT NULL AND member_id IN",
    "SELECT till_id FROM till WHERE till_id IN",
    "SELECT DISTINCT owner FROM till_owner WHERE owner IN",
)


def nobody_of(connection: Connection, owners: Collection[bytes]) -> set[bytes]:
    """Those who are no member, household, till or store."""
    left = set(owners)
    for asked in _SOMEBODY:
        left -= {bytes(row[0]) for row in many(connection, asked, left)}
    return left
