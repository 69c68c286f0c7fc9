"""What tills told of their goods, as rows of `article_told`, by the place where they told it.

It is noted as a journal is filed, so that a sale's goods are known as soon as the sale is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from posloyalty.sync import events
from posloyalty.sync.office.archive import Filing

Rows = list[tuple[Any, ...]]


def told_in(read: Iterable[Filing]) -> Rows:
    """The rows of a batch."""
    found: Rows = []
    for filing in read:
        one = filing.one
        if isinstance(one.event, events.Goods):
            found += told_at(one.till_id, one.epoch, one.seq, one.event)
    return found


def told_at(till_id: bytes, epoch: int, seq: int, event: events.Goods) -> Rows:
    """The rows of one event; of an article that it tells twice, the last word."""
    found = {one.product: one for one in event.articles}
    return [
        (till_id, bytes.fromhex(key), epoch, seq, msgspec.json.encode(one).decode("utf-8"))
        for key, one in found.items()
    ]
