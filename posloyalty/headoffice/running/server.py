"""The ASGI application: reads requests within their bounds, answers them at the desk, counts them.

FastAPI describes; tills' requests go past it (`straight`), and bodies are read by msgspec, not by
pydantic, because ingest is three times faster so. Database work runs on the thread pool, that of
several tills together (`gulps`). A body that is too large, or does not arrive
in time, is refused before it is all read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from starlette.concurrency import run_in_threadpool

from posloyalty import __version__
from posloyalty.headoffice.running.admittance import Admittance
from posloyalty.headoffice.running.board import Beside, Board
from posloyalty.headoffice.running.bodies import Bodies, TooMuchTogether
from posloyalty.headoffice.running.clock_steps import ClockSteps, whole_s
from posloyalty.headoffice.running.description_page import add_description
from posloyalty.headoffice.running.faults import OfficeFull
from posloyalty.headoffice.running.gulps import Gulp
from posloyalty.headoffice.running.lane import Lanes
from posloyalty.headoffice.running.logs import tell, tell_fault
from posloyalty.headoffice.running.measures import CONTENT_TYPE, Measures, ledger_lag
from posloyalty.headoffice.running.room import NoRoom, Room
from posloyalty.headoffice.running.room_left import RoomLeft
from posloyalty.headoffice.running.straight import Handling, StraightApplication, fault_answer
from posloyalty.headoffice.running.watch import Watch
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills.desk import Answer, Desk
from posloyalty.headoffice.tills.endpoints import Endpoint
from posloyalty.headoffice.tills.visits import LINES, PROBLEM, Refused, Request
from posloyalty.services.ports import Clock
from posloyalty.sync.wire import (
    answers,
    articles,
    card_keys,
    found_members,
    lending,
    messages,
    papers,
    phone_codes,
    profiles,
    publications,
    roll,
)
from posloyalty.sync.wire.batch import BYTES_MAX, EVENTS_MAX, PACKED_BYTES_MAX
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.signatures import TILL, nonce_of

_Answering = Callable[[Request], Awaitable[Answer]]
URGENT: Final = frozenset({lending.RESERVE})
"""What a customer waits for."""
_AWAY: Final = (DBAPIError, NoConnectionLeft, OfficeFull)
_NOT_KEPT: Final = (DataError, IntegrityError)
_TOO_LONG: Final = "54"
"""The class of what PostgreSQL says of a value that is too long for an index."""
WATCHED_AT_ONCE: Final = 2
WATCHED_WAITING: Final = 14
"""How many ask at once how the server stands; tills do not wait for them."""
BUSY_S: Final = 5
"""So long a till waits at least while the database does not answer."""


def application(
    database: Database,
    desk: Desk,
    lanes: Lanes,
    clock: Clock,
    steps: ClockSteps,
    beside: Beside | None = None,
) -> FastAPI:
    """The server of one head office, alone or `beside` others of its machine; it closes the
    database when it stops.
    """
    measures = Measures(database, clock, steps, None if beside is None else beside.measures)
    door = _Door(desk, lanes, clock, measures, None if beside is None else Board(beside))
    app = StraightApplication(
        title="POS Loyalty head office",
        version=__version__,
        lifespan=lambda _app: _living(database, lanes, door.watch),
        # The framework's own pages run scripts that another site serves.
        docs_url=None,
        redoc_url=None,
    )
    app.state.watch = door.watch
    app.state.admittance = door.admittance
    for endpoint in desk.endpoints:
        _add_route(app, endpoint.path, door.through(endpoint), method=endpoint.method)
    _add_route(app, messages.ENROL, door.join)
    _add_route(app, answers.WAIT, door.wait)
    _add_watching(app, database, measures, clock, steps)
    add_description(app)
    return app


@asynccontextmanager
async def _living(database: Database, lanes: Lanes, watch: Watch) -> AsyncIterator[None]:
    """What runs beside the answering, from the start to the end."""
    tell("started", version=__version__)
    lanes.start()
    rounds = asyncio.create_task(watch.run())
    yield
    rounds.cancel()
    await run_in_threadpool(lanes.stop)
    database.close()
    tell("stopped")


class _Door:
    """Where requests of tills come in and answers go out: read, answered, counted and logged."""

    def __init__(
        self,
        desk: Desk,
        lanes: Lanes,
        clock: Clock,
        measures: Measures,
        board: Board | None,
    ) -> None:
        self._desk = desk
        self._lanes = lanes
        self._clock = clock
        self._measures = measures
        self.watch = Watch(self._news, board=board)
        self.admittance = Admittance()
        self._bodies = Bodies()
        self._parking = self._answering(desk.waiting)

    def through(self, endpoint: Endpoint) -> Handling:
        """What answers at an endpoint of the desk."""
        answering = self._answering(endpoint)

        async def handle(http: HttpRequest) -> Response:
            return await self._answered(
                http,
                endpoint.path,
                answering,
                body_bytes_max=endpoint.body_bytes_max,
                admits=True,
            )

        return handle

    def _answering(self, endpoint: Endpoint) -> _Answering:
        """Who answers a request: together with others where the desk takes several."""
        if endpoint.together is None:
            return lambda request: run_in_threadpool(self._desk.answer, endpoint, request)
        gulp = Gulp(partial(self._desk.answer_all, endpoint))
        return lambda request: gulp.answer(request.headers.get(TILL, ""), request)

    async def join(self, http: HttpRequest) -> Response:
        """A till brings a code."""
        return await self._answered(
            http,
            messages.ENROL,
            lambda request: run_in_threadpool(self._desk.join, request),
            admits=True,
        )

    async def wait(self, http: HttpRequest) -> Response:
        """A till waits for news; nobody's thread waits with it."""
        return await self._answered(http, answers.WAIT, self._waited)

    async def _news(self, till_ids: frozenset[bytes]) -> frozenset[bytes]:
        return await run_in_threadpool(self._desk.news, till_ids)

    async def _waited(self, request: Request) -> Answer:
        found = await self._parking(request)
        if not found.waits_s:
            return found
        if self.watch.full:
            ended = answers.WaitEnded(news=False, ask_in_s=found.waits_s)
        else:
            till_id = bytes.fromhex(found.till)
            ended = answers.WaitEnded(news=await self.watch.wait(till_id, found.waits_s))
        return self._desk.waited(request, ended)

    async def _answered(
        self,
        http: HttpRequest,
        path: str,
        answering: _Answering,
        *,
        body_bytes_max: int = messages.MESSAGE_BYTES_MAX,
        admits: bool = False,
    ) -> Response:
        began_ms = self._clock.monotonic_ms()
        request = Request(
            method=http.method,
            target=_target(http),
            headers=dict(http.headers),
            query=dict(http.query_params) if http.scope.get("query_string") else {},
            body=b"",
        )
        answer = await self._admitted(http, path, answering, request, body_bytes_max, admits)
        if answer.taken:
            self.watch.stir()
            self._lanes.wake()
        took_ms = self._clock.monotonic_ms() - began_ms
        self._measures.count(path, answer, took_ms=took_ms)
        tell(
            "request",
            path=path,
            status=answer.status,
            outcome=answer.outcome,
            new=answer.taken,
            ms=took_ms,
            till=answer.till,
        )
        return Response(answer.body, answer.status, dict(answer.headers))

    async def _admitted(
        self,
        http: HttpRequest,
        path: str,
        answering: _Answering,
        request: Request,
        body_bytes_max: int,
        admits: bool,
    ) -> Answer:
        """The answer; where the server `admits` so many at once, perhaps that it is busy."""
        urgent, nonce = path in URGENT, nonce_of(request.headers)
        if admits and not self.admittance.has_room(urgent=urgent):
            return self._sent_away(request, self._away_s(nonce))
        try:
            whole = replace(request, body=await self._bodies.read(http, body_bytes_max))
        except Refused as fault:
            return self._desk.refuse(request, fault)
        except TooMuchTogether:
            return self._sent_away(request, self._away_s(nonce))
        if not admits:
            return await self._soundly(path, answering, whole)
        came_ms = self._clock.monotonic_ms()
        after_s = self.admittance.enter(urgent=urgent, now_ms=came_ms, nonce=nonce)
        if after_s:
            return self._sent_away(request, after_s)
        try:
            return await self._soundly(path, answering, whole)
        finally:
            self.admittance.leave(took_ms=self._clock.monotonic_ms() - came_ms)

    def _away_s(self, nonce: str) -> int:
        return self.admittance.send_away(now_ms=self._clock.monotonic_ms(), nonce=nonce)

    def _sent_away(self, request: Request, after_s: int) -> Answer:
        busy = Problem(code="BUSY", retry="later", after_s=after_s)
        answer = self._desk.refuse(request, Refused(429, busy))
        return replace(answer, headers={**answer.headers, "retry-after": str(after_s)})

    async def _soundly(self, path: str, answering: _Answering, request: Request) -> Answer:
        """An answer in any case, and signed: a till that hears of a fault from head office itself
        looks for the event that it is about, and does not take it for a bad line. A database that
        is away, or has no connection left, is about no event: the till comes again later. One that
        cannot keep what it was given says so for ever, and is a fault.
        """
        try:
            return await answering(request)
        except _AWAY as fault:
            if _is_not_kept(fault):
                return self._fault(path, request, fault)
            tell_fault("fault", fault, path=path)
            busy = Problem(code="BUSY", retry="later", after_s=BUSY_S)
            return self._desk.refuse(request, Refused(503, busy))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the till has to hear of it
            return self._fault(path, request, fault)

    def _fault(self, path: str, request: Request, fault: Exception) -> Answer:
        tell_fault("fault", fault, path=path)
        return self._desk.refuse(request, Refused(500, Problem(code="FAULT", retry="later")))


