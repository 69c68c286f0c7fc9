"""What a page is asked and what it gives: shapes only.

A `Page` is one row of the table of pages: method, path, the right that it takes, and what it does.
`act(asking)` gives `Shown` (a template and its facts), `Moved` (look there instead, with a note) or
`Sent` (a file). A page that changes something and refuses is shown as `back`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.sessions import Session
from posloyalty.headoffice.console.sign_in_tries import STRANGER, Visitor
from posloyalty.wording import Words

FORM_BYTES_MAX: Final = 32 * 1024
FIELDS_MAX: Final = 40
FIELD_CHARACTERS_MAX: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request inside the console. `session` is None where nobody has to be signed in. `alert`
    says why a form was refused, and `wrong` at which of its fields, a sentence each. `way_back` is
    a page of this console that a sign-in leads to, empty for the first one.
    """

    words: Words
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    file: bytes = b""
    session: Session | None = None
    token: str = ""
    alert: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    visitor: Visitor = STRANGER
    way_back: str = ""

    @property
    def who(self) -> str:
        """The operator who asks."""
        assert self.session is not None
        return self.session.name

    def told(self, name: str) -> str:
        """What was written into a field or stands in the address, without blanks around it."""
        return (self.form.get(name) or self.query.get(name) or "").strip()

    def number(self, name: str) -> int:
        """A whole number of a field; 0 for none."""
        told = self.told(name)
        return int(told) if told.isascii() and told.isdigit() and len(told) <= 15 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page. `status` other than 200 says that something was refused."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    cookie: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Look there. `said` is a code of area "console"; `cookie` a session's token, "" to end it;
    `browser` by what the browser is known from now on, "" for no change.
    """

    path: str
    said: str = ""
    cookie: str | None = None
    browser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file to keep."""

    name: str
    kind: str
    body: bytes


Told = Shown | Moved | Sent
Act = Callable[[Asking], Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One row of the table of pages. `right` None is for everybody, signed in or not.

    `body_bytes_max` bounds what a form may bring. `keeps` False is for what is secret or has to be
    written by hand each time: it is not kept when the session ended before it arrived.
    """

    method: str
    path: str
    act: Act
    right: Right | None
    back: Act | None = None
    body_bytes_max: int = FORM_BYTES_MAX
    keeps: bool = True

    @classmethod
    def shows(cls, path: str, act: Act, right: Right | None) -> Page:
        """A page to look at."""
        return cls(method="GET", path=path, act=act, right=right)

    @classmethod
    def changes(
        cls,
        path: str,
        act: Act,
        right: Right | None,
        *,
        back: Act | None = None,
        body_bytes_max: int = FORM_BYTES_MAX,
        keeps: bool = True,
    ) -> Page:
        """What a form sends; where it is refused, `back` is shown with the reason."""
        return cls(
            method="POST",
            path=path,
            act=act,
            right=right,
            back=back,
            body_bytes_max=body_bytes_max,
            keeps=keeps,
        )


class NotThere(Exception):
    """What was asked for is not there."""
