"""A TOML file in UTF-8 as people hand it over: its table, or every reason why it cannot be read.

Shape: `read_toml(bytes)` gives a `TomlFile(text, table)` or findings; `located(...)` puts what a
reading found (path, code, facts) into the order of the file, each with its line. Programme files
and scenario files are both read through here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from posloyalty.domain.programme.bundle import is_joined, origin
from posloyalty.domain.programme.finding import Finding, Path, written
from posloyalty.domain.programme.syntax import line_of, places, syntax_errors

FILE_BYTES_MAX = 1_000_000
NESTED_MAX = 64
"""Tables and lists one in another, and parts of a key."""
DIGITS_MAX = 1_000
_LONG_NUMBER = re.compile(rf"[0-9_]{{{DIGITS_MAX + 1}}}")
Found = tuple[Path, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The text, with line ends of one kind, and the table that it says."""

    text: str
    table: Mapping[str, object]


def read_toml(data: bytes) -> TomlFile | list[Finding]:
    """The file's table; else TOO_LARGE, NOT_UTF8, TOO_DEEP or NUMBER_TOO_LONG, or a SYNTAX finding
    for every error.
    """
    if len(data) > FILE_BYTES_MAX:
        return [Finding("TOO_LARGE", "", 0, (("most_bytes", str(FILE_BYTES_MAX)),))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return [Finding("NOT_UTF8", "", data[: fault.start].count(b"\n") + 1)]
    text = text.replace("\r\n", "\n")
    beyond = _beyond(text)
    if beyond:
        return _placed(beyond, text)
    try:
        read = _table(text)
    except RecursionError:
        read = [_too_deep(0)]
    return TomlFile(text, read) if isinstance(read, dict) else _placed(read, text)


def _table(text: str) -> dict[str, object] | list[Finding]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return syntax_errors(text)
    return [_too_deep(0)] if _nested(table) > NESTED_MAX else table


def _beyond(text: str) -> list[Finding]:
    """What the parser of the standard library would fall over, or take minutes for: it counts the
    digits of a number, and goes through a key's parts anew for each of them.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if _LONG_NUMBER.search(line):
            return [Finding("NUMBER_TOO_LONG", "", number, (("most", str(DIGITS_MAX)),))]
        if line.partition("=")[0].count(".") >= NESTED_MAX:
            return [_too_deep(number)]
    return []


def _too_deep(line: int) -> Finding:
    return Finding("TOO_DEEP", "", line, (("most", str(NESTED_MAX)),))


def _nested(table: Mapping[str, object]) -> int:
    """How many tables and lists stand one in another; whoever reads them goes down as deep."""
    levels = 0
    here: list[Iterable[object]] = [table.values()]
    while here:
        levels += 1
        inner = [value for values in here for value in values if isinstance(value, dict | list)]
        here = [one.values() if isinstance(one, dict) else one for one in inner]
    return levels


def located(found: Iterable[Found], text: str) -> list[Finding]:
    """What was found, in the order of the file."""
    lines = places(text)
    findings = [
        Finding(code, written(path), line_of(path, lines), facts) for path, code, facts in found
    ]
    return _placed(sorted(findings, key=lambda finding: finding.line), text)


def _placed(findings: list[Finding], text: str) -> list[Finding]:
    """Findings of a joined text with the file that each is in."""
    if not is_joined(text):
        return findings
    placed = []
    for finding in findings:
        name, line = origin(text, finding.line)
        placed.append(replace(finding, file=name, line=line) if name else finding)
    return placed
