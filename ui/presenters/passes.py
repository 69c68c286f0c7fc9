"""The sheet of what a member uses, not spends: passes and privileges, each use at once.

Shape: `PassesState` lists them with what is left; one that cannot be used now says why before
anybody tries. Enter uses the chosen one, which is an act of its own beside the sale; a use of today
is taken back with somebody's authority.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.amounts import Figures
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of, refusal_sentence
from ui.presenters.ports import Sheet, Sound, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.use_rights import PassView, PrivilegeView, Usable

PASS: Final = "pass"
PRIVILEGE: Final = "privilege"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """One pass or privilege."""

    id: str
    title: str
    sub: str
    left: str
    spoken: str
    usable: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassesState:
    """The sheet; `empty` says why there are no rows."""

    rows: tuple[UseRow, ...] = ()
    empty: str = ""
    use: str = ""
    can_use: bool = False
    can_take_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """What stands in a row: `what` names it to the services."""

    kind: str
    id: str
    name: str
    left: int | None
    sub: str
    usable: bool
    right_id: bytes | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}/{'' if self.right_id is None else self.right_id.hex()}"


class PassesPresenter(Presenter[PassesState]):
    """Uses what the sale's member has."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(PassesState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._items: tuple[_Item, ...] = ()
        self._at = 0
        self._busy = False

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Read what the member has."""
        self._items, self._at = (), 0
        self._read()

    def reworded(self) -> None:
        """Another language: names and reasons are read anew."""
        self._read()

    # Keys and taps

    def up(self) -> None:
        """The one above."""
        self._choose(self._at - 1)

    def down(self) -> None:
        """The one below."""
        self._choose(self._at + 1)

    def choose(self, key: str) -> None:
        """A row was tapped."""
        keys = [item.key for item in self._items]
        if key in keys:
            self._choose(keys.index(key))

    def enter(self) -> None:
        """Use the chosen one once."""
        item, member_id, operator = self._chosen, self._member, self._session.operator
        if item is None or member_id is None or operator is None or not self.state.can_use:
            return
        uses = self._session.till.use_rights

        def use() -> object:
            if item.kind == PASS:
                return uses.use_pass(member_id, item.id, operator, right_id=item.right_id)
            return uses.use_privilege(member_id, item.id, operator)

        self._write(use, "passes.used", item)

    def take_back(self) -> None:
        """A use of today was a mistake: somebody with authority takes it back."""
        item, member_id = self._chosen, self._member
        if item is None or member_id is None or self._busy:
            return
        session, uses = self._session, self._session.till.use_rights
        what = f"{item.kind}/{item.id}"

        def done(approval: Approval) -> None:
            if approval.operator != session.operator:
                # The question took this sheet's place.
                session.navigator.open_sheet(Sheet.PASSES)
            answers: Operator = approval.operator
            self._write(lambda: uses.give_back(member_id, what, answers), "passes.taken_back", item)

        ask_approval(
            session,
            Need(Right.WAIVE),
            what=lambda: f"{session.words('passes.take_back')} · {item.name}",
            done=done,
        )

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    @property
    def _member(self) -> bytes | None:
        basket = self._counter.sale.basket
        return None if basket is None else basket.member_id

    @property
    def _chosen(self) -> _Item | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def _choose(self, at: int) -> None:
        self._at = max(0, min(len(self._items) - 1, at))
        self._tell()

    def _read(self) -> None:
        member_id, till = self._member, self._session.till
        if member_id is None:
            self._tell()
            return

        def came(usable: Usable) -> None:
            figures = self._counter.figures
            self._items = (
                *(_of_pass(one, figures) for one in usable.passes),
                *(_of_privilege(one, figures) for one in usable.privileges),
            )
            self._choose(self._at)

        self._session.lanes.look_up(
            lambda: till.use_rights.of_member(member_id), came, self._counter.say_fault
        )
        self._tell()

    def _write(self, job: Callable[[], object], code: str, item: _Item) -> None:
        self._busy = True

        def done(_acted: object) -> None:
            self._busy = False
            said = self._session.words(code, name=item.name)
            self._session.toasts.say(said, ToastKind.GOOD)
            self._session.sounds.play(Sound.UNDERSTOOD)
            # What was used may stand in the quote as well.
            self._counter.sale.requote()
            self._read()

        self._session.lanes.write(job, done, self._failed)
        self._tell()

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._counter.say_fault(fault)
        self._tell()

    # Wording

    def _tell(self) -> None:
        words, chosen = self._session.words, self._chosen
        self._show(
            PassesState(
                rows=tuple(self._row(item, chosen=item is chosen) for item in self._items),
                empty=words("passes.none" if self._member else "sale.member_first"),
                use=words("passes.use"),
                can_use=chosen is not None and chosen.usable and not self._busy,
                can_take_back=chosen is not None and not self._busy,
            )
        )

    def _row(self, item: _Item, *, chosen: bool) -> UseRow:
        words = self._session.words
        left = words("passes.free") if item.left is None else words("passes.left", n=item.left)
        return UseRow(
            id=item.key,
            title=item.name,
            sub=item.sub,
            left=left,
            spoken=", ".join(part for part in (item.name, left, item.sub) if part),
            usable=item.usable,
            chosen=chosen,
        )


def _of_pass(view: PassView, figures: Figures) -> _Item:
    sub = ""
    if view.why_not is not None:
        sub = refusal_sentence(
            ServiceRefusal(view.why_not.code, **dict(view.why_not.facts)), figures
        )
    elif view.last_day is not None:
        sub = figures.words("passes.through", day=view.last_day.isoformat())
    return _Item(
        kind=PASS,
        id=view.id,
        name=view.name,
        left=view.left,
        sub=sub,
        usable=view.why_not is None,
        right_id=view.right_id,
    )


def _of_privilege(view: PrivilegeView, figures: Figures) -> _Item:
    sub = ""
    if view.why_not is not None:
        sub = refusal_sentence(
            ServiceRefusal(view.why_not.code, **dict(view.why_not.facts)), figures
        )
    elif view.again is not None:
        sub = figures.words("passes.again", day=figures.day(view.again))
    return _Item(
        kind=PRIVILEGE,
        id=view.id,
        name=view.name,
        left=view.left,
        sub=sub,
        usable=view.why_not is None,
    )
