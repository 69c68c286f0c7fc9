"""What to do with a stretch of a till's journal: take it, ask for what is missing, or keep a fork.

Pure: `judged(...)` compares a stretch with how far the till's journal is known (its place) and with
the hashes that are kept there, and says which events are new. What is known already is dropped only
after its hash was compared; a place with another hash is a fork and is never merged; a stretch that
does not hang together is refused whole, since the till can look at its own book and say why.

An epoch that was left takes nothing new: whoever goes on in it is another branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.wire.batch import Stretch

KeptHashes = Callable[[int, int], Mapping[int, bytes]]
"""(first sequence, last sequence) to the hash kept at each, in the epoch that holds it now."""


class Verdict(StrEnum):
    """What a stretch is."""

    TAKEN = "taken"
    GAP = "gap"
    FORK = "fork"
    CHAIN_BAD = "chain_bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`new` are the events to keep (TAKEN), or those of the other branch (FORK, from `fork_at` on),
    each in the epoch that it is filed under; `kept_hash` is what head office has at `fork_at`.
    """

    verdict: Verdict
    new: tuple[StoredEvent, ...] = ()
    duplicates: int = 0
    fork_at: int = 0
    kept_hash: bytes = b""


def judged(stretch: Stretch, *, place: Place | None, genesis: bytes, kept: KeptHashes) -> Judgement:
    """What a stretch is, seen from `place`; None before the till's first event."""
    links = _links(stretch)
    if links[-1].hash != stretch.head:
        return Judgement(verdict=Verdict.CHAIN_BAD)
    seq, head = (0, genesis) if place is None else (place.seq, place.hash)
    if stretch.first_seq > seq + 1:
        return Judgement(verdict=Verdict.GAP)
    if stretch.first_seq == seq + 1:
        if stretch.previous != head or (place is not None and stretch.under < place.epoch):
            return _fork(links, at=seq, kept_hash=head)
        return Judgement(verdict=Verdict.TAKEN, new=links)
    return _overlapping(stretch, links, seq, 0 if place is None else place.epoch, kept)


def _overlapping(
    stretch: Stretch, links: tuple[StoredEvent, ...], known_seq: int, epoch: int, kept: KeptHashes
) -> Judgement:
    """The stretch begins within what is known: compare, then take the rest."""
    last = min(stretch.last_seq, known_seq)
    known = kept(stretch.first_seq, last)
    for one in links[: last - stretch.first_seq + 1]:
        if known.get(one.seq) != one.hash:
            return _fork(links, at=one.seq, kept_hash=known.get(one.seq, b""))
    if stretch.last_seq > known_seq and stretch.under < epoch:
        return _fork(links, at=known_seq + 1, kept_hash=b"")
    duplicates = last - stretch.first_seq + 1
    return Judgement(verdict=Verdict.TAKEN, new=links[duplicates:], duplicates=duplicates)


def _fork(links: tuple[StoredEvent, ...], *, at: int, kept_hash: bytes) -> Judgement:
    other = tuple(one for one in links if one.seq >= at)
    return Judgement(verdict=Verdict.FORK, new=other, fork_at=at, kept_hash=kept_hash)


def _links(stretch: Stretch) -> tuple[StoredEvent, ...]:
    """The events with their places and hashes; their type and instant are not read yet."""
    epoch, first = stretch.under, stretch.first_seq
    return tuple(
        [
            StoredEvent(
                seq=seq,
                epoch=epoch,
                event_id=one.event_id,
                kind="",
                at="",
                body=one.body,
                hash=hashed,
            )
            for seq, one, hashed in zip(count(first), stretch.sent, stretch.hashes(), strict=False)
        ]
    )
