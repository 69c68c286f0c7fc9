"""The risk dial at head office: what other leases and floors would have cost, on the chain's past.

Shape: `ask(question)` puts a run on the list, a thread of its own does it, `newest` says how it
stands and what it found. Bounded: one at a time, 5,000 members, nine positions, two minutes;
nothing is changed by it. A run that was under way when its server stopped is given up after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.ledger.pure_office import archive_of
from posloyalty.headoffice.members.marks import marked_members
from posloyalty.headoffice.programmes.publications import programme_at
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.running.logs import tell_fault
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.case_tables import DIAL_RUN
from posloyalty.headoffice.store.database import Database
from posloyalty.insight.past_visits import OutageHabits, Visit, visits_at_stores, visits_in
from posloyalty.insight.risk_dial import Chain, Dialled, dialled
from posloyalty.insight.risk_settings import outages_of, settings_of, spendable, usual_most
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.journals import Filed

MEMBERS_MAX: Final = 5_000
POSITIONS_MAX: Final = 9
WORKS_MS_MAX: Final = 120_000
GIVEN_UP_S: Final = 300
WAITING, RUNNING, DONE, STOPPED, FAILED = "waiting", "running", "done", "stopped", "failed"
_D: Final = DIAL_RUN.c


class DialStopped(Exception):
    """It took too long, or the server ends."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: leases in percent of a balance, floors in minor units of money, how often a
    store, and all of them, are out of reach a day, in thousandths, for how long on average, and
    how many redemptions are tried a second time elsewhere, in thousandths.
    """

    leases: tuple[int, ...]
    floors: tuple[int, ...]
    store_per_mille: int
    chain_per_mille: int
    minutes: int
    again_per_mille: int
    seed: int = 1


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """What one position of the dial came to; amounts in minor units of money."""

    lease_percent: int
    floor_minor: int
    wanted: int
    leased: int
    risked: int
    refused: int
    refused_minor: int
    risked_minor: int
    staged: int
    staged_served: int
    lost_minor: int
    exposed_minor: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found: `members` of `known` were looked at."""

    currency: str = ""
    members: int = 0
    known: int = 0
    visits: int = 0
    outages: int = 0
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRow:
    """A run."""

    number: int
    state: str
    question: Question
    report: Report
    asked_by: str
    asked_at: datetime

    @property
    def under_way(self) -> bool:
        """Whether there is more to come."""
        return self.state in (WAITING, RUNNING)


