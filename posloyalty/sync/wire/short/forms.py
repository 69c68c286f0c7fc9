"""How a value is said where it is not as expected: a number whose three low bits are its kind.

| kind | the bits above | then |
|---|---|---|
| `UP`, `DOWN` | how far an integer is above or below what was expected, or zero | |
| `WORD` | how many words ago a text was remembered | |
| `TEXT` | bytes of a text | characters shared with the expected one, a number; the bytes |
| `ID` | bytes that 32 hexadecimal digits share with the id before | the other bytes |
| `LIST` | elements | each element |
| `RECORD` | which fields are not as expected, and whether the shape is another | see `writing` |
| `OTHER` | 0 as expected, 1 true, 2 false, 3 null, else milliseconds from the expected instant | |
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from posloyalty.sync.wire.short.memory import WORD_MAX, Memory

UP: Final = 0
DOWN: Final = 1
WORD: Final = 2
TEXT: Final = 3
ID: Final = 4
LIST: Final = 5
RECORD: Final = 6
OTHER: Final = 7
KIND_BITS: Final = 3

AS_EXPECTED: Final = 0
CONSTANTS: Final[tuple[Any, ...]] = (None, True, False, None)
"""By their number; 0 is as expected."""
INSTANTS: Final = 4
"""From here on: the distance, doubled, and one more where it is backwards."""

FIELDS_MAX: Final = 60
ELEMENTS_MAX: Final = 128
DEPTH_MAX: Final = 8
INTEGER_MAX: Final = 2**53
ID_CHARACTERS: Final = 32


def shared_characters(text: str, expected: Any) -> int:
    """With how many characters of the expected text a text begins."""
    if type(expected) is not str:
        return 0
    same = 0
    for one, other in zip(text, expected, strict=False):
        if one != other:
            break
        same += 1
    return same


def moved_instant(expected: Any, ms: int) -> str:
    """The instant so far from an expected one; raises `ValueError` and `OverflowError`."""
    if type(expected) is not str or len(expected) > WORD_MAX:
        raise ValueError("no instant is expected")
    moved = datetime.fromisoformat(expected) + timedelta(milliseconds=ms)
    return moved.isoformat(timespec="milliseconds")


def same(value: Any, expected: Any) -> bool:
    """Whether a value is the expected one to the byte: 1 is not true, and fields have an order."""
    kind = type(value)
    if kind is not type(expected):
        return False
    if kind is list:
        return len(value) == len(expected) and all(map(same, value, expected))
    if kind is dict:
        return list(value) == list(expected) and all(map(same, value.values(), expected.values()))
    return bool(value == expected)


def reference_of(memory: Memory, path: str, hint: Any) -> dict[str, Any]:
    """The record that a new one is measured by before its lead is known."""
    if type(hint) is dict:
        return hint
    return memory.last(path) or {}
