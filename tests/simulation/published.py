"""Programmes are published, changed, gone back from and stopped while tills are away.

Shape: `Published(seed, world)` draws from a seed of its own. In worlds that publish, two people at
head office publish a version (now, later, for some hours), go back to an earlier one or stop an
offer, and tills ask for the list over the world's bad lines and give what the programme in effect
there offers (`happens(till)`). Head office is the product's own `Publishing` on a database in
memory, the till's ear its own `HearProgrammes`.

What holds: a till that has head office's list goes at every later moment by the publication that
head office goes by then. Of a stopped offer nothing is given by a till that head office says has
heard, unless somebody published or went back to a version with it afterwards; so what tills may
still give is at most what those give that it says have not heard. A till whose book was put back
may have forgotten what it said: of that nobody can know until it speaks, and from its next word on
the same holds. In the end everybody has.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.programmes.publications import NEXT, ahead, current
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.programmes.stopping import stoppable
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.console_tables import PUBLICATION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.roll_tables import METADATA
from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.ports import Book, Reader
from posloyalty.services.ports.head_office import OfficeFacts, OutOfReach
from posloyalty.services.programmes.hear_programmes import HearProgrammes
from posloyalty.services.programmes.programmes import Programmes
from posloyalty.services.programmes.published import hash_at, kept_schedule
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.publications import in_effect
from tests.simulation.part import Part
from tests.simulation.programme_book import ProgrammeLine, SmallBook

if TYPE_CHECKING:
    from tests.simulation.node import Node
    from tests.simulation.restored import RestorableTill
    from tests.simulation.world import World

ANN, BEN = "Ann", "Ben"
OFFERS: Final = ("happy", "early", "late")
TEXT: Final = """
language = 1
id = "shown"
version = {version}
name = "Shown"
currency = "CNY"
timezone = "UTC"

