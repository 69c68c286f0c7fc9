"""What head office said of later days holds when the business day has come, in reach or not.

Shape: `catch_up()` puts into the book what has come by now, and costs nothing where nothing has.
Whoever asks what goods cost calls it before: a scan, a search, the quick keys; and so does the lane
that sends, twice a second. Until the day changes the goods are as they were: it is the business
day, so what is sold after midnight in a shift of yesterday costs what it cost before midnight. What
lies in a basket keeps what it cost when it was put there.

What comes for a whole range is put into the book in small transactions, and whoever scans in that
very moment waits for the rest of them, so that nothing is sold at yesterday's price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final

from posloyalty.domain.values.calendar import store_day
from posloyalty.services.book.book_faults import BookError
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.services.shifts.business_day import business_day

if TYPE_CHECKING:
    from posloyalty.services.ports import Book, Clock, Ids
    from posloyalty.services.ports.coming import ComingRow
    from posloyalty.services.selling.counter_facts import CounterRules
    from posloyalty.sync.wire.articles import ArticleVersion, TaxVersion

PIECE: Final = 40
"""Changes put into the book in one transaction, which a sale may have to wait for: some 10 ms."""
_NEVER: Final = "9999-99-99"
"""Later than every day."""


class ComingArticles:
    """Changes of articles and taxes that wait for their day. `came` counts how often some came."""

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        ids: Ids,
        rules: Callable[[], CounterRules],
        way: RightOfWay | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._rules = rules
        self._way = RightOfWay() if way is None else way
        self._lock = Lock()
        self._next: str | None = None  # the first day of which something is known; None to look
        self.came = 0

    def today(self) -> str:
        """The business day."""
        rules = self._rules()
        with self._book.read() as reader:
            day = business_day(reader, self._clock.now(), rules.zone, rules.cutoff)
        return day.isoformat()

    def changed(self) -> None:
        """Something was heard: the first day may be another."""
        with self._lock:
            self._next = None

    def catch_up(self, *, at_leisure: bool = False) -> None:
        """Do what has come. `at_leisure` gives way to whoever a customer waits for."""
        with suppress(BookError):  # whoever books a sale in this book says what is wrong with it
            if not self._may_have_come():
                return
            day = self.today()
            # Where there is nothing after all, a shift of an earlier day is still open.
            while self._next_day() <= day:
                if at_leisure:
                    self._way.give()
                self._do_piece(day)

    def _may_have_come(self) -> bool:
        """Whether the calendar has come to the first day; the shift may be behind it."""
        first = self._next_day()
        if first == _NEVER:
            return False
        rules = self._rules()
        return first <= store_day(self._clock.now(), rules.zone, rules.cutoff).isoformat()

    def _next_day(self) -> str:
        with self._lock:
            if self._next is None:
                with self._book.read() as reader:
                    self._next = reader.coming.first_day() or _NEVER
            return self._next

    def _do_piece(self, day: str) -> None:
        # Late: a till of whom nothing is due opens and sells without it.
        from posloyalty.services.office.heard_articles import CAME, HeardArticles

        with self._book.write() as unit:
            rows = unit.coming.due(day, most=PIECE)
            if rows:
                articles, taxes = _read(rows)
                done = HeardArticles(self._ids).put(unit, articles, taxes, said=(CAME, day))
                unit.coming.drop(rows)
                unit.commit()
                self.came += bool(done.new)
        self.changed()


def _read(rows: Sequence[ComingRow]) -> tuple[list[ArticleVersion], list[TaxVersion]]:
    import msgspec

    from posloyalty.services.ports.coming import TAX
    from posloyalty.sync.wire.articles import ArticleVersion, TaxVersion

    articles: list[ArticleVersion] = []
    taxes: list[TaxVersion] = []
    for one in rows:
        if one.kind == TAX:
            taxes.append(msgspec.json.decode(one.body, type=TaxVersion))
        else:
            articles.append(msgspec.json.decode(one.body, type=ArticleVersion))
    return articles, taxes
