"""What head office said of later days holds when the business day has come, in reach or not.

Shape: `catch_up()` puts into the book what has come by now, in small transactions, and costs
nothing where nothing has; the lane that sends calls it twice a second. Who says what goods cost
does not wait for a whole range: `do(skus)` does what has come of the goods that were found, and
says whether they have to be looked up again. So nothing is sold at yesterday's price.

Until the day changes the goods are as they were: it is the business day, so what is sold after
midnight in a shift of yesterday costs what it cost before midnight. What lies in a basket keeps
what it cost when it was put there.
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
    from posloyalty.services.ports import Book, Clock, Ids, UnitOfWork
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

    def catch_up(self) -> bool:
        """Do all that has come, giving way to whoever a customer waits for; whether it was any."""
        done = False
        with suppress(BookError):  # whoever books a sale in this book says what is wrong with it
            if self._may_have_come():
                day = self.today()
                # Where there is nothing after all, a shift of an earlier day is still open.
                while self._next_day() <= day:
                    self._way.give()
                    done = self._do(lambda unit: unit.coming.due(day, most=PIECE), day) or done
        return done

    def do(self, skus: Sequence[str]) -> bool:
        """Do what has come of goods that were found, or of all where none were; whether anything
        had, and they are to be read again.
        """
        if not skus:
            return self.catch_up()
        with suppress(BookError):
            if self._may_have_come() and self._next_day() <= (day := self.today()):
                return self._do(lambda unit: unit.coming.due_of(skus, day), day)
        return False

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

    def _do(self, due: Callable[[UnitOfWork], Sequence[ComingRow]], day: str) -> bool:
        # Late: a till of whom nothing is due opens and sells without it.
        from posloyalty.services.office.heard_articles import CAME, HeardArticles

        with self._book.write() as unit:
            rows = due(unit)
            if rows:
                articles, taxes = _read(rows)
                done = HeardArticles(self._ids).put(unit, articles, taxes, said=(CAME, day))
                unit.coming.drop(rows)
                unit.commit()
                self.came += bool(done.new)
        self.changed()
        return bool(rows)


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
