"""Sales that were keyed in again from their receipts, because the till had lost them.

Shape: such a sale names in `again` the receipt's number, in `receipt` the signed code where the
paper had one, and in `till` who had sold it where that was another till. Its id follows from the
receipt's place, so that one receipt is keyed in once, whoever does it. `is_lost_sale` says whether
the bytes of an event are the very sale: of the two the one that head office has first counts, and
the other is only kept. `by_terms` is what such a sale does, so that tills which key in different
things under that one id hold different lots and rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.ledger.transfer import Lot, Transfer
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, decode, matches

EPOCH_DIGITS_MAX: Final = 9
SEQ_DIGITS_MAX: Final = 15


class LostPlace(NamedTuple):
    """Where a sale stood that was keyed in again: the first half of its till's id, epoch and
    sequence.
    """

    half: bytes
    epoch: int
    seq: int


def keyed_in_id(till_id: bytes, epoch: int, seq: int) -> bytes:
    """The id of the sale that is keyed in again for a place of a till's journal; of the till's id
    the first half counts, which is all that a receipt says.
    """
    return derive_id("keyed_in", till_id[:TILL_BYTES], epoch, seq)


def is_keyed_in(event: events.Event | events.Opaque) -> bool:
    """Whether a sale was keyed in again from its receipt."""
    return isinstance(event, events.Sale) and event.again is not UNSET


def lost_place(event: events.Event | events.Opaque, till_id: bytes) -> LostPlace | None:
    """Where the sale stood that a till keyed in again; None for any other event."""
    if not isinstance(event, events.Sale) or event.again is UNSET:
        return None
    half = till_id[:TILL_BYTES] if event.till is UNSET else bytes.fromhex(event.till)
    place = number_place(event.again)
    return None if place is None else LostPlace(half, *place)


def number_place(number: str) -> tuple[int, int] | None:
    """The epoch and sequence at the end of a receipt's number; None where there are none."""
    _, epoch, seq = ("", "", *number.rsplit("-", 2))[-3:]
    # Written out, for every sale of a chain comes through here.
    if not (epoch.isdecimal() and seq.isdecimal() and epoch.isascii() and seq.isascii()):
        return None
    if len(epoch) > EPOCH_DIGITS_MAX or len(seq) > SEQ_DIGITS_MAX:
        return None
    return int(epoch), int(seq)


def is_lost_sale(keyed: events.Sale, body: bytes) -> bool:
    """Whether an event of the till that had sold it is the sale that was keyed in again: by where
    its number says that it stood, and by its bytes where the receipt's code says them.
    """
    try:
        sale = events.decode(body)
    except ValueError:
        return False
    if not isinstance(sale, events.Sale) or sale.again is not UNSET or keyed.again is UNSET:
        return False
    # What stands before it is what the till was called, by whoever keyed it in.
    if number_place(sale.no) != number_place(keyed.again):
        return False
    if keyed.receipt is UNSET:
        return True
    try:
        digest, _message, _signature = decode(keyed.receipt)
    except BadDigest:
        return True
    return matches(digest, body)


def by_terms(does: Consequences) -> Consequences:
    """The same, where the id of each lot and right that it opens follows from what that is as well.

    Out of reach of each other two tills key in one receipt with other words or rules, or two
    receipts with the number that a till gave out twice when it was put back. Of these the first
    counts; the other till's lots have to end beside it, and could not under the same ids: a lot
    holds no more than it was opened with. What is keyed in alike has the same ids everywhere.
    """
    lots = [one.opens for one in does.transfers if one.opens is not None]
    rights = [one.opens for one in does.rights if one.opens is not None]
    ids = {lot.id: _lot_id(lot) for lot in lots} | {right.id: _right_id(right) for right in rights}
    if not ids:
        return does
    return Consequences(
        transfers=tuple(_moved(one, ids) for one in does.transfers),
        tiers=does.tiers,
        rights=tuple(_changed(one, ids) for one in does.rights),
        meters=does.meters,
    )


def _lot_id(lot: Lot) -> bytes:
    account, days = lot.account, (lot.earned_on, lot.usable_from, lot.last_day)
    terms = (account.ledger, account.kind.value, account.owner, lot.original, lot.funder)
    return derive_id("keyed_in_lot", lot.id, *terms, *map(str, days))


def _right_id(right: Right) -> bytes:
    terms = (right.kind, right.of, right.owner, right.code, right.uses, right.paid_minor)
    days = (right.from_day, right.last_day)
    return derive_id("keyed_in_right", right.id, *terms, *map(str, days))


def _moved(one: Transfer, ids: Mapping[bytes, bytes]) -> Transfer:
    opens = one.opens
    return replace(
        one,
        opens=None if opens is None else replace(opens, id=ids[opens.id]),
        uses=tuple(replace(use, lot_id=ids.get(use.lot_id, use.lot_id)) for use in one.uses),
        link=None if one.link is None else ids.get(one.link, one.link),
    )


def _changed(one: RightChange, ids: Mapping[bytes, bytes]) -> RightChange:
    opens = one.opens
    return replace(
        one,
        right_id=ids.get(one.right_id, one.right_id),
        opens=None if opens is None else replace(opens, id=ids[opens.id]),
    )
