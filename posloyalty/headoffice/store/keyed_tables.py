"""What head office notes of sales that were keyed in again from the receipts of another till.

`keyed_till` has the first half of the id of each till of which that came: whatever else comes of it
is looked at. `sale_twice` has the sales that are kept and count nowhere, because `counts` is the
same sale and was there first.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, PrimaryKeyConstraint, Table

from posloyalty.headoffice.store.tables import METADATA

KEYED_TILL: Final = Table(
    "keyed_till",
    METADATA,
    Column("half", LargeBinary, primary_key=True),
)
SALE_TWICE: Final = Table(
    "sale_twice",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("counts", LargeBinary, nullable=False),
    Column("found_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "event_id"),
)
