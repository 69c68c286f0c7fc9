"""Signing in: who stands at the till, and the PIN that proves it.

Shape: `SignInState` holds names, the number of digits typed and what the message line says. The
PIN itself lives in the presenter alone: no state, message or log ever carries it.

The screen is painted before the till's book is open. Digits typed meanwhile count. The names come
from the front door as soon as the book is unlocked; a PIN or a badge given from then on is answered
when the services are there (`early_try`). A wrong PIN counts its wait down; the service keeps the
wait across a restart, so it is asked for whenever a name is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.wording import LANGUAGES
from ui.presenters.base import Presenter
from ui.presenters.early_try import EarlyTry
from ui.presenters.pin_entry import DOTS_SHOWN, PinEntry
from ui.presenters.ports import Screen, Sound
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.services.people.sign_in import PinRefused, SignedIn
    from posloyalty.services.shifts.shifts import ShiftView
    from posloyalty.services.till import Till

LANGUAGE_NAMES: Final = {"zh_CN": "简体", "zh_TW": "繁體", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTile:
    """One name to tap. `note` is the role, and whether this person was here last."""

    operator_id: bytes
    name: str
    role: str
    initial: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTile:
    """One language to switch to; its label is written in itself."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """What the screen shows. `dots` are the digits typed so far, of at least `dots_shown`."""

    title: str = ""
    hint: str = ""
    operators: tuple[OperatorTile, ...] = ()
    pin_title: str = ""
    dots: int = 0
    dots_shown: int = DOTS_SHOWN
    message: str = ""
    refused: bool = False
    wait_s: int = 0
    button: str = ""
    ready: bool = False
    loading: bool = True
    busy: bool = False
    locked: bool = False
    note: str = ""
    languages: tuple[LanguageTile, ...] = ()


class SignInPresenter(Presenter[SignInState]):
    """Takes names and digits, asks the service, and opens the sale."""

    def __init__(self, session: Session) -> None:
        super().__init__(SignInState())
        self._session = session
        self._operators: tuple[Operator, ...] = ()
        self._chosen: bytes | None = None
        self._columns = 1
        self._last: bytes | None = None
        self._pin = PinEntry(session, self._tell)
        self._early = EarlyTry(session, self._settled)
        self._badge = ""
        self._wanted = False
        self._recovering = False
        self._loaded = False
        self._demo: tuple[tuple[str, str], ...] = ()
        session.subscribe(self._session_changed)
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Forget what was typed; read the names anew, for settings may have changed them."""
        self._forget_pin()
        self._pin.hush()
        self._load()
        self._tell()

    def closed(self) -> None:
        """Nothing of a PIN outlives the screen."""
        self._forget_pin()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def typed(self, character: str) -> None:
        """A digit of the keyboard; anything else is nothing here."""
        if character.isascii() and character.isdigit():
            self.digit(character)

    def scanned(self, text: str) -> None:
        """A badge signs its owner in; any other code is nothing here."""
        from posloyalty.services.people.badges import is_badge

        if not self._loaded or self._pin.busy or not is_badge(text):
            return
        if not self._session.till_open:
            self._badge = text
            self._pin.say("checking")
            self._tell()
            return
        till = self._session.till
        self._session.lanes.look_up(
            lambda: till.badges.owner(text), self._badge_known, self._failed
        )

    # Intents

    def choose(self, operator_id: bytes) -> None:
        """A name was tapped: the digits typed for another name do not count for this one."""
        if self._pin.busy:
            return
        if operator_id != self._chosen and self._chosen is not None:
            self._forget_pin()
        self._chosen = operator_id
        self._pin.hush()
        self._pin.stop_waiting()
        self._ask_for_wait(operator_id)
        self._tell()

    def laid_out(self, columns: int) -> None:
        """The view shows the names in so many columns, filled row by row."""
        self._columns = columns

    def down(self) -> None:
        """The name below; from the lowest the top one of its column."""
        self._walk(below)

    def up(self) -> None:
        """The name above; from the top the lowest of its column."""
        self._walk(above)

    def right(self) -> None:
        """The next name as one reads."""
        self._walk(lambda at, names, _: (at + 1) % names)

    def left(self) -> None:
        """The name before, as one reads."""
        self._walk(lambda at, names, _: (at - 1) % names)

    def digit(self, character: str) -> None:
        """One more digit."""
        if self._pin.digit(character):
            self._wanted = self._recovering = False
            self._tell()

    def backspace(self) -> None:
        """Take the last digit back."""
        self._pin.backspace()
        self._tell()

    def clear(self) -> None:
        """Take all digits back."""
        if not self._pin.busy:
            self._forget_pin()
            self._tell()

    def submit(self) -> None:
        """Enter or the main button: try, or remember to try once the book is open."""
        if self._pin.busy or self._pin.wait_s:
            return
        if not self._loaded:
            self._wanted = True
        elif self._chosen is None:
            self._pin.say("choose_name")
        elif not self._pin.short():
            self._try(self._chosen)
        self._tell()

    def enter(self) -> None:
        """The Enter key."""
        self.submit()

    def main_action(self) -> None:
        """F12."""
        self.submit()

    def escape(self) -> None:
        """Esc takes the digits back; there is nothing before the sign-in."""
        self.clear()

    def speak(self, language: str) -> None:
        """Switch the language of every screen."""
        self._session.speak(language)

    def recover(self) -> None:
        """The PIN is forgotten: the recovery code sets a new one, once the book is open."""
        self._recovering = self._session.desks is None
        if self._recovering:
            self._pin.say("opening")
            self._tell()
        else:
            self._session.navigator.show(Screen.RECOVERY, cause="pin")

    # The work

    def _session_changed(self, change: Change) -> None:
        if change in (Change.DOOR, Change.TILL):
            self._load()
            if self._recovering and change is Change.TILL:
                self._pin.hush()
                self._tell()
                self.recover()
        elif change is Change.OPERATOR and self._session.operator is not None:
            self._last = self._session.operator.id

    def _load(self) -> None:
        if not self._session.till_open:
            self._met()
            return
        till = self._session.till

        def read() -> tuple[tuple[Operator, ...], tuple[tuple[str, str], ...]]:
            operators = till.sign_in.operators()
            return operators, demo_pins(till, operators)

        self._session.lanes.look_up(read, self._loaded_operators, self._failed)

    def _met(self) -> None:
        """The front door says who may come in, where it can."""
        front = self._session.front
        operators = () if front is None else front.operators()
        if not operators:
            return
        self._name(operators)
        if self._wanted:
            self._wanted = False
            self.submit()
        self._tell()

    def _loaded_operators(
        self, answer: tuple[tuple[Operator, ...], tuple[tuple[str, str], ...]]
    ) -> None:
        operators, self._demo = answer
        self._name(operators)
        badge, self._badge = self._badge, ""
        if self._chosen is not None:
            self._ask_for_wait(self._chosen)
        if badge:
            self.scanned(badge)
        self._early.services_came()
        self._tell()

    def _name(self, operators: tuple[Operator, ...]) -> None:
        """These may sign in; somebody of them is chosen."""
        self._operators = operators
        self._loaded = True
        known = {operator.id for operator in operators}
        if self._chosen not in known:
            self._chosen = self._last if self._last in known else None
        if self._chosen is None and operators:
            self._chosen = operators[0].id

    def _ask_for_wait(self, operator_id: bytes) -> None:
        if not self._session.till_open:
            return
        till = self._session.till

        def known(wait_s: int) -> None:
            if operator_id != self._chosen:
                return
            if wait_s > 0:
                self._pin.wait("wait", wait_s)
            elif self._wanted:
                self._wanted = False
                self.submit()

        self._session.lanes.look_up(
            lambda: till.sign_in.waiting_s(operator_id), known, self._failed
        )

    def _try(self, operator_id: bytes) -> None:
        pin = self._pin.try_it()
        if not self._session.till_open:
            self._early.ask(operator_id, pin)
            return
        till = self._session.till
        self._session.lanes.write(
            lambda: till.sign_in.sign_in(operator_id, pin), self._answered, self._failed
        )

    def _settled(self, vouched: Operator | None) -> None:
        """The services are there for a PIN that came before them."""
        if vouched is not None:
            self._enter(vouched)
        elif self._chosen is not None:
            self._try(self._chosen)

    def _answered(self, answer: SignedIn | PinRefused) -> None:
        from posloyalty.services.people.sign_in import SignedIn

        self._wanted = False
        if isinstance(answer, SignedIn):
            self._enter(answer.operator)
        else:
            self._pin.wrong(answer.wait_s)
        self._tell()

    def _badge_known(self, owner: Operator | None) -> None:
        self._forget_pin()
        if owner is None:
            self._session.sounds.play(Sound.REFUSED)
            self._pin.say("badge_unknown")
        else:
            self._enter(owner)
        self._tell()

    def _enter(self, operator: Operator) -> None:
        """Somebody is who they say: the sale opens."""
        self._pin.right()
        self._pin.hush()
        self._session.sign_in(operator)
        self._session.navigator.show(Screen.SALE)
        self._ask_for_float()

    def _ask_for_float(self) -> None:
        """Where the shop wants it, a shift begins before the first sale; Esc sells without one."""
        till, shop = self._session.till, self._session.shop
        if shop is None or not shop.asks_float:
            return

        def answered(view: ShiftView | None) -> None:
            if view is None:
                self._session.navigator.show(Screen.SHIFT)

        self._session.lanes.look_up(till.shifts.current, answered, self._failed)

    def _failed(self, fault: Exception) -> None:
        self._wanted = False
        self._pin.failed(fault)
        self._tell()

    def _forget_pin(self) -> None:
        self._pin.forget()
        self._wanted = False
        self._badge = ""
        if self._early.forget():
            self._pin.busy = False

    def _walk(self, way: Callable[[int, int, int], int]) -> None:
        ids = [operator.id for operator in self._operators]
        if self._chosen in ids:
            self.choose(ids[way(ids.index(self._chosen), len(ids), self._columns)])

    # Wording

    def _tell(self) -> None:
        words = self._session.words
        locked = self._last is not None
        self._show(
            SignInState(
                title=words("sign_in.locked_title" if locked else "sign_in.title"),
                hint=words("sign_in.locked_hint" if locked else "sign_in.hint"),
                operators=tuple(self._tile(operator) for operator in self._operators),
                pin_title=self._pin_title(),
                dots=len(self._pin.digits),
                dots_shown=self._pin.dots_shown,
                message=self._message_text(),
                refused=self._pin.refused,
                wait_s=self._pin.wait_s,
                button=words("sign_in.unlock" if locked else "sign_in.sign_in"),
                ready=self._pin.ready,
                loading=not self._loaded,
                busy=self._pin.busy,
                locked=locked,
                note=self._note(),
                languages=tuple(
                    LanguageTile(
                        code=code, label=LANGUAGE_NAMES[code], chosen=code == words.language
                    )
                    for code in LANGUAGES
                ),
            )
        )

    def _note(self) -> str:
        """That no network is needed; in the demo shop, with what one signs in."""
        words = self._session.words
        if not self._demo:
            return words("sign_in.offline_note")
        pins = " · ".join(f"{name} {pin}" for name, pin in self._demo)
        return words("sign_in.demo_pins", pins=pins)

    def _tile(self, operator: Operator) -> OperatorTile:
        words = self._session.words
        role = words(ROLE_CODES[operator.role])
        if operator.id == self._last:
            role = f"{role} · {words('sign_in.last_used')}"
        return OperatorTile(
            operator_id=operator.id,
            name=operator.name,
            role=role,
            initial=operator.name.strip()[:1].upper(),
            chosen=operator.id == self._chosen,
        )

    def _pin_title(self) -> str:
        words = self._session.words
        for operator in self._operators:
            if operator.id == self._chosen:
                return words("sign_in.pin_title", name=operator.name)
        return words("sign_in.pin_title_nobody")

    def _message_text(self) -> str:
        words = self._session.words
        if self._pin.message:
            return self._pin.message
        if not self._loaded:
            return words("sign_in.opening")
        return "" if self._operators else words("sign_in.nobody")


