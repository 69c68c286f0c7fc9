"""What the book knows of a sale that goods come back from: gathered in one snapshot for the engine.

Everything that the sale touched is read as it stands now, whoever owns it and however long ago it
was spent: lots, rights, the states of all members whom it gave something.
"""

from __future__ import annotations

from itertools import islice

from posloyalty.domain.engine.claiming import as_claimed
from posloyalty.domain.engine.consequences import Consequences, joined
from posloyalty.domain.engine.refund_quote import Original, RefundFacts
from posloyalty.domain.ledger.transfer import AccountKind, Lot
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.claim import CLAIM
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.members.member_state import state_of, states_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync import events
from posloyalty.sync.leases import LEASE

OTHERS_MOST = 50


def original_of(reader: Reader | UnitOfWork, sale: Sale, did: Consequences) -> Original:
    """A stored sale with what it did and its refunds so far; one that was claimed since is its
    member's.
    """
    # Only a sale of nobody's can have been claimed.
    rights = () if sale.member_id is not None else reader.ledger.rights_by_code(sale.id.hex())
    for right in rights:
        if right.kind == CLAIM and sale.member_id is None:
            sale = as_claimed(sale, right.owner, _facts(reader, right.origin))
            did = joined((did, reader.ledger.done_by(right.origin)))
    return Original(sale=sale, did=did, earlier=reader.refunds.of_sale(sale.id))


def facts_of(reader: Reader | UnitOfWork, original: Original, programme: Programme) -> RefundFacts:
    """What is known now of everything that a sale touched."""
    sale, did = original.sale, original.did
    # What a work looks back over counts from the sale's day: that is where things are undone.
    day = store_day(sale.at, programme.zone)
    lot_ids = _lots_of(did)
    # What comes back to the member is not lent to this till anew.
    moved = (reader.ledger.right(change.right_id) for change in did.rights)
    rights = (right for right in moved if right is not None and right.kind != LEASE)
    others = _others(did, sale.member_id)
    named = tuple(dict.fromkeys(line.product_id for line in sale.lines))
    return RefundFacts(
        state=None if sale.member_id is None else state_of(reader, programme, sale.member_id, day),
        others=states_of(reader, programme, others, day) if others else {},
        lots=_with_cards(reader, did, reader.ledger.lots_named(lot_ids)),
        lapsed=reader.ledger.lapsed(lot_ids),
        rights={right.id: right for right in rights},
        products=reader.catalogue.products_named(named),
    )


def _facts(reader: Reader | UnitOfWork, act_id: bytes) -> tuple[tuple[str, str], ...]:
    """What an act has noted, here or at head office."""
    stored = reader.journal.by_event_id(act_id)
    event = None if stored is None else events.decode(stored.body)
    return event.facts if isinstance(event, events.Act | events.Heard) else ()


def _lots_of(did: Consequences) -> tuple[bytes, ...]:
    """The lots that a sale took from or opened."""
    found = [use.lot_id for one in did.transfers for use in one.uses]
    found += [one.opens.id for one in did.transfers if one.opens is not None]
    return tuple(dict.fromkeys(found))


def _with_cards(
    reader: Reader | UnitOfWork, did: Consequences, lots: tuple[Lot, ...]
) -> tuple[Lot, ...]:
    """With everything else that the sale's gift cards hold: their receipt says it."""
    sides = (side for one in did.transfers for side in (one.debit, one.credit))
    cards = dict.fromkeys(side for side in sides if side.kind is AccountKind.GIFT_CARD)
    known = {lot.id: lot for lot in lots}
    for account in cards:
        known |= {lot.id: lot for lot in reader.ledger.lots(account)}
    return tuple(known.values())


def _others(did: Consequences, member_id: bytes | None) -> tuple[bytes, ...]:
    """Further members whom the sale gave points or rights."""
    accounts = (one.credit for one in did.transfers)
    owners = [a.owner for a in accounts if a.kind is AccountKind.MEMBER]
    owners += [change.opens.owner for change in did.rights if change.opens is not None]
    found = dict.fromkeys(owner for owner in owners if owner and owner != member_id)
    return tuple(islice(found, OTHERS_MOST))
