"""Where requests are answered: one table of endpoints, one transaction a request, answers signed.

Shape: `answer(request)` gives status, headers and body. Whatever needs no database (unpacking,
hashing a stretch) is done before the transaction begins, so that locks are held for the writing
alone. A refusal commits: its nonce is used up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from posloyalty.headoffice.members.profiles import Profiles, told_of
from posloyalty.headoffice.members.rolls import Rolls
from posloyalty.headoffice.programmes.publications import file_for, list_for
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills import lives, starts
from posloyalty.headoffice.tills.admission import USUAL, Admission, Strictness, signed
from posloyalty.headoffice.tills.answering import AnswerDesk, Parked
from posloyalty.headoffice.tills.enrolment import Enrolment
from posloyalty.headoffice.tills.epochs import Epochs
from posloyalty.headoffice.tills.intake import FORMS, Intake, lines_of
from posloyalty.headoffice.tills.news import tills_with_news
from posloyalty.headoffice.tills.papers import known_of
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.headoffice.tills.visits import Refused, Reply, Request, Visit, problem, reply
from posloyalty.services.ports import Clock
from posloyalty.sync.wire import (
    answers,
    lending,
    messages,
    papers,
    profiles,
    publications,
    roll,
    signatures,
)
from posloyalty.sync.wire.batch import PACKED_BYTES_MAX

LEASES_BYTES_MAX: Final = 64 * 1024
_TAKES: Final = ", ".join(FORMS)
_Prepare = Callable[[Request], Any]
_Act = Callable[[Visit, Any], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is done at a path: `prepare` without the database, then `act` inside a transaction."""

    method: str
    path: str
    act: _Act
    prepare: _Prepare = lambda _request: None
    strictness: Strictness = USUAL
    body_bytes_max: int = messages.MESSAGE_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes out, and what it is counted as. `till` is its id in hexadecimal, or empty."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    outcome: str
    taken: int
    till: str


def _of_journals(intake: Intake, epochs: Epochs) -> tuple[Endpoint, ...]:
    """How journals come in, and a till's own events back."""
    return (
        Endpoint(
            method="POST",
            path=messages.HELLO,
            act=lambda visit, _: intake.hello(visit),
            strictness=Strictness(any_clock=True, any_start=True),
        ),
        Endpoint(
            method="POST",
            path=messages.PUSH,
            prepare=intake.stretch_of,
            act=intake.push,
            body_bytes_max=PACKED_BYTES_MAX,
        ),
        Endpoint(
            method="POST",
            path=messages.QUARANTINE,
            prepare=lines_of,
            act=lambda visit, _: intake.quarantine(visit),
            strictness=Strictness(revoked=True, late_certificate=True, any_start=True),
            body_bytes_max=PACKED_BYTES_MAX,
        ),
        Endpoint(
            method="POST",
            path=messages.EPOCHS,
            act=lambda visit, _: epochs.open(visit),
        ),
        Endpoint(
            method="GET",
            path=messages.JOURNAL,
            act=lambda visit, _: intake.own_events(visit),
        ),
    )


_OF_PROGRAMMES: Final = (
    Endpoint(
        method="POST",
        path=publications.PROGRAMMES,
        act=lambda visit, _: list_for(visit),
    ),
    Endpoint(
        method="POST",
        path=publications.PROGRAMME_FILE,
        act=lambda visit, _: file_for(visit),
    ),
)


def _of_answers(desk: AnswerDesk) -> tuple[Endpoint, ...]:
    """What is new elsewhere, and what is lent."""
    return (
        Endpoint(
            method="POST",
            path=answers.ANSWER,
            act=lambda visit, _: desk.answer(visit),
        ),
        Endpoint(
            method="POST",
            path=lending.RESERVE,
            act=lambda visit, _: desk.reserve(visit),
        ),
        Endpoint(
            method="POST",
            path=lending.LEASES,
            act=lambda visit, _: desk.lend(visit),
            body_bytes_max=LEASES_BYTES_MAX,
        ),
    )


def _of_profiles(known: Profiles, rolls: Rolls) -> tuple[Endpoint, ...]:
    """Who members are."""
    return (
        Endpoint(
            method="POST",
            path=profiles.TELL,
            prepare=told_of,
            act=known.take,
            body_bytes_max=profiles.TOLD_PACKED_MAX,
        ),
        Endpoint(
            method="POST",
            path=profiles.FEED,
            act=lambda visit, _: known.feed(visit),
        ),
        Endpoint(
            method="POST",
            path=roll.ROLL,
            act=lambda visit, _: rolls.given(visit),
        ),
        Endpoint(
            method="POST",
            path=roll.SHEETS,
            act=lambda visit, _: rolls.sheets(visit),
        ),
    )


