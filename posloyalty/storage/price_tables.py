"""The tables of price lists: each list, and what it asks for the products that it names."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint

from posloyalty.storage.columns import blob, flag, int_, one_of, table, text_

PRICE_LIST = table(
    "price_list",
    blob("id", key=True),
    text_("code"),
    text_("name"),
    text_("stores"),
    text_("first_day", null=True),
    text_("last_day", null=True),
    text_("buyers"),
    text_("buyers_of"),
    int_("numerator", null=True),
    int_("denominator", null=True),
    *flag("active"),
    UniqueConstraint("code", name="price_list_code_once"),
    one_of("buyers", "everybody", "members", "tier", "segment"),
    CheckConstraint(
        "(numerator IS NULL) = (denominator IS NULL) AND numerator >= 0 AND denominator > 0",
        name="list_rate_is_a_ratio",
    ),
    rowid=False,
)

LISTED_PRICE = table(
    "listed_price",
    blob("list_id", ForeignKey("price_list.id")),
    blob("product_id", ForeignKey("product.id")),
    int_("price_minor"),
    PrimaryKeyConstraint("list_id", "product_id"),
    CheckConstraint("price_minor >= 0", name="listed_price_not_negative"),
    rowid=False,
)
Index("listed_price_by_product", LISTED_PRICE.c.product_id)
