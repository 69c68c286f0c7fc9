"""What the chain sells, as people keep it: a file says what would change, and is then confirmed.

Shape: `propose` reads a file (`article_file`) and keeps what it would change, without changing
anything; `preview` shows it, beside what is there; `confirm` does all of it in one transaction,
unless somebody else changed something in between; what holds from later days on waits from then on
(`coming_changes`). Every act is an entry of the audit log. Tills hear of it at once (`feed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zlib import compress, decompress

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.documents.table_out import csv_bytes
from posloyalty.domain.values.money import Currency, currency
from posloyalty.headoffice.articles.article_file import (
    Changes,
    Kept,
    read_changes,
)
from posloyalty.headoffice.articles.assortments import keep_codes
from posloyalty.headoffice.articles.coming import ArticleChange, Coming, ComingArticle
from posloyalty.headoffice.articles.coming_changes import (
    Change,
    ComingChanges,
    ComingShown,
    PriceChange,
    coming_shown,
    keep_coming,
)
from posloyalty.headoffice.articles.coming_rows import ComingRows, FiledComing
from posloyalty.headoffice.articles.feed import ArticleFeed, read_record
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.programmes.publications import programme_at
from posloyalty.headoffice.store.article_tables import (
    ARTICLE,
    ARTICLE_FILE,
    ARTICLE_HEARD,
    ARTICLE_PLACE,
)
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import STORE, TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.articles import TaxRecord

PROPOSED, TAKEN, DROPPED = "proposed", "taken", "dropped"
SHOWN: Final = 200
_A: Final = ARTICLE.c
_F: Final = ARTICLE_FILE.c
_WORDS: Final = ("no_earn", "no_discount", "gift_card", "deposit", "fee", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """A file, and what it changes."""

    number: int
    state: str
    kind: str
    added: int
    changed: int
    withdrawn: int
    unchanged: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    coming: int
    first_day: str
    taken_back_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first `SHOWN` changes of a file, by what they are; `coming` are those of later days."""

    new: tuple[KeptArticle, ...]
    changed: tuple[Change, ...]
    withdrawn: tuple[KeptArticle, ...]
    prices: tuple[PriceChange, ...]
    taxes: tuple[TaxRecord, ...]
    coming: tuple[ComingShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some articles as they are today, with what single stores ask for them, and how many there are
    of what sort.
    """

    articles: tuple[KeptArticle, ...]
    prices: dict[str, tuple[tuple[str, int], ...]]
    on_sale: int
    withdrawn: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How many tills have heard of everything, out of how many there are."""

    up_to_date: int
    tills: int


class Articles:
    """Keeps articles, prices and taxes."""

    def __init__(self, database: Database, clock: Clock, coming: ComingChanges) -> None:
        self._database = database
        self._clock = clock
        self._coming = coming
        self.today = coming.today

    # Looking

    def find(self, text: str = "", *, limit: int = SHOWN) -> Found:
        """Articles by a part of a name, a number or a code; by number."""
        asked = select(_A.sku, _A.body).order_by(_A.sku).limit(limit)
        for word in text.casefold().split():
            asked = asked.where(_A.name.contains(word, autoescape=True))
        with self._database.read() as connection:
            kept = [read_record(row.body) for row in connection.execute(asked)]
            records = tuple(map(self.today.begun, kept))
            counts = select(_A.withdrawn, func.count().label("n")).group_by(_A.withdrawn)
            counted = {int(row.withdrawn): int(row.n) for row in connection.execute(counts)}
            feed = self._feed(connection)
            named = {one.sku for one in records}
            own: dict[str, tuple[tuple[str, int], ...]] = {}
            for (sku, store), minor in sorted(feed.prices().items()):
                if sku in named:
                    own[sku] = (*own.get(sku, ()), (store, minor))
            return Found(
                articles=records,
                prices=own,
                on_sale=counted.get(0, 0),
                withdrawn=counted.get(1, 0),
                currency=feed.currency(),
            )

    def taxes(self) -> tuple[TaxRecord, ...]:
        """Every tax, by code."""
        with self._database.read() as connection:
            return self._feed(connection).taxes()

    def currency(self) -> str:
        """The code of the currency of prices; empty before the first file was done."""
        with self._database.read() as connection:
            return self._feed(connection).currency()

    def heard(self) -> Heard:
        """How far tills have heard."""
        through = select(ARTICLE_PLACE.c.n).scalar_subquery()
        alive = select(func.count()).where(TILL.c.revoked == 0, TILL.c.gone_s == 0)
        heard = alive.select_from(ARTICLE_HEARD.join(TILL)).where(ARTICLE_HEARD.c.n >= through)
        with self._database.read() as connection:
            return Heard(
                up_to_date=connection.execute(heard).scalar_one(),
                tills=connection.execute(alive.select_from(TILL)).scalar_one(),
            )

    def files(self, *, limit: int = 20) -> list[ArticleFile]:
        """The newest first."""
        asked = select(ARTICLE_FILE).order_by(_F.number.desc()).limit(limit)
        with self._database.read() as connection:
            return [_file(row) for row in connection.execute(asked)]

    def file(self, number: int) -> ArticleFile | None:
        """One; None where there is none."""
        with self._database.read() as connection:
            row = _row(connection, number)
            return None if row is None else _file(row)

    def preview(self, number: int) -> Preview:
        """What a file that nobody decided about would change now."""
        with self._database.read() as connection:
            changes = _changes(_row(connection, number))
            feed = self._feed(connection)
            there = feed.records({one.sku for one in changes.articles})
            prices = feed.prices() if changes.prices else {}
            coming = [FiledComing(number, n, one) for n, one in enumerate(changes.coming)]
            shown = coming_shown(connection, coming)
        new = [one for one in changes.articles if one.sku not in there]
        gone = [one for one in changes.articles if _goes(there.get(one.sku), one)]
        rest = (one for one in changes.articles if one.sku in there and one not in gone)
        return Preview(
            new=tuple(new[:SHOWN]),
            changed=tuple(Change(before=there[one.sku], after=one) for one in rest)[:SHOWN],
            withdrawn=tuple(gone[:SHOWN]),
            prices=tuple(
                PriceChange(sku=sku, store=store, before=prices.get((sku, store)), after=minor)
                for sku, store, minor in changes.prices[:SHOWN]
            ),
            taxes=changes.taxes,
            coming=shown[:SHOWN],
        )

    def export(self) -> bytes:
        """All articles as a file that could be read again."""
        with self._database.read() as connection:
            kept = self._feed(connection).records()
            records = {sku: self.today.begun(one) for sku, one in kept.items()}
            money = self._money(connection, "") if records else None
        rows = (_exported(one, money) for _, one in sorted(records.items()) if money is not None)
        return csv_bytes((_HEADER, *rows), texts=_TEXTS)

    # Changing

    def propose(
        self,
        data: bytes,
        *,
        by: str,
        whole: bool = False,
        in_currency: str = "",
        day: date | None = None,
    ) -> ArticleFile:
        """Keep what a file would change, from `day` on where its rows say nothing else. Raises
        what `read_changes` raises; refuses ARTICLES_NO_CURRENCY, ARTICLES_OTHER_CURRENCY, and
        ARTICLES_SAME where nothing would change.
        """
        # What comes today stands before what is said of today by now.
        self._coming.catch_up()
        now_s = int(self._clock.now().timestamp())
        with self._database.read() as connection:
            money = self._money(connection, in_currency)
            feed = self._feed(connection)
            basis = _through(connection)
            kept = Kept(
                articles=feed.records(),
                prices=feed.prices(),
                taxes=feed.taxes(),
                stores=tuple(connection.execute(select(STORE.c.code)).scalars()),
                waiting=ComingRows(connection).all(),
                today=self.today(),
            )
        found = read_changes(data, kept, money, whole=whole, day=day)
        changes = msgspec.structs.replace(found.changes, currency=money.code)
        if changes.empty:
            raise ServiceRefusal("ARTICLES_SAME", count=found.unchanged)
        with self._database.write() as connection:
            self._feed(connection).lock()
            number = int(connection.execute(select(func.max(_F.number))).scalar() or 0) + 1
            connection.execute(
                ARTICLE_FILE.insert().values(
                    number=number,
                    state=PROPOSED,
                    kind=changes.kind,
                    added=found.added,
                    changed=found.changed,
                    withdrawn=found.withdrawn,
                    unchanged=found.unchanged,
                    coming=len(changes.coming),
                    first_day=changes.first_day,
                    basis=basis,
                    changes=compress(msgspec.json.encode(changes)),
                    proposed_by=by,
                    proposed_s=now_s,
                    decided_by="",
                    decided_s=0,
                )
            )
            note(connection, now_s, by, "articles_proposed", number=str(number))
            return _file(_row(connection, number))

    def confirm(self, number: int, *, by: str) -> None:
        """Do what a file says, and keep what it says of later days. Refuses ARTICLES_DECIDED, and
        ARTICLES_MOVED where something changed since it was read.
        """
        self._coming.catch_up()
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            feed = self._feed(connection)
            through = feed.lock()
            row = _open_row(connection, number)
            if row.basis != through:
                raise ServiceRefusal("ARTICLES_MOVED", number=number)
            changes = _changes(row)
            feed.put_currency(changes.currency)
            keep_codes(connection, [*changes.articles, *map(_later, changes.coming)])
            for tax in changes.taxes:
                feed.put_tax(tax)
            today = self.today.text
            feed.put(_since_before(feed, changes.articles, today), today=today)
            feed.put_prices(
                {(sku, store): minor for sku, store, minor in changes.prices}, today=today
            )
            keep_coming(connection, feed, number, changes.coming, today=today)
            _decide(connection, number, TAKEN, by, now_s)
            note(
                connection, now_s, by, "articles_taken", number=str(number), kind=changes.kind,
                added=str(row.added), changed=str(row.changed), withdrawn=str(row.withdrawn),
                **_waits(row),
            )  # fmt: skip

    def drop(self, number: int, *, by: str) -> None:
        """Let a file be. Refuses ARTICLES_DECIDED."""
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            self._feed(connection).lock()
            _open_row(connection, number)
            _decide(connection, number, DROPPED, by, now_s)
            note(connection, now_s, by, "articles_dropped", number=str(number))

    def _feed(self, connection: Connection) -> ArticleFeed:
        return ArticleFeed(connection, now_s=int(self._clock.now().timestamp()))

    def _money(self, connection: Connection, wanted: str) -> Currency:
        kept = self._feed(connection).currency()
        if wanted and kept and wanted != kept:
            raise ServiceRefusal("ARTICLES_OTHER_CURRENCY", kept=kept)
        if kept or wanted:
            return currency(kept or wanted)
        programme = programme_at(connection, self._clock.now())
        if programme is None:
            raise ServiceRefusal("ARTICLES_NO_CURRENCY")
        return programme.currency


def _through(connection: Connection) -> int:
    return int(connection.execute(select(ARTICLE_PLACE.c.n)).scalar() or 0)


def _row(connection: Connection, number: int) -> Any:
    return connection.execute(select(ARTICLE_FILE).where(_F.number == number)).first()


def _open_row(connection: Connection, number: int) -> Any:
    row = _row(connection, number)
    if row is None or row.state != PROPOSED:
        raise ServiceRefusal("ARTICLES_DECIDED", number=number)
    return row


def _decide(connection: Connection, number: int, state: str, by: str, now_s: int) -> None:
    values = {"state": state, "decided_by": by, "decided_s": now_s}
    connection.execute(ARTICLE_FILE.update().where(_F.number == number).values(**values))


def _changes(row: Any) -> Changes:
    return msgspec.json.decode(decompress(bytes(row.changes)), type=Changes)


def _later(one: Coming) -> KeptArticle | ArticleChange | None:
    """What a row of a later day says of an article."""
    if not isinstance(one, ComingArticle):
        return None
    return one.change if one.new is None else one.new


def _waits(row: Any) -> dict[str, str]:
    """How many changes of a file wait, and from when on, for the audit log."""
    return {"coming": str(row.coming), "first_day": row.first_day} if row.coming else {}


def _since_before(
    feed: ArticleFeed, records: Sequence[KeptArticle], today: str
) -> list[KeptArticle]:
    """The articles with the day from which they are as they are, where that has come: a till whose
    business day is still the one before takes nothing of it early.
    """
    there = feed.records({one.sku for one in records})
    since = {sku: one.since for sku, one in there.items() if one.since and one.since <= today}
    return [
        msgspec.structs.replace(one, since=since[one.sku]) if one.sku in since else one
        for one in records
    ]


def _goes(before: KeptArticle | None, after: KeptArticle) -> bool:
    """Whether an article that was sold is sold no more."""
    return before is not None and after.withdrawn and not before.withdrawn


def _file(row: Any) -> ArticleFile:
    return ArticleFile(
        number=row.number,
        state=row.state,
        kind=row.kind,
        added=row.added,
        changed=row.changed,
        withdrawn=row.withdrawn,
        unchanged=row.unchanged,
        proposed_by=row.proposed_by,
        proposed_at=datetime.fromtimestamp(row.proposed_s, UTC),
        decided_by=row.decided_by,
        coming=row.coming,
        first_day=row.first_day,
        taken_back_by=row.taken_back_by,
    )


_HEADER: Final = (
    "sku", "name", "price", "tax_class", "unit", "category", "codes", "tags",
    "earns", "discountable", "gift_card", "deposit", "fee", "active", "assortments",
)  # fmt: skip
"""The columns of a till's own import."""
_TEXTS: Final = frozenset(map(_HEADER.index, (
    "sku", "name", "tax_class", "unit", "category", "codes", "tags", "assortments",
)))  # fmt: skip


def _exported(record: KeptArticle, money: Currency) -> tuple[str, ...]:
    said = {word: word in record.flags for word in _WORDS}
    return (
        record.sku,
        record.name,
        "" if record.price is None else plain_amount(record.price, money),
        record.tax,
        record.unit,
        record.cat,
        _listed(record.codes),
        _listed(record.tags),
        *_yes_no(not said["no_earn"], not said["no_discount"]),
        *_yes_no(said["gift_card"], said["deposit"], said["fee"], not said["withdrawn"]),
        _listed(record.assortments),
    )


def plain_amount(minor: int, money: Currency) -> str:
    """An amount as a file has it: no symbol, a point, all decimals."""
    whole, part = divmod(minor, 10**money.exponent)
    return f"{whole}.{part:0{money.exponent}}" if money.exponent else str(whole)


def _listed(words: Iterable[str]) -> str:
    return " ".join(words)


def _yes_no(*said: bool) -> tuple[str, ...]:
    return tuple("yes" if one else "no" for one in said)
