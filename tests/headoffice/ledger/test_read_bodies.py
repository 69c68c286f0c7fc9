"""What is asked of an event again and again is read of its bytes once a process."""

from __future__ import annotations

import msgspec
import pytest

from posloyalty.headoffice.ledger import read_bodies
from posloyalty.headoffice.ledger.read_bodies import BYTES_MAX, heard_body, read_body
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from posloyalty.sync.journals import moving
from tests.benchmarks.often import Counter
from tests.fakes.time import SetClock
from tests.sync.examples import EXAMPLES

BEFORE = 30


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bodies that are read from now on, each time that one is."""
    found: list[bytes] = []
    decode = events.decode

    def decoded(body: bytes) -> events.Event | events.Opaque:
        found.append(body)
        return decode(body)

    monkeypatch.setattr(events, "decode", decoded)
    return found


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_what_is_kept_is_what_the_body_says(kind: str) -> None:
    body = events.encode(EXAMPLES[kind])
    for _ in range(2):
        event, does = read_body(body)
        assert event == events.decode(body) == EXAMPLES[kind]
        assert does == moving(event) == heard_body(body)


def test_a_long_body_is_read_each_time_and_the_others_have_a_bound(read: list[bytes]) -> None:
    example = EXAMPLES["error_note"]
    assert isinstance(example, events.ErrorNote)
    short = events.encode(msgspec.structs.replace(example, id="ab" * 16))
    long = short + b" " * BYTES_MAX
    for _ in range(2):
        for reading in (read_body, heard_body):
            reading(short)
            reading(long)
    assert read.count(short) == 2  # once of either kind
    assert read.count(long) == 4
    for kept in (read_bodies._kept, read_bodies._kept_of_heard):
        assert kept.cache_info().maxsize == read_bodies.BODIES_KEPT


def test_of_a_member_who_bought_often_only_what_is_new_is_read(
    office: OpenOffice, clock: SetClock, read: list[bytes]
) -> None:
    counter = Counter(office, clock, stores=False)
    counter.sell(BEFORE)
    counter.sell_one()
    counter.by_processor(counter.answer)
    counter.by_processor(counter.reserve)
    counter.hear_one()
    counter.sell_one()
    read.clear()
    counter.by_processor(counter.answer)
    counter.by_processor(counter.reserve)
    # The purchase, what the other till heard of the one before, and the lease.
    assert len(set(read)) <= 4
    assert len(read) < BEFORE / 2
