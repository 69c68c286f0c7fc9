"""Every widget is large enough, has a name, shows its words whole, and speaks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.gallery import CHIPS, MEMBER, Gallery
from tests.ui.walk import (
    controls,
    cut_words,
    nameless,
    overlapping,
    shown,
    too_small,
    wrong_controls,
)
from ui.appearance import LOOKS, Appearance, Layout
from ui.appearance.fonts import load_faces
from ui.appearance.metrics import SCALES


def gallery(qtbot: QtBot, look: Appearance) -> Gallery:
    load_faces()
    made = Gallery(look)
    qtbot.addWidget(made)
    made.resize(look.px(760), look.px(900))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("layout", list(Layout))
def test_no_target_is_smaller_than_allowed_in_any_scale_and_layout(
    qtbot: QtBot, scale: int, layout: Layout
) -> None:
    look = Appearance(scale=scale, layout=layout)
    assert too_small(gallery(qtbot, look), look) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_buttons_show_their_words_whole_and_never_overlap(qtbot: QtBot, language: str) -> None:
    made = gallery(qtbot, Appearance(language=language))
    assert cut_words(made) == []
    assert overlapping(made) == []


@pytest.mark.parametrize("look", LOOKS)
def test_every_control_has_a_name(qtbot: QtBot, look: str) -> None:
    made = gallery(qtbot, Appearance().with_(look=look))
    assert nameless(made) == []
    assert len(list(controls(made))) > 60


def test_the_walk_finds_a_nameless_and_a_small_control(qtbot: QtBot) -> None:
    look = Appearance()
    made = gallery(qtbot, look)
    field = QLineEdit(made)
    field.setStyleSheet("min-height: 0px")
    field.setGeometry(0, 0, 20, 20)
    field.show()
    assert nameless(made) == ["QLineEdit in Gallery"]
    small = too_small(made, look)
    assert len(small) == 1
    assert list(wrong_controls(made, look)) == [*small, "QLineEdit in Gallery"]


def test_the_walk_goes_through_all_that_is_seen_and_into_nothing_that_is_hidden(
    qtbot: QtBot,
) -> None:
    made = gallery(qtbot, Appearance())
    holding = [one for one in shown(made) if one.findChildren(QAbstractButton)]
    hidden = min(holding, key=lambda one: len(one.findChildren(QWidget)))
    hidden.hide()
    walked = list(shown(made))
    assert walked == [
        one for one in made.findChildren(QWidget) if one.isVisible() and one.isVisibleTo(made)
    ]
    assert len(walked) > 60
    assert not {hidden, *hidden.findChildren(QWidget)} & set(walked)


def test_a_basket_line_reads_as_quantity_article_price_and_offer(qtbot: QtBot) -> None:
    made = gallery(qtbot, Appearance())
    index = made.basket.model().index(0, 0, QModelIndex())
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "2, Wholewheat toast, 9.80 each, 19.60, offer −2.00"


def test_the_card_says_name_tier_balance_and_its_age(qtbot: QtBot) -> None:
    made = gallery(qtbot, Appearance())
    for part in (MEMBER.name, MEMBER.tier, MEMBER.balance, MEMBER.as_of, MEMBER.pending):
        assert part in made.card.accessibleName()
    assert made.no_card.accessibleName() == "Find / join No member yet"


def test_chips_are_told_with_their_state_and_their_why_with_their_title(qtbot: QtBot) -> None:
    made = gallery(qtbot, Appearance())
    assert [chip.accessibleName() for chip in made.chips.chips] == ["applied", "usable", "refused"]
    assert made.chips.chips[0].why_button.accessibleName() == f"Why? {CHIPS[2].title}"


def test_pin_dots_never_tell_how_many_digits(qtbot: QtBot) -> None:
    made = gallery(qtbot, Appearance())
    before = made.dots.accessibleName()
    made.dots.present(5)
    assert made.dots.accessibleName() == before == "PIN"


def test_messages_are_announced_refusals_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.presenters.ports import ToastKind

    told: list[tuple[str, object]] = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        lambda event: told.append((event.message(), event.politeness())),
    )
    made = gallery(qtbot, Appearance())
    told.clear()
    made.entry.say("Unknown code", ToastKind.REFUSED)
    made.entry.say("Added", ToastKind.GOOD)
    made.totals.present(label="To pay", total="¥1.00")
    assert told == [
        ("Unknown code", QAccessible.AnnouncementPoliteness.Assertive),
        ("Added", QAccessible.AnnouncementPoliteness.Polite),
        ("To pay ¥1.00", QAccessible.AnnouncementPoliteness.Polite),
    ]
