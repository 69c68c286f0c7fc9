"""Somebody at head office's console, over the real server's socket: cookies, forms, what is shown.

`Person.made(house, name, role)` is a new operator with a way to sign in; `enter()` signs them in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import httpx

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.store.console_tables import OFFICE_OPERATOR
from posloyalty.system import SystemClock
from tests.headoffice.driven.flood import connected, head
from tests.headoffice.driven.house import House, until

# A cookie travels without TLS to this very machine alone.
ORIGIN: Final = "http://localhost"
_TOKEN: Final = re.compile(r'name="form_token" value="([0-9a-f]+)"')
TIRED_S: Final = 60
COOKIE: Final = "posloyalty-console"


class Person:
    """An operator and their browser."""

    def __init__(self, place: Path, invitation: Invitation, clock: SystemClock) -> None:
        self.name = invitation.name
        self._place = place
        self.invitation = invitation
        self._clock = clock
        self.http = httpx.Client(
            transport=httpx.HTTPTransport(uds=str(place)), base_url=ORIGIN, timeout=TIRED_S
        )
        self.token = self.page = ""

    @staticmethod
    def made(house: House, name: str, role: Role = Role.MANAGER) -> Person:
        """A new operator, who has not signed in."""
        with house.office() as office:
            invitation = office.operators.add(name, role, by=COMMAND_LINE)
            return Person(house.place, invitation, office.clock)  # type: ignore[arg-type]

    def __enter__(self) -> Person:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.http.close()

    def now(self) -> datetime:
        """By their own clock."""
        return self._clock.now()

    def enter(self) -> Person:
        """Sign in by password and code."""
        self.get("/console/sign-in")
        code = code_at(self.invitation.secret, int(self._clock.now().timestamp()))
        password = self.invitation.password
        answer = self.send("/console/sign-in", name=self.name, password=password, code=code)
        assert answer.status_code == 200, self.page
        assert self.token
        return self

    def enter_again(self, house: House) -> Person:
        """The same operator in a browser more; head office takes a code once, so the last one is
        forgotten there.
        """
        last = OFFICE_OPERATOR.update().where(OFFICE_OPERATOR.c.name == self.name)
        with house.office() as office, office.database.write() as connection:
            connection.execute(last.values(last_step=0))
        return self.enter()

    @property
    def session(self) -> str:
        """The session's cookie as a browser sends it."""
        return "; ".join(
            f"{one.name}={one.value}" for one in self.http.cookies.jar if one.name == COOKIE
        )

    def get(self, path: str) -> httpx.Response:
        return self._shown(self.http.get(path))

    def send(self, path: str, *, file: bytes | None = None, **fields: Any) -> httpx.Response:
        """Send a form with this session's token; what it led to is shown."""
        answer = self._shown(self._posted(path, file, fields))
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def lose(
        self, path: str, done: Callable[[], bool], *, file: bytes | None = None, **fields: Any
    ) -> None:
        """Send a form, and let go of the line once something is `done`, with nothing heard."""
        request = self._asked(path, file, fields)
        told = {key: value for key, value in request.headers.items() if key != "host"}
        with connected(self._place) as line:
            line.sendall(head("POST", path, told) + request.read())
            until(done)

    def cut_off(self, path: str, *, file: bytes | None = None, **fields: Any) -> bool:
        """Send a form; whether the server fell before it answered."""
        try:
            self._posted(path, file, fields)
        except httpx.TransportError:
            return True
        return False

    def _posted(self, path: str, file: bytes | None, fields: dict[str, Any]) -> httpx.Response:
        return self.http.send(self._asked(path, file, fields))

    def _asked(self, path: str, file: bytes | None, fields: dict[str, Any]) -> httpx.Request:
        data = {"form_token": self.token} | {key: str(value) for key, value in fields.items()}
        files = None if file is None else {"file": ("a-file", file, "text/plain")}
        told = {"origin": ORIGIN}
        return self.http.build_request("POST", path, data=data, files=files, headers=told)

    def says(self, text: str) -> bool:
        """Whether the page shows a text."""
        return text in self.page

    def _shown(self, answer: httpx.Response) -> httpx.Response:
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = unescape(answer.text)
            found = _TOKEN.search(answer.text)
            self.token = found[1] if found else self.token
        return answer