class Desk:
    """Answers tills."""

    def __init__(
        self,
        database: Database,
        office: Office,
        clock: Clock,
        recent: Recent | None = None,
        programmes: ReadProgrammes | None = None,
        rolls: Rolls | None = None,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._admission = Admission(office.id)
        self._enrolment = Enrolment(office, self._admission)
        read = ReadProgrammes() if programmes is None else programmes
        self._placed = -1  # behind so many connections was looked for a copy
        intake = Intake(database, Recent() if recent is None else recent, office)
        self._answers = AnswerDesk(database, office, read)
        self.endpoints: Final = (
            Endpoint(
                method="POST",
                path=messages.CERTIFICATE,
                act=lambda visit, _: self._enrolment.renew(visit),
                strictness=Strictness(late_certificate=True),
            ),
            Endpoint(method="POST", path=papers.PAPER, act=lambda visit, _: known_of(visit)),
            *_of_journals(intake, Epochs(database)),
            *_OF_PROGRAMMES,
            *_of_answers(self._answers),
            *_of_profiles(
                Profiles(office), Rolls(database, office, clock) if rolls is None else rolls
            ),
        )

    def answer(self, endpoint: Endpoint, request: Request) -> Answer:
        """Answer a till that head office knows."""

        def act() -> Reply:
            prepared = endpoint.prepare(request)
            return self._inside(
                request, endpoint.strictness, lambda visit: endpoint.act(visit, prepared)
            )

        return self._told(request, act)

    def wait(self, request: Request) -> Parked | Answer:
        """Let a till wait for news; `waited` answers it afterwards."""
        found: list[Parked] = []

        def act() -> Reply:
            return self._inside(request, USUAL, lambda visit: self._park(visit, found))

        answer = self._told(request, act)
        return found[-1] if found and answer.status < 300 else answer

    def waited(self, request: Request, ended: answers.WaitEnded) -> Answer:
        """Answer a till that has waited."""
        said = msgspec.structs.replace(ended, incarnation=self._office.incarnation)
        return self._told(request, lambda: reply(said))

    def news(self, till_ids: frozenset[bytes]) -> frozenset[bytes]:
        """Those of some tills that have something to ask for."""
        with self._database.read() as connection:
            return tills_with_news(connection, till_ids, now=self._clock.now())

    def join(self, request: Request) -> Answer:
        """Answer a till that brings a code."""

        def act() -> Reply:
            with self._database.write() as connection:
                try:
                    return self._enrolment.join(connection, request, self._clock.now())
                except Refused as fault:
                    return problem(fault.status, fault.problem)

        return self._told(request, act)

    def refuse(self, request: Request, refused: Refused) -> Answer:
        """Answer a request that was not even read."""

        def act() -> Reply:
            raise refused

        return self._told(request, act)

    def _park(self, visit: Visit, found: list[Parked]) -> Reply:
        found.append(self._answers.parked(visit))
        return reply(answers.WaitEnded(news=False))

    def _inside(
        self, request: Request, strictness: Strictness, act: Callable[[Visit], Reply]
    ) -> Reply:
        """Act for the till that signed, within one transaction, again where it collided."""
        says = signed(request)

        def admitted(connection: Connection, now: datetime) -> Reply:
            """The till's answer where it may come in, else the refusal, in the same transaction."""
            try:
                till = self._admission.till(
                    connection, request, says, now=now, strictness=strictness
                )
                visit = Visit(request=request, connection=connection, till=till, now=now)
                if not strictness.any_start:
                    starts.check(visit)
                return act(visit)
            except Refused as fault:
                return problem(fault.status, fault.problem)

        def visited() -> Reply:
            """One try: all of it is written, or nothing."""
            now = self._clock.now()
            with self._database.write() as connection:
                opened = self._follow_life(connection, request, now)
                given = admitted(connection, now)
            self._placed = opened
            if given.then is not None:
                given.then()
            return given

        return self._database.again(visited)

    def _follow_life(self, connection: Connection, request: Request, now: datetime) -> int:
        """Name the life that is. Behind a new connection there may be a copy of the database: gives
        how many connections were looked behind, once this transaction stands.
        """
        opened = self._database.opened
        if self._placed != opened:
            lives.follow_place(
                connection,
                self._database,
                self._office,
                now_s=int(now.timestamp()),
                drawn=request.headers.get(signatures.INPUT, "").encode(),
            )
        lives.refresh(connection, self._office)
        return opened

    def _told(self, request: Request, act: Callable[[], Reply]) -> Answer:
        try:
            given = act()
        except Refused as fault:
            given = problem(fault.status, fault.problem)
        headers = {"content-type": given.kind, **self._signed_headers(request, given)}
        if given.packed:
            headers["content-encoding"] = "gzip"
        if request.target in (messages.HELLO, messages.PUSH):
            headers["accept-encoding"] = _TAKES  # how a till may send its journal (RFC 7694)
        return Answer(
            status=given.status,
            headers=headers,
            body=given.body,
            outcome=given.outcome,
            taken=given.taken,
            till=request.headers.get(signatures.TILL, "")[:32],
        )

    def _signed_headers(self, request: Request, given: Reply) -> dict[str, str]:
        created_s = int(self._clock.now().timestamp())
        headers = {
            signatures.DIGEST: signatures.digest_of(given.body),
            signatures.TIME: str(created_s),
            signatures.INCARNATION: self._office.incarnation,
        }
        nonce = signatures.nonce_of(request.headers)
        if nonce:
            headers[signatures.INPUT] = signatures.response_input(
                created_s=created_s, nonce=nonce, key=self._office.id
            )
            base = signatures.response_base(status=given.status, headers=headers)
            headers[signatures.SIGNATURE] = signatures.signature_text(self._office.key.sign(base))
        return headers