class Dials:
    """The list, and the thread that works it off."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._closing = Event()
        self._lane: ThreadPoolExecutor | None = None

    def newest(self) -> DialRow | None:
        """The run that was asked for last; None where nobody asked."""
        asked = select(DIAL_RUN).order_by(_D.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        return None if row is None else self._row(row)

    def ask(self, question: Question, *, by: str) -> int:
        """Begin a run; refuses DIAL_UNDER_WAY, DIAL_TOO_MUCH and NOTHING_TO_SPEND."""
        count = len(question.leases) * len(question.floors)
        if not 0 < count <= POSITIONS_MAX:
            raise ServiceRefusal("DIAL_TOO_MUCH", most=POSITIONS_MAX)
        now_s = int(self._clock.now().timestamp())
        before = self.newest()
        if before is not None and before.under_way:
            raise ServiceRefusal("DIAL_UNDER_WAY")
        self._programme()
        with self._database.write() as connection:
            number = int(connection.execute(select(func.max(_D.number))).scalar() or 0) + 1
            connection.execute(
                DIAL_RUN.insert().values(
                    number=number, state=WAITING, asked=_text(question), report=_text(Report()),
                    asked_by=by, asked_s=now_s,
                )
            )  # fmt: skip
            note(connection, now_s, by, "dial_asked", number=str(number))
        if self._lane is None:
            self._lane = ThreadPoolExecutor(1, thread_name_prefix="dial")
        self._lane.submit(self._work, number, question)
        return number

    def close(self) -> None:
        """Stop what is under way, and wait until it has."""
        self._closing.set()
        if self._lane is not None:
            self._lane.shutdown(cancel_futures=True)

    def _work(self, number: int, question: Question) -> None:
        try:
            self._put(number, state=RUNNING)
            report = self.run(question)
        except DialStopped:
            self._put(number, state=STOPPED)
        except Exception as fault:  # noqa: BLE001 - a thread's fault would be seen by nobody
            tell_fault("dial_failed", fault)
            self._put(number, state=FAILED)
        else:
            self._put(number, state=DONE, report=_text(report))

    def run(self, question: Question) -> Report:
        """What the past says; raises `DialStopped`."""
        began_ms = self._clock.monotonic_ms()

        def on_time() -> None:
            over = self._clock.monotonic_ms() - began_ms > WORKS_MS_MAX
            if over or self._closing.is_set():
                raise DialStopped

        programme = self._programme()
        chosen = spendable(programme)
        assert chosen is not None  # `_programme` has looked
        wallet, spend = chosen
        known, visits = self._visits(programme, programme.ledger(wallet.id), on_time)
        habits = OutageHabits(
            store_per_mille=question.store_per_mille,
            chain_per_mille=question.chain_per_mille,
            mean_minutes=question.minutes,
        )
        chain = Chain(
            visits=visits,
            outages=outages_of(visits, habits, zone=programme.zone, seed=question.seed),
            spend=spend,
            again_per_mille=question.again_per_mille,
            seed=question.seed,
        )
        with self._database.read() as connection:
            policy = kept_policy(connection).read()
        found: list[Dialled] = []
        most = usual_most(policy)
        for one in settings_of(policy, question.leases, question.floors, most):
            on_time()
            found += dialled(chain, (one,))
        return Report(
            currency=programme.currency.code,
            members=len(visits),
            known=known,
            visits=sum(1 for _ in visits_at_stores(visits)),
            outages=chain.outages.number,
            positions=tuple(_position(one) for one in found),
        )

    def _visits(
        self, programme: Programme, ledger: str, on_time: Callable[[], None]
    ) -> tuple[int, Mapping[bytes, Sequence[Visit]]]:
        """How many members there are, and what some of them did."""
        with self._database.read() as connection:
            kept = archive_of(self._database, connection, self._office, now=self._clock.now())
            tests = marked_members(connection)
            members = [
                owner
                for owner in kept.owners()
                if owner not in tests and kept.joined(owner) is not None
            ]

            def events_of(member: bytes) -> Iterable[Filed]:
                on_time()
                return kept.events_after(member, 0)

            # Ids are random, so the first of them are as good as any.
            some = members[:MEMBERS_MAX]
            return len(members), visits_in(some, events_of, ledger, programme.zone)

    def _programme(self) -> Programme:
        """The one in effect; refuses OFFICE_NO_PROGRAMME and NOTHING_TO_SPEND."""
        with self._database.read() as connection:
            programme = programme_at(connection, self._clock.now())
        if programme is None:
            raise ServiceRefusal("OFFICE_NO_PROGRAMME")
        if spendable(programme) is None:
            raise ServiceRefusal("NOTHING_TO_SPEND", wallet=programme.id)
        return programme

    def _put(self, number: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(DIAL_RUN.update().where(_D.number == number).values(values))

    def _row(self, row: Any) -> DialRow:
        state, age_s = row.state, int(self._clock.now().timestamp()) - row.asked_s
        if state in (WAITING, RUNNING) and age_s > GIVEN_UP_S:
            state = STOPPED
        return DialRow(
            number=row.number,
            state=state,
            question=msgspec.json.decode(row.asked, type=Question),
            report=msgspec.json.decode(row.report, type=Report),
            asked_by=row.asked_by,
            asked_at=datetime.fromtimestamp(row.asked_s, UTC),
        )


def _position(one: Dialled) -> Position:
    figures = asdict(one)
    del figures["setting"]
    return Position(
        lease_percent=one.setting.lease_percent,
        floor_minor=one.setting.policy.floor_minor,
        **figures,
    )


def _text(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode("utf-8")
