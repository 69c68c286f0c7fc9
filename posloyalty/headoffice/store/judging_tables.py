"""The tables of judging: how far each till's sales were judged, and what came of it.

`judging_place` says up to where a till's journal was gone through; `claimed_until_s` is when
whoever has it is taken for gone. `sale_variance` has the sales whose figures differ from their
rules, or that went by rules that no longer held, and is never changed. `sale_unjudged` are those of
which head office does not know enough yet, `due` when that may have changed. `article_told` is what
each till's journal says of its goods.
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

JUDGING_PLACE: Final = Table(
    "judging_place",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sales", BigInteger, nullable=False),  # judged so far
    Column("explained", BigInteger, nullable=False),  # of these by what no journal says
    Column("claimed_until_s", BigInteger, nullable=False),
    Column("turn_s", BigInteger, nullable=False),  # who was not looked at for longest is next
)
SALE_VARIANCE: Final = Table(
    "sale_variance",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # differs, old, stopped
    Column("event_id", LargeBinary, nullable=False),
    Column("number", Text, nullable=False),  # the receipt's
    Column("at_us", BigInteger, nullable=False),
    Column("programme", Text, nullable=False),  # id and version that the sale pinned
    Column("currency", Text, nullable=False),
    Column("ahead_s", BigInteger, nullable=False),  # how far its clock was ahead when it came
    Column("parts", Text, nullable=False),  # a JSON list of [what, of, line, sold, due]
    Column("judged_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq", "kind"),
)
Index("sale_variance_by_time", SALE_VARIANCE.c.judged_s)
SALE_UNJUDGED: Final = Table(
    "sale_unjudged",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("why", Text, nullable=False),  # version, goods, member, book, rules
    Column("hash", LargeBinary, nullable=False),  # of the programme file that the sale pinned
    Column("number", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("since_s", BigInteger, nullable=False),
    Column("due", Integer, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq"),
)
Index("sale_unjudged_by_hash", SALE_UNJUDGED.c.hash)
ARTICLE_TOLD: Final = Table(
    "article_told",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("product_id", LargeBinary, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    PrimaryKeyConstraint("till_id", "product_id", "epoch", "seq"),
)
