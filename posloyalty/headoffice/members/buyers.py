"""Who buys at which store: members belong to their home store, and to every store where they bought
in the last 24 months (`store_members`).

Shape: whoever takes sales in asks `Buyers.new_of` for the rows that are not noted yet, writes them
with `note`, and says `remember` once they stand. That is one statement a batch at most, and none
once this process knows the members: a row's day is moved on after 30 days, not with each purchase.

Only a row that is new concerns the feed: `step`, on a lane of its own, gives it the feed's next
number, so that the store's other tills hear of the member at once. Another step looks through the
journals of before there were these rows, and one forgets who has not been there for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.feed_numbers import FeedNumbers
from posloyalty.headoffice.store.profile_tables import PROFILE_PLACE
from posloyalty.headoffice.store.statements import (
    UNHURRIED,
    ask,
    ask_one,
    many,
    many_of,
    on_postgresql,
    run,
    run_for,
    together,
)
from posloyalty.services.ports import Clock
from posloyalty.sync import events
from posloyalty.sync.office.archive import Filing

KEPT_DAYS: Final = 731
"""24 months after they last bought there somebody is the store's no more."""
NOTED_DAYS: Final = 30
"""A day that was noted stands for so many; who left is kept for so much longer."""
REMEMBERED_MOST: Final = 50_000
"""Members whom a process knows to be noted; some 8 MB."""
PIECE: Final = 500
"""Rows, or events, of one step."""
_DAY_S: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SALE: Final = b'"sale"'
Row = tuple[str, bytes, int]
"""Store, member, and the day, since 1970."""
_NOTE: Final = """
INSERT INTO store_buyer AS known (store, member_id, day) {{rows}}
ON CONFLICT (store, member_id) DO UPDATE SET day = excluded.day
WHERE known.day < excluded.day - {least}
"""
_ROW_TYPES: Final = ("text", "bytea", "int8")
_NUMBER: Final = """
INSERT INTO store_buyer AS known (store, member_id, day, n) {rows}
ON CONFLICT (store, member_id) DO UPDATE SET n = excluded.n
"""
_NUMBER_TYPES: Final = (*_ROW_TYPES, "int8")
_NEW: Final = """
SELECT store, member_id, day FROM store_buyer WHERE n IS NULL ORDER BY store, member_id LIMIT ?"""
_ANY_NEW: Final = "SELECT 1 FROM store_buyer WHERE n IS NULL LIMIT 1"
_PROFILES: Final = "SELECT member_id, bucket, stream, stays FROM profile WHERE member_id IN"
_FOLLOW: Final = """
UPDATE store_buyer SET n = CASE WHEN store_buyer.store = p.bucket THEN 0 ELSE p.n END
FROM profile p WHERE p.member_id = store_buyer.member_id AND store_buyer.n IS NOT NULL
AND store_buyer.member_id IN"""
_DUE: Final = """
SELECT b.till_id, b.epoch, b.seq, t.store_code FROM buyers_due b
JOIN till t ON t.till_id = b.till_id ORDER BY b.till_id LIMIT 1"""
_KEPT: Final = """
SELECT epoch, seq, body FROM journal_event WHERE till_id = ? AND (epoch, seq) > (?, ?)
ORDER BY epoch, seq LIMIT ?"""
_LOOKED: Final = """
UPDATE buyers_due SET epoch = ?, seq = ? WHERE till_id = ? AND epoch = ? AND seq = ?"""
_LEFT: Final = "SELECT store, member_id FROM store_buyer WHERE day < ? LIMIT ?"
_FORGET: Final = "DELETE FROM store_buyer WHERE store = ? AND member_id = ? AND day < ?"


