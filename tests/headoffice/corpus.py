"""A chain's journals by a seed: real check-outs, told again for many tills, and worlds of a fleet.

A day is rung once on a real till: members who earn and spend, passes sold and used, goods that come
back. `Corpus(seed)` tells that journal again for one till after another, with other ids; two tills
beside one another have the same members. In between stand the tills of whole fleets, with points
spent twice, vouchers and repaid debts. `feed` sends it all in an order of the seed's: stretches
that come late, twice and with gaps, while the ledger follows; `digest` is what a head office then
holds.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final

from msgspec import structs

from posloyalty.domain.shop.basket import Redemption
from posloyalty.headoffice.ledger.ledger import STANDING, Ledger
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.statements import many
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.headoffice.tills.certificates import read_own
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.storage.keys.certificate import self_signed
from posloyalty.sync.journal import StoredEvent, genesis_predecessor, link
from posloyalty.sync.wire.batch import head_statement
from tests.fakes.time import SetClock
from tests.faults.shop import make_shop
from tests.headoffice.ledger.test_archive import Joining
from tests.services.counter import paid
from tests.services.passes import passes_of
from tests.sync.fleet import Fleet

SALES: Final = 60
FLEET_STEPS: Final = 120
BATCH: Final = 40
_ID: Final = re.compile(rb'(?<=")[0-9a-f]{32}(?=")')
_PROGRAMME: Final = """
language = 2
id = "corpus"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
expiry = { kind = "rolling_months", months = 12 }
[wallet.spend]
points = 100
money = "1.00"
[[earn]]
id = "base"
per_spend = { points = 10, money = "1.00" }
[[pass]]
id = "ten"
name = "Ten"
on = { product = ["SKU"] }
uses = 10
"""


@dataclass(frozen=True)
class Told:
    """One till's journal, the certificate that it began with, and its signature over the end."""

    till_id: bytes
    store: str
    certificate: bytes
    journal: list[StoredEvent]
    signature: bytes

    @property
    def genesis(self) -> bytes:
        """Where its chain begins."""
        return genesis_predecessor(self.till_id, self.certificate)


