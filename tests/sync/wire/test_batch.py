"""A stretch travels: exactly the bytes that the till wrote, and nothing that is out of bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.journal import StoredEvent, link
from posloyalty.sync.wire.batch import (
    EVENTS_MAX,
    BadBatch,
    Outgoing,
    outgoing,
    read_plain,
    read_stretch,
)

TILL = bytes(range(16))
BODIES = st.lists(st.text(max_size=60), min_size=1, max_size=9)


def stretch(
    bodies: list[bytes], *, first: int = 41, epoch: int = 3
) -> tuple[list[StoredEvent], bytes]:
    events, previous = [], bytes(32)
    for seq, body in enumerate(bodies, first):
        previous = link(till_id=TILL, epoch=epoch, seq=seq, previous=previous, body=body)
        events.append(
            StoredEvent(
                seq=seq,
                epoch=epoch,
                event_id=seq.to_bytes(16, "big"),
                kind="",
                at="",
                body=body,
                hash=previous,
            )
        )
    return events, going(events).lines()


def going(events: list[StoredEvent]) -> Outgoing:
    return outgoing(events, till_id=TILL, previous=bytes(32), signature=bytes(64), waiting=7)


@given(BODIES)
def test_what_was_written_comes_back_to_the_byte(texts: list[str]) -> None:
    events, lines = stretch([text.encode("utf-8") for text in texts])
    read = read_stretch(lines)
    assert [(one.event_id, one.body) for one in read.sent] == [
        (one.event_id, one.body) for one in events
    ]
    assert (read.epoch, read.first_seq, read.last_seq) == (3, 41, 40 + len(texts))
    assert (read.till_id, read.previous, read.waiting) == (TILL, bytes(32), 7)
    assert read.hashes() == tuple(one.hash for one in events)
    assert read.head == events[-1].hash


def test_lines_are_those_that_were_promised() -> None:
    _, lines = stretch([b'{"t":"x"}'])
    head = link(till_id=TILL, epoch=3, seq=41, previous=bytes(32), body=b'{"t":"x"}').hex()
    assert lines.decode() == (
        f'{{"k":"h","till":"{TILL.hex()}","epoch":3,"from":41,"n":1,"prev":"{"00" * 32}",'
        f'"head":"{head}","sig":"{"00" * 64}","waiting":7}}\n'
        f'{{"s":41,"i":"{(41).to_bytes(16, "big").hex()}","b":"{{\\"t\\":\\"x\\"}}"}}\n'
    )


HOSTILE = [
    (b'"epoch":3', b'"epoch":0'),
    (b'"epoch":3', b'"epoch":4294967296'),
    (b'"epoch":3', b'"epoch":3.5'),
    (b'"from":41', b'"from":0'),
    (b'"from":41', b'"from":-1'),
    (b'"from":41', b'"from":99999999999999999999'),
    (b'"n":2', b'"n":0'),
    (b'"n":2', b'"n":%d' % (EVENTS_MAX + 1)),
    (b'"waiting":7', b'"waiting":-7'),
    (b'"waiting":7', b'"waiting":7,"more":1'),
    (b'"sig":"00', b'"sig":"zz'),
    (b'"k":"h"', b'"k":"x"'),
    (b'"b":"', b'"c":"'),
    (b'"b":"one', b'"b":"\\ud800'),
    (b'"b":"one', b'"b":"\xff'),
]


@pytest.mark.parametrize(("old", "new"), HOSTILE)
def test_what_is_out_of_bounds_is_no_stretch(old: bytes, new: bytes) -> None:
    _, lines = stretch([b"one", b"two"])
    assert old in lines
    with pytest.raises(BadBatch, match="NO_BATCH"):
        read_stretch(lines.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"), [(b'"n":2', b'"n":1'), (b'"n":2', b'"n":3'), (b'"s":42', b'"s":43')]
)
def test_places_are_free_of_gaps(old: bytes, new: bytes) -> None:
    _, lines = stretch([b"one", b"two"])
    with pytest.raises(BadBatch, match="OTHER_COUNT"):
        read_stretch(lines.replace(old, new))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_stretch_or_are_refused(body: bytes) -> None:
    with pytest.raises(BadBatch):
        read_stretch(body)


def named(seq: int, more: str = "") -> bytes:
    """A body that names the id under which `stretch` sends it."""
    return f'{{"t":"x","v":1,"id":"{seq:032x}","more":"{more}"}}'.encode()


@given(st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8")), min_size=1))
def test_the_plain_form_says_the_same(texts: list[str]) -> None:
    events, lines = stretch([named(seq, text) for seq, text in enumerate(texts, 41)])
    plain = going(events).plain()
    assert plain is not None
    assert read_plain(plain) == read_stretch(lines)


def test_the_plain_form_is_the_bodies_behind_the_first_line() -> None:
    events, lines = stretch([named(41), named(42)])
    first, *rest = (going(events).plain() or b"").split(b"\n")
    assert first == lines.partition(b"\n")[0]
    assert rest == [named(41), named(42), b""]


@pytest.mark.parametrize(
    "body",
    [b"no id", named(41), named(42, "two\nlines"), b'{"id":"00"}', b"\xff" + named(42)],
    ids=["none", "another", "line's end", "short", "no text"],
)
def test_what_does_not_fit_has_no_plain_form(body: bytes) -> None:
    events, lines = stretch([named(41), body])
    assert read_stretch(lines).sent[1].body == body
    assert going(events).plain() is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"n":2', b'"n":1', "OTHER_COUNT"),
        (b'"n":2', b'"n":3', "OTHER_COUNT"),
        (b'"one"}\n', b'"one"}', "OTHER_COUNT"),
        (b'"one"}\n', b'"one"}\n\n', "OTHER_COUNT"),
        (b'"two"}\n', b'"two"}', "OTHER_COUNT"),
        (b'"two"}\n', b'"two"}\n\n', "OTHER_COUNT"),
        (b'"id":"', b'"di":"', "NO_BATCH"),
        (b'"id":"0', b'"id":"z', "NO_BATCH"),
        *((old, new, "NO_BATCH") for old, new in HOSTILE[:12] if b"more" not in new),
    ],
)
def test_a_plain_form_is_held_to_the_same_bounds(old: bytes, new: bytes, code: str) -> None:
    events, _ = stretch([named(41, "one"), named(42, "two")])
    plain = going(events).plain()
    assert plain is not None
    assert old in plain
    with pytest.raises(BadBatch, match=code):
        read_plain(plain.replace(old, new))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_plain_form_or_are_refused(body: bytes) -> None:
    with pytest.raises(BadBatch):
        read_plain(body)
