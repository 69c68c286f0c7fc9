"""An event out of its short form, within bounds that a bomb cannot pass.

What is read is measured as it grows: a record by the JSON that it makes, before anything refers to
it, a text that was remembered by its length.
"""

from __future__ import annotations

from typing import Any

import msgspec

from posloyalty.sync.wire.short.expectations import NO_REASON, NOTHING, begun, read_plan
from posloyalty.sync.wire.short.forms import (
    AS_EXPECTED,
    CONSTANTS,
    DEPTH_MAX,
    DOWN,
    ELEMENTS_MAX,
    FIELDS_MAX,
    ID,
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
)
from posloyalty.sync.wire.short.memory import Memory, Record
from posloyalty.sync.wire.short.numbers import BadShort, Bytes

_KIND = (1 << KIND_BITS) - 1
_ID_BYTES = 16
_INTEGERS = (UP, DOWN)
_encoded = msgspec.json.Encoder().encode


class Reader:
    """Reads one event after the other; `room` is how many bytes they may make in all."""

    def __init__(self, memory: Memory, *, room: int) -> None:
        self._memory = memory
        self._room = room
        self._root: Record = {}
        self._body = b""  # what the event's own record, which ends last, comes to

    def event(self, source: Bytes) -> bytes:
        """The body of the next event, said in short or as it is; raises `BadShort`."""
        self._root = {}
        try:
            number = source.number()
            if number & _KIND == TEXT:
                body = source.take(number >> KIND_BITS)
                body.decode()  # what is no text travels as bytes, in lines
                self._spend(len(body))
                return body
            if number & _KIND == RECORD:
                self._record(source, number >> KIND_BITS, "", NOTHING, 0, 0)
                return self._body
        except (ValueError, OverflowError, msgspec.MsgspecError) as fault:
            raise BadShort("EVENT") from fault
        raise BadShort("KIND")

    def _record(
        self, source: Bytes, bits: int, path: str, hint: Any, place: int, depth: int
    ) -> Record:
        memory = self._memory
        if depth > DEPTH_MAX:
            raise BadShort("DEPTH")
        ref = reference_of(memory, path, hint)
        shape = self._shape(source) if bits & 1 else tuple(ref)
        if bits >> len(shape) + 1:
            raise BadShort("FIELDS")
        plan, fields = read_plan(path, shape, bits)
        if plan.lead_bit:
            there = ref.get(plan.lead, NOTHING)
            if bits & plan.lead_bit:
                there = self._said(source, source.number(), there, path, 0, depth)
            if type(there) is str:
                ref = memory.said_of(path, there) or ref
            own = begun(shape, ref)
            own[plan.lead] = there
        else:
            own = begun(shape, ref)
        if not path:
            self._root = own
        root = self._root
        for bit, key, at, expected in fields:
            value = own[key]
            if expected is not None:
                try:
                    value = expected(own, root, ref, place, memory)
                except NO_REASON:
                    value = ref.get(key, NOTHING)
            if bits & bit:
                value = self._said(source, source.number(), value, at, 0, depth)
            own[key] = value
        try:
            said = _encoded(own)
        except TypeError as fault:  # a field that is neither said nor expected
            raise BadShort("UNSAID") from fault
        self._spend(len(said))
        memory.keep(path, own)
        if not path:
            self._body = said
        return own

    def _shape(self, source: Bytes) -> tuple[str, ...]:
        memory, number = self._memory, source.number()
        if number:
            if number > len(memory.shapes):
                raise BadShort("SHAPE")
            return memory.shapes[number - 1]
        count = source.number()
        if count > FIELDS_MAX:
            raise BadShort("FIELDS")
        shape = tuple([source.take(source.number()).decode() for _ in range(count)])
        if len(set(shape)) < count or shape in memory.shape_places:
            raise BadShort("SHAPE")
        memory.add_shape(shape)
        return shape

    def _said(
        self, source: Bytes, number: int, expected: Any, path: str, place: int, depth: int
    ) -> Any:
        kind, above = number & _KIND, number >> KIND_BITS
        if kind in _INTEGERS:
            base = expected if type(expected) is int else 0
            value = base + above if kind == UP else base - above
            if not -INTEGER_MAX <= value <= INTEGER_MAX:
                raise BadShort("INTEGER")
            return value
        if kind == WORD:
            return self._word(above)
        if kind == LIST:
            return self._list(source, above, expected, path, depth)
        if kind == RECORD:
            return self._record(source, above, path, expected, place, depth + 1)
        if kind == OTHER and above < INSTANTS:
            if above == AS_EXPECTED:
                raise BadShort("AS_EXPECTED")
            return CONSTANTS[above]
        return self._new_text(source, kind, above, expected)

    def _word(self, ago: int) -> str:
        words = self._memory.words
        if ago >= len(words):
            raise BadShort("WORD")
        word = words[-1 - ago]
        self._spend(len(word))
        return word

    def _new_text(self, source: Bytes, kind: int, above: int, expected: Any) -> str:
        memory = self._memory
        if kind == ID:
            if above > _ID_BYTES:
                raise BadShort("ID")
            told = memory.last_id[:above] + source.take(_ID_BYTES - above)
            memory.last_id = told
            text = told.hex()
        elif kind == TEXT:
            alike = source.number()
            if alike and (type(expected) is not str or alike > len(expected)):
                raise BadShort("TEXT")
            text = (expected[:alike] if alike else "") + source.take(above).decode()
        else:
            back, rest = above - INSTANTS & 1, above - INSTANTS
            text = moved_instant(expected, -((rest + 1) // 2) if back else rest // 2)
        self._spend(len(text))
        memory.add_word(text)
        return text

    def _list(self, source: Bytes, count: int, expected: Any, path: str, depth: int) -> list[Any]:
        if count > ELEMENTS_MAX or depth > DEPTH_MAX:
            raise BadShort("LIST")
        before = expected if type(expected) is list else []
        made: list[Any] = []
        for place in range(count):
            hint = before[place] if place < len(before) else NOTHING
            number = source.number()
            if number == AS_EXPECTED << KIND_BITS | OTHER:
                if hint is NOTHING or type(hint) is dict:
                    raise BadShort("ELEMENT")
                made.append(hint)
            else:
                made.append(self._said(source, number, hint, path, place, depth + 1))
        return made

    def _spend(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise BadShort("TOO_LARGE")
