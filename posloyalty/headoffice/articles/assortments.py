"""Which assortment each store has: looked at, and chosen.

Shape: `codes()` are those that articles have named, `of_stores()` what each store has; `move` gives
a store another one. Every till hears anew of the articles that are in one of the two and not in the
other: those of the store withdraw and add them within moments, for the others nothing changes. That
costs each till some work, for something that is seldom done, and nothing has to be kept of how far
which till has heard of which store.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from posloyalty.headoffice.articles.coming import ArticleChange
from posloyalty.headoffice.articles.coming_changes import Today
from posloyalty.headoffice.articles.coming_rows import ComingRows
from posloyalty.headoffice.articles.feed import ArticleFeed
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.store.article_tables import ASSORTMENT
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import put_new
from posloyalty.headoffice.store.tables import STORE
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal


class Assortments:
    """The assortments of stores."""

    def __init__(self, database: Database, clock: Clock, today: Today) -> None:
        self._database = database
        self._clock = clock
        self._today = today

    def codes(self) -> tuple[str, ...]:
        """Every one that an article has named."""
        with self._database.read() as connection:
            return _codes(connection)

    def of_stores(self) -> dict[str, str]:
        """What each store has, by its code; empty is everything."""
        asked = select(STORE.c.code, STORE.c.assortment).order_by(STORE.c.code)
        with self._database.read() as connection:
            return {row.code: row.assortment for row in connection.execute(asked)}

    def move(self, store: str, assortment: str, *, by: str) -> int:
        """Give a store another one, empty for everything; how many articles it gains or loses.

        Refuses NO_SUCH_STORE and NO_SUCH_ASSORTMENT.
        """
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            feed = ArticleFeed(connection, now_s=now_s)
            feed.lock()
            asked = select(STORE.c.assortment).where(STORE.c.code == store)
            before = connection.execute(asked).scalar()
            if before is None:
                raise ServiceRefusal("NO_SUCH_STORE", code=store)
            if assortment and assortment not in _codes(connection):
                raise ServiceRefusal("NO_SUCH_ASSORTMENT", code=assortment)
            if before == assortment:
                return 0
            connection.execute(
                STORE.update().where(STORE.c.code == store).values(assortment=assortment)
            )
            waiting = ComingRows(connection).all()

            def told(one: KeptArticle, assortment: str) -> KeptArticle:
                return waiting.told(one, store=store, own=None, assortment=assortment)

            records = feed.records().values()
            touched = [one for one in records if told(one, before) != told(one, assortment)]
            feed.put(touched, today=self._today.text)
            note(
                connection, now_s, by, "store_assortment",
                store=store, before=before, assortment=assortment,
            )  # fmt: skip
        return len(touched)


def keep_codes(connection: Connection, told: Iterable[KeptArticle | ArticleChange | None]) -> None:
    """What articles name can be chosen for a store from now on."""
    named = {code for one in told if one is not None for code in one.assortments or ()}
    put_new(connection, ASSORTMENT, [(code,) for code in sorted(named)])


def _codes(connection: Connection) -> tuple[str, ...]:
    asked = select(ASSORTMENT.c.code).order_by(ASSORTMENT.c.code)
    return tuple(connection.execute(asked).scalars())
