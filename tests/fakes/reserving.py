"""A head office that lends everything, unless a test says what it answers next."""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.basket import Basket
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.returning.refund_unknown import UnknownReturn
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.risk_policy import RiskPolicy


@dataclass
class FakeReserving:
    """`answers` are given one after the other; then nothing is short."""

    answers: list[Reservation] = field(default_factory=list)
    asked: list[Basket] = field(default_factory=list)
    own: list[frozenset[bytes]] = field(default_factory=list)
    reserved: list[bytes] = field(default_factory=list)

    def reserve_for(
        self, event_id: bytes, wants: object, by_rules: object = None, *, whole: bool = False
    ) -> Reservation:
        self.reserved.append(event_id)
        return self.answers.pop(0) if self.answers else Reservation()

    def reserve(self, spending: Spending) -> Reservation:
        self.asked.append(spending.basket)
        self.own.append(spending.own)
        return self.answers.pop(0) if self.answers else Reservation()


@dataclass
class FakeLending:
    """Whether a sale's goods are worth asking for, whether head office can be asked at all, and
    what it lets this till hand out.
    """

    asks_for_goods: bool = False
    asks_now: bool = False
    online: bool = False
    policy: RiskPolicy | None = None


@dataclass
class FakeReserveReturn:
    """The same for goods that come back."""

    answers: list[Reservation] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)

    def of_sale(self, sale_id: bytes, wish: RefundWish) -> Reservation:
        return self._asked(wish.refund_id)

    def of_receipt(self, wish: UnknownReturn) -> Reservation:
        return self._asked(wish.refund_id)

    def _asked(self, refund_id: bytes) -> Reservation:
        self.asked.append(refund_id)
        return self.answers.pop(0) if self.answers else Reservation()


@dataclass
class FakeReserveUse:
    """The same for a pass that is used, and for somebody who joins."""

    answers: list[Reservation] = field(default_factory=list)
    asked: list[Happening] = field(default_factory=list)
    claims: list[tuple[str, bytes]] = field(default_factory=list)
    newcomers: int = 0
    asks: bool = True

    def of_newcomer(self) -> Reservation:
        self.newcomers += 1
        return Reservation()

    def of_claim(self, code: str, member_id: bytes) -> Reservation:
        self.claims.append((code, member_id))
        return Reservation()

    def of(self, happening: Happening) -> Reservation:
        self.asked.append(happening)
        return self.answers.pop(0) if self.answers else Reservation()
