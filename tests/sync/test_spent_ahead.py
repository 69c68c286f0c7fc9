"""Who may spend what a till dated ahead, kind by kind: the till itself, and nobody else before that
time; and what it spent is gone for everybody at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import CARD_FREEZE, card_account
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.leases import Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.deciding import budget_asset
from tests.sync.fleet import LEDGER, START, SmallTill, member
from tests.sync.small_rules import MUGS, PROGRAMME
from tests.sync.test_lent_days import ANNA, DAY, TODAY, Reached

CARD: Final = member("card")
MONEY: Final = "test/gift"
MUG_ASSET: Final = budget_asset(PROGRAMME.id, PROGRAMME.of(Campaign)[0], LimitUnit.COUNT)
MUG_METER: Final = PROGRAMME.meter(use_meter("rule:a-mug", LimitUnit.COUNT))
AHEAD: Final = {"a day": DAY, "a week": 7 * DAY}
Do = Callable[[EventPlan, MemberState], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: how much of it is given at once and of what, and how one is spent."""

    gives: Do
    spends: Do
    asset: Callable[[SmallTill], Asset]
    many: int


def _right(till: SmallTill) -> Right:
    (found,) = till.books[ANNA].rights.values()
    return found


def _points(ledger: str, many: int) -> Kind:
    def gives(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).earn(ledger, many, usable_from=plan.day, last_day=None)

    def spends(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).redeem(ledger, 1)

    return Kind(gives, spends, lambda _till: Asset(AssetKind.POINTS, ledger, ANNA), many)


def _rights(kind: str, many: int) -> Kind:
    def gives(plan: EventPlan, _state: MemberState) -> None:
        plan.issue(kind=kind, of="coffee", owner=ANNA, uses=many)

    def spends(plan: EventPlan, state: MemberState) -> None:
        plan.use(state.rights[0])

    def asset(till: SmallTill) -> Asset:
        return Asset(AssetKind.RIGHT, _right(till).id.hex(), ANNA)

    return Kind(gives, spends, asset, many)


KINDS: Final = {
    "points": _points(LEDGER, 150),
    "stamps": _points("test/stars-of-a-card", 9),
    "wallet of money": _points("test/money", 5_000),
    "voucher": _rights("voucher", 1),
    "pass": _rights("pass", 5),
}


class Chain(Reached):
    """Two tills, the first of which may be ahead; the member has nothing of a kind yet, or all."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead, self.other = self.tills

    def tells(self) -> None:
        """Both tell, both hear."""
        self.say()

    def lends(self, till: SmallTill, asset: Asset, wanted: int) -> int:
        """How much a sale of a till is lent now, whatever day it says."""
        self._asked += 1
        rid = derive_id("asks", self._asked)
        day = TODAY + 7 * DAY
        found = self.office.reserve(rid, till.id, asset, wanted, at=self.at, zone=UTC, day=day)
        if isinstance(found, Denied):
            return 0
        assert isinstance(found, Lease)
        return found.amount

    def owned(self, asset: Asset) -> int:
        """How much of something is there by head office's time."""
        return self.office.owned(asset, TODAY, at=self.at, zone=UTC)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
@pytest.mark.parametrize("name", KINDS)
def test_what_was_given_ahead_is_lent_to_its_till_alone(
    chain: Chain, name: str, step: timedelta
) -> None:
    kind = KINDS[name]
    before = 100 if name == "points" else 0  # what was there before is everybody's
    chain.ahead.act(ANNA, START + step, kind.gives)
    chain.tells()
    asset = kind.asset(chain.ahead)
    assert chain.owned(asset) == before
    assert chain.lends(chain.other, asset, before + kind.many) == before
    assert chain.lends(chain.ahead, asset, before + kind.many) == kind.many


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
@pytest.mark.parametrize("name", KINDS)
def test_what_was_spent_ahead_is_gone_for_everybody(
    chain: Chain, name: str, step: timedelta
) -> None:
    kind = KINDS[name]
    chain.ahead.act(ANNA, START, kind.gives)
    chain.tells()
    asset = kind.asset(chain.ahead)
    there = chain.owned(asset)
    chain.ahead.act(ANNA, START + step, kind.spends)
    chain.tells()
    assert chain.owned(asset) == there - 1
    assert chain.lends(chain.other, asset, there) == there - 1
    assert chain.lends(chain.ahead, asset, there) == 0


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
def test_of_a_campaign_what_was_given_ahead_is_given(chain: Chain, step: timedelta) -> None:
    def gives(plan: EventPlan, _state: MemberState) -> None:
        plan.count(MUG_METER, MUG_ASSET.owner, 3)

    chain.ahead.act(ANNA, START + step, gives)
    chain.tells()
    assert chain.owned(MUG_ASSET) == MUGS - 3
    assert chain.lends(chain.other, MUG_ASSET, MUGS) == MUGS - 3
    assert chain.lends(chain.ahead, MUG_ASSET, MUGS) == 0


