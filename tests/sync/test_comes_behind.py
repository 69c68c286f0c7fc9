"""The order of events: what is named before whoever names it, and everything else by its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.journals import Filed
from posloyalty.sync.receipt_digest import BODY_BYTES, TILL_BYTES, ReceiptDigest, encode
from tests.sync.examples import EXAMPLES

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def an_event(number: int, till: str, minute: int, *names: int) -> Filed:
    """One that opens a right of its number, and uses those of others."""
    opens = Right(id=right(number), kind="pass", of="", owner=b"anna", programme="")
    issue = change(number, RightMove.ISSUE, opens)
    return Filed(
        till_id=till.encode().ljust(16, b"."),
        store="S1",
        epoch=1,
        seq=number + 1,
        event_id=number.to_bytes(16, "big"),
        at=AT + timedelta(minutes=minute),
        event=EXAMPLES["act"],
        does=Consequences(rights=(issue, *(change(one, RightMove.USE) for one in names))),
    )


def change(number: int, move: RightMove, opens: Right | None = None) -> RightChange:
    return RightChange(
        id=b"c" * 16, right_id=right(number), move=move, event_id=b"e" * 16, opens=opens
    )


def right(number: int) -> bytes:
    return b"right" + number.to_bytes(11, "big")


def numbers(found: Iterable[Filed]) -> list[int]:
    return [one.seq - 1 for one in found]


def names(one: Filed) -> list[int]:
    """The numbers of what it names."""
    used = [c.right_id for c in one.does.rights if c.move is RightMove.USE]
    return [int.from_bytes(right_id[5:], "big") for right_id in used]


@st.composite
def journals(draw: st.DrawFn, *, circles: bool = False) -> list[Filed]:
    """Events of three tills, whose own times never go back; each names some that were before it in
    truth, whatever their times say, and in circles any.
    """
    many = draw(st.integers(1, 14))
    last = dict.fromkeys("abc", 0)
    found = []
    for number in range(many):
        till = draw(st.sampled_from("abc"))
        last[till] += draw(st.sampled_from((0, 1, 5, 1_440)))
        among = st.integers(0, many - 1 if circles else number)
        named = draw(st.lists(among, max_size=2)) if draw(st.booleans()) else []
        found.append(an_event(number, till, last[till], *named))
    return found


def of_till(found: Sequence[Filed], till_id: bytes) -> list[Filed]:
    return [one for one in found if one.till_id == till_id]


def test_what_is_named_comes_first_with_all_that_its_till_had_done_before() -> None:
    ahead = [an_event(0, "a", 1_440), an_event(1, "a", 1_441), an_event(2, "a", 1_442)]
    others = [an_event(3, "b", 0), an_event(4, "b", 60, 1), an_event(5, "c", 120)]
    assert numbers(in_order([*ahead, *others])) == [3, 0, 1, 4, 5, 2]


def test_goods_that_come_back_by_a_receipt_come_behind_their_sale() -> None:
    sold = an_event(2, "a", 1_440)
    sale = replace(EXAMPLES["sale"], id="ee" * 16, no="S1-T1-1-0003")  # type: ignore[type-var]
    back = replace(EXAMPLES["refund"], receipt=receipt(sold.till_id, 1, 3))  # type: ignore[call-arg]
    named = replace(an_event(1, "b", 60), event=back)
    assert numbers(in_order([replace(sold, event=sale), named])) == [2, 1]


def receipt(till_id: bytes, epoch: int, seq: int) -> str:
    digest = ReceiptDigest(
        till=till_id[:TILL_BYTES],
        epoch=epoch,
        seq=seq,
        day=AT.date(),
        payable_minor=1,
        earned=0,
        body=bytes(BODY_BYTES),
    )
    return encode(digest, lambda _data: bytes(64))


def test_names_that_go_round_in_a_circle_are_broken_by_time() -> None:
    circle = [an_event(0, "a", 3, 1), an_event(1, "b", 2, 2), an_event(2, "c", 1, 0)]
    assert numbers(in_order(circle)) == [1, 0, 2]


def test_thousands_that_name_one_another_are_put_in_order() -> None:
    many = [an_event(n, f"t{n}", 5_000 - n, *([n - 1] if n else [])) for n in range(5_000)]
    assert numbers(in_order(many)) == list(range(5_000))


@given(journals())
def test_whatever_times_say_cause_comes_before_effect(found: list[Filed]) -> None:
    place = {number: n for n, number in enumerate(numbers(in_order(found)))}
    assert sorted(place) == list(range(len(found)))
    for one in found:
        assert all(place[named] <= place[one.seq - 1] for named in names(one))


@given(journals(circles=True), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(found: list[Filed], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = in_order(found)
    assert in_order(shuffled) == ordered
    assert sorted(numbers(ordered)) == list(range(len(found)))


@given(journals())
def test_a_till_keeps_its_own_order(found: list[Filed]) -> None:
    ordered = in_order(found)
    for till_id in {one.till_id for one in found}:
        assert of_till(ordered, till_id) == of_till(found, till_id)


@given(journals())
def test_where_nothing_is_named_before_its_time_time_decides(found: list[Filed]) -> None:
    by_time = sorted(found, key=lambda one: one.order)
    place = {one.seq - 1: n for n, one in enumerate(by_time)}
    if all(place[named] <= place[one.seq - 1] for one in found for named in names(one)):
        assert in_order(found) == by_time


@given(journals(), st.integers(0, 14))
def test_a_fold_may_go_on_behind_what_names_nothing_later(found: list[Filed], many: int) -> None:
    by_time = sorted(found, key=lambda one: one.order)
    before, later = by_time[:many], by_time[many:]
    opened = {one.seq - 1 for one in later}
    if not any(named in opened for one in before for named in names(one)):
        assert in_order(found) == in_order(before) + in_order(later)
