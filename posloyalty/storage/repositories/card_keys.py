"""The chain's keys for members' cards on disk: a row a till, replaced in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select

from posloyalty.domain.members.card_token import key_mark
from posloyalty.storage.card_tables import CARD_KEY
from posloyalty.storage.statements import Statement, put
from posloyalty.sync.wire.card_keys import CardKey, SealedKey

_C: Final = CARD_KEY.c
_MARKED: Final = Statement(
    select(_C.public_key).where(_C.mark == bindparam("wanted")).order_by(_C.till_id)
)
_ALL: Final = Statement(select(_C.public_key).order_by(_C.store != bindparam("home"), _C.till_id))
_OF_KEY: Final = Statement(
    select(_C.statement, _C.signature).where(_C.public_key == bindparam("wanted"))
)
_TOLD: Final = Statement(select(_C.statement).where(_C.till_id == bindparam("wanted")))
_COUNT: Final = Statement(select(func.count().label("n")).select_from(CARD_KEY))
_PUT: Final = put(CARD_KEY, "till_id")
_FORGET: Final = Statement(delete(CARD_KEY))


class CardKeys:
    """Keys on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def marked(self, mark: int) -> Iterator[bytes]:
        """The public keys with a mark."""
        return (bytes(row.public_key) for row in _MARKED.run(self._connection, wanted=mark))

    def all(self, *, first: str) -> Iterator[bytes]:
        """Every public key, those of a store's tills first."""
        return (bytes(row.public_key) for row in _ALL.run(self._connection, home=first))

    def statements(self, public_key: bytes) -> tuple[SealedKey, ...]:
        """What was told of a key."""
        return tuple(
            SealedKey(statement=row.statement, signature=bytes(row.signature).hex())
            for row in _OF_KEY.run(self._connection, wanted=public_key)
        )

    def told(self, till_id: bytes) -> CardKey | None:
        """What is known of a till's key."""
        row = _TOLD.run(self._connection, wanted=till_id).first()
        return None if row is None else msgspec.json.decode(row.statement, type=CardKey)

    def count(self) -> int:
        """How many there are."""
        return int(_COUNT.run(self._connection).scalar_one())

    def keep(self, key: CardKey, sealed: SealedKey) -> None:
        """Keep what is told of a till, in place of what was."""
        public_key = bytes.fromhex(key.key)
        _PUT.run(
            self._connection,
            till_id=bytes.fromhex(key.till),
            public_key=public_key,
            mark=key_mark(public_key),
            store=key.store,
            statement=sealed.statement,
            signature=bytes.fromhex(sealed.signature),
        )

    def forget(self) -> None:
        """Keep none."""
        _FORGET.run(self._connection)
