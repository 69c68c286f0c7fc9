"""The console over HTTP: one table of pages, and everything strict that every page shares.

A request's session is found, its body read within its bounds (a form's, where nobody is signed in),
its right and its form token looked at, and only then the page acts, on threads of the console's
own: however many ask, tills do not wait for them. Answers carry headers that allow no script, no
frame and no copy; nothing of a form or an address is logged. Cookies are kept from scripts and
other sites, and from plain HTTP except on this very machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cache, partial
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from posloyalty.headoffice.console.asking import (
    FORM_BYTES_MAX,
    Asking,
    Moved,
    NotThere,
    Page,
    Sent,
    Shown,
    Told,
)
from posloyalty.headoffice.console.forms import BadForm, read_form
from posloyalty.headoffice.console.kept_forms import KEPT_S, KeptForms
from posloyalty.headoffice.console.known_browsers import KNOWN_S
from posloyalty.headoffice.console.rendering import STYLESHEET, page
from posloyalty.headoffice.console.sessions import Session, Sessions
from posloyalty.headoffice.console.sign_in_tries import Visitor, address_of
from posloyalty.headoffice.console.way_back import FIELD, WaysBack, sign_in_at
from posloyalty.headoffice.running.bodies import Bodies, TooMuchTogether, read_body
from posloyalty.headoffice.running.faults import OfficeFull
from posloyalty.headoffice.running.logs import tell, tell_fault
from posloyalty.headoffice.running.room import NoRoom, Room
from posloyalty.headoffice.store.database import again_beside
from posloyalty.headoffice.tills.visits import Refused
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import LANGUAGES, MissingWording, Words

SIGN_IN: Final = "/console/sign-in"
HOME: Final = "/console"
_COOKIE: Final = "posloyalty-console"
_BROWSER: Final = "posloyalty-browser"
_LANGUAGE: Final = "posloyalty-language"
_KEPT: Final = "posloyalty-kept"
_YEAR_S: Final = 365 * 24 * 3600
AT_ONCE: Final = 8
WAITING: Final = 56
"""So many pages are made at once, and so many more people wait for theirs; tills wait for none."""
_BUSY_S: Final = "5"
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src data:;"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
SAID: Final = frozenset({400, 403, 404, 405, 413, 422, 500, 503, 507})
"""Statuses that have a page of their own words."""
STALE: Final = "stale"
"""Why a form was refused that somebody else's session or site made."""
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def add_console(
    app: FastAPI,
    pages: Sequence[Page],
    sessions: Sessions,
    kept: KeptForms,
    zone: Callable[[], tzinfo],
) -> None:
    """Add the pages to a server; they are no part of its description for tills. Times on them are
    those of `zone`.
    """
    stylesheet = STYLESHEET.read_bytes()

    async def styled(_http: HttpRequest) -> Response:
        return Response(stylesheet, media_type="text/css", headers=_with(HEADERS, kept_s=3600))

    # Plain routes: a page takes the request itself, so FastAPI has no signature to work through.
    app.add_route("/console/console.css", styled, include_in_schema=False)
    desk = _Desk(pages, sessions, kept, zone)
    for one in pages:
        app.add_route(one.path, desk.route(one), methods=[one.method], include_in_schema=False)
    shown = {one.path for one in pages if one.method == "GET"}
    for path in sorted({one.path for one in pages} - shown):
        # Where a form was refused its address stays in the bar, and is loaded again.
        app.add_route(path, desk.form_only, methods=["GET"], include_in_schema=False)
    # Last, so that it takes what no page does: an address with a slip, a form's by itself.
    others = ["GET", "POST"]
    app.add_route("/console/{rest:path}", desk.nothing_there, others, include_in_schema=False)
    app.add_route("/", _to_console, include_in_schema=False)


async def _to_console(_http: HttpRequest) -> Response:
    """Whoever types the server's name alone comes to the console."""
    return Response(status_code=303, headers={**HEADERS, "location": HOME})


