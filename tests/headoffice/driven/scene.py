"""A house whose server ends itself where a test says (`fuse`), and two people at its console.

`proposed`, `published` and `member` bring a scene to where an act begins, and give the fields that
its form takes from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from posloyalty.headoffice.cases.audit_log import first_wrong
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.buyer_tables import STORE_BUYER
from posloyalty.headoffice.store.console_tables import AUDIT_ENTRY
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.headoffice.store.tables import METADATA
from tests.headoffice.a_chain import MEMBER, PROGRAMME
from tests.headoffice.driven.house import House, until
from tests.headoffice.driven.person import Person
from tests.headoffice.forked import Forked
from tests.headoffice.fuse import VARIABLE

OWN_PACE: Final = frozenset({"office_session"})
"""Tables that move though nobody acts: when a page was asked for last."""


@dataclass
class Scene:
    """A house whose server has a fuse, and two managers who signed in."""

    house: House
    fuse: Path
    ann: Person
    ben: Person

    def serve(self) -> None:
        self.fuse.unlink(missing_ok=True)
        self.house.serve(
            begin=lambda arguments, environment, log: Forked(
                arguments, {**environment, VARIABLE: str(self.fuse)}, log
            )
        )

    def until_at_rest(self) -> None:
        """The server's own lanes have done what they do of themselves with what is kept."""
        self.house.until_folded()
        with self.house.office() as office:
            judged = Variances(office.database, office.clock)
            until(lambda: judged.standing().behind == 0)
            until(lambda: _buyers_are_numbered(office))

    def kept(self) -> dict[str, list[str]]:
        """Every row of every table."""
        with self.house.office() as office, office.database.read() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(table.select()).all()))
                for table in METADATA.sorted_tables
                if table.name not in OWN_PACE
            }

    def told(self) -> list[str]:
        """What the audit log says was done, in its order, which nobody has spoilt."""
        with self.house.office() as office, office.database.read() as connection:
            assert first_wrong(connection) is None
            asked = select(AUDIT_ENTRY.c.what).order_by(AUDIT_ENTRY.c.number)
            return list(connection.scalars(asked))


def _buyers_are_numbered(office: OpenOffice) -> bool:
    """Whether everybody who bought at a store has their number in its feed."""
    new = STORE_BUYER.select().where(STORE_BUYER.c.n.is_(None))
    with office.database.read() as connection:
        return connection.execute(new).first() is None


@contextmanager
def set_scene(house: House, fuse: Path, role: Role = Role.MANAGER) -> Iterator[Scene]:
    """Both have signed in at a server that has the fuse; `ben` in a role."""
    with ExitStack() as open_:
        ann = open_.enter_context(Person.made(house, "ann"))
        ben = open_.enter_context(Person.made(house, "ben", role))
        made = Scene(house, fuse, ann, ben)
        made.serve()
        ann.enter()
        ben.enter()
        yield made


def proposed(scene: Scene) -> Mapping[str, Any]:
    """`ann` proposed the chain's programme; what approves it."""
    scene.ann.send("/console/programmes", file=PROGRAMME.encode())
    with scene.house.office() as office:
        digest = bytes(office.publishing.files()[0].hash).hex()
    scene.ann.send("/console/programme/propose", hash=digest, day="2026-12-01", hour="06:00")
    return {"number": 1}


def published(scene: Scene) -> Mapping[str, Any]:
    """It is in effect."""
    proposed(scene)
    scene.ben.send("/console/programmes/approve", number=1)
    return {}


def member(scene: Scene) -> Mapping[str, Any]:
    """Ada is known to head office, with points, a voucher, and her name."""
    published(scene)
    with scene.house.till(1) as till:
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
        till.until(lambda: _name_known(scene))
    scene.until_at_rest()
    return {"member": MEMBER.hex(), "confirmed": "Ada"}


def _name_known(scene: Scene) -> bool:
    with scene.house.office() as office, office.database.read() as connection:
        return connection.execute(PROFILE.select()).first() is not None
