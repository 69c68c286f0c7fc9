"""What tills are told of programmes: the one in effect, the next ones, what holds again once one of
these has ended, and the last three.

Shape: `schedule(connection, at)` gives the approved publications that a till has to have, in the
order of their numbers, so that it knows at every moment from now on which holds, however long
nobody reaches it; `ahead` is those of them that hold now or later. `list_for` and `file_for` answer
tills, and write down what each till says it goes by. That statement is its acknowledgement.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from posloyalty.domain.programme.definition import Programme
from posloyalty.headoffice.programmes.announcements import through
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, PUBLICATION, TILL_PROGRAMME
from posloyalty.headoffice.tills.card_keys import cursor_now
from posloyalty.headoffice.tills.visits import Reply, Visit, never, read, reply
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.sync.wire.publications import (
    PUBLICATIONS_MAX,
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
    """Rows of the publications that hold from now on, the next six among them, and of the last
    three, by number; of those rather fewer than what a list has room for.
    """
    now_s = int(at.timestamp())
    rows = [row for row, _ in ahead(connection, now_s, coming=NEXT)][:PUBLICATIONS_MAX]
    begun = select(PUBLICATION).where(_P.state == "approved", _P.from_s <= now_s)
    begun = begun.where(_P.number.not_in([row.number for row in rows]))
    begun = begun.order_by(_P.from_s.desc(), _P.number.desc())
    last = connection.execute(begun.limit(min(LAST, PUBLICATIONS_MAX - len(rows)))).all()
    return sorted([*rows, *last], key=lambda row: int(row.number))


def ahead(
    connection: Connection, now_s: int, *, coming: int | None = None
) -> list[tuple[Any, int]]:
    """Rows of the publications that hold from now on, each with the second from which it does: the
    current one, the next (so many, or all), and what had begun before and holds again where one of
    these ends. What a later one with the same begin takes the place of is none of them.
    """
    asked = select(PUBLICATION).where(_P.state == "approved", _P.from_s > now_s)
    rows = connection.execute(asked.order_by(_P.from_s, _P.number)).all()
    later = [one for n, one in enumerate(rows) if not any(map(_replaces(one), rows[n + 1 :]))]
    found = [(row, row.from_s) for row in later[:coming]]
    running = _holding(connection, now_s)
    if running is not None:
        found.insert(0, (running, now_s))
    known = {row.number for row, _ in found}
    ends = sorted({row.until_s for row, _ in found if row.until_s is not None})
    while ends:
        end_s = ends.pop(0)
        again = _holding(connection, end_s)
        if again is not None and again.number not in known:
            known.add(again.number)
            found.append((again, end_s))
            if again.until_s is not None:
                ends = sorted({*ends, again.until_s})
    return found


def _replaces(row: Any) -> Callable[[Any], bool]:
    """Whether a publication with a later number holds whenever `row` would."""
    return lambda other: (
        other.from_s == row.from_s
        and (other.until_s is None or (row.until_s is not None and other.until_s >= row.until_s))
    )


def added(
    connection: Connection,
    digest: bytes,
    *,
    kind: str,
    from_s: int,
    by: str,
    now_s: int,
    stops: str = "",
    until_s: int | None = None,
    min_app: str = "",
) -> int:
    """The number of one more, which is proposed."""
    last = connection.execute(select(func.max(_P.number))).scalar()
    number = int(last or 0) + 1
    connection.execute(
        PUBLICATION.insert().values(
            number=number, hash=digest, kind=kind, stops=stops, state="proposed",
            from_s=from_s, until_s=until_s, min_app=min_app, proposed_by=by,
            proposed_s=now_s, decided_by="", decided_s=0, envelope=b"", signature=b"",
        )
    )  # fmt: skip
    return number


def dated_ahead(connection: Connection, now_s: int) -> list[int]:
    """The seconds to come at which something was put into effect at once: a clock was wrong then,
    or is now.
    """
    asked = select(_P.from_s).where(
        _P.state == "approved", _P.from_s > now_s, _P.from_s == _P.decided_s
    )
    return list(connection.execute(asked.distinct().order_by(_P.from_s)).scalars())


def current(connection: Connection, at: datetime) -> Any:
    """The row of the publication in effect; None when there is none."""
    return _holding(connection, int(at.timestamp()))


def _holding(connection: Connection, at_s: int) -> Any:
    return connection.execute(_CURRENT, {"now_s": at_s}).first()


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
