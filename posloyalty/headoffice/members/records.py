"""Members' records: two become one, or one is erased, by a person who says whom they mean.

Shape: `facts` is what there is to look at before; `erase` and `merge` want the name that the member
gave, which head office never shows: who has the wrong record before them does not know it. Where no
name is known, the first eight characters of the id do. Both are acts of head office's own journal,
which every till hears of, and entries of the audit log. Neither can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.judging.office_rules import PublishedRules
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.named_members import named
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.profile_tables import PROFILE, TWO_MEMBERS
from posloyalty.headoffice.store.statements import put_new
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.profiles.record import ProfileRecord

ID_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What there is to look at: whether a name is known, what is owned and owed, by ledger."""

    member_id: str
    has_name: bool
    balances: tuple[tuple[str, int], ...]
    debts: tuple[tuple[str, int], ...]
    rights: int
    joined: str


class Records:
    """Merges and erases."""

    def __init__(
        self, database: Database, office: Office, clock: Clock, programmes: ReadProgrammes
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._programmes = programmes

    def facts(self, member: str) -> RecordFacts:
        """Of a record by whatever names it; refuses NOBODY_FOUND for nobody, and for one that is
        no more.
        """
        with self._database.write() as connection:
            office = self._head_office(connection)
            member_id = _living(connection, office, member)
            state = office.state(member_id)
            assert state is not None  # it is living
            sums: dict[str, int] = {}
            for lot in state.lots:
                sums[lot.account.ledger] = sums.get(lot.account.ledger, 0) + lot.remaining
            return RecordFacts(
                member_id=member_id.hex(),
                has_name=bool(_names(connection, member_id)),
                balances=tuple(sorted((key, n) for key, n in sums.items() if n)),
                debts=tuple(sorted(state.debts)),
                rights=sum(1 for one in state.rights if not one.cancelled and one.left != 0),
                joined=state.joined_on.isoformat(),
            )

    def erase(self, member: str, confirmed: str, *, by: str) -> str:
        """End a record and have every till forget who it was; gives its id.

        Refuses NOBODY_FOUND and NOT_THIS_NAME.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            office = self._head_office(connection)
            member_id = _living(connection, office, member)
            _confirm(connection, member_id, confirmed)
            office.archive.lock(member_id)
            office.erase(member_id, now)
            note(connection, int(now.timestamp()), by, "member_erased", member=member_id.hex())
        return member_id.hex()

    def merge(self, stays: str, goes: str, confirmed: str, *, by: str) -> str:
        """`goes` is from now on another name of `stays`; gives the id that stays.

        Refuses NOBODY_FOUND, SAME_RECORD, NOT_THIS_NAME (of the one that goes) and
        OFFICE_NO_PROGRAMME.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            if PublishedRules(connection, self._programmes).programme(now) is None:
                raise ServiceRefusal("OFFICE_NO_PROGRAMME")
            office = self._head_office(connection)
            ours, theirs = (_living(connection, office, one) for one in (stays, goes))
            if ours == theirs:
                raise ServiceRefusal("SAME_RECORD")
            _confirm(connection, theirs, confirmed)
            for one in sorted((ours, theirs)):
                office.archive.lock(one)
            office.merge(ours, theirs, now)
            note(
                connection, int(now.timestamp()), by, "members_merged",
                stays=ours.hex(), goes=theirs.hex(),
            )  # fmt: skip
        return ours.hex()

    def keep_two(self, one: str, other: str, *, by: str) -> None:
        """Two records that say the same are two members: nobody is asked about them any more.

        Nothing changes at tills: a number that both say finds both. Saying it again changes
        nothing. Refuses NOBODY_FOUND and SAME_RECORD.
        """
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            office = self._head_office(connection)
            first, second = sorted(_living(connection, office, each) for each in (one, other))
            if first == second:
                raise ServiceRefusal("SAME_RECORD")
            known = select(TWO_MEMBERS.c.one).where(
                TWO_MEMBERS.c.one == first, TWO_MEMBERS.c.other == second
            )
            if connection.execute(known).first():
                return
            put_new(connection, TWO_MEMBERS, [(first, second, by, now_s)])
            note(
                connection, now_s, by, "members_two",
                member=first.hex(), other=second.hex(),
            )  # fmt: skip

    def _head_office(self, connection: Connection) -> HeadOffice:
        rules = PublishedRules(connection, self._programmes)
        now = self._clock.now()
        return head_office(self._database, connection, self._office, now=now, rules=rules)


def _living(connection: Connection, office: HeadOffice, member: str) -> bytes:
    """The record that a name means now."""
    typed = member.strip()
    found = {office.meant(one) for one in named(connection, [typed]).get(typed, ())}
    if len(found) != 1:
        raise ServiceRefusal("NOBODY_FOUND")
    (member_id,) = found
    if office.archive.is_erased(member_id) or office.state(member_id) is None:
        raise ServiceRefusal("NOBODY_FOUND")
    return member_id


def _confirm(connection: Connection, member_id: bytes, typed: str) -> None:
    """Refuses NOT_THIS_NAME; blanks and the size of letters make no other name."""
    names = _names(connection, member_id) or (member_id.hex()[:ID_SHOWN],)
    if _plain(typed) not in {_plain(one) for one in names}:
        raise ServiceRefusal("NOT_THIS_NAME")


def _names(connection: Connection, member_id: bytes) -> tuple[str, ...]:
    asked = select(PROFILE.c.body).where(PROFILE.c.member_id == member_id)
    body = connection.execute(asked).scalar()
    if body is None:
        return ()
    known = msgspec.json.decode(bytes(body), type=ProfileRecord).values("name")
    return tuple(one for one in known if _plain(one))


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
