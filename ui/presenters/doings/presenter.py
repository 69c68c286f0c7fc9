"""The sheet "more for this member": what they can do and use now, and one thing at a time.

Shape: `DoingsState`. The list is read on the look-up lane. A row opens its page: what to fill in,
what it would give, one button. What needs more authority than the operator's has somebody asked on
the spot. After an act the list is read anew, and the sale is quoted anew where it is this member's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import Answers
from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.amounts import Figures
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.doings.doing import RECEIPT, Asking, Doing, Look, Person
from ui.presenters.doings.given import given_lines
from ui.presenters.doings.page import FilledIn
from ui.presenters.doings.reading import Group, read_groups
from ui.presenters.doings.state import DoingRow, DoingsState
from ui.presenters.newest import NewestOnly
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.refusal_text import short_refusal
from ui.presenters.reserving import asked_first, use_held
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.doings.programme_acts import Acted
    from posloyalty.services.lending.reserve_for_sale import Reservation

ASKS_SOMEBODY: Final = frozenset({"NOT_ALLOWED", "SUPERVISOR_NEEDED"})
MAY: Final = Need(Right.WAIVE)
"""What whoever approves must have: a supervisor's authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose list is read, by whom and in which words."""

    member_id: bytes
    operator: Operator
    figures: Figures
    receipt: str


