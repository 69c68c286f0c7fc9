"""The audit: who did what that somebody may be asked about later, searched and written as a file.

Shape: `AuditState` holds rows of pages of 200, newest first, narrowed by days, by groups of kinds,
by a person and by text. Everything comes from the journal's own table; nothing is changed here.
Supervisors and managers see it; who may not has somebody who may open it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.services.ports.audit import AuditQuestion
from posloyalty.wording import Words
from ui.presenters.approval import ask_approval
from ui.presenters.audit_words import about_words, kind_words, reason_words
from ui.presenters.base import Presenter
from ui.presenters.desks import Papers
from ui.presenters.faults import fault_text
from ui.presenters.newest import NewestOnly
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.people.audit import AuditLine

SPANS: Final = (1, 7, 30)
ROWS_MOST: Final = 2_000
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "all": (),
    "goods": (
        "line_removed",
        "basket_cleared",
        "price_changed",
        "line_discount",
        "basket_discount",
    ),
    "money": (
        "return",
        "void",
        "drawer_opened",
        "cash_move",
        "payment_took",
        "payment_took_not",
        "money_back_took",
        "money_back_took_not",
        "money_back_given_back",
        "payment_given_back",
        "shift_close",
        "receipt_copy",
        "act_pay_out",
        "act_adjust",
        "act_undo",
    ),
    "people": (
        "pin_refused",
        "approval_refused",
        "approved_sale",
        "approved_act",
        "act_merge",
        "act_erase",
        "training_begun",
        "unknown_scanned",
    ),
    "shop": (
        "settings_change",
        "key_rotate",
        "till_trusted",
        "till_revoked",
        "clock_jump",
        "epoch_anchor",
    ),
}
NAMES: Final = tuple(GROUPS)
EXPORT_MOST: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTile:
    """One entry, worded."""

    seq: int
    at: str
    what: str
    who: str
    approver: str
    reason: str
    about: str
    amount: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """The screen. `span` and `group` are places of their choices; `days` words the span."""

    search: str = ""
    days: str = ""
    span: int = 0
    group: int = 0
    person: str = ""
    later: bool = False
    rows: tuple[AuditTile, ...] = ()
    more: bool = False
    summary: str = ""
    empty: str = ""
    exporting: bool = False


def open_audit(session: Session) -> None:
    """Show the audit to whoever may see it, or has somebody who may beside them."""
    ask_approval(
        session,
        Need(Right.SEE_AUDIT),
        what=lambda: session.words("audit.title"),
        done=lambda _approval: session.navigator.show(Screen.AUDIT),
    )


class AuditPresenter(Presenter[AuditState]):
    """Asks on the look-up lane, newest question first."""

    def __init__(self, session: Session, *, papers: Papers) -> None:
        super().__init__(AuditState())
        self._session = session
        self._papers = papers
        self._last: date | None = None
        self._span = 0
        self._group = 0
        self._text = ""
        self._people: tuple[Operator, ...] = ()
        self._wallets: dict[str, tuple[str, int]] = {}
        self._person: Operator | None = None
        self._lines: tuple[AuditLine, ...] = ()
        self._worded: dict[int, tuple[AuditLine, AuditTile]] = {}
        self._worded_by: tuple[object, ...] = ()
        self._more = self._adding = self._read_once = self._exporting = False
        self._chosen: int | None = None
        self._search = NewestOnly[AuditQuestion, "tuple[AuditLine, ...]"](
            session.lanes.look_up,
            job=self._find,
            done=self._first_page,
            failed=self._failed,
        )
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Today's entries, by everybody."""
        self._last = None
        self._span = self._group = 0
        self._text, self._person, self._chosen = "", None, None
        till = self._session.till
        self._session.lanes.look_up(till.audit.people, self._people_came, self._failed)
        self._ask_wallets()
        self._ask()

    def reworded(self) -> None:
        """Another language."""
        if self._session.till_open:
            self._ask_wallets()
        self._tell()

    def typed(self, character: str) -> None:
        """Typing with no field in focus searches."""
        self.search(self._text + character)

    # Intents

    def search(self, text: str) -> None:
        """The search line was typed into."""
        self._text = text
        self._ask()

    def choose_span(self, place: int) -> None:
        """A day, a week, a month."""
        self._span = place
        self._ask()

    def choose_group(self, place: int) -> None:
        """A group of kinds."""
        self._group = place
        self._ask()

    def earlier(self) -> None:
        """The days before."""
        self._last = self._until() - timedelta(days=SPANS[self._span])
        self._ask()

    def later(self) -> None:
        """The days after, as far as today."""
        self._last = min(self._today(), self._until() + timedelta(days=SPANS[self._span]))
        self._ask()

    def next_person(self) -> None:
        """Narrow to the next person; after the last, to nobody in particular."""
        self._step_person(1)

    def person_before(self) -> None:
        """Narrow to the person before."""
        self._step_person(-1)

    def choose(self, place: int) -> None:
        """A row was tapped."""
        if 0 <= place < len(self._lines):
            self._chosen = self._lines[place].row.seq
            self._tell()

    def down(self) -> None:
        """The row below; past the last one the next page comes."""
        self._step(1)

    def up(self) -> None:
        """The row above."""
        self._step(-1)

    def older(self) -> None:
        """Read the next page."""
        if not self._more or self._adding or not self._lines:
            return
        question = replace(self._question(), before_seq=self._lines[-1].row.seq)
        asked, till = self._question(), self._session.till
        self._adding = True

        def answered(lines: tuple[AuditLine, ...]) -> None:
            self._adding = False
            if asked == self._question():
                self._lines = (*self._lines, *lines)
                self._more = len(lines) == question.limit and len(self._lines) < ROWS_MOST
            self._tell()

        self._session.lanes.look_up(lambda: till.audit.find(question), answered, self._failed)

    def export(self) -> None:
        """Write everything that was asked for as CSV, beyond what is shown too."""
        if self._exporting or not self._lines:
            return
        self._exporting = True
        question, till, words = self._question(), self._session.till, self._session.words

        def write() -> str:
            lines = [_head(words)]
            for line in till.audit.every(question):
                lines.append(self._cells(line, plain=True))
                if len(lines) > EXPORT_MOST:
                    break
            days = f"{question.first:%Y%m%d}-{question.last:%Y%m%d}"
            return self._papers.save_table(f"audit-{days}", lines, texts=_TEXTS)

        def written(path: str) -> None:
            self._exporting = False
            self._session.toasts.say(words("audit.exported", path=path), ToastKind.GOOD)
            self._tell()

        self._session.lanes.printing(write, written, self._failed)
        self._tell()

    def main_action(self) -> None:
        """F12: the file."""
        self.export()

    def enter(self) -> None:
        """Enter has nothing to open here: every row tells all that is known."""

    def escape(self) -> None:
        """Esc."""
        self._session.navigator.back()

    # The work

    def _ask(self) -> None:
        self._search.ask(self._question())
        self._tell()

    def _ask_wallets(self) -> None:
        """The names of wallets, in the screen's language."""
        till, language = self._session.till, self._session.words.language

        def came(wallets: dict[str, tuple[str, int]]) -> None:
            self._wallets = wallets
            self._tell()

        self._session.lanes.look_up(lambda: till.check_out.wallets(language), came, self._failed)

    def _find(self, question: AuditQuestion) -> tuple[AuditLine, ...]:
        return self._session.till.audit.find(question)

    def _question(self) -> AuditQuestion:
        last = self._until()
        return AuditQuestion(
            first=last - timedelta(days=SPANS[self._span] - 1),
            last=last,
            kinds=GROUPS[NAMES[self._group]],
            person=None if self._person is None else self._person.id,
            text=self._text.strip(),
        )

    def _today(self) -> date:
        return self._session.till.clock.now().date()

    def _until(self) -> date:
        return self._today() if self._last is None else self._last

    def _people_came(self, people: tuple[Operator, ...]) -> None:
        self._people = people
        self._tell()

    def _first_page(self, question: AuditQuestion, lines: tuple[AuditLine, ...]) -> None:
        self._lines, self._read_once = lines, True
        self._more = len(lines) == question.limit
        self._chosen = lines[0].row.seq if lines else None
        self._tell()

    def _step(self, by: int) -> None:
        seqs = [line.row.seq for line in self._lines]
        if not seqs:
            return
        at = seqs.index(self._chosen) + by if self._chosen in seqs else 0
        if at >= len(seqs):
            self.older()
        self.choose(max(0, min(len(seqs) - 1, at)))

    def _step_person(self, by: int) -> None:
        everyone: list[Operator | None] = [None, *self._people]
        at = everyone.index(self._person) if self._person in everyone else 0
        self._person = everyone[(at + by) % len(everyone)]
        self._ask()

    def _failed(self, fault: Exception) -> None:
        self._adding = self._exporting = False
        self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    # Wording

    def _tell(self) -> None:
        if not self._session.till_open:
            return
        words, question = self._session.words, self._question()
        first, last = question.first, question.last
        days = words("audit.day", day=f"{last:%Y-%m-%d}")
        if first != last:
            days = words("audit.days", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
        empty = words("audit.empty") if self._read_once and not self._lines else ""
        self._show(
            AuditState(
                search=self._text,
                days=days,
                span=self._span,
                group=self._group,
                person=words("audit.everybody") if self._person is None else self._person.name,
                later=last < self._today(),
                rows=self._tiles(),
                more=self._more,
                summary=words.counted("audit.shown", len(self._lines)),
                empty=empty,
                exporting=self._exporting,
            )
        )

    def _tiles(self) -> tuple[AuditTile, ...]:
        """The rows. What a line says is worded once: for 165 lines that is half of a turn's time,
        and the screen is told three times when it opens.
        """
        by = (self._session.words, self._session.shop, self._wallets, self._span)
        before = self._worded if self._worded_by == by else {}
        self._worded_by, self._worded = by, {}
        for line in self._lines:
            known = before.get(line.row.seq)
            tile = known[1] if known is not None and known[0] is line else self._tile(line)
            self._worded[line.row.seq] = (line, tile)
        return tuple(
            replace(tile, chosen=True) if tile.seq == self._chosen else tile
            for _line, tile in self._worded.values()
        )

    def _tile(self, line: AuditLine) -> AuditTile:
        at, what, who, approver, reason, about, amount = self._cells(line)
        return AuditTile(
            seq=line.row.seq,
            at=at,
            what=what,
            who=who,
            approver=approver,
            reason=reason,
            about=about,
            amount=amount,
        )

    def _cells(self, line: AuditLine, *, plain: bool = False) -> tuple[str, ...]:
        """Time, what, who, approved by, reason, about, amount: as shown, or for a file."""
        words, entry, row = self._session.words, line.row.entry, line.row
        what = kind_words(entry.kind, words)
        if entry.undone:
            what = words("audit.undone", what=what)
        amount = ""
        if entry.amount_minor is not None:
            shop = self._session.shop
            money = currency("CNY" if shop is None else shop.currency)
            amount = format_amount(entry.amount_minor, money, grouping=not plain)
            if plain:  # a spreadsheet takes a true minus for a word
                amount = amount.replace("\N{MINUS SIGN}", "-")
        at = row.at.astimezone(self._session.till.clock.now().tzinfo)
        span = f"{at:%Y-%m-%d %H:%M:%S}" if plain or self._span else f"{at:%H:%M}"
        about = about_words(entry.kind, entry.about, words, self._wallets)
        reason = reason_words(entry.kind, entry.reason, words)
        return (span, what, line.operator, line.approver, reason, about, amount)


_COLUMNS: Final = ("at", "what", "who", "approver", "reason", "about", "amount")
_TEXTS: Final = range(1, 6)
"""All but the time and the amount."""


def _head(words: Words) -> tuple[str, ...]:
    return tuple(words(f"audit.col_{name}") for name in _COLUMNS)
