"""A browser without a screen: keeps cookies, sends the forms of the page that it shows.

`Browser(app)` speaks HTTPS to an application of this process. `send(path, **fields)` adds the form
token of the last page, as a form on it would; `sign_in` walks in by the front door.
"""

from __future__ import annotations

import asyncio
import re
from html import unescape
from types import TracebackType
from typing import Any

import httpx
from fastapi import FastAPI

from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.second_factor import code_at
from tests.fakes.time import SetClock

ORIGIN = "https://headoffice.test"
_LABEL = re.compile(r' data-label="[^"]*"')
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


class Browser:
    def __init__(self, app: FastAPI, **headers: str) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=ORIGIN,
            headers=headers,
        )
        self.token = ""
        self.page = ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._shown(self._client.get(path, headers=headers))

    def send(
        self, path: str, *, file: bytes | None = None, origin: str = ORIGIN, **fields: Any
    ) -> httpx.Response:
        """Send a form; what it led to is shown, as a browser would follow it."""
        data = {"form_token": self.token} | {key: str(value) for key, value in fields.items()}
        files = None if file is None else {"file": ("programme.toml", file, "text/plain")}
        asked = self._client.post(path, data=data, files=files, headers={"origin": origin})
        answer = self._shown(asked)
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def sign_in(self, invitation: Invitation, clock: SetClock) -> httpx.Response:
        self.get("/console/sign-in")
        code = code_at(invitation.secret, int(clock.now().timestamp()))
        return self.send(
            "/console/sign-in", name=invitation.name, password=invitation.password, code=code
        )

    def says(self, text: str) -> bool:
        """Whether the page shows a text."""
        return text in self.page

    def _shown(self, asked: Any) -> httpx.Response:
        answer: httpx.Response = self._runner.run(asked)
        if answer.headers.get("content-type", "").startswith("text/html"):
            # What a table's cells say on a phone stands in their column's heading already.
            self.page = unescape(_LABEL.sub("", answer.text))
            found = _TOKEN.search(answer.text)
            self.token = found[1] if found else ""
        return answer
