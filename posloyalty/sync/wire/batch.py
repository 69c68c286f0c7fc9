r"""A stretch of a till's journal as it travels: one line says where it stands, one line an event.

    {"k":"h","till":"<hex>","epoch":1,"from":41,"n":2,"prev":"<hex>","head":"<hex>","sig":"<hex>",
     "waiting":0}
    {"s":41,"i":"<event id, hex>","b":"<the body's text, escaped as JSON>"}
    {"s":42,"i":"...","b":"..."}

Bodies are opaque: what arrives between the quotes is, byte for byte, what the till wrote and
hashed. Hashes do not travel with events, because they follow from `prev` and the bodies; what must
agree is `head`, which the till signs. `waiting` says how many events it holds beyond this stretch.

`under` is there where a stretch belongs to a later epoch than the one it was written in: what a
restored till wrote before it knew. An event whose text head office could not take travels as its
bytes in hexadecimal, `w` in place of `b`, and is kept unread.

The plain form says the same in fewer bytes: behind the first line come the bodies as they are, one
a line, and an event's id is the one that its body names first. What does not fit into that (a body
with a line's end in it, one that names another id, one in hexadecimal) has the form above only.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from posloyalty.sync.journal import StoredEvent, links

EVENTS_MAX: Final = 500
BYTES_MAX: Final = 4 * 1024 * 1024
"""Unpacked."""
PACKED_BYTES_MAX: Final = 1024 * 1024
_HEAD_DOMAIN: Final = b"LJ1-head\0"

_NAMED: Final = re.compile(rb'"id":"([0-9a-f]{32})"')

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
    under: Epoch | UnsetType = UNSET


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    s: Seq
    i: _Hex16
    b: str | UnsetType = UNSET
    w: Annotated[str, Meta(pattern="^([0-9a-f]{2})+$")] | UnsetType = UNSET


class Sent(Struct, frozen=True):
    """One event as it travelled; its place follows from its stretch. `wrapped` went as bytes."""

    event_id: bytes
    body: bytes
    wrapped: bool = False


class Stretch(Struct, frozen=True, kw_only=True):
    """Consecutive events of one till and epoch. `previous` is the hash before the first, `head`
    that of the last as the till has it, `signature` the till's over `head_statement`; `under` the
    epoch that they are filed under.
    """

    till_id: bytes
    epoch: int
    first_seq: int
    previous: bytes
    head: bytes
    signature: bytes
    waiting: int
    under: int
    sent: tuple[Sent, ...]

    @property
    def last_seq(self) -> int:
        """The sequence of the last event."""
        return self.first_seq + len(self.sent) - 1

    def hashes(self) -> tuple[bytes, ...]:
        """The hash of each event, chained from `previous`."""
        return links(
            till_id=self.till_id,
            epoch=self.epoch,
            first_seq=self.first_seq,
            previous=self.previous,
            bodies=[one.body for one in self.sent],
        )

    def wrapped(self) -> frozenset[int]:
        """The sequences of events that went as bytes."""
        return frozenset([seq for seq, one in enumerate(self.sent, self.first_seq) if one.wrapped])

    def statement(self) -> bytes:
        """What the till signs of this stretch."""
        return head_statement(
            till_id=self.till_id, epoch=self.epoch, seq=self.last_seq, head=self.head
        )


def head_statement(*, till_id: bytes, epoch: int, seq: int, head: bytes) -> bytes:
    """What a till signs to say: so far goes my journal, and this is its hash there."""
    return _HEAD_DOMAIN + till_id + epoch.to_bytes(4, "big") + seq.to_bytes(8, "big") + head


def outgoing(
    events: Sequence[StoredEvent],
    *,
    till_id: bytes,
    previous: bytes,
    signature: bytes,
    waiting: int,
    under: int = 0,
    wrapped: Container[int] = (),
) -> Outgoing:
    """Consecutive events of one epoch as they go out; `wrapped` are sequences whose bodies go as
    bytes.
    """
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
        under=under if under > first.epoch else UNSET,
    )
    return Outgoing(msgspec.json.encode(header), events, wrapped)


def write_stretch(
    events: Sequence[StoredEvent],
    *,
    till_id: bytes,
    previous: bytes,
    signature: bytes,
    waiting: int,
    under: int = 0,
) -> bytes:
    """The lines of consecutive events of one epoch, not packed."""
    return outgoing(
        events,
        till_id=till_id,
        previous=previous,
        signature=signature,
        waiting=waiting,
        under=under,
    ).lines()


class Outgoing:
    """A stretch that goes out. Each form is written when somebody asks for it, for head office
    takes one of them, and a backlog's is a megabyte.
    """

    def __init__(
        self, header: bytes, events: Sequence[StoredEvent], wrapped: Container[int]
    ) -> None:
        self._header = header
        self._events = events
        self._wrapped = wrapped

    def spoken(self) -> Stretch:
        """What is said, in whatever form."""
        sent = [Sent(one.event_id, one.body, self._goes_as_bytes(one)) for one in self._events]
        return _stretch(_headers.decode(self._header), tuple(sent))

    def as_bytes(self) -> frozenset[int]:
        """The sequences of events that go as bytes: asked for, or because they are no text."""
        return frozenset([one.seq for one in self._events if self._goes_as_bytes(one)])

    def _goes_as_bytes(self, one: StoredEvent) -> bool:
        return one.seq in self._wrapped or not _is_text(one.body)

    def lines(self) -> bytes:
        """A line an event, not packed."""
        lines = [_line(one, raw=one.seq in self._wrapped) for one in self._events]
        return self._header + b"\n" + _encoder.encode_lines(lines)

    def plain(self) -> bytes | None:
        """The plain form, not packed; None where it has none."""
        bodies = [one.body for one in self._events if self._is_plain(one)]
        if len(bodies) < len(self._events):
            return None
        return b"\n".join([self._header, *bodies, b""])

    def _is_plain(self, one: StoredEvent) -> bool:
        if b"\n" in one.body or self._goes_as_bytes(one):
            return False
        return named_id(one.body) == one.event_id


def read_stretch(body: bytes) -> Stretch:
    """The stretch that lines hold, every bound checked; raises `BadBatch`."""
    first_line, _, rest = body.partition(b"\n")
    try:
        header = _headers.decode(first_line)
        lines = _lines.decode_lines(rest)
        sent = tuple(_sent(one) for one in lines)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise BadBatch("NO_BATCH") from fault
    places = range(header.first, header.first + header.n)
    if len(lines) != header.n or any(one.s != at for one, at in zip(lines, places, strict=True)):
        raise BadBatch("OTHER_COUNT")
    return _stretch(header, sent)


def named_id(body: bytes) -> bytes | None:
    """The id that a body names first, which is where an event says its own."""
    named = _NAMED.search(body)
    return None if named is None else bytes.fromhex(named[1].decode())


def read_plain(body: bytes) -> Stretch:
    """The stretch of a plain form, every bound checked; raises `BadBatch`."""
    first_line, *bodies = body.split(b"\n")
    try:
        header = _headers.decode(first_line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise BadBatch("NO_BATCH") from fault
    if len(bodies) != header.n + 1 or bodies.pop():
        raise BadBatch("OTHER_COUNT")
    sent = []
    for one in bodies:
        event_id = named_id(one)
        if event_id is None:
            raise BadBatch("NO_BATCH")
        sent.append(Sent(event_id, one))
    return _stretch(header, tuple(sent))


def _stretch(header: _Header, sent: tuple[Sent, ...]) -> Stretch:
    under = header.epoch if isinstance(header.under, UnsetType) else header.under
    if under < header.epoch:
        raise BadBatch("NO_BATCH")
    return Stretch(
        till_id=bytes.fromhex(header.till),
        epoch=header.epoch,
        first_seq=header.first,
        previous=bytes.fromhex(header.prev),
        head=bytes.fromhex(header.head),
        signature=bytes.fromhex(header.sig),
        waiting=header.waiting,
        under=under,
        sent=sent,
    )


def _line(one: StoredEvent, *, raw: bool) -> _Line:
    event_id = one.event_id.hex()
    if raw or not _is_text(one.body):
        return _Line(s=one.seq, i=event_id, w=one.body.hex())
    return _Line(s=one.seq, i=event_id, b=one.body.decode("utf-8"))


def _is_text(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _sent(line: _Line) -> Sent:
    text, raw = line.b, line.w
    if not isinstance(text, UnsetType) and isinstance(raw, UnsetType):
        return Sent(bytes.fromhex(line.i), text.encode("utf-8"))
    if isinstance(raw, UnsetType) or not isinstance(text, UnsetType):
        raise BadBatch("NO_BATCH")
    return Sent(bytes.fromhex(line.i), bytes.fromhex(raw), wrapped=True)


_encoder = msgspec.json.Encoder()
_headers = msgspec.json.Decoder(_Header)
_lines = msgspec.json.Decoder(_Line)
