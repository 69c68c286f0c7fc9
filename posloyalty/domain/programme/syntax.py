"""Where things stand in a TOML text, and every syntax error that can be found in it.

The parser of the standard library stops at the first error and keeps no places. So errors are
found by reading again with the faulty line put aside, and places by a scan for headers and keys
that knows strings and brackets but nothing else of TOML. The parser says what is wrong in English;
it is told by kind instead (`KINDS`), for words in any language.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

from posloyalty.domain.programme.calendar_faults import mended
from posloyalty.domain.programme.finding import Finding, Path

ERRORS_MAX = 20
_PLACE = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$"
)
KINDS: Final = (
    ("SYNTAX_TEXT_OPEN", re.compile(r"Unterminated string|.*character '\\n'|Expected [\"']{3,}")),
    ("SYNTAX_CHARACTER", re.compile(r"(Illegal|Found invalid) character")),
    ("SYNTAX_EQUALS", re.compile(r"Expected '=' after a key")),
    ("SYNTAX_TWICE", re.compile(r"Cannot (overwrite|declare|mutate|redefine)|Duplicate")),
    ("SYNTAX_BRACKET", re.compile(r"Unclosed|Expected '\]")),
    ("SYNTAX_REST", re.compile(r"Expected newline or end of document")),
    ("SYNTAX_ESCAPE", re.compile(r"Unescaped|Invalid hex value|Escaped character")),
    ("SYNTAX_KEY", re.compile(r"Invalid (statement|initial character)")),
    ("SYNTAX_VALUE", re.compile(r"Invalid (value|date)")),
)
"""Kinds of syntax errors, and how the parser begins to tell of each."""
OTHER: Final = "SYNTAX_OTHER"
"""One that a later parser tells in other words."""
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_APART = re.compile(r"""\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*""")
_BARE = re.compile(r"[A-Za-z0-9_\-]+")
_OPENS = re.compile(r"""[\[\]{}]|\"{3}|'{3}""")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-\"'. ]+?)\s*=")


def syntax_errors(text: str) -> list[Finding]:
    """Every syntax error that can be told apart, about `ERRORS_MAX` at most; a day or a time that
    does not exist is told as what it is.
    """
    lines = text.split("\n")
    findings: list[Finding] = []
    while len(findings) < ERRORS_MAX:
        try:
            tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as fault:
            what, number, column = _place(str(fault), len(lines))
            lines[number - 1], absent = mended(lines[number - 1], number)
            if absent:
                findings += absent
                continue
            if any((one.code, one.line) == ("SYNTAX", number) for one in findings):
                break  # putting the line aside did not help: what follows would be noise
            facts = (("kind", _kind(what)), ("column", str(column)))
            findings.append(Finding("SYNTAX", "", number, facts))
            lines[number - 1] = _put_aside(lines[number - 1], number)
            continue
        break
    return findings


def places(text: str) -> dict[Path, int]:
    """The line of every header and key, by path; keys inside inline tables are not looked for."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    inside = _Inside()
    for number, line in enumerate(text.split("\n"), start=1):
        if inside.read(line):
            continue
        header = _HEADER.match(line)
        if header:
            here = _resolve(_keys(header[2]), counts, new=header[1] == "[[")
            found.setdefault(here, number)
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((*here, *_keys(key[1])), number)
            inside.start(line[key.end() :])
    return found


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


class _Inside:
    """Whether a value goes on over several lines: brackets open, or a text of three quotes."""

    def __init__(self) -> None:
        self._depth = 0
        self._quotes = ""

    def start(self, value: str) -> None:
        self._walk(value)

    def read(self, line: str) -> bool:
        """Whether the line belongs to a value that began above; if so it is walked through."""
        if not self._quotes and self._depth <= 0:
            return False
        self._walk(line)
        return True

    def _walk(self, text: str) -> None:
        if not self._quotes and not _OPENS.search(text):
            return  # nothing begins or ends here: nearly every line
        if not self._quotes and '"""' not in text and "'''" not in text:
            # Texts of one line and comments put aside, brackets can be counted.
            bare = _APART.sub("", text)
            self._depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
            return
        at = 0
        while at < len(text):
            if self._quotes:
                at = self._leave_text(text, at)
            elif text[at] == "#":
                return
            elif text[at] in "\"'":
                triple = text[at] * 3
                self._quotes = triple if text.startswith(triple, at) else text[at]
                at += len(self._quotes)
            else:
                self._depth += (text[at] in "[{") - (text[at] in "]}")
                at += 1
        if len(self._quotes) == 1:
            self._quotes = ""  # a text of one line ends with it

    def _leave_text(self, text: str, at: int) -> int:
        if text[at] == "\\" and self._quotes[0] == '"':
            return at + 2
        if text.startswith(self._quotes, at):
            at += len(self._quotes)
            self._quotes = ""
            return at
        return at + 1


def _place(message: str, last: int) -> tuple[str, int, int]:
    """What is wrong, its line, and its column; 0 for one that only the end of the file shows."""
    match = _PLACE.match(message)
    if match is None:
        return message, last, 0
    return match["what"], min(int(match["line"] or last), last), int(match["column"] or 0)


def _kind(what: str) -> str:
    return next((kind for kind, begins in KINDS if begins.match(what)), OTHER)


def _put_aside(line: str, number: int) -> str:
    # A broken header becomes one of its own, so that the keys below it do not clash with others.
    return f"[put-aside-{number}]" if line.lstrip().startswith("[") else ""


def _keys(dotted: str) -> list[str]:
    if _BARE.fullmatch(dotted):
        return [dotted]
    return [key.strip().strip("\"'") for key in dotted.split(".")]


def _resolve(keys: list[str], counts: dict[Path, int], *, new: bool) -> Path:
    path: Path = ()
    for place, key in enumerate(keys):
        path = (*path, key)
        if new and place == len(keys) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path