def below(at: int, names: int, columns: int) -> int:
    """The place under `at` among `names` in rows of `columns`; past the lowest the top of the
    column. A short last row is reached at its end; in a single row it is the next name.
    """
    if names <= columns:
        return (at + 1) % names
    last_row = (names - 1) // columns
    if at // columns == last_row:
        return at % columns
    return min(at + columns, names - 1)


def above(at: int, names: int, columns: int) -> int:
    """The place over `at`, as `below` counts; over the top the lowest of the column."""
    if names <= columns:
        return (at - 1) % names
    if at >= columns:
        return at - columns
    return min((names - 1) // columns * columns + at, names - 1)


def demo_pins(till: Till, operators: tuple[Operator, ...]) -> tuple[tuple[str, str], ...]:
    """Name and PIN of the demo's staff; nothing in a book that is not marked as a demo."""
    from posloyalty.services.shop.demo_staff import DEMO_SETTING, STAFF

    with till.book.read() as reader:
        if reader.settings.get(DEMO_SETTING) is None:
            return ()
    known = {(role, name): pin for role, pin, names in STAFF for name in names.values()}
    told = ((o.name, known.get((o.role, o.name), "")) for o in operators)
    return tuple((name, pin) for name, pin in told if pin)


ROLE_CODES: Final = {
    "cashier": "sign_in.role_cashier",
    "supervisor": "sign_in.role_supervisor",
    "manager": "sign_in.role_manager",
}
