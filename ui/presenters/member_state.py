"""What the member screen shows besides the form for a new member, which has its own state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from ui.presenters.card_at_counter import CardShown
from ui.presenters.member_detail import MemberDetail
from ui.presenters.member_rows import MemberTile


class Pane(Enum):
    """What stands beside the search."""

    NEW = auto()
    DETAIL = auto()
    CARD = auto()
    REPLACE = auto()


class Focus(Enum):
    """Where the view puts the focus when `focus_n` grows."""

    SEARCH = auto()
    PHONE = auto()
    CONSENTS = auto()
    PANE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberScreenState:
    """What the screen shows besides the form, which has its own state."""

    search: str = ""
    searching: bool = False
    summary: str = ""
    rows: tuple[MemberTile, ...] = ()
    empty: str = ""
    empty_hint: str = ""
    can_add: bool = False
    pane: Pane = Pane.NEW
    detail: MemberDetail | None = None
    card: CardShown | None = None
    busy: bool = False
    focus: Focus = Focus.SEARCH
    focus_n: int = 0
