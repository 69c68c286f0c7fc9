"""What holds from later days on: kept with its file, looked at, taken back, and done on its day.

Shape: `keep_coming` belongs to a file that is confirmed; `ComingChanges.listed` says what waits,
the earliest first, each beside what it follows; `take_back` ends what of a file still waits;
`step` does what has come by head office's day, a bounded piece at a time, by a lane of the server.
Tills that keep days have done it by themselves by then, each on its own business day, and the row's
`since` says so to them; those of an earlier release hear it then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from posloyalty.domain.values.calendar import store_day
from posloyalty.headoffice.articles.coming import (
    NEVER,
    Coming,
    ComingArticle,
    ComingPrice,
    ComingTax,
    Waiting,
    withdrawn,
)
from posloyalty.headoffice.articles.coming_rows import ComingRows, FiledComing
from posloyalty.headoffice.articles.feed import ArticleFeed, StorePrice
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.store.article_tables import ARTICLE_FILE, ARTICLE_HEARD
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import TILL
from posloyalty.headoffice.tills.lives import BY_ITSELF
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.articles import TaxRecord

STEP: Final = 1_000
"""So many changes come in one transaction."""
_F: Final = ARTICLE_FILE.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an article: `before` is what is there, None for what is new."""

    before: KeptArticle | None
    after: KeptArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """What a store asks for an article, and would; None is the article's own price."""

    sku: str
    store: str
    before: int | None
    after: int | None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxChange:
    """What a tax is, and would be."""

    before: TaxRecord | None
    after: TaxRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingShown:
    """A change from a day on, said by a file, beside what is there on the day before it."""

    number: int
    day: str
    change: Change | PriceChange | TaxChange


@dataclass(frozen=True, slots=True, kw_only=True)
class TillUnheard:
    """A till that has not heard of something, and when it was heard of last."""

    store: str
    code: str
    seen_at: datetime


class Today:
    """Head office's day, in the zone of the programme in effect."""

    def __init__(self, clock: Clock, zone: Callable[[], tzinfo]) -> None:
        self._clock = clock
        self._zone = zone

    def __call__(self) -> date:
        """The day."""
        return store_day(self._clock.now(), self._zone())

    @property
    def text(self) -> str:
        """The day as rows have it."""
        return self().isoformat()

    def begun(self, record: KeptArticle) -> KeptArticle:
        """An article as it is: one whose first day is to come is not sold yet."""
        return withdrawn(record) if record.since and record.since > self.text else record


class ComingChanges:
    """Looks at what waits, takes it back, and does it."""

    def __init__(self, database: Database, clock: Clock, zone: Callable[[], tzinfo]) -> None:
        self._database = database
        self._clock = clock
        self.today = Today(clock, zone)

    def listed(self, *, limit: int, number: int = 0) -> tuple[tuple[ComingShown, ...], int]:
        """(the first of what waits, how much waits in all), of one file or of any."""
        with self._database.read() as connection:
            rows = ComingRows(connection)
            some = rows.listed(limit=limit, number=number)
            return coming_shown(connection, some), rows.count(number)

    def take_back(self, number: int, *, by: str, code: str = "") -> int:
        """What of a file still waits never comes, all of it or of one article or tax; how much that
        was. Refuses ARTICLES_NONE_WAITS and, of one that does not wait, ARTICLES_NONE_WAITS_OF.

        An article that was to be new stays out of sale until another file says otherwise.
        """
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            feed, rows = ArticleFeed(connection, now_s=now_s), ComingRows(connection)
            feed.lock()
            waits = rows.listed(limit=None, number=number)
            found = [one for one in waits if not code or one.coming.key[1] == code]
            if not waits:
                raise ServiceRefusal("ARTICLES_NONE_WAITS", number=number)
            if not found:
                raise ServiceRefusal("ARTICLES_NONE_WAITS_OF", number=number, code=code)
            rows.drop(found)
            _tell_anew(feed, [one.coming for one in found], never=True, today=self.today.text)
            connection.execute(
                ARTICLE_FILE.update()
                .where(_F.number == number)
                .values(taken_back_by=by, taken_back_s=now_s, taken_back_n=feed.lock())
            )
            told = {"article": code} if code else {}
            note(
                connection, now_s, by, "articles_taken_back",
                number=str(number), coming=str(len(found)), **told,
            )  # fmt: skip
        return len(found)

    def unheard(self, number: int) -> tuple[TillUnheard, ...]:
        """The tills that have not heard what of a file was taken back last: what they know of it
        comes there on its day. Nothing of a file of which nothing was taken back.
        """
        back = select(_F.taken_back_n).where(_F.number == number).scalar_subquery()
        behind = func.coalesce(ARTICLE_HEARD.c.n, -1) < func.coalesce(back, 0)
        asked = (
            select(TILL.c.store_code, TILL.c.till_code, TILL.c.seen_s)
            .select_from(TILL.outerjoin(ARTICLE_HEARD))
            .where(TILL.c.revoked == 0, TILL.c.gone_s == 0, behind, func.coalesce(back, 0) > 0)
            .order_by(TILL.c.store_code, TILL.c.till_code)
        )
        with self._database.read() as connection:
            return tuple(
                TillUnheard(
                    store=row.store_code,
                    code=row.till_code,
                    seen_at=datetime.fromtimestamp(row.seen_s, UTC),
                )
                for row in connection.execute(asked)
            )

    def catch_up(self) -> None:
        """Do all that has come."""
        while self.step():
            pass

    def step(self) -> int:
        """Do a piece of what has come; how many changes that was."""
        with self._database.read() as connection:
            first = ComingRows(connection).first_day()
        if not first or first > (today := self.today.text):
            return 0
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            feed, rows = ArticleFeed(connection, now_s=now_s), ComingRows(connection)
            feed.lock()
            due = rows.listed(limit=STEP, by_day=today)
            if due:
                _come(feed, rows, [one.coming for one in due], today)
                rows.drop(due)
                note(
                    connection, now_s, BY_ITSELF, "articles_came",
                    day=due[-1].coming.day, coming=str(len(due)),
                )  # fmt: skip
        return len(due)


