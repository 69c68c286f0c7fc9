"""Who members are: they join at a till, are changed and asked at several, and some are erased.

Shape: `Known(seed, world)` draws from a seed of its own. In worlds that do not lend,
`happens(node)` has somebody join with a phone number that others may have too, a field changed, a
consent given or withdrawn, or a till tell and hear, by the product's own `ShareProfiles` and head
office's own `ProfileFeed` (on a database in memory) over the world's faults. Each word has a name
of its own, and with it stands which others its till had heard of; so `check()` can say whose word
must not stand, without any clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, cast

import msgspec
from sqlalchemy import create_engine, select

from posloyalty.domain.members.member import (
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.feed_numbers import OtherLife
from posloyalty.headoffice.store.profile_tables import (
    PROFILE,
    PROFILE_IDENTIFIER,
)
from posloyalty.headoffice.store.roll_tables import METADATA
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.meet_members import MeetMembers
from posloyalty.services.office.share_profiles import ShareProfiles
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import OutOfReach
from posloyalty.sync import events
from posloyalty.sync.profiles.record import ProfileRecord
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.profiles import (
    RESYNC,
    FeedAsk,
    FeedGiven,
    ProfilesTaken,
    ProfilesTold,
)
from tests.simulation.profile_link import Link
from tests.simulation.small_profiles import ENDED, NOTHING, Kept, SmallProfiles

if TYPE_CHECKING:
    from tests.simulation.node import Node
    from tests.simulation.restored import RestorableTill
    from tests.simulation.world import World

PHONES: Final = tuple(f"1380000000{n}" for n in range(4))
NEWS: Final = ("news", "sms")
FIELDS: Final = ("name", "note")
OPERATOR: Final = b"o" * 16
HEALS_WITHIN: Final = 40
PEOPLE: Final = 7
"""So few of the members join, so that tills have something to say of the same ones."""


@dataclass(frozen=True)
class Copied:
    """Head office's database of profiles, and what had arrived there."""

    database: bytes
    arrived: dict[bytes, frozenset[str]]


