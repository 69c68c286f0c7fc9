"""Filing: what is new of tills' journals is noted under everybody whom it concerns, by the batch.

Shape: `Filer.file_all(batches)` is part of the transaction in which the events themselves are kept,
and comes before that; batches of several tills are filed together where they lie `apart`. It locks
the owners concerned, in the order of their ids, and gives each event of theirs its number; so two
requests at once never file one event twice, and whoever reads an owner's events up to a number has
all of them. What another till sent already under the same id counts once.

What cannot be read, or claims what cannot be, is kept like any other event and concerns nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.domain.ledger.right import RightMove
from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.folds import Folds, Left, Numbered, Taken
from posloyalty.headoffice.ledger.goods_back import (
    CAME_BACK,
    Sold,
    fold_anew,
    note_waiting,
    sales_to_file,
)
from posloyalty.headoffice.ledger.goods_told import told_in
from posloyalty.headoffice.ledger.joined_alone import note_joined
from posloyalty.headoffice.ledger.keyed_in import OF_KEYED_TILL, keep_doubles
from posloyalty.headoffice.ledger.known import known_of
from posloyalty.headoffice.ledger.parts import Part, part_of
from posloyalty.headoffice.ledger.somebody import nobody_of
from posloyalty.headoffice.members.phone_proof import forget_phone
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.archive_tables import (
    EVENT_OWNER,
    HEARD_OWNER,
    HOUSEHOLD_MEMBER,
    LEASE,
    MEMBER,
    OWNER_PLACE,
    RIGHT_OWNER,
    RIGHT_WAITING,
    TILL_OWNER,
)
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.judging_tables import ARTICLE_TOLD
from posloyalty.headoffice.store.profile_tables import ERASE_ACK
from posloyalty.headoffice.store.statements import (
    ask_many,
    bump,
    bump_and_ask,
    due,
    join,
    put_new,
    put_new_and_ask,
    together,
)
from posloyalty.sync.journals import Filed
from posloyalty.sync.keyed_in import is_keyed_in
from posloyalty.sync.leases import LEASE as LEASE_KIND
from posloyalty.sync.office.archive import Filing
from posloyalty.sync.receipt_digest import TILL_BYTES
from posloyalty.sync.taken_back import taken_from

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_NEXT_CHANGE: Final = """
INSERT INTO change_place AS known VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET n = known.n + 1 RETURNING n
"""
_RIGHT_OWNERS: Final = "SELECT right_id, owner FROM right_owner WHERE right_id IN"
_SAME_IDS: Final = "SELECT till_id, event_id, epoch, seq, body FROM journal_event WHERE event_id IN"
_SAME_IDS_FILED: Final = """
SELECT j.till_id, j.event_id, j.epoch, j.seq, j.body FROM journal_event j
JOIN journal_place p ON p.till_id = j.till_id AND j.seq <= p.filed_seq
WHERE j.event_id IN"""
NOBODY_YET: Final = b""
"""The owner of a right that was used before anybody opened it."""
_OWNED_NOW: Final = """
(right_id) DO UPDATE SET owner = excluded.owner WHERE length(right_owner.owner) = 0"""
_WAITING: Final = """
SELECT right_id, till_id, epoch, seq, event_id, at_us FROM right_waiting WHERE right_id IN"""
_KNOWING: Final = "SELECT till_id, owner FROM till_owner WHERE owner IN"

Pair = tuple[bytes, bytes]
"""A till and an owner."""
Writes = Callable[[Connection], None]
"""What writes, and asks for nothing."""


# An event's instant is asked for by its filing, by its order and by its fold.
@lru_cache(maxsize=1024)
def instant_us(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - EPOCH) // _US


def us_instant(us: int) -> datetime:
    """The instant of so many microseconds since 1970 UTC."""
    return EPOCH + us * _US


class Filer:
    """Files batches in one transaction."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        *,
        now_s: int,
        folds: Folds | None = None,
    ) -> None:
        self._database = database
        self._connection = connection
        self._now_s = now_s
        self._folds = folds
        self._numbered: dict[bytes, Numbered] = {}
        self._profiles = ProfileFeed(connection, now_s=now_s)

    def file(self, batch: Batch, *, kept: bool = False) -> Taken:
        """Note everything of one batch; `kept` where its events lie in the journal already."""
        (taken,) = self.file_all([batch], kept=kept)
        return taken

    def file_all(
        self, batches: Sequence[Batch], *, kept: bool = False, keeps: Writes | None = None
    ) -> list[Taken]:
        """Note everything of some tills' batches that lie `apart`, with as many statements as of
        one. What else the caller writes (`keeps`) goes with the noting.
        """
        parts = [part_of(one) for one in batches]
        read = [filing for part in parts for filing in part.read]
        self._find_owners(parts)
        numbered, same_ids, knowing, came_back, keyed = self._number(parts, read, kept=kept)
        for part in parts:
            self._know(part, same_ids, keyed=bool(keyed))
            self._fold_anew(part.named_before({bytes(row[0]) for row in came_back}))
        read = [filing for part in parts for filing in part.read]
        new = [filing for part in parts for filing in part.new]
        self._note_rights(read)
        put_new(self._connection, ARTICLE_TOLD, told_in(read))
        self._note_goods_back(new, came_back)
        self._note_members(new)
        homes = {(home.hex(), member_id) for one in new for home, member_id in one.homes}
        put_new(self._connection, HOUSEHOLD_MEMBER, sorted(homes))
        self._note_forgotten(new)
        self._note_everywhere(new, numbered)
        for part in parts:
            till_id, doubled = part.batch.till_id, part.known.doubled
            self._note_leases(till_id, part.read)
            keep_doubles(self._connection, till_id, doubled, part.new, self._now_s)
        with together(self._connection):
            self._note(parts, numbered)
            own = dict.fromkeys(self._note_heard(parts), 0)
            knows = self._note_knowing(read)
            own |= {pair: numbered[pair[1]].arrived for pair in knows}
            self._note_due(numbered, own, knowing)
            if keeps is not None:
                keeps(self._connection)
        return [
            Taken(
                new=tuple(part.new),
                owners_of=part.owners_of,
                numbered=numbered,
                reused=part.known.reused,
                doubled=part.known.doubled,
            )
            for part in parts
        ]

    def fold(self, taken: Sequence[Taken]) -> Left:
        """Let the ledger fold what was filed together, where it `folds` at once; the last of a
        transaction, because every batch meets at the programme's own accounts and holds them until
        the commit.
        """
        numbered = taken[0].numbered
        waits = set(numbered)
        if self._folds is not None and waits:
            waits = self._folds.write(taken, numbered)
        return Left(
            owners=tuple([owner for owner in numbered if owner in waits]),
            waiting=tuple(
                [
                    filed
                    for one in taken
                    for filed in one.filed
                    if not waits.isdisjoint(one.owners_of[filed.seq])
                ]
            ),
        )

    def _find_owners(self, parts: Sequence[Part]) -> None:
        """By place of the event, everybody concerned, those of the rights that it only changes too.

        A right that nobody opened yet waits until somebody does.
        """
        opened: dict[bytes, bytes] = {}
        asked: set[bytes] = set()
        for part in parts:
            for filing in part.read:
                opened.update(filing.opens)
                asked |= filing.touches
        asked -= opened.keys()
        opened |= self._right_owners(asked)
        unknown = sorted(asked - opened.keys())
        if unknown:
            # Whoever opens one of them just now is waited for, and waits for us: the row is there
            # once, without an owner until somebody opens the right. So neither misses the other.
            put_new(self._connection, RIGHT_OWNER, [(one, NOBODY_YET) for one in unknown])
            opened |= self._right_owners(unknown)
        waiting = []
        for part in parts:
            for filing in part.read:
                part.owners_of[filing.one.seq] = filing.owners
                if filing.touches:
                    found = {opened.get(right_id, b"") for right_id in filing.touches} - {b""}
                    part.owners_of[filing.one.seq] |= found
                    waiting += _waiting_for(filing, opened)
        if waiting:
            self._database.put(self._connection, RIGHT_WAITING, waiting)

    def _right_owners(self, rights: Collection[bytes]) -> dict[bytes, bytes]:
        """Whose rights are, as far as somebody opened them."""
        (rows,) = ask_many(self._connection, (_RIGHT_OWNERS, rights))
        return {bytes(right_id): bytes(owner) for right_id, owner in rows if owner}

    def _number(
        self, parts: Sequence[Part], read: Sequence[Filing], *, kept: bool
    ) -> tuple[dict[bytes, Numbered], list[Any], list[Any], list[Any], list[Any]]:
        """Lock the owners and give their events numbers; there may be more numbers than events.

        Then, with the owners locked: the events that lie there under the same ids, the tills that
        know one of the owners, the sales of which something came back, and whether sales of one of
        the tills were keyed in elsewhere.
        """
        counts: dict[bytes, int] = {}
        event_ids: list[bytes] = []
        halves: list[bytes] = []
        for part in parts:
            event_ids += part.first
            if any(one.sold is not None for one in part.read):
                halves.append(part.batch.till_id[:TILL_BYTES])
            for filing in part.read:
                for owner in part.owners_of[filing.one.seq] if filing.counts else ():
                    counts[owner] = counts.get(owner, 0) + 1
                for owner in filing.knows:
                    counts.setdefault(owner, 0)  # locked, so that nothing about them is missed
        same_ids = (_SAME_IDS_FILED if kept else _SAME_IDS, event_ids)
        sold = (CAME_BACK, [one.sold.owner for one in read if one.sold is not None])
        keyed = (OF_KEYED_TILL, halves)
        if not counts:
            found = ask_many(self._connection, same_ids, sold, keyed)
            return {}, found[0], [], found[1], found[2]
        questions = (same_ids, (_KNOWING, counts), sold, keyed)
        if self._folds is not None:
            numbered, answers = self._folds.lock(counts, read, *questions)
            self._numbered = numbered
        else:
            rows, *answers = bump_and_ask(
                self._connection, sorted(counts.items()), self._now_s, *questions
            )
            numbered = {bytes(owner): Numbered(last, all_) for owner, last, all_ in rows}
        same, knowing, came_back, there = answers
        return numbered, same, knowing, came_back, there

    def _know(self, part: Part, same_ids: Iterable[Any], *, keyed: bool) -> None:
        """Part what counts here from what was sent before."""
        mine = [row for row in same_ids if bytes(row[1]) in part.first]
        known = part.known = known_of(self._connection, part.batch, part.first, mine, keyed=keyed)
        if known.twice:
            part.read = [one for one in part.read if one.one.seq not in known.twice]
        for one in part.read:
            counts = one.counts and one.one.seq not in known.elsewhere
            (part.new if counts else part.heard).append(one)

    def _note(self, parts: Sequence[Part], numbered: Mapping[bytes, Numbered]) -> None:
        """Number the events of each owner, the last of them with the last number."""
        last = {owner: one.last for owner, one in numbered.items()}
        rows = []
        for part in reversed(parts):
            for filing in reversed(part.new):
                one = filing.one
                at_us = instant_us(one.at)
                place = (one.event_id, one.till_id, one.epoch, one.seq, at_us)
                for owner in part.owners_of[one.seq]:
                    number = last[owner]
                    last[owner] = number - 1
                    rows.append((owner, number, *place))
        if rows:
            self._database.put(self._connection, EVENT_OWNER, rows)

    def _note_heard(self, parts: Sequence[Part]) -> set[Pair]:
        """What a till only heard of is in its book all the same."""
        rows = [
            (one.one.till_id, owner, one.one.epoch, one.one.seq)
            for part in parts
            for one in part.heard
            for owner in part.owners_of[one.one.seq]
        ]
        if rows:
            self._database.put(self._connection, HEARD_OWNER, rows)
        return {(till_id, owner) for till_id, owner, _, _ in rows}

    def _note_rights(self, known: Iterable[Filing]) -> None:
        opened = {right: owner for one in known for right, owner in one.opens.items() if owner}
        if not opened:
            return
        waited = put_new_and_ask(
            self._connection,
            RIGHT_OWNER,
            sorted(opened.items()),
            (_WAITING, opened),
            there=_OWNED_NOW,
        )
        for row in waited:
            self._file_late(row, opened[bytes(row[0])])
        self._fold_anew({opened[bytes(row[0])] for row in waited})
        if waited:
            done = RIGHT_WAITING.c.right_id.in_([row[0] for row in waited])
            self._connection.execute(RIGHT_WAITING.delete().where(done))

    def _file_late(self, row: Any, owner: bytes) -> None:
        """An event that changed a right before anybody opened it is its owner's too."""
        _, till_id, epoch, seq, event_id, at_us = row
        c = EVENT_OWNER.c
        there = select(c.arrival).where(c.owner == owner, c.event_id == event_id)
        if self._connection.execute(there).first() is None:
            mine = self._numbered.get(owner)
            if mine is None:
                ((_, number, _),) = bump(self._connection, [(owner, 1)], self._now_s)
            else:  # the ledger writes its row at the end
                number = mine.arrived = mine.arrived + 1
            late = (owner, number, event_id, till_id, epoch, seq, at_us)
            self._database.put(self._connection, EVENT_OWNER, [late])

    def _fold_anew(self, owners: Set[bytes]) -> None:
        """Nothing is gone on from."""
        for owner in owners & self._numbered.keys():  # the ledger writes its row at the end
            self._numbered[owner].anew = True
        left = owners - self._numbered.keys()
        if left:
            fold_anew(self._connection, left, now_s=self._now_s)

    def file_goods_back(self, kept: Iterable[Filing]) -> None:
        """Returns that an earlier release filed or folded otherwise: whose they are folds anew."""
        owners = set[bytes]()
        for filing in kept:
            one, place = filing.one, filing.back
            if place is not None and filing.counts:
                owners |= {place.owner} | taken_from(one)
                self._file_late(_late_row(one), place.owner)
                self._note_goods_back([filing], ())
        fold_anew(self._connection, owners, now_s=self._now_s)

    def _note_goods_back(self, new: Sequence[Filing], came_back: Iterable[Any]) -> None:
        """A sale of which something came back is its place's owner's too."""
        owners = {bytes(row[0]) for row in came_back}
        found = sales_to_file(self._connection, new, owners)
        for one in found:
            self._file_late(_late_row(one), one.owner)
        note_waiting(self._connection, new, found, now_s=self._now_s)

    def _note_members(self, new: Sequence[Filing]) -> None:
        joined: dict[bytes, str] = {}
        for filing in new:
            if filing.joined is not None:
                member_id, day = filing.joined[0], filing.joined[1].isoformat()
                joined[member_id] = min(day, joined.get(member_id, day))
            if filing.alias is not None:
                goes, stays = filing.alias
                self._change_member(goes, alias_of=stays)
                self._profiles.rename(goes, stays)
                forget_phone(self._connection, goes)
            if filing.erased is not None:
                self._change_member(filing.erased, erased=1)
                self._profiles.erase(filing.erased)
                forget_phone(self._connection, filing.erased)
        join(self._connection, sorted(joined.items()))
        note_joined(self._connection, self._profiles, new)

    def _change_member(self, member_id: bytes, **values: Any) -> None:
        mine = MEMBER.update().where(MEMBER.c.member_id == member_id)
        if self._connection.execute(mine.values(values)).rowcount == 0:
            row = {"member_id": member_id, "erased": 0} | values
            self._connection.execute(MEMBER.insert().values(row))

    def _note_leases(self, till_id: bytes, known: Iterable[Filing]) -> None:
        taken, given = [], []
        for filing in known:
            for change in filing.one.does.rights:
                if change.opens is not None and change.opens.kind == LEASE_KIND:
                    taken.append(change.right_id)
                elif change.move is RightMove.CANCEL:
                    given.append(change.right_id)
        for name, ids in (("taken", taken), ("given", given)):
            if ids:
                mine = LEASE.c.lease_id.in_(ids) & (LEASE.c.till_id == till_id)
                self._connection.execute(LEASE.update().where(mine).values({name: 1}))

    def _note_forgotten(self, new: Iterable[Filing]) -> None:
        """A till says that nothing of these members is there any more."""
        rows = {
            (member_id, filing.one.till_id): instant_us(filing.one.at)
            for filing in new
            for member_id in filing.forgotten
        }
        put_new(self._connection, ERASE_ACK, [(*key, at_us) for key, at_us in rows.items()])

    def _note_everywhere(self, new: Sequence[Filing], numbered: Mapping[bytes, Numbered]) -> None:
        """What every till hears of has a number of its last change, in the order of commits."""
        found = {owner for owner, one in numbered.items() if one.everywhere}
        for filing in new:
            found |= filing.everywhere
        asked = {owner for filing in new for owner in filing.metered} - found
        found |= nobody_of(self._connection, asked)
        if not found:
            return
        there = numbered.keys() & found
        missing = sorted(found - there)
        if missing:
            bump(self._connection, [(owner, 0) for owner in missing], self._now_s)
        number = self._connection.exec_driver_sql(_NEXT_CHANGE).scalar_one()
        among = OWNER_PLACE.c.owner.in_(sorted(found))
        self._connection.execute(OWNER_PLACE.update().where(among).values(everywhere=number))

    def _note_knowing(self, known: Iterable[Filing]) -> set[Pair]:
        """From now on a till hears of whoever it made or took in."""
        found = {(filing.one.till_id, owner) for filing in known for owner in filing.knows}
        if found:
            put_new(self._connection, TILL_OWNER, sorted(found))
        return found

    def _note_due(
        self,
        numbered: Mapping[bytes, Numbered],
        own: Mapping[Pair, int],
        knowing: Iterable[Any],
    ) -> None:
        """Who knows an owner of whom something arrived may have to hear of it.

        `own` are the tills that are themselves concerned with an owner from this batch on, and up
        to which number.
        """
        found = dict(own)
        for till, owner in knowing:
            found[bytes(till), bytes(owner)] = numbered[bytes(owner)].arrived
        due(self._connection, [(*pair, found[pair]) for pair in sorted(found)])


def apart(batches: Iterable[Batch]) -> list[bool]:
    """Which of some tills' batches, in their order, can be filed together: none of whose events
    came in an earlier one, and no sale that was keyed in again, which another one may bring as it
    was rung. Whoever is not one of these is filed once these are kept.
    """
    seen: set[bytes] = set()
    found: list[bool] = []
    closed = False
    for batch in batches:
        ids = {one.event_id for one in batch.stored}
        alone = any(one is not None and is_keyed_in(one.one.event) for one in batch.filings)
        lies = not closed and seen.isdisjoint(ids) and not (alone and seen)
        found.append(lies)
        if lies:
            seen |= ids
            closed = alone
    return found


def _waiting_for(filing: Filing, opened: Collection[bytes]) -> list[tuple[Any, ...]]:
    """The rows of an event that counts and changes rights which nobody opened."""
    if not filing.counts:
        return []
    row = _late_row(filing.one)[1:]
    return [(right_id, *row) for right_id in filing.touches if right_id not in opened]


def _late_row(one: Filed | Sold) -> tuple[Any, ...]:
    """An event that turns out to be one more owner's, as `right_waiting` has such rows."""
    return (b"", one.till_id, one.epoch, one.seq, one.event_id, instant_us(one.at))
