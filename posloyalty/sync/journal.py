r"""The hash chain of one till's journal: an order that nobody can change unseen.

    hash_n = SHA-256("LJ1\0" | till(16) | epoch u32 | seq u64 | hash_{n-1} | SHA-256(body))

with integers big-endian. Before the first event stands a predecessor made from the till's id and
its self-signed certificate, so that a shop that sold alone for a year can enrol later and upload
its journal unchanged. `body` is the exact bytes that were written; nothing here ever parses them.
Sequence numbers are free of gaps and begin with 1, the genesis event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from posloyalty.sync.hlc import Hlc

FIRST_SEQ = 1
FIRST_EPOCH = 1
HASH_BYTES = 32
_DOMAIN = b"LJ1\0"
_GENESIS_DOMAIN = b"LJ1-genesis\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a journal stands: its last event and that event's hash and stamp.

    Before the first event `seq` is 0 and `hash` the genesis predecessor.
    """

    till_id: bytes
    epoch: int
    seq: int
    hash: bytes
    hlc: Hlc


class StoredEvent(Struct, frozen=True, kw_only=True, gc=False):
    """One event as it lies in the journal. `body` is opaque; `kind` repeats its type."""

    seq: int
    epoch: int
    event_id: bytes
    kind: str
    at: str
    body: bytes
    hash: bytes


class ChainFault(StrEnum):
    """What is wrong at a place of the chain."""

    GAP = "gap"
    BAD_HASH = "bad_hash"
    BAD_EPOCH = "bad_epoch"


class ChainBroken(Exception):
    """The chain does not hold at `seq`; everything before it does."""

    def __init__(self, fault: ChainFault, *, seq: int, expected: str, found: str) -> None:
        super().__init__(f"{fault.value} at {seq}: expected {expected}, found {found}")
        self.fault = fault
        self.seq = seq
        self.expected = expected
        self.found = found


def genesis_predecessor(till_id: bytes, certificate_der: bytes) -> bytes:
    """What the first event is chained to."""
    return sha256(_GENESIS_DOMAIN + _sixteen(till_id) + sha256(certificate_der).digest()).digest()


def link(*, till_id: bytes, epoch: int, seq: int, previous: bytes, body: bytes) -> bytes:
    """The hash of an event after its predecessor's."""
    if len(previous) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")
    return sha256(
        b"".join(
            (
                _DOMAIN,
                _sixteen(till_id),
                epoch.to_bytes(4, "big"),
                seq.to_bytes(8, "big"),
                previous,
                sha256(body).digest(),
            )
        )
    ).digest()


def links(
    *, till_id: bytes, epoch: int, first_seq: int, previous: bytes, bodies: Iterable[bytes]
) -> tuple[bytes, ...]:
    """The hash of each of consecutive events of one epoch, as `link` makes them."""
    if len(previous) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")
    begins = sha256(b"".join((_DOMAIN, _sixteen(till_id), epoch.to_bytes(4, "big"))))
    made = []
    for seq, body in enumerate(bodies, first_seq):
        one = begins.copy()
        one.update(b"".join((seq.to_bytes(8, "big"), previous, sha256(body).digest())))
        previous = one.digest()
        made.append(previous)
    return tuple(made)


def verified(
    events: Iterable[StoredEvent], *, till_id: bytes, after_seq: int, after_hash: bytes
) -> Iterator[StoredEvent]:
    """Pass events on as long as each follows from the one before; raises `ChainBroken`.

    `after_hash` is the hash at `after_seq`: the genesis predecessor when that is 0.
    """
    seq, previous, epoch = after_seq, after_hash, 0
    for event in events:
        if event.seq != seq + 1:
            raise ChainBroken(
                ChainFault.GAP, seq=seq + 1, expected=f"seq {seq + 1}", found=f"seq {event.seq}"
            )
        if event.epoch < max(epoch, FIRST_EPOCH):
            raise ChainBroken(
                ChainFault.BAD_EPOCH,
                seq=event.seq,
                expected=f"epoch {max(epoch, FIRST_EPOCH)} or later",
                found=f"epoch {event.epoch}",
            )
        hashed = link(
            till_id=till_id, epoch=event.epoch, seq=event.seq, previous=previous, body=event.body
        )
        if hashed != event.hash:
            raise ChainBroken(
                ChainFault.BAD_HASH, seq=event.seq, expected=hashed.hex(), found=event.hash.hex()
            )
        seq, previous, epoch = event.seq, event.hash, event.epoch
        yield event


def receipt_number(*, store: str, till: str, epoch: int, seq: int) -> str:
    """The number of a sale: "S01-T02-1-0214", the sequence with at least four digits.

    A till that was restored goes on in a new epoch, so a reused sequence is visibly different.
    """
    return f"{store}-{till}-{epoch}-{seq:04d}"


def _sixteen(till_id: bytes) -> bytes:
    if len(till_id) != 16:
        raise ValueError("a till id has 16 bytes")
    return till_id
