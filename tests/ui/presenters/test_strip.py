"""The strip's presenter: shop and cashier, the time, the printer's trouble in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.wording import Words
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.strip import TICK_MS, StripPresenter

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@dataclass
class Receipts:
    """A printer with a state that the test sets."""

    state: str = "ready"
    waiting: int = 0
    asked: list[int] = field(default_factory=list)

    def status(self) -> Any:
        self.asked.append(1)
        if self.state == "broken":
            raise OSError("no answer")
        return SimpleNamespace(state=self.state, waiting=self.waiting, detail="")


def strip_of(shell: Shell, receipts: Receipts) -> StripPresenter:
    strip = StripPresenter(shell.session, lambda: NOW)
    shop: Any = SimpleNamespace(name="Dawn Mart", store_name="Renmin Rd", till_code="01")
    till: Any = SimpleNamespace(receipts=receipts)
    shell.session.attach(till, shop)
    return strip


def test_it_names_shop_till_and_cashier() -> None:
    shell = Shell()
    strip = strip_of(shell, Receipts())
    shell.session.sign_in(Operator(id=b"1", name="Li Min", role=Role.CASHIER))
    assert strip.state.shop == "Dawn Mart · Renmin Rd"
    assert strip.state.till == "Till 01 · Li Min"
    assert strip.state.time == "14:05"


def test_before_the_book_is_open_no_device_is_said_to_be_well() -> None:
    strip = StripPresenter(Shell().session, lambda: NOW)
    assert strip.state.lamps == ()


@pytest.mark.parametrize(
    ("state", "waiting", "words", "trouble"),
    [
        ("ready", 0, "Printer OK", False),
        ("ready", 2, "2 receipts waiting", False),
        ("paper_out", 2, "Paper out · 2 waiting", True),
        ("paper_out", 0, "Paper out", True),
        ("off", 1, "Printer off · 1 waiting", True),
        ("slow", 0, "Printer slow", True),
        ("none", 0, "No printer", False),
        ("unknown", 0, "Printer unknown", False),
        ("broken", 0, "Printer unknown", False),
    ],
)
def test_the_printers_state_is_said_in_words(
    state: str, waiting: int, words: str, trouble: bool
) -> None:
    strip = strip_of(Shell(), Receipts(state, waiting))
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "printer")
    assert (lamp.words, lamp.trouble) == (words, trouble)


SENDING = [
    ("alone", 9, "Saved here", False, "Sales are saved on this till, encrypted"),
    ("up_to_date", 0, "Up to date", False, "Head office has everything"),
    ("waiting", 0, "Sending", False, "Everything goes to head office by itself"),
    ("waiting", 1, "1 to send", False, "1 entry goes to head office by itself"),
    ("waiting", 3, "3 to send", False, "3 entries go to head office by themselves"),
    ("offline", 0, "Offline", False, "Offline since 14:02. Selling goes on; nothing waits"),
    ("offline", 3, "Offline · 3 to send", False,
     "Offline since 14:02. Selling goes on; 3 entries wait"),
    ("stopped", 3, "Not sending · 3", True,
     "This computer's or head office's clock is wrong; set it right. Selling goes on; 3 entries"
     " wait. More under Settings, Head office"),
    ("stopped", 0, "Not sending", True,
     "This computer's or head office's clock is wrong; set it right. Selling goes on."
     " More under Settings, Head office"),
]  # fmt: skip


@pytest.mark.parametrize(("sending", "waiting", "words", "trouble", "sentence"), SENDING)
def test_how_sending_stands_is_said_in_short_and_in_a_sentence(
    sending: str, waiting: int, words: str, trouble: bool, sentence: str
) -> None:
    strip = strip_of(Shell(), Receipts())
    since = "2026-11-22T14:02:00.000+00:00" if sending == "offline" else ""
    reason = "CLOCK_OFF" if sending == "stopped" else ""
    status = SendingStatus(sending=Sending(sending), waiting=waiting, since=since, reason=reason)
    strip.sent(status)
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "sync")
    assert (lamp.words, lamp.trouble, strip.told("sync")) == (words, trouble, sentence)


@pytest.mark.parametrize("sending", [Sending.UP_TO_DATE, Sending.WAITING, Sending.OFFLINE])
def test_a_restored_till_says_what_waits_however_sending_stands(sending: Sending) -> None:
    strip = strip_of(Shell(), Receipts())
    since = "2026-11-22T14:02:00.000+00:00" if sending is Sending.OFFLINE else ""
    strip.sent(SendingStatus(sending=sending, since=since, frozen="witness"))
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "sync")
    assert (lamp.words, lamp.trouble) == ("Restored: points wait", True)
    assert "Selling goes on" in strip.told("sync")


def test_a_copied_till_says_that_there_are_two() -> None:
    strip = strip_of(Shell(), Receipts())
    strip.sent(
        SendingStatus(sending=Sending.STOPPED, reason="CLONE_SUSPECT", frozen="clone", waiting=1)
    )
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "sync")
    assert (lamp.words, lamp.trouble) == ("Not sending · 1", True)
    assert strip.told("sync").startswith("Two programs speak as this till")


def test_a_restored_till_that_head_office_takes_nothing_from_says_why_first() -> None:
    """By itself nothing gets better: somebody has to look."""
    strip = strip_of(Shell(), Receipts())
    strip.sent(
        SendingStatus(sending=Sending.STOPPED, reason="CLOCK_OFF", frozen="witness", waiting=3)
    )
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "sync")
    assert (lamp.words, lamp.trouble) == ("Not sending · 3", True)
    assert strip.told("sync").startswith("This computer's or head office's clock is wrong")


@pytest.mark.parametrize(("language", "between"), [("en", ". "), ("zh_CN", "。"), ("zh_TW", "。")])
def test_two_sentences_are_parted_as_the_language_parts_them(language: str, between: str) -> None:
    strip = strip_of(Shell(language=language), Receipts())
    strip.sent(SendingStatus(sending=Sending.OFFLINE, waiting=3, reason="TLS_NOT_YET"))
    words = Words(language)
    first = words("app.sending_offline_n", n=3, since="", reason="")
    assert strip.told("sync") == first + between + words("outbox.brief_tls_not_yet")


def test_out_of_reach_for_a_cause_that_a_person_can_put_right_says_it() -> None:
    since = "2026-11-22T14:02:00.000+00:00"
    strip = strip_of(Shell(), Receipts())
    strip.sent(SendingStatus(sending=Sending.OFFLINE, since=since, reason="TLS_NOT_YET"))
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "sync")
    assert (lamp.words, lamp.trouble) == ("Offline", True)
    said = strip.told("sync")
    assert said.startswith("Offline since 14:02. Selling goes on; nothing waits. ")
    assert "The clock is probably behind" in said


def test_offline_since_another_day_says_which() -> None:
    strip = strip_of(Shell(), Receipts())
    since = "2026-11-20T14:02:00.000+00:00"
    strip.sent(SendingStatus(sending=Sending.OFFLINE, waiting=3, since=since))
    assert "since 2026-11-20 14:02." in strip.told("sync")
    assert strip.told("scanner") == "The scanner types like a keyboard and works on every screen"


def test_it_asks_every_five_seconds_and_never_twice_at_once() -> None:
    shell = Shell(lanes=LanesByStep())
    receipts = Receipts()
    strip = strip_of(shell, receipts)
    strip.start()
    shell.timer.pass_ms(3 * TICK_MS)
    assert len(shell.lanes.waiting["look_up"]) == 1  # type: ignore[union-attr]
    shell.lanes.run_all()  # type: ignore[union-attr]
    shell.timer.pass_ms(TICK_MS)
    shell.lanes.run_all()  # type: ignore[union-attr]
    assert len(receipts.asked) == 2
    strip.stop()
    shell.timer.pass_ms(5 * TICK_MS)
    assert len(receipts.asked) == 2


def test_it_speaks_another_language_at_once() -> None:
    shell = Shell()
    strip = strip_of(shell, Receipts("paper_out", 2))
    shell.session.speak("zh_TW")
    lamp = next(lamp for lamp in strip.state.lamps if lamp.id == "printer")
    assert lamp.words == "缺紙 · 2 張等待"
