"""Rolls: what new tills load instead of hearing a million members one page after the other.

Shape: a till asks (`given`, `sheets`, inside its request); a roll that is not there is wanted, and
a lane of the server makes it (`step`, a bounded piece at a time), packed once for all tills that
come later. It serves until a tenth of its members have changed since.

A roll is read from the feed in the order of its numbers, up to the number at which the making
began: whoever changes meanwhile gets a later number, and comes to the till behind the roll's
cursor. So a making holds up nobody, and needs no moment in which nothing changes. Whoever is erased
makes every roll void in the same transaction (`roll_tables.void_rolls`), one that is being made
too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.members.sheets import PackedSheet, packed_sheets, word_sheets
from posloyalty.headoffice.members.store_members import are_more, next_of
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.roll_tables import ROLL, ROLL_SHEET
from posloyalty.headoffice.store.statements import (
    IN_ORDER,
    UNHURRIED,
    ask,
    ask_many,
    ask_one,
    on_postgresql,
    put,
    put_new,
    run,
)
from posloyalty.headoffice.tills.visits import Reply, Visit, after_action, read, reply
from posloyalty.services.ports import Clock
from posloyalty.storage.look_up.roll_file import WORDS_FORM
from posloyalty.storage.look_up.roll_words import RollWords
from posloyalty.sync.wire.roll import (
    OTHER_ROLL,
    SHEET_MEMBERS,
    SHEETS_KIND,
    RollAsk,
    RollGiven,
    SheetNote,
    SheetsAsk,
    WordsNote,
    roll_name,
)

STORE_LEAST: Final = 2_000
"""Members of a store from which on a roll is worth its making; the feed tells so many in 1 s."""
CHAIN_LEAST: Final = 20_000
"""The same of all other stores' members, for whom nobody waits."""
PIECE: Final = 4 * SHEET_MEMBERS
"""Members packed in one step, which takes some 50 ms."""
WORD_SHEETS: Final = 4
"""Sheets of words packed in one step."""
CLAIM_S: Final = 60
"""So long a making is left to whoever began it, counted from their last piece."""
REMOVED_AT_ONCE: Final = 50
WANTED, MAKING, READY, VOID = "wanted", "making", "ready", "void"
_AGAIN_S: Final = 1
_AGAIN_LATER_S: Final = 5
_CHANGED_LEAST: Final = 1_000
_CHANGED_SHARE: Final = 10
_R: Final = ROLL.c
_S: Final = ROLL_SHEET.c
_MEMBERS: Final = (
    "SELECT n, member_id, body, taken FROM profile WHERE n > ? AND n <= ?"
    " AND stream = 'member' ORDER BY n LIMIT ?"
)
_OF_THESE: Final = "SELECT member_id, body, taken FROM profile WHERE member_id IN"
_ENOUGH: Final = (
    "SELECT 1 FROM profile WHERE bucket <> ? AND n > ? AND stream = 'member' LIMIT 1 OFFSET ?"
)
_CLAIM: Final = (
    "UPDATE roll SET state = 'making', through = ?, until_s = ? WHERE number = ?"
    " AND (state = 'wanted' OR (state = 'making' AND until_s < ?)) RETURNING number"
)
_GOES_ON: Final = (
    "UPDATE roll SET until_s = ?, members = ? WHERE number = ? AND state = 'making'"
    " AND until_s = ? RETURNING number"
)
_DONE: Final = (
    "UPDATE roll SET state = 'ready', name = ?, words_form = ?"
    " WHERE number = ? AND state = 'making' AND until_s = ? RETURNING number"
)
_SERVED: Final = "UPDATE roll SET state = 'void' WHERE store = ? AND state = 'ready'"
_SIZES: Final = (
    "SELECT place, size, members FROM roll_sheet"
    " WHERE roll = ? AND place >= ? ORDER BY place LIMIT ?"
)
_BODIES: Final = (
    "SELECT body FROM roll_sheet WHERE roll = ? AND place >= ? AND place <= ? ORDER BY place"
)
_LOCK_FEED: Final = (
    "INSERT INTO profile_place AS known (id, n) VALUES (1, 0)"
    " ON CONFLICT (id) DO UPDATE SET n = known.n RETURNING n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """A roll that this process makes: how far it is."""

    number: int
    store: str
    through: int
    until_s: int
    after: int = 0
    members: int = 0
    sheets: tuple[str, ...] = ()
    words: RollWords
    word_sheets: int = 0


class Rolls:
    """Answers about rolls, and makes them. `woken` is called when one is wanted."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._making: _Making | None = None
        self._one = Lock()
        self.woken: Callable[[], object] = lambda: None

    # What tills ask

    def given(self, visit: Visit) -> Reply:
        """The roll of a store or of the chain, or when to ask again."""
        wanted = read(visit.request.body, RollAsk)
        connection = visit.connection
        row = _latest(connection, wanted.store, (READY,))
        if row is not None and not _is_stale(connection, row):
            return reply(_told(connection, row, self._cursor(row.through)), packs=True)
        if not _is_worth_it(connection, wanted):
            return reply(RollGiven())
        self.want(connection, wanted)
        return reply(RollGiven(after_s=_AGAIN_S if wanted.store else _AGAIN_LATER_S))

    def want(self, connection: Connection, wanted: RollAsk) -> None:
        """Let a roll be made, unless it is being made."""
        if _latest(connection, wanted.store, (WANTED, MAKING)) is None:
            last = connection.execute(select(_R.number).order_by(_R.number.desc())).scalar() or 0
            # Two who ask at once draw one number, and one of them wants it.
            put_new(connection, ROLL, [(last + 1, wanted.store, WANTED, "", 0, 0, 0, "")])
        self.woken()

    def sheets(self, visit: Visit) -> Reply:
        """Sheets from a place on, as many as go into one answer."""
        wanted = read(visit.request.body, SheetsAsk)
        asked = select(_R.number).where(_R.name == wanted.roll, _R.state == READY)
        number = visit.connection.execute(asked).scalar()
        if number is None:
            raise after_action(410, OTHER_ROLL)
        body = b"".join(_bodies(visit.connection, number, wanted))
        if not body:
            raise after_action(410, OTHER_ROLL)
        return Reply(status=200, body=body, kind=SHEETS_KIND)

    # Making

    def step(self) -> int:
        """One piece of what is to be made or removed; whether there was any. One at a time."""
        with self._one:
            if self._making is None:
                self._making = self._begun()
            if self._making is None:
                return self._removed()
            before, self._making = self._making, self._gone_on(self._making)
            if self._making is None:
                before.words.close()
        return 1

    def _begun(self) -> _Making | None:
        """Take up a roll that is wanted, or one that whoever made it left."""
        now_s = self._now_s()
        with self._database.read() as connection:
            row = connection.execute(
                select(_R.number, _R.store)
                .where((_R.state == WANTED) | ((_R.state == MAKING) & (_R.until_s < now_s)))
                .order_by(_R.number)
            ).first()
        if row is None:
            return None
        with self._database.write() as connection:
            # Whoever writes to the feed now is waited for: what they erase is not on the roll, and
            # whoever comes later finds the roll, and makes it void.
            through = int(connection.exec_driver_sql(_LOCK_FEED).scalar_one())
            until_s = now_s + CLAIM_S
            claim = (through, until_s, row.number, now_s)
            if not ask_one(connection, _CLAIM, claim):
                return None
            run(connection, "DELETE FROM roll_sheet WHERE roll = ?", (row.number,))
        return _Making(
            number=row.number,
            store=row.store,
            through=through,
            until_s=until_s,
            words=RollWords(),
        )

    def _gone_on(self, making: _Making) -> _Making | None:
        """The next piece, or the end; None once there is nothing more to do."""
        with self._database.read() as connection:
            rows = _next_members(connection, making)
        if not rows:
            return self._words_packed(making)
        known = [row[1:] for row in rows if row[2] is not None]
        made = packed_sheets(known)
        after = replace(
            making,
            after=int(rows[-1][0]),
            members=making.members + len(known),
            sheets=(*making.sheets, *(one.sha256 for one in made)),
        )
        kept = self._kept(making, after, made)
        if kept is not None:
            for one in made:
                kept.words.add(one.words)
        return kept

    def _words_packed(self, making: _Making) -> _Making | None:
        """The next sheets of the words, behind those of the members; the end once all are there."""
        made = word_sheets(making.words, making.word_sheets, WORD_SHEETS)
        if not made:
            self._finish(making)
            return None
        after = replace(making, word_sheets=making.word_sheets + len(made))
        return self._kept(making, after, made)

    def _kept(self, making: _Making, after: _Making, made: Sequence[PackedSheet]) -> _Making | None:
        """Keep a piece, as long as the making is still ours; None once it is not."""
        after = replace(after, until_s=max(making.until_s, self._now_s() + CLAIM_S))
        with self._database.write_derived() as connection:
            if on_postgresql(connection):
                ask(connection, UNHURRIED)
            standing = (after.until_s, after.members, making.number, making.until_s)
            if not ask_one(connection, _GOES_ON, standing):
                return None  # void, or somebody else's
            first = len(making.sheets) + making.word_sheets
            rows = [_row(making, place, one) for place, one in enumerate(made, first)]
            put(connection, ROLL_SHEET, rows)
        return after

    def _finish(self, making: _Making) -> None:
        name = roll_name(self._cursor(making.through), making.sheets)
        form = WORDS_FORM if making.word_sheets else ""
        with self._database.write() as connection:
            run(connection, _SERVED, (making.store,))
            ask_one(connection, _DONE, (name, form, making.number, making.until_s))

    def _removed(self) -> int:
        """Some sheets of rolls that are void."""
        with self._database.write_derived() as connection:
            void = _latest_of_all(connection)
            if void is None:
                return 0
            some = select(_S.place).where(_S.roll == void).order_by(_S.place)
            places = connection.execute(some.limit(REMOVED_AT_ONCE)).scalars().all()
            if places:
                gone = ROLL_SHEET.delete().where(_S.roll == void, _S.place <= places[-1])
                connection.execute(gone)
            else:
                connection.execute(ROLL.delete().where(_R.number == void))
        return 1

    def _cursor(self, through: int) -> str:
        return f"{self._office.life_name}:{through}"

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _latest(connection: Connection, store: str, states: tuple[str, ...]) -> Any:
    asked = select(ROLL).where(_R.store == store, _R.state.in_(states))
    return connection.execute(asked.order_by(_R.number.desc())).first()


def _latest_of_all(connection: Connection) -> int | None:
    asked = select(_R.number).where(_R.state == VOID).order_by(_R.number)
    found: int | None = connection.execute(asked).scalar()
    return found


def _is_worth_it(connection: Connection, wanted: RollAsk) -> bool:
    """Whether there are as many members as make a roll quicker than the feed."""
    if wanted.store:
        return are_more(connection, wanted.store, after=0, than=STORE_LEAST - 1)
    return bool(ask_one(connection, _ENOUGH, (wanted.home, 0, CHAIN_LEAST - 1)))


def _is_stale(connection: Connection, row: Any) -> bool:
    """Whether so much has changed since that the till would hear it all twice."""
    most = max(_CHANGED_LEAST, row.members // _CHANGED_SHARE)
    if row.store:
        return are_more(connection, row.store, after=row.through, than=most)
    return bool(ask_one(connection, _ENOUGH, ("", row.through, most)))


def _next_members(connection: Connection, making: _Making) -> list[Any]:
    """The next of a roll: (number, id, record, what is taken) of each, in that order; of who is no
    more there is no record.
    """
    if on_postgresql(connection):
        ask(connection, IN_ORDER)
    if not making.store:
        return ask_one(connection, _MEMBERS, (making.after, making.through, PIECE))
    found = next_of(
        connection, making.store, after=making.after, through=making.through, most=PIECE
    )
    (rows,) = ask_many(connection, (_OF_THESE, [member_id for _, member_id in found]))
    records = {bytes(row[0]): row for row in rows}
    return [(n, *records[member_id]) for n, member_id in found]


def _told(connection: Connection, row: Any, cursor: str) -> RollGiven:
    asked = select(_S.sha256, _S.size, _S.members).where(_S.roll == row.number).order_by(_S.place)
    told = connection.execute(asked).all()
    words = tuple(WordsNote(*one[:2]) for one in told if not one.members)
    return RollGiven(
        roll=row.name,
        cursor=cursor,
        sheets=tuple(SheetNote(*one) for one in told if one.members),
        words=words,
        words_form=row.words_form,
    )


def _bodies(connection: Connection, number: int, wanted: SheetsAsk) -> list[bytes]:
    """Sheets that go into one answer, one at least. Words go by themselves: a till that arranges
    them itself would not know what follows its last sheet.
    """
    first = wanted.first
    last, size = first, 0
    told = ask_one(connection, _SIZES, (number, first, PIECE))
    for place, more, members in told:
        size += more
        if place > first and (size > wanted.size or bool(members) != bool(told[0][2])):
            break
        last = place
    return [bytes(body) for (body,) in ask_one(connection, _BODIES, (number, first, last))]


def _row(making: _Making, place: int, sheet: PackedSheet) -> tuple[Any, ...]:
    return (making.number, place, sheet.sha256, len(sheet.body), sheet.members, sheet.body)
