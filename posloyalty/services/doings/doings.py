"""The services for what members do beside buying, made together: they share the same few ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.services.doings.attend import Attend
from posloyalty.services.doings.boards import Boards
from posloyalty.services.doings.programme_acts import ProgrammeActs
from posloyalty.services.doings.take_part import TakePart
from posloyalty.services.doings.undo_act import UndoAct
from posloyalty.services.doings.voices import Voices
from posloyalty.services.ground import Ground
from posloyalty.services.members.referrals import Referrals


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """One of each."""

    attend: Attend
    boards: Boards
    referrals: Referrals
    take_part: TakePart
    undo_act: UndoAct
    voices: Voices


def make_doings(ground: Ground, *, acts: ProgrammeActs, changed: Callable[[], None]) -> Doings:
    """Make them; `changed` tells the look-up cache to follow the book."""
    return Doings(
        attend=Attend(ground, acts=acts),
        boards=Boards(ground, acts=acts, changed=changed),
        referrals=Referrals(ground, acts=acts),
        take_part=TakePart(ground),
        undo_act=UndoAct(ground),
        voices=Voices(ground, acts=acts),
    )