class CardChain(Chain):
    """The same with a gift card that the first till sells."""

    ASSET: Final = Asset(AssetKind.CARD, CARD.hex(), CARD)

    def __init__(self) -> None:
        super().__init__()
        for till in self.tills:
            till.books[CARD] = Belongings(CARD)

    def does(self, till: SmallTill, at: timedelta, do: Callable[[EventPlan], None]) -> None:
        till.act(ANNA, START + at, lambda plan, _state: do(plan))
        self.tells()

    def sells(self, at: timedelta) -> None:
        def sold(plan: EventPlan) -> None:
            plan.postings_at(card_account(MONEY, CARD), ()).earn(
                MONEY, 4_000, usable_from=plan.day, last_day=None, code=TransferCode.ISSUE
            )

        self.does(self.ahead, at, sold)


def freezes(plan: EventPlan) -> None:
    plan.issue(kind=CARD_FREEZE, of="", owner=CARD)


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
def test_a_gift_card_that_was_sold_ahead_pays_where_it_was_sold(step: timedelta) -> None:
    chain = CardChain()
    chain.sells(step)
    assert chain.lends(chain.other, chain.ASSET, 4_000) == 0
    assert chain.lends(chain.ahead, chain.ASSET, 4_000) == 4_000


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
def test_what_a_gift_card_paid_ahead_is_gone(step: timedelta) -> None:
    chain = CardChain()
    chain.sells(timedelta(0))
    lots = tuple(chain.ahead.books[CARD].lots.values())

    def pays(plan: EventPlan) -> None:
        plan.postings_at(card_account(MONEY, CARD), lots).redeem(MONEY, 1_500)

    chain.does(chain.ahead, step, pays)
    assert chain.lends(chain.other, chain.ASSET, 4_000) == 2_500


@pytest.mark.parametrize("step", [*AHEAD.values(), 365 * DAY], ids=(*AHEAD, "a year"))
def test_a_card_frozen_ahead_pays_nothing_from_now_on(step: timedelta) -> None:
    chain = CardChain()
    chain.sells(timedelta(0))
    chain.does(chain.ahead, step, freezes)
    assert chain.lends(chain.other, chain.ASSET, 4_000) == 0


@pytest.mark.parametrize("step", [*AHEAD.values(), 365 * DAY], ids=(*AHEAD, "a year"))
def test_a_card_thawed_ahead_that_is_frozen_since_is_frozen(step: timedelta) -> None:
    chain = CardChain()
    chain.sells(timedelta(0))
    chain.does(
        chain.ahead,
        timedelta(0),
        freezes,
    )
    (first,) = (r for r in chain.ahead.books[CARD].rights.values() if r.kind == CARD_FREEZE)
    chain.does(chain.ahead, step, lambda plan: plan.cancel(first))
    assert chain.lends(chain.other, chain.ASSET, 4_000) == 0  # not before that time
    chain.does(
        chain.other,
        timedelta(hours=1),
        freezes,
    )
    assert chain.lends(chain.ahead, chain.ASSET, 4_000) == 0
    frozen = [one for one in chain.office.fold(CARD).rights if not one.cancelled]
    assert len(frozen) == 1
