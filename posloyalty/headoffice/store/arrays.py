"""Columns of rows as PostgreSQL's binary arrays: one value of a statement, whatever a batch holds.

Shape: `bytea(...)`, `int8(...)` and `text(...)` make an `Array` of a column; `register` teaches a
connection to send one. The driver would make its arrays value by value in Python; here a column is
packed at once (PostgreSQL's `array_send`: dimensions, null flag, type, size, lower bound, then each
value behind its length).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from struct import error, pack
from typing import Any, Final

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_BYTEA: Final = 17
_INT8: Final = 20
_TEXT: Final = 25
ONCE_FROM: Final = 20
"""In so many rows a column that is mostly alike is looked through."""
_NULL: Final = b"\xff\xff\xff\xff"


class Array:
    """A packed column; `oid` is its type."""

    __slots__ = ("data",)
    oid = 0

    def __init__(self, data: bytes) -> None:
        self.data = data


class ByteaArray(Array):
    """Of raw bytes."""

    __slots__ = ()
    oid = 1001


class Int8Array(Array):
    """Of integers."""

    __slots__ = ()
    oid = 1016


class TextArray(Array):
    """Of texts."""

    __slots__ = ()
    oid = 1009


def bytea(column: Collection[bytes | None]) -> ByteaArray:
    """Raw bytes, or nothing."""
    same = _same(column)
    if same is not None:  # a till's id, beside each of its events
        return ByteaArray(_head(_BYTEA, len(column)) + _framed(same) * len(column))
    try:
        lengths = set(map(len, column))  # type: ignore[arg-type]
    except TypeError:
        framed = [_NULL if value is None else _framed(value) for value in column]
        return ByteaArray(_head(_BYTEA, len(column), nulls=True) + b"".join(framed))
    if len(lengths) == 1:  # ids and hashes, which most columns of bytes are made of
        before = lengths.pop().to_bytes(4, "big")
        body = before + before.join(column)  # type: ignore[arg-type]
    else:
        body = _each_framed(column)  # type: ignore[arg-type]
    return ByteaArray(_head(_BYTEA, len(column)) + body)


def int8(column: Collection[int | None]) -> Int8Array:
    """Integers of 64 bits, or nothing; raises `ValueError` for a larger one."""
    count = len(column)
    try:
        if None in column:
            framed = [_NULL if value is None else pack(">iq", 8, value) for value in column]
            return Int8Array(_head(_INT8, count, nulls=True) + b"".join(framed))
        packed = pack(f">{count}q", *column)
    except error as fault:
        raise ValueError("an integer has more than 64 bits") from fault
    # Each behind its length, which is 8: by the bytes of all at once, not value by value.
    body = bytearray(12 * count)
    body[3::12] = b"\x08" * count
    for place in range(8):
        body[4 + place :: 12] = packed[place::8]
    return Int8Array(_head(_INT8, count) + body)


def text(column: Collection[str | None]) -> TextArray:
    """Texts, or nothing; raises `ValueError` for a text that PostgreSQL cannot hold."""
    # Texts of a column are few, and each many times: kinds, days, names of wallets.
    framed = {
        value: _NULL if value is None else _framed(value.encode("utf-8")) for value in set(column)
    }
    if "\0" in "".join(filter(None, framed)):
        raise ValueError("a text has no character 0")
    head = _head(_TEXT, len(column), nulls=None in framed)
    if len(framed) == 1:
        return TextArray(head + framed.popitem()[1] * len(column))
    return TextArray(head + b"".join([framed[value] for value in column]))


OF: Final[Mapping[str, Callable[[Collection[Any]], Array]]] = {
    "bytea": bytea,
    "int4": int8,  # the statement casts it
    "int8": int8,
    "text": text,
}
"""By the type's name in a statement."""


def of_ids(ids: Collection[Any]) -> Array:
    """What a statement is asked for: ids, sequences or codes, all of one kind."""
    first = next(iter(ids))
    kind = "int8" if isinstance(first, int) else "text" if isinstance(first, str) else "bytea"
    return OF[kind](ids)


def columns(rows: Sequence[tuple[Any, ...]], types: Sequence[str]) -> tuple[Array, ...]:
    """Rows, at least one, as an array for each of their columns."""
    turned = zip(*rows, strict=True)
    return tuple(OF[name](column) for name, column in zip(types, turned, strict=True))


def columns_or_once(
    rows: Sequence[tuple[Any, ...]], types: Sequence[str], alike: Collection[int]
) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """Rows, at least one, in columns: the places of those `alike` that have one value in all rows,
    and the values of a statement, first that one of each of these, then an array for each other.

    PostgreSQL takes an array apart value by value and keeps them aside; what is said once costs it
    nothing. Of few rows every column is an array, for each statement is prepared by its text.
    """
    once: list[int] = []
    single: list[Any] = []
    arrays: list[Array] = []
    looked = alike if len(rows) >= ONCE_FROM else ()
    for place, column in enumerate(zip(*rows, strict=True)):
        first = column[0]
        if place in looked and first == column[-1] and column.count(first) == len(column):
            once.append(place)
            single.append(first)
        else:
            arrays.append(OF[types[place]](column))
    return tuple(once), (*single, *arrays)


def register(connection: Connection[Any]) -> None:
    """Let a connection send arrays."""
    for shape, dumper in _DUMPERS:
        connection.adapters.register_dumper(shape, dumper)


def _framed(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _each_framed(column: Collection[bytes]) -> bytes:
    """Values of several lengths, each behind its own; none is copied but into what comes of it."""
    lengths = [*map(len, column)]
    before = {length: length.to_bytes(4, "big") for length in set(lengths)}
    parts = [b""] * (2 * len(lengths))
    parts[::2] = map(before.__getitem__, lengths)
    parts[1::2] = column
    return b"".join(parts)


def _same(column: Collection[bytes | None]) -> bytes | None:
    """The value that a column has everywhere; nothing where it is not one, or not seen quickly."""
    if not isinstance(column, tuple) or not column or column[0] != column[-1]:
        return None
    first: bytes | None = column[0]
    return first if column.count(first) == len(column) else None


def _head(kind: int, count: int, *, nulls: bool = False) -> bytes:
    if not count:
        return pack(">iiI", 0, 0, kind)
    return pack(">iiIii", 1, int(nulls), kind, count, 1)


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        """As it was packed."""
        return obj.data


class _ByteaDumper(_Dumper):
    oid = ByteaArray.oid


class _Int8Dumper(_Dumper):
    oid = Int8Array.oid


class _TextDumper(_Dumper):
    oid = TextArray.oid


_DUMPERS: Final = (
    (ByteaArray, _ByteaDumper),
    (Int8Array, _Int8Dumper),
    (TextArray, _TextDumper),
)
