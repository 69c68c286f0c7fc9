r"""A stretch of a till's journal as it travels: one line says where it stands, one line an event.

    {"k":"h","till":"<hex>","epoch":1,"from":41,"n":2,"prev":"<hex>","head":"<hex>","sig":"<hex>",
     "waiting":0}
    {"s":41,"i":"<event id, hex>","b":"<the body's text, escaped as JSON>"}
    {"s":42,"i":"...","b":"..."}

Bodies are opaque: what arrives between the quotes is, byte for byte, what the till wrote and
hashed. Hashes do not travel with events, because they follow from `prev` and the bodies; what must
agree is `head`, which the till signs. `waiting` says how many events it holds beyond this stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from posloyalty.sync.journal import StoredEvent, link

EVENTS_MAX: Final = 500
BYTES_MAX: Final = 4 * 1024 * 1024
"""Unpacked."""
PACKED_BYTES_MAX: Final = 1024 * 1024
_HEAD_DOMAIN: Final = b"LJ1-head\0"

_Hex16 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
_Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Epoch = Annotated[int, Meta(ge=1, le=2**32 - 1)]
Seq = Annotated[int, Meta(ge=1, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class BadBatch(Exception):
    """A body that is no stretch of a journal; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Header(Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from"}):
    k: Annotated[str, Meta(pattern="^h$")]
    till: _Hex16
    epoch: Epoch
    first: Seq
    n: Annotated[int, Meta(ge=1, le=EVENTS_MAX)]
    prev: _Hex32
    head: _Hex32
    sig: _Hex64
    waiting: Count = 0


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    s: Seq
    i: _Hex16
    b: str


class Sent(Struct, frozen=True):
    """One event as it travelled; its place follows from its stretch."""

    event_id: bytes
    body: bytes


class Stretch(Struct, frozen=True, kw_only=True):
    """Consecutive events of one till and epoch. `previous` is the hash before the first, `head`
    that of the last as the till has it, `signature` the till's over `head_statement`.
    """

    till_id: bytes
    epoch: int
    first_seq: int
    previous: bytes
    head: bytes
    signature: bytes
    waiting: int
    sent: tuple[Sent, ...]

    @property
    def last_seq(self) -> int:
        """The sequence of the last event."""
        return self.first_seq + len(self.sent) - 1

    def hashes(self) -> tuple[bytes, ...]:
        """The hash of each event, chained from `previous`."""
        made, previous = [], self.previous
        for seq, one in enumerate(self.sent, self.first_seq):
            previous = link(
                till_id=self.till_id, epoch=self.epoch, seq=seq, previous=previous, body=one.body
            )
            made.append(previous)
        return tuple(made)

    def statement(self) -> bytes:
        """What the till signs of this stretch."""
        return head_statement(
            till_id=self.till_id, epoch=self.epoch, seq=self.last_seq, head=self.head
        )


def head_statement(*, till_id: bytes, epoch: int, seq: int, head: bytes) -> bytes:
    """What a till signs to say: so far goes my journal, and this is its hash there."""
    return _HEAD_DOMAIN + till_id + epoch.to_bytes(4, "big") + seq.to_bytes(8, "big") + head


def write_stretch(
    events: Sequence[StoredEvent],
    *,
    till_id: bytes,
    previous: bytes,
    signature: bytes,
    waiting: int,
) -> bytes:
    """The lines of consecutive events of one epoch, not packed."""
    first, last = events[0], events[-1]
    header = _Header(
        k="h",
        till=till_id.hex(),
        epoch=first.epoch,
        first=first.seq,
        n=len(events),
        prev=previous.hex(),
        head=last.hash.hex(),
        sig=signature.hex(),
        waiting=waiting,
    )
    lines = [_Line(s=one.seq, i=one.event_id.hex(), b=one.body.decode("utf-8")) for one in events]
    return msgspec.json.encode(header) + b"\n" + _encoder.encode_lines(lines)


def read_stretch(body: bytes) -> Stretch:
    """The stretch that lines hold, every bound checked; raises `BadBatch`."""
    first_line, _, rest = body.partition(b"\n")
    try:
        header = _headers.decode(first_line)
        lines = _lines.decode_lines(rest)
        sent = tuple(Sent(bytes.fromhex(one.i), one.b.encode("utf-8")) for one in lines)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise BadBatch("NO_BATCH") from fault
    places = range(header.first, header.first + header.n)
    if len(lines) != header.n or any(one.s != at for one, at in zip(lines, places, strict=True)):
        raise BadBatch("OTHER_COUNT")
    return Stretch(
        till_id=bytes.fromhex(header.till),
        epoch=header.epoch,
        first_seq=header.first,
        previous=bytes.fromhex(header.prev),
        head=bytes.fromhex(header.head),
        signature=bytes.fromhex(header.sig),
        waiting=header.waiting,
        sent=sent,
    )


_encoder = msgspec.json.Encoder()
_headers = msgspec.json.Decoder(_Header)
_lines = msgspec.json.Decoder(_Line)
