"""A TOML file in UTF-8 as people hand it over: its table, or every reason why it cannot be read.

Shape: `read_toml(bytes)` gives a `TomlFile(text, table)` or findings; `located(...)` puts what a
reading found (path, code, facts) into the order of the file, each with its line. Programme files
and scenario files are both read through here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from posloyalty.domain.programme.bundle import is_joined, origin
from posloyalty.domain.programme.finding import Finding, Path, written
from posloyalty.domain.programme.syntax import line_of, places, syntax_errors

FILE_BYTES_MAX = 1_000_000
Found = tuple[Path, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The text, with line ends of one kind, and the table that it says."""

    text: str
    table: Mapping[str, object]


def read_toml(data: bytes) -> TomlFile | list[Finding]:
    """The file's table; else TOO_LARGE, NOT_UTF8, or a SYNTAX finding for every error."""
    if len(data) > FILE_BYTES_MAX:
        return [Finding("TOO_LARGE", "", 0, (("most_bytes", str(FILE_BYTES_MAX)),))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return [Finding("NOT_UTF8", "", data[: fault.start].count(b"\n") + 1)]
    text = text.replace("\r\n", "\n")
    try:
        return TomlFile(text, tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return _placed(syntax_errors(text), text)


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