def _is_not_kept(fault: Exception) -> bool:
    """Whether a database said no to what it was given, and would again."""
    state = getattr(getattr(fault, "orig", None), "sqlstate", None) or ""
    return isinstance(fault, _NOT_KEPT) or state.startswith(_TOO_LONG)


def _add_route(
    app: StraightApplication, path: str, handling: Handling, *, method: str = "POST"
) -> None:
    app.straight[method, path] = handling
    app.add_api_route(path, handling, methods=[method], response_class=Response, **DESCRIBED[path])


def _add_watching(
    app: FastAPI, database: Database, measures: Measures, clock: Clock, steps: ClockSteps
) -> None:
    room = Room(at_once=WATCHED_AT_ONCE, waiting=WATCHED_WAITING)

    def lag_s() -> int:
        return ledger_lag(database, clock).lag_s

    room_left = RoomLeft(clock)
    database.when_full = room_left.ran_out

    @app.get("/health", summary="Whether the database answers and has room, and the ledger's lag")
    async def health() -> Response:
        try:
            told = {"status": "ok", "ledger_lag_s": await room.run(lag_s)}
            if by := steps.by():
                told["clock_step_s"] = whole_s(by)
        except _AWAY:
            return Response(b'{"status":"database"}', 503, media_type="application/json")
        except NoRoom:
            return Response(b'{"status":"busy"}', 503, media_type="application/json")
        if room_left.lately:
            return Response(b'{"status":"full"}', 503, media_type="application/json")
        return Response(msgspec.json.encode(told), media_type="application/json")

    @app.get("/metrics", summary="Counts, in Prometheus' form")
    async def metrics() -> Response:
        try:
            return Response(await room.run(measures.text), media_type=CONTENT_TYPE)
        except NoRoom:
            return Response(b"", 503, media_type=CONTENT_TYPE)

    @app.exception_handler(Exception)
    async def fault(http: HttpRequest, raised: Exception) -> Response:
        return fault_answer(http.url.path, raised)


