"""The page at `/docs`: what `/openapi.json` says, made on the server, for engineers to read.

Nothing on it comes from elsewhere and no script runs. The console's sessions belong to this very
address, so a script that somebody else serves could act for whoever is signed in; and a shop's
network often reaches nothing but head office.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.responses import Response

PATH: Final = "/docs"
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def add_description(app: FastAPI) -> None:
    """Serve the page of an application that is complete when it is first asked for."""

    async def described() -> Response:
        page = description_page(app.openapi())
        return Response(page, media_type="text/html", headers=dict(HEADERS))

    app.add_api_route(PATH, described, include_in_schema=False)


def description_page(openapi: Mapping[str, Any]) -> bytes:
    """The page of a description: each path with its method, what is sent and what is answered."""
    title = f"{openapi['info']['title']} {openapi['info']['version']}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        '<link rel="stylesheet" href="/console/console.css">\n</head>\n<body>\n<main>\n'
        f"<h1>{escape(title)}</h1>\n"
        '<p>The same for machines: <a href="/openapi.json">/openapi.json</a></p>\n',
    ]
    for path, acts in openapi["paths"].items():
        for method in _METHODS:
            if method in acts:
                parts += _act(path, method, acts[method])
    parts.append("</main>\n</body>\n</html>\n")
    return "".join(parts).encode("utf-8")


def _act(path: str, method: str, act: Mapping[str, Any]) -> Iterator[str]:
    yield f'<section class="panel">\n<h2><code>{method.upper()} {escape(path)}</code></h2>\n'
    for key in ("summary", "description"):
        if act.get(key):
            yield f"<p>{escape(act[key])}</p>\n"
    if act.get("parameters"):
        yield '<dl class="facts">\n'
        for one in act["parameters"]:
            needed = "" if one.get("required") else ", may be left out"
            yield f"<dt><code>{escape(one['name'])}</code> ({escape(one['in'])}{needed})</dt>"
            yield f"<dd>{escape(one.get('description', ''))}</dd>\n"
        yield "</dl>\n"
    for kind, content in act.get("requestBody", {}).get("content", {}).items():
        yield from _body(f"Sent: {kind}", content)
    for status, answer in act.get("responses", {}).items():
        said = f"{status} {answer.get('description', '')}".strip()
        if not answer.get("content"):
            yield f"<p>{escape(said)}</p>\n"
        for kind, content in answer.get("content", {}).items():
            yield from _body(f"{said}: {kind}", content)
    yield "</section>\n"


def _body(title: str, content: Mapping[str, Any]) -> Iterator[str]:
    schema = content.get("schema")
    if not schema:
        yield f"<p>{escape(title)}</p>\n"
        return
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    yield f"<details><summary>{escape(title)}</summary>\n"
    yield f'<pre class="toml">{escape(text)}</pre></details>\n'
