"""What tills are told of programmes: the one in effect, the next ones, and the last three.

Shape: `schedule(connection, at)` gives the approved publications that a till has to have, in the
order of their numbers; `list_for` and `file_for` answer tills, and write down what each till says
it goes by. That statement is its acknowledgement.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from posloyalty.domain.programme.definition import Programme
from posloyalty.headoffice.programmes.announcements import through
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, PUBLICATION, TILL_PROGRAMME
from posloyalty.headoffice.tills.card_keys import cursor_now
from posloyalty.headoffice.tills.visits import Reply, Visit, never, read, reply
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.sync.wire.publications import (
    FileAsk,
    FileGiven,
    ProgrammesAsk,
    ProgrammesGiven,
    Sealed,
    mark_of,
)

LAST: Final = 3
NEXT: Final = 6
_P: Final = PUBLICATION.c
_CURRENT: Final = (
    select(PUBLICATION)
    .where(
        _P.state == "approved",
        _P.from_s <= bindparam("now_s"),
        _P.until_s.is_(None) | (_P.until_s > bindparam("now_s")),
    )
    .order_by(_P.from_s.desc(), _P.number.desc())
    .limit(1)
)
"""What is in effect at a moment, `now_s`; nearly every request asks for it."""


def schedule(connection: Connection, at: datetime) -> list[Any]:
    """Rows of the current, the next six and the last three publications, by number."""
    now_s = int(at.timestamp())
    begun = select(PUBLICATION).where(_P.state == "approved", _P.from_s <= now_s)
    begun = begun.order_by(_P.from_s.desc(), _P.number.desc()).limit(LAST + 1)
    coming = select(PUBLICATION).where(_P.state == "approved", _P.from_s > now_s)
    coming = coming.order_by(_P.from_s, _P.number).limit(NEXT)
    rows = [*connection.execute(begun), *connection.execute(coming)]
    return sorted(rows, key=lambda row: int(row.number))


def current(connection: Connection, at: datetime) -> Any:
    """The row of the publication in effect; None when there is none."""
    return connection.execute(_CURRENT, {"now_s": int(at.timestamp())}).first()


def programme_at(connection: Connection, at: datetime) -> Programme | None:
    """The programme in effect; None when there is none."""
    row = current(connection, at)
    if row is None:
        return None
    asked = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == bytes(row.hash))
    return read_programme(bytes(connection.execute(asked).scalar_one()))


def sealed_list(connection: Connection, at: datetime) -> tuple[Sealed, ...]:
    """The schedule as it travels."""
    return tuple(
        Sealed(envelope=bytes(row.envelope).decode("utf-8"), signature=bytes(row.signature).hex())
        for row in schedule(connection, at)
    )


def mark_at(connection: Connection, at: datetime) -> str:
    """The mark of the schedule."""
    return mark_of(sealed_list(connection, at))


def list_for(visit: Visit) -> Reply:
    """The list, unless the till has it; what the till says it goes by is written down."""
    ask = read(visit.request.body, ProgrammesAsk)
    _note(visit, ask)
    found = sealed_list(visit.connection, visit.now)
    mark = mark_of(found)
    return reply(
        ProgrammesGiven(
            mark=mark,
            card_keys=cursor_now(visit.connection),
            publications=() if mark == ask.mark else found,
        )
    )


def file_for(visit: Visit) -> Reply:
    """A file that was published; others are nobody's business yet."""
    wanted = bytes.fromhex(read(visit.request.body, FileAsk).hash)
    asked = select(PROGRAMME_FILE.c.toml).join(PUBLICATION, _P.hash == PROGRAMME_FILE.c.hash)
    found = visit.connection.execute(
        asked.where(PROGRAMME_FILE.c.hash == wanted, _P.state == "approved")
    ).first()
    if found is None:
        raise never(404, "NO_FILE")
    return reply(FileGiven(toml=bytes(found.toml).decode("utf-8")))


def _note(visit: Visit, ask: ProgrammesAsk) -> None:
    refused = ", ".join(f"{number} {why}" for number, why in ask.refused)
    values = {
        "schedule": ask.mark,
        "hash": ask.programme,
        "refused": refused[:200],
        "said_s": visit.now_s,
        "announced": through(visit.connection),
    }
    dialect = postgresql if visit.connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(TILL_PROGRAMME).values(till_id=visit.till.till_id, **values)
    visit.connection.execute(added.on_conflict_do_update(index_elements=["till_id"], set_=values))


def instant_of(at_s: int) -> datetime:
    """Seconds since 1970 UTC as an instant."""
    return datetime.fromtimestamp(at_s, UTC)
