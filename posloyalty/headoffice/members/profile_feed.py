"""Members' profiles at head office: what tills tell becomes one record each, and one feed for all.

Shape: inside a transaction, `ProfileFeed.take(records)` merges what a till knows, `page(ask)` gives
the next of what a till has not heard, `erase` and `rename` end a record for good. Whoever writes
holds the row of the feed's numbers until the commit (`store/feed_numbers`).

Who says that a phone number or card is theirs keeps it against whoever says so later; the later
record keeps the words too and is marked as `taken`, for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from posloyalty.headoffice.members import profile_news, store_members
from posloyalty.headoffice.members.buyers import follow_profiles, forget_buyer, name_changed
from posloyalty.headoffice.store.feed_numbers import FeedNumbers
from posloyalty.headoffice.store.profile_tables import (
    PROFILE,
    PROFILE_AHEAD,
    PROFILE_IDENTIFIER,
    PROFILE_PLACE,
)
from posloyalty.headoffice.store.roll_tables import void_rolls
from posloyalty.headoffice.store.statements import IN_ORDER, many, on_postgresql, run, run_for
from posloyalty.sync.profiles.record import (
    ONE_OWNER,
    Ahead,
    ProfileRecord,
    bounded,
    fits,
    merged,
    one_member,
    said_late,
    under_name,
)
from posloyalty.sync.wire.profiles import PAGE_BYTES_MAX, FeedAsk, FeedGiven, Item, Stream

AHEAD_MS: Final = 300_000
"""A mark further ahead of head office's time counts as said now."""
ERASE: Final = "erase"
MEMBER: Final = "member"
_P: Final = PROFILE.c
_I: Final = PROFILE_IDENTIFIER.c
_PUT: Final = """
INSERT INTO profile AS known
(member_id, bucket, stream, n, version, body, stays, taken, changed_s) {rows}
ON CONFLICT (member_id) DO UPDATE SET bucket = excluded.bucket, stream = excluded.stream,
n = excluded.n, version = known.version + 1, body = excluded.body, stays = excluded.stays,
taken = excluded.taken, changed_s = excluded.changed_s
"""
_PUT_TYPES: Final = ("bytea", "text", "text", "int8", "int8", "bytea", "bytea", "text", "int8")
_CLAIM: Final = (
    "INSERT INTO profile_identifier (value, kind, member_id, ms, counter, till) {rows}"
    " ON CONFLICT DO NOTHING"
)
_CLAIM_TYPES: Final = ("text", "text", "bytea", "int8", "int8", "text")
_FIRST: Final = """
SELECT kind, value, member_id FROM (
    SELECT kind, value, member_id, row_number() OVER (
        PARTITION BY kind, value ORDER BY ms, counter, till, member_id) AS place
    FROM profile_identifier WHERE value {among}) AS ranked
WHERE place = 1
"""
Claim = tuple[str, str]
"""(kind, value) of an identifier."""


