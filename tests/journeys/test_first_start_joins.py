"""A new till from its first start to its place in the chain: set up, signed in, joined by the code
that head office gave, and everything sent; by keys alone, and by one finger alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from posloyalty.headoffice.tills.administration import Administration
from tests.headoffice.forked import Forked
from tests.headoffice.process import beside, serving
from tests.ui.test_touch_alone import Begin, Hand, begin, go_to_settings, through_the_wizard
from ui.keyboard import NotReached, wait
from ui.presenters.ports import Screen
from ui.presenters.settings.head_office import HeadOfficeSection
from ui.presenters.wizard import Step

__all__ = ["begin"]
TABS_MOST = 60
WRONG = "AAAA-AAAA-AAAA"


@dataclass(frozen=True)
class Office:
    """A head office that answers, and its administration."""

    address: str
    administration: Administration


# Asked for before `begin`, so that it outlives the till: of a name where nobody listens any more
# the HTTP library leaves a socket open.
@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    data = tmp_path / "office"
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as folder, beside(data, "") as administration:
        administration.add_store("S1", "Main Street")
        with serving(data, "", Path(folder) / "s", begin=Forked):
            yield Office(f"unix:{folder}/s", administration)


def test_by_keys_alone(office: Office, begin: Begin) -> None:
    hand = begin(language="en", size=(1366, 768))
    keys_through_the_wizard(hand)
    key(hand, "F10")
    tab_to(hand, hand.words("app.settings"))
    key(hand, "Enter")
    hand.front(Screen.SETTINGS)
    while hand.state(Screen.SETTINGS).section != "office":
        key(hand, "Ctrl+Down")
    for code in (WRONG, office.administration.new_code("S1")):
        for label, text in (("outbox.address", office.address), ("outbox.code", code)):
            tab_to(hand, hand.words(label))
            written(hand, text)
        key(hand, "Enter")
        answered(hand)
        assert (page(hand).state.form.first_finding == "code") == (code == WRONG)
    joined(hand, office)
    tab_to(hand, hand.words("outbox.retry"))
    tab_to(hand, hand.words("outbox.move"))


@pytest.mark.parametrize(
    ("language", "size", "scale"),
    [("zh_TW", (1024, 768), 100), ("zh_CN", (1366, 768), 150)],
)
def test_by_one_finger_alone(
    office: Office, begin: Begin, language: str, size: tuple[int, int], scale: int
) -> None:
    hand = begin(language=language, size=size, scale=scale)
    through_the_wizard(hand)
    go_to_settings(hand, "office")
    touch, words = hand.touch, hand.words
    code = office.administration.new_code("S1")
    for label, text in (("outbox.address", office.address), ("outbox.code", code)):
        touch.into(words(label))
        touch.write(text)
    hand.tap("outbox.join")
    answered(hand)
    joined(hand, office)
    hand.tap("outbox.retry")


def joined(hand: Hand, office: Office) -> None:
    """It belongs to the store, says so, and all that it had done before is at head office."""
    facts = hand.till.session.till.joining.joined()
    assert facts is not None
    assert facts.store == "S1"
    lamp, sent = hand.till.window.strip.lamps[0], hand.words("strip.sending_up_to_date")
    wait(lambda: lamp.accessibleName() == sent, "it was not sent")
    (row,) = office.administration.tills()
    assert row.store == "S1"
    assert page(hand).state.form.field("store").value == "S1"


def answered(hand: Hand) -> None:
    """Head office was asked, and what it said stands on the page."""
    hand.till.window.capture.flush()
    wait(lambda: not page(hand).state.busy, "head office did not answer")


def page(hand: Hand) -> HeadOfficeSection:
    section = hand.till.window.navigator.presenter(Screen.SETTINGS).sections["office"]  # type: ignore[attr-defined]
    assert isinstance(section, HeadOfficeSection)
    return section


# By keys


def key(hand: Hand, name: str) -> None:
    """A key a moment after what came before it, for screens are deaf at first."""
    hand.time.rest(400)
    hand.time.press(name)
    hand.till.window.capture.flush()
    wait(lambda: True)


def tab_to(hand: Hand, name: str) -> QWidget:
    """Press Tab until what has this name has the keyboard; every stop has a name and is seen."""
    for _ in range(TABS_MOST):
        now = QApplication.focusWidget()
        assert now is not None
        if now.accessibleName().startswith(name):
            return now
        key(hand, "Tab")
        stop = QApplication.focusWidget()
        assert stop is not None
        assert stop.accessibleName().strip(), f"{type(stop).__name__} on the way to {name}"
        assert not stop.visibleRegion().isEmpty(), f"{stop.accessibleName()} is not seen"
    raise NotReached(f"Tab does not come to {name}")


def written(hand: Hand, text: str) -> None:
    """Type over what stands in the field."""
    key(hand, "Ctrl+A")
    hand.time.type(text)
    hand.till.window.capture.flush()
    wait(lambda: True)


def keys_through_the_wizard(hand: Hand) -> None:
    hand.front(Screen.WIZARD)
    words, shown = hand.words, lambda: hand.state(Screen.WIZARD)
    typed = {
        Step.SHOP: (("wizard.shop_name", "Dawn"), ("wizard.store_name", "East 2")),
        Step.MANAGER: (
            ("wizard.manager_name", "Ada"),
            ("wizard.manager_pin", "4711"),
            ("wizard.manager_pin_again", "4711"),
        ),
        Step.RECOVERY: (("wizard.recovery_check", ""),),
    }
    while hand.till.window.navigator.screen is Screen.WIZARD:
        step = shown().step
        for label, text in typed.get(step, ()):
            tab_to(hand, words(label, least=4, most=8))
            written(hand, text or shown().groups[-1])
        if step is Step.DATA:
            tab_to(hand, words("wizard.data_demo"))
            key(hand, "Down")
        key(hand, "F12")
        wait(lambda: shown().step is not step or step is Step.DONE, f"it stays at {step}")  # noqa: B023
    hand.front(Screen.SIGN_IN)
    wait(lambda: hand.state(Screen.SIGN_IN).operators, "no names")
    hand.time.type("4711")
    key(hand, "Enter")
    hand.front(Screen.SALE)