def _target(http: HttpRequest) -> str:
    raw: bytes = http.scope.get("raw_path") or http.scope["path"].encode("utf-8")
    query: bytes = http.scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


def _described(summary: str, asks: Any = None, gives: Any = None, status: int = 200) -> Any:
    """How the OpenAPI pages describe a route whose bodies FastAPI does not read."""
    extra: dict[str, Any] = {}
    if asks is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": _schema(asks)}}
    answers: dict[int | str, Any] = {
        "4XX": {"description": "A problem", "content": {PROBLEM: _schema(Problem)}}
    }
    if gives is not None:
        answers[status] = {"description": "Done", "content": {"application/json": _schema(gives)}}
    return {
        "summary": summary,
        "openapi_extra": extra,
        "responses": answers,
        "status_code": status,
    }


def _schema(shape: Any) -> dict[str, Any]:
    (made,), parts = msgspec.json.schema_components([shape], ref_template="#/x/{name}")
    return {"schema": _inlined(made, parts)}


def _inlined(part: Any, parts: dict[str, Any]) -> Any:
    if isinstance(part, dict):
        named = part.get("$ref", "").removeprefix("#/x/")
        if named:
            return _inlined(parts[named], parts)
        return {key: _inlined(one, parts) for key, one in part.items()}
    return [_inlined(one, parts) for one in part] if isinstance(part, list) else part


