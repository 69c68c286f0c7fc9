"""Settings, the open basket's draft and programme files on disk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select

from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.services.ports import StoredProgramme
from posloyalty.storage.statements import Insert, Statement, put
from posloyalty.storage.tables import DRAFT, PROGRAMME, SETTING, SETTING_BLOB
from posloyalty.sync.hlc import wall_ms

_BASKET: Final = msgspec.json.Decoder(Basket)
_GET = Statement(select(SETTING.c.value).where(SETTING.c.name == bindparam("which")))
_ALL = Statement(select(SETTING.c.name, SETTING.c.value).order_by(SETTING.c.name))
_BLOB = Statement(select(SETTING_BLOB.c.data).where(SETTING_BLOB.c.name == bindparam("which")))
_DROP_BLOB = Statement(delete(SETTING_BLOB).where(SETTING_BLOB.c.name == bindparam("which")))
_LOAD = Statement(select(DRAFT.c.body, DRAFT.c.operator_id))
_DROP = Statement(delete(DRAFT))
_ADD_PROGRAMME = Insert(PROGRAMME, or_ignore=True)
_EFFECTIVE = Statement(
    select(PROGRAMME.c.hash)
    .where(PROGRAMME.c.effective_ms <= bindparam("at_ms"))
    .order_by(PROGRAMME.c.effective_ms.desc(), PROGRAMME.c.version.desc())
    .limit(1)
)
# A shop that changes its programme weekly has two years of them here.
PROGRAMMES_MOST = 100
_PROGRAMMES = Statement(
    select(*PROGRAMME.columns)
    .order_by(PROGRAMME.c.effective_ms.desc(), PROGRAMME.c.version.desc())
    .limit(PROGRAMMES_MOST)
)
_BY_HASH = Statement(select(*PROGRAMME.columns).where(PROGRAMME.c.hash == bindparam("wanted")))


_PUT = put(SETTING, "name")
_PUT_BLOB = put(SETTING_BLOB, "name")
_KEEP = put(DRAFT, "id")


class Settings:
    """Settings on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """A setting, or None."""
        row = _GET.run(self._connection, which=name).first()
        return None if row is None else str(row.value)

    def all(self) -> dict[str, str]:
        """Every setting."""
        return {row.name: row.value for row in _ALL.run(self._connection)}

    def blob(self, name: str) -> bytes | None:
        """A setting that is bytes."""
        row = _BLOB.run(self._connection, which=name).first()
        return None if row is None else bytes(row.data)

    def put(self, values: dict[str, str]) -> None:
        """Set several settings."""
        _PUT.many(
            self._connection, [{"name": name, "value": value} for name, value in values.items()]
        )

    def put_blob(self, name: str, data: bytes | None) -> None:
        """Set a setting of bytes; None removes it."""
        if data is None:
            _DROP_BLOB.run(self._connection, which=name)
        else:
            _PUT_BLOB.run(self._connection, name=name, data=data)


class Drafts:
    """The open basket on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self) -> tuple[Basket, bytes] | None:
        """The kept basket and its operator's id."""
        row = _LOAD.run(self._connection).first()
        return None if row is None else (_BASKET.decode(row.body), row.operator_id)

    def keep(self, basket: Basket, operator_id: bytes, at: datetime) -> None:
        """Keep the basket in place of the one before."""
        _KEEP.run(
            self._connection,
            id=1,
            sale_id=basket.sale_id,
            operator_id=operator_id,
            saved_at=format_instant(at),
            body=msgspec.json.encode(basket),
        )

    def drop(self) -> None:
        """Forget the kept basket."""
        _DROP.run(self._connection)


class Programmes:
    """Programme files on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def effective(self, at: datetime) -> StoredProgramme | None:
        """The programme in effect at an instant."""
        digest = self.effective_hash(at)
        return None if digest is None else self.by_hash(digest)

    def effective_hash(self, at: datetime) -> bytes | None:
        """Its hash alone: the file is long, and whoever read it once knows it by that."""
        row = _EFFECTIVE.run(self._connection, at_ms=wall_ms(at)).first()
        return None if row is None else bytes(row.hash)

    def by_hash(self, programme_hash: bytes) -> StoredProgramme | None:
        """A programme by the SHA-256 of its bytes."""
        return _programme(_BY_HASH.run(self._connection, wanted=programme_hash).first())

    def all(self) -> tuple[StoredProgramme, ...]:
        """The programmes, the latest to take effect first, a hundred at most."""
        found = (_programme(row) for row in _PROGRAMMES.run(self._connection))
        return tuple(one for one in found if one is not None)

    def add(self, programme: StoredProgramme) -> None:
        """Keep a programme; the same bytes again change nothing."""
        _ADD_PROGRAMME.one(
            self._connection,
            programme.ref.hash,
            programme.ref.id,
            programme.ref.version,
            format_instant(programme.effective_from),
            wall_ms(programme.effective_from),
            programme.toml,
        )


def _programme(row: Any) -> StoredProgramme | None:
    if row is None:
        return None
    return StoredProgramme(
        ref=ProgrammeRef(row.id, row.version, row.hash),
        effective_from=parse_instant(row.effective_from),
        toml=bytes(row.toml),
    )
