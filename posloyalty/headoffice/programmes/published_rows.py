"""Publications, and what tills go by, as people see them: shapes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from posloyalty.headoffice.programmes.publications import instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRow:
    """A publication as people see it; `hash` in hexadecimal."""

    number: int
    hash: str
    programme: str
    version: int
    kind: str
    stops: str
    state: str
    begins: datetime
    ends: datetime | None
    min_app: str
    proposed_by: str
    decided_by: str
    in_effect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TillGoesBy:
    """What a till said last: whether it has the newest list, the programme in effect, refusals."""

    store: str
    code: str
    up_to_date: bool
    version: str
    refused: str
    said_at: datetime | None
    published: bool = True  # whether there is a list to hear of

    @property
    def hearing(self) -> str:
        """What is said of it, as a word of the console's; what it refused is another."""
        if not self.published:
            return "till_none_published"
        return "till_heard" if self.up_to_date else "till_not_heard"

    @property
    def lags(self) -> bool:
        """Whether somebody may want to look: it refused something, or has not heard."""
        return bool(self.refused) or not self.up_to_date


def row_of(row: Any, *, in_effect: bool) -> PublicationRow:
    """A row of the database, with its file's `programme_id` and `version`."""
    return PublicationRow(
        number=row.number,
        hash=bytes(row.hash).hex(),
        programme=row.programme_id,
        version=row.version,
        kind=row.kind,
        stops=row.stops,
        state=row.state,
        begins=instant_of(row.from_s),
        ends=None if row.until_s is None else instant_of(row.until_s),
        min_app=row.min_app,
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        in_effect=in_effect,
    )
