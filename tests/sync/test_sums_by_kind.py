"""What members used has a sum by its kind, whatever kind that is; the words of a Z stay as ever."""

from __future__ import annotations

from msgspec import structs

from posloyalty.domain.programme import kinds
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.shop.shift_sums import SumKind, Sums, read_sum
from posloyalty.sync import events
from posloyalty.sync.shift_event import sums_of, sums_shown
from posloyalty.sync.shift_fold import fold_event
from tests.sync.examples import EXAMPLES

assert kinds  # imported so that what they declare is known


def sold() -> Sums:
    """A sale lowered by an offer, by hand, by a voucher, and by a kind from outside."""
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    offers = (
        events.Offer(id="autumn", name="Autumn", amount=100),
        events.Offer(id="by-hand:1", name="Scratch", amount=50, src="by_hand"),
        events.Offer(id="mug", name="Mug", amount=300, src="voucher"),
        events.Offer(id="walk", name="Walk", amount=700, src="sticker"),
    )
    sums = Sums()
    fold_event(sums, structs.replace(sale, offers=offers), lambda _: "")
    return sums


def closing(sums: Sums) -> events.ShiftClosed:
    closed = EXAMPLES["shift_close"]
    assert isinstance(closed, events.ShiftClosed)
    return structs.replace(closed, sums=sums_shown(sums))


def test_what_members_used_is_summed_apart_from_what_the_shop_gives_everybody() -> None:
    sums = sold()
    shop, used = sums.of(SumKind.OFFER), sums.of(SumKind.OWNED)
    assert {of: line.amount for of, line in shop.items()} == {"autumn": 100, "by-hand:1": 50}
    assert {of: line.amount for of, line in used.items()} == {
        "sticker/walk": 700,
        "voucher/mug": 300,
    }


def test_a_z_names_each_sum_by_the_kind_itself_and_is_read_back_whole() -> None:
    sums = sold()
    event = closing(sums)
    told = {(one.k, one.of): one.n for one in event.sums}
    assert (told["voucher", "mug"], told["sticker", "walk"]) == (300, 700)
    assert {one.k for one in event.sums} & {SumKind.OWNED.value} == set()
    assert sums_of(event) == sums
    names = [(one.op, one.k, one.of or "") for one in event.sums]
    assert names == sorted(names)


def test_no_kind_that_lowers_a_sale_is_called_as_another_sum() -> None:
    taken = {key for key in DECLARATIONS if read_sum(key)[0] is not SumKind.OWNED}
    assert taken == {"returns"}  # a table of terms for goods that come back: nobody owns one
