"""The section "head office": joining it, how sending stands, and every record that is on its way.

Shape: the list begins with head office itself, and with what this till may hand out when it cannot
ask, as head office set it: who answers a customer can look it up, and nobody changes it here. Below
stand the records that it does not have yet, the newest first, and those that it took in a special
way. An opened record says what it is, how it stands, why, and what helps. A till that is alone has
the form to join: an address and the joining code, which is typed as it is printed, small letters
and blanks too. Where another till has this one's name it is given another till code there, by which
its receipts are numbered from then on. Where head office has another address, it is typed here and
taken only where this till's own head office answers there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from posloyalty.domain.values.money import currency, format_amount
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words
from posloyalty.wording.office_reasons import stopped_reason
from ui.presenters.form import Field, FieldKind, Finding
from ui.presenters.ports import ToastKind
from ui.presenters.settings.section import Act, Entry, Notice, NoticeKind, Section, SectionState
from ui.presenters.strip import is_restored

if TYPE_CHECKING:
    from posloyalty.services.office.send_journal import SendingStatus
    from posloyalty.services.ports.head_office import OfficeFacts
    from posloyalty.services.ports.outbox import OutboxRow
    from posloyalty.services.shop.shop_settings import ShopDetails
    from posloyalty.sync.risk_policy import RiskPolicy

    _Read = tuple[OfficeFacts | None, SendingStatus, tuple[OutboxRow, ...], RiskPolicy | None]

OFFICE: Final = "office"
POLICY: Final = "policy"
RETRY: Final = "retry"
MOVE: Final = "move"
STAY: Final = "stay"
ROWS_MOST: Final = 200
AGAIN_MS: Final = 2_000
YEAR: Final = len("2026-")
"""What the list leaves out of a day."""
ADDRESS_MOST: Final = 200
CODE_MOST: Final = 20
TILL_MOST: Final = 6
NAME_TAKEN: Final = "TILL_NAME_TAKEN"
CLONE: Final = "clone"
ALONE: Final = "alone"
WAITING: Final = "waiting"
UP_TO_DATE: Final = "up_to_date"
"""How sending stands, as the service names it."""
JOINS_AGAIN: Final = frozenset({"REVOKED", "CERTIFICATE_EXPIRED", "UNKNOWN_TILL", "CLONE_SUSPECT"})
"""Why head office takes nothing from a till until it has typed a new joining code."""
SUMS: Final = (
    "lease_minor", "floor_minor", "till_day_minor", "store_day_minor", "override_minor",
    "override_day_minor", "voucher_face_minor",
)  # fmt: skip
"""The policy's amounts that matter at a counter, as it names them."""


