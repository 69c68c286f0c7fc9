"""What tills ask head office about articles: one endpoint, and which of them have something new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.articles.feed import ArticleFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.feed_numbers import OtherLife
from posloyalty.headoffice.store.statements import many
from posloyalty.headoffice.tills.visits import Reply, Visit, after_action, read, reply
from posloyalty.sync.wire.articles import ArticlesAsk
from posloyalty.sync.wire.profiles import RESYNC

_BEHIND: Final = """
SELECT a.till_id FROM article_heard a
WHERE a.n < (SELECT n FROM article_place) AND a.till_id IN"""


@dataclass(frozen=True, slots=True)
class ToldArticles:
    """The endpoint's act."""

    office: Office

    def feed(self, visit: Visit) -> Reply:
        """The next page of what a till has not heard."""
        ask = read(visit.request.body, ArticlesAsk)
        life_name = self.office.life_name
        feed = ArticleFeed(visit.connection, life_name=life_name, now_s=visit.now_s)
        till = visit.till
        try:
            given = feed.page(ask, till_id=bytes(till.till_id), store=till.store_code)
        except OtherLife:
            raise after_action(410, RESYNC) from None
        return reply(given, packs=True)


def has_new_articles(connection: Connection, till_id: bytes) -> bool:
    """Whether a till has articles to hear of."""
    return bool(many(connection, _BEHIND, [till_id]))
