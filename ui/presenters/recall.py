"""The sheet of held baskets: F7, Enter takes the newest; the arrow keys or a tap take another.

Shape: `RecallState` of rows with name, time, lines and total. What is typed names the chosen one;
Enter then keeps the name, and without one takes the basket up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.shop.held_basket import NAME_MOST
from ui.presenters.base import Presenter
from ui.presenters.basket_rows import count_text
from ui.presenters.counter import Counter, counter_of
from ui.presenters.ports import Sound
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.selling.hold_sale import HeldRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTile:
    """One held basket."""

    sale_id: bytes
    name: str
    sub: str
    total: str
    spoken: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallState:
    """The sheet; `naming` is the name as it is being typed."""

    rows: tuple[HeldTile, ...] = ()
    naming: str = ""
    can_name: bool = False
    empty: str = ""
    reading: bool = False


class RecallPresenter(Presenter[RecallState]):
    """Lists what is held, names it, and takes it up."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(RecallState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._rows: tuple[HeldRow, ...] = ()
        self._at = 0
        self._naming: str | None = None
        self._reading = False
        self._enter_waits = False

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Read what is held; Enter may be pressed before the answer is there."""
        self._rows, self._at, self._naming = (), 0, None
        self._enter_waits = False
        self._read()

    def closed(self) -> None:
        """The sheet closed; a name that was typed is kept."""
        self._keep_name()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def typed(self, character: str) -> None:
        """Typing names the chosen one."""
        self.name((self._naming or "") + character)

    # Keys and taps

    def name(self, text: str) -> None:
        """The name was typed into."""
        if self._rows:
            self._naming = text[:NAME_MOST]
            self._tell()

    def backspace(self) -> None:
        """The last character of the name goes."""
        if self._naming:
            self.name(self._naming[:-1])

    def up(self) -> None:
        """The row above."""
        self._choose(self._at - 1)

    def down(self) -> None:
        """The row below."""
        self._choose(self._at + 1)

    def enter(self) -> None:
        """Keep the typed name; with none, take the chosen basket up."""
        if self._naming is not None:
            self._keep_name()
        elif self._reading:
            self._enter_waits = True
        elif self._rows:
            self.take(self._rows[self._at].held.basket.sale_id)

    def take(self, sale_id: bytes) -> None:
        """A row was tapped: this one goes on."""
        self._keep_name()
        self._session.navigator.close_sheet()
        self._session.toasts.clear()
        sounds = self._session.sounds
        self._counter.holding.recall(sale_id, lambda: sounds.play(Sound.UNDERSTOOD))

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    def _read(self) -> None:
        self._reading = True

        def read(rows: tuple[HeldRow, ...]) -> None:
            self._reading = False
            self._rows = rows
            self._tell()
            if self._enter_waits:
                self._enter_waits = False
                self.enter()

        def failed(fault: Exception) -> None:
            self._reading = False
            self._counter.say_fault(fault)
            self._tell()

        self._session.lanes.look_up(self._session.till.hold.all, read, failed)
        self._tell()

    def _choose(self, at: int) -> None:
        self._keep_name()
        self._at = max(0, min(len(self._rows) - 1, at))
        self._tell()

    def _keep_name(self) -> None:
        text, self._naming = self._naming, None
        if text is None or not self._rows:
            return
        sale_id, till = self._rows[self._at].held.basket.sale_id, self._session.till
        self._session.lanes.write(
            lambda: till.hold.rename(sale_id, text),
            lambda _: self._read(),
            self._counter.say_fault,
        )

    # Wording

    def _tell(self) -> None:
        words = self._session.words
        known = self._rows[self._at].held.name if self._rows else ""
        self._show(
            RecallState(
                rows=tuple(self._tile(row, at) for at, row in enumerate(self._rows)),
                naming=known if self._naming is None else self._naming,
                can_name=bool(self._rows),
                empty="" if self._rows or self._reading else words("sale.recall_empty"),
                reading=self._reading,
            )
        )

    def _tile(self, row: HeldRow, at: int) -> HeldTile:
        figures = self._counter.figures
        name = self._counter.holding.called(row)
        parts = (
            row.held.at.strftime("%m-%d %H:%M"),
            count_text(row.held.basket.lines, figures),
            row.operator_name,
        )
        sub = " · ".join(part for part in parts if part)
        total = figures.money(row.held.total_minor)
        return HeldTile(
            sale_id=row.held.basket.sale_id,
            name=name,
            sub=sub,
            total=total,
            spoken=", ".join((name, sub, total)),
            chosen=at == self._at,
        )
