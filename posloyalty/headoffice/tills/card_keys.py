"""The keys that sign members' cards, as tills are told of them: each till's own, vouched for here.

Shape: whatever changes how it stands with a till's key says so with `tell` or `tell_lost`, in its
own transaction; `CardKeys.page` gives a till what it has not heard, `CardKeys.known` says of one
card who made it and who its member is now.

Whoever found a till that was lost has its key, and can write any day on a card. Its journal they
cannot change: what head office had heard before the loss was made before it. So of the cards that
such a till made, those are good that its journal tells of (`card_heard`); a till in reach asks
about each once, and one out of reach takes it for no more than a typed code. A till that is no more
has left nobody its key, and its cards are good without a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from posloyalty.domain.members.card_token import (
    NUMBERED,
    MalformedToken,
    MemberToken,
    decode,
    key_mark,
)
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.card_tables import CARD_HEARD, CARD_KEY, CARD_KEY_PLACE
from posloyalty.headoffice.store.statements import on_postgresql, put_new
from posloyalty.headoffice.store.tables import OFFICE, TILL
from posloyalty.headoffice.tills.visits import Reply, Visit, never, read, reply
from posloyalty.services.book.signing import verify
from posloyalty.sync import events
from posloyalty.sync.wire.card_keys import (
    KEYS_PAGE_MAX,
    CardAsk,
    CardKey,
    CardKnown,
    KeysAsk,
    KeysGiven,
    SealedKey,
    Standing,
    sealed,
)

TRIED_MAX: Final = 256
"""Keys that are tried for one card, a tenth of a millisecond each, while others wait."""
_C: Final = CARD_KEY.c
_H: Final = CARD_HEARD.c
_NUMBER: Final = """
INSERT INTO card_key_place AS known VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET n = known.n + 1 RETURNING n
"""
_MADE: Final = "SELECT body FROM journal_event WHERE till_id = {0} AND received_s < {0} AND {1} > 0"
_NEEDLE: Final = b'"card_issue"'


def tell(connection: Connection, till_id: bytes, *, lost_s: int = 0, doubted: bool = False) -> None:
    """From now on this is how it stands with a till's key; every till hears so."""
    public_key = connection.execute(
        select(TILL.c.public_key).where(TILL.c.till_id == till_id)
    ).scalar_one()
    values = {
        "n": connection.exec_driver_sql(_NUMBER).scalar_one(),
        "mark": key_mark(bytes(public_key)),
        "lost_s": lost_s,
        "doubted": int(doubted),
    }
    dialect = postgresql if on_postgresql(connection) else sqlite
    added = dialect.insert(CARD_KEY).values(till_id=till_id, **values)
    connection.execute(added.on_conflict_do_update(index_elements=["till_id"], set_=values))


def tell_lost(connection: Connection, till_id: bytes, *, lost_s: int) -> None:
    """A till is in other hands since then: what it had made before, as far as that was heard, is
    written down.
    """
    tell(connection, till_id, lost_s=lost_s, doubted=True)
    connection.execute(CARD_HEARD.delete().where(_H.till_id == till_id))
    made = [(till_id, token) for token in _heard_of(connection, till_id, lost_s)]
    if made:
        put_new(connection, CARD_HEARD, made)


def lost_since(connection: Connection, till_id: bytes) -> datetime | None:
    """Since when a till is in other hands, in UTC; None where nobody said that it is."""
    asked = select(_C.lost_s).where(_C.till_id == till_id, _C.doubted == 1)
    lost_s = connection.execute(asked).scalar()
    return None if lost_s is None else datetime.fromtimestamp(lost_s, UTC)


