"""What somebody asks for a second time, mostly because the answer to the first was lost: a proposal
that waits is the same one, and a rule that is stopped is told as that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.console_tables import PUBLICATION
from posloyalty.services.refusal import ServiceRefusal

_P = PUBLICATION.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody proposes: a kept file by its hash, from when, until when, and for whom."""

    digest: bytes
    begins: datetime
    ends: datetime | None
    min_app: str
    stops: str
    by: str


def waiting(connection: Connection, wanted: Wanted, now_s: int) -> int | None:
    """The number under which somebody has proposed the very same, and it waits. What is to begin at
    once began to wait a moment earlier. `now_s` is in seconds since 1970 UTC.
    """
    begins_s = int(wanted.begins.timestamp())
    ends_s = None if wanted.ends is None else int(wanted.ends.timestamp())
    begins = _P.from_s <= now_s if begins_s <= now_s else _P.from_s == begins_s
    asked = select(_P.number).where(
        _P.hash == wanted.digest,
        _P.state == "proposed",
        _P.kind == "publish",
        _P.proposed_by == wanted.by,
        begins,
        _P.until_s.is_not_distinct_from(ends_s),
        _P.min_app == wanted.min_app,
        _P.stops == wanted.stops,
    )
    return connection.execute(asked.order_by(_P.number)).scalars().first()


def refuse_stopped(connection: Connection, key: str) -> None:
    """Refuses RULE_STOPPED for a rule, as "offer:happy-hour", that somebody stopped."""
    asked = select(_P.number, _P.decided_by).where(_P.kind == "stop", _P.stops == key)
    row = connection.execute(asked.order_by(_P.number.desc())).first()
    if row is not None:
        raise ServiceRefusal("RULE_STOPPED", rule=key, number=row.number, name=row.decided_by)
