"""What the strip's first state says when it is tapped, at the sale: whole on the message line."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

import resources
from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.office.soundness import CLONE
from posloyalty.wording import LANGUAGES
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.views.sale import SaleView
from ui.widgets import paint

SINCE = "2026-11-20T10:30:00+08:00"
TLS = "TLS_"


def standings() -> list[SendingStatus]:
    """Every cause that has words, and one that has none; a till put back, and a clone."""
    outbox = resources.text("translations/en/outbox.po")
    codes = [code.upper() for code in re.findall(r'msgid "reason_(\w+)"', outbox)]
    assert {"CLONE_SUSPECT", "CLOCK_OFF", "TLS_OVER"} <= set(codes)
    told = [SendingStatus(sending=Sending.STOPPED, waiting=1234, reason=one) for one in codes]
    tls = [one for one in codes if one.startswith(TLS)]
    told += [
        SendingStatus(sending=Sending.OFFLINE, waiting=1234, since=SINCE, reason=one) for one in tls
    ]
    more = (
        SendingStatus(sending=Sending.STOPPED, waiting=1234, reason="A_CODE_OF_LATER"),
        SendingStatus(sending=Sending.STOPPED, waiting=1, reason="CLONE_SUSPECT", frozen=CLONE),
        SendingStatus(sending=Sending.OFFLINE, waiting=1234, since=SINCE, frozen="witness"),
    )
    return [*(one for one in told if not one.reason.endswith("OTHER")), *more]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1024, 600)], ids=str)
def test_why_nothing_is_sent_and_that_selling_goes_on_is_whole_on_the_message_line(
    qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    stage = counter_stage(size=size, language=language)
    try:
        said = [one for status in standings() if (one := cut(stage, status))]
    finally:
        end_stage(stage)
    assert said == []


def cut(stage: CounterStage, status: SendingStatus) -> str:
    """What a tap says, where two lines do not hold it."""
    strip = stage.window.head.presenter
    assert strip is not None
    strip.sent(status)
    stage.window.strip.lamp.emit("sync")
    stage.rest()
    view = stage.shown
    assert isinstance(view, SaleView)
    told = strip.told("sync")
    message = view.entry.toast
    assert message.isVisible()
    assert message.message == told
    look = stage.window.look
    room = message.width() - look.px(12 + 24 + 10 + 8)
    font = look.font("caption", bold=True)
    shown = paint.lines(told, font, room, 2)
    assert all(QFontMetrics(font).horizontalAdvance(one) <= room for one in shown)
    return told if shown[-1].endswith("…") else ""