class _Desk:
    """Answers browsers."""

    def __init__(
        self,
        pages: Sequence[Page],
        sessions: Sessions,
        kept: KeptForms,
        zone: Callable[[], tzinfo],
    ) -> None:
        self._ways = WaysBack(pages)
        self._forms = {one.path: one for one in pages if one.method == "POST"}
        self._sessions = sessions
        self._kept = kept
        self._zone = zone
        self._room = Room(at_once=AT_ONCE, waiting=WAITING)
        self._bodies = Bodies()

    def route(self, one: Page) -> Callable[[HttpRequest], Awaitable[Response]]:
        """What answers requests for a page."""

        async def handle(http: HttpRequest) -> Response:
            """The page, or why not."""
            return await self._told(one.path, http, self._taken_in(one, http))

        return handle

    async def nothing_there(self, http: HttpRequest) -> Response:
        """A page of the console for an address that is none of its pages."""
        return await self._told("none", http, self._room.run(self._missing, http))

    async def form_only(self, http: HttpRequest) -> Response:
        """A page for an address that is asked for and only takes a form."""
        return await self._told(http.url.path, http, self._room.run(self._by_form, http))

    async def _told(self, path: str, http: HttpRequest, made: Awaitable[Response]) -> Response:
        """A page, or one that says why there is none; its path and status are logged, and nothing
        of its form.
        """
        try:
            answer = await made
        except NoRoom:
            answer = _no_room(_words(http).language)
        except OfficeFull as raised:
            tell_fault("full", raised, path=path)
            answer = self._plain(http, 507)
        except ClientDisconnect:
            raise  # nobody is there to be answered
        except Exception as raised:  # noqa: BLE001 - the log names it, a person reads what to do
            tell_fault("fault", raised, path=path)
            answer = self._plain(http, 500)
        tell("page", path=path, method=http.method, status=answer.status_code)
        return answer

    async def _taken_in(self, one: Page, http: HttpRequest) -> Response:
        """The answer; raises `NoRoom`. What nobody may send who is not signed in is not read; of
        one whose session has just ended, a form is.
        """
        session = await self._room.run(self._session, http)
        if session is None and one.right is not None:
            return await self._not_in(one, http)
        body = b""
        try:
            if one.method == "POST" and session is not None:
                body = await self._bodies.read(http, one.body_bytes_max)
            elif one.method == "POST" and one.right is None:
                body = await read_body(http, FORM_BYTES_MAX)
        except Refused as fault:
            return await self._room.run(self._plain, http, fault.status)
        except TooMuchTogether:
            raise NoRoom from None
        if one.method == "POST" and session is not None:
            # A body may take half a minute, and who sends it may lose what they may do meanwhile.
            session = await self._room.run(self._session, http)
            if session is None and one.right is not None:
                return await self._room.run(self._to_sign_in, one, http, None, body)
        return await self._room.run(self._answer, one, http, body, session)

    async def _not_in(self, one: Page, http: HttpRequest) -> Response:
        """To the sign-in, with the way back; what was written stays with the browser."""
        former = None
        if one.method == "POST" and one.keeps and one.back is not None and _token(http):
            former = await self._room.run(self._sessions.former, _token(http))
        body = b""
        try:
            if former is not None:
                body = await read_body(http, FORM_BYTES_MAX)
        except Refused:
            former = None  # a large file: its writer has it
        return await self._room.run(self._to_sign_in, one, http, former, body)

    def _to_sign_in(
        self, one: Page, http: HttpRequest, former: Session | None, body: bytes
    ) -> Response:
        asking = Asking(words=_words(http), query=_query(http))
        if one.method == "GET":
            way = self._ways.looked_at(one.path, http.url.query)
            told = Moved(path=sign_in_at(SIGN_IN, way), said="sign_in_first")
            return self._response(http, asking, told)
        referrer, host = http.headers.get("referer", ""), http.headers.get("host", "")
        way = self._ways.stood_on(referrer[:2_000], host, one.path)
        kept = self._written(one, http, former, body, way) if former is not None and way else ""
        ended = "sign_in_kept" if kept else "sign_in_again"
        said = ended if _token(http) else "sign_in_first"
        answer = self._response(http, asking, Moved(path=sign_in_at(SIGN_IN, way), said=said))
        if kept:
            answer.set_cookie(
                _KEPT, kept, path=HOME, max_age=KEPT_S,
                secure=not _is_local(http), httponly=True, samesite="strict",
            )  # fmt: skip
        return answer

    def _written(self, one: Page, http: HttpRequest, former: Session, body: bytes, way: str) -> str:
        """What the browser keeps of a form; empty unless it was made for that very session."""
        try:
            fields, file = read_form(http.headers.get("content-type", ""), body)
        except BadForm:
            return ""
        if not _from_here(http) or not _own(former, fields, one):
            return ""
        stood_on = way.partition("?")[0]
        return self._kept.kept(
            fields, path=one.path, stood_on=stood_on, had_file=bool(file), name=former.name
        )

    def _shown_again(self, one: Page, http: HttpRequest, asking: Asking) -> Response | None:
        """The page with what was written into it before the session ended; nothing is done by
        that. None when nothing was, or it cannot be shown.
        """
        told = http.cookies.get(_KEPT, "")
        if one.method != "GET" or asking.session is None or not told:
            return None
        held = self._kept.opened(told, name=asking.session.name)
        form = None if held is None else self._forms.get(held.path)
        if held is None or held.stood_on != one.path or form is None or form.back is None:
            return None
        if form.right is None or not asking.session.may(form.right):
            return None
        code = "kept_form_file" if held.had_file else "kept_form"
        asking = replace(asking, form=held.form, alert=asking.words(f"console.{code}"))
        try:
            answer = self._response(http, asking, form.back(asking))
        except (NotThere, ServiceRefusal):
            return None
        answer.delete_cookie(_KEPT, path=HOME)
        return answer

    def _missing(self, http: HttpRequest) -> Response:
        return self._plain(http, 404, self._session(http))

    def _by_form(self, http: HttpRequest) -> Response:
        answer = self._plain(http, 405, self._session(http))
        answer.headers["allow"] = "POST"
        return answer

    def _session(self, http: HttpRequest) -> Session | None:
        token = _token(http)
        return self._sessions.find(token) if token else None

    def _answer(
        self, one: Page, http: HttpRequest, body: bytes, session: Session | None
    ) -> Response:
        """The answer to a request; what is not allowed never reaches the page."""
        query = _query(http)
        asking = Asking(
            words=_words(http),
            query=query,
            session=session,
            token=_token(http),
            visitor=_visitor(http),
            way_back=self._ways.to(query.get(FIELD, "")),
        )
        if one.right is not None and (session is None or not session.may(one.right)):
            return self._plain(http, 403, session)
        if one.method == "POST":
            try:
                fields, file = read_form(http.headers.get("content-type", ""), body)
            except BadForm:
                return self._plain(http, 400, session)
            if not _from_here(http) or not _own(session, fields, one):
                return self._plain(http, 403, session, why=STALE)
            way = self._ways.to(fields.get(FIELD, ""))
            asking = replace(asking, form=fields, file=file, way_back=way)
        return self._shown_again(one, http, asking) or self._acted(one, http, asking)

    def _acted(self, one: Page, http: HttpRequest, asking: Asking) -> Response:
        try:
            return self._response(http, asking, again_beside(partial(one.act, asking)))
        except NotThere:
            return self._plain(http, 404, asking.session)
        except ServiceRefusal as fault:
            if isinstance(fault, OfficeFull):
                raise  # not what was written is wrong, and the form's own page may write, too
            if one.back is None:
                return self._plain(http, 422, asking.session)
            words = asking.words
            told = replace(
                asking,
                alert=_sentence(words, fault.reason, fault.told),
                wrong=_at_fields(words, fault),
            )
            try:
                shown = one.back(told)
            except NotThere:
                return self._plain(http, 404, asking.session)
            if isinstance(shown, Shown):
                shown = replace(shown, status=422)
            return self._response(http, told, shown)

    def _response(self, http: HttpRequest, asking: Asking, told: Told) -> Response:
        if isinstance(told, Sent):
            headers = {"content-disposition": f'attachment; filename="{told.name}"'}
            return Response(told.body, media_type=told.kind, headers={**HEADERS, **headers})
        if isinstance(told, Moved):
            mark = "&" if "?" in told.path else "?"
            to = f"{told.path}{mark}said={told.said}" if told.said else told.path
            answer = Response(status_code=303, headers={**HEADERS, "location": to})
        else:
            html = page(
                told.template,
                told.facts,
                words=asking.words,
                session=asking.session,
                path=http.url.path,
                zone=UTC if asking.session is None else self._zone(),
                again=_seen_again(http, asking),
                said=asking.query.get("said", ""),
                alert=asking.alert,
                written=asking.form,
            )
            answer = Response(html, told.status, headers=dict(HEADERS), media_type="text/html")
        self._cookies(http, answer, asking, told.cookie)
        if isinstance(told, Moved) and told.browser:
            answer.set_cookie(
                _BROWSER, told.browser, path=SIGN_IN, max_age=KNOWN_S,
                secure=not _is_local(http), httponly=True, samesite="strict",
            )  # fmt: skip
        return answer

    def _cookies(
        self, http: HttpRequest, answer: Response, asking: Asking, token: str | None
    ) -> None:
        secure = not _is_local(http)
        if token:
            answer.set_cookie(
                _COOKIE, token, path=HOME, secure=secure, httponly=True, samesite="strict"
            )
        elif token is not None:
            answer.delete_cookie(_COOKIE, path=HOME)
        if asking.query.get("language") == asking.words.language:
            answer.set_cookie(
                _LANGUAGE, asking.words.language, path=HOME, max_age=_YEAR_S, secure=secure,
                httponly=True, samesite="strict",
            )  # fmt: skip

    def _plain(
        self, http: HttpRequest, status: int, session: Session | None = None, *, why: str = ""
    ) -> Response:
        """A page that says why there is none and what to do; `why` where the status says little."""
        html = page(
            "refused.html",
            {"why": why or (status if status in SAID else 400)},
            words=_words(http),
            session=session,
            path=http.url.path,
            zone=UTC if session is None else self._zone(),
        )
        return Response(html, status, headers=dict(HEADERS), media_type="text/html")


