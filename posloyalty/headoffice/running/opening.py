"""Head office composes itself: database, key, desk and administration of one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sys import maxsize
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from posloyalty.headoffice.articles.articles import Articles
from posloyalty.headoffice.articles.assortments import Assortments
from posloyalty.headoffice.articles.coming_changes import ComingChanges
from posloyalty.headoffice.cases.findings import Findings
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.second_factor import PURPOSE
from posloyalty.headoffice.console.sessions import Sessions
from posloyalty.headoffice.judging.holds import Holds
from posloyalty.headoffice.judging.judging import TILLS_MAX, Judging
from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.ledger.ledger import OWNERS_MAX, Ledger
from posloyalty.headoffice.ledger.pure_office import archive_of, head_office
from posloyalty.headoffice.members.buyers import Buyers
from posloyalty.headoffice.members.credits import Credits
from posloyalty.headoffice.members.marks import Marks
from posloyalty.headoffice.members.members import Members
from posloyalty.headoffice.members.phone_keys import PhoneKeys
from posloyalty.headoffice.members.profile_matters import ProfileMatters
from posloyalty.headoffice.members.receipt_claims import ReceiptClaims
from posloyalty.headoffice.members.records import Records
from posloyalty.headoffice.members.rolls import Rolls
from posloyalty.headoffice.members.winding_up import WindingUp
from posloyalty.headoffice.programmes.dials import Dials
from posloyalty.headoffice.programmes.policies import Policies
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.programmes.try_outs import TryOuts
from posloyalty.headoffice.programmes.winding_down import WindingDowns
from posloyalty.headoffice.running.clock_steps import ClockSteps
from posloyalty.headoffice.running.lane import Lane, Lanes
from posloyalty.headoffice.running.office_key import FILE_NAME as KEY_FILE
from posloyalty.headoffice.running.office_key import Office, open_office
from posloyalty.headoffice.running.seal import Seal
from posloyalty.headoffice.store.database import FILE_NAME as DATABASE_FILE
from posloyalty.headoffice.store.database import Database, open_database
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.headoffice.tills.desk import Desk
from posloyalty.headoffice.tills.keeping import file_backlog, file_goods_back
from posloyalty.headoffice.tills.lifetime import Lifetime
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Clock
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.rules import OfficeRules

if TYPE_CHECKING:
    from fastapi import FastAPI

    from posloyalty.headoffice.running.board import Beside

FOLLOWS_S: Final = 0.1
"""The ledger is asked for sooner than what the other lanes do."""
BUYERS_S: Final = 1.0
"""Who buys at a store for the first time is known there a second later."""
LETS_OTHERS_S: Final = 0.15
"""Behind each piece of what goes on for minutes: a program that waits for SQLite's one writer looks
ten times a second, and found it taken every time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffice:
    """An open head office."""

    database: Database
    office: Office
    desk: Desk
    administration: Administration
    operators: Operators
    publishing: Publishing
    members: Members
    profile_matters: ProfileMatters
    try_outs: TryOuts
    clock: Clock
    steps: ClockSteps
    recent: Recent
    judging: Judging
    holds: Holds
    policies: Policies
    lifetime: Lifetime
    findings: Findings
    credits: Credits
    claims: ReceiptClaims
    records: Records
    dials: Dials
    marks: Marks
    phone_keys: PhoneKeys
    rolls: Rolls
    buyers: Buyers
    winding_downs: WindingDowns
    winding_up: WindingUp
    articles: Articles
    coming_changes: ComingChanges
    assortments: Assortments

    def head_office(
        self, connection: Connection, *, rules: OfficeRules | None = None
    ) -> HeadOffice:
        """The head office of `sync/office` on this database, until the transaction ends."""
        return head_office(
            self.database, connection, self.office, now=self.clock.now(), rules=rules
        )

    def follow(self) -> int:
        """The ledger follows what was filed, for a bounded number of owners; returns how many."""
        office_id = bytes.fromhex(self.office.id)
        ledger = Ledger(self.database, office_id=office_id, recent=self.recent)
        return ledger.follow(now_s=int(self.clock.now().timestamp()))

    def archive(self, connection: Connection) -> DatabaseArchive:
        """What is kept, for whoever reads and decides nothing."""
        return archive_of(self.database, connection, self.office, now=self.clock.now())

    def application(self, beside: Beside | None = None) -> FastAPI:
        """Its server, alone or as one worker of several."""
        # Late: commands that only ask the database start without the web framework.
        from posloyalty.headoffice.console.composing import console_pages
        from posloyalty.headoffice.console.kept_forms import KeptForms
        from posloyalty.headoffice.console.web import add_console
        from posloyalty.headoffice.running.server import application

        making = Lane(self.rolls.step, name="rolls")
        self.rolls.woken = making.wake
        lanes = Lanes(
            (
                Lane(self.follow, rests_s=FOLLOWS_S, full=OWNERS_MAX // 2),
                Lane(self.judging.step, full=TILLS_MAX, name="judging"),
                self._long_lane(self.credits.step, "credits"),
                self._long_lane(self.claims.step, "claims"),
                making,
                Lane(self.buyers.step, rests_s=BUYERS_S, name="buyers"),
                self._long_lane(self.winding_up.step, "winding_up"),
                Lane(self.coming_changes.step, name="articles"),
                Lane(self.steps.look, name="clock"),
            )
        )
        app = application(self.database, self.desk, lanes, self.clock, self.steps, beside)
        operators = self.operators
        kept = KeptForms(self.office.seed, clock=self.clock, chance=operators.chance)
        add_console(app, console_pages(self), operators.sessions, kept, self.publishing.zone)
        return app

    def _long_lane(self, step: Callable[[], int], name: str) -> Lane:
        """A lane that lets others write behind every piece, however much it did."""
        return Lane(step, rests_s=LETS_OTHERS_S, full=maxsize, name=name)


def is_begun(folder: Path, url: str) -> bool:
    """Whether a folder has a head office, or might: of a database elsewhere opening it says so."""
    return bool(url) or (folder / KEY_FILE).exists() or (folder / DATABASE_FILE).exists()


@contextmanager
def opened_office(folder: Path, url: str, *, clock: Clock, chance: Chance) -> Iterator[OpenOffice]:
    """Open, or make, the head office of a folder; `url` is PostgreSQL's address or empty."""
    database = open_database(url, folder)
    try:
        office = open_office(database, folder, clock=clock, chance=chance)
        recent, programmes, steps = Recent(), ReadProgrammes(), ClockSteps(clock)
        rolls = Rolls(database, office, clock)
        buyers = Buyers(database, clock)
        publishing = Publishing(database, office, clock)
        coming_changes = ComingChanges(database, clock, publishing.zone)
        now_s = int(clock.now().timestamp())
        file_backlog(database, now_s=now_s)
        file_goods_back(database, now_s=now_s)
        with (
            closing(TryOuts(database, clock)) as try_outs,
            closing(Dials(database, office, clock)) as dials,
        ):
            yield OpenOffice(
                database=database,
                office=office,
                desk=Desk(database, office, clock, recent, programmes, rolls, buyers, steps),
                administration=Administration(
                    database, clock=clock, chance=chance, zone=publishing.zone
                ),
                operators=_operators(database, office, clock=clock, chance=chance),
                publishing=publishing,
                members=Members(database, office, clock),
                profile_matters=ProfileMatters(database),
                try_outs=try_outs,
                clock=clock,
                steps=steps,
                recent=recent,
                holds=Holds(database, office, clock),
                policies=Policies(database, office, clock),
                lifetime=Lifetime(database, office, clock, chance),
                findings=Findings(database, office, clock),
                credits=Credits(database, office, clock),
                claims=ReceiptClaims(database, office, clock, publishing.zone, steps),
                records=Records(database, office, clock, programmes),
                dials=dials,
                marks=Marks(database, office, clock),
                phone_keys=PhoneKeys(database, office, clock, chance),
                rolls=rolls,
                buyers=buyers,
                winding_downs=WindingDowns(database, publishing, clock),
                winding_up=WindingUp(database, office, clock, programmes),
                judging=Judging(database, office, clock, programmes),
                articles=Articles(database, clock, coming_changes),
                coming_changes=coming_changes,
                assortments=Assortments(database, clock, coming_changes.today),
            )
    finally:
        database.close()


def _operators(database: Database, office: Office, *, clock: Clock, chance: Chance) -> Operators:
    return Operators(
        database=database,
        seal=Seal(office.seed, PURPOSE),
        sessions=Sessions(database, clock=clock, chance=chance),
        clock=clock,
        chance=chance,
        hasher=PinHasher(chance),
    )
