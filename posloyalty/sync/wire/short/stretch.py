"""A stretch in its short form, as docs/journal.md describes it.

The form leans on **sources**: earlier events of the same till and epoch that head office has, named
by their places. What they say of articles and people needs no saying again. Nothing that is said
has to be believed: what comes out is hashed, and the till signed the hash.

The writer reads what it wrote, and where that is not what it was given, there is no short form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from posloyalty.sync.journal import links
from posloyalty.sync.wire.batch import (
    BYTES_MAX,
    PACKED_BYTES_MAX,
    BadBatch,
    Sent,
    Stretch,
    named_id,
)
from posloyalty.sync.wire.packing import BadPacking, densely_packed, densely_unpacked
from posloyalty.sync.wire.short.forms import KIND_BITS, TEXT
from posloyalty.sync.wire.short.memory import Memory
from posloyalty.sync.wire.short.numbers import BadShort, Bytes, put_number
from posloyalty.sync.wire.short.reading import Reader
from posloyalty.sync.wire.short.writing import NotShort, Writer

SHORT: Final = "short1"
"""How the form is named in a request and in a hello's answer."""
EVENTS_SHORT_MAX: Final = 128
"""So many events head office reads in this form: tills of an older release say as many in it."""
EVENTS_SAID_MAX: Final = 64
"""And so many are said in it. More wait only after an outage, when everybody waits for head
office's processor, and reading this form takes ten times as much of it as unpacking does; a bad
line has smaller batches anyway.
"""
SOURCES_MAX: Final = 24
SOURCES_BYTES_MAX: Final = 256 * 1024
_PLAIN, _DENSE = 0, 1
_HASH_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64


class Source(NamedTuple):
    """An event that head office has: its place, and its bytes."""

    seq: int
    body: bytes


Sources = Callable[[int, Sequence[int]], Sequence[bytes]]
"""The bodies of an epoch's events at these places; fewer where some are not there."""


def write_short(
    stretch: Stretch,
    sources: Sequence[Source] = (),
    *,
    between: Callable[[], None] = lambda: None,
) -> bytes | None:
    """The short form, leaning on sources before it, in their order; None where it has none, or is
    too long to gain by it.

    `between` is done between two events, of which each takes some tenths of a millisecond.
    """
    if len(stretch.sent) > EVENTS_SAID_MAX or (sources and stretch.under != stretch.epoch):
        return None
    try:
        told = spelled(stretch, sources, between=between)
        packed = densely_packed(told)
        short = bytes([_DENSE]) + packed if len(packed) < len(told) else bytes([_PLAIN]) + told
        known = {one.seq: one.body for one in sources}
        again = read_short(
            short,
            till_id=stretch.till_id,
            sources=lambda _epoch, seqs: [known[n] for n in seqs],
            between=between,
        )
    except (NotShort, BadBatch):
        return None
    return short if again == stretch else None


def read_short(
    body: bytes,
    *,
    till_id: bytes,
    sources: Sources,
    between: Callable[[], None] = lambda: None,
) -> Stretch:
    """The stretch of a short form, every bound checked; raises `BadBatch` and `BadPacking`.

    `NO_SOURCE`: an event that it leans on is not there. Its head is what the events come to.
    """
    if body[:1] == bytes([_DENSE]):
        told = densely_unpacked(body[1:], most_bytes=PACKED_BYTES_MAX)
    elif body[:1] == bytes([_PLAIN]):
        told = body[1:]
    else:
        raise BadPacking("BAD_PACKING")
    try:
        return _read(Bytes(told), till_id, sources, between)
    except (BadShort, RecursionError) as fault:
        raise BadBatch("NO_BATCH") from fault


def spelled(
    stretch: Stretch,
    sources: Sequence[Source],
    *,
    between: Callable[[], None] = lambda: None,
) -> bytes:
    """What a short form says, not packed yet; raises `NotShort`."""
    out = bytearray()
    put_number(out, stretch.epoch)
    put_number(out, stretch.under - stretch.epoch)
    put_number(out, stretch.first_seq)
    put_number(out, len(stretch.sent))
    put_number(out, stretch.waiting)
    put_number(out, len(sources))
    behind = stretch.first_seq
    for source in reversed(sources):
        put_number(out, behind - source.seq)
        behind = source.seq
    out += stretch.previous
    out += stretch.signature
    memory = Memory()
    for source in sources:
        between()
        memory.learn(source.body)
    writer = Writer(memory)
    for one in stretch.sent:
        between()
        if one.wrapped:
            raise NotShort("WRAPPED")
        value = _value(one.body)
        if value is None:
            put_number(out, len(one.body) << KIND_BITS | TEXT)
            out += one.body
        else:
            out += writer.event(value)
    return bytes(out)


def _value(body: bytes) -> dict[str, Any] | None:
    """What a body says; None where writing that again is not to the byte the same."""
    try:
        value = msgspec.json.decode(body)
        return value if type(value) is dict and msgspec.json.encode(value) == body else None
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError):
        return None


def _read(told: Bytes, till_id: bytes, sources: Sources, between: Callable[[], None]) -> Stretch:
    epoch, more, first, count, waiting, leans = (told.number() for _ in range(6))
    whole = 1 <= count <= EVENTS_SHORT_MAX and leans <= SOURCES_MAX and (not leans or not more)
    if not whole or not 1 <= epoch <= epoch + more < 2**32 or not 1 <= first <= 2**53 >= waiting:
        raise BadShort("BOUNDS")
    behind, seqs = first, []
    for _ in range(leans):
        behind -= told.number()
        seqs.append(behind)
    if leans and (behind < 1 or len({first, *seqs}) <= leans):
        raise BadShort("SOURCES")
    previous, signature = told.take(_HASH_BYTES), told.take(_SIGNATURE_BYTES)
    reader = Reader(_memory(epoch, seqs[::-1], sources, between), room=BYTES_MAX)
    bodies = []
    for _ in range(count):
        between()
        bodies.append(reader.event(told))
    if not told.done:
        raise BadShort("MORE")
    hashes = links(till_id=till_id, epoch=epoch, first_seq=first, previous=previous, bodies=bodies)
    return Stretch(
        till_id=till_id,
        epoch=epoch,
        first_seq=first,
        previous=previous,
        head=hashes[-1],
        signature=signature,
        waiting=waiting,
        under=epoch + more,
        sent=tuple([Sent(_named(body), body) for body in bodies]),
    )


def _memory(
    epoch: int, seqs: Sequence[int], sources: Sources, between: Callable[[], None]
) -> Memory:
    memory = Memory()
    if seqs:
        there = sources(epoch, seqs)
        if len(there) != len(seqs):
            raise BadBatch("NO_SOURCE")
        if sum(len(body) for body in there) > SOURCES_BYTES_MAX:
            raise BadShort("SOURCES")
        for body in there:
            between()
            memory.learn(body)
    return memory


def _named(body: bytes) -> bytes:
    event_id = named_id(body)
    if event_id is None:
        raise BadShort("NO_ID")
    return event_id
