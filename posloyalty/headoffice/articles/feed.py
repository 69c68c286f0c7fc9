"""The feed of articles: what is kept is told to every till, each by its own store's prices.

Shape: inside a transaction, `put` replaces articles, `put_prices` what single stores ask, and
`put_tax` a tax; each gives every touched row a new number. `page(ask, ...)` is the next of what a
till has not heard, with what each article will be from later days on, and notes how far it says
that it has. A till of an earlier release, which keeps no days, is told of each on its day, when it
gets another number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.articles.coming_rows import ComingRows
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.headoffice.store.article_tables import (
    ARTICLE,
    ARTICLE_PLACE,
    ARTICLE_PRICE,
    ARTICLE_TAX,
)
from posloyalty.headoffice.store.feed_numbers import FeedNumbers
from posloyalty.headoffice.store.statements import IN_ORDER, many, on_postgresql, run, run_for
from posloyalty.headoffice.store.tables import STORE
from posloyalty.sync.wire.articles import ArticlesAsk, ArticlesGiven, TaxRecord

_A: Final = ARTICLE.c
_T: Final = ARTICLE_TAX.c
_PUT: Final = """
INSERT INTO article AS known (sku, n, version, name, withdrawn, body, changed_s) {rows}
ON CONFLICT (sku) DO UPDATE SET n = excluded.n, version = known.version + 1, name = excluded.name,
withdrawn = excluded.withdrawn, body = excluded.body, changed_s = excluded.changed_s
"""
_PUT_TYPES: Final = ("text", "int8", "int8", "text", "int4", "bytea", "int8")
_PUT_TAX: Final = """
INSERT INTO article_tax (code, name, numerator, denominator, mode, fixed_minor, since, n) {rows}
ON CONFLICT (code) DO UPDATE SET name = excluded.name, numerator = excluded.numerator,
denominator = excluded.denominator, mode = excluded.mode, fixed_minor = excluded.fixed_minor,
since = excluded.since, n = excluded.n
"""
_PUT_TAX_TYPES: Final = ("text", "text", "int8", "int8", "text", "int8", "text", "int8")
_PUT_PRICE: Final = """
INSERT INTO article_price (sku, store_code, price_minor) {rows}
ON CONFLICT (sku, store_code) DO UPDATE SET price_minor = excluded.price_minor
"""
_HEARD: Final = """
INSERT INTO article_heard AS known (till_id, n, said_s) {rows}
ON CONFLICT (till_id) DO UPDATE SET n = excluded.n, said_s = excluded.said_s
WHERE known.n <> excluded.n
"""
_Told = TypeVar("_Told", KeptArticle, TaxRecord)
StorePrice = tuple[str, str]
"""(item number, code of the store)."""


class ArticleFeed:
    """The feed within one transaction. `life_name` is this life of the database."""

    def __init__(self, connection: Connection, *, life_name: str = "", now_s: int) -> None:
        self._connection = connection
        self._now_s = now_s
        self._coming = ComingRows(connection)
        self._numbers = FeedNumbers(connection, ARTICLE_PLACE, life_name=life_name)

    # What is kept

    def lock(self) -> int:
        """Nobody else changes anything until the commit; the feed's last number."""
        return self._numbers.draw(0)

    def put(self, records: Sequence[KeptArticle], *, today: str) -> None:
        """Add or replace articles, as which are withdrawn today is noted beside them."""
        if not records:
            return
        first = self._numbers.draw(len(records)) - len(records) + 1
        run_for(
            self._connection,
            _PUT,
            [
                (
                    one.sku,
                    number,
                    1,
                    " ".join((one.name, one.sku, *one.codes)).casefold(),
                    int(one.withdrawn or one.since > today),
                    msgspec.json.encode(one),
                    self._now_s,
                )
                for number, one in enumerate(records, first)
            ],
            _PUT_TYPES,
        )

    def put_tax(self, tax: TaxRecord) -> None:
        """Add or replace a tax."""
        row = (tax.code, tax.name, tax.numerator, tax.denominator, tax.mode, tax.fixed, tax.since)
        number = self._numbers.draw(1)
        run_for(self._connection, _PUT_TAX, [(*row, number)], _PUT_TAX_TYPES)

    def put_prices(
        self, prices: Mapping[StorePrice, int | None], *, today: str, since: str = ""
    ) -> None:
        """Set what stores ask for articles that are there; None is the article's own price. With
        `since` the articles are so from that day on.
        """
        gone = [key for key, minor in prices.items() if minor is None]
        wording = "DELETE FROM article_price WHERE sku = ? AND store_code = ?"
        for key in gone:
            run(self._connection, wording, key)
        kept = [(*key, minor) for key, minor in prices.items() if minor is not None]
        run_for(self._connection, _PUT_PRICE, kept, ("text", "text", "int8"))
        touched = [record for _, record in sorted(self.records({sku for sku, _ in prices}).items())]
        if since:
            touched = [msgspec.structs.replace(one, since=max(one.since, since)) for one in touched]
        self.put(touched, today=today)

    def records(self, skus: Collection[str] | None = None) -> dict[str, KeptArticle]:
        """Articles by their numbers; all of them where none is named."""
        if skus is None:
            rows: Iterable[Any] = self._connection.execute(select(_A.sku, _A.body))
        else:
            rows = many(self._connection, "SELECT sku, body FROM article WHERE sku IN", skus)
        return {row.sku: read_record(row.body) for row in rows}

    def taxes(self) -> tuple[TaxRecord, ...]:
        """Every tax, by code."""
        return tuple(
            TaxRecord(
                code=row.code,
                name=row.name,
                numerator=row.numerator,
                denominator=row.denominator,
                mode=row.mode,
                fixed=row.fixed_minor,
                since=row.since,
            )
            for row in self._connection.execute(select(ARTICLE_TAX).order_by(_T.code))
        )

    def prices(self) -> dict[StorePrice, int]:
        """What stores ask instead."""
        rows = self._connection.execute(select(ARTICLE_PRICE))
        return {(row.sku, row.store_code): int(row.price_minor) for row in rows}

    def currency(self) -> str:
        """The currency of the prices; empty before the first article."""
        return str(self._connection.execute(select(ARTICLE_PLACE.c.currency)).scalar() or "")

    def put_currency(self, code: str) -> None:
        """From now on prices are in this currency."""
        self._connection.execute(ARTICLE_PLACE.update().values(currency=code))

    # What goes down

    def page(self, ask: ArticlesAsk, *, till_id: bytes, store: str) -> ArticlesGiven:
        """The next page for a till of a store; raises `OtherLife`."""
        if on_postgresql(self._connection):
            run(self._connection, *IN_ORDER)
        through = self._numbers.through()
        after = self._numbers.after(ask.after, through)
        asked = select(_A.n, _A.sku, _A.body, _A.withdrawn).where(_A.n > after).order_by(_A.n)
        rows = self._connection.execute(asked.limit(ask.most + 1)).all()
        page = rows[: ask.most]
        reached = page[-1].n if len(rows) > ask.most else through
        self._note_heard(till_id, after)
        taxed = self._connection.execute(select(func.max(_T.n))).scalar() or 0
        told = self._priced(page, store)
        taxes = self._told_taxes() if page or taxed > after else ()
        if not ask.dated:
            told, taxes = _undated(page, told), tuple(map(_now, taxes))
        return ArticlesGiven(
            next=self._numbers.cursor(reached),
            articles=told,
            taxes=taxes,
            currency=self.currency(),
            # Whoever heard something asks once more, and so says that it has it.
            more=reached > after,
        )

    def _priced(self, rows: Sequence[Any], store: str) -> tuple[KeptArticle, ...]:
        wording = "SELECT sku, price_minor FROM article_price WHERE store_code = ? AND sku IN"
        found = many(self._connection, wording, [row.sku for row in rows], store)
        own = {row.sku: int(row.price_minor) for row in found}
        asked = select(STORE.c.assortment).where(STORE.c.code == store)
        assortment = str(self._connection.execute(asked).scalar() or "")
        waiting = self._coming.of([row.sku for row in rows])
        return tuple(
            waiting.told(
                read_record(row.body), store=store, own=own.get(row.sku), assortment=assortment
            )
            for row in rows
        )

    def _told_taxes(self) -> tuple[TaxRecord, ...]:
        taxes = self.taxes()
        waiting = self._coming.of([one.code for one in taxes])
        return tuple(map(waiting.told_tax, taxes))

    def _note_heard(self, till_id: bytes, after: int) -> None:
        rows = [(till_id, after, self._now_s)]
        run_for(self._connection, _HEARD, rows, ("bytea", "int8", "int8"))


def _undated(rows: Sequence[Any], told: Sequence[KeptArticle]) -> tuple[KeptArticle, ...]:
    """As a till hears them that keeps no days: nothing of what will be. An article whose first day
    is to come is beside its row withdrawn and in itself not; it would take the place of what the
    shop sells until then.
    """
    return tuple(
        _now(one) for row, one in zip(rows, told, strict=True) if one.withdrawn or not row.withdrawn
    )


def _now(one: _Told) -> _Told:
    return msgspec.structs.replace(one, since="", coming=())


def read_record(body: bytes | memoryview) -> KeptArticle:
    """An article as it is kept."""
    return msgspec.json.decode(bytes(body), type=KeptArticle)
