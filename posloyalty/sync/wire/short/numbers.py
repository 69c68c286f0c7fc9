"""Numbers of as few bytes as they need, and reading that never runs past the end.

A number is seven bits a byte, the low ones first, with the eighth bit where more follow (LEB128).
"""

from __future__ import annotations

from typing import Final

NUMBER_BYTES_MAX: Final = 10
"""Beyond that a number is refused: nothing that travels has more than 70 bits."""

_MORE: Final = 0x80
_LOW: Final = 0x7F


class BadShort(ValueError):
    """Bytes that are no short form."""


def put_number(out: bytearray, number: int) -> None:
    """Write a number, which is not negative and below 2^70."""
    while number >= _MORE:
        out.append(number & _LOW | _MORE)
        number >>= 7
    out.append(number)


class Bytes:
    """What is left to read. Every method raises `BadShort` at the end."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """The number that comes next."""
        data, at = self._data, self._at
        if at < len(data) and data[at] < _MORE:  # as nearly all of them are
            self._at = at + 1
            return data[at]
        found, shift = 0, 0
        for one in data[at : at + NUMBER_BYTES_MAX]:
            at += 1
            if one < _MORE:
                self._at = at
                return found | one << shift
            found |= (one & _LOW) << shift
            shift += 7
        raise BadShort("NUMBER")

    def take(self, count: int) -> bytes:
        """So many bytes."""
        end = self._at + count
        if end > len(self._data):
            raise BadShort("CUT")
        taken, self._at = self._data[self._at : end], end
        return taken

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data) - self._at)

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._data)
