"""Events as judging reads them, and the rows that it keeps of sales.

Shape: `read(body)` gives an event with what it does, or None for one that intake listed as
unreadable by the very same reading, and that counts nowhere. What a till wrote goes into rows as
`shown`: a forger's text must not be what stops the judging of their till.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.ledger.filing import instant_us
from posloyalty.sync import events
from posloyalty.sync.journals import moving
from posloyalty.sync.office.judging import Difference
from posloyalty.sync.sale_event import sale_of

NO_READING: Final = (ValueError, OverflowError, RecursionError)
"""What reading raises of bytes that no till of ours wrote; intake goes by the same."""
SHOWN_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Read:
    """An event, and what it does."""

    event: events.Event | events.Opaque
    does: Consequences


def read(body: bytes) -> Read | None:
    """An event and what it does; None where it cannot be read."""
    try:
        event = events.decode(body)
        return Read(event, moving(event))
    except NO_READING:
        return None


def rung(event: events.Sale) -> Sale | None:
    """The sale of an event; None for one that no till rings."""
    try:
        return sale_of(event)
    except NO_READING:
        return None


def shown(text: str) -> str:
    """What a till wrote, as both databases keep it."""
    return text.replace("\x00", "")[:SHOWN_MOST]


def waits_row(
    till_id: bytes, at: tuple[int, int], sale: Sale, why: str, *, since_s: int
) -> tuple[Any, ...]:
    """A sale at a place that waits to be judged, since when and why."""
    return (
        till_id, *at, why, sale.programme_hash, shown(sale.number),
        shown(f"{sale.programme_id} {sale.programme_version}"), instant_us(sale.at), since_s, 0,
    )  # fmt: skip


def unread_row(
    till_id: bytes, at: tuple[int, int], place: Place, event: events.Sale, why: str, *, since_s: int
) -> tuple[Any, ...]:
    """The same of a sale that cannot be rung: its number is made of its place, whatever it says."""
    number = f"{place.store}-{place.till}-{at[0]}-{at[1]}"
    sold_us = instant_us(datetime.fromisoformat(event.at))
    told = shown(f"{event.pi} {event.pv}")
    return (till_id, *at, why, b"", number, told, sold_us, since_s, 0)


def variance_row(
    till_id: bytes,
    at: tuple[int, int],
    sale: Sale,
    kind: str,
    parts: Iterable[Difference],
    *,
    received_s: int,
    now_s: int,
) -> tuple[Any, ...]:
    """How a sale differs from its rules."""
    told = [[one.what, one.of, one.line, one.sold, one.due] for one in parts]
    return (
        till_id, *at, kind, sale.id, shown(sale.number), instant_us(sale.at),
        shown(f"{sale.programme_id} {sale.programme_version}"), shown(sale.currency),
        max(0, int(sale.at.timestamp()) - received_s), json.dumps(told, ensure_ascii=True), now_s,
    )  # fmt: skip