[[wallet]]
id = "points"
{offers}
"""
OFFER: Final = """
[[offer]]
id = "{id}"
scope = "line"
on = {{ product = "TEA" }}
amount = "0.70"
"""
REFUSED: Final = ("NO_RULE_TO_STOP", "RULE_STOPPED", "IN_EFFECT_ALREADY", "NOTHING_PUBLISHED")
HOURS: Final = (1, 5, 26, 80)


class Published(Part):
    """The publications of one world; `given` counts what tills gave of offers."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"published {seed}")
        self._world = world
        self._on = world.kind.publishes
        self._ears: dict[bytes, tuple[SmallBook, Programmes, HearProgrammes]] = {}
        self._ids = count()
        self._stops: dict[int, str] = {}
        self._told: dict[bytes, set[int]] = {}
        self._silent: set[bytes] = set()
        self.given = 0
        if self._on:
            self._office = Office(seed=b"publishes".ljust(32, b"."), life=1, name=b"one")
            engine = create_engine("sqlite://", poolclass=StaticPool)
            METADATA.create_all(engine)
            self._database = Database(engine)
            clock = SimpleNamespace(now=world._true)
            self._publishing = Publishing(self._database, self._office, clock)  # type: ignore[arg-type]
            self._publish(begins=world._true())

    def happens(self, till: RestorableTill) -> None:
        """Maybe somebody decides, maybe a till asks or gives."""
        if not self._on:
            return
        chance = self._random.random()
        if chance < 0.1:
            self._decide()
        elif chance < 0.3:
            self._ask(self._world.nodes[till.id])
        elif chance < 0.65:
            self._give(self._world.nodes[till.id])
        if chance < 0.2:
            self._look()

    def restored(self, till: RestorableTill) -> None:
        """Its book is an old one: what it said since is nobody's any more, and head office cannot
        know before it speaks.
        """
        if self._on:
            self._told[till.id] = set()
            self._silent.add(till.id)
            self._ears.pop(till.id, None)

    def restart(self, till: RestorableTill) -> None:
        """The program begins again."""
        self._ears.pop(till.id, None)

    def settled(self) -> bool:
        """Everybody asks; whether all have the list."""
        if not self._on:
            return True
        nodes = self._world.nodes.values()
        written = [len(node.till.journal) for node in nodes]
        for node in nodes:
            self._ask(node)
        if written != [len(node.till.journal) for node in nodes]:
            return False  # what they took is to be told, too
        return all(one.up_to_date for one in self._publishing.tills())

    def check(self) -> None:
        """Raises AssertionError where a till goes by something else."""
        if not self._on:
            return
        for node in self._world.nodes.values():
            self._check_ahead(node)
        for number in self._stops:
            assert all(one.heard for one in self._publishing.exposure(number)), "all have heard"

    # Head office

    def _decide(self) -> None:
        now, what = self._world._true(), self._random.random()
        with self._database.read() as connection:
            if len(ahead(connection, int(now.timestamp()))) >= NEXT:
                return  # tills are told no more of what is to come
        try:
            if what < 0.1:
                self._publish(begins=now)
            elif what < 0.25:
                self._publish(begins=now + self._hours())
            elif what < 0.65:
                begins = now + self._random.choice((timedelta(0), self._hours()))
                self._publish(begins=begins, ends=begins + self._hours())
            elif what < 0.75:
                self._publishing.go_back(self._random.choice(self._approved()), by=ANN)
            else:
                offer = self._random.choice(OFFERS)
                made = self._publishing.stop(f"offer:{offer}", by=BEN)
                self._stops[made] = offer
                self._check_stopped(f"offer:{offer}")
        except ServiceRefusal as fault:
            if fault.reason not in REFUSED:
                raise

    def _publish(self, *, begins: datetime, ends: datetime | None = None) -> None:
        there = {one.version for one in self._publishing.publications()}
        offers = self._random.sample(OFFERS, self._random.randint(1, len(OFFERS)))
        written = "".join(OFFER.format(id=one) for one in sorted(offers))
        text = TEXT.format(version=max(there, default=0) + 1, offers=written)
        digest = self._publishing.keep(text.encode(), by=ANN).hash.hex()
        number = self._publishing.propose(digest, begins=begins, ends=ends, by=ANN)
        self._publishing.approve(number, by=BEN)

    def _look(self) -> None:
        """Somebody reads which tills have heard of a stop."""
        if not self._stops:
            return
        number = self._random.choice(list(self._stops))
        for one in self._publishing.exposure(number):
            till_id = bytes.fromhex(one.till_id)
            if one.heard and till_id not in self._silent:
                self._told.setdefault(till_id, set()).add(number)

    def _approved(self) -> list[int]:
        return [one.number for one in self._publishing.publications() if one.state == "approved"]

    def _hours(self) -> timedelta:
        return timedelta(hours=self._random.choice(HOURS))

    # Tills

    def _ask(self, node: Node) -> None:
        book, _, ear = self._ear(node)
        line = ProgrammeLine(
            node.till.id,
            lambda: self._arrives(node),
            self._world._true,
            lambda: self._passes(node),
        )
        try:
            ear.step(line)
        except OutOfReach:
            return
        if kept_schedule(book).mark:
            self._check_ahead(node)

    def _arrives(self, node: Node) -> AbstractContextManager[Connection]:
        """What it asks says what its book has, whether or not the answer comes."""
        self._silent.discard(node.till.id)
        return self._database.write()

    def _passes(self, node: Node) -> bool:
        world = self._world
        away = world.now_ms < max(node.cut_off_ms, world._down_ms)
        return not away and not world._happens("lost_answer")

    def _give(self, node: Node) -> None:
        book, programmes, _ = self._ear(node)
        at, reader = self._world._time_at(node), cast(Reader, book)
        programme = programmes.at(reader, at)
        goes_by = in_effect(kept_schedule(book).envelopes(), at)
        if programme is None or goes_by is None:
            return
        for offer in programme.offers:
            self.given += 1
            for number in self._told.get(node.till.id, ()):
                stopped = offer.id == self._stops[number] and goes_by.number < number
                assert not stopped, "who has heard of a stop gives nothing of it"

    def _check_ahead(self, node: Node) -> None:
        """At every moment from now on the till goes by what head office does."""
        reader = cast(Reader, self._ear(node)[0])
        for at, digest in self._ahead():
            assert hash_at(reader, at) == digest, "all go by the same"

    def _check_stopped(self, key: str) -> None:
        """Nothing that is published by now has the rule."""
        for digest in {digest for _, digest in self._ahead() if digest is not None}:
            left = {rule.key for rule in stoppable(self._publishing.file(digest.hex()))}
            assert key not in left, "what is stopped is not to come"

    def _ahead(self) -> list[tuple[datetime, bytes | None]]:
        """What head office goes by now and from every later moment at which that may change."""
        now = self._world._true()
        with self._database.read() as connection:
            rows = connection.execute(PUBLICATION.select()).all()
            ends = {row.from_s for row in rows} | {row.until_s for row in rows if row.until_s}
            later = (datetime.fromtimestamp(end, now.tzinfo) for end in sorted(ends))
            moments = (now, *(one for one in later if one > now))
            holding = [(at, current(connection, at)) for at in moments]
        return [(at, None if row is None else bytes(row.hash)) for at, row in holding]

    def _ear(self, node: Node) -> tuple[SmallBook, Programmes, HearProgrammes]:
        found = self._ears.get(node.till.id)
        if found is None:
            self._join(node.till)
            world, key = self._world, self._office.key.public.hex()
            facts = OfficeFacts(
                url="", office=self._office.id, office_key=key, store="", certificate="",
                not_after="",
            )  # fmt: skip
            now = lambda: world._time_at(node)  # noqa: E731 - a clock of one line
            book = SmallBook(node.till, now, facts)
            clock = cast(TillClock, SimpleNamespace(now=now, monotonic_ms=world._monotonic_ms))
            ids = SimpleNamespace(new_id=lambda: derive_id("published", next(self._ids)))
            whole = cast(Book, book)
            programmes = Programmes(book=whole, clock=clock, ids=ids)
            ear = HearProgrammes(book=whole, clock=clock, ids=ids, programmes=programmes, app="1.0")
            found = self._ears[node.till.id] = book, programmes, ear
        return found

    def _join(self, till: RestorableTill) -> None:
        with self._database.write() as connection:
            if connection.execute(TILL.select().where(TILL.c.till_id == till.id)).first():
                return
            connection.execute(
                TILL.insert().values(
                    till_id=till.id, store_code=till.store, till_code="T", public_key=b"",
                    certificate=b"", genesis=b"", revoked=0, joined_s=0, issued_s=0, app="",
                    seen_s=0, waiting=0, retells=0, gone_s=0,
                )
            )  # fmt: skip