@cache
def _no_room(language: str) -> Response:
    """Said to whoever is not taken in; made once, because it costs nothing then to say it often."""
    html = page("refused.html", {"why": 503}, words=Words(language), session=None, path=HOME)
    return Response(html, 503, headers={**HEADERS, "retry-after": _BUSY_S}, media_type="text/html")


def _token(http: HttpRequest) -> str:
    return http.cookies.get(_COOKIE, "")[:128]


def _visitor(http: HttpRequest) -> Visitor:
    """Who asks. Whoever speaks through a Unix socket is a proxy, and the last address that it names
    is the one that it saw itself; what a browser says of others before it is worth nothing.
    """
    if http.client is not None:
        address = http.client.host
    else:
        address = http.headers.get("x-forwarded-for", "").rpartition(",")[2]
    return Visitor(address=address_of(address), browser=http.cookies.get(_BROWSER, "")[:128])


def _seen_again(http: HttpRequest, asking: Asking) -> tuple[str, Mapping[str, str]]:
    """Where a page is looked at again: what a form led to is seen once."""
    if http.method != "POST":
        return http.url.path, asking.query
    return (SIGN_IN, {FIELD: asking.way_back}) if asking.way_back else (HOME, {})


def _own(session: Session | None, fields: Mapping[str, str], one: Page) -> bool:
    """Whether a form was made for this session; the sign-in has none yet."""
    if one.right is None and session is None:
        return True
    return session is not None and session.is_own_form(fields.get("form_token", ""))