_STRETCH: Final = {
    "required": True,
    "description": f"At most {EVENTS_MAX} events, {PACKED_BYTES_MAX} bytes packed with gzip and"
    f" {BYTES_MAX} unpacked",
    "content": {LINES: {"schema": {"type": "string", "format": "binary"}}},
}
_TOLD: Final = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "string", "format": "binary"}}},
}
DESCRIBED: Final[dict[str, Any]] = {
    messages.ENROL: _described(
        "A till joins by a code", messages.EnrolAsk, messages.Enrolled, status=201
    ),
    messages.CERTIFICATE: _described(
        "The till's certificate, renewed when due", gives=messages.CertificateGiven
    ),
    papers.PAPER: _described(
        "Whose a receipt is that is keyed in again", papers.PaperAsk, papers.PaperKnown
    ),
    card_keys.CARD_KEYS: _described(
        "The next keys that sign members' cards, packed with gzip",
        card_keys.KeysAsk,
        card_keys.KeysGiven,
    ),
    card_keys.CARD: _described(
        "Who made a member's card, and who the member is now, packed with gzip",
        card_keys.CardAsk,
        card_keys.CardKnown,
    ),
    phone_codes.PHONE_CODE: _described(
        "Whether a member's phone code is good, which uses it up, and who the member is, packed"
        " with gzip",
        phone_codes.PhoneCodeAsk,
        phone_codes.PhoneCodeKnown,
    ),
    messages.HELLO: _described(
        "How far a journal is kept", messages.HelloAsk, messages.HelloAnswer
    ),
    messages.PUSH: _described("A stretch of a journal", gives=messages.Pushed)
    | {"openapi_extra": {"requestBody": _STRETCH}},
    messages.QUARANTINE: _described(
        "A revoked till's stretch, kept apart", gives=messages.Pushed, status=202
    )
    | {"openapi_extra": {"requestBody": _STRETCH}},
    publications.PROGRAMMES: _described(
        "The programmes that head office published",
        publications.ProgrammesAsk,
        publications.ProgrammesGiven,
    ),
    publications.PROGRAMME_FILE: _described(
        "A published programme file", publications.FileAsk, publications.FileGiven
    ),
    answers.ANSWER: _described(
        "What a till has not heard, packed with gzip", answers.AnswerAsk, answers.AnswerGiven
    ),
    answers.WAIT: _described(
        "Wait until there is something to ask for", answers.WaitAsk, answers.WaitEnded
    ),
    profiles.TELL: _described(
        f"What a till knows of at most {profiles.TOLD_MAX} members, packed with gzip",
        gives=profiles.ProfilesTaken,
    )
    | {"openapi_extra": {"requestBody": _TOLD}},
    profiles.FEED: _described(
        "The next page of who members are, packed with gzip", profiles.FeedAsk, profiles.FeedGiven
    ),
    found_members.MEMBER: _described(
        "Whose a whole phone number, card or address is, packed with gzip",
        found_members.MemberAsk,
        found_members.MemberFound,
    ),
    articles.ARTICLES: _described(
        "The next page of what the chain sells, packed with gzip",
        articles.ArticlesAsk,
        articles.ArticlesGiven,
    ),
    roll.ROLL: _described(
        "All members of a store or of the chain, packed beforehand: what there is of it, packed"
        " with gzip",
        roll.RollAsk,
        roll.RollGiven,
    ),
    roll.SHEETS: _described(
        "Sheets of a roll, each packed with gzip, one behind the other", roll.SheetsAsk
    ),
    lending.RESERVE: _described(
        "What one sale wants to spend", lending.ReserveAsk, lending.Reserved
    ),
    lending.LEASES: _described(
        "What a till would like to hold", lending.WishesAsk, lending.WishesAnswered
    ),
    messages.EPOCHS: _described(
        "A till goes on in another epoch", messages.EpochAsk, messages.EpochOpened, status=201
    ),
    messages.JOURNAL: _described("A stretch of what is kept of the till's own journal"),
}
