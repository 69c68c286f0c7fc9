"""What head office has said of later business days: each row is what one article or tax is then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

ARTICLE: Final = "article"
TAX: Final = "tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingRow:
    """From the business day `day` on, as 2026-12-31, the article or tax with a number or code is
    what `body` says, an `ArticleVersion` or a `TaxVersion` as it travels.
    """

    kind: str
    code: str
    day: str
    body: bytes


class ComingReads(Protocol):
    """Reading what waits."""

    def first_day(self) -> str | None:
        """The earliest day of which anything was said; None where nothing waits."""
        ...

    def due(self, day: str, *, most: int) -> tuple[ComingRow, ...]:
        """What is so by a day: all taxes, and when there are none, articles, the earlier first."""
        ...

    def due_of(self, codes: Sequence[str], day: str) -> tuple[ComingRow, ...]:
        """What is so by a day of these articles, of new ones and of taxes; the earlier first."""
        ...


class ComingWrites(ComingReads, Protocol):
    """Writing it down."""

    def replace(self, kind: str, codes: Sequence[str], rows: Sequence[ComingRow]) -> None:
        """These rows are all that waits for these articles or taxes."""
        ...

    def drop(self, rows: Sequence[ComingRow]) -> None:
        """These have come."""
        ...

    def clear(self) -> None:
        """Nothing waits any more."""
        ...