class HeadOfficeSection(Section):
    """Head office, and what is on its way there."""

    _facts: OfficeFacts | None = None
    _status: SendingStatus | None = None
    _rows: tuple[OutboxRow, ...] = ()
    _policy: RiskPolicy | None = None
    _chosen: str = OFFICE
    _reading: bool = False
    _stale: bool = False
    _moving: bool = False
    """Whether another address is typed."""
    _renames: bool = False
    """Whether another till code is typed, because another till has this one's."""

    def opened(self, **arguments: object) -> None:
        """Read how it stands."""
        self._read()
        self.tell()

    def choose(self, key: str) -> None:
        """Open an entry of the list."""
        self._chosen, self._moving, self._renames = key, False, False
        self.draft.load(self.draft.stored if key == OFFICE else {})
        self.tell()

    def leave(self) -> None:
        """Back to the list."""
        self.choose("")

    def act(self, name: str, path: str = "") -> None:
        """Try again now, or begin to type another address and stop doing so."""
        if self.busy:
            return
        if name in (MOVE, STAY) and self._facts is not None:
            self._moving = name == MOVE
            self.draft.load({"address": self._facts.url} if self._moving else {})
            if self._moving:
                self.want("address")
            self.tell()
        if name != RETRY:
            return
        self.busy = True
        sending = self.session.till.sending

        def asked(_nothing: None) -> None:
            self.busy = False
            # The sending lane takes it up within a second; then the list is read anew.
            self.session.timer.after(AGAIN_MS, self._read)
            self.tell()

        self.session.lanes.sending(sending.retry, asked, self.failed)
        self.tell()

    def save(self) -> None:
        """Join, join again where head office asks for it, or go on at another address; then send
        without any wait.
        """
        if self._moving:
            self._move()
            return
        url, code = self._address(), self.draft.text("code").strip()
        till = self.draft.text("till").strip().upper() if self._renames else ""
        joining, sending = self.session.till.joining, self.session.till.sending
        shop = self.session.till.shop
        if not self._joins() or self.busy or not (url and code):
            return
        self.busy = True

        def join() -> tuple[OfficeFacts, ShopDetails]:
            facts = joining.join(url, code, till_code=till)
            sending.retry()
            return facts, shop.details()

        def joined(came: tuple[OfficeFacts, ShopDetails]) -> None:
            facts, details = came
            self.busy = self._renames = False
            self._facts = facts
            self.draft.load({})
            told, name = ("joined_as" if till else "joined"), f"{facts.store}-{facts.till}"
            words = self.session.words(f"outbox.{told}", store=facts.store, till=name)
            self.say(words, ToastKind.GOOD)
            self.session.shop_changed(details)  # it goes by another name now
            self.session.joined()
            self._read()
            self.tell()

        self.session.lanes.sending(join, joined, self.failed)
        self.tell()

    def discard(self) -> None:
        """What was typed goes, and the form for another address with it."""
        self._moving = self._renames = False
        super().discard()

    def _move(self) -> None:
        url, moving, sending = self._address(), self.session.till.moving, self.session.till.sending
        if self.busy or not self._moves():
            return
        self.busy = True

        def move() -> OfficeFacts:
            facts = moving.move(url)
            sending.retry()
            return facts

        def moved(facts: OfficeFacts) -> None:
            self.busy = self._moving = False
            self._facts = facts
            self.draft.load({})
            self.say(self.session.words("outbox.moved"), ToastKind.GOOD)
            self._read()
            self.tell()

        self.session.lanes.sending(move, moved, self.failed)
        self.tell()

    def failed(self, fault: Exception) -> None:
        """A code that was mistyped, or an address, stands at its entry."""
        self.busy = self._reading = False
        entry = _ENTRY_OF.get(fault.reason) if isinstance(fault, ServiceRefusal) else None
        if entry is not None and isinstance(fault, ServiceRefusal):
            self._renames = self._renames or fault.reason == NAME_TAKEN
            self.draft.find(entry, Finding(f"refusal.{fault.reason}", dict(fault.facts)))
            self.refused()
        else:
            super().failed(fault)
        self.tell()

    # What is known

    def sending_changed(self) -> None:
        """Read again; what changes while that goes on is read once more after it."""
        self._stale = True
        if not self._reading:
            self._read()

    def _joins(self) -> bool:
        """Whether a joining code helps: nobody joined yet, or head office wants a new one."""
        status = self._status
        again = status is not None and status.reason in JOINS_AGAIN
        if self._chosen != OFFICE or self._moving:
            return False
        return self._facts is None or again

    def _moves(self) -> bool:
        """Whether an address other than the present one was typed."""
        present = "" if self._facts is None else self._facts.url
        return self._moving and self._address() not in ("", present)

    def _address(self) -> str:
        """Whom to join; a till that joins again stays with its head office, where it is."""
        if self._facts is None or self._moving:
            return self.draft.text("address").strip()
        return self._facts.url

    def _read(self) -> None:
        till = self.session.till
        self._reading, self._stale = True, False

        def read() -> _Read:
            facts = till.joining.joined()
            rows = () if facts is None else till.sending.rows(most=ROWS_MOST)
            policy = None if facts is None else till.lending.policy
            return facts, till.sending.status(), rows, policy

        self.look_up(read, self._came)

    def _came(self, found: _Read) -> None:
        self._reading = False
        self._facts, self._status, self._rows, self._policy = found
        there = ("", OFFICE) if self._policy is None else ("", OFFICE, POLICY)
        if self._chosen not in there and self._row() is None:
            self._chosen = OFFICE
        self.tell()
        if self._stale:
            self._read()

    def _row(self) -> OutboxRow | None:
        return next((one for one in self._rows if str(one.seq) == self._chosen), None)

    # Wording

    def tell(self) -> None:
        """Word the list and what is open."""
        words = self.session.words
        form = self.draft.form(self._fields(), words, busy=self.busy)
        joins = self._joins()
        label = "outbox.use_address" if self._moving else "outbox.join" if joins else ""
        filled = bool(self._address() and self.draft.text("code").strip())
        self._show(
            SectionState(
                title=words("settings.section_office"),
                text=self._text(),
                entries=self._entries(),
                summary=self._summary(),
                empty=words("outbox.empty"),
                form_title=self._title(),
                form=form,
                acts=self._acts(),
                notices=self._notices(),
                notices_first=True,
                save_label=words(label) if label else "",
                can_save=(self._moves() or (joins and filled)) and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _entries(self) -> tuple[Entry, ...]:
        words = self.session.words
        office = Entry(
            key=OFFICE,
            title=words("settings.section_office"),
            note=self._standing(),
            chosen=self._chosen == OFFICE,
        )
        fixed = (office,) if self._policy is None else (office, self._policy_entry(self._policy))
        return (*fixed, *(self._entry(one) for one in self._rows))

    def _policy_entry(self, policy: RiskPolicy) -> Entry:
        return Entry(
            key=POLICY,
            title=self.session.words("outbox.policy"),
            note=self._which(policy),
            chosen=self._chosen == POLICY,
        )

    def _which(self, policy: RiskPolicy) -> str:
        words = self.session.words
        if policy.version:
            return words("policy.holds", version=policy.version)
        return words("outbox.policy_usual")

    def _entry(self, one: OutboxRow) -> Entry:
        return Entry(
            key=str(one.seq),
            title=_kind(self.session.words, one.kind),
            note=f"{self._how(one)} · {_when(one.at)[YEAR:]}",
            figure=f"{one.seq}",
            chosen=self._chosen == str(one.seq),
        )

    def _summary(self) -> str:
        words = self.session.words
        waiting = sum(one.state == "waiting" for one in self._rows)
        if not self._rows:
            return ""
        if len(self._rows) == ROWS_MOST and self._status is not None:
            waiting = max(waiting, self._status.waiting)  # more than stand in the list
        return words.counted("outbox.summary", waiting)

    def _how(self, one: OutboxRow) -> str:
        words = self.session.words
        if one.reason:
            return words(f"outbox.special_{one.reason.lower()}")
        return words(f"outbox.state_{one.state}")

    def _standing(self) -> str:
        words, status = self.session.words, self._status
        if self._facts is None or status is None:
            return words("outbox.alone")
        if is_restored(status):
            return words("strip.sending_frozen")
        # Who joined just now has not begun to send.
        sending = WAITING if status.sending == ALONE else status.sending
        return words(f"outbox.sending_{sending}")

    def _text(self) -> str:
        if self._moving:
            return self.session.words("outbox.move_text")
        if self._renames:
            return ""  # what stands at the entry needs the room
        if self._chosen == OFFICE and self._facts is None:
            return self.session.words("outbox.join_text")
        return ""

    def _title(self) -> str:
        one = self._row()
        if one is not None:
            return _kind(self.session.words, one.kind)
        titles = {OFFICE: "settings.section_office", POLICY: "outbox.policy"}
        return self.session.words(titles[self._chosen]) if self._chosen in titles else ""

    def _fields(self) -> tuple[Field, ...]:
        words, one = self.session.words, self._row()
        if one is not None:
            return (
                _shown("number", words("outbox.number"), f"{one.seq}"),
                _shown("when", words("outbox.when"), _when(one.at)),
                _shown("state", words("outbox.state"), self._how(one)),
            )
        if self._chosen == POLICY and self._policy is not None:
            return self._limits(self._policy)
        if self._chosen != OFFICE:
            return ()
        code = Field(
            name="code",
            label=words("outbox.code"),
            hint=words("outbox.code_hint"),
            length_max=CODE_MOST,
        )
        till = Field(
            name="till",
            label=words("outbox.till"),
            hint=words("outbox.till_hint"),
            length_max=TILL_MOST,
        )
        codes = (code, till) if self._renames else (code,)
        address = Field(
            name="address",
            label=words("outbox.address"),
            hint=words("outbox.address_hint"),
            length_max=ADDRESS_MOST,
        )
        if self._facts is not None:
            at = _shown("address", words("outbox.address"), self._facts.url)
            return (
                address if self._moving else at,
                _shown("store", words("outbox.store"), self._facts.store),
                _shown("state", words("outbox.state"), self._standing()),
                *(codes if self._joins() else ()),
            )
        return (address, *codes)

    def _limits(self, policy: RiskPolicy) -> tuple[Field, ...]:
        """What a cashier may be asked about, in the shop's money."""
        words, shop = self.session.words, self.session.shop
        money = currency("CNY" if shop is None else shop.currency)
        sums = {name: format_amount(getattr(policy, name), money) for name in SUMS}
        hours = policy.stale_after // timedelta(hours=1)
        answer = words("policy.is_so" if policy.card_offline else "policy.is_not")
        back = policy.returns_minor
        sums["returns_minor"] = (
            words("policy.each_shop") if back is None else format_amount(back, money)
        )
        values = {**sums, "stale_after": words("policy.hours", hours=hours), "card_offline": answer}
        return tuple(_shown(name, words(f"policy.{name}"), said) for name, said in values.items())

    def _acts(self) -> tuple[Act, ...]:
        words, one = self.session.words, self._row()
        if (
            self._chosen == POLICY
            or self._facts is None
            or (one is not None and one.state == "acked")
        ):
            return ()
        rests = not self.busy
        if self._moving:
            stay = words("outbox.keep_address")
            return (Act(name=STAY, label=stay, icon="undo", enabled=rests),)
        retry = Act(name=RETRY, label=words("outbox.retry"), icon="sync", enabled=rests)
        if one is not None:
            return (retry,)
        return (retry, Act(name=MOVE, label=words("outbox.move"), icon="edit", enabled=rests))

    def _notices(self) -> tuple[Notice, ...]:
        words, status, one = self.session.words, self._status, self._row()
        if one is not None:
            code = f"special_{one.reason.lower()}" if one.reason else f"state_{one.state}"
            return (Notice(words(f"outbox.{code}_text"), NoticeKind.PLAIN),)
        if self._chosen == POLICY and self._policy is not None:
            return (Notice(words("outbox.policy_text"), NoticeKind.PLAIN),)
        if self._chosen != OFFICE or self._facts is None or status is None or self._moving:
            return ()
        told = []
        if status.frozen and status.frozen != CLONE:
            told.append(Notice(words("app.sending_frozen"), NoticeKind.LOOK))
        if status.lacking:
            told.append(Notice(words("app.sending_lacking"), NoticeKind.LOOK))
        if status.reason:
            told.append(Notice(stopped_reason(words, status.reason), NoticeKind.REFUSED))
        if status.since:
            since = _when(status.since)
            told.append(Notice(words("outbox.offline_text", since=since), NoticeKind.PLAIN))
        if status.sending == UP_TO_DATE and not status.waiting and not status.frozen:
            told.append(Notice(words("app.sending_up_to_date"), NoticeKind.GOOD))
        return tuple(told)


_ENTRY_OF: Final = {
    "INSECURE_ADDRESS": "address",
    "HEAD_OFFICE_OUT_OF_REACH": "address",
    "HEAD_OFFICE_NOT_HERE": "address",
    "OTHER_HEAD_OFFICE": "address",
    "OLDER_HEAD_OFFICE": "address",
    "TLS_NOT_YET": "address",
    "TLS_OVER": "address",
    "TLS_UNKNOWN": "address",
    "CLOCK_OFF": "address",
    "JOINING_CODE_MISTYPED": "code",
    "CODE_UNKNOWN": "code",
    "CODE_USED": "code",
    "CODE_EXPIRED": "code",
    "CODE_OF_MANAGER": "code",
    NAME_TAKEN: "till",
    "TILL_CODE_FORM": "till",
}


def _kind(words: Words, kind: str) -> str:
    """What an event is called; one of a later release has no name here."""
    code = f"outbox.kind_{kind}"
    return words(code if words.has(code) else "outbox.kind_other")


def _when(at: str) -> str:
    """Day and time of an instant as the journal has it."""
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")


def _shown(name: str, label: str, value: str) -> Field:
    return Field(name=name, label=label, kind=FieldKind.SHOWN, value=value)
