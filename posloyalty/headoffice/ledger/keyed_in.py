"""Sales that a till keyed in again although head office has them: kept, and never counted twice.

Shape: `known_already` gives the places of such events in a batch of one till's journal. A sale that
a till has lost comes from nowhere else later: what another disk of it sends is another branch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.store.statements import many
from posloyalty.sync import events
from posloyalty.sync.keyed_in import is_lost_sale, place_keyed_in
from posloyalty.sync.office.archive import Filing

_BODIES: Final = "SELECT seq, body FROM journal_event WHERE till_id = ? AND seq IN"


def known_already(
    connection: Connection, till_id: bytes, filings: Iterable[Filing | None]
) -> set[int]:
    """Where in a batch sales stand that head office has from the same till as they were rung."""
    read = [one.one for one in filings if one is not None]
    keyed = [(one.seq, one.event, place_keyed_in(one.event)) for one in read]
    wanted = {place for _seq, _event, place in keyed if place is not None}
    bodies: dict[int, list[bytes]] = {}
    for seq, body in many(connection, _BODIES, sorted(wanted), till_id):
        bodies.setdefault(seq, []).append(bytes(body))
    return {
        seq
        for seq, event, place in keyed
        if place is not None
        and isinstance(event, events.Sale)
        and any(is_lost_sale(event, body) for body in bodies.get(place, ()))
    }
