"""Boards at the till: joining under a nickname, leaving, who is where, and the freeze.

Shape: `standings` answers the places as they are, or as they were frozen. Nicknames are personal
data and stand in the member's profile, never in the journal; without one nobody is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posloyalty.domain.engine.boards import joined, standings
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.members.member import Identifier, IdentifierKind, Member
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.board import PERIOD, Board
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.happenings import joining_board, leaving_board
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events

NICKNAME_MOST: Final = 24
RUNS_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A place as people read it; `nickname` is empty for who has none."""

    place: int
    nickname: str
    member_id: bytes
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardShown:
    """A board's period with its places; `frozen` says that they are final."""

    first: date
    last: date
    frozen: bool
    rows: tuple[BoardRow, ...]


class Boards(Grounded):
    """The boards of one till."""

    def __init__(
        self,
        ground: Ground,
        *,
        acts: ProgrammeActs,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(ground)
        self._acts = acts
        self._changed = changed

    def join(self, member_id: bytes, board_id: str, nickname: str, operator: Operator) -> Acted:
        """A member wants to be seen on a board, under a nickname that nobody else has.

        Raises `ServiceRefusal` NO_SUCH_BOARD, NICKNAME_LENGTH, NICKNAME_TAKEN, ON_BOARD,
        BOARD_OVER, BOARD_BEGUN, NO_SUCH_MEMBER or MEMBER_BARRED.
        """
        with self._book.write() as unit:
            self._board(unit, board_id)
            self._name(unit, member_id, nickname, operator)
            acted = self._acts.record_in(unit, joining_board(member_id, board_id), operator)
            unit.commit()
        assert acted is not None  # joining issues a right, or is refused
        self._changed()
        return acted

    def leave(self, member_id: bytes, board_id: str, operator: Operator) -> Acted:
        """A member does not want to be seen any more. Raises NO_SUCH_BOARD or NOT_ON_BOARD."""
        with self._book.read() as reader:
            self._board(reader, board_id)
        return self._acts.record(leaving_board(member_id, board_id), operator)

    def freeze(self, board_id: str, operator: Operator, on: date | None = None) -> Acted:
        """Freeze the period that a day lies in: the newest whose late hours are over.

        Raises `ServiceRefusal` NO_SUCH_BOARD, BOARD_NOT_OVER (`day`, `hour`) or BOARD_FROZEN.
        """
        with self._book.read() as reader:
            programme, board = self._board(reader, board_id)
            day = store_day(self._clock.now(), programme.zone) if on is None else on
        happening = Happening(
            trigger=Trigger.RUN,
            recorded=Recorded(what=board_id, evidence=((PERIOD, board.days(day)[0].isoformat()),)),
        )
        return self._acts.record(happening, operator)

    def standings(self, board_id: str, on: date | None = None) -> BoardShown:
        """The places of the period that a day lies in, today's without one.

        Raises `ServiceRefusal` NO_PROGRAMME or NO_SUCH_BOARD.
        """
        with self._book.read() as reader:
            programme, board = self._board(reader, board_id)
            day = store_day(self._clock.now(), programme.zone) if on is None else on
            first, last = board.days(day)
            frozen = _frozen(reader, board_id, first)
            if frozen is None:
                rights = reader.ledger.rights_by_code(board.code(programme.id))
                members = [one.owner for one in joined(board, rights)]
                entries = [e for owner in members for e in reader.ledger.meters(owner, first)]
                found = standings(programme, board, members, entries, (first, last))
                places = [(one.place, one.member_id, one.amount) for one in found]
            else:
                places = frozen
            rows = tuple(
                BoardRow(
                    place=place,
                    nickname=_nickname(reader.members.by_id(member_id)),
                    member_id=member_id,
                    amount=amount,
                )
                for place, member_id, amount in places
                if place <= board.shows
            )
        return BoardShown(first=first, last=last, frozen=frozen is not None, rows=rows)

    def _name(self, unit: UnitOfWork, member_id: bytes, nickname: str, operator: Operator) -> None:
        """Keep the nickname in the profile, unless it is there already."""
        wanted = " ".join(nickname.split())
        if not 0 < len(wanted) <= NICKNAME_MOST:
            raise ServiceRefusal("NICKNAME_LENGTH", most=NICKNAME_MOST)
        member = unit.members.by_id(member_id)
        if member is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        taken = unit.members.by_identifier(IdentifierKind.NICKNAME, wanted)
        if any(other != member_id for other in taken):
            raise ServiceRefusal("NICKNAME_TAKEN", name=wanted)
        if _nickname(member) == wanted:
            return
        others = (i for i in member.profile.identifiers if i.kind is not IdentifierKind.NICKNAME)
        profile = replace(
            member.profile,
            identifiers=(*others, Identifier(IdentifierKind.NICKNAME, wanted)),
        )
        stamp = unit.journal.stamp(self._clock.now())
        event = events.MemberEdit(
            id=self._ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            actor=operator.id.hex(),
            member=member_id.hex(),
            fields=("nickname",),
        )
        unit.members.save_profile(member_id, profile, appended=unit.journal.append(event))

    def _board(self, reader: Reader | UnitOfWork, board_id: str) -> tuple[Programme, Board]:
        programme = self._in_effect(reader)
        board = programme.find(Board, board_id)
        if board is None:
            raise ServiceRefusal("NO_SUCH_BOARD")
        return programme, board


def _frozen(reader: Reader, board_id: str, first: date) -> list[tuple[int, bytes, int]] | None:
    """The places that the freeze of a period says; None while it is not frozen."""
    for act in reader.acts.of_kind(Trigger.RUN.value, limit=RUNS_MOST):
        facts = dict(act.facts)
        if act.what == board_id and facts.get(PERIOD) == first.isoformat() and "places" in facts:
            rows = (row.split(":") for row in facts["places"].split())
            return [(int(place), bytes.fromhex(who), int(n)) for place, who, n in rows]
    return None


def _nickname(member: Member | None) -> str:
    return "" if member is None else member.identifier(IdentifierKind.NICKNAME) or ""
