"""An event in its short form.

A **record** is said by a number whose lowest bit above its kind says that its fields are others
than its reference's; then comes their place among the shapes counted from 1, or 0 and their names.
Each further bit is a field that is not as expected: those values follow, the lead's before all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from posloyalty.sync.wire.short.expectations import NO_REASON, NOTHING, begun, plan_of
from posloyalty.sync.wire.short.forms import (
    AS_EXPECTED,
    DEPTH_MAX,
    DOWN,
    ELEMENTS_MAX,
    FIELDS_MAX,
    ID,
    ID_CHARACTERS,
    INSTANTS,
    INTEGER_MAX,
    KIND_BITS,
    LIST,
    OTHER,
    RECORD,
    TEXT,
    UP,
    WORD,
    moved_instant,
    reference_of,
    same,
    shared_characters,
)
from posloyalty.sync.wire.short.memory import Memory, Record
from posloyalty.sync.wire.short.numbers import put_number

_MILLISECOND: Final = timedelta(milliseconds=1)
_INSTANT_CHARACTERS: Final = 29


class NotShort(Exception):
    """A value that has no short form."""


class Writer:
    """Says one event after the other."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._root: Record = {}

    def event(self, value: Record) -> bytes:
        """An event's bytes; raises `NotShort`, and the memory is then to be thrown away."""
        out = bytearray()
        self._record(out, value, "", NOTHING, 0, 0)
        return bytes(out)

    def _record(
        self, out: bytearray, value: Record, path: str, hint: Any, place: int, depth: int
    ) -> None:
        memory, shape = self._memory, tuple(value)
        if len(shape) > FIELDS_MAX or depth > DEPTH_MAX:
            raise NotShort("SHAPE")
        ref = reference_of(memory, path, hint)
        body = bytearray()
        bits = 0
        if shape != tuple(ref):
            bits = 1
            self._shape(body, shape)
        plan = plan_of(path, shape)
        if plan.lead_bit:
            there, known = value[plan.lead], ref.get(plan.lead, NOTHING)
            if not same(there, known):
                bits |= plan.lead_bit
                self._value(body, there, known, path, depth)
            if type(there) is str:
                ref = memory.said_of(path, there) or ref
        own = begun(shape, ref)
        if plan.lead_bit:
            own[plan.lead] = value[plan.lead]
        if not path:
            self._root = own
        for bit, key, at, expected in plan.fields:
            one, known = value[key], own[key]
            if expected is not None:
                try:
                    known = expected(own, self._root, ref, place, memory)
                except NO_REASON:
                    known = ref.get(key, NOTHING)
            if not same(one, known):
                bits |= bit
                self._value(body, one, known, at, depth)
            own[key] = one
        put_number(out, bits << KIND_BITS | RECORD)
        out += body
        memory.keep(path, value)

    def _shape(self, out: bytearray, shape: tuple[str, ...]) -> None:
        known = self._memory.shape_places.get(shape)
        if known is not None:
            put_number(out, known + 1)
            return
        put_number(out, 0)
        put_number(out, len(shape))
        for key in shape:
            name = key.encode()
            put_number(out, len(name))
            out += name
        self._memory.add_shape(shape)

    def _value(
        self, out: bytearray, value: Any, expected: Any, path: str, depth: int, place: int = 0
    ) -> None:
        kind = type(value)
        if kind is int:
            self._integer(out, value, expected)
        elif kind is str:
            self._text(out, value, expected)
        elif kind is list:
            self._list(out, value, expected, path, depth)
        elif kind is dict:
            self._record(out, value, path, expected, place, depth + 1)
        elif value is True or value is False or value is None:
            put_number(out, (1, 2, 3)[(True, False, None).index(value)] << KIND_BITS | OTHER)
        else:
            raise NotShort("KIND")

    def _integer(self, out: bytearray, value: int, expected: Any) -> None:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise NotShort("INTEGER")
        off = value - expected if type(expected) is int else value
        put_number(out, off << KIND_BITS | UP if off >= 0 else -off << KIND_BITS | DOWN)

    def _text(self, out: bytearray, value: str, expected: Any) -> None:
        memory = self._memory
        known = memory.word_places.get(value)
        if known is not None:
            put_number(out, len(memory.words) - 1 - known << KIND_BITS | WORD)
            return
        ms = _distance(value, expected)
        if ms is not None:
            code = INSTANTS + (2 * ms if ms >= 0 else -2 * ms - 1)
            put_number(out, code << KIND_BITS | OTHER)
        elif len(value) == ID_CHARACTERS and _is_id(value):
            told, alike = bytes.fromhex(value), 0
            while alike < len(told) and told[alike] == memory.last_id[alike]:
                alike += 1
            put_number(out, alike << KIND_BITS | ID)
            out += told[alike:]
            memory.last_id = told
        else:
            alike = shared_characters(value, expected)
            rest = value[alike:].encode()
            put_number(out, len(rest) << KIND_BITS | TEXT)
            put_number(out, alike)
            out += rest
        memory.add_word(value)

    def _list(self, out: bytearray, value: list[Any], expected: Any, path: str, depth: int) -> None:
        if len(value) > ELEMENTS_MAX or depth > DEPTH_MAX:
            raise NotShort("LIST")
        put_number(out, len(value) << KIND_BITS | LIST)
        before = expected if type(expected) is list else []
        for place, one in enumerate(value):
            hint = before[place] if place < len(before) else NOTHING
            if type(one) is dict:
                self._record(out, one, path, hint, place, depth + 1)
            elif same(one, hint):
                put_number(out, AS_EXPECTED << KIND_BITS | OTHER)
            else:
                self._value(out, one, hint, path, depth + 1, place)


def _distance(value: str, expected: Any) -> int | None:
    """How many milliseconds lie between two instants, where that says the value."""
    if len(value) != _INSTANT_CHARACTERS or type(expected) is not str:
        return None
    try:
        ms = (datetime.fromisoformat(value) - datetime.fromisoformat(expected)) // _MILLISECOND
        return ms if moved_instant(expected, ms) == value else None
    except (ValueError, TypeError, OverflowError):
        return None


def _is_id(text: str) -> bool:
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False
