"""Everything around the screens of a till: the open sale, papers, the whole book, the programme."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ui.back_office import WholeBook
from ui.papers import PaperFiles
from ui.presenters.counter import counter_of
from ui.presenters.desks import BookMaker, BookOpener, Desks, PracticeRoom
from ui.presenters.session import Session
from ui.programme_desk import TillProgrammes


class Wizard(BookMaker, BookOpener, PracticeRoom, Protocol):
    """Whoever makes books and opens them, for training too."""


def back_room(session: Session, folder: Path, *, wizard: Wizard) -> Desks:
    """The desks of a till whose book is in a folder."""
    return Desks(
        sale=counter_of(session),
        papers=PaperFiles(session, folder),
        office=WholeBook(session),
        programme=TillProgrammes(session),
        maker=wizard,
        opener=wizard,
        practice=wizard,
    )
