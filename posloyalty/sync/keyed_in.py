"""Sales that were keyed in again from their receipts, because the till had lost them (SYNC 15, 11).

Shape: such a sale names in `again` the receipt's number, and in `receipt` the signed code where the
paper had one. Its id follows from the receipt's place, so that one receipt is keyed in once.
`is_lost_sale` says whether the bytes of an event are the very sale: where head office has that, it
counts, and the one that was keyed in is only kept.
"""

from __future__ import annotations

from msgspec import UNSET

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, decode, matches


def keyed_in_id(till_id: bytes, epoch: int, seq: int) -> bytes:
    """The id of the sale that is keyed in again for a place of a till's journal; of the till's id
    the first half counts, which is all that a receipt says.
    """
    return derive_id("keyed_in", till_id[:TILL_BYTES], epoch, seq)


def place_keyed_in(event: events.Event | events.Opaque) -> int | None:
    """At which sequence the sale stood that was keyed in again; None for any other event."""
    if not isinstance(event, events.Sale) or event.again is UNSET:
        return None
    tail = event.again.rpartition("-")[2]
    return int(tail) if tail.isascii() and tail.isdecimal() else None


def is_lost_sale(keyed: events.Sale, body: bytes) -> bool:
    """Whether an event of the same till is the sale that was keyed in again: by its number, and by
    its bytes where the receipt's code says them.
    """
    try:
        sale = events.decode(body)
    except ValueError:
        return False
    if not isinstance(sale, events.Sale) or sale.again is not UNSET or sale.no != keyed.again:
        return False
    if keyed.receipt is UNSET:
        return True
    try:
        digest, _message, _signature = decode(keyed.receipt)
    except BadDigest:
        return True
    return matches(digest, body)
