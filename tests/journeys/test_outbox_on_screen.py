"""The page of what is on its way, at the real window of a real till with a real server behind it:
what waits and what was set aside says how it stands, why and what helps, and every button does it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posloyalty.services.office.send_journal import Sending
from posloyalty.wording import Words
from tests.headoffice.forked import Forked
from tests.headoffice.process import beside, serving
from tests.journeys.office_page import OfficePage, a_till, nobody_at, page_of, press, seen, take
from tests.ui.counter_stage import CounterStage
from ui.presenters.settings.head_office import RETRY

FAILURES = 4
"""After so many the wait that is drawn is seconds, as a rule."""


@pytest.fixture
def short() -> Iterator[Path]:
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as folder:
        yield Path(folder) / "s"


def steps(made: OfficePage, stage: CounterStage) -> Sending:
    """The lane that sends does what there is, and the page hears of it."""
    status = made.till.sending.send_all()
    stage.session.sending_stands(status)
    stage.rest()
    return status.sending


def waits(made: OfficePage) -> bool:
    """Whether the lane that sends drew a wait that nobody has cut short."""
    return made.till.sending._session.not_before_ms > made.till.clock.monotonic_ms()


def newest(stage: CounterStage) -> None:
    """Open the record at the head of the list."""
    section = page_of(stage)._section
    rows = [one for one in section.state.entries or () if one.key.isdigit()]
    section.choose(rows[0].key)
    stage.rest()


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("language", "by"), [("en", "finger"), ("zh_TW", "keys")])
def test_what_waits_and_what_was_set_aside_goes_once_it_can(
    tmp_path: Path, short: Path, qtbot: QtBot, language: str, by: str
) -> None:
    words, data = Words(language), tmp_path / "office"
    with a_till(tmp_path) as (till, manager), beside(data, "") as administration:
        made = OfficePage(till, manager)
        administration.add_store("S1", "Main Street")
        with serving(data, "", short, begin=Forked):
            till.joining.join(f"unix:{short}", administration.new_code("S1"))
            assert till.sending.send_all().sending is Sending.UP_TO_DATE
        till.sending.close()
        made.note()
        with nobody_at(short), made.page(language) as stage:
            assert steps(made, stage) is Sending.OFFLINE
            newest(stage)
            assert words("outbox.state_waiting_text") in seen(stage)
            for _ in range(FAILURES):
                assert waits(made) or steps(made, stage) is Sending.OFFLINE
                press(stage, RETRY, by)
                assert not waits(made)
                assert steps(made, stage) is Sending.OFFLINE
        with serving(data, "", short, begin=Forked), made.page(language) as stage:
            newest(stage)
            press(stage, RETRY, by)
            assert steps(made, stage) is Sending.UP_TO_DATE
            assert words("app.sending_up_to_date") in seen(stage)
            (row,) = administration.tills()
            administration.revoke(row.till_id)
            made.note()
            assert steps(made, stage) is Sending.STOPPED
            assert words("outbox.reason_revoked") in seen(stage)
            newest(stage)
            assert words("outbox.state_quarantined_text") in seen(stage)
            press(stage, RETRY, by)
            assert steps(made, stage) is Sending.STOPPED
            page_of(stage)._section.choose("office")
            stage.rest()
            clerks = administration.new_code("S1", by="clerk", readmits=False)
            take(stage, clerks, by, entry="code")
            assert words("refusal.CODE_OF_MANAGER") in seen(stage)
            take(stage, administration.new_code("S1"), by, entry="code")
            assert steps(made, stage) is Sending.UP_TO_DATE
            assert words("app.sending_up_to_date") in seen(stage)
            assert words("outbox.special_wrapped") not in seen(stage)
        with till.book.read() as reader:
            assert reader.outbox.shown(most=10) == ()
            kept = reader.journal.head().seq
        (row,) = administration.tills()
        assert (row.kept, row.anomalies) == (kept, 0)
