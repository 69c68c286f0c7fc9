"""The services for what members do beside buying, made together: they share the same few ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.services.attend import Attend
from posloyalty.services.boards import Boards
from posloyalty.services.ports import Book, Chance, Clock, Ids
from posloyalty.services.programme_acts import ProgrammeActs
from posloyalty.services.programmes import Programmes
from posloyalty.services.referrals import Referrals
from posloyalty.services.take_part import TakePart
from posloyalty.services.undo_act import UndoAct
from posloyalty.services.voices import Voices


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """One of each."""

    attend: Attend
    boards: Boards
    referrals: Referrals
    take_part: TakePart
    undo_act: UndoAct
    voices: Voices


def make_doings(
    *,
    book: Book,
    clock: Clock,
    ids: Ids,
    chance: Chance,
    programmes: Programmes,
    acts: ProgrammeActs,
    changed: Callable[[], None],
) -> Doings:
    """Make them; `changed` tells the look-up cache to follow the book."""
    return Doings(
        attend=Attend(book=book, clock=clock, chance=chance, programmes=programmes, acts=acts),
        boards=Boards(
            book=book, clock=clock, ids=ids, programmes=programmes, acts=acts, changed=changed
        ),
        referrals=Referrals(
            book=book, clock=clock, chance=chance, programmes=programmes, acts=acts
        ),
        take_part=TakePart(book=book, clock=clock, programmes=programmes),
        undo_act=UndoAct(book=book, clock=clock, programmes=programmes),
        voices=Voices(book=book, clock=clock, programmes=programmes, acts=acts),
    )
