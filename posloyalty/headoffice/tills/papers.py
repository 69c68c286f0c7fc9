"""What head office knows of a receipt that a till is about to key in: whose it is, and whether its
sale is here already.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select

from posloyalty.headoffice.ledger.goods_back import sale_row
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, STORE, TILL
from posloyalty.headoffice.tills.visits import Reply, Visit, after_action, never, read, reply
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.keyed_in import keyed_in_id
from posloyalty.sync.receipt_digest import BODY_BYTES, TILL_BYTES
from posloyalty.sync.wire.papers import KEYED, SENT, PaperAsk, PaperKnown


def known_of(visit: Visit) -> Reply:
    """Answers; refuses NO_SUCH_TILL, and TILL_REVOKED for one whose key may be in other hands."""
    ask = read(visit.request.body, PaperAsk)
    half = bytes.fromhex(ask.half)
    between = TILL.c.till_id.between(half + bytes(TILL_BYTES), half + b"\xff" * TILL_BYTES)
    asked = select(TILL, STORE.c.name).join(STORE).where(between)
    found = visit.connection.execute(asked).all()
    if len(found) != 1:
        raise never(404, "NO_SUCH_TILL")
    (till,) = found
    if till.revoked:
        raise after_action(403, "TILL_REVOKED")
    return reply(
        PaperKnown(
            till=bytes(till.till_id).hex(),
            store=till.store_code,
            code=till.till_code,
            name=till.name,
            certificate=bytes(till.certificate).hex(),
            gone=bool(till.gone_s),
            kept=_kept(visit, half, ask),
        )
    )


def _kept(visit: Visit, half: bytes, ask: PaperAsk) -> str:
    """How the sale came here. What the visitor keyed in itself its own book says."""
    row = sale_row(visit.connection, SoldPlace(half, ask.epoch, ask.seq))
    if row is not None and ask.body in ("", sha256(bytes(row[6])).digest()[:BODY_BYTES].hex()):
        return SENT
    c = JOURNAL_EVENT.c
    keyed = select(c.seq).where(c.event_id == keyed_in_id(half, ask.epoch, ask.seq))
    others = keyed.where(c.till_id != visit.till.till_id).limit(1)
    return "" if visit.connection.execute(others).first() is None else KEYED
