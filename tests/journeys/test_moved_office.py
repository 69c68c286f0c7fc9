"""A head office that has another address, at the real window of a real till: the new address is
typed in the settings, and what was sold meanwhile goes there. Real servers answer at each address.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from posloyalty.services.office.join_head_office import keep_facts
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.wording import Words
from tests.headoffice.forked import Forked
from tests.headoffice.process import beside, serving
from tests.journeys.office_page import OfficePage, a_till, nobody_at, press, seen, take
from ui.presenters.settings.head_office import MOVE, STAY


@dataclass
class Moving(OfficePage):
    """A till that joined the head office at `old`, which is not there any more; the same one
    answers at `new`, and another one at `other`, and nobody at
    `gone`.
    """

    old: str
    new: str
    other: str
    gone: str

    def as_it_was(self) -> OfficeFacts:
        """The till goes by the old address."""
        facts = self.till.joining.joined()
        assert facts is not None
        facts = msgspec.structs.replace(facts, url=self.old)
        with self.till.book.write() as unit:
            keep_facts(unit.settings, facts)
            unit.commit()
        return facts


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    folder = tmp_path_factory.mktemp("moved")
    office, other = folder / "office", folder / "other"
    for data in (office, other):
        with beside(data, "") as administration:
            administration.add_store("S1", "Main Street")
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as short, a_till(folder) as (till, manager):
        at = {name: Path(short) / name for name in ("old", "new", "other", "gone")}
        with serving(office, "", at["old"], begin=Forked), beside(office, "") as administration:
            till.joining.join(f"unix:{at['old']}", administration.new_code("S1"))
            assert till.sending.send_all().sending is Sending.UP_TO_DATE
        till.sending.close()
        with (
            nobody_at(at["old"], at["gone"]),
            serving(office, "", at["new"], begin=Forked),
            serving(other, "", at["other"], begin=Forked),
        ):
            yield Moving(till, manager, *(f"unix:{place}" for place in at.values()))


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(
    ("language", "by"), [("en", "keys"), ("zh_CN", "finger"), ("zh_TW", "keys")]
)
def test_only_its_own_head_office_is_taken_and_what_waits_goes_there(
    moved: Moving, qtbot: QtBot, language: str, by: str
) -> None:
    words, till = Words(language), moved.till
    had = moved.as_it_was()
    moved.note()
    assert till.sending.send_all().sending is Sending.OFFLINE
    with moved.page(language) as stage:
        assert words("outbox.sending_offline") in seen(stage)
        press(stage, MOVE, by)
        assert words("outbox.move_text") in seen(stage)
        take(stage, moved.other, by)
        assert words("refusal.OTHER_HEAD_OFFICE") in seen(stage)
        take(stage, moved.gone, by)
        assert words("refusal.HEAD_OFFICE_OUT_OF_REACH") in seen(stage)
        assert (till.joining.joined(), moved.waits()) == (had, True)
        press(stage, STAY, by)
        assert words("outbox.move_text") not in seen(stage)
        press(stage, MOVE, by)
        take(stage, moved.new, by)
        assert moved.new in seen(stage)
        assert words("outbox.move_text") not in seen(stage)
    assert till.sending.send_all().sending is Sending.UP_TO_DATE
    assert not moved.waits()
    facts = till.joining.joined()
    assert facts == msgspec.structs.replace(had, url=moved.new, incarnation=facts.incarnation)