class DoingsPresenter(Presenter[DoingsState]):
    """Reads what a member can do, and has it done."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(DoingsState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._member: bytes | None = None
        self._receipt = ""
        self._wanted = ""
        self._changed: Callable[[], None] | None = None
        self._groups: tuple[Group, ...] = ()
        self._at = 0
        self._page: FilledIn | None = None
        self._moved = False
        self._open = False
        self._reading = NewestOnly[_Asked, tuple[Group, ...]](
            session.lanes.look_up, job=self._read, done=self._came, failed=self._failed
        )
        self._trying = NewestOnly[FilledIn, tuple[str, ...]](
            session.lanes.look_up, job=self._try, done=self._gives, failed=self._gives_nothing
        )

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """For the sale's member or the named one; `changed` is called after it has closed, if
        anything was done. With a `receipt` its claim comes first.
        """
        basket = self._counter.sale.basket
        named = arguments.get("member_id")
        own = None if basket is None else basket.member_id
        self._member = named if isinstance(named, bytes) else own
        changed = arguments.get("changed")
        self._changed = changed if callable(changed) else None
        self._receipt = str(arguments.get("receipt", ""))
        self._wanted = str(arguments.get("wanted", ""))
        self._groups, self._at, self._page = (), 0, None
        self._open, self._moved = True, False
        self._read_again()
        self._tell()

    def closed(self) -> None:
        """The sheet closed; whoever opened it hears of what was done."""
        self._reading.forget()
        self._trying.forget()
        self._open, self._page = False, None
        if self._moved and self._changed is not None:
            self._changed()

    def reworded(self) -> None:
        """Another language: the rows are worded where they are read, an open page with them."""
        self._trying.forget()
        self._read_again()
        self._tell()

    def typed(self, character: str) -> None:
        """A figure answers the question that is open, such as a score."""
        if self._page is not None and self._page.choose_typed(character):
            self._preview()

    # Keys and taps

    def up(self) -> None:
        """The row above, or the answer before."""
        self._step(-1)

    def down(self) -> None:
        """The row below, or the next answer."""
        self._step(1)

    def enter(self) -> None:
        """Open the chosen row; on its page go on to the next question, then do it."""
        if self._page is None:
            rows = self._doings()
            if rows:
                self.open_row(rows[self._at].id)
        elif self._page.go_on():
            self._tell()
        else:
            self.do_it()

    def main_action(self) -> None:
        """F12: do what is open; on the list over a sale, the Pay button beside the sheet."""
        if self._page is not None:
            self.do_it()
            return
        self._session.navigator.close_sheet()
        if self._changed is None:
            self._counter.pay()

    def open_row(self, doing_id: str) -> None:
        """A row was pressed: its page, unless there is nothing to do with it."""
        for at, doing in enumerate(self._doings()):
            if doing.id == doing_id:
                self._at = at
                if doing.verb:
                    self._page = FilledIn(doing)
                    self._preview()
                self._tell()
                return

    def change(self, name: str, text: str) -> None:
        """An entry of the page was typed into or chosen."""
        if self._page is not None:
            self._page.change(name, text)
            self._preview()

    def backspace(self) -> None:
        """Back from a page to the list, from the list to the screen."""
        if self._page is None:
            self.escape()
        else:
            self.back()

    def undo(self) -> None:
        """Ctrl+Z: take back what was done here last, never a step of the basket below."""
        if self._counter.can_take_back:
            self._counter.undo()

    def back(self) -> None:
        """From a page to the list."""
        self._page = None
        self._trying.forget()
        self._tell()

    def do_it(self) -> None:
        """The page's button."""
        page, operator = self._page, self._session.operator
        if page is None or operator is None or page.busy:
            return
        if page.why_not:
            self._counter.refuse(page.why_not)
        elif not page.require():
            self._session.sounds.play(Sound.REFUSED)
            self._tell()
        else:
            self._act(page, Person(operator))

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    def _act(self, page: FilledIn, by: Person) -> None:
        act, answers = page.doing.act, page.answers
        if act is None:
            return

        self._trying.forget()  # what it would give is no question any more
        page.busy = True

        def go(found: Reservation | None = None) -> None:
            if found is not None and found.short:
                self._not_done(page, by, use_held(found))
                return
            self._session.lanes.write(
                lambda: act(answers, by),
                lambda done: self._done(page, done),
                lambda fault: self._not_done(page, by, fault),
            )

        asks = self._asks(page.doing, answers) if self._session.till.reserve_use.asks else None
        if asks is None:
            go()
        else:
            asked_first(self._session, asks, go)
        self._tell()

    def _asks(self, doing: Doing, answers: Answers) -> Asking | None:
        """What head office is asked for first; None for what uses nothing that tills share."""
        if doing.uses is None:
            return doing.asks
        happening, till = doing.uses(answers), self._session.till
        return lambda: till.reserve_use.of(happening)

    def _done(self, page: FilledIn, done: Acted | str) -> None:
        figures, doing = self._counter.figures, page.doing
        page.busy = False
        if isinstance(done, str):
            said = done
        else:
            lines = given_lines(done, figures, of=doing.title)
            told = " · ".join(lines) or figures.words("doings.done")
            said = figures.words("doings.said", name=doing.title, given=told)
        self._say(said, doing, None if isinstance(done, str) else done)
        self._session.sounds.play(Sound.UNDERSTOOD)
        if doing.id == RECEIPT:
            self._receipt = ""
        self._after(page)

    def _say(self, said: str, doing: Doing, acted: Acted | None) -> None:
        undo, operator = doing.undo, self._session.operator
        if undo is None or acted is None or operator is None:
            self._session.toasts.say(said, ToastKind.GOOD)
            return
        way_back = undo

        def taken_back() -> None:
            self._session.lanes.write(
                lambda: way_back(acted, operator),
                lambda _answer: self._undone(doing),
                self._counter.say_fault,
            )

        self._counter.said_with_way_back(said, taken_back)

    def _undone(self, doing: Doing) -> None:
        self._counter.said("doings.undone", name=doing.title)
        self._after(None)

    def _after(self, page: FilledIn | None) -> None:
        """The list and the sale follow what was done."""
        self._moved = True
        self._session.lanes.write(
            self._session.till.follow_members, lambda _: None, self._counter.say_fault
        )
        if page is self._page:
            self._page = None
        basket, ended = self._counter.sale.basket, page is not None and page.doing.ends
        if basket is not None and basket.member_id == self._member:
            if ended:
                self._counter.sale.detach_member()
            else:
                self._counter.sale.member_changed()
        if ended and self._open:
            self._session.navigator.close_sheet()
        elif self._open:
            self._read_again()
        elif self._changed is not None:
            self._changed()
        self._tell()

    def _not_done(self, page: FilledIn, by: Person, fault: Exception) -> None:
        page.busy = False
        asks = isinstance(fault, ServiceRefusal) and fault.reason in ASKS_SOMEBODY
        if asks and by.approved_by is None:
            self._ask(page, by)
            return
        self._counter.say_fault(fault)
        self._tell()

    def _ask(self, page: FilledIn, by: Person) -> None:
        """Have somebody with the authority answer for it; the sheet makes room for theirs."""
        words, title = self._session.words, page.doing.title

        def approved(approval: Approval) -> None:
            self._act(page, Person(by.operator, approval.beside(by.operator)))

        ask_approval(
            self._session, MAY, what=lambda: words("doings.approve", name=title), done=approved
        )

    def _read_again(self) -> None:
        operator = self._session.operator
        if self._member is None or operator is None or not self._session.till_open:
            return
        self._reading.ask(
            _Asked(
                member_id=self._member,
                operator=operator,
                figures=self._counter.figures,
                receipt=self._receipt,
            )
        )

    def _read(self, asked: _Asked) -> tuple[Group, ...]:
        """For the look-up lane."""
        till, language = self._session.till, asked.figures.words.language
        try:
            offered = till.doings.take_part.offered(asked.member_id, language)
        except ServiceRefusal as refused:
            if refused.reason == "NO_PROGRAMME":
                return ()
            raise
        look = Look(
            till=till,
            member_id=asked.member_id,
            operator=asked.operator,
            figures=asked.figures,
            offered=offered,
            receipt=asked.receipt,
        )
        return read_groups(look)

    def _came(self, _asked: _Asked, groups: tuple[Group, ...]) -> None:
        self._groups = groups
        self._at = max(0, min(self._at, len(self._doings()) - 1))
        wanted, self._wanted = self._wanted, ""
        if self._page is not None:
            self._reword_page(self._page)
        elif wanted:
            self.open_row(wanted)
        self._tell()

    def _reword_page(self, page: FilledIn) -> None:
        """The open page as it was just read, with the answers that it has."""
        doing = next((one for one in self._doings() if one.id == page.doing.id), None)
        if page.busy or doing is None or not doing.verb:
            return
        page.reworded(doing)
        self._preview()

    def _failed(self, fault: Exception) -> None:
        self._counter.say_fault(fault)
        self._tell()

    def _preview(self) -> None:
        """Ask what the answers would give, once they are all there."""
        page = self._page
        if page is None:
            return
        page.gives, page.why_not = (), page.doing.why_not if page.untouched else ""
        if page.doing.preview is not None and page.complete and not page.why_not:
            self._trying.ask(page)
        else:
            self._trying.forget()
        self._tell()

    def _try(self, page: FilledIn) -> tuple[str, ...]:
        """For the look-up lane."""
        preview, figures = page.doing.preview, self._counter.figures
        assert preview is not None  # nothing else is asked for
        return given_lines(preview(page.answers), figures, of=page.doing.title)

    def _gives(self, page: FilledIn, lines: tuple[str, ...]) -> None:
        page.gives = lines
        self._tell()

    def _gives_nothing(self, fault: Exception) -> None:
        page = self._page
        if page is None:
            return
        if not isinstance(fault, ServiceRefusal):
            self._failed(fault)
            return
        page.why_not = short_refusal(fault, self._counter.figures)
        self._tell()

    def _doings(self) -> tuple[Doing, ...]:
        return tuple(doing for group in self._groups for doing in group.doings)

    def _step(self, by: int) -> None:
        if self._page is not None:
            if self._page.choose_next(by):
                self._preview()
            return
        self._at = max(0, min(len(self._doings()) - 1, self._at + by))
        self._tell()

    # Wording

    def _tell(self) -> None:
        words, rows = self._session.words, []
        for group in self._groups:
            for place, doing in enumerate(group.doings):
                rows.append(_row(doing, "" if place else group.heading))
        empty = ""
        if not rows and self._member is not None and not self._reading.busy:
            empty = words("doings.nothing")
        self._show(
            DoingsState(
                title=words("doings.title"),
                rows=tuple(rows),
                chosen=self._at if rows else -1,
                empty=empty,
                page=None if self._page is None else self._page.state(words),
            )
        )


def _row(doing: Doing, heading: str) -> DoingRow:
    sub = doing.why_not or doing.sub
    parts = (heading, doing.title, sub, doing.amount)
    return DoingRow(
        id=doing.id,
        icon="refused" if doing.why_not else doing.icon,
        title=doing.title,
        sub=sub,
        amount=doing.amount,
        spoken=", ".join(part for part in parts if part),
        heading=heading,
        faint=bool(doing.why_not),
    )
