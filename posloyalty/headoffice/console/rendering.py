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
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.sessions import Session
from posloyalty.wording import LANGUAGES, Words

HERE: Final = Path(__file__).parent
STYLESHEET: Final = HERE / "console.css"
TAGS: Final = {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant", "en": "en"}
NAMES: Final = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}
"""Languages are named in themselves, so that whoever cannot read the page finds theirs."""

Again = tuple[str, Mapping[str, str]]
Menu = tuple[tuple[str, str, Right], ...]
MENU: Final[Menu] = (
    ("/console", "home", Right.SEE),
    ("/console/stores", "stores", Right.SEE),
    ("/console/tills", "tills", Right.SEE),
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
) -> bytes:
    """A page's bytes. `said` is a code of area "console", `alert` a sentence.

    Instants are shown in `zone`, which the page names. `again` is where it is seen in another
    language: an address and its query.
    """
    place, query = again
    kept = {key: value for key, value in query.items() if key not in ("said", "language")}
    menu = [
        (at, words(f"console.{key}"), at == path)
        for at, key, right in MENU
        if session is not None and session.may(right)
    ]
    code = f"console.said_{said}"
    html = (
        _environment()
        .get_template(template)
        .render(
            facts,
            w=words,
            menu=menu,
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
        )
    )
    return html.encode("utf-8")


@pass_context
def instant(context: Context, at: datetime | None) -> str:
    """An instant as it is read: to the minute, in the page's zone, in which days are said, too."""
    return "–" if at is None else at.astimezone(context["zone"]).strftime("%Y-%m-%d %H:%M")


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
    return made
