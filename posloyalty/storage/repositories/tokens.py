"""Issued cards, revocations and the till's own keys on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.services.ports import Appended, IssuedCard, TillKey
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import CARD, REVOCATION, TILL_KEY

_INSERT_CARD = Insert(CARD)
_INSERT_KEY = Insert(TILL_KEY)
_CURRENT = Statement(
    select(*CARD.columns)
    .where(CARD.c.member_id == bindparam("member"), text("card.revoked_at IS NULL"))
    .order_by(CARD.c.seq.desc())
    .limit(1)
)
_BY_CODE = Statement(select(*CARD.columns).where(CARD.c.short_code == bindparam("code")))
_REVOKED = Statement(
    select(REVOCATION.c.before).where(REVOCATION.c.member_id == bindparam("member"))
)
_KEYS = Statement(select(*TILL_KEY.columns).order_by(TILL_KEY.c.key_id))
_WITHDRAW = Statement(
    update(CARD)
    .where(CARD.c.member_id == bindparam("member"), text("card.revoked_at IS NULL"))
    .values(revoked_at=bindparam("before"))
)


def _revoke() -> Statement:
    row: dict[str, Any] = {name: bindparam(name) for name in ("member_id", "before", "seq")}
    statement = insert(REVOCATION).values(row)
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={"before": statement.excluded.before, "seq": statement.excluded.seq},
        )
    )


_REVOKE = _revoke()


class Tokens:
    """Cards and keys on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, member_id: bytes) -> IssuedCard | None:
        """The member's newest card that was not revoked."""
        return _card(_CURRENT.run(self._connection, member=member_id).first())

    def by_short_code(self, short_code: str) -> IssuedCard | None:
        """A card by its short human code, revoked or not."""
        return _card(_BY_CODE.run(self._connection, code=short_code).first())

    def revoked_before(self, member_id: bytes) -> datetime | None:
        """Tokens of this member issued before this instant are withdrawn."""
        row = _REVOKED.run(self._connection, member=member_id).first()
        return None if row is None else parse_instant(row.before)

    def keys(self) -> tuple[TillKey, ...]:
        """The till's keys, oldest first."""
        return tuple(
            TillKey(
                key_id=row.key_id,
                seed=row.seed,
                public_key=row.public_key,
                certificate=row.certificate,
                made_at=parse_instant(row.made_at),
                retires_at=None if row.retires_at is None else parse_instant(row.retires_at),
            )
            for row in _KEYS.run(self._connection)
        )

    def issue(self, card: IssuedCard, *, appended: Appended) -> None:
        """Keep a card."""
        self.issue_many([(card, appended)])

    def issue_many(self, cards: Sequence[tuple[IssuedCard, Appended]]) -> None:
        """Keep many cards in one call of the driver."""
        _INSERT_CARD.many(
            self._connection,
            [
                (
                    card.id,
                    appended.seq,
                    card.member_id,
                    card.key_id,
                    card.short_code,
                    card.token_text,
                    format_instant(card.issued_at),
                    format_instant(card.expires_at),
                    None if card.revoked_at is None else format_instant(card.revoked_at),
                )
                for card, appended in cards
            ],
        )

    def revoke(self, member_id: bytes, *, before: datetime, appended: Appended) -> None:
        """Withdraw every token of a member that was issued before an instant."""
        at = format_instant(before)
        _REVOKE.run(self._connection, member_id=member_id, before=at, seq=appended.seq)
        _WITHDRAW.run(self._connection, member=member_id, before=at)

    def add_key(self, key: TillKey) -> None:
        """Keep a new key of the till."""
        _INSERT_KEY.one(
            self._connection,
            key.key_id,
            key.seed,
            key.public_key,
            key.certificate,
            format_instant(key.made_at),
            None if key.retires_at is None else format_instant(key.retires_at),
        )


def _card(row: Any) -> IssuedCard | None:
    if row is None:
        return None
    return IssuedCard(
        id=row.id,
        member_id=row.member_id,
        key_id=row.key_id,
        short_code=row.short_code,
        token_text=row.token_text,
        issued_at=parse_instant(row.issued_at),
        expires_at=parse_instant(row.expires_at),
        revoked_at=None if row.revoked_at is None else parse_instant(row.revoked_at),
    )
