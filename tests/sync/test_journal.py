"""The chain: every change of a journal is seen, at its place."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posloyalty.sync.journal import (
    ChainBroken,
    ChainFault,
    StoredEvent,
    genesis_predecessor,
    link,
    links,
    receipt_number,
    verified,
)

TILL = bytes(range(16))
BEFORE = genesis_predecessor(TILL, b"certificate")
BODIES = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=12)


def chain(bodies: list[bytes], *, epoch: int = 1) -> list[StoredEvent]:
    events, previous = [], BEFORE
    for seq, body in enumerate(bodies, 1):
        previous = link(till_id=TILL, epoch=epoch, seq=seq, previous=previous, body=body)
        events.append(
            StoredEvent(
                seq=seq,
                epoch=epoch,
                event_id=seq.to_bytes(16, "big"),
                kind="boot",
                at="",
                body=body,
                hash=previous,
            )
        )
    return events


def walked(events: list[StoredEvent]) -> list[StoredEvent]:
    return list(verified(events, till_id=TILL, after_seq=0, after_hash=BEFORE))


def test_the_hash_is_the_one_that_was_promised() -> None:
    body = b'{"t":"boot"}'
    by_hand = sha256(
        b"LJ1\0"
        + TILL
        + (3).to_bytes(4, "big")
        + (41).to_bytes(8, "big")
        + bytes(32)
        + sha256(body).digest()
    ).digest()
    assert link(till_id=TILL, epoch=3, seq=41, previous=bytes(32), body=body) == by_hand


@given(BODIES, st.integers(1, 2**32 - 1), st.integers(1, 2**53))
def test_the_hashes_of_a_stretch_are_those_of_its_events_one_by_one(
    bodies: list[bytes], epoch: int, first_seq: int
) -> None:
    one_by_one, previous = [], BEFORE
    for seq, body in enumerate(bodies, first_seq):
        previous = link(till_id=TILL, epoch=epoch, seq=seq, previous=previous, body=body)
        one_by_one.append(previous)
    made = links(till_id=TILL, epoch=epoch, first_seq=first_seq, previous=BEFORE, bodies=bodies)
    assert made == tuple(one_by_one)


def test_what_stands_before_the_first_event_is_the_one_that_was_promised() -> None:
    by_hand = sha256(b"LJ1-genesis\0" + TILL + sha256(b"certificate").digest()).digest()
    assert by_hand == BEFORE


@given(BODIES)
def test_a_chain_that_nobody_touched_verifies(bodies: list[bytes]) -> None:
    events = chain(bodies)
    assert walked(events) == events


@given(BODIES, st.data())
def test_a_changed_body_is_found_at_its_place(bodies: list[bytes], data: st.DataObject) -> None:
    events = chain(bodies)
    place = data.draw(st.integers(0, len(events) - 1))
    events[place] = replace(events[place], body=events[place].body + b"!")
    with pytest.raises(ChainBroken) as broken:
        walked(events)
    assert (broken.value.fault, broken.value.seq) == (ChainFault.BAD_HASH, place + 1)


@given(st.lists(st.binary(min_size=1), min_size=2, max_size=8), st.data())
def test_a_missing_event_is_a_gap_at_its_place(bodies: list[bytes], data: st.DataObject) -> None:
    events = chain(bodies)
    place = data.draw(st.integers(0, len(events) - 2))
    del events[place]
    with pytest.raises(ChainBroken) as broken:
        walked(events)
    assert (broken.value.fault, broken.value.seq) == (ChainFault.GAP, place + 1)


def test_an_event_rewritten_with_a_new_hash_breaks_the_next_one() -> None:
    events = chain([b"a", b"b", b"c"])
    forged = link(till_id=TILL, epoch=1, seq=2, previous=events[0].hash, body=b"B")
    events[1] = replace(events[1], body=b"B", hash=forged)
    with pytest.raises(ChainBroken) as broken:
        walked(events)
    assert broken.value.seq == 3


def test_another_tills_journal_does_not_verify() -> None:
    with pytest.raises(ChainBroken):
        list(verified(chain([b"a"]), till_id=bytes(16), after_seq=0, after_hash=BEFORE))


def test_an_epoch_never_goes_back() -> None:
    events = chain([b"a"], epoch=2)
    later = link(till_id=TILL, epoch=1, seq=2, previous=events[0].hash, body=b"b")
    events.append(replace(events[0], seq=2, epoch=1, body=b"b", hash=later))
    with pytest.raises(ChainBroken) as broken:
        walked(events)
    assert broken.value.fault is ChainFault.BAD_EPOCH


def test_receipt_numbers_are_store_till_epoch_seq() -> None:
    assert receipt_number(store="S01", till="T02", epoch=1, seq=214) == "S01-T02-1-0214"
    assert receipt_number(store="S01", till="T02", epoch=2, seq=12345) == "S01-T02-2-12345"


@pytest.mark.parametrize(
    ("till", "previous"), [(bytes(15), bytes(32)), (bytes(16), bytes(31)), (b"", b"")]
)
def test_ids_and_hashes_of_the_wrong_size_are_mistakes(till: bytes, previous: bytes) -> None:
    with pytest.raises(ValueError, match="has"):
        link(till_id=till, epoch=1, seq=1, previous=previous, body=b"")
