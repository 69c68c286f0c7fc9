"""The settings screen: a list of sections and the one that is open.

Shape: `SettingsState` names the sections; each `Section` has a state of its own. Only a manager
changes settings; anybody else sees why not. What was typed in a section stays when another one is
opened, and when a scan or the lock comes between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.operator import Right
from ui.presenters.base import Presenter
from ui.presenters.desks import SaleDesk
from ui.presenters.ports import Screen
from ui.presenters.session import Change, Session
from ui.presenters.settings.section import Section

ICONS: Final = {
    "store": "store",
    "products": "tag",
    "prices": "calendar",
    "keys": "grid-keys",
    "taxes": "percent",
    "operators": "people",
    "printer": "printer",
    "tills": "receipt",
    "office": "cloud",
    "look": "display",
    "programme": "star",
    "data": "database",
    "about": "help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTile:
    """One entry of the list of sections; `changed` marks what is not saved yet."""

    name: str
    label: str
    icon: str
    chosen: bool
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsState:
    """What the screen shows around the open section."""

    title: str = ""
    sections: tuple[SectionTile, ...] = ()
    section: str = ""
    refused: str = ""


class SettingsPresenter(Presenter[SettingsState]):
    """Opens sections and passes scans, saving and Esc on to the open one."""

    def __init__(self, session: Session, *, sections: dict[str, Section], desk: SaleDesk) -> None:
        super().__init__(SettingsState())
        self._session = session
        self._desk = desk
        self.sections = sections
        self._open = next(iter(sections))
        self._front = False
        for section in sections.values():
            section.subscribe(lambda _: self._tell())
        session.subscribe(self._session_changed)
        self._tell()

    @property
    def section(self) -> Section:
        """The open section."""
        return self.sections[self._open]

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Open the section that is named, or the one that was open last."""
        self._front = True
        name = arguments.get("section")
        if isinstance(name, str) and name in self.sections:
            self._open = name
        if self._allowed:
            rest = {key: value for key, value in arguments.items() if key != "section"}
            self.section.opened(**rest)
        self._tell()

    def closed(self) -> None:
        """Another screen is in front."""
        self._front = False

    def reworded(self) -> None:
        """Another language."""
        if self._allowed:
            for section in self.sections.values():
                section.reworded()
        self._tell()

    def scanned(self, text: str) -> None:
        """The open section may want a code; else the scan belongs to the sale."""
        if not (self._allowed and self.section.take_scan(text)):
            self._desk.scanned(text)
            self._session.navigator.show(Screen.SALE)

    def foresee_section(self, name: str) -> None:
        """A section's view is made before anybody opened it."""
        self.sections[name].foresee()

    # Intents

    def choose(self, name: str) -> None:
        """Open a section."""
        self._open = name
        if self._allowed:
            self.section.opened()
        self._tell()

    def down(self) -> None:
        """The arrow key down: the next entry of the open section's list."""
        if self._allowed:
            self.section.step(1)

    def up(self) -> None:
        """The arrow key up."""
        if self._allowed:
            self.section.step(-1)

    def section_after(self) -> None:
        """The section below."""
        self._step(1)

    def section_before(self) -> None:
        """The section above."""
        self._step(-1)

    def main_action(self) -> None:
        """F12."""
        self.save()

    def enter(self) -> None:
        """Enter saves what was typed, or opens the first entry of the list."""
        if self.section.state.can_save:
            self.save()
        elif self._allowed:
            self.section.enter()

    def save(self) -> None:
        """F12: save the open section, when there is something to save."""
        if self._allowed and self.section.state.can_save:
            self.section.save()

    def escape(self) -> None:
        """Esc: back to the sale; what is not saved waits here."""
        self._session.navigator.back()

    @property
    def _allowed(self) -> bool:
        operator = self._session.operator
        return operator is not None and operator.may(Right.CHANGE_SETTINGS)

    def _session_changed(self, change: Change) -> None:
        if change is Change.OPERATOR:
            self._tell()
        elif change is Change.SENDING and self._front and self._allowed:
            self.section.sending_changed()

    def _step(self, by: int) -> None:
        names = list(self.sections)
        at = max(0, min(len(names) - 1, names.index(self._open) + by))
        self.choose(names[at])

    def _tell(self) -> None:
        words = self._session.words
        self._show(
            SettingsState(
                title=words("settings.title"),
                sections=tuple(
                    SectionTile(
                        name=name,
                        label=words(f"settings.section_{name}"),
                        icon=ICONS[name],
                        chosen=name == self._open,
                        changed=section.state.can_save,
                    )
                    for name, section in self.sections.items()
                ),
                section=self._open,
                refused="" if self._allowed else words("settings.managers_only"),
            )
        )
