"""The tables of what the chain sells: articles, their taxes, prices of single stores, and files.

`article.n` and `article_tax.n` are numbers of the one feed of both (`feed_numbers`), given by
`article_place`, which also keeps in which currency prices are. `article.body` is an
`ArticleRecord`; the columns beside it are for finding. `assortment` are the codes that articles
have named. `article_price` is what a store asks instead of the article's own price. `article_file`
is one upload: what it would change is in `changes`, and it is good as long as the feed stands at
`basis`; how many of its changes wait for their day, and of which the first is, says `coming` and
`first_day`. `article_coming` are those that wait, and `article_tax.since` is the day from which a
tax is as it is. `article_heard` is up to where each till said that it has heard.
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

ARTICLE: Final = Table(
    "article",
    METADATA,
    Column("sku", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),  # as it is looked for: folded, with codes behind it
    Column("withdrawn", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("changed_s", BigInteger, nullable=False),
)
ASSORTMENT: Final = Table("assortment", METADATA, Column("code", Text, primary_key=True))
Index("article_by_number", ARTICLE.c.n)
ARTICLE_PLACE: Final = Table(
    "article_place",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1; its row is locked until the commit
    Column("n", BigInteger, nullable=False),
    Column("currency", Text),
)
ARTICLE_TAX: Final = Table(
    "article_tax",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("numerator", BigInteger, nullable=False),
    Column("denominator", BigInteger, nullable=False),
    Column("mode", Text, nullable=False),
    Column("fixed_minor", BigInteger, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("since", Text, nullable=False, server_default=""),
)
ARTICLE_PRICE: Final = Table(
    "article_price",
    METADATA,
    Column("sku", Text, ForeignKey("article.sku"), nullable=False),
    Column("store_code", Text, ForeignKey("store.code"), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("sku", "store_code"),
)
ARTICLE_FILE: Final = Table(
    "article_file",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("withdrawn", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("basis", BigInteger, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_s", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
    Column("coming", BigInteger, nullable=False, server_default="0"),
    Column("first_day", Text, nullable=False, server_default=""),
    Column("taken_back_by", Text, nullable=False, server_default=""),
    Column("taken_back_s", BigInteger, nullable=False, server_default="0"),
    Column("taken_back_n", BigInteger, nullable=False, server_default="0"),  # of the feed, then
)
ARTICLE_COMING: Final = Table(
    "article_coming",
    METADATA,
    Column("number", BigInteger, ForeignKey("article_file.number"), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("store_code", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("number", "place"),
)
Index("article_coming_by_code", ARTICLE_COMING.c.code)
Index(
    "article_coming_by_day",
    ARTICLE_COMING.c.day,
    ARTICLE_COMING.c.number,
    ARTICLE_COMING.c.place,
)
ARTICLE_HEARD: Final = Table(
    "article_heard",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("said_s", BigInteger, nullable=False),
)
