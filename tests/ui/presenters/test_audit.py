"""The audit on screen: what was asked, how it is worded, and the file that is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

import pytest

from posloyalty.domain.shop.deeds import DeedKind
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.shift import CashCause, DifferenceCause
from posloyalty.services.people.audit import AuditLine
from posloyalty.services.ports import AuditQuestion, AuditRow
from posloyalty.services.selling.take_payments import NO_SLIP, SLIP_SEEN
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.sync.audit import AuditEntry
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.back_office import CHEN, LI, NOW, PEOPLE
from tests.fakes.back_office import FakeTill as OfficeTill
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.audit import AuditPresenter, open_audit
from ui.presenters.audit_words import about_words, kind_words, reason_words, setting_words
from ui.presenters.drawer import REASONS as DRAWER_REASONS
from ui.presenters.ports import Screen, Sheet
from ui.presenters.returning.taking import REASONS, VOID_REASONS

TODAY = date(2026, 11, 22)


def line(seq: int, kind: str = "line_removed", **more: object) -> AuditLine:
    entry = AuditEntry(kind=kind, operator=LI.id, approver=None, **more)  # type: ignore[arg-type]
    return AuditLine(AuditRow(seq, NOW, entry), "李敏", "")


@dataclass
class FakeAudit:
    """Answers with the lines that the test gives, a page at a time."""

    lines: tuple[AuditLine, ...] = ()
    asked: list[AuditQuestion] = field(default_factory=list)

    def find(self, question: AuditQuestion) -> tuple[AuditLine, ...]:
        self.asked.append(question)
        rest = [one for one in self.lines if one.row.seq < question.before_seq]
        return tuple(rest[: question.limit])

    def every(self, question: AuditQuestion) -> tuple[AuditLine, ...]:
        self.asked.append(question)
        return self.lines

    def people(self) -> tuple[Operator, ...]:
        return PEOPLE


@dataclass
class FakeClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class FakePapers:
    """Keeps what it was to write."""

    written: list[tuple[str, list[tuple[str, ...]]]] = field(default_factory=list)

    def save_table(
        self, name: str, lines: list[tuple[str, ...]], *, texts: Collection[int] = ()
    ) -> str:
        self.written.append((name, list(lines)))
        return f"/papers/{name}.csv"


@dataclass
class Stage:
    shell: Shell
    audit: FakeAudit
    papers: FakePapers
    presenter: AuditPresenter

    @property
    def last(self) -> AuditQuestion:
        return self.audit.asked[-1]


def stage(*lines: AuditLine, lanes: LanesByStep | None = None) -> Stage:
    shell = Shell() if lanes is None else Shell(lanes=lanes)
    till = OfficeTill()
    audit = FakeAudit(lines)
    till.audit = audit  # type: ignore[attr-defined]
    till.clock = FakeClock()  # type: ignore[attr-defined]
    shell.session.attach(till, None)  # type: ignore[arg-type]
    shell.session.sign_in(CHEN)
    papers = FakePapers()
    presenter = AuditPresenter(shell.session, papers=papers)  # type: ignore[arg-type]
    presenter.opened()
    return Stage(shell, audit, papers, presenter)


def test_it_opens_with_today_and_everybody() -> None:
    made = stage(line(7, about="Milk", amount_minor=980))
    assert made.last == AuditQuestion(first=TODAY, last=TODAY)
    (row,) = made.presenter.state.rows
    assert (row.what, row.who, row.about, row.amount) == ("Line removed", "李敏", "Milk", "9.80")
    assert made.presenter.state.person == "Everybody"


@pytest.mark.parametrize(
    ("entry", "what", "reason", "about"),
    [
        (line(1, "line_removed", undone=True), "Line removed (taken back)", "", ""),
        (line(1, "line_discount", reason="damaged"), "Line discount", "Damaged", ""),
        (line(1, "act_adjust", reason="card was lost"), "Points by hand", "card was lost", ""),
        (
            line(1, "settings_change", about="shop: bounds"),
            "Settings",
            "",
            "Shop: limits of the roles",
        ),
        (line(1, "approved_of_later"), "approved_of_later", "", ""),
    ],
)
def test_entries_are_worded(entry: AuditLine, what: str, reason: str, about: str) -> None:
    (row,) = stage(entry).presenter.state.rows
    assert (row.what, row.reason, row.about) == (what, reason, about)


def test_days_are_stepped_through_and_never_past_today() -> None:
    made = stage()
    assert not made.presenter.state.later
    made.presenter.choose_span(1)
    assert (made.last.first, made.last.last) == (TODAY - timedelta(days=6), TODAY)
    made.presenter.earlier()
    assert made.last.last == TODAY - timedelta(days=7)
    assert made.presenter.state.later
    made.presenter.later()
    made.presenter.later()
    assert made.last.last == TODAY


def test_groups_people_and_words_narrow_it() -> None:
    made = stage()
    made.presenter.choose_group(1)
    assert "price_changed" in made.last.kinds
    made.presenter.next_person()
    assert made.last.person == PEOPLE[0].id
    made.presenter.person_before()
    assert made.last.person is None
    for character in "mi":
        made.presenter.typed(character)
    assert made.last.text == "mi"


def test_a_page_more_comes_when_the_last_row_is_passed() -> None:
    made = stage(*(line(seq) for seq in range(300, 0, -1)))
    assert (len(made.presenter.state.rows), made.presenter.state.more) == (200, True)
    made.presenter.choose(199)
    made.presenter.down()
    assert (len(made.presenter.state.rows), made.presenter.state.more) == (300, False)


def test_a_line_is_worded_once_and_anew_when_its_words_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worded: list[str] = []

    def noted(kind: str, words: Words) -> str:
        worded.append(kind)
        return kind_words(kind, words)

    monkeypatch.setattr("ui.presenters.audit.kind_words", noted)
    made = stage(*(line(seq) for seq in (3, 2, 1)))
    made.presenter.down()
    made.presenter.down()
    assert len(worded) == 3
    assert [row.chosen for row in made.presenter.state.rows] == [False, False, True]
    before = [row.at for row in made.presenter.state.rows]
    made.presenter.choose_span(1)
    assert [row.at for row in made.presenter.state.rows] != before, "the day belongs to it now"
    made.shell.session.speak("zh_CN")
    made.presenter.reworded()
    assert made.presenter.state.rows[0].what == kind_words("line_removed", Words("zh_CN"))


def test_an_answer_to_an_earlier_question_is_not_shown() -> None:
    lanes = LanesByStep()
    made = stage(line(1, about="Milk"), lanes=lanes)
    made.presenter.search("tea")
    made.audit.lines = ()
    lanes.run_all()
    assert made.presenter.state.rows == ()
    assert made.presenter.state.empty


def test_the_file_holds_all_that_was_asked_for_with_whole_times() -> None:
    made = stage(line(2, amount_minor=123_456), line(1, amount_minor=-500))
    made.presenter.main_action()
    ((name, lines),) = made.papers.written
    assert name == "audit-20261122-20261122"
    assert lines[0][:3] == ("Time", "What", "Who")
    assert lines[1][0] == "2026-11-22 14:06:00"
    assert [one[-1] for one in lines[1:]] == ["1234.56", "-5.00"]
    assert "audit-20261122" in made.shell.toasts.said[-1][0]


def test_nothing_found_is_no_file() -> None:
    made = stage()
    made.presenter.main_action()
    assert made.papers.written == []


def test_supervisors_see_it_at_once_and_cashiers_have_somebody_come() -> None:
    made = stage()
    open_audit(made.shell.session)
    assert made.shell.navigator.shown[-1] == (Screen.AUDIT, {})
    made.shell.session.sign_in(LI)
    open_audit(made.shell.session)
    assert made.shell.navigator.open is Sheet.APPROVE
    assert len(made.shell.navigator.shown) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_a_change_may_name_has_words(language: str) -> None:
    words = Words(language)
    named = {one.name for form in (ProductForm, ShopDetails) for one in fields(form)} - {"id"}
    named |= {"role", "pin", "badge", "nickname", "colour", "position", "rate", "mode", "product"}
    named |= {"recovery", "embeds", "foreign"}
    assert sorted(name for name in named if not words.has(f"audit.field_{name}")) == []


def test_counts_are_worded_digests_left_out_and_what_is_unknown_stands_as_it_is() -> None:
    words = Words("en")
    assert setting_words("products_imported: saved 40", words) == "Products imported: 40 saved"
    assert setting_words(f"programme: version 3, {'0a' * 32}", words) == "Programme: version 3"
    assert setting_words("product: price_minor, halo", words) == "Product: price, halo"
    assert setting_words("lamp: bright", words) == "lamp: bright"
    chinese = setting_words("product: price_minor, halo", Words("zh_TW"))
    assert chinese == "商品：價格、halo"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_that_the_till_writes_has_words(language: str) -> None:
    words = Words(language)
    deeds = {kind.value for kind in DeedKind}
    steps = ("took", "took_not", "given_back")
    payments = {f"{way}_{step}" for way in ("payment", "money_back") for step in steps}
    others = {
        *("return", "void", "receipt_copy", "act_adjust", "act_undo", "pin_refused"),
        *("act_merge", "act_erase"),
        *("settings_change", "key_rotate", "clock_jump", "cash_move", "shift_close"),
        *("approved_sale", "approved_act", "till_trusted", "till_revoked", "epoch_anchor"),
    }
    every = deeds | payments | others
    assert sorted(kind for kind in every if kind_words(kind, words) == kind) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_a_screen_offers_is_worded_not_shown_as_a_code(language: str) -> None:
    words = Words(language)
    offered = {
        "return": REASONS,
        "void": VOID_REASONS,
        "cash_move": [cause.value for cause in CashCause],
        "shift_close": [cause.value for cause in DifferenceCause],
        "payment_took": [SLIP_SEEN],
        "payment_took_not": [NO_SLIP],
        "money_back_took": [SLIP_SEEN],
        "money_back_took_not": [NO_SLIP],
        "drawer_opened": [reason.code for reason in DRAWER_REASONS],
    }
    for kind, reasons in offered.items():
        assert [one for one in reasons if reason_words(kind, one, words) == one] == [], kind


def test_what_somebody_wrote_and_what_nobody_knows_stand_as_they_are() -> None:
    words, wallets = Words("en"), {"points": ("Dawn points", 0)}
    assert reason_words("act_adjust", "lost her card", words) == "lost her card"
    assert reason_words("return", "", words) == ""
    assert about_words("act_adjust", "points", words, wallets) == "Dawn points"
    assert about_words("act_adjust", "stars", words, wallets) == "stars"
    assert about_words("key_rotate", "book", words, {}) == "the book"
    assert about_words("void", "S01-T02-1-0007", words, {}) == "S01-T02-1-0007"
