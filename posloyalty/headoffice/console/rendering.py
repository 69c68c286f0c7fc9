"""Pages from templates: Jinja2, escaping everything, in one of three languages."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from posloyalty.documents.qr import card_matrix
from posloyalty.documents.qr_matrix import QUIET_MODULES, runs
from posloyalty.headoffice.console.labelled import labelled
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.sessions import Session
from posloyalty.wording import LANGUAGES, Words

HERE: Final = Path(__file__).parent
STYLESHEET: Final = HERE / "console.css"
TAGS: Final = {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant", "en": "en"}
NAMES: Final = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}
"""Languages are named in themselves, so that whoever cannot read the page finds theirs."""

_UNITS: Final = (("days", 24 * 3600), ("h", 3600), ("min", 60))
"""Units of a span in seconds, the largest first."""

Again = tuple[str, Mapping[str, str]]
Entry = tuple[str, str, bool]
"""An entry of the menu: its address, its name, whether it is this page."""
Menu = tuple[tuple[str, str, Right], ...]
MENU: Final[Menu] = (
    ("/console", "home", Right.SEE),
    ("/console/stores", "stores", Right.SEE),
    ("/console/tills", "tills", Right.SEE),
    ("/console/articles", "articles", Right.SEE),
    ("/console/programmes", "programmes", Right.SEE),
    ("/console/winding-down", "winding_down", Right.SEE),
    ("/console/policy", "policy", Right.SEE),
    ("/console/members", "members", Right.SEE_MEMBERS),
    ("/console/records", "records", Right.SEE_MEMBERS),
    ("/console/claims", "claims", Right.SEE_MEMBERS),
    ("/console/credits", "credits", Right.SEE_MEMBERS),
    ("/console/leases", "leases", Right.SEE),
    ("/console/judging", "judging", Right.SEE),
    ("/console/held", "held", Right.SEE),
    ("/console/matters", "matters", Right.SEE),
    ("/console/exports", "exports", Right.EXPORT),
    ("/console/operators", "operators", Right.KEEP_OPERATORS),
    ("/console/audit", "audit", Right.READ_AUDIT),
)
GROUPS: Final[Mapping[str, str]] = {
    "home": "chain",
    "programmes": "rules",
    "members": "people",
    "leases": "checks",
    "exports": "office",
}
"""The first entry of each group of the menu, and what the group is called."""


def page(
    template: str,
    facts: Mapping[str, Any],
    *,
    words: Words,
    session: Session | None,
    path: str,
    zone: tzinfo = UTC,
    again: Again = ("/console", {}),
    said: str = "",
    alert: str = "",
    written: Mapping[str, str] | None = None,
) -> bytes:
    """A page's bytes. `said` is a code of area "console", `alert` a sentence.

    Instants are shown in `zone`, which the page names. `again` is where it is seen in another
    language: an address and its query. `written` is what was written into its form, when that was
    not taken, so that it stands there again.
    """
    place, query = again
    kept = {key: value for key, value in query.items() if key not in ("said", "language")}
    code = f"console.said_{said}"
    html = (
        _environment()
        .get_template(template)
        .render(
            facts,
            w=words,
            menu=[] if session is None else _menu(words, session, path),
            me=session,
            form_token="" if session is None else session.form_token,
            may=(lambda right: session is not None and session.may(Right(right))),
            tag=TAGS[words.language],
            languages=[
                (f"{place}?{urlencode({**kept, 'language': key})}", key, NAMES[key])
                for key in LANGUAGES
            ],
            language=words.language,
            path=path,
            zone=zone,
            said=words(code) if said.isidentifier() and words.has(code) else "",
            alert=alert,
            written=written or {},
        )
    )
    return labelled(html).encode("utf-8")


def _menu(words: Words, session: Session, path: str) -> list[tuple[str, list[Entry]]]:
    """(group, its entries), without what this person may not see."""
    found: list[tuple[str, list[Entry]]] = []
    for at, key, right in MENU:
        if key in GROUPS:
            found.append((words(f"console.group_{GROUPS[key]}"), []))
        if session.may(right):
            found[-1][1].append((at, words(f"console.{key}"), at == path))
    return [(group, entries) for group, entries in found if entries]


@pass_context
def instant(context: Context, at: datetime | None) -> str:
    """An instant as it is read: to the minute, in the page's zone, in which days are said, too."""
    return "–" if at is None else at.astimezone(context["zone"]).strftime("%Y-%m-%d %H:%M")


@pass_context
def span(context: Context, seconds: int) -> str:
    """So many seconds as a person says it, in the largest unit of which they are two or more."""
    words: Words = context["w"]
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return words.counted(f"console.span_{unit}", seconds // size)
    return words.counted("console.span_s", seconds)


def qr_picture(text: str) -> str:
    """A QR code as an address of a picture, drawn as one path."""
    matrix = card_matrix(text)
    side = len(matrix) + 2 * QUIET_MODULES
    squares = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h{length}v1h-{length}z"
        for x, y, length in runs(matrix)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{squares}"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode("ascii")).decode("ascii")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["instant"] = instant
    made.filters["span"] = span
    return made
