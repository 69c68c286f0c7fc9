"""The first run: from nothing to a till that sells, in under three minutes, by keyboard or touch.

Shape: `WizardState` is one step: title, text, a form or a choice, and what the buttons say. Answers
of every step are kept, so that going back loses nothing. The book is made after the last question;
then the recovery code is shown, once, and its last group has to be typed before the way goes on.

No answer leaves this presenter but in `WizardAnswers`; neither PIN nor code is ever logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from posloyalty.domain.values.currencies import CURRENCIES
from posloyalty.domain.values.fixed_point import narrow
from ui.presenters.base import Presenter
from ui.presenters.desks import BookMaker, MadeBook, WizardAnswers
from ui.presenters.faults import fault_text
from ui.presenters.form import Draft, Form, finding
from ui.presenters.markets import LANGUAGE_COUNTRY, proposals
from ui.presenters.ports import Sound
from ui.presenters.session import Session
from ui.presenters.settings.operators import check_pins
from ui.presenters.settings.printer import EXAMPLES, NEEDS_ADDRESS
from ui.presenters.wizard_fields import DEMO, EMPTY, step_fields

CODE_MOST: Final = 6


class Step(StrEnum):
    """The steps in their order."""

    LANGUAGE = "language"
    COUNTRY = "country"
    SHOP = "shop"
    MANAGER = "manager"
    PRINTER = "printer"
    DATA = "data"
    RECOVERY = "recovery"
    KEY = "key"
    DONE = "done"


STEPS: Final = tuple(Step)


@dataclass(frozen=True, slots=True, kw_only=True)
class WizardState:
    """One step as it is shown. `groups` are those of the recovery code."""

    step: Step = Step.LANGUAGE
    number: int = 1
    total: int = len(STEPS)
    progress: str = ""
    title: str = ""
    text: str = ""
    form: Form = field(default_factory=Form)
    notices: tuple[str, ...] = ()
    warning: str = ""
    groups: tuple[str, ...] = field(default=(), repr=False)
    next_label: str = ""
    can_next: bool = True
    can_back: bool = False
    skip_label: str = ""
    making: str = ""
    fault: str = ""
    focus: str = ""
    focus_n: int = 0


class WizardPresenter(Presenter[WizardState]):
    """Asks step by step, checks each step, makes the book, hands over the recovery code."""

    def __init__(self, session: Session, *, maker: BookMaker, ready: tuple[str, ...] = ()) -> None:
        super().__init__(WizardState())
        self._session = session
        self._maker = maker
        self._ready = ready
        self._step = Step.LANGUAGE
        self._making = False
        self._joined = (0, 0)
        self._fault: Exception | None = None
        self._made: MadeBook | None = None
        self._focus_n = 0
        self._draft = Draft(
            {
                "language": session.words.language,
                "store_code": "S01",
                "till_code": "T01",
                "printer_kind": "none",
                "printer_width": "80",
                "data": DEMO,
            }
        )
        self._take_country(LANGUAGE_COUNTRY[session.words.language])
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Go on where it stood."""
        self._tell()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    # Intents

    def change(self, name: str, value: str) -> None:
        """An entry was typed into or chosen."""
        self._draft.change(name, value)
        if name == "language":
            self._session.speak(value)
            if not self._draft["country_chosen"]:
                self._take_country(LANGUAGE_COUNTRY[value])
        elif name == "country":
            self._draft.change("country_chosen", "1")
            self._take_country(value)
        self._tell()

    def next(self) -> None:
        """Enter or F12: check this step and go on; after the last question make the book."""
        if self._making:
            return
        self._fault = None
        self._check()
        if self._draft.findings:
            self._session.sounds.play(Sound.REFUSED)
            self._focus_n += 1
            self._tell()
        elif self._step is Step.DATA:
            self._make()
        elif self._step is Step.DONE:
            self._maker.open()
        else:
            self._go(1)

    def skip(self) -> None:
        """No printer for now."""
        if self._step is Step.PRINTER:
            self._draft.change("printer_kind", "none")
            self._draft.change("printer_address", "")
            self._go(1)

    def main_action(self) -> None:
        """F12."""
        self.next()

    def enter(self) -> None:
        """The Enter key."""
        self.next()

    def escape(self) -> None:
        """The Esc key."""
        self.back()

    def back(self) -> None:
        """Esc: the step before, with its answers; once the book is made there is no way back."""
        if self._can_back:
            self._fault = None
            self._draft.findings.clear()
            self._go(-1)

    # The work

    @property
    def _can_back(self) -> bool:
        made = self._made is not None
        return not made and not self._making and self._step is not Step.LANGUAGE

    def _go(self, by: int) -> None:
        self._step = STEPS[STEPS.index(self._step) + by]
        self._focus_n += 1
        self._tell()

    def _take_country(self, country: str) -> None:
        proposed = proposals(country)
        draft = self._draft
        draft.change("country", proposed.code)
        draft.change("currency", proposed.currency)
        draft.change("timezone", proposed.timezones[0])
        draft.change("evaluation", "")

    def _check(self) -> None:
        draft = self._draft
        if self._step is Step.COUNTRY:
            self._check_country()
        elif self._step is Step.SHOP:
            draft.require("shop_name", "store_name")
            draft.bound(shop_name=60, store_name=60, address=200, tax_number=40, phone=40)
            for name in ("store_code", "till_code"):
                code = draft.text(name)
                if not (code.isascii() and code.isalnum() and len(code) <= CODE_MOST):
                    draft.find(name, finding("wizard.finding_code"))
        elif self._step is Step.MANAGER:
            draft.require("manager_name")
            draft.bound(manager_name=40)
            check_pins(draft, needed=True)
        elif self._step is Step.PRINTER:
            kind = draft["printer_kind"]
            if kind in NEEDS_ADDRESS and not draft.text("printer_address"):
                example = EXAMPLES[kind]
                draft.find("printer_address", finding("finding_address", example=example))
        elif self._step is Step.RECOVERY:
            typed = _plain(draft["recovery_check"])
            if typed != _plain(self._groups()[-1]):
                draft.find("recovery_check", finding("wizard.recovery_wrong"))

    def _check_country(self) -> None:
        draft = self._draft
        if draft["currency"] not in CURRENCIES:
            draft.find("currency", finding("wizard.finding_currency"))
        if not draft.text("timezone"):
            draft.find("timezone", finding("finding_required"))
        if proposals(draft["country"]).fiscal_rule and not draft.ticked("evaluation"):
            draft.find("evaluation", finding("wizard.evaluation_needed"))

    def _make(self) -> None:
        answers = self._answers()
        self._making, self._joined = True, (0, 0)

        def made(book: MadeBook) -> None:
            self._making = False
            self._made = book
            for name in ("pin", "pin_again"):
                self._draft.change(name, "")
            self._go(1)

        def failed(fault: Exception) -> None:
            self._making = False
            self._fault = fault
            self._session.sounds.play(Sound.REFUSED)
            self._tell()

        def moved(joined: int, members: int) -> None:
            self._joined = (joined, members)
            self._tell()

        lanes = self._session.lanes
        lanes.long(lambda told: self._maker.make(answers, told), made, failed, moved)
        self._tell()

    def _answers(self) -> WizardAnswers:
        draft = self._draft
        return WizardAnswers(
            language=draft["language"],
            country=proposals(draft["country"]),
            currency=draft["currency"],
            timezone=draft["timezone"],
            shop_name=draft.text("shop_name"),
            store_name=draft.text("store_name"),
            store_code=draft.text("store_code").upper(),
            till_code=draft.text("till_code").upper(),
            address=draft.text("address"),
            tax_number=draft.text("tax_number"),
            phone=draft.text("phone"),
            manager_name=draft.text("manager_name"),
            pin=draft["pin"],
            printer_kind=draft["printer_kind"],
            printer_address=draft.text("printer_address"),
            receipt_width_mm=int(draft["printer_width"]),
            demo=draft["data"] != EMPTY,
            programme=draft["programme"] if draft["data"] == EMPTY else "",
        )

    def _groups(self) -> tuple[str, ...]:
        return () if self._made is None else tuple(self._made.recovery_code.split("-"))

    # Wording

    def _tell(self) -> None:
        words, step = self._session.words, self._step
        form = self._draft.form(step_fields(step.value, self._draft, words, self._ready), words)
        number = STEPS.index(step) + 1
        labels = {Step.DATA: "create", Step.RECOVERY: "recovery_written", Step.DONE: "start"}
        label = labels.get(step, "next")
        if self._fault:
            label = "try_again"
        self._show(
            WizardState(
                step=step,
                number=number,
                progress=words("wizard.step", n=number, total=len(STEPS)),
                title=words(f"wizard.{step.value}_title"),
                text=self._text(),
                form=form,
                notices=self._notices(),
                warning=self._warning(),
                groups=self._groups() if step is Step.RECOVERY else (),
                next_label=words(f"wizard.{label}"),
                can_next=not self._making,
                can_back=self._can_back,
                skip_label=words("wizard.skip") if step is Step.PRINTER else "",
                making=self._making_text() if self._making else "",
                fault=self._fault_text(),
                focus=form.first_finding or "",
                focus_n=self._focus_n,
            )
        )

    def _fault_text(self) -> str:
        """Why no book was made, in the present language."""
        if self._fault is None:
            return ""
        words = self._session.words
        return words("wizard.making_failed", reason=fault_text(self._fault, words))

    def _text(self) -> str:
        words = self._session.words
        if self._step is Step.DATA:
            return words("wizard.data_text")
        if self._step is Step.KEY:
            kept = self._made is not None and self._made.in_keystore
            return words("wizard.key_keystore" if kept else "wizard.key_file")
        if self._step is Step.DONE:
            return words("wizard.done_text", name=self._draft.text("manager_name"))
        return words(f"wizard.{self._step.value}_text")

    def _making_text(self) -> str:
        joined, members = self._joined
        made = self._session.words("wizard.making")
        return f"{made} · {joined:,} / {members:,}" if members else made

    def _notices(self) -> tuple[str, ...]:
        words = self._session.words
        if self._step is Step.KEY and self._made is not None:
            place = words("wizard.key_place", place=self._made.key_place)
            return (place, words("wizard.key_backups"))
        # Where the country asks for more, the warning says it with the device that is missing.
        if self._step is not Step.COUNTRY or self._warning():
            return ()
        return (words("wizard.not_fiscal"),)

    def _warning(self) -> str:
        words, proposed = self._session.words, proposals(self._draft["country"])
        if self._step is not Step.COUNTRY or not proposed.fiscal_rule:
            return ""
        country = words(f"wizard.country_{proposed.code}")
        return words("wizard.evaluation_only", country=country, rule=proposed.fiscal_rule)


def _plain(text: str) -> str:
    """A group as it is compared: upper case, without blanks or dashes."""
    return "".join(ch for ch in narrow(text[:80]).upper() if ch.isalnum())