class Known:
    """The profiles of one world. Words are called "<field>:<till>-<number>.", and a field's value
    is its word; answers are called "yes:..." and "no:...".
    """

    def __init__(self, seed: int, world: World) -> None:
        self._random, self._late = Random(f"known {seed}"), Random(f"too late {seed}")
        self._world = world
        self._on = not world.lending
        self._numbers = count()
        self._joined: set[bytes] = set()
        self._erased: set[bytes] = set()
        self._renamed: dict[bytes, bytes] = {}
        self._behind: dict[str, frozenset[str]] = {}
        self._of: dict[str, bytes] = {}
        self._arrived: dict[bytes, frozenset[str]] = {}
        self._pages: list[tuple[bytes, frozenset[str]]] = []
        self._sharing: dict[bytes, ShareProfiles] = {}
        self._forgot: dict[bytes, list[bytes]] = {}
        self.acts = self.too_late = 0
        if self._on:
            self._database = create_engine("sqlite://").connect()
            METADATA.create_all(self._database)
            self._database.commit()

    def happens(self, node: Node) -> None:
        """Maybe somebody joins, says something, or a till tells and hears."""
        if not self._on:
            return
        self._refuse_again(node)
        if self._world.kind.forgets and self._late.random() < 0.02:
            self._too_late(node)
        if self._random.random() > 0.14:
            return
        what = self._random.choices(
            (self._join, self._edit, self._answer, self._talk), (2, 4, 3, 5)
        )
        what[0](node)

    def restart(self, till: RestorableTill) -> None:
        """The program begins again, with what its book says."""
        self._sharing.pop(till.id, None)

    def restored(self, till: RestorableTill, before: Kept) -> None:
        """The book is an old one, which does not know what was refused at the till since."""
        self.restart(till)
        refused = f"no:{_name(till)}"
        forgotten = _words(before) - _words(till.kept)
        self._forgot[till.id] = sorted(
            {self._of[word] for word in forgotten if word.startswith(refused)}
        )

    def ended(self, goes: Iterable[bytes], erased: Iterable[bytes]) -> None:
        """Head office decided that these are no more."""
        if not self._on:
            return
        for who in sorted(erased):
            with self._feed() as feed:
                feed.erase(who)
            self._erased.add(who)
        for who in sorted(goes):
            stays = self._world.office.meant(who)
            with self._feed() as feed:
                feed.rename(who, stays)
            self._renamed[who] = stays
            self._joined.add(stays)
            self._arrive(who, self._arrived.get(who, NOTHING))

    def copy(self) -> Copied | None:
        """What head office has of profiles now."""
        return Copied(self._sqlite().serialize(), dict(self._arrived)) if self._on else None

    def put_back(self, copied: Copied | None) -> None:
        """Head office has what it had then; who is no more there is erased or merged again."""
        if copied is None:
            return
        self._sqlite().deserialize(copied.database)
        self._arrived = dict(copied.arrived)
        archive = self._world.office.archive
        self._erased = {one for one in self._erased if archive.is_erased(one)}
        gone = self._renamed.items()
        self._renamed = {who: stays for who, stays in gone if archive.alias(who) is not None}

    def _sqlite(self) -> Connection:
        found = self._database.connection.driver_connection
        assert isinstance(found, Connection)
        return found

    def settled(self) -> bool:
        """Everybody tells and hears; whether nobody had anything to."""
        nodes = self._world.nodes.values() if self._on else ()
        talked = [self._talk(node) for node in nodes]
        return not any(talked)

    # Acts

    def _join(self, node: Node) -> None:
        left = [one for one in self._world.members[:PEOPLE] if one not in self._joined]
        left = [one for one in left if one not in self._erased and one not in self._renamed]
        if not left:
            return
        who, book, at = self._random.choice(left), self._book(node), self._world.at
        self._joined.add(who)
        phone = Identifier(IdentifierKind.PHONE, self._random.choice(PHONES))
        member = Member(
            id=who,
            status=MemberStatus.ACTIVE,
            joined_on=at.date(),
            home_store=node.till.store,
            profile=Profile(name=self._word("name", node, who), identifiers=(phone,)),
            consents=(self._consent(node, granted=True),),
        )
        self._say(node, who, "yes")
        book.add(member)

    def _edit(self, node: Node) -> None:
        who = self._somebody(node)
        if who is not None:
            self._change(node, who)

    def _change(self, node: Node, who: bytes) -> None:
        book, name = self._book(node), self._random.choice(FIELDS)
        member = book.by_id(who)
        assert member is not None
        profile = replace(member.profile, **{name: self._word(name, node, who)})  # type: ignore[arg-type]
        if self._random.random() < 0.3:
            phone = Identifier(IdentifierKind.PHONE, self._random.choice(PHONES))
            profile = replace(profile, identifiers=(phone,))
        stamp = book.stamp()
        edited = events.MemberEdit(
            id=self._id(node.till),
            at=stamp.at,
            hlc=stamp.hlc,
            member=who.hex(),
            fields=(name,),
        )
        book.save_profile(who, profile, appended=book.append(edited))

    def _too_late(self, node: Node) -> None:
        """Somebody is erased while a till that cannot hear of it says something of them, before or
        after, and goes on doing so.
        """
        there = self._there(node)
        if not there or self._world._resting:
            return
        who, world = self._late.choice(there), self._world
        node.cut_off_ms = max(node.cut_off_ms, world.now_ms + self._late.randint(1, 7_200_000))
        words = self._late.randint(0, 2), self._late.randint(0, 2)
        for _ in range(words[0]):
            self._change(node, who)
        world.erase(who)
        for _ in range(words[1]):
            self._change(node, who)
        self.too_late += sum(words)

    def _answer(self, node: Node) -> None:
        who = self._somebody(node)
        if who is not None:
            self._say_whether(node, who, granted=self._random.random() < 0.5)

    def _refuse_again(self, node: Node) -> None:
        """Whose refusal the till has forgotten refuses once more, and then thinks better of it,
        before the till has heard anything.
        """
        for who in self._forgot.pop(node.till.id, ()):
            if who in self._there(node):
                self._say_whether(node, who, granted=False)
                self._say_whether(node, who, granted=True)

    def _say_whether(self, node: Node, who: bytes, *, granted: bool) -> None:
        book = self._book(node)
        consent, stamp = self._consent(node, granted=granted), book.stamp()
        self._say(node, who, "yes" if granted else "no")
        said = events.Consent(
            id=self._id(node.till),
            at=stamp.at,
            hlc=stamp.hlc,
            member=who.hex(),
            purpose=consent.purpose,
            channel=consent.channel,
            granted=granted,
            text=consent.text_version,
            lang=consent.language,
            source=consent.source,
        )
        book.add_consent(who, consent, appended=book.append(said))
        record = book.record(who)
        assert record is not None
        assert record.consents["/".join(NEWS)].granted == granted, (
            "an answer counts where it is given"
        )

    def _talk(self, node: Node) -> bool:
        """A till says and asks whatever it has; whether there was anything."""
        sharing = self._sharing.get(node.till.id)
        if sharing is None:
            sharing = self._sharing[node.till.id] = self._program(node)
        news = False
        sharing.look()
        try:
            for _ in range(HEALS_WITHIN):
                self._pages.clear()
                more = sharing.step(Link(self, node, self._random))
                for who, behind in self._pages:
                    self._hear(node.till, who, behind)
                news |= more
                if not more and not sharing.due():
                    break
        except OutOfReach:
            return True
        return news

    # Words

    def _somebody(self, node: Node) -> bytes | None:
        there = self._there(node)
        return self._random.choice(there) if there else None

    def _there(self, node: Node) -> list[bytes]:
        members = node.till.kept.members.items()
        return sorted(one for one, member in members if member.status not in ENDED)

    def _word(self, name: str, node: Node, who: bytes) -> str:
        return self._say(node, who, name)

    def _say(self, node: Node, who: bytes, what: str) -> str:
        """A new word, behind everything of this member that the till has heard."""
        word = f"{what}:{_name(node.till)}-{next(self._numbers)}."
        kept = node.till.kept
        self._behind[word], self._of[word] = kept.behind.get(who, NOTHING), who
        kept.behind[who] = self._behind[word] | {word}
        self.acts += 1
        return word

    def _hear(self, till: RestorableTill, who: bytes, behind: frozenset[str]) -> None:
        """A till has heard of words, or forgets them all with a record that is no more: should that
        come back, with a head office that was put back, the till knows what it then hears.
        """
        member = till.kept.members.get(who)
        if member is not None and member.status in ENDED:
            till.kept.behind.pop(who, None)
        else:
            till.kept.behind[who] = till.kept.behind.get(who, NOTHING) | behind

    def _consent(self, node: Node, *, granted: bool) -> Consent:
        return Consent(
            purpose=NEWS[0],
            channel=NEWS[1],
            granted=granted,
            text_version="1",
            language="en",
            at=self._world.at,
            operator_id=OPERATOR,
            till_id=node.till.id,
            source="till",
        )

    # Ways

    def _book(self, node: Node) -> SmallProfiles:
        now = self._world._time_at
        return SmallProfiles(node.till, lambda: node.till.kept, lambda: now(node))

    def _program(self, node: Node) -> ShareProfiles:
        book, ids = cast(Book, self._book(node)), _Ids(lambda: self._id(node.till))
        clock = cast(TillClock, _Clock(self._world._monotonic_ms))
        return ShareProfiles(book=book, clock=clock, ids=ids, meet=MeetMembers(book, ids))

    def _id(self, till: RestorableTill) -> str:
        return derive_id("known", till.id, next(self._numbers)).hex()

    @contextmanager
    def _feed(self) -> Iterator[ProfileFeed]:
        with self._database.begin():
            now_s, life = int(self._world._true().timestamp()), self._world.desk.name.hex()
            yield ProfileFeed(self._database, life_name=life, now_s=now_s)

    def take(self, told: bytes, behind: dict[bytes, frozenset[str]]) -> ProfilesTaken:
        """Head office hears of records; `behind` is what their till knew of."""
        records = msgspec.json.decode(told, type=ProfilesTold).records
        with self._feed() as feed:
            new = feed.take(records)
        for who, words in behind.items():
            self._arrive(who, words)
        return ProfilesTaken(new=new)

    def _arrive(self, who: bytes, words: frozenset[str]) -> None:
        """Head office has heard of these, under whatever name the member has now."""
        while who in self._renamed and who not in self._erased:
            who = self._renamed[who]
        self._arrived[who] = self._arrived.get(who, NOTHING) | words

    def page(self, ask: FeedAsk) -> FeedGiven | Problem:
        """Head office's next page, and what lies behind it; RESYNC in another life."""
        try:
            with self._feed() as feed:
                given = feed.page(ask)
        except OtherLife:
            return Problem(code=RESYNC, retry="after_action")
        keys = [bytes.fromhex(item.k) for item in given.items]
        self._pages = [(who, self._arrived.get(who, NOTHING)) for who in keys]
        return msgspec.json.decode(msgspec.json.encode(given), type=FeedGiven)

    # What holds

    def check(self) -> None:
        """Raises AssertionError where somebody is known in two ways, or a word is lost."""
        if not self._on:
            return
        rows = self._database.execute(select(PROFILE)).all()
        claims = self._database.execute(select(PROFILE_IDENTIFIER)).all()
        self._database.rollback()
        for row in rows:
            who = bytes(row.member_id)
            if row.body is None:
                assert who in self._erased or who in self._renamed
            else:
                assert who not in self._erased | self._renamed.keys()
                self._check_words(who, msgspec.json.decode(row.body, type=ProfileRecord))
        for node in self._world.nodes.values():
            book = self._book(node)
            assert book.waiting(most=1) == (), "everything is told"
            for row in rows:
                self._check_known(book, row)
            acked = {
                one
                for event in node.till.journal
                if event.kind == "erase_ack"
                for one in cast(events.EraseAck, events.decode(event.body)).members
            }
            assert {who.hex() for who in self._erased} <= acked, "each till says that it forgot"
            self._check_forgotten(repr((node.till.kept.members, node.till.kept.answers)))
        self._check_forgotten(repr([(row.body, row.taken) for row in rows]))
        self._check_claims(rows, claims)

    def _check_known(self, book: SmallProfiles, row: object) -> None:
        who, body = bytes(row.member_id), row.body  # type: ignore[attr-defined]
        member = book.by_id(who)
        if body is None:
            assert member is None or (member.status in ENDED and member.profile == Profile(name=""))
            assert book.record(who) is None
            return
        record, wanted = book.record(who), msgspec.json.decode(body, type=ProfileRecord)
        assert record is not None
        assert _told(record) == _told(wanted), "every till knows the same"

    def _check_words(self, who: bytes, record: ProfileRecord) -> None:
        arrived = self._arrived.get(who, NOTHING)
        for name in FIELDS:
            for stands in record.values(name):
                later = [
                    word
                    for word in arrived
                    if word.startswith(f"{name}:")
                    and self._of[word] == who
                    and stands in self._behind[word]
                ]
                assert not later, f"{stands} stands, and {later} were said by who knew of it"
        answers = record.consents.get("/".join(NEWS))
        granted = answers is not None and answers.granted
        agreed = [self._behind[word] for word in arrived if word.startswith("yes:")]
        refused = [word for word in arrived if word.startswith("no:")]
        known = all(any(word in behind for behind in agreed) for word in refused)
        assert granted == (bool(agreed) and known), "a refusal stands until who knew of it agrees"

    def _check_forgotten(self, text: str) -> None:
        """Nothing that anybody said of who is erased is anywhere."""
        for who in self._erased - self._renamed.keys():
            for word in self._arrived.get(who, NOTHING):
                assert word.startswith(("yes:", "no:")) or word not in text, "nobody is forgotten"

    def _check_claims(self, rows: Iterable[object], claims: Iterable[object]) -> None:
        taken = {bytes(row.member_id): row.taken for row in rows}  # type: ignore[attr-defined]
        owners: dict[str, list[bytes]] = {}
        for claim in claims:
            owners.setdefault(claim.value, []).append(bytes(claim.member_id))  # type: ignore[attr-defined]
        for members in owners.values():
            first = [who for who in members if "phone" not in taken[who]]
            assert len(first) <= 1, "one member at most has a number unmarked"


class _Ids:
    def __init__(self, new: Callable[[], str]) -> None:
        self._new = new

    def new_id(self) -> bytes:
        """A new id."""
        return bytes.fromhex(self._new())


class _Clock:
    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        self.monotonic_ms = monotonic_ms


def _name(till: RestorableTill) -> str:
    return till.id.hex()[:4]


def _words(kept: Kept) -> frozenset[str]:
    return NOTHING.union(*kept.behind.values())


def _told(record: ProfileRecord) -> object:
    """What a counter sees of a record; which evidence was kept of an answer that does not count is
    nobody's business.
    """
    consents = {key: (one.granted, one.counts) for key, one in record.consents.items()}
    return (record.fields, consents, record.store)
