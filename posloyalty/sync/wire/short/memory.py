"""What both sides remember of the events so far: texts, shapes, and what was said last of a thing.

Shape: `learn(body)` takes in an event that head office has; the writer and the reader add what
travels in the same order, so that a number means the same to both. A **record** is an object of an
event; its **path** is where it stands (`.lines`), its **lead** the field that says what it is about
(of a line the article). What was said last at a path with the same lead is what is expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec

Record = dict[str, Any]

WORD_MAX: Final = 64
"""Characters; longer texts are not remembered."""
LEADS: Final[Mapping[str, str]] = {
    "": "t",
    ".lines": "product",
    ".offers": "id",
    ".taxes": "tc",
    ".pays": "kind",
    ".points": "wallet",
    ".post": "code",
    ".tiers": "level",
    ".rights": "move",
    ".meters": "m",
    ".told": "code",
    ".articles": "product",
    ".sums": "k",
}


_TOP: Final = tuple((path[1:], path) for path in LEADS if path)
INSIDE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    ".post": (("opens", ".post.opens"),),
    ".rights": (("opens", ".rights.opens"),),
}
"""Records in records: by the path of the outer one, the field and the path of the inner one."""


class Memory:
    """Grows with every event of a stretch."""

    __slots__ = (
        "_by",
        "_last",
        "hlc",
        "last_id",
        "reckoned",
        "shape_places",
        "shapes",
        "word_places",
        "words",
    )

    def __init__(self) -> None:
        self.words: list[str] = []
        self.word_places: dict[str, int] = {}
        self.shapes: list[tuple[str, ...]] = []
        self.shape_places: dict[tuple[str, ...], int] = {}
        self.last_id = bytes(16)
        self.hlc: Any = None
        self.reckoned = 0  # entries that were added up for what is expected
        self._last: dict[str, Record] = {}
        self._by: dict[tuple[str, Any], Record] = {}

    def learn(self, body: bytes) -> None:
        """Take in an event that both sides have: its own texts, the records where `LEADS` and
        `INSIDE` look, and what those are about. One that is no JSON object says nothing.
        """
        try:
            value = msgspec.json.decode(body)
        except (UnicodeError, msgspec.DecodeError, RecursionError):
            return
        if type(value) is dict:
            for one in value.values():
                if type(one) is str:
                    self.add_word(one)
            self._learn(value, "", _TOP)

    def _learn(self, value: Record, path: str, inside: Iterable[tuple[str, str]]) -> None:
        """Take in a record, and those in it, which come first."""
        shape = tuple(value)
        if shape not in self.shape_places:
            self.add_shape(shape)
        for key, at in inside:
            there = value.get(key)
            if there:
                further = INSIDE.get(at, ())
                for one in there if type(there) is list else (there,):
                    if type(one) is dict:
                        self._learn(one, at, further)
        said = self.keep(path, value)
        if type(said) is str:
            self.add_word(said)

    def add_word(self, text: str) -> None:
        """Remember a text."""
        if text not in self.word_places and 1 < len(text) <= WORD_MAX:
            self.word_places[text] = len(self.words)
            self.words.append(text)

    def add_shape(self, shape: tuple[str, ...]) -> None:
        """Remember which fields there are, and in which order."""
        self.shape_places[shape] = len(self.shapes)
        self.shapes.append(shape)

    def last(self, path: str) -> Record | None:
        """The record that was said last at a path."""
        return self._last.get(path)

    def said_of(self, path: str, lead: Any) -> Record | None:
        """The record that was said last at a path of the same thing."""
        return self._by.get((path, lead))

    def keep(self, path: str, record: Record) -> Any:
        """Remember a record that is whole; gives what it says that it is about."""
        self._last[path] = record
        lead = LEADS.get(path, "")
        said = record.get(lead)
        if lead and type(said) is str:
            self._by[path, said] = record
        if not path:
            self.hlc = record.get("hlc")
            told = record.get("id")
            if type(told) is str and len(told) == 32:
                with suppress(ValueError):
                    self.last_id = bytes.fromhex(told)
        return said
