"""What head office said was paid for goods, and what it says of a return that uses its leases."""

from __future__ import annotations

from posloyalty.domain.ledger.right import RightChange, RightMove
from posloyalty.services.lending.paid_goods import KEPT, PaidGoods
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.leases import Asset

PLACE = SoldPlace(b"t" * 8, 1, 42)
TEA, CUP = b"tea.............", b"cup............."


def asset(product: bytes) -> Asset:
    return PLACE.asset_of(product)


def use(lease: bytes, amount: int) -> RightChange:
    return RightChange(
        id=b"u" * 16, right_id=lease, move=RightMove.USE, event_id=b"e" * 16, amount=amount
    )


def knowing(*said: tuple[bytes, bytes, int, int]) -> PaidGoods:
    """(lease, article, thousandths, minor units) that head office said."""
    paid = PaidGoods()
    for lease, product, quantity, minor in said:
        paid.keep(lease, asset(product), quantity, minor)
    return paid


def test_a_return_of_all_that_was_lent_brings_what_was_said_for_it() -> None:
    paid = knowing((b"1", TEA, 2_000, 1_101), (b"2", CUP, 1_000, 300))
    uses = (use(b"1", 2_000), use(b"2", 1_000))
    wanted = ((asset(TEA), 2_000), (asset(CUP), 1_000))
    assert paid.most(wanted, uses) == {TEA: 1_101, CUP: 300}


def test_of_a_part_of_it_comes_its_part_and_of_two_leases_the_sum() -> None:
    paid = knowing((b"1", TEA, 2_000, 1_101), (b"2", TEA, 1_000, 300))
    assert paid.most([(asset(TEA), 1_000)], [use(b"1", 1_000)]) == {TEA: 551}
    assert paid.most([(asset(TEA), 3_000)], [use(b"1", 2_000), use(b"2", 1_000)]) == {TEA: 1_401}


def test_where_any_of_it_comes_from_elsewhere_nothing_is_said_of_the_article() -> None:
    paid = knowing((b"1", TEA, 1_000, 550))
    assert paid.most([(asset(TEA), 2_000)], [use(b"1", 1_000)]) == {}
    assert paid.most([(asset(TEA), 2_000)], [use(b"1", 1_000), use(b"9", 1_000)]) == {}
    assert paid.most([(asset(CUP), 1_000)], [use(b"9", 1_000)]) == {}


def test_what_was_said_last_of_a_lease_holds_and_the_oldest_are_forgotten() -> None:
    paid = knowing((b"1", TEA, 1_000, 550), (b"1", TEA, 1_000, 400))
    assert paid.most([(asset(TEA), 1_000)], [use(b"1", 1_000)]) == {TEA: 400}
    for number in range(KEPT - 1):
        paid.keep(b"n%d" % number, asset(CUP), 1_000, 1)
    assert paid.most([(asset(TEA), 1_000)], [use(b"1", 1_000)]) == {TEA: 400}
    paid.keep(b"one more", asset(CUP), 1_000, 1)
    assert paid.most([(asset(TEA), 1_000)], [use(b"1", 1_000)]) == {}
