"""What head office tells of members' cards: which keys of the chain sign them, and who a card's
member is now. Head office knows it, and tells it again where it is lost.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index

from posloyalty.storage.columns import blob, int_, table, text_

CARD_KEY = table(
    "card_key",
    blob("till_id", key=True),
    blob("public_key"),
    int_("mark"),
    text_("store"),
    text_("statement"),
    blob("signature"),
    CheckConstraint("length(till_id) = 16 AND length(public_key) = 32", name="key_is_whole"),
    rowid=False,
)
Index("card_key_by_mark", CARD_KEY.c.mark)
Index("card_key_by_key", CARD_KEY.c.public_key)
MEMBER_ALIAS = table(
    "member_alias",
    blob("goes", key=True),
    blob("stays"),
    CheckConstraint("goes <> stays", name="another_name"),
    rowid=False,
)