class Corpus:
    """At least so many events."""

    def __init__(self, seed: int, events: int) -> None:
        self.random = Random(seed)
        self.tills: list[Told] = []
        count = 0
        while count < events:
            number = len(self.tills)
            made = list(self._fleet(number)) if number % 4 == 3 else [self._told(number)]
            self.tills += made
            count += sum(len(one.journal) for one in made)

    @classmethod
    def small(cls, seed: int) -> Corpus:
        """One till's real day and the tills of one fleet."""
        made = cls(seed, 1)
        made.tills += made._fleet(3)
        return made

    def _told(self, number: int) -> Told:
        """The real journal once more."""
        journal, owners = a_day()
        return _again(journal, number, owners=owners, shared=number // 2)

    def _fleet(self, number: int) -> Iterator[Told]:
        fleet = Fleet(self.random.randrange(2**31))
        fleet.run(FLEET_STEPS)
        owners = frozenset(one.hex().encode() for one in fleet.members)
        for place, till in enumerate(fleet.tills):
            yield _again(till.journal, number + place, owners=owners, shared=10_000 + number)

    def feed(self, office: OpenOffice) -> int:
        """Send everything; returns how many stretches went up."""
        for code in sorted({one.store for one in self.tills}):
            if code not in {row.code for row in office.administration.stores()}:
                office.administration.add_store(code, code)
        random, ledger = (
            Random(self.random.randrange(2**31)),
            Ledger(office.database, office_id=bytes.fromhex(office.office.id)),
        )
        with office.database.write() as connection:
            archive = Joining(office.database, connection)
            for one in self.tills:
                archive.enrol(one.till_id, store=one.store, genesis=one.genesis)
                own = read_own(one.certificate)
                known = {"public_key": own.public_key, "certificate": one.certificate}
                mine = TILL.update().where(TILL.c.till_id == one.till_id)
                connection.execute(mine.values(known))
        left, sent, stretches = list(self.tills), dict.fromkeys(self.tills_ids, 0), 0
        while left:
            one = random.choice(left)
            place = sent[one.till_id]
            fate = random.random()
            first = max(0, place - 5) if fate < 0.1 else place + 3 if fate < 0.15 else place
            stretch = one.journal[first : first + random.randint(1, BATCH)]
            with office.database.write() as connection:
                pure = office.head_office(connection)
                pure.receive(one.till_id, stretch)
                now = pure.place(one.till_id)
            sent[one.till_id] = 0 if now is None else now.seq
            if sent[one.till_id] == len(one.journal):
                left.remove(one)
            stretches += 1
            if random.random() < 0.3:
                ledger.follow(random.choice((5, 50)), now_s=0)
        with office.database.write() as connection:
            for one in self.tills:
                mine = JOURNAL_PLACE.update().where(JOURNAL_PLACE.c.till_id == one.till_id)
                connection.execute(mine.values(signature=one.signature))
        while ledger.follow(now_s=0):
            pass
        return stretches

    @property
    def tills_ids(self) -> list[bytes]:
        """The tills, in their order."""
        return [one.till_id for one in self.tills]


def digest(office: OpenOffice) -> dict[str, str]:
    """What stands, each kind of thing as one hash of its rows in the order of their keys."""
    with office.database.read() as connection:
        owners = [
            bytes(row[0])
            for row in connection.exec_driver_sql("SELECT owner FROM owner_place ORDER BY owner")
        ]
        standing = [
            (row[3], *row[5:12])
            for place in range(0, len(owners), 500)
            for row in many(connection, STANDING, owners[place : place + 500])
        ]
        asked = {
            "accounts": "SELECT ledger, kind, owner, credits - debits FROM account",
            "lots": "SELECT * FROM lot",
            "rights": "SELECT * FROM held_right",
            "findings": "SELECT owner, event_id, n, anomaly, what, amount FROM finding",
            "faults": "SELECT owner, fault FROM owner_fault",
        }
        found = {
            name: connection.exec_driver_sql(select).all() for name, select in asked.items()
        } | {"transfers": standing}
    return {name: f"{len(rows)} {_hashed(rows)}" for name, rows in found.items()}


def _hashed(rows: Any) -> str:
    plain = [
        tuple(one.hex() if isinstance(one, bytes) else one for one in map(_plain, row))
        for row in rows
    ]
    return sha256(repr(sorted(map(repr, plain))).encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@cache
def a_day() -> tuple[list[StoredEvent], frozenset[bytes]]:
    """A journal that a real till wrote, and the ids of its members in hexadecimal."""
    random, clock = Random(7), SetClock()
    with tempfile.TemporaryDirectory() as made:
        till, _created = make_shop(Path(made) / "book", clock=clock)
        manager, products = till.people.all()[0], till.catalogue.search("")
        till.programmes.install(_PROGRAMME.replace("SKU", products[0].sku).encode("utf-8"))
        members = [
            till.enrol.enrol(
                EnrolForm(phone=f"1390000000{n}", consents=(("terms", "", True),)), manager
            ).member.id
            for n in range(4)
        ]
        sales = []
        for _ in range(SALES):
            clock.pass_time(timedelta(minutes=7))
            who = random.choice(members)
            basket = till.check_out.open_basket()
            for product in random.sample(products[:5], random.randint(1, 3)):
                basket = basket.add(product, quantity_milli=1000 * random.randint(1, 4))
            basket = basket.for_member(who, proof="card")
            panel = till.check_out.quote(basket)
            if random.random() < 0.4:
                wish = basket.redeeming(Redemption(wallet="points", points=100), wallet="points")
                asked = till.check_out.quote(wish)
                if asked.payable_minor < panel.payable_minor:
                    basket, panel = wish, asked
            sales.append(till.check_out.complete(basket, panel, paid(panel), manager))
            fate = random.random()
            if fate < 0.2:
                back = replace(till.refunds.wish((1, 1000)), cause="too_small")
                sale = sales[-1]
                quote = till.refunds.quote(sale.id, back)
                till.refunds.complete(sale.id, back, quote, manager)
            elif fate < 0.4 and passes_of(till, who):
                till.use_rights.use_pass(who, "ten", manager)
        assert till.verify.verify().holds
        with till.book.read() as reader:
            journal = list(reader.journal.events())
        till.close()
    return journal, frozenset(one.hex().encode() for one in members)


def _again(
    journal: list[StoredEvent], number: int, *, owners: frozenset[bytes], shared: int
) -> Told:
    """A journal with other ids, the same ones for owners wherever `shared` is the same."""
    till_id = sha256(b"till %d" % number).digest()[:16]
    seed = sha256(b"key %d" % number).digest()
    certificate = self_signed(seed=seed, till_id=till_id, serial=bytes(16), at=SetClock().now())
    genesis = genesis_predecessor(till_id, certificate)

    def other(found: re.Match[bytes]) -> bytes:
        salt = shared if found[0] in owners else number
        return sha256(b"%d " % salt + found[0]).hexdigest()[:32].encode()

    told: list[StoredEvent] = []
    previous = genesis
    for seq, one in enumerate(journal, 1):
        body = _ID.sub(other, one.body)
        named = _ID.sub(other, b'"' + one.event_id.hex().encode() + b'"')[1:-1]
        previous = link(till_id=till_id, epoch=1, seq=seq, previous=previous, body=body)
        event_id = bytes.fromhex(named.decode())
        told.append(
            structs.replace(one, seq=seq, epoch=1, event_id=event_id, body=body, hash=previous)
        )
    ends = head_statement(till_id=till_id, epoch=1, seq=len(told), head=previous)
    return Told(
        till_id=till_id,
        store=f"S{number % 5}",
        certificate=certificate,
        journal=told,
        signature=SigningKey.generate(seed).sign(ends),
    )
