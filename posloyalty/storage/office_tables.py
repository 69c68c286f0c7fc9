"""The tables of what head office keeps of a book's catalogue: products that nobody changes here,
and what these and their taxes will be from later business days on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index

from posloyalty.storage.columns import blob, one_of, table, text_

OFFICE_ARTICLE: Final = table(
    "office_article",
    blob("product_id", ForeignKey("product.id"), key=True),
    rowid=False,
)
OFFICE_COMING: Final = table(
    "office_coming",
    text_("kind", key=True),
    text_("code", key=True),
    text_("day", key=True),
    blob("body"),
    one_of("kind", "article", "tax"),
    rowid=False,
)
Index("office_coming_by_day", OFFICE_COMING.c.day)
