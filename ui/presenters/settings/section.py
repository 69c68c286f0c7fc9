"""What every section of the settings has in common: a state that one view can draw, and intents.

Shape: a `SectionState` may have a list to choose from, a form, buttons, notices and a progress bar;
what a section does not use stays empty. A section asks its services on the lanes and keeps what was
typed through scans, a switch of language and a visit to another section.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.base import Presenter
from ui.presenters.faults import fault_text
from ui.presenters.form import Draft, Form
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session

T = TypeVar("T")
# One more than any picture may have, so that a larger one is seen to be larger.
PICTURE_BYTES_READ: Final = 512 * 1024 + 1


class NoticeKind(Enum):
    """How a notice is coloured and which sign it has."""

    PLAIN = "plain"
    GOOD = "good"
    LOOK = "look"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a section's list."""

    key: str
    title: str
    note: str = ""
    figure: str = ""
    colour: str = ""
    chosen: bool = False
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that stays: a device's state, a report's line."""

    text: str
    kind: NoticeKind = NoticeKind.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button beside the form. `picks` names the files it asks for, such as "*.csv *.xlsx"."""

    name: str
    label: str
    icon: str = ""
    enabled: bool = True
    picks: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionState:
    """What a section shows. `search` None means that its list is not searched."""

    title: str = ""
    text: str = ""
    entries: tuple[Entry, ...] | None = None
    search: str | None = None
    search_label: str = ""
    summary: str = ""
    empty: str = ""
    new_label: str = ""
    form_title: str = ""
    form: Form = field(default_factory=Form)
    foreseen: Form = field(default_factory=Form)
    """What the form will be like when something is chosen, where its entries are many."""
    notices: tuple[Notice, ...] = ()
    notices_first: bool = False
    """Whether notices are what somebody comes for: then they stand over the form, in view."""
    acts: tuple[Act, ...] = ()
    save_label: str = ""
    can_save: bool = False
    busy: bool = False
    progress: tuple[int, int] | None = None
    progress_text: str = ""
    grid: tuple[Entry, ...] | None = None
    pages: tuple[Entry, ...] = ()
    focus: str = ""
    focus_n: int = 0


class Section(Presenter[SectionState], ABC):
    """A section; the intents for what it does not have stay empty."""

    def __init__(self, session: Session) -> None:
        super().__init__(SectionState())
        self.session = session
        self.draft = Draft()
        self.busy = False
        self.focus = ""
        self.focus_n = 0
        self.places: dict[str, str] = {}

    def reworded(self) -> None:
        """Another language."""
        self.tell()

    def foresee(self) -> None:
        """Word the section before it is opened, so that its entries can be made ahead."""
        if self.state == SectionState():
            self.tell()

    def change(self, name: str, value: str) -> None:
        """An entry of the form was typed into or chosen."""
        self.draft.change(name, value)
        self.tell()

    def change_picture(self, name: str, picture: bytes | None) -> None:
        """A picture was chosen or taken away."""

    def pick_picture(self, name: str, path: str) -> None:
        """A picture's file was chosen: read no more of it than can be used."""
        from pathlib import Path

        def read() -> bytes:
            with Path(path).open("rb") as file:
                return file.read(PICTURE_BYTES_READ)

        self.look_up(read, lambda picture: self.change_picture(name, picture))

    def search(self, text: str) -> None:
        """The list's search line was typed into."""

    def choose(self, key: str) -> None:
        """An entry of the list was chosen."""

    def sending_changed(self) -> None:
        """How sending to head office stands has changed while this section is looked at."""

    def choose_page(self, key: str) -> None:
        """A page of quick keys was chosen."""

    def choose_place(self, key: str) -> None:
        """A place on the page of quick keys was chosen."""

    def enter(self) -> None:
        """Enter with nothing to save: open the list's first entry when none is open."""
        entries = self.state.entries or ()
        if entries and not any(entry.chosen for entry in entries):
            self.choose(entries[0].key)

    def step(self, by: int) -> None:
        """The arrow keys walk the list, unless that would drop what was typed."""
        keys = [entry.key for entry in self.state.entries or ()]
        chosen = [entry.key for entry in self.state.entries or () if entry.chosen]
        if not keys or self.draft.changed:
            return
        at = keys.index(chosen[0]) + by if chosen else 0
        self.choose(keys[max(0, min(len(keys) - 1, at))])

    def leave(self) -> None:
        """Close the open entry, where list and form do not stand side by side."""

    def new(self) -> None:
        """An empty form for a new entry."""

    def act(self, name: str, path: str = "") -> None:
        """A button was pressed; `path` is the file it asked for."""

    def save(self) -> None:
        """Save what was typed."""

    def discard(self) -> None:
        """Back to what is stored."""
        self.draft.load(self.draft.stored)
        self.tell()

    def take_scan(self, text: str) -> bool:
        """Whether this section wants a scan for itself."""
        return False

    @abstractmethod
    def tell(self) -> None:
        """Word the state anew and show it."""

    # For the sections

    def want(self, name: str) -> None:
        """Ask the view to put the focus on an entry."""
        self.focus = name
        self.focus_n += 1

    def look_up(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Read on the look-up lane."""
        self.session.lanes.look_up(job, done, self.failed)

    def write(self, job: Callable[[Operator], T], done: Callable[[T], None]) -> None:
        """Save on the writer lane, as the operator who is signed in."""
        operator = self.session.operator
        if operator is None or self.busy:
            return

        def wrote(answer: T) -> None:
            self.busy = False
            done(answer)

        self.busy = True
        self.session.lanes.write(lambda: job(operator), wrote, self.failed)
        self.tell()

    def failed(self, fault: Exception) -> None:
        """Findings go to their entries, everything else to the message line; the text stays."""
        self.busy = False
        if isinstance(fault, ServiceRefusal) and fault.findings:
            self.draft.take(fault, self.places)
            self.refused()
            return
        self.say(fault_text(fault, self.session.words), ToastKind.REFUSED)
        self.session.sounds.play(Sound.REFUSED)
        self.tell()

    def refused(self) -> None:
        """There are findings: count them aloud and go to the first."""
        words = self.session.words
        count = len(self.draft.findings)
        self.say(words.counted("settings.findings", count), ToastKind.REFUSED)
        self.session.sounds.play(Sound.REFUSED)
        self.tell()
        first = self.state.form.first_finding
        if first is not None:
            self.want(first)
            self.tell()

    def saved(self, what: str) -> None:
        """Say what was saved."""
        self.say(self.session.words("settings.saved", what=what), ToastKind.GOOD)

    def say(self, sentence: str, kind: ToastKind) -> None:
        """Put a sentence on the message line."""
        self.session.toasts.say(sentence, kind)
