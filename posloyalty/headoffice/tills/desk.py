"""Where requests are answered: the table of `endpoints`, answers signed.

Shape: `answer_all(endpoint, requests)` gives status, headers and body for each. Requests of several
tills at one endpoint are one transaction, which is what a till's own costs most of; each has its
own outcome, and where one of them brings the transaction down, each is answered by itself. Whatever
needs no database (unpacking, hashing a stretch) is done before the transaction begins, so that
locks are held for the writing alone. A refusal commits: its nonce is used up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from posloyalty.headoffice.articles.telling import ToldArticles
from posloyalty.headoffice.members.buyers import Buyers
from posloyalty.headoffice.members.found_members import FoundMembers
from posloyalty.headoffice.members.profiles import Profiles
from posloyalty.headoffice.members.rolls import Rolls
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.running.clock_steps import ClockSteps
from posloyalty.headoffice.running.logs import tell
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills import lives, starts
from posloyalty.headoffice.tills.admission import Admission, Strictness, signed
from posloyalty.headoffice.tills.answering import AnswerDesk, Parked
from posloyalty.headoffice.tills.card_keys import CardKeys
from posloyalty.headoffice.tills.endpoints import (
    OF_PROGRAMMES,
    Act,
    Endpoint,
    asked,
    of_answers,
    of_cards,
    of_journals,
    of_profiles,
)
from posloyalty.headoffice.tills.enrolment import Enrolment
from posloyalty.headoffice.tills.epochs import Epochs
from posloyalty.headoffice.tills.forms import FORMS
from posloyalty.headoffice.tills.hellos import Hellos
from posloyalty.headoffice.tills.intake import Intake
from posloyalty.headoffice.tills.news import tills_with_news
from posloyalty.headoffice.tills.papers import known_of
from posloyalty.headoffice.tills.phone_codes import PhoneCodes
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.headoffice.tills.visits import Refused, Reply, Request, Visit, refusal, reply
from posloyalty.services.ports import Clock
from posloyalty.sync.wire import (
    answers,
    articles,
    messages,
    papers,
    signatures,
)
from posloyalty.sync.wire.signatures import Signed

_TAKES: Final = ", ".join(FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes out, and what it is counted as. `till` is its id in hexadecimal, or empty; where
    it is parked, it waits for `waits_s` before there is anything to go out.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    outcome: str
    taken: int
    till: str
    waits_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request that can be read: its place among those that came together."""

    place: int
    request: Request
    says: Signed
    prepared: Any


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
        buyers: Buyers | None = None,
        steps: ClockSteps | None = None,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        steps = ClockSteps(clock) if steps is None else steps
        self._admission = Admission(office.id, steps)
        self._enrolment = Enrolment(office, self._admission)
        read = ReadProgrammes() if programmes is None else programmes
        self._placed = -1  # behind so many connections was looked for a copy
        intake = Intake(
            database,
            Recent() if recent is None else recent,
            office,
            Buyers(database, clock) if buyers is None else buyers,
            steps,
        )
        self._answers = AnswerDesk(database, office, read)
        self.waiting: Final = Endpoint(
            method="POST",
            path=answers.WAIT,
            act=lambda visit, _: self._answers.park(visit),
            together=self._answers.park_all,
        )
        """Where tills wait for news."""
        self.endpoints: Final = (
            Endpoint(
                method="POST",
                path=messages.CERTIFICATE,
                act=lambda visit, _: self._enrolment.renew(visit),
                strictness=Strictness(late_certificate=True),
            ),
            asked(papers.PAPER, known_of),
            *of_journals(Hellos(office), intake, Epochs(database)),
            *OF_PROGRAMMES,
            *of_answers(self._answers),
            asked(articles.ARTICLES, ToldArticles(office).feed),
            *of_cards(CardKeys(office), PhoneCodes(office)),
            *of_profiles(
                Profiles(office),
                FoundMembers(office).found,
                Rolls(database, office, clock) if rolls is None else rolls,
            ),
        )

    def answer(self, endpoint: Endpoint, request: Request) -> Answer:
        """Answer a till that head office knows."""
        (given,) = self.answer_all(endpoint, [request])
        if isinstance(given, Exception):
            raise given
        return given

    def answer_all(
        self, endpoint: Endpoint, requests: Sequence[Request]
    ) -> list[Answer | Exception]:
        """Answer some requests at one endpoint, no two of them one till's. What one of them raises
        is its own outcome.
        """
        given: dict[int, Reply | Exception] = {}
        asked: list[_Asked] = []
        for place, request in enumerate(requests):
            try:
                prepared = endpoint.prepare(request)
                one = _Asked(place=place, request=request, says=signed(request), prepared=prepared)
                asked.append(one)
            except Refused as fault:
                given[place] = refusal(fault)
            except Exception as fault:  # noqa: BLE001 - nobody else has to do with it
                given[place] = fault
        # Whoever locks several tills does so in the order of their ids.
        asked.sort(key=lambda one: one.request.headers.get(signatures.TILL, ""))
        given |= self._given(endpoint, asked)
        return [
            found if isinstance(found, Exception) else self._answer(requests[place], found)
            for place, found in sorted(given.items(), key=lambda one: one[0])
        ]

    def wait(self, request: Request) -> Parked | Answer:
        """Let a till wait for news; `waited` answers it afterwards."""
        answer = self.answer(self.waiting, request)
        if not answer.waits_s:
            return answer
        return Parked(bytes.fromhex(answer.till), answer.waits_s)

    def waited(self, request: Request, ended: answers.WaitEnded) -> Answer:
        """Answer a till that has waited."""
        said = msgspec.structs.replace(ended, incarnation=self._office.incarnation)
        return self._answer(request, reply(said))

    def news(self, till_ids: frozenset[bytes]) -> frozenset[bytes]:
        """Those of some tills that have something to ask for."""
        with self._database.read() as connection:
            return tills_with_news(connection, till_ids, now=self._clock.now())

    def join(self, request: Request) -> Answer:
        """Answer a till that brings a code."""
        with self._database.write() as connection:
            try:
                given = self._enrolment.join(connection, request, self._clock.now())
            except Refused as fault:
                given = refusal(fault)
        return self._answer(request, given)

    def refuse(self, request: Request, refused: Refused) -> Answer:
        """Answer a request that was not even read."""
        return self._answer(request, refusal(refused))

    def _given(self, endpoint: Endpoint, asked: Sequence[_Asked]) -> dict[int, Reply | Exception]:
        """What each is given, by its place."""
        if len(asked) > 1 and endpoint.together is not None:
            try:
                return self._inside(endpoint, asked)
            except Exception as fault:  # noqa: BLE001 - nobody's fault is another one's
                tell("one_by_one", path=endpoint.path, kind=type(fault).__name__)
        found: dict[int, Reply | Exception] = {}
        for one in asked:
            try:
                found |= self._inside(endpoint, [one])
            except Exception as fault:  # noqa: BLE001 - whoever asked hears of it
                found[one.place] = fault
        return found

    def _inside(self, endpoint: Endpoint, asked: Sequence[_Asked]) -> dict[int, Reply | Exception]:
        """Act for the tills that signed, within one transaction, again where it collided; then by
        itself for each whom nothing was answered within it.
        """

        def visited() -> tuple[dict[int, Reply | Exception], list[tuple[_Asked, Visit]]]:
            """What was answered in the transaction, by place, and the visits that were not."""
            now = self._clock.now()
            with self._database.write() as connection:
                opened = self._follow_place(connection, asked[0].request, now)
                found, visits = self._admitted(connection, endpoint, asked, now)
                acted = _acted(endpoint, [(visit, one.prepared) for one, visit in visits])
            self._placed = opened
            later = []
            for (one, visit), given in zip(visits, acted, strict=True):
                if given is None:
                    later.append((one, visit))
                else:
                    found[one.place] = given
            return found, later

        found, later = self._database.again(visited)
        for one, visit in later:
            try:
                found[one.place] = self._by_itself(endpoint, visit, one.prepared)
            except Exception as fault:  # noqa: BLE001 - whoever asked hears of it
                found[one.place] = fault
        for given in found.values():
            if isinstance(given, Reply) and given.then is not None:
                given.then()
        return found

    def _admitted(
        self,
        connection: Connection,
        endpoint: Endpoint,
        asked: Sequence[_Asked],
        now: datetime,
    ) -> tuple[dict[int, Reply | Exception], list[tuple[_Asked, Visit]]]:
        """The refusals of those who may not come in, and the visits of the others."""
        strictness = endpoint.strictness
        tills, ((life, name),) = self._admission.tills(
            connection,
            [(one.request, one.says) for one in asked],
            now=now,
            strictness=strictness,
            also=lives.LIFE,
        )
        self._office.lives(life, name)
        refused: dict[int, Reply | Exception] = {}
        visits = []
        for one, found in zip(asked, tills, strict=True):
            till = found
            if not isinstance(till, Refused) and not strictness.any_start:
                till = starts.refusal_of(till) or till
            if isinstance(till, Refused):
                refused[one.place] = refusal(till)
                continue
            visit = Visit(request=one.request, connection=connection, till=till, now=now)
            visits.append((one, visit))
        return refused, visits

    def _by_itself(self, endpoint: Endpoint, visit: Visit, prepared: Any) -> Reply:
        """Act for a till that was let in, within a transaction of its own."""

        def acted() -> Reply:
            """The till's answer, in a transaction that asks nobody's signature again."""
            with self._database.write() as connection:
                return _refusing(endpoint.act, replace(visit, connection=connection), prepared)

        return self._database.again(acted)

    def _follow_place(self, connection: Connection, request: Request, now: datetime) -> int:
        """Behind a new connection there may be a copy of the database: gives how many connections
        were looked behind, once this transaction stands.
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
        return opened

    def _answer(self, request: Request, given: Reply) -> Answer:
        headers: dict[str, str] = {}
        if not given.waits_s:
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
            waits_s=given.waits_s,
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


def _acted(endpoint: Endpoint, visits: Sequence[tuple[Visit, Any]]) -> list[Reply | None]:
    """What is answered within the transaction; nothing to whom `act` answers by itself."""
    if endpoint.together is not None:
        return endpoint.together(visits)
    return [_refusing(endpoint.act, *one) for one in visits]


def _refusing(act: Act, visit: Visit, prepared: Any) -> Reply:
    try:
        return act(visit, prepared)
    except Refused as fault:
        return refusal(fault)
