"""Journals of real shops as a till of the chain sends them, and what judging made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.judging_tables import JUDGING_PLACE, SALE_UNJUDGED, SALE_VARIANCE
from posloyalty.services.selling.tell_goods import tell_sold
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from tests.headoffice.a_till import ATill
from tests.services.a_shop import Shop

Change = Callable[[events.Sale], events.Sale]
PUSHED = 400


@dataclass(frozen=True)
class Judged:
    """Sales judged, of these explained; variances by receipt and kind; why others wait."""

    sales: int
    explained: int
    variances: dict[tuple[str, str], list[list[Any]]]
    waiting: dict[str, str]


def journal_of(shop: Shop, *, tells: bool = True) -> list[StoredEvent]:
    """A shop's journal; it `tells` of its goods at the end, as one that joins does."""
    if tells:
        with shop.till.book.write() as unit:
            tell_sold(unit, shop.ids)
            unit.commit()
    with shop.till.book.read() as reader:
        return list(reader.journal.events())


def send(
    till: ATill,
    office: OpenOffice,
    journal: Iterable[StoredEvent],
    change: Change | None = None,
) -> None:
    """Put a journal behind the till's own, sales as `change` has them, and send it."""
    first = len(till.journal) + 1
    for one in journal:
        event = events.decode(one.body)
        body = one.body
        if change is not None and isinstance(event, events.Sale):
            body = events.encode(change(event))
        till.add(body, event_id=one.event_id)
    for start in range(first, len(till.journal) + 1, PUSHED):
        heard = till.push(office, start, min(start + PUSHED - 1, len(till.journal)))
        assert heard.status == 200, heard.said


def judged(office: OpenOffice) -> Judged:
    """Judge whatever can be judged, and say what came of it."""
    office.judging.catch_up()
    return told(office)


def told(office: OpenOffice) -> Judged:
    """What came of judging so far."""
    with office.database.read() as connection:
        places = connection.execute(select(JUDGING_PLACE)).all()
        variances = connection.execute(select(SALE_VARIANCE)).all()
        waiting = connection.execute(select(SALE_UNJUDGED)).all()
    return Judged(
        sales=sum(row.sales for row in places),
        explained=sum(row.explained for row in places),
        variances={(row.number, row.kind): json.loads(row.parts) for row in variances},
        waiting={row.number: row.why for row in waiting},
    )
