"""What a server remembers of what it took in: bounded, told once, and given up by the fold."""

from __future__ import annotations

from datetime import UTC, datetime

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES
from posloyalty.headoffice.tills.recent import OTHERS_EVERY, Recent
from posloyalty.sync import events
from posloyalty.sync.journals import Filed

TILL = b"t" * 16
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def filed(seq: int) -> Filed:
    return Filed(
        till_id=TILL,
        store="S1",
        epoch=1,
        seq=seq,
        event_id=b"%016d" % seq,
        at=AT,
        event=events.Opaque(t="later", v=1, id="00", at=AT.isoformat(), hlc=(1, 1)),
        does=NO_CONSEQUENCES,
    )


def test_an_event_is_found_until_it_is_folded() -> None:
    recent = Recent()
    recent.note([filed(1), filed(2)], [b"a"])
    recent.forget([(TILL, 1, 1), (TILL, 1, 9)])
    assert recent.find((TILL, 1, 1)) is None
    assert recent.find((TILL, 1, 2)) == filed(2)


def test_the_oldest_go() -> None:
    recent = Recent(most=3)
    for seq in range(1, 6):
        recent.note([filed(seq)], [b"%d" % seq])
    assert [recent.find((TILL, 1, seq)) is not None for seq in range(1, 6)] == [0, 0, 1, 1, 1]
    assert recent.owners(9) == [b"3", b"4", b"5"]


def test_owners_are_told_longest_first_and_once_until_something_comes_again() -> None:
    recent = Recent()
    recent.note([], [b"a", b"b", b"c"])
    recent.note([], [b"a"])
    assert recent.owners(2) == [b"a", b"b"]
    assert recent.owners(2) == [b"c"]
    assert recent.owners(2) == []
    recent.note([], [b"a"])
    assert recent.owners(2) == [b"a"]


def test_owners_of_other_servers_have_their_turn_however_much_comes_in_here() -> None:
    recent = Recent()
    recent.note([], [b"%d" % number for number in range(100)])
    told = [bool(recent.owners(1)) for _ in range(3 * OTHERS_EVERY)]
    assert told.count(False) == 3
