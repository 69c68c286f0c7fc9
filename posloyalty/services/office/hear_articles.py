"""The till hears what the chain sells: articles, prices and taxes that head office keeps.

Shape: `due()` and `step(link)` as everything that the till hears: a step is one request for the
next page of the feed, which is put into the book in small transactions, so that nothing holds up a
sale for long. How far it was heard is written with a page's last piece: a cut loses nothing, and
what comes twice changes nothing. Where nothing is new it is asked now and then; an answer of head
office says when there is something (`look`).

What holds from a later business day on is kept until then (`coming_articles`).

What this till cannot take is journalled once, with its reason: prices in another currency than the
shop's, of which nothing is taken, and articles of a later release, which are heard again by one
that reads them.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.services.book.note_fault import note_fault
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.coming_articles import ComingArticles
from posloyalty.services.office.heard_articles import HeardArticles
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.ports import Book, Ids, SettingReads, SettingWrites, UnitOfWork
from posloyalty.services.ports.head_office import ArticleLink
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync.wire.articles import ArticlesAsk, ArticlesGiven
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.profiles import RESYNC

EVERY_MS: Final = 300_000
"""So often the feed is asked for when nobody said that it has anything."""
CHUNK: Final = 40
"""Articles put into the book in one transaction, which a sale may have to wait for: some 10 ms."""
SETTING: Final = "articles_heard"
REFUSED: Final = "ARTICLES_REFUSED"
OTHER_CURRENCY: Final = "OTHER_CURRENCY"
UNREADABLE: Final = "UNREADABLE"
_NAMED_MOST: Final = 10


class Heard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far the feed of which head office was heard, for which store. `refused` is what could not
    be taken, by which release `app` and in which `currency` of the shop; `dated` that what holds
    from later days on was heard too, as no earlier release did.
    """

    office: str = ""
    store: str = ""
    cursor: str = ""
    refused: str = ""
    app: str = ""
    currency: str = ""
    dated: bool = False


class HearArticles:
    """The till's ear for articles. `app` is this release. `heard` counts how often products changed
    here, as of when nothing was left to hear: who shows them reads them again once, not with every
    page.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: TillClock,
        ids: Ids,
        app: str,
        coming: ComingArticles,
        way: RightOfWay | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._app = app
        self._way = RightOfWay() if way is None else way
        self._articles = HeardArticles(ids)
        self._more = True
        self._rests_until_ms = 0
        self._changed = False
        self._coming = coming
        self._heard = 0

    @property
    def heard(self) -> int:
        """How often products changed."""
        return self._heard + self._coming.came

    def catch_up(self) -> None:
        """Do what was heard before and has come by now: no network is needed."""
        self._coming.catch_up()

    def due(self) -> bool:
        """Whether it is time to ask."""
        return self._more or self._clock.monotonic_ms() >= self._rests_until_ms

    def look(self) -> None:
        """Head office said that there is something to hear."""
        self._more = True

    def step(self, link: ArticleLink) -> bool:
        """One request; whether anything was heard. May raise `OutOfReach`."""
        with self._book.read() as reader:
            heard, begins = self._heard_so_far(reader.settings)
        if begins:
            self._begin_again(heard)
        self._rest()
        # A head office of an earlier release knows no articles, and answers as a stranger would;
        # it is asked again after a rest.
        given = link.articles(ArticlesAsk(after=heard.cursor, dated=True))
        if isinstance(given, Problem):
            if given.code == RESYNC:
                self._begin_again(msgspec.structs.replace(heard, cursor="", refused=""))
                self._more = True
            return False
        self._more = given.more
        return self._hear(given, heard)

    def _rest(self) -> None:
        self._more = False
        self._rests_until_ms = self._clock.monotonic_ms() + EVERY_MS

    def _heard_so_far(self, settings: SettingReads) -> tuple[Heard, bool]:
        """(how far, whether it has to begin again): another head office or store begins anew, and
        so does what was refused, where this till may take it now.
        """
        kept, facts = settings.get(SETTING), kept_facts(settings)
        heard = Heard() if kept is None else msgspec.json.decode(kept, type=Heard)
        assert facts is not None  # whoever has a link has joined
        own = settings.get("shop.currency") or "CNY"
        new = Heard(office=facts.office, store=facts.store, app=self._app, currency=own, dated=True)
        if (heard.office, heard.store) != (new.office, new.store):
            return new, kept is not None
        if heard.refused and (heard.app, heard.currency) != (new.app, new.currency):
            return new, True
        if not heard.dated:
            return new, False
        return msgspec.structs.replace(new, cursor=heard.cursor, refused=heard.refused), False

    def _begin_again(self, heard: Heard) -> None:
        """Nothing is head office's until it says so again."""
        with self._book.write() as unit:
            unit.catalogue.let_go_by_office()
            unit.coming.clear()
            keep_heard(unit.settings, heard)
            unit.commit()
        self._coming.changed()

    def _hear(self, given: ArticlesGiven, heard: Heard) -> bool:
        """Put a page into the book; the cursor moves with its last piece."""
        after = msgspec.structs.replace(heard, cursor=given.next)
        if given.currency and given.currency != heard.currency:
            self._refuse_all(given, after)
            return False
        day = self._coming.today()
        pieces = [given.articles[at : at + CHUNK] for at in range(0, len(given.articles), CHUNK)]
        taxes, new, unread = given.taxes, 0, [*heard.refused.split()]
        for place, piece in enumerate(pieces or [()], 1):
            self._way.give()
            with self._book.write() as unit:
                done = self._articles.hear(unit, piece, taxes, day=day)
                taxes, new = (), new + done.new
                if done.unread:
                    self._note(unit, UNREADABLE, " ".join(done.unread[:_NAMED_MOST]))
                    unread = [UNREADABLE]
                if place >= len(pieces):
                    after = msgspec.structs.replace(after, refused=" ".join(unread))
                    if after != heard:
                        keep_heard(unit.settings, after)
                if done.new or done.later or done.unread or after != heard:
                    unit.commit()
            if done.later:
                self._coming.changed()
        self._changed = self._changed or bool(new)
        if self._changed and not given.more:
            self._heard, self._changed = self._heard + 1, False
        return bool(given.articles or new)

    def _refuse_all(self, given: ArticlesGiven, after: Heard) -> None:
        """Prices in another currency are no prices here."""
        with self._book.write() as unit:
            if after.refused != OTHER_CURRENCY:
                self._note(unit, OTHER_CURRENCY, given.currency)
            keep_heard(unit.settings, msgspec.structs.replace(after, refused=OTHER_CURRENCY))
            unit.commit()

    def _note(self, unit: UnitOfWork, why: str, what: str) -> None:
        note_fault(unit, self._ids, REFUSED, why=why, what=what)


def keep_heard(settings: SettingWrites, heard: Heard) -> None:
    """Write down how far it was heard."""
    settings.put({SETTING: msgspec.json.encode(heard).decode("utf-8")})
