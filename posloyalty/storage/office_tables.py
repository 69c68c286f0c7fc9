"""The table of what head office keeps of a book's catalogue: products that nobody changes here."""

from __future__ import annotations

from sqlalchemy import ForeignKey

from posloyalty.storage.columns import blob, table

OFFICE_ARTICLE = table(
    "office_article",
    blob("product_id", ForeignKey("product.id"), key=True),
    rowid=False,
)
