"""Lives of head office's database: what begins one, what its decisions are called, who lends."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE, Asset, AssetKind
from posloyalty.sync.office.belongings import Belongings, difference
from posloyalty.sync.office.lending import MemoryShelf, OfficeLending
from posloyalty.sync.office.lives import (
    Retells,
    Shows,
    born,
    claimed,
    is_latest,
    lends,
    next_life,
    next_name,
    shows,
)
from posloyalty.sync.office.own_journal import OwnJournal
from posloyalty.sync.wire.acknowledgements import LIVES_MAX, acknowledged
from tests.sync.examples import EXAMPLES
from tests.sync.fleet import OFFICE, START, member
from tests.sync.small_rules import PROGRAMME

TILL = b"till............"
WHO = member("somebody")
SHOWN = acknowledged(bytes(32), till_id=TILL, life=3, seq=40, head=bytes(32))
ASSET = Asset(AssetKind.POINTS, "test/points", WHO)
LENT = Right(
    id=b"lease...........",
    kind=LEASE,
    of=ASSET.text,
    owner=WHO,
    programme="",
    uses=500,
    last_day=date(2026, 3, 4),
)


@pytest.mark.parametrize(
    ("life", "here", "found"),
    [
        (3, True, Shows.NOTHING),
        (3, False, Shows.LOST),
        (2, False, Shows.LATER_LIFE),
        # It was lost before this life began, which waits for its till already.
        (4, False, Shows.NOTHING),
    ],
)
def test_an_acknowledgement_of_this_life_that_is_not_here_was_lost(
    life: int, here: bool, found: Shows
) -> None:
    assert shows(SHOWN, life=life, is_here=here) is found


@pytest.mark.parametrize(
    ("life", "seen", "now_s", "follows"),
    [
        (1, 1, 17_700_000_000, 1_770_000_000),
        # The clock stands still, or is behind: it is counted on.
        (1_770_000_000, 1, 17_700_000_000, 1_770_000_001),
        (7, 9, 0, 10),
        (LIVES_MAX, 1, 0, LIVES_MAX),
    ],
)
def test_a_life_has_a_later_number_than_any_before(
    life: int, seen: int, now_s: int, follows: int
) -> None:
    assert next_life(life=life, seen=seen, now_s=now_s) == follows


def test_two_lives_from_the_same_copy_have_two_numbers_and_two_names() -> None:
    one = next_life(life=1, seen=1, now_s=1_770_000_000)
    other = next_life(life=1, seen=1, now_s=1_770_000_030)
    assert other == one + 3
    assert next_name(b"n" * 16, one, b"a") != next_name(b"n" * 16, one, b"b")


def test_leases_are_given_by_the_latest_when_everybody_has_told() -> None:
    assert lends(life=3, seen=3, awaits=False)
    assert not lends(life=3, seen=3, awaits=True)
    assert not lends(life=3, seen=4, awaits=False)
    assert not is_latest(life=3, seen=4)


def decided(life: bytes, at: datetime = START) -> bytes:
    none: list[StoredEvent] = []
    own = OwnJournal(OFFICE, b"", lambda: none[-1] if none else None, born=life)
    return own.plan(PROGRAMME, at).event_id


def test_a_decision_is_never_called_as_one_that_a_copy_has_forgotten() -> None:
    assert born(1, b"first") == b""
    assert decided(born(1, b"first")) != decided(born(2, b"second"))
    # Nor in the same life, before anybody noticed that it was put back.
    later = START.replace(minute=1)
    assert decided(b"") == decided(b"")
    assert decided(b"") != decided(b"", later)


def taken_up(lent: Right) -> Filed:
    change = RightChange(
        id=b"change..........",
        right_id=lent.id,
        move=RightMove.ISSUE,
        event_id=b"event...........",
        opens=lent,
    )
    return Filed(
        till_id=TILL,
        store="S1",
        epoch=1,
        seq=9,
        event_id=b"event...........",
        at=START,
        event=EXAMPLES["sale"],
        does=Consequences(rights=(change,)),
    )


def test_a_lease_that_a_till_tells_again_is_its_own() -> None:
    shelf = MemoryShelf()
    event = taken_up(LENT)
    assert claimed(shelf, [event], till_id=TILL, retells=Retells.AWAITED) == [event]
    lease = shelf.get(LENT.id)
    assert lease is not None
    assert (lease.till_id, lease.left, lease.asset.owner) == (TILL, 500, WHO)
    # Two days more than its last one, wherever on earth that was.
    assert lease.not_after == datetime(2026, 3, 6, tzinfo=UTC)
    assert shelf.last_day(LENT.id) == date(2026, 3, 4)
    assert claimed(shelf, [event], till_id=TILL, retells=Retells.AWAITED) == []
    strange = replace(LENT, id=b"strange.........", of="nobody knows")
    assert claimed(shelf, [taken_up(strange)], till_id=TILL, retells=Retells.NEW) == []


def told_before_anybody_noticed() -> tuple[MemoryShelf, OfficeLending]:
    """A till has nothing to tell again, and says that it was lent something."""
    shelf = MemoryShelf()
    assert claimed(shelf, [taken_up(LENT)], till_id=TILL, retells=Retells.TOLD) == []
    return shelf, OfficeLending(shelf)


def test_what_only_a_till_says_that_it_was_lent_holds_nothing_aside_and_is_asked_back() -> None:
    shelf, lending = told_before_anybody_noticed()
    assert lending.book.held(ASSET) == 0
    held = lending.held_by(TILL)
    assert lending.recalls_for(held, {LENT.id: True}) == (LENT.id,)
    assert lending.grants_for(held, {LENT.id: True}) == ()
    # What it uses of it no lease covers, and what it gives back is free to nobody.
    assert lending.book.use(LENT.id, 120, at=START) == 120
    lending.book.give_back(LENT.id)
    shelf.believe()
    assert lending.book.held(ASSET) == 0
    assert lending.recalls_for(lending.held_by(TILL), {LENT.id: False}) == ()
    assert (lending.book.lease(LENT.id).used, lending.book.lease(LENT.id).returned) == (120, 380)


def test_when_a_life_begins_what_tills_had_said_before_is_believed() -> None:
    shelf, lending = told_before_anybody_noticed()
    lending.book.use(LENT.id, 120, at=START)
    shelf.believe(gone=[TILL])
    assert lending.book.held(ASSET) == 0
    shelf.believe()
    assert lending.book.held(ASSET) == 380
    assert lending.book.use(LENT.id, 80, at=START) == 0
    shelf.believe()
    assert lending.book.held(ASSET) == 300
    assert lending.recalls_for(lending.held_by(TILL), {LENT.id: True}) == ()


def test_what_a_restored_till_has_forgotten_is_not_believed() -> None:
    shelf, lending = told_before_anybody_noticed()
    lending.forgotten(TILL, {})
    shelf.believe()
    assert lending.book.held(ASSET) == 0


@pytest.mark.parametrize("retells", [Retells.AWAITED, Retells.NEW])
def test_what_a_till_tells_that_has_to_is_held_aside_at_once(retells: Retells) -> None:
    shelf, event = MemoryShelf(), taken_up(LENT)
    lending = OfficeLending(shelf)
    assert claimed(shelf, [event], till_id=TILL, retells=retells) == [event]
    assert lending.book.held(ASSET) == 500
    assert lending.recalls_for(lending.held_by(TILL), {LENT.id: True}) == ()


@pytest.mark.parametrize("uses", [0, None])
def test_a_lease_of_nothing_is_nothing(uses: int | None) -> None:
    shelf, event = MemoryShelf(), taken_up(replace(LENT, uses=uses))
    for retells in Retells:
        assert claimed(shelf, [event], till_id=TILL, retells=retells) == []
    assert shelf.get(LENT.id) is None


def test_a_voucher_of_a_forgotten_decision_ends_at_the_till_that_heard_of_it() -> None:
    given = replace(LENT, id=b"voucher.........", kind="voucher", of="welcome")
    here = Belongings(WHO, rights={given.id: given})
    nothing = MemberFold(
        member_id=WHO, transfers=(), lots=(), rights=(), meters=(), holdings=(), anomalies=()
    )
    does = difference(here, Belongings.of(nothing), event_id=b"settle..........")
    assert [(one.right_id, one.move) for one in does.rights] == [(given.id, RightMove.CANCEL)]
    here.take(does)
    assert here.rights[given.id].cancelled == 1
    # Once is enough.
    again = difference(here, Belongings.of(nothing), event_id=b"settle again....")
    assert again == Consequences()
