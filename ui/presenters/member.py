"""The member screen: find one, look closer, or let one join, while the sale stays open behind.

Shape: `MemberScreenState` holds the search with its ranked rows on one side and one pane on the
other: the form for a new member, a member's details, a card, or the replacing of a lost one.

Enter adds only what is certain: the one match of an exact search, or the row that the arrow keys or
a finger chose. With several matches it says so and guesses nothing. A phone number that nobody has
goes over into the new member's form. A scan goes where it belongs and the form stays half-filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.member import IdentifierKind, MemberStatus
from posloyalty.domain.members.phone import phone_digits
from posloyalty.domain.members.short_code import format_short_code
from ui.presenters.asking_office import AskingOffice
from ui.presenters.base import Presenter
from ui.presenters.card_at_counter import CardAtCounter
from ui.presenters.desks import Papers, SaleDesk
from ui.presenters.enrolment import EnrolmentPresenter, looks_like_phone
from ui.presenters.faults import fault_text
from ui.presenters.member_detail import MemberDetail, consent_label, member_detail
from ui.presenters.member_rows import (
    ROWS_MOST,
    member_tiles,
    name_of,
    nothing_found,
    summary,
    visit_lines,
)
from ui.presenters.member_state import Focus, MemberScreenState, Pane
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.search import LatestOnly
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.services.members.enrol_member import Enrolled, MemberCard
    from posloyalty.services.members.find_member import MemberFound, MemberPanel, MemberRow
    from posloyalty.services.ports import SaleRow

VISITS_MOST: Final = 5
AGAIN_MS: Final = 500
PROOF_LOOKED_UP: Final = "phone"


class MemberPresenter(Presenter[MemberScreenState]):
    """Searches as one types; adds, opens, enrols; shows and replaces cards."""

    def __init__(self, session: Session, *, desk: SaleDesk, papers: Papers) -> None:
        super().__init__(MemberScreenState())
        self._session = session
        self._desk = desk
        self._text = ""
        self._found: MemberFound | None = None
        self._found_for = ""
        self._total: int | None = None
        self._chosen: bytes | None = None
        self._pane = Pane.NEW
        self._panel: MemberPanel | None = None
        self._opening: bytes | None = None
        self._wallets: Mapping[str, tuple[str, int]] = {}
        self._visits: tuple[SaleRow, ...] = ()
        self._card = CardAtCounter(session, papers, came=self._card_came, failed=self._failed)
        self._enter_waits = False
        self._busy = False
        self._focus = Focus.SEARCH
        self._focus_n = 0
        self._asking = AskingOffice(
            session, found=self._found_there, nobody=self.enter, late=self._came_late
        )
        self._search = LatestOnly(
            session.lanes,
            job=lambda text: session.till.members.search(
                text, limit=ROWS_MOST, language=session.words.language
            ),
            done=self._answered,
            failed=self._failed,
        )
        self.enrolment = EnrolmentPresenter(session, joined=self._joined, changed=self._tell)
        session.subscribe(self._session_changed)
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """A fresh search beside the form as it was; or a member's details when one is named."""
        member_id = arguments.get("member_id")
        self._pane = Pane.NEW
        self._card.put_away()
        self._want(Focus.SEARCH)
        self._read_wallets()
        self.search("")
        if isinstance(member_id, bytes):
            self.open_member(member_id)

    def closed(self) -> None:
        """Another screen came to the front: what head office says now adds nobody to a sale."""
        self._asking.stop()

    def reworded(self) -> None:
        """Another language: the form and everything found is worded anew."""
        self._read_wallets()
        self.enrolment.reworded()
        if self._found_for:
            self._search.ask(self._found_for)
        if self._panel is not None and self._pane is Pane.DETAIL:
            self.open_member(self._panel.member.id)
        self._tell()

    def scanned(self, text: str) -> None:
        """A card joins the sale, a product goes into it; the form stays as it is."""
        self._desk.scanned(text)
        self._session.navigator.show(Screen.SALE)

    def typed(self, character: str) -> None:
        """Typing with no field in focus searches."""
        self._want(Focus.SEARCH)
        self.search(self._text + character)

    # Search

    def rub_out(self) -> None:
        """The pad takes the last character back."""
        self._want(Focus.SEARCH)
        self.search(self._text[:-1])

    def wipe(self) -> None:
        """The pad empties the search line."""
        self._want(Focus.SEARCH)
        self.search("")

    def search(self, text: str) -> None:
        """The search line was typed into."""
        self._text = text
        self._opening = None  # who types looks for somebody else: late details do not come between
        self._chosen = None
        self._enter_waits = False
        self._asking.forget()
        if self._pane is not Pane.NEW and text:
            self._pane = Pane.NEW
        self.enrolment.propose_phone(phone_digits(text) if looks_like_phone(text) else "")
        if self._session.till_open:
            self._search.ask(text.strip())
        self._tell()

    def choose(self, member_id: bytes) -> None:
        """A row was tapped."""
        self._chosen = member_id
        self._tell()

    def down(self) -> None:
        """The arrow key down."""
        self._step(1)

    def up(self) -> None:
        """The arrow key up."""
        self._step(-1)

    def enter(self) -> None:
        """Enter in the search line: add what is certain, or say what is not."""
        if self._search.busy or self._may_come:
            self._enter_waits = True
            return
        if self._asking.busy:
            return  # the answer does what Enter means
        words = self._session.words
        row = self._row_to_add()
        if row is not None:
            self._add(row.member_id, name_of(row, self._session.words))
        elif not self._text.strip():
            self._refuse(words("member.type_first"))
        elif self._found is not None and self._found.rows:
            self._refuse(words.counted("member.choose_one", len(self._found.rows)))
        elif self._asking.asks(self._text.strip()):
            self._tell()
        elif looks_like_phone(self._text):
            self._want(Focus.CONSENTS)
            self._tell()
        else:
            self._refuse(words("member.none_found", text=self._text.strip()))

    def add(self) -> None:
        """The button "add to sale": the chosen or only row, or the member shown at the side."""
        if self._pane is Pane.DETAIL and self._panel is not None:
            detail = self.state.detail
            self._add(self._panel.member.id, detail.name if detail is not None else "")
            return
        self.enter()

    def add_duplicate(self) -> None:
        """The typed number belongs to a member already: take that one."""
        row = self.enrolment.duplicate
        if row is not None:
            self.enrolment.clear()
            self._add(row.member_id, name_of(row, self._session.words))

    # Details, card

    def open(self) -> None:
        """The button "open": details of the chosen or only row."""
        row = self._row_to_add()
        if row is None:
            self.enter()
        else:
            self.open_member(row.member_id)

    def open_member(self, member_id: bytes) -> None:
        """Read a member's details and last visits together."""
        till, self._opening = self._session.till, member_id
        language = self._session.words.language

        def read() -> tuple[MemberPanel, tuple[SaleRow, ...]]:
            panel = till.members.panel(member_id, language=language)
            phone = panel.member.identifier(IdentifierKind.PHONE)
            return panel, till.history.page(limit=VISITS_MOST, text=phone) if phone else ()

        def answered(answer: tuple[MemberPanel, tuple[SaleRow, ...]]) -> None:
            if self._opening != member_id:
                return
            self._opening = None
            self._panel, self._visits = answer
            if self._panel.member.status is MemberStatus.ERASED:
                self._gone()
                return
            self._pane = Pane.DETAIL
            self._want(Focus.PANE)
            self._tell()

        self._session.lanes.look_up(read, answered, self._failed)

    def _gone(self) -> None:
        """Whoever was open is no more: back to the search, which finds them no longer."""
        self._panel, self._pane = None, Pane.NEW
        self._want(Focus.SEARCH)
        self._search.ask(self._found_for)
        self._tell()

    def close_pane(self) -> None:
        """Back to the form; from replacing a card back to the details. Esc does it too."""
        replacing = self._pane is Pane.REPLACE
        self._pane = Pane.DETAIL if replacing and self._panel is not None else Pane.NEW
        self._want(Focus.SEARCH if self._pane is Pane.NEW else Focus.PANE)
        self._tell()

    def escape(self) -> None:
        """Esc: closes the pane, then leaves the form for the search, then the screen."""
        if self._pane is not Pane.NEW:
            self.close_pane()
        elif self._focus is not Focus.SEARCH:
            self._want(Focus.SEARCH)
            self._tell()
        else:
            self._session.navigator.back()

    def new_member(self) -> None:
        """The button "new member", where the form does not stand beside the search."""
        self._pane = Pane.NEW
        self._want(Focus.PHONE)
        self._tell()

    def main_action(self) -> None:
        """F12: what the filled button says."""
        if self._pane is Pane.NEW:
            self.enrolment.join()
        elif self._pane is Pane.DETAIL:
            self.add()
        elif self._pane is Pane.REPLACE:
            self.replace_card()
        else:
            self._session.navigator.show(Screen.SALE)

    def show_card(self) -> None:
        """Turn the card of the opened member to them."""
        if self._panel is None:
            return
        till, member = self._session.till, self._panel.member
        self._session.lanes.look_up(
            lambda: till.enrol.card(member.id),
            lambda card: self._card.show(card, member.profile.name),
            self._failed,
        )

    def doings(self) -> None:
        """Ctrl+M: what the opened member can do and use beside buying, and points by hand."""
        if self._pane is Pane.DETAIL and self._panel is not None:
            member_id = self._panel.member.id
            self._session.navigator.open_sheet(
                Sheet.DOINGS, member_id=member_id, changed=lambda: self.open_member(member_id)
            )
        else:
            self._refuse(self._session.words("member.open_first"))

    def ask_replace(self) -> None:
        """Show what replacing a card means; it cannot be undone, so it stands on its own pane."""
        if self._panel is not None:
            self._pane = Pane.REPLACE
            self._want(Focus.PANE)
            self._tell()

    def replace_card(self) -> None:
        """Revoke the old card and show the new one."""
        operator = self._session.operator
        if self._panel is None or operator is None or self._busy:
            return
        till, member, words = self._session.till, self._panel.member, self._session.words

        def replaced(card: MemberCard) -> None:
            self._card.show(card, member.profile.name)
            said = words("member.replaced", code=format_short_code(card.short_code))
            self._session.toasts.say(said, ToastKind.GOOD)

        self._busy = True
        self._session.lanes.write(
            lambda: till.enrol.replace_card(member.id, operator), replaced, self._failed
        )
        self._tell()

    def print_card(self) -> None:
        """Print the shown card on the receipt printer."""
        self._card.print()

    def save_card(self) -> None:
        """Write the shown card as PDF."""
        self._card.save()

    def set_consent(self, purpose: str, channel: str, granted: bool) -> None:
        """The member gave or took back an answer; a later answer replaces an earlier one."""
        operator = self._session.operator
        if self._panel is None or operator is None:
            return
        till, member_id, words = self._session.till, self._panel.member.id, self._session.words

        def saved(_: object) -> None:
            what = consent_label(purpose, channel, words)
            self._session.toasts.say(words("member.consent_saved", what=what), ToastKind.GOOD)
            self.open_member(member_id)

        self._session.lanes.write(
            lambda: till.enrol.set_consent(
                member_id, purpose=purpose, channel=channel, granted=granted, operator=operator
            ),
            saved,
            self._failed,
        )

    # The work

    def _found_there(self, text: str) -> None:
        """Head office knows whom the text means, and Enter was pressed for them."""
        self._enter_waits = True
        self._search.ask(text)
        self._tell()

    def _came_late(self, text: str) -> None:
        self._ask_again(text)
        self.enrolment.check_again()

    def _session_changed(self, change: Change) -> None:
        if change is Change.OPERATOR and self._session.operator is None:
            # Locked: details and cards are not for whoever comes next; the form may stay.
            self._pane = Pane.NEW
            self._card.put_away()
            self._panel = None
            self._tell()

    def _read_wallets(self) -> None:
        """Names and decimals of the programme's wallets, in the present language."""
        if not self._session.till_open:
            return
        till, language = self._session.till, self._session.words.language

        def came(wallets: Mapping[str, tuple[str, int]]) -> None:
            self._wallets = wallets
            self._tell()

        self._session.lanes.look_up(lambda: till.check_out.wallets(language), came, self._failed)

    def _answered(self, text: str, found: MemberFound) -> None:
        self._found, self._found_for = found, text
        self._total = found.total_on_till if found.whole else None
        if not found.whole:
            self._session.timer.after(AGAIN_MS, lambda: self._ask_again(text))
        if self._enter_waits and not self._may_come:
            self._enter_waits = False
            self.enter()
        self._tell()

    def _ask_again(self, text: str) -> None:
        if text == self._text.strip():
            self._search.ask(text)

    @property
    def _may_come(self) -> bool:
        """Whether who is meant may still be found: the till still reads who its members are."""
        found, text = self._found, self._text.strip()
        unsure = found is not None and not found.whole and not found.rows
        return unsure and bool(text) and not looks_like_phone(text)

    def _row_to_add(self) -> MemberRow | None:
        found = self._found
        if found is None or self._found_for != self._text.strip():
            return None
        for row in found.rows:
            if row.member_id == self._chosen:
                return row
        return found.unique

    def _add(self, member_id: bytes, name: str) -> None:
        self._desk.attach_member(member_id, PROOF_LOOKED_UP)
        said = self._session.words("member.added", name=name)
        self._session.toasts.say(said, ToastKind.GOOD)
        self._session.sounds.play(Sound.MEMBER_FOUND)
        self._session.navigator.show(Screen.SALE)

    def _joined(self, enrolled: Enrolled) -> None:
        self._desk.attach_member(enrolled.member.id, PROOF_LOOKED_UP)
        self.search("")  # the number that nobody had is somebody's now
        self._session.sounds.play(Sound.MEMBER_FOUND)
        self._card.show_joined(enrolled)
        self._desk.say_alerts(() if enrolled.welcome is None else enrolled.welcome.awards)

    def _card_came(self) -> None:
        self._busy = False
        self._pane = Pane.CARD
        self._want(Focus.PANE)
        self._tell()

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._enter_waits = False
        self._refuse(fault_text(fault, self._session.words))
        self._tell()

    def _refuse(self, sentence: str) -> None:
        self._session.toasts.say(sentence, ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)

    def _step(self, by: int) -> None:
        rows = self._found.rows if self._found is not None else ()
        ids = [row.member_id for row in rows]
        if not ids:
            return
        if self._chosen in ids:
            at = max(0, min(len(ids) - 1, ids.index(self._chosen) + by))
        else:
            at = 0
        self._chosen = ids[at]
        self._tell()

    def _want(self, focus: Focus) -> None:
        self._focus = focus
        self._focus_n += 1

    # Wording

    def _tell(self) -> None:
        if not hasattr(self, "enrolment"):
            return  # the form tells its first state while this screen is being made
        words, text = self._session.words, self._text.strip()
        found = self._found if text else None
        rows = member_tiles(found, self._chosen, words, decimals=self._decimals)
        nothing = not rows and not self._search.busy
        whole = self._found is None or self._found.whole
        empty, hint = ("", "")
        if nothing:
            empty, hint = nothing_found(text, words, whole=whole, asking=self._asking.busy)
        self._show(
            MemberScreenState(
                search=self._text,
                searching=self._search.busy,
                summary=summary(rows, self._total, words),
                rows=rows,
                empty=empty,
                empty_hint=hint,
                can_add=self._row_to_add() is not None,
                pane=self._pane,
                detail=self._detail(),
                card=self._card.shown,
                busy=self._busy,
                focus=self._focus,
                focus_n=self._focus_n,
            )
        )

    @property
    def _decimals(self) -> int:
        """Decimals of the first wallet, which is the one that rows show."""
        return next((decimals for _, decimals in self._wallets.values()), 0)

    def _detail(self) -> MemberDetail | None:
        if self._panel is None:
            return None
        visits = visit_lines(self._visits)
        return member_detail(self._panel, self._session.words, wallets=self._wallets, visits=visits)