def _from_here(http: HttpRequest) -> bool:
    """Whether the browser says that the form stands on a page of this very address."""
    site = http.headers.get("sec-fetch-site", "same-origin")
    origin = http.headers.get("origin")
    same = origin is None or urlsplit(origin).netloc == http.headers.get("host", "")
    return same and site in ("same-origin", "none")


def _is_local(http: HttpRequest) -> bool:
    return http.url.scheme == "http" and (http.url.hostname or "") in _LOCAL


def _query(http: HttpRequest) -> dict[str, str]:
    return {key: value[:400].replace("\x00", "") for key, value in http.query_params.items()}


def _words(http: HttpRequest) -> Words:
    """The language that was chosen, else the first that the browser reads, else English."""
    for told in (http.query_params.get("language"), http.cookies.get(_LANGUAGE)):
        if told in LANGUAGES:
            return Words(told)
    for part in http.headers.get("accept-language", "")[:200].lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("en"):
            return Words("en")
        if tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant")):
            return Words("zh_TW")
        if tag.startswith("zh"):
            return Words("zh_CN")
    return Words("en")


def _sentence(words: Words, reason: str, facts: Mapping[str, object]) -> str:
    try:
        return words(f"refusal.{reason}", **facts)
    except (MissingWording, KeyError):
        return reason


def _at_fields(words: Words, fault: ServiceRefusal) -> dict[str, str]:
    """What is wrong at which field."""
    return {one.place: _sentence(words, one.reason, dict(one.facts)) for one in fault.findings}


def _with(headers: Mapping[str, str], *, kept_s: int) -> dict[str, str]:
    return {**headers, "cache-control": f"max-age={kept_s}"}