def cursor_now(connection: Connection) -> str:
    """Up to where there are keys, and in which life; empty while no till joined."""
    place = CARD_KEY_PLACE.c
    asked = select(OFFICE.c.incarnation, place.n).join(CARD_KEY_PLACE, place.id == OFFICE.c.id)
    row = connection.execute(asked).first()
    return "" if row is None else f"{bytes(row.incarnation).hex()}:{row.n}"


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The endpoints' acts."""

    office: Office

    def page(self, visit: Visit) -> Reply:
        """The next keys that a till has not heard of."""
        life, _, number = read(visit.request.body, KeysAsk).since.partition(":")
        since = int(number) if life == self.office.life_name else 0
        asked = select(TILL, CARD_KEY).join(CARD_KEY).where(_C.n > since).order_by(_C.n)
        rows = visit.connection.execute(asked.limit(KEYS_PAGE_MAX + 1)).all()
        told = rows[:KEYS_PAGE_MAX]
        last = told[-1].n if told else since
        return reply(
            KeysGiven(
                keys=tuple(self._sealed(row) for row in told),
                next=f"{self.office.life_name}:{last}",
                more=len(rows) > len(told),
            ),
            packs=True,
        )

    def known(self, visit: Visit) -> Reply:
        """Who made a card; refuses NO_CARD for what is none."""
        text = read(visit.request.body, CardAsk).token
        try:
            token, message, signature = decode(text)
        except MalformedToken:
            raise never(422, "NO_CARD") from None
        for row in _signers(visit.connection, token.key_id):
            if verify(bytes(row.public_key), message, signature):
                return reply(self._of(visit, row, token, text), packs=True)
        return reply(CardKnown(standing=Standing.UNKNOWN), packs=True)

    def _of(self, visit: Visit, row: Any, token: MemberToken, text: str) -> CardKnown:
        feed = ProfileFeed(visit.connection, life_name=self.office.life_name, now_s=visit.now_s)
        items = feed.items(token.member_id)
        standing = _standing(visit.connection, row, token, text)
        if any(item.record is None and not item.stays for item in items):
            standing, items = Standing.LEFT, ()
        return CardKnown(standing=standing, key=self._sealed(row), items=items)

    def _sealed(self, row: Any) -> SealedKey:
        key = CardKey(
            office=self.office.id,
            life=self.office.life_name,
            number=row.n,
            till=bytes(row.till_id).hex(),
            store=row.store_code,
            code=row.till_code,
            key=bytes(row.public_key).hex(),
            lost=row.lost_s,
            doubted=bool(row.doubted),
        )
        return sealed(key, self.office.key.sign)


def _signers(connection: Connection, key_id: int) -> Iterator[Any]:
    """The tills that may have made a card; of a card of an earlier release those that joined or
    changed last, since every other one is known where somebody asks.
    """
    asked = select(TILL, CARD_KEY).join(CARD_KEY).order_by(_C.n.desc())
    marked = connection.execute(asked.where(_C.mark == key_id).limit(TRIED_MAX)).all()
    rest = TRIED_MAX - len(marked)
    if key_id != NUMBERED or not rest:
        return iter(marked)
    others = connection.execute(asked.where(_C.mark != key_id).limit(rest)).all()
    return chain(marked, others)


def _standing(connection: Connection, row: Any, token: MemberToken, text: str) -> Standing:
    if row.lost_s and token.issued_s >= row.lost_s:
        return Standing.LOST
    if not row.doubted:
        return Standing.GOOD
    digest = sha256(text.encode("ascii")).digest()
    asked = select(_H.token).where(_H.till_id == row.till_id, _H.token == digest)
    return Standing.GOOD if connection.execute(asked).first() else Standing.UNHEARD


def _heard_of(connection: Connection, till_id: bytes, lost_s: int) -> Iterator[bytes]:
    """The SHA-256 of each card of which a till's journal told before an instant."""
    if on_postgresql(connection):
        asked = _MADE.format("%s", "position(%s in body)")
    else:
        asked = _MADE.format("?", "instr(body, ?)")
    for row in connection.exec_driver_sql(asked, (till_id, lost_s, _NEEDLE)):
        event = events.decode(bytes(row.body))
        if isinstance(event, events.CardIssue):
            yield bytes.fromhex(event.token)
