"""The keys of members' phones.

A row a member: the key sealed for that member, when it was given, when it was taken back (0 while
it is good), and the latest step of which a code was taken. A new key begins anew at no step.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from posloyalty.headoffice.store.tables import METADATA

PHONE_KEY: Final = Table(
    "phone_key",
    METADATA,
    Column("member_id", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("given_s", BigInteger, nullable=False),
    Column("withdrawn_s", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)