class Buyers:
    """Notes buyers, and brings them into the feed. One a process, for all of its threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._noted: dict[str, dict[bytes, int]] = {}
        self._remembered = 0
        self._looked_back = False
        self._forgotten = 0  # the day

    # As sales come in

    def new_of(self, store: str, filings: Iterable[Filing | None], *, now_s: int) -> list[Row]:
        """Who bought with some events of a store's till, of whom this process does not know that
        it is noted.
        """
        sold = ((one.one.event, one.one.at) for one in filings if one is not None and one.counts)
        return _rows(store, sold, now_s // _DAY_S, self._noted.get(store, {}))

    def remember(self, rows: Iterable[Row]) -> None:
        """Rows that were written stand."""
        with self._lock:
            for store, member_id, day in rows:
                if self._remembered >= REMEMBERED_MOST:
                    self._noted, self._remembered = {}, 0
                noted = self._noted.setdefault(store, {})
                self._remembered += member_id not in noted
                noted[member_id] = day

    # The lane

    def step(self) -> int:
        """A piece of what there is to do; whether there was any."""
        return self._told() or self._looked_through() or self._forgot()

    def _told(self) -> int:
        """New rows come into the feed."""
        with self._database.read() as connection:
            if not ask_one(connection, _ANY_NEW, ()):
                return 0
        return self._database.again(self._numbered)

    def _numbered(self) -> int:
        with self._database.write() as connection:
            numbers = FeedNumbers(connection, PROFILE_PLACE, life_name="")
            numbers.draw(0)  # whoever changes a profile is waited for, and waits
            # On whom a sale is just taken in has its turn afterwards.
            lock = " FOR UPDATE SKIP LOCKED" if on_postgresql(connection) else ""
            rows = [
                (store, bytes(member_id), day)
                for store, member_id, day in ask_one(connection, _NEW + lock, (PIECE,))
            ]
            asked = {member_id for _, member_id, _ in rows}
            found = {bytes(row.member_id): row for row in many(connection, _PROFILES, asked)}
            for member_id in sorted(one for one in asked if _is_erased(found.get(one))):
                forget_buyer(connection, member_id)
            rows = [row for row in rows if not _is_erased(found.get(row[1]))]
            _carry(connection, [(row, found[row[1]].stays) for row in rows if row[1] in found])
            told = [row for row in rows if row[1] in found and found[row[1]].bucket != row[0]]
            number = numbers.draw(len(told)) - len(told)
            numbered = dict.fromkeys(rows, 0)
            numbered |= {row: number + place for place, row in enumerate(told, 1)}
            run_for(
                connection,
                _NUMBER,
                [(*row, n) for row, n in numbered.items()],
                _NUMBER_TYPES,
            )
        return len(rows)

    def _looked_through(self) -> int:
        """Sales of before there were these rows, a piece of a journal at a time."""
        if self._looked_back:
            return 0
        with self._database.read() as connection:
            due = connection.exec_driver_sql(_DUE).first()
            if due is None:
                self._looked_back = True
                return 0
            place = (bytes(due.till_id), due.epoch, due.seq)
            kept = ask_one(connection, _KEPT, (*place, PIECE))
        sold = ((one, at) for row in kept for one, at in _read(bytes(row[2])))
        rows = _rows(due.store_code, sold, self._today(), {})
        with self._database.write_derived() as connection:
            if on_postgresql(connection):
                ask(connection, UNHURRIED)
            after = (kept[-1][0], kept[-1][1]) if kept else place[1:]
            # Of a piece that another server has looked through meanwhile the place moves nowhere.
            run(connection, _LOOKED, (*after, *place))
            if len(kept) < PIECE:
                run(connection, "DELETE FROM buyers_due WHERE till_id = ?", (place[0],))
            note(connection, rows)
        return 1

    def _forgot(self) -> int:
        """Who was not there for long is removed, once a day."""
        today = self._today()
        if self._forgotten == today:
            return 0
        least = today - KEPT_DAYS - NOTED_DAYS
        with self._database.read() as connection:
            gone = ask_one(connection, _LEFT, (least, PIECE))
        if gone:
            with self._database.write_derived() as connection, together(connection):
                for store, member_id in gone:
                    run(connection, _FORGET, (store, bytes(member_id), least))
        if len(gone) < PIECE:
            self._forgotten = today
        return len(gone)

    def _today(self) -> int:
        return int(self._clock.now().timestamp()) // _DAY_S


def note(connection: Connection, rows: Sequence[Row]) -> None:
    """Write who bought where; a day that is noted already is moved on seldom."""
    run_for(connection, _NOTE.format(least=NOTED_DAYS), rows, _ROW_TYPES)


def follow_profiles(connection: Connection, member_ids: Iterable[bytes]) -> None:
    """Profiles were written under new numbers, which the stores of their buyers hear, too."""
    run(connection, *many_of(connection, _FOLLOW, sorted(member_ids)))


def name_changed(connection: Connection, member_id: bytes) -> None:
    """One record became another's name: the lane carries over where it bought, and tells so."""
    run(connection, "UPDATE store_buyer SET n = NULL WHERE member_id = ?", (member_id,))


def forget_buyer(connection: Connection, member_id: bytes) -> None:
    """Nothing says any more where somebody bought."""
    run(connection, "DELETE FROM store_buyer WHERE member_id = ?", (member_id,))


def _carry(connection: Connection, carried: Iterable[tuple[Row, Any]]) -> None:
    """Whoever stays bought where the other name did."""
    days: dict[tuple[str, bytes], int] = {}
    for (store, _, day), stays in carried:
        if stays is not None:
            days[store, bytes(stays)] = max(day, days.get((store, bytes(stays)), day))
    run_for(
        connection, _NOTE.format(least=0), [(*key, day) for key, day in days.items()], _ROW_TYPES
    )


def _is_erased(profile: Any) -> bool:
    return profile is not None and profile.stream == "erase"


def _rows(
    store: str,
    sold: Iterable[tuple[events.Event | events.Opaque, datetime]],
    today: int,
    noted: Mapping[bytes, int],
) -> list[Row]:
    """The rows of members' sales with their instants, but for those noted lately, sorted."""
    days: dict[bytes, int] = {}
    for event, at in sold:
        if not isinstance(event, events.Sale) or not isinstance(event.member, str):
            continue
        member_id = bytes.fromhex(event.member)
        day = min((at - _EPOCH).days, today)  # a clock that is ahead keeps nobody for longer
        known = days.get(member_id) or noted.get(member_id, 0)
        if day >= today - KEPT_DAYS and day - NOTED_DAYS > known:
            days[member_id] = day
    return [(store, member_id, day) for member_id, day in sorted(days.items())]


def _read(body: bytes) -> Iterator[tuple[events.Event | events.Opaque, datetime]]:
    """A kept event with its instant; nothing of one that is no sale, or that is not filed."""
    if _SALE not in body:
        return
    try:
        event = events.decode(body)
        at = parse_instant(event.at)
        bytes.fromhex(str(getattr(event, "member", None) or ""))
    except (ValueError, OverflowError, RecursionError):
        return
    yield event, at
