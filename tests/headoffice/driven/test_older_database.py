"""A push is kept and its answer is lost; the server ends, and comes back on yesterday's database.

Tills hear that head office has less than it acknowledged, and send again what it lacks: the push
that nobody heard of, and everything that was acknowledged since the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from posloyalty.headoffice.store.database import FILE_NAME
from posloyalty.sync.wire import messages
from tests.fakes.fault_proxy import Faults
from tests.headoffice.a_program import Program
from tests.headoffice.day_old import DayOld
from tests.headoffice.driven.house import House, until

pytestmark = pytest.mark.enable_socket
POINTS: Final = 2_000
PutBack = Callable[[], None]


@pytest.fixture
def copied(house: House, tmp_path: Path) -> Iterator[Callable[[], PutBack]]:
    """Copies the database of a server that is stopped, and gives what puts the copy back."""
    old: list[DayOld] = []

    def away() -> PutBack:
        if not house.url:
            copy = Path(shutil.copy(house.data / FILE_NAME, tmp_path))
            return lambda: _put_back(house, copy)
        old.append(DayOld(house.url))
        return old[-1].put_back

    yield away
    for one in old:
        one.end()


def test_what_an_older_database_lacks_comes_again_and_counts_once(
    house: House, copied: Callable[[], PutBack]
) -> None:
    with house.till(1) as one, house.till(2) as other:
        _sold_and_heard(one, other, points=2 * POINTS)
        house.served.stop()
        put_back = copied()
        house.serve()
        _sold_and_heard(one, other, points=4 * POINTS)
        with house.office() as office:
            first = office.lifetime.stands().life
        _sold_unheard(house, one)
        house.served.kill()
        put_back()
        assert len(house.kept(one.till.facts.till_id)) < len(_journal(one)) - 1
        house.line.faults = Faults()
        house.line.hang_up()
        house.serve()
        for till in (one, other):
            till.retry()
            till.until(lambda: till.till.sending.status().waiting == 0)  # noqa: B023 - waited here
            till.until(lambda: house.kept(till.till.facts.till_id) == _journal(till))  # noqa: B023
            till.until(lambda: till.counter.points() == 5 * POINTS)  # noqa: B023
        with house.office() as office:
            until(lambda: office.lifetime.stands().lends)
            assert office.lifetime.stands().life > first
        house.proves()


def _sold_and_heard(*tills: Program, points: int) -> None:
    for one in tills:
        one.sell()
    for one in tills:
        one.until(lambda: one.till.sending.status().waiting == 0)  # noqa: B023 - waited for here
        one.until(lambda: one.counter.points() == points)  # noqa: B023


def _sold_unheard(house: House, till: Program) -> None:
    """Head office keeps a sale, and the till does not hear so."""
    before = len(house.kept(till.till.facts.till_id))
    house.line.faults = Faults(swallow_from=messages.PUSH.encode())
    till.sell()
    until(lambda: len(house.kept(till.till.facts.till_id)) > before)
    assert till.till.sending.status().waiting > 0


def _put_back(house: House, copy: Path) -> None:
    for beside in house.data.glob(f"{FILE_NAME}-*"):
        beside.unlink()
    shutil.copy(copy, house.data / FILE_NAME)


def _journal(till: Program) -> dict[tuple[bytes, int], bytes]:
    with till.till.book.read() as reader:
        return {(one.event_id, one.seq): one.hash for one in reader.journal.events()}
