"""The section "operators": who may sign in, as what, and with which PIN.

A PIN is typed twice and never shown, read back or logged; empty entries leave the PIN as it is.
A badge is made anew whenever it is asked for, goes to paper at once, and ends the one before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.values.money import currency
from ui.presenters.desks import Papers
from ui.presenters.form import Choice, Draft, Field, FieldKind, finding, tick
from ui.presenters.pin_entry import PIN_LEAST, PIN_MOST
from ui.presenters.ports import ToastKind
from ui.presenters.session import Session
from ui.presenters.settings import authority
from ui.presenters.settings.section import Act, Entry, Section, SectionState
from ui.presenters.sign_in import ROLE_CODES

if TYPE_CHECKING:
    from posloyalty.services.shop.shop_settings import ShopDetails

NEW: Final = "new"
LIMITS: Final = "limits"
ISSUE, WITHDRAW = "badge", "withdraw"


class OperatorsSection(Section):
    """A list of people and the form of the chosen one; last how far each role may go."""

    def __init__(self, session: Session, *, papers: Papers) -> None:
        super().__init__(session)
        self._papers = papers
        self._badges: dict[str, bool] = {}
        self.places = {"new_pin": "pin"}

    _people: tuple[Operator, ...] = ()
    _chosen: str = ""

    def opened(self, **arguments: object) -> None:
        """Read the people anew."""
        self.look_up(self.session.till.people.all, self._came)
        self.tell()

    def choose(self, key: str) -> None:
        """Open a person's form."""
        self._chosen = key
        if key == LIMITS:
            self._load_limits()
            return
        person = self._person()
        self.draft.load(
            {
                "name": person.name if person is not None else "",
                "role": person.role.value if person is not None else Role.CASHIER.value,
                "active": tick(person is None or person.active),
                "pin": "",
                "pin_again": "",
            }
        )
        self.want("name")
        self.tell()

    def _load_limits(self) -> None:
        shop = self.session.shop
        if shop is not None:
            self.draft.load(authority.loaded(shop.authority, currency(shop.currency)))
        self.tell()

    def _save_limits(self) -> None:
        shop, till = self.session.shop, self.session.till
        if shop is None:
            return
        bounds = authority.read(self.draft, currency(shop.currency))
        if self.draft.findings:
            self.refused()
            return
        changed = replace(shop, bounds=bounds)

        def done(saved: ShopDetails) -> None:
            self.session.shop_changed(saved)
            self.saved(self.session.words("settings.limits"))
            self._load_limits()

        self.write(lambda operator: till.shop.save(changed, operator), done)

    def leave(self) -> None:
        """Back to the list; what was not saved is dropped."""
        self._chosen = ""
        self.draft.load({})
        self.tell()

    def new(self) -> None:
        """A form for somebody new."""
        self.choose(NEW)

    def save(self) -> None:
        """Check, then save."""
        from posloyalty.services.people.people import OperatorForm

        if self._chosen == LIMITS:
            self._save_limits()
            return
        draft, person = self.draft, self._person()
        draft.require("name")
        draft.bound(name=40)
        check_pins(draft, needed=person is None)
        if self._last_manager_goes(person):
            draft.find("role", finding("finding_last_manager"))
        if draft.findings:
            self.refused()
            return
        form = OperatorForm(
            id=None if person is None else person.id,
            name=draft.text("name"),
            role=Role(draft["role"]),
            active=draft.ticked("active"),
            new_pin=draft["pin"] or None,
        )
        till = self.session.till

        def done(saved: Operator) -> None:
            self.saved(saved.name)
            self._chosen = saved.id.hex()
            self.draft.load({})
            self.look_up(till.people.all, self._came)

        self.write(lambda operator: till.people.save(form, operator), done)

    def act(self, name: str, path: str = "") -> None:
        """A new badge for the chosen person, or none any more."""
        person, till, papers = self._person(), self.session.till, self._papers
        if person is None:
            return
        if name == WITHDRAW:
            self.write(
                lambda operator: till.badges.withdraw(person.id, operator),
                lambda _none: self._badge_changed(person, good=False),
            )
            return

        def made(text: str) -> None:
            self._badge_changed(person, good=True)
            self.session.lanes.printing(
                lambda: papers.badge(person.name, text), self._badge_out, self.failed
            )

        self.write(lambda operator: till.badges.issue(person.id, operator), made)

    def _badge_changed(self, person: Operator, *, good: bool) -> None:
        self._badges[person.id.hex()] = good
        code = "badge_made" if good else "badge_withdrawn"
        self.say(self.session.words(f"settings.{code}", name=person.name), ToastKind.GOOD)
        self.tell()

    def _badge_out(self, file: str) -> None:
        """It was printed, or stands in a file where there is no printer."""
        if file:
            self.say(self.session.words("settings.badge_file", path=file), ToastKind.GOOD)

    def discard(self) -> None:
        """Back to what is stored."""
        self.choose(self._chosen)

    def _came(self, people: tuple[Operator, ...]) -> None:
        self._people = people
        till, ids = self.session.till, [person.id for person in people]
        self.look_up(lambda: [till.badges.has_badge(one) for one in ids], self._badges_known)
        if self._chosen not in ("", NEW, LIMITS) and not self.draft.changed:
            self.choose(self._chosen)
        self.tell()

    def _badges_known(self, good: list[bool]) -> None:
        ids = (person.id.hex() for person in self._people)
        self._badges = dict(zip(ids, good, strict=True))
        self.tell()

    def _person(self) -> Operator | None:
        for person in self._people:
            if person.id.hex() == self._chosen:
                return person
        return None

    def _last_manager_goes(self, person: Operator | None) -> bool:
        if person is None or person.role is not Role.MANAGER:
            return False
        stays = self.draft["role"] == Role.MANAGER.value and self.draft.ticked("active")
        others = (p for p in self._people if p.id != person.id and p.active)
        return not stays and not any(p.role is Role.MANAGER for p in others)

    def tell(self) -> None:
        """Word the list and the form."""
        words = self.session.words
        person = self._person()
        form = self.draft.form(self._fields() if self._chosen else (), words, busy=self.busy)
        titles = {
            "": "",
            NEW: words("settings.operator_new"),
            LIMITS: words("settings.limits"),
        }
        self._show(
            SectionState(
                title=words("settings.section_operators"),
                entries=(*(self._entry(p) for p in self._people), self._limits_entry()),
                empty=words("settings.choose_entry"),
                new_label=words("settings.operator_new"),
                form_title=person.name if person is not None else titles.get(self._chosen, ""),
                form=form,
                acts=self._acts(person),
                save_label=words("settings.save"),
                can_save=bool(self._chosen) and form.changed and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _acts(self, person: Operator | None) -> tuple[Act, ...]:
        if person is None or not person.active:
            return ()
        words, good = self.session.words, self._badges.get(person.id.hex(), False)
        acts = [
            Act(name=ISSUE, label=words("settings.badge_new"), icon="qr", enabled=not self.busy)
        ]
        if good:
            withdraw = words("settings.badge_withdraw")
            acts.append(Act(name=WITHDRAW, label=withdraw, icon="close", enabled=not self.busy))
        return tuple(acts)

    def _limits_entry(self) -> Entry:
        words = self.session.words
        return Entry(
            key=LIMITS,
            title=words("settings.limits"),
            note=words("settings.limits_note"),
            chosen=self._chosen == LIMITS,
        )

    def _entry(self, person: Operator) -> Entry:
        words = self.session.words
        note = words(ROLE_CODES[person.role])
        if not person.active:
            note = f"{note} · {words('settings.operator_inactive')}"
        return Entry(
            key=person.id.hex(),
            title=person.name,
            note=note,
            chosen=person.id.hex() == self._chosen,
            dim=not person.active,
        )

    def _fields(self) -> tuple[Field, ...]:
        words = self.session.words
        if self._chosen == LIMITS:
            return authority.fields(words)
        known = self._person() is not None
        roles = tuple(Choice(role.value, words(ROLE_CODES[role])) for role in Role)
        return (
            Field(name="name", label=words("settings.operator_name"), kind=FieldKind.PERSON),
            Field(
                name="role",
                label=words("settings.operator_role"),
                kind=FieldKind.CHOICE,
                choices=roles,
            ),
            Field(
                name="pin",
                label=words("settings.operator_new_pin" if known else "settings.operator_pin"),
                kind=FieldKind.PIN,
                hint=words("settings.operator_pin_hint") if known else "",
                half=True,
                length_max=PIN_MOST,
            ),
            Field(
                name="pin_again",
                label=words("settings.operator_pin_again"),
                kind=FieldKind.PIN,
                half=True,
                length_max=PIN_MOST,
            ),
            Field(name="active", label=words("settings.operator_active"), kind=FieldKind.TICK),
        )


def check_pins(draft: Draft, *, needed: bool) -> None:
    """Find what is wrong with a PIN that was typed twice into "pin" and "pin_again"."""
    pin, again = draft["pin"], draft["pin_again"]
    if not pin and not again:
        if needed:
            draft.find("pin", finding("finding_pin_needed"))
        return
    if not (pin.isascii() and pin.isdigit() and PIN_LEAST <= len(pin) <= PIN_MOST):
        draft.find("pin", finding("finding_pin", least=PIN_LEAST, most=PIN_MOST))
    elif easy_pin(pin):
        draft.find("pin", finding("finding_pin_easy"))
    if pin != again:
        draft.find("pin_again", finding("finding_pin_differs"))


def easy_pin(pin: str) -> bool:
    """Whether a PIN is one digit repeated or counts up or down."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps in ({0}, {1}, {-1})
