"""A folder of files as one programme: joined into one text, so that one hash pins all of it.

Shape: `programme.toml` comes first and holds the head; every other file adds tables of its own
(`[[offer]]`, `[[voucher]]`, ...), in the order of their names. A mark stands before each file, from
which `origin` tells the file and line of a line of the whole. A joined programme is an ordinary
programme file: what was joined once need not be joined again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HEAD = "programme.toml"
_MARK = re.compile(r"^# file: (?P<name>\S.*)$")


class NoHead(ValueError):
    """A folder without `programme.toml`."""


def bundle(files: Mapping[str, bytes]) -> bytes:
    """The files of a folder, by their names, as one programme; raises `NoHead`.

    Names are without folders. What is not UTF-8 stays as it is and is found by the reader.
    """
    if HEAD not in files:
        raise NoHead(HEAD)
    names = [HEAD, *sorted(name for name in files if name != HEAD)]
    parts = []
    for name in names:
        text = files[name].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        parts.append(f"# file: {name}\n".encode() + text.rstrip(b"\n") + b"\n")
    return b"".join(parts)


def is_joined(text: str) -> bool:
    """Whether a text was joined from files."""
    return _MARK.match(text.split("\n", 1)[0]) is not None


def origin(text: str, line: int) -> tuple[str, int]:
    """The file and line of a line of a joined text, both counted from 1.

    ("", line) where the text was never joined.
    """
    name, start = "", 0
    for number, content in enumerate(text.split("\n")[:line], start=1):
        mark = _MARK.match(content)
        if mark is not None:
            name, start = mark["name"], number
    return name, line - start
