"""Rights, meters, refunds and acts on disk: written with their event, added up, read back whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES
from posloyalty.domain.ledger.right import Right
from tests.fakes.book import Rig, a_sale, add_member
from tests.fakes.doings import TODAY, a_plan, a_refund, an_act


def issue(rig: Rig, member_id: bytes, *, code: str = "", uses: int = 1) -> Right:
    event_id = rig.ids.new_id()
    plan = a_plan(rig, event_id)
    right = plan.issue(
        kind="pass", of="coffee", owner=member_id, code=code, uses=uses, last_day=TODAY
    )
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences(), member_id=member_id))
        unit.commit()
    return right


def test_a_right_is_read_back_as_it_was_opened(rig: Rig) -> None:
    member_id = add_member(rig)
    right = issue(rig, member_id, code="LV1:ABC", uses=30)
    with rig.book.read() as reader:
        assert reader.ledger.rights_of(member_id) == (right,)
        assert reader.ledger.right(right.id) == right
        assert reader.ledger.rights_by_code("LV1:ABC") == (right,)
        assert reader.ledger.rights_by_code("LV1:ABD") == ()
        state = reader.ledger.member_state(member_id, lots_since=TODAY)
        assert state is not None
        assert state.rights == (right,)
        states = reader.ledger.member_states([member_id], lots_since=TODAY)
        assert states[member_id].rights == (right,)


def test_changes_of_a_right_add_up_in_its_row(rig: Rig) -> None:
    member_id = add_member(rig)
    right = issue(rig, member_id, uses=30)
    event_id = rig.ids.new_id()
    plan = a_plan(rig, event_id)
    plan.use(right, 7)
    plan.give_back(right, 2)
    plan.extend(right, 14)
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences(), member_id=member_id))
        unit.commit()
    wanted = replace(right, used=5, last_day=TODAY + timedelta(days=14))
    with rig.book.read() as reader:
        assert reader.ledger.right(right.id) == wanted
        assert reader.ledger.done_by(event_id) == plan.consequences()


def test_a_right_is_never_used_more_often_than_it_is_good_for(rig: Rig) -> None:
    member_id = add_member(rig)
    right = issue(rig, member_id)
    event_id = rig.ids.new_id()
    plan = a_plan(rig, event_id)
    plan.use(right, 2)
    with pytest.raises(Exception, match="used_fits"), rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences(), member_id=member_id))
    with rig.book.read() as reader:
        assert reader.ledger.right(right.id) == right


def test_a_right_that_nobody_issued_cannot_be_used(rig: Rig) -> None:
    plan = a_plan(rig, b"E" * 16)
    unknown = a_plan(rig, b"F" * 16).issue(kind="voucher", of="x", owner=b"")
    plan.use(unknown)
    with pytest.raises(LookupError, match=unknown.id.hex()), rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, b"E" * 16, plan.consequences()))


def test_meters_are_read_from_a_day_on(rig: Rig) -> None:
    member_id, event_id = add_member(rig), rig.ids.new_id()
    plan = a_plan(rig, event_id)
    plan.count("visits", member_id, 1)
    plan.count("visits", member_id, 1, day=date(2026, 11, 1))
    plan.count("visits", b"T" * 16, 1)
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences(), member_id=member_id))
        unit.commit()
    new, old, others = plan.consequences().meters
    with rig.book.read() as reader:
        assert reader.ledger.meters(member_id, TODAY) == (new,)
        assert set(reader.ledger.meters(member_id, date(2026, 1, 1))) == {new, old}
        assert reader.ledger.meters(b"T" * 16, TODAY) == (others,)
        state = reader.ledger.member_state(member_id, lots_since=TODAY)
        assert state is not None
        assert state.meters == (new,)


def test_a_refund_is_read_back_and_its_quantities_add_up(rig: Rig) -> None:
    member_id = add_member(rig)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id, earned=10, lines=3)
        unit.sales.book(booked)
        first = a_refund(unit, rig, booked.sale, lines=(1, 2), withheld=90)
        unit.refunds.book(first, NO_CONSEQUENCES)
        second = a_refund(unit, rig, booked.sale, lines=(3,))
        unit.refunds.book(second, NO_CONSEQUENCES)
        unit.commit()
    with rig.book.read() as reader:
        assert reader.refunds.by_id(first.id) == first
        assert [refund for refund, _ in reader.refunds.of_sale(booked.sale.id)] == [first, second]
        assert reader.refunds.taken_back(booked.sale.id) == {1: 1000, 2: 1000, 3: 1000}
        assert reader.refunds.taken_back(first.id) == {}


def test_a_refund_at_another_place_than_its_number_says_is_a_mistake(rig: Rig) -> None:
    with rig.book.write() as unit:
        booked = a_sale(unit, rig)
        refund = a_refund(unit, rig, booked.sale)
        unit.sales.book(booked)
        with pytest.raises(ValueError, match="its place is"):
            unit.refunds.book(refund, NO_CONSEQUENCES)


def test_acts_are_found_by_member_and_by_kind(rig: Rig) -> None:
    member_id = add_member(rig)
    issue(rig, member_id)
    issue(rig, member_id, code="second")
    with rig.book.read() as reader:
        newest, first = reader.acts.of_member(member_id, limit=5)
        assert reader.acts.of_kind("event", limit=5) == (first, newest)
        assert reader.acts.of_kind("event", limit=1) == (first,)
        assert reader.acts.of_kind("merge", limit=5) == ()


def test_what_is_taken_back_keeps_the_instant_at_which_it_became_known(rig: Rig) -> None:
    member_id, event_id = add_member(rig), rig.ids.new_id()
    plan = a_plan(rig, event_id)
    then = rig.clock.now() - timedelta(days=20)
    plan.count("spend", member_id, -500, day=then.date(), at=then, undoes=b"S" * 16)
    plan.count("spend", member_id, 100)
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences(), member_id=member_id))
        unit.commit()
    with rig.book.read() as reader:
        found = {one.amount: one for one in reader.ledger.meters(member_id, then.date())}
        assert reader.ledger.done_by(event_id) == plan.consequences()
    assert set(found.values()) == set(plan.consequences().meters)
    assert (found[-500].at, found[-500].noted_at) == (then, rig.clock.now())
    assert found[100].noted_at == rig.clock.now()


def test_sums_of_meters_are_kept_apart_by_owner_meter_and_day(rig: Rig) -> None:
    plan = a_plan(rig, b"E" * 16)
    for day, owner, amount in (
        (TODAY, b"T" * 16, 3),
        (TODAY, b"T" * 16, 4),
        (TODAY, b"U" * 16, 5),
        (date(2026, 11, 1), b"T" * 16, 6),
        (date(2025, 1, 1), b"T" * 16, 7),
        (date(2024, 1, 1), b"T" * 16, 8),
    ):
        plan.count("taken", owner, amount, day=day)
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, b"E" * 16, plan.consequences()))
        unit.commit()
    since = date(2026, 11, 1)
    with rig.book.read() as reader:
        sums = reader.ledger.meter_sums([b"T" * 16], since, whole_life=False)
        whole = reader.ledger.meter_sums([b"T" * 16, b"U" * 16], since, whole_life=True)
    assert {(one.day, one.amount) for one in sums} == {(TODAY, 7), (since, 6)}
    assert {(one.owner, one.day, one.amount) for one in whole} == {
        (b"T" * 16, TODAY, 7),
        (b"T" * 16, since, 6),
        (b"T" * 16, since - timedelta(days=1), 15),
        (b"U" * 16, TODAY, 5),
    }
