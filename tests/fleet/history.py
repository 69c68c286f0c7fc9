"""What happened at one till, as somebody beside it would write it down: one line an act.

A line is in the file before the next act begins, so `kill -9` takes nothing of it. Words: `tries
SALE MEMBER PAYABLE SPENT` before a sale is booked, `sold SALE NUMBER` once the cashier was told,
`refused SALE REASON` when they were told that it is not, `passed MEMBER` when fewer points could be
spent than the customer wanted, `drained` when the till has sent everything and stopped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


class Writer:
    """Adds lines to a history."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, *words: str) -> None:
        """One line, at once."""
        os.write(self._file, (" ".join(words) + "\n").encode())


@dataclass(frozen=True)
class Tried:
    """A sale that a till began to book; amounts in minor units and points."""

    sale: str
    member: str
    payable: int
    spent: int


@dataclass
class History:
    """One till's history, read."""

    tried: dict[str, Tried] = field(default_factory=dict)
    sold: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    passed: int = 0
    drained: int = 0


def read(path: Path) -> History:
    """Everything that was written."""
    found = History()
    for what, *words in _lines(path):
        if what == "tries":
            sale, member, payable, spent = words
            found.tried[sale] = Tried(sale, member, int(payable), int(spent))
        elif what == "sold":
            found.sold[words[0]] = words[1]
        elif what == "refused":
            found.refused[words[0]] = words[1]
        elif what == "passed":
            found.passed += 1
        elif what == "drained":
            found.drained += 1
    return found


def _lines(path: Path) -> Iterator[list[str]]:
    if path.exists():
        yield from (line.split() for line in path.read_text("utf-8").splitlines())
