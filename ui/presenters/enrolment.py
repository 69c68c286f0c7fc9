"""Joining at the counter: a phone number, the terms, and whatever else the member cares to say.

Shape: `EnrolmentState` is the half-filled form. It outlives scans, other screens and the lock: only
joining or "clear form" empties it. The phone may come from the search line, so that a number nobody
has yet needs no second typing: eleven digits, Enter, Space for the terms, F12.

Promise: nothing but what the member said is ever ticked, and a number is never enrolled twice: the
check runs when the typing has paused, and the service checks again when it books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.member import Identifier, IdentifierKind, masked_phone
from posloyalty.domain.members.phone import WHOLE_LEAST, phone_digits
from posloyalty.domain.values.fixed_point import narrow
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.asking_office import ask_office, may_ask
from ui.presenters.base import Presenter
from ui.presenters.birthday_text import BadBirthday, parse_birthday
from ui.presenters.faults import fault_text
from ui.presenters.form import Draft, finding, tick
from ui.presenters.ports import Cancel, Sound, ToastKind
from ui.presenters.reserving import asked_first
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.members.enrol_member import Enrolled
    from posloyalty.services.members.find_member import MemberRow

PHONE_LEAST: Final = WHOLE_LEAST
PHONE_MOST: Final = 15
NAME_MOST: Final = 80
TYPING_PAUSE_MS: Final = 250
TERMS: Final = "terms"
# Purpose and channel of every answer that may be given when joining; only the terms are required.
CONSENTS: Final = ((TERMS, ""), ("marketing", "sms"), ("notes", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTile:
    """One answer: `key` is purpose and channel."""

    key: str
    label: str
    note: str
    granted: bool
    required: bool
    finding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentState:
    """The form as shown. `duplicate` is who has the number already; then there is no joining."""

    phone: str = ""
    phone_note: str = ""
    phone_finding: str = ""
    duplicate: bytes | None = None
    duplicate_name: str = ""
    name: str = ""
    name_finding: str = ""
    birthday: str = ""
    birthday_finding: str = ""
    consents: tuple[ConsentTile, ...] = ()
    started: bool = False
    busy: bool = False
    findings: int = 0


class EnrolmentPresenter(Presenter[EnrolmentState]):
    """Keeps the form, looks for duplicates, books the member and says who joined."""

    def __init__(
        self, session: Session, *, joined: Callable[[Enrolled], None], changed: Callable[[], None]
    ) -> None:
        super().__init__(EnrolmentState())
        self._session = session
        self._joined = joined
        self._changed = changed
        self._draft = Draft()
        self._typed_here = False
        self._duplicate: MemberRow | None = None
        self._checked = ""
        self._checking = False
        self._cancel_check: Cancel | None = None
        self._busy = False
        self._tell()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    # Intents

    def propose_phone(self, digits: str) -> None:
        """The search line holds what may be a phone number; a number typed here is not lost."""
        if self._typed_here or self._busy:
            return
        self._draft.change("phone", digits)
        self._check_soon()
        self._tell()

    def change_phone(self, text: str) -> None:
        """The phone entry was typed into."""
        self._typed_here = bool(text)
        self._draft.change("phone", text)
        self._check_soon()
        self._tell()

    def change_name(self, text: str) -> None:
        """The name entry was typed into."""
        self._draft.change("name", text)
        self._tell()

    def change_birthday(self, text: str) -> None:
        """The birthday entry was typed into."""
        self._draft.change("birthday", text)
        self._tell()

    def answer(self, key: str, granted: bool) -> None:
        """The member agreed, or took it back."""
        self._draft.change(key, tick(granted))
        self._tell()

    def clear(self) -> None:
        """Empty the form."""
        self._stop_check()
        self._draft = Draft()
        self._typed_here = False
        self._duplicate = None
        self._checked = ""
        self._tell()

    def join(self) -> None:
        """Book the member, or show everything that is still missing."""
        if self._busy or self._duplicate is not None:
            return
        self._check_entries()
        if self._draft.findings:
            self._session.sounds.play(Sound.REFUSED)
            self._tell()
            return
        self._ask_and_book()
        self._tell()

    def check_again(self) -> None:
        """Somebody came into the book who may have the typed number."""
        self._check_now()

    @property
    def duplicate(self) -> MemberRow | None:
        """Who has the typed number already."""
        return self._duplicate

    # The work

    def _ask_and_book(self) -> None:
        """Who joined at another store a moment ago joins here no second time."""
        digits = self._digits()
        whom = Identifier(IdentifierKind.PHONE, digits)
        if not may_ask(self._session, whom):
            self._book()
            return

        def over(found: bool) -> None:
            self._busy = False
            if found and digits == self._digits():
                self._session.sounds.play(Sound.REFUSED)
                self._check_now()
            else:
                self._book()
            self._tell()

        self._busy = True
        ask_office(self._session, whom, over=over, late=self.check_again)

    def _book(self) -> None:
        from posloyalty.services.members.enrol_member import EnrolForm

        operator = self._session.operator
        if operator is None:
            return
        draft, till = self._draft, self._session.till
        form = EnrolForm(
            phone=self._digits(),
            name=draft.text("name"),
            birthday=parse_birthday(draft["birthday"]),
            consents=tuple(
                (purpose, channel, draft.ticked(_key(purpose, channel)))
                for purpose, channel in CONSENTS
            ),
            language=self._session.words.language,
        )
        self._busy = True

        def go(_asked: object) -> None:
            # Whatever came of it, somebody joins: a welcome that is not there holds nobody up.
            self._session.lanes.write(
                lambda: till.enrol.enrol(form, operator), self._booked, self._refused
            )

        if till.reserve_use.asks:
            asked_first(self._session, till.reserve_use.of_newcomer, go)
        else:
            go(None)

    def _booked(self, enrolled: Enrolled) -> None:
        self._busy = False
        self.clear()
        self._joined(enrolled)

    def _refused(self, fault: Exception) -> None:
        self._busy = False
        if isinstance(fault, ServiceRefusal) and fault.findings:
            self._draft.take(fault)
        else:
            text = fault_text(fault, self._session.words)
            self._session.toasts.say(text, ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._check_now()
        self._tell()

    def _check_entries(self) -> None:
        draft, digits = self._draft, self._digits()
        if not digits:
            draft.find("phone", finding("member.finding_phone_needed"))
        elif len(digits) < PHONE_LEAST:
            draft.find(
                "phone", finding("member.finding_phone_short", n=len(digits), least=PHONE_LEAST)
            )
        elif len(digits) > PHONE_MOST:
            draft.find("phone", finding("member.finding_phone_long", most=PHONE_MOST))
        if len(draft.text("name")) > NAME_MOST:
            draft.find("name", finding("member.finding_name_long", most=NAME_MOST))
        try:
            parse_birthday(draft["birthday"])
        except BadBirthday:
            draft.find("birthday", finding("member.finding_birthday"))
        if not draft.ticked(TERMS):
            draft.find(TERMS, finding("member.finding_terms"))

    def _check_soon(self) -> None:
        self._stop_check()
        digits = self._digits()
        if digits != self._checked:
            self._duplicate = None
        if PHONE_LEAST <= len(digits) <= PHONE_MOST:
            self._cancel_check = self._session.timer.after(TYPING_PAUSE_MS, self._check_now)

    def _check_now(self) -> None:
        self._stop_check()
        digits = self._digits()
        if not PHONE_LEAST <= len(digits) <= PHONE_MOST or not self._session.till_open:
            return
        till = self._session.till
        self._checking = True

        def answered(row: MemberRow | None) -> None:
            self._checking = False
            if digits == self._digits():
                self._checked = digits
                self._duplicate = row
            self._tell()

        def failed(fault: Exception) -> None:
            self._checking = False
            self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
            self._tell()

        self._session.lanes.look_up(lambda: till.enrol.duplicate(digits), answered, failed)
        self._tell()

    def _stop_check(self) -> None:
        if self._cancel_check is not None:
            self._cancel_check()
            self._cancel_check = None

    def _digits(self) -> str:
        return phone_digits(self._draft["phone"])

    # Wording

    def _tell(self) -> None:
        words, draft = self._session.words, self._draft
        findings = {name: found.worded(words) for name, found in draft.findings.items()}
        duplicate = self._duplicate
        name = "" if duplicate is None else duplicate.name or masked_phone(duplicate.phone or "")
        self._show(
            EnrolmentState(
                phone=draft["phone"],
                phone_note=self._phone_note(),
                phone_finding=findings.get("phone", ""),
                duplicate=None if duplicate is None else duplicate.member_id,
                duplicate_name=name,
                name=draft["name"],
                name_finding=findings.get("name", ""),
                birthday=draft["birthday"],
                birthday_finding=findings.get("birthday", ""),
                consents=tuple(self._consent(p, c, findings) for p, c in CONSENTS),
                started=any(draft.values.values()),
                busy=self._busy,
                findings=len(findings),
            )
        )
        self._changed()

    def _phone_note(self) -> str:
        words, digits = self._session.words, self._digits()
        if self._duplicate is not None:
            return words("member.duplicate")
        if self._checking:
            return words("member.checking_duplicate")
        if digits and digits == self._checked:
            return words("member.no_duplicate")
        return words("member.phone_hint")

    def _consent(self, purpose: str, channel: str, findings: dict[str, str]) -> ConsentTile:
        key = _key(purpose, channel)
        required = purpose == TERMS
        note = "member.consent_required" if required else "member.consent_own_wish"
        return ConsentTile(
            key=key,
            label=self._session.words(f"member.consent_{key}"),
            note=self._session.words(note),
            granted=self._draft.ticked(key),
            required=required,
            finding=findings.get(key, ""),
        )


def looks_like_phone(text: str) -> bool:
    """Whether a search text can only be the beginning of a phone number."""
    plain = narrow(text[:40]).strip()
    return len(phone_digits(plain)) >= PHONE_LEAST and not set(plain) - set("0123456789+-() ")


def _key(purpose: str, channel: str) -> str:
    return f"{purpose}_{channel}" if channel else purpose
