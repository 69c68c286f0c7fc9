"""What a fold makes of uses that tills made without one another, and of what is none of its own."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.sync import events
from posloyalty.sync.fold import fold_member
from posloyalty.sync.found import Anomaly
from posloyalty.sync.given_twice import GIVEN_TWICE, Twice, facts_of
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import filed
from posloyalty.sync.leases import LEASE
from tests.sync.test_fold import ANNA, START, Till, folded, voucher


def test_a_right_that_was_used_twice_is_there_again_once_one_use_is_given_back() -> None:
    a, b = Till("A"), Till("B")
    right = voucher(a)
    for till, minutes, gives in ((a, 1, False), (b, 2, False), (a, 3, True)):
        at = START + timedelta(minutes=minutes)
        plan = till.plan(at)
        (plan.give_back if gives else plan.use)(right)
        till.append(plan.event_id, plan.consequences(), at)
    (own,) = folded(a, b).rights
    assert (own.used, own.left) == (0, 1)


def test_a_lease_is_no_right_of_the_members() -> None:
    till = Till("A")
    right = voucher(till)
    plan = till.plan(START)
    plan.issue(kind=LEASE, of="points:club/points", owner=ANNA, uses=100)
    till.append(plan.event_id, plan.consequences(), START)
    assert [one.id for one in folded(till).rights] == [right.id]


def test_what_was_given_twice_is_found_where_it_was_given_and_not_at_head_office() -> None:
    twice = Twice("ten-visits", b"the-second-event", b"till-of-store-b!", "B", "B-T01-1-0007")
    event = events.Act(
        id=b"the-decision-16b".hex(),
        at=START.isoformat(timespec="milliseconds"),
        hlc=(0, 0),
        kind=GIVEN_TWICE,
        what=twice.challenge,
        day=START.date().isoformat(),
        member=ANNA.hex(),
        facts=facts_of(twice, 1),
    )
    stored = StoredEvent(
        seq=1, epoch=1, event_id=bytes.fromhex(event.id), kind="act", at=event.at,
        body=events.encode(event), hash=bytes(32),
    )  # fmt: skip
    said = filed(stored, event, till_id=b"head-office-16-b", store="", last_at=None)
    (found,) = fold_member(ANNA, [said]).anomalies
    assert (found.anomaly, found.till_id, found.store) == (
        Anomaly.GIVEN_TWICE, twice.till_id, "B",
    )  # fmt: skip
