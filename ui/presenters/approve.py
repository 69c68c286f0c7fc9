"""The approval sheet: what is asked and by whom, the reason, and the PIN of somebody who may.

Shape: `ApproveState`. First the reason, where one is wanted: a button, or its digit. Then, unless
who is signed in may act alone, the PIN of one of those who may. Wrong PINs slow down and are kept
as at the sign-in. The sale stays behind, and closing the sheet changes nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator
from ui.presenters.approval import Asked, ReasonChoice, may_alone
from ui.presenters.base import Presenter
from ui.presenters.pin_entry import DOTS_SHOWN, PinEntry
from ui.presenters.ports import Failed, Sound
from ui.presenters.session import Session
from ui.presenters.sign_in import ROLE_CODES

if TYPE_CHECKING:
    from posloyalty.services.people.sign_in import PinRefused

NAMES_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverTile:
    """Somebody who may approve."""

    operator_id: bytes
    name: str
    role: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveState:
    """The sheet. Before a reason is chosen `choosing` is true and the PIN waits.

    `names` are at most two of those who may, `more_names` whether there are others to turn to.
    """

    title: str = ""
    what: str = ""
    asked_by: str = ""
    reasons: tuple[str, ...] = ()
    choosing: bool = False
    reason: str = ""
    names: tuple[ApproverTile, ...] = ()
    more_names: bool = False
    dots: int = 0
    dots_shown: int = DOTS_SHOWN
    message: str = ""
    refused: bool = False
    ok: str = ""
    ready: bool = False
    busy: bool = False


class ApprovePresenter(Presenter[ApproveState]):
    """Takes a reason and a PIN, and tells who asked."""

    takes_scans = True

    def __init__(self, session: Session) -> None:
        super().__init__(ApproveState())
        self._badge = ""
        self._session = session
        self._asked: Asked | None = None
        self._reason: ReasonChoice | None = None
        self._people: tuple[Operator, ...] = ()
        self._chosen: Operator | None = None
        self._loaded = False
        self._pin = PinEntry(session, self._tell)

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Ask for what a screen handed in as `asked`."""
        asked = arguments.get("asked")
        self._asked = asked if isinstance(asked, Asked) else None
        self._reason = self._chosen = None
        self._badge = ""
        self._people, self._loaded = (), False
        self._pin.forget()
        self._pin.hush()
        if self._asked is not None and not self._alone():
            self._load(self._asked)
        self._tell()

    def closed(self) -> None:
        """Nothing of a PIN outlives the sheet; who asked hears that nobody approved."""
        asked, self._asked = self._asked, None
        self._badge = ""
        self._pin.stop_waiting()
        self._pin.forget()
        self._pin.busy = False
        self._tell()
        if asked is not None:
            asked.left()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def typed(self, character: str) -> None:
        """A digit: the reason's place, then the PIN's."""
        if not (character.isascii() and character.isdigit()):
            return
        if self.state.choosing:
            self.choose_reason(int(character) - 1)
        else:
            self.digit(character)

    def scanned(self, text: str) -> None:
        """A badge approves; before a reason is chosen it waits for one. Goods wait for nobody."""
        from posloyalty.services.people.badges import is_badge

        asked = self._asked
        if asked is None or self._pin.busy or not is_badge(text):
            self._session.sounds.play(Sound.REFUSED)
        elif self.state.choosing:
            self._badge = text
            self._pin.say("badge_reason")
            self._tell()
        else:
            self._try_badge(asked, text)

    # Intents

    def choose_reason(self, place: int) -> None:
        """A reason's button; where nobody else is needed, that is all."""
        asked = self._asked
        if asked is None or self._pin.busy or not 0 <= place < len(asked.reasons):
            return
        self._reason = asked.reasons[place]
        operator = self._session.operator
        if self._alone() and operator is not None:
            self._approved(Approval(operator, self._reason.code))
            return
        if self._badge:
            badge, self._badge = self._badge, ""
            self._try_badge(asked, badge)
            return
        self._tell()

    def other_reason(self) -> None:
        """Back to the reasons."""
        if not self._pin.busy:
            self._reason = None
            self._pin.forget()
            self._tell()

    def choose(self, operator_id: bytes) -> None:
        """A name was tapped; digits typed for another do not count."""
        for person in self._people:
            if person.id == operator_id and person is not self._chosen and not self._pin.busy:
                self._turn_to(person)
        self._tell()

    def down(self) -> None:
        """The next name."""
        self._step(1)

    def up(self) -> None:
        """The name before."""
        self._step(-1)

    def digit(self, character: str) -> None:
        """A key of the pad."""
        self._pin.digit(character)
        self._tell()

    def backspace(self) -> None:
        """The last digit goes; without digits, the reason."""
        if self._pin.digits or self._reason is None:
            self._pin.backspace()
            self._tell()
        else:
            self.other_reason()

    def clear(self) -> None:
        """All digits go."""
        if not self._pin.busy:
            self._pin.forget()
            self._tell()

    def submit(self) -> None:
        """Try the PIN."""
        waits = self._pin.busy or self._pin.wait_s or self.state.choosing
        if self._asked is None or waits:
            return
        if self._chosen is not None and not self._pin.short():
            self._try(self._asked, self._chosen)
        self._tell()

    def enter(self) -> None:
        """The Enter key."""
        self.submit()

    def main_action(self) -> None:
        """F12 is for what is asked here, not for the screen behind."""
        self.submit()

    def escape(self) -> None:
        """Leave it: nothing is approved."""
        self._session.navigator.close_sheet()

    # The work

    def _alone(self) -> bool:
        return self._asked is not None and may_alone(self._session, self._asked.need)

    def _load(self, asked: Asked) -> None:
        till = self._session.till

        def came(people: tuple[Operator, ...]) -> None:
            if asked is not self._asked:
                return
            self._people, self._loaded = people, True
            if people:
                self._turn_to(people[0])
            self._tell()

        self._session.lanes.look_up(
            lambda: till.approvals.who_may(asked.need), came, self._failed_for(asked)
        )

    def _turn_to(self, person: Operator) -> None:
        self._chosen = person
        self._pin.forget()
        self._pin.hush()
        self._pin.stop_waiting()
        till, asked = self._session.till, self._asked

        def known(wait_s: int) -> None:
            if asked is self._asked and person is self._chosen and wait_s > 0:
                self._pin.wait("wait", wait_s)

        if asked is not None:
            self._session.lanes.look_up(
                lambda: till.sign_in.waiting_s(person.id), known, self._failed_for(asked)
            )

    def _try(self, asked: Asked, person: Operator) -> None:
        till, pin = self._session.till, self._pin.try_it()
        reason = "" if self._reason is None else self._reason.code

        def answered(answer: Approval | PinRefused) -> None:
            if asked is not self._asked:
                return
            if isinstance(answer, Approval):
                self._pin.right()
                self._approved(answer)
            else:
                self._pin.wrong(answer.wait_s)
                self._tell()

        self._session.lanes.write(
            lambda: till.approvals.by_pin(asked.need, person.id, pin, reason),
            answered,
            self._failed_for(asked),
        )

    def _try_badge(self, asked: Asked, text: str) -> None:
        till = self._session.till
        reason = "" if self._reason is None else self._reason.code
        self._pin.try_it()

        def answered(approval: Approval) -> None:
            if asked is self._asked:
                self._pin.right()
                self._approved(approval)

        def failed(fault: Exception) -> None:
            self._session.sounds.play(Sound.REFUSED)
            self._failed_for(asked)(fault)

        self._session.lanes.write(
            lambda: till.approvals.by_badge(asked.need, text, reason), answered, failed
        )
        self._tell()

    def _approved(self, approval: Approval) -> None:
        asked, self._asked = self._asked, None
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._session.navigator.close_sheet()
        if asked is not None:
            asked.done(approval)

    def _failed_for(self, asked: Asked) -> Failed:
        def failed(fault: Exception) -> None:
            if asked is self._asked:
                self._pin.failed(fault)
                self._tell()

        return failed

    def _step(self, by: int) -> None:
        if self._chosen in self._people and len(self._people) > 1:
            at = self._people.index(self._chosen) + by
            self.choose(self._people[at % len(self._people)].id)

    # Wording

    def _tell(self) -> None:
        asked = self._asked
        if asked is None:
            self._show(ApproveState())
            return
        words, operator = self._session.words, self._session.operator
        choosing = bool(asked.reasons) and self._reason is None
        state = ApproveState(
            title=words(asked.title if self._alone() else "approve.title"),
            what=asked.what(),
            asked_by="" if operator is None else words("approve.asked_by", name=operator.name),
            reasons=tuple(words(reason.words) for reason in asked.reasons),
            choosing=choosing,
            reason="" if self._reason is None else words(self._reason.words),
            message=self._pin.message,
            refused=self._pin.refused,
            ok=words("approve.ok"),
        )
        if not self._alone():
            state = self._with_people(state)
        self._show(state)

    def _with_people(self, state: ApproveState) -> ApproveState:
        words, at = self._session.words, 0
        if self._chosen in self._people:
            at = self._people.index(self._chosen)
        first = min(at, max(0, len(self._people) - NAMES_SHOWN))
        nobody = self._loaded and not self._people
        return replace(
            state,
            names=tuple(
                ApproverTile(
                    operator_id=person.id,
                    name=person.name,
                    role=words(ROLE_CODES[person.role]),
                    chosen=person is self._chosen,
                )
                for person in self._people[first : first + NAMES_SHOWN]
            ),
            more_names=len(self._people) > NAMES_SHOWN,
            dots=len(self._pin.digits),
            dots_shown=self._pin.dots_shown,
            message=words("approve.nobody") if nobody else state.message,
            refused=nobody or state.refused,
            ready=self._pin.ready and not state.choosing and self._chosen is not None,
            busy=self._pin.busy,
        )
