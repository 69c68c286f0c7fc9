"""Boards: who has done most in some days, from what was counted, whatever has run out since.

Shape: `standings(...)` ranks the members who have joined by what their meters count on those days.
A tie is between those who did the same; `reached_at` is when somebody came to what they have. The
freeze is an event that names every event that was included, so that anybody can reckon it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from posloyalty.domain.engine.progress import ProgressReader
from posloyalty.domain.ledger.meter import CARRIED, MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.board import BOARD, Board, Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A member's place: `amount` in minor units of what is counted."""

    member_id: bytes
    amount: int
    reached_at: datetime
    place: int


EVENTS_MOST: Final = 20_000
"""As many ids as one event names."""


def standings(
    programme: Programme,
    board: Board,
    members: Iterable[bytes],
    entries: Iterable[MeterEntry],
    days: tuple[date, date],
) -> tuple[Standing, ...]:
    """The places of the members who did anything on these days, the first one first."""
    counted = included(programme, board, members, entries, days)
    reader = ProgressReader(programme, board)
    by_owner: dict[bytes, list[MeterEntry]] = {}
    for entry in counted:
        by_owner.setdefault(entry.owner, []).append(entry)
    found = []
    for owner, own in by_owner.items():
        amount = reader.tally(own).values(*days)[board.measure]
        if amount > 0:
            goal = amount if board.reach is None else min(amount, board.reach)
            found.append((owner, amount, _reached(reader, board, own, days, goal)))
    return _placed(board, found)


def included(
    programme: Programme,
    board: Board,
    members: Iterable[bytes],
    entries: Iterable[MeterEntry],
    days: tuple[date, date],
) -> list[MeterEntry]:
    """The entries that count."""
    first, last = days
    joined, reader = frozenset(members), ProgressReader(programme, board)
    return [
        entry
        for entry in entries
        if entry.owner in joined
        and first <= entry.day <= last
        and entry.event_id != CARRIED
        and reader.counts(entry)
    ]


def joined(board: Board, rights: Iterable[Right]) -> tuple[Right, ...]:
    """The places on a board that were not given up, in the order of joining."""
    found = [one for one in rights if one.kind == BOARD and one.of == board.id]
    found = [one for one in found if one.cancelled <= 0]
    return tuple(sorted(found, key=lambda one: (str(one.from_day), one.origin, one.id)))


def frozen_meter(board: Board) -> str:
    """The meter, of the board's own id, that counts its freezes on the last day of each."""
    return f"frozen/{board.id}"


def digest(event_ids: Sequence[bytes]) -> str:
    """The SHA-256 of the included events' ids in ascending order, in hexadecimal."""
    return sha256(b"".join(sorted(event_ids))).hexdigest()


def _reached(
    reader: ProgressReader,
    board: Board,
    own: Iterable[MeterEntry],
    days: tuple[date, date],
    goal: int,
) -> datetime:
    """The instant at which so much was there; what was undone counts as never done."""
    tally, known = reader.tally(), sorted(own, key=lambda one: (one.at, one.amount, one.event_id))
    for entry in known:
        tally.add((entry,))
        if tally.values(*days)[board.measure] >= goal:
            return entry.at
    return known[-1].at


def _placed(board: Board, found: list[tuple[bytes, int, datetime]]) -> tuple[Standing, ...]:
    def rank(one: tuple[bytes, int, datetime]) -> tuple[int, int]:
        amount = one[1]
        short = 0 if board.reach is None else max(0, board.reach - amount)
        return (short, -amount) if board.reach is None or short else (0, 0)

    ordered = sorted(found, key=lambda one: (*rank(one), one[2], one[0]))
    first_come = board.ties is Ties.EARLIEST or board.reach is not None
    placed: list[Standing] = []
    groups = 0
    for number, one in enumerate(ordered, 1):
        owner, amount, at = one
        tied = placed and rank(ordered[number - 2]) == rank(one) and not first_come
        groups += 0 if tied else 1
        place = placed[-1].place if tied else groups if board.ties is Ties.DENSE else number
        placed.append(Standing(member_id=owner, amount=amount, reached_at=at, place=place))
    return tuple(placed)
