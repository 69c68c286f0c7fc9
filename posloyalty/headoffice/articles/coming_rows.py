"""What waits for its day, in the database: rows of files, in the order of days and of files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, select

from posloyalty.headoffice.articles.coming import Coming, Waiting
from posloyalty.headoffice.store.article_tables import ARTICLE_COMING
from posloyalty.headoffice.store.statements import many, put

_C: Final = ARTICLE_COMING.c
_OF: Final = "SELECT day, number, place, body FROM article_coming WHERE code IN"


@dataclass(frozen=True, slots=True)
class FiledComing:
    """A change that waits, and the number of the file that said it."""

    number: int
    place: int
    coming: Coming


class ComingRows:
    """The rows within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_day(self) -> str:
        """The earliest day of which anything waits; empty where nothing does."""
        return str(self._connection.execute(select(func.min(_C.day))).scalar() or "")

    def all(self) -> Waiting:
        """Everything that waits."""
        return Waiting(one.coming for one in self.listed(limit=None))

    def of(self, codes: Collection[str]) -> Waiting:
        """What waits of some articles and taxes."""
        rows = sorted(many(self._connection, _OF, codes), key=lambda row: tuple(row[:3]))
        return Waiting(_read(row.body) for row in rows)

    def listed(
        self, *, limit: int | None, number: int = 0, by_day: str = ""
    ) -> tuple[FiledComing, ...]:
        """Some of it, the earliest first: of one file, or what has come by a day."""
        asked = select(_C.number, _C.place, _C.body).order_by(_C.day, _C.number, _C.place)
        if number:
            asked = asked.where(_C.number == number)
        if by_day:
            asked = asked.where(_C.day <= by_day)
        rows = self._connection.execute(asked if limit is None else asked.limit(limit))
        return tuple(FiledComing(row.number, row.place, _read(row.body)) for row in rows)

    def count(self, number: int = 0) -> int:
        """How many changes wait, of one file or of any."""
        asked = select(func.count()).select_from(ARTICLE_COMING)
        if number:
            asked = asked.where(_C.number == number)
        return int(self._connection.execute(asked).scalar_one())

    def add(self, number: int, coming: Sequence[Coming]) -> None:
        """What a file says waits from now on."""
        rows = [
            (number, place, *one.key, one.day, msgspec.json.encode(one))
            for place, one in enumerate(coming, 1)
        ]
        put(self._connection, ARTICLE_COMING, rows)

    def drop(self, rows: Iterable[FiledComing]) -> None:
        """These wait no more."""
        for one in rows:
            self._connection.execute(
                delete(ARTICLE_COMING).where(_C.number == one.number, _C.place == one.place)
            )


def _read(body: Any) -> Coming:
    found: Coming = msgspec.json.decode(bytes(body), type=Coming)
    return found
