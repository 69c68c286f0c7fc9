"""Faults of docs/faults.md that no other test breaks on purpose, by their numbers."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.book.book_faults import KeyMissing, NoBook
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.sync.push_session import (
    IDLE_MS,
    Push,
    SayHello,
    Session,
    Wait,
    next_step,
)
from posloyalty.sync.wire.batch import EVENTS_MAX
from tests.fakes.time import CountedIds, SeededChance, SetClock
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import sell

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "faults.md"
ROW = re.compile(
    r"^\| (\d+) \| [^|]+ \| [^|]+ \| (held|partly|later|not yet) \|((?: `[^`]+::\w+`,?)*) +\|$"
)
TEST = re.compile(r"`([^`]+)::(\w+)`")


@dataclass
class Keystore:
    """The keystore of one computer."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    name: str = "fake"

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password


def sold(till: Till) -> events.Sale:
    """The event of a sale that is rung now."""
    sale_id = sell(till)
    with till.book.read() as reader:
        stored = reader.journal.by_event_id(sale_id)
    assert stored is not None
    event = events.decode(stored.body)
    assert isinstance(event, events.Sale)
    return event


def rows() -> list[tuple[int, str, list[tuple[str, str]]]]:
    """(number, state, the tests by file and name) of every row."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found = [ROW.match(line) for line in lines if re.match(r"^\| \d", line)]
    assert all(found), "a row that does not read as one"
    return [(int(one[1]), one[2], TEST.findall(one[3])) for one in found if one]


def test_the_page_has_each_of_the_68_once_and_in_order() -> None:
    assert [number for number, *_rest in rows()] == list(range(1, 69))


@pytest.mark.parametrize(("number", "state", "tests"), rows(), ids=lambda p: str(p)[:3])
def test_what_is_said_to_be_held_is_held_by_tests(
    number: int, state: str, tests: list[tuple[str, str]]
) -> None:
    assert tests or state != "held", f"{number} is held by nothing"
    assert len(set(tests)) == len(tests)
    for path, name in tests:
        assert re.search(rf"^ *def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_fault_15_a_copied_folder_without_its_keystore_asks_for_the_recovery_code(
    tmp_path: Path,
) -> None:
    here = Keystore()
    till, _created = make_shop(tmp_path / "book", keyring=here)
    till.close()
    shutil.copytree(tmp_path / "book", tmp_path / "copy")
    with pytest.raises(KeyMissing):
        reopen(tmp_path / "copy", keyring=Keystore())
    reopen(tmp_path / "book", keyring=here).close()


def test_fault_13_a_whole_folder_put_back_is_known_by_the_note_in_the_keystore(
    tmp_path: Path,
) -> None:
    """The witness beside the book went back with it; the one in the keystore did not."""
    here = Keystore()
    folder = tmp_path / "book"
    till, _created = make_shop(folder, keyring=here)
    till.close()
    shutil.copytree(folder, tmp_path / "copy")
    till = reopen(folder, keyring=here)
    sell(till)
    till.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    till = reopen(folder, keyring=here)
    with till.book.read() as reader:
        anchor = reader.journal.last_anchor()
        epoch = reader.journal.head().epoch
    assert anchor is not None
    assert (epoch, anchor.epoch) == (2, 2)
    assert "-2-" in sold(till).no
    till.close()
    # Once: the next start finds nothing new.
    till = reopen(folder, keyring=here)
    with till.book.read() as reader:
        assert reader.journal.head().epoch == 2
    till.close()


def test_fault_17_two_first_runs_from_one_image_are_two_tills(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    with pytest.raises(NoBook):
        reopen(image)
    facts = []
    for number in (1, 2):
        folder = tmp_path / f"till-{number}"
        shutil.copytree(image, folder)
        till, _created = make_shop(
            folder, ids=CountedIds(number), chance=SeededChance(number), keyring=None
        )
        with till.book.read() as reader:
            facts.append((till.facts.till_id, reader.tokens.keys()[0].seed))
        till.close()
    assert len({one for one, _seed in facts}) == len({seed for _one, seed in facts}) == 2


def test_fault_18_a_till_whose_clock_woke_in_2000_says_so_and_sells_by_its_journal(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "book"
    till, _created = make_shop(folder)
    before = parse_instant(sold(till).at)
    till.close()
    dead = SetClock()
    dead.set_wall(-timedelta(days=9_800))
    till = reopen(folder, clock=dead)
    after = parse_instant(sold(till).at)
    with till.book.read() as reader:
        told = [events.decode(one.body) for one in reader.journal.events()]
    (jump,) = [one for one in told if isinstance(one, events.ClockJump)]
    assert jump.by_ms < 0
    assert after >= before
    till.close()


def test_fault_66_after_a_sleep_head_office_is_greeted_before_anything_is_sent() -> None:
    """A sleep is a jump of the monotonic clock: what was known is old, so a hello comes first, also
    where something was sold in the moment in which the computer woke.
    """
    before = Session(acked=40, heard_ms=1_000)
    assert next_step(before, head_seq=40, newest_ms=0, now_ms=2_000) == Wait(IDLE_MS - 1_000)
    slept = 2_000 + 8 * 3_600_000
    for sold in (0, 1, 900):
        assert next_step(before, head_seq=40 + sold, newest_ms=0, now_ms=slept) == SayHello()
    awake = replace(before, heard_ms=slept)
    assert next_step(awake, head_seq=41, newest_ms=0, now_ms=slept) == Push(40, EVENTS_MAX)
