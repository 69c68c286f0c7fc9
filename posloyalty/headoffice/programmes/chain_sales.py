"""The chain's past sales, out of the journals, for a try-out: the newest of every till.

Shape: `past_of_chain(connection, most=...)` gives a `Past` in the order of time, with at most so
many sales in all; goods that came back since are left out. Whose they were is known by the member's
id and the day on which they joined alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.product import TaxClass
from posloyalty.headoffice.members.marks import marked_members
from posloyalty.headoffice.store.statements import many
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, TILL
from posloyalty.insight.try_out_run import Past
from posloyalty.services.programmes.past_sales import lines_kept
from posloyalty.services.programmes.try_out import PastSale
from posloyalty.sync import events
from posloyalty.sync.sale_event import sale_of

EVENTS_A_TILL_MAX: Final = 20_000
_J: Final = JOURNAL_EVENT.c
_JOINED: Final = "SELECT member_id, joined FROM member WHERE joined IS NOT NULL AND member_id IN"


def past_of_chain(connection: Connection, *, most: int) -> Past:
    """The newest sales of the chain, at most `most`."""
    tills = connection.execute(
        select(TILL.c.till_id, TILL.c.store_code, TILL.c.till_code).order_by(TILL.c.till_id)
    ).all()
    each = max(1, most // max(1, len(tills)))
    tests = {one.hex() for one in marked_members(connection)}
    found: list[PastSale] = []
    taxes: dict[str, TaxClass] = {}
    for till in tills:
        here = Place(till.store_code, till.till_code)
        sales, came_back = _newest(_events(connection, bytes(till.till_id)), each)
        for event in sales:
            found += _past(event, here, came_back, taxes)
    found = [sale for sale in found if sale.member not in tests]
    found.sort(key=lambda sale: (sale.at, sale.key))
    joined = _joined(connection, {sale.member for sale in found if sale.member is not None})
    known = (replace(sale, joined_on=joined.get(sale.member or "")) for sale in found)
    return Past(known, len(found), taxes)


def _joined(connection: Connection, members: Iterable[str]) -> dict[str, date]:
    """Since when each is a member, by their id in hexadecimal digits."""
    rows = many(connection, _JOINED, [bytes.fromhex(one) for one in members])
    return {bytes(row[0]).hex(): date.fromisoformat(row[1]) for row in rows}


def _events(connection: Connection, till_id: bytes) -> Iterator[events.Event]:
    asked = select(_J.body).where(_J.till_id == till_id)
    ordered = asked.order_by(_J.epoch.desc(), _J.seq.desc()).limit(EVENTS_A_TILL_MAX)
    for row in connection.execute(ordered):
        try:
            event = events.decode(bytes(row.body))
        except (ValueError, RecursionError):
            continue  # listed as an anomaly already
        if isinstance(event, events.Sale | events.Refund):
            yield event


def _newest(
    told: Iterable[events.Event], most: int
) -> tuple[list[events.Sale], dict[tuple[str, int], int]]:
    """The newest sales, and what came back of lines: (sale, line) -> thousandths."""
    sales: list[events.Sale] = []
    came_back: dict[tuple[str, int], int] = {}
    for event in told:
        if isinstance(event, events.Refund):
            for line in event.lines:
                key = (event.sale, line.n)
                came_back[key] = came_back.get(key, 0) + line.qty
        elif isinstance(event, events.Sale):
            sales.append(event)
            if len(sales) >= most:
                break
    return sales, came_back


def _past(
    event: events.Sale,
    here: Place,
    came_back: dict[tuple[str, int], int],
    taxes: dict[str, TaxClass],
) -> Iterator[PastSale]:
    sale = sale_of(event)
    for tax in sale.taxes:
        taxes.setdefault(tax.tax_class, TaxClass(tax.tax_class, tax.tax_class, tax.rate, tax.mode))
    lines = tuple(lines_kept(sale, {}, came_back))
    if lines:
        yield PastSale(
            key=sale.id.hex(),
            member=None if sale.member_id is None else sale.member_id.hex(),
            at=sale.at,
            lines=lines,
            paid_by=sale.paid_by,
            place=here,
        )