def keep_coming(
    connection: Connection,
    feed: ArticleFeed,
    number: int,
    coming: Sequence[Coming],
    *,
    today: str,
) -> None:
    """What a file says of later days waits from now on, and tills hear of it."""
    ComingRows(connection).add(number, coming)
    new = [one.new for one in coming if isinstance(one, ComingArticle) and one.new is not None]
    feed.put(new, today=today)
    _tell_anew(feed, coming, never=False, today=today)


def coming_shown(connection: Connection, rows: Sequence[FiledComing]) -> tuple[ComingShown, ...]:
    """Changes of later days, whether they wait already or not, each beside what it follows."""
    if not rows:
        return ()
    feed = ArticleFeed(connection, now_s=0)
    codes = {one.coming.key[1] for one in rows}
    records, prices = feed.records(codes), feed.prices()
    taxes = {one.code: one for one in feed.taxes()}
    shown: list[ComingShown] = []
    waiting, ours = Waiting(()), {(one.number, one.place) for one in rows}
    every = {(one.number, one.place): one for one in (*_others(connection, codes), *rows)}
    for one in sorted(every.values(), key=lambda row: (row.coming.day, row.number, row.place)):
        change = _change(one.coming, waiting, records, prices, taxes)
        if (one.number, one.place) in ours:
            shown.append(ComingShown(number=one.number, day=one.coming.day, change=change))
    return tuple(shown)


def _others(connection: Connection, codes: Collection[str]) -> list[FiledComing]:
    """What waits already of the same articles and taxes."""
    rows = ComingRows(connection).listed(limit=None)
    return [one for one in rows if one.coming.key[1] in codes]


def _change(
    one: Coming,
    waiting: Waiting,
    records: dict[str, KeptArticle],
    prices: Mapping[StorePrice, int],
    taxes: Mapping[str, TaxRecord],
) -> Change | PriceChange | TaxChange:
    """What a row changes where `waiting` is what comes before it, to which it is added."""
    if isinstance(one, ComingPrice):
        now = prices.get((one.sku, one.store))
        before = waiting.price(one.sku, one.store, now, one.day)
        waiting.add(one)
        name = records[one.sku].name
        return PriceChange(sku=one.sku, store=one.store, before=before, after=one.minor, name=name)
    if isinstance(one, ComingTax):
        known = taxes.get(one.tax.code)
        tax = None if known is None else waiting.tax(known, one.day)
        waiting.add(one)
        return TaxChange(before=tax, after=one.tax)
    if one.new is not None:
        records[one.sku] = one.new
        waiting.add(one)
        return Change(before=None, after=one.new)
    there = waiting.article(records[one.sku], one.day)
    waiting.add(one)
    return Change(before=there, after=one.change.on(there))


def _come(feed: ArticleFeed, rows: ComingRows, due: Sequence[Coming], today: str) -> None:
    """Put what has come in the place of what was."""
    waiting = rows.of({one.key[1] for one in due})
    articles = {one.sku: one.day for one in due if isinstance(one, ComingArticle)}
    records = feed.records(articles)
    feed.put(
        [
            replace(waiting.article(record, today), since=articles[sku])
            for sku, record in sorted(records.items())
        ],
        today=today,
    )
    prices = [one for one in due if isinstance(one, ComingPrice)]
    feed.put_prices(
        {(one.sku, one.store): one.minor for one in prices},
        today=today,
        since=max((one.day for one in prices), default=""),
    )
    taxes = {one.tax.code: one for one in due if isinstance(one, ComingTax)}  # the last one counts
    for one in taxes.values():
        feed.put_tax(replace(one.tax, since=one.day))


def _tell_anew(feed: ArticleFeed, coming: Sequence[Coming], *, never: bool, today: str) -> None:
    """Tills hear again of what it is about. With `never` an article that was to be new is not."""
    records = feed.records(
        {one.sku for one in coming if isinstance(one, ComingArticle | ComingPrice)}
    )
    if never:
        for one in coming:
            is_new = isinstance(one, ComingArticle) and one.new is not None
            code = one.key[1]
            # Another file may have brought it into sale before its day.
            if is_new and records[code].since == one.day:
                records[code] = replace(records[code], since=NEVER)
    feed.put([record for _, record in sorted(records.items())], today=today)
    wanted = {one.tax.code for one in coming if isinstance(one, ComingTax)}
    for tax in feed.taxes():
        if tax.code in wanted:
            feed.put_tax(tax)
