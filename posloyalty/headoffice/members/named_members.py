"""Members by what people call them: an id, card, phone, e-mail address, or an earlier number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.archive_tables import MEMBER
from posloyalty.headoffice.store.profile_tables import PROFILE_IDENTIFIER
from posloyalty.sync.profiles.record import ONE_OWNER

_ID: Final = re.compile(r"[0-9a-f]{32}")
_AT_ONCE: Final = 500
_I: Final = PROFILE_IDENTIFIER.c


def named(connection: Connection, names: Iterable[str]) -> Mapping[str, tuple[bytes, ...]]:
    """The members of each name; one that nobody has is left out, one of several has them all."""
    wanted = sorted(set(names))
    found: dict[str, set[bytes]] = {}
    ids = [one for one in wanted if _ID.fullmatch(one)]
    for some in _pieces(ids):
        asked = select(MEMBER.c.member_id).where(
            MEMBER.c.member_id.in_([bytes.fromhex(one) for one in some])
        )
        for row in connection.execute(asked):
            member_id = bytes(row.member_id)
            found[member_id.hex()] = {member_id}
    for some in _pieces([one for one in wanted if one not in found]):
        said = select(_I.value, _I.member_id).where(_I.value.in_(some), _I.kind.in_(ONE_OWNER))
        for row in connection.execute(said):
            found.setdefault(row.value, set()).add(bytes(row.member_id))
    return {name: tuple(sorted(members)) for name, members in found.items()}


def _pieces(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