class ProfileFeed:
    """The feed within one transaction. `life_name` is this life of the database, `till_id` the
    till that tells or asks, where it is one.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        life_name: str = "",
        now_s: int,
        till_id: bytes | None = None,
    ) -> None:
        self._connection = connection
        self._till_id = till_id
        self._numbers = FeedNumbers(connection, PROFILE_PLACE, life_name=life_name)
        self._now_s = now_s

    # What comes up

    def take(self, records: Sequence[ProfileRecord]) -> int:
        """Merge what a till knows; gives how many of them said something new.

        Nobody who was erased comes back. Of what comes for a name that went, answers count for who
        stays (`said_late`).
        """
        number, urgent = self._numbers.draw(0), profile_news.urgent_through(self._connection)
        told_of = [bytes.fromhex(one.member) for one in records]
        rows, ahead = self._rows_meant(told_of), self._ahead_of(told_of)
        changed: dict[bytes, ProfileRecord] = {}
        again: list[Any] = []
        for told in records:
            record, member_id, late = told, bytes.fromhex(told.member), False
            row = rows.get(member_id)
            if row is not None and row.body is None:
                again.append(row)
            while row is not None and row.body is None and row.stays is not None:
                member_id, late = bytes(row.stays), True
                record, row = under_name(record, member_id.hex()), rows.get(member_id)
            if row is not None and row.body is None:
                continue  # erased
            before = changed.get(member_id) or (None if row is None else _read(row))
            record = self._dated(record, None if late else before, ahead[told.member], told.member)
            join = said_late if late else merged
            after = record if before is None else join(before, record)
            if after != before and fits(after):
                changed[member_id] = after
            elif record != told and row is not None and not late:
                again.append(row)  # its till takes its own word for the latest
        self._say_again(again)
        self._keep(changed)
        if changed and all(changed.get(bytes.fromhex(one.member), one) == one for one in records):
            self._note_own(number, len(changed), urgent)
        return len(changed)

    def erase(self, member_id: bytes) -> None:
        """Nothing says who a member was any more, and every till hears so. Absorbing."""
        self._end(member_id, ERASE, None)
        profile_news.mark_urgent(self._connection)
        self._connection.execute(
            PROFILE_AHEAD.delete().where(PROFILE_AHEAD.c.member_id == member_id)
        )
        forget_buyer(self._connection, member_id)
        void_rolls(self._connection)

    def rename(self, goes: bytes, stays: bytes) -> None:
        """One record is from now on another name of the other one."""
        self._numbers.draw(0)
        rows = self._rows([goes, stays])
        theirs, ours = rows.get(goes), rows.get(stays)
        self._end(goes, MEMBER, stays)
        name_changed(self._connection, goes)
        if theirs is None or theirs.body is None or (ours is not None and ours.body is None):
            return
        moved = under_name(_read(theirs), stays.hex())
        self._keep({stays: moved if ours is None else one_member(_read(ours), moved)})

    # What goes down

    def page(self, ask: FeedAsk) -> FeedGiven:
        """The next page of the first part that has one; raises `OtherLife`."""
        if on_postgresql(self._connection):
            run(self._connection, *IN_ORDER)
        through = self._numbers.through()
        parts = [one for one in Stream if one is not Stream.REST or not ask.without_rest]
        cursors = {
            stream: self._numbers.after(getattr(ask, stream.value), through) for stream in parts
        }
        for stream, after in cursors.items():
            if stream is Stream.STORE:
                rows = self._store_rows(ask.home, after, through, ask.most)
            else:
                rows = self._page_rows(stream, ask.home, after, ask.most)
            if rows:
                return self._given(stream, rows)
        if self._till_id is not None:
            profile_news.note_heard(self._connection, self._till_id, through, self._now_s)
        return FeedGiven(
            stream=parts[-1].value,
            items=(),
            next=self._numbers.cursor(cursors[parts[-1]]),
            more=False,
        )

    def items(self, member_id: bytes) -> tuple[Item, ...]:
        """What a till has to know of one member: of whoever they are now, and that they are it."""
        rows = self._rows_meant([member_id])
        if member_id not in rows:
            return ()
        now = member_id
        while now in rows and rows[now].stays is not None:
            now = bytes(rows[now].stays)
        found = () if now not in rows else (_item(rows[now]),)
        return found if now == member_id else (Item(k=member_id.hex(), stays=now.hex()), *found)

    def _given(self, stream: Stream, rows: Sequence[tuple[int, Any]]) -> FeedGiven:
        """As many rows, each with its number in this part of the feed, as go into a page."""
        items: list[Item] = []
        size = 0
        for _, row in rows:
            size += len(row.body or b"")
            if items and size > PAGE_BYTES_MAX:
                break
            items.append(_item(row))
        last = rows[len(items) - 1][0]
        # What other parts have is asked for in any case, so that one page is not the last word.
        return FeedGiven(
            stream=stream.value, items=tuple(items), next=self._numbers.cursor(last), more=True
        )

    def _store_rows(
        self, home: str, after: int, through: int, most: int
    ) -> Sequence[tuple[int, Any]]:
        """The next of a store's members."""
        found = store_members.next_of(
            self._connection, home, after=after, through=through, most=most
        )
        rows = self._rows([member_id for _, member_id in found])
        return [(n, rows[member_id]) for n, member_id in found]

    def _page_rows(
        self, stream: Stream, home: str, after: int, most: int
    ) -> Sequence[tuple[int, Any]]:
        """The next of who was erased, or of all others' members."""
        asked = select(PROFILE).where(_P.n > after)
        if stream is Stream.ERASE:
            asked = asked.where(_P.stream == ERASE)
        else:
            others = ~store_members.buys_at(home)
            asked = asked.where(_P.bucket != home, _P.stream == MEMBER, others)
        return [(row.n, row) for row in self._connection.execute(asked.order_by(_P.n).limit(most))]

    # Words of clocks that are ahead

    def _ahead_of(self, member_ids: Collection[bytes]) -> dict[str, list[Ahead]]:
        """What was dated before of these, by the names under which it came."""
        found: dict[str, list[Ahead]] = {one.hex(): [] for one in member_ids}
        for row in many(
            self._connection,
            "SELECT * FROM profile_ahead WHERE member_id IN",
            set(member_ids),
        ):
            mark, counts = (row.ms, row.counter), (row.as_ms, row.as_counter)
            found[bytes(row.member_id).hex()].append(Ahead(row.field, row.till, mark, counts))
        return found

    def _dated(
        self, record: ProfileRecord, known: ProfileRecord | None, before: list[Ahead], name: str
    ) -> ProfileRecord:
        """A record that came under a name, with each word dated once for ever."""
        dated, new = bounded(record, known, before, self._now_s * 1000 + AHEAD_MS)
        before += new
        rows = [(bytes.fromhex(name), one.field, one.till, *one.mark, *one.counts) for one in new]
        if rows:
            self._connection.execute(
                PROFILE_AHEAD.insert(),
                [dict(zip(PROFILE_AHEAD.columns.keys(), row, strict=True)) for row in rows],
            )
        return dated

    # Writing

    def _rows(self, member_ids: Collection[bytes]) -> dict[bytes, Any]:
        rows = many(self._connection, "SELECT * FROM profile WHERE member_id IN", set(member_ids))
        return {bytes(row.member_id): row for row in rows}

    def _rows_meant(self, member_ids: Collection[bytes]) -> dict[bytes, Any]:
        """The same, with whoever stays of those who are another name."""
        found = self._rows(member_ids)
        asked = set(member_ids)
        while more := {bytes(row.stays) for row in found.values() if row.stays} - asked:
            asked |= more
            found |= self._rows(more)
        return found

    def _say_again(self, said: Sequence[Any]) -> None:
        """Every till hears once more of members of whom a till says what has passed: who is no
        more, or whose word it takes for the latest.
        """
        rows = {bytes(row.member_id): row for row in said}
        self._put(
            [
                (member_id, row.bucket, row.stream, row.body, row.stays, row.taken)
                for member_id, row in rows.items()
            ]
        )

    def _end(self, member_id: bytes, stream: str, stays: bytes | None) -> None:
        self._numbers.draw(0)
        row = self._rows([member_id]).get(member_id)
        if row is not None and row.stream == ERASE:
            return
        freed = self._forget_claims([member_id])
        bucket = "" if row is None else row.bucket
        self._put([(member_id, bucket, stream, None, stays, "")])
        self._judge(freed, ())

    def _keep(self, changed: dict[bytes, ProfileRecord]) -> None:
        """Write records, and see who says what belongs to whom."""
        if not changed:
            return
        rows = self._rows(changed)
        taken = {one: rows[one].taken if one in rows else "" for one in changed}
        self._put(
            [
                (member_id, one.store, MEMBER, msgspec.json.encode(one), None, taken[member_id])
                for member_id, one in changed.items()
            ]
        )
        known = {one: _read(row) for one, row in rows.items() if row.body is not None}
        if any(profile_news.withdraws(one, changed[key]) for key, one in known.items()):
            profile_news.mark_urgent(self._connection)
        freed = self._forget_claims(changed)
        claims = freed | {claim for one in changed.values() for claim in _claims(one)}
        were_first = self._first_to_say(claims).values()
        self._claim(changed.values())
        self._judge(claims, {*changed, *were_first})

    def _note_own(self, before: int, said: int, urgent: int) -> None:
        """All that changed behind a number is what a till said, as it said it; but where somebody
        else was marked anew, or who said it, the till has to hear of that.
        """
        after = self._numbers.draw(0)
        if self._till_id is not None and after == before + said:
            profile_news.note_own(
                self._connection, self._till_id, before=before, after=after, urgent=urgent
            )

    def _put(self, rows: Sequence[tuple[bytes, str, str, bytes | None, bytes | None, str]]) -> None:
        """Write rows under numbers of their own."""
        if not rows:
            return
        number = self._numbers.draw(len(rows)) - len(rows)
        run_for(
            self._connection,
            _PUT,
            [
                (member_id, bucket, stream, number + place, 1, body, stays, taken, self._now_s)
                for place, (member_id, bucket, stream, body, stays, taken) in enumerate(rows, 1)
            ],
            _PUT_TYPES,
        )
        follow_profiles(self._connection, [row[0] for row in rows])

    def _forget_claims(self, member_ids: Collection[bytes]) -> set[Claim]:
        """What these members said was theirs, which is forgotten."""
        found = many(
            self._connection,
            "SELECT kind, value FROM profile_identifier WHERE member_id IN",
            list(member_ids),
        )
        if found:
            theirs = _I.member_id.in_(list(member_ids))
            self._connection.execute(PROFILE_IDENTIFIER.delete().where(theirs))
        return {(row.kind, row.value) for row in found}

    def _claim(self, records: Iterable[ProfileRecord]) -> None:
        rows = {
            (value, kind, bytes.fromhex(one.member)): one.fields[kind]
            for one in records
            for kind, value in _claims(one)
        }
        run_for(
            self._connection,
            _CLAIM,
            [(*key, *said.mark, said.till) for key, said in rows.items()],
            _CLAIM_TYPES,
        )

    def _judge(self, claims: Collection[Claim], others: Collection[bytes]) -> None:
        """Mark anew who may have gained or lost one of these: who is first now, and `others`."""
        concerned = set(others) | set(self._first_to_say(claims).values())
        theirs: dict[bytes, set[Claim]] = {one: set() for one in concerned}
        for row in many(
            self._connection,
            "SELECT kind, value, member_id FROM profile_identifier WHERE member_id IN",
            list(concerned),
        ):
            theirs[bytes(row.member_id)].add((row.kind, row.value))
        first = self._first_to_say({claim for found in theirs.values() for claim in found})
        rows = self._rows(concerned)
        marked = []
        for member_id, found in sorted(theirs.items()):
            lost = sorted({claim[0] for claim in found if first[claim] != member_id})
            row, taken = rows[member_id], ",".join(lost)
            if row.taken != taken:
                marked.append((member_id, row.bucket, row.stream, row.body, row.stays, taken))
        self._put(marked)

    def _first_to_say(self, claims: Collection[Claim]) -> dict[Claim, bytes]:
        """Who said first of each that it is theirs."""
        if not claims:
            return {}
        values = sorted({value for _, value in claims})
        if on_postgresql(self._connection):
            asked, given = _FIRST.format(among="= ANY(%s)"), (values,)
        else:
            asked = _FIRST.format(among=f"IN ({', '.join('?' * len(values))})")
            given = tuple(values)  # type: ignore[assignment]
        rows = self._connection.exec_driver_sql(asked, given).all()
        found = {(row.kind, row.value): bytes(row.member_id) for row in rows}
        return {claim: found[claim] for claim in claims if claim in found}


def _claims(record: ProfileRecord) -> list[Claim]:
    return [(kind, value) for kind in ONE_OWNER for value in record.values(kind)]


def _read(row: Any) -> ProfileRecord:
    return msgspec.json.decode(bytes(row.body), type=ProfileRecord)


def _item(row: Any) -> Item:
    return Item(
        k=bytes(row.member_id).hex(),
        record=None if row.body is None else _read(row),
        stays="" if row.stays is None else bytes(row.stays).hex(),
        taken=tuple(row.taken.split(",")) if row.taken else (),
    )
