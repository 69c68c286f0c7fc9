"""The chain's keys for members' cards on disk: a row a till, replaced in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select

from posloyalty.domain.members.card_token import key_mark
from posloyalty.storage.card_tables import CARD_KEY
from posloyalty.storage.statements import Statement, put
from posloyalty.sync.receipt_digest import TILL_BYTES
from posloyalty.sync.wire.card_keys import CardKey, SealedKey

_C: Final = CARD_KEY.c
_MARKED: Final = Statement(
    select(_C.public_key).where(_C.mark == bindparam("wanted")).order_by(_C.till_id)
)
_ALL: Final = Statement(select(_C.public_key).order_by(_C.store != bindparam("home"), _C.till_id))
_OF_KEY: Final = Statement(
    select(_C.statement, _C.signature).where(_C.public_key == bindparam("wanted"))
)
_OF_HALF: Final = Statement(
    select(_C.statement, _C.signature).where(
        _C.till_id.between(bindparam("first"), bindparam("last"))
    )
)
_OF_STORES: Final = Statement(
    select(_C.statement, _C.signature)
    .where(bindparam("label").startswith(_C.store + "-"))
    .order_by(_C.till_id)
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
        return _sealed(_OF_KEY.run(self._connection, wanted=public_key))

    def of_half(self, half: bytes) -> tuple[SealedKey, ...]:
        """What was told of tills by the first 8 bytes of their ids, as receipts name them."""
        last = half + b"\xff" * TILL_BYTES
        return _sealed(_OF_HALF.run(self._connection, first=half + bytes(TILL_BYTES), last=last))

    def of_stores(self, label: str) -> tuple[SealedKey, ...]:
        """What was told of the tills of each store with whose code this text begins ("S1-T2")."""
        return _sealed(_OF_STORES.run(self._connection, label=label))

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


def _sealed(rows: Iterable[Any]) -> tuple[SealedKey, ...]:
    return tuple(
        SealedKey(statement=row.statement, signature=bytes(row.signature).hex()) for row in rows
    )
