"""A programme: everything that one file says, as frozen values, ready to be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum
from typing import Any

from posloyalty.domain.programme.declaration import Declared, Item
from posloyalty.domain.programme.earn_rule import EarnRule, Multiplier
from posloyalty.domain.programme.limit import Limit, LimitPer
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.period import Per
from posloyalty.domain.programme.scope import EVERYWHERE, Scope
from posloyalty.domain.programme.tier_scheme import TierScheme
from posloyalty.domain.programme.tier_window import Lifetime
from posloyalty.domain.programme.wallet import Wallet, WalletOf
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import Ratio


class EarnBase(StrEnum):
    """Which price points are counted on."""

    SHOWN = "shown"  # the price as shown
    NET_OF_TAX = "net_of_tax"


class OffersWin(StrEnum):
    """Which offers apply where not all of them can."""

    BEST_DEAL = "best_deal"  # the least to pay
    PRIORITY = "priority"  # the first ones, by stage, priority and id
    ENTRY = "entry"  # so, and what the customer owns in the order in which it was entered


class MinimumOn(StrEnum):
    """What a minimum spend of an order offer is measured on."""

    NET_OF_LINE = "net_of_line"  # net of line and bundle offers, before order offers and vouchers
    GROSS = "gross"
    NET_OF_ALL = "net_of_all"


class DiscountOn(StrEnum):
    """Which price offers are about, their amounts and their minimum spends."""

    SHOWN = "shown"  # the price as shown
    BEFORE_TAX = "before_tax"


class First(StrEnum):
    """Which offers apply first."""

    LINE = "line"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Policies:
    """Questions on which programmes differ, with the answer of a file that does not say.

    `points_part_earns`: whether the part paid with the member's own points earns as well;
    `order_discount_lowers_earn`: whether earn rules about some goods count them less what order
    offers take off them, and `reward_lowers_earn` less what rewards do that points bought;
    `earned_pays`: whether points that a sale earns may pay in it. `offers_most`: how many offers
    one sale may use, 0 without bound.
    """

    earn_base: EarnBase = EarnBase.SHOWN
    points_part_earns: bool = False
    order_discount_lowers_earn: bool = True
    offers_win: OffersWin = OffersWin.BEST_DEAL
    offers_most: int = 0
    minimum_on: MinimumOn = MinimumOn.NET_OF_LINE
    order_first: bool = False
    reward_lowers_earn: bool = True
    earned_pays: bool = False
    discount_on: DiscountOn = DiscountOn.SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One version of a programme. `hash` is the SHA-256 of the file's bytes.

    Lots and tiers live by the days of `zone`; offers by those of the store. `declared` holds the
    kinds of `kinds/` by their key. `looks_at_tenders` says that a condition asks how a sale is
    paid, `waives_fees` that something may take off fees.
    """

    id: str
    version: int
    hash: bytes
    names: Names
    currency: Currency
    zone: tzinfo
    policies: Policies
    wallets: tuple[Wallet, ...]
    earn_rules: tuple[EarnRule, ...]
    multipliers: tuple[Multiplier, ...]
    tier_schemes: tuple[TierScheme, ...]
    offers: tuple[Offer, ...]
    scope: Scope = EVERYWHERE
    declared: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict, hash=False)
    looks_at_tenders: bool = False
    waives_fees: bool = False
    # What follows from the rest alone and is asked with every sale; nothing else is kept here.
    reckoned: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, shape: type[Item]) -> tuple[Item, ...]:
        """Everything of a kind that the file declares, in its order."""
        found: tuple[Item, ...] | None = self.reckoned.get(shape)
        if found is None:
            declared = (item for items in self.declared.values() for item in items)
            ways = (way for scheme in self.tier_schemes for way in scheme.challenges)
            every: tuple[Declared, ...] = (*self.wallets, *self.tier_schemes, *ways, *declared)
            found = self.reckoned[shape] = tuple(one for one in every if isinstance(one, shape))
        return found

    def find(self, shape: type[Item], item_id: str) -> Item | None:
        """One of a kind by its id; None when this version does not declare it."""
        return next((item for item in self.of(shape) if item.id == item_id), None)

    def meter(self, name: str) -> str:
        """A meter of this programme; the name of one that all programmes share has no slash."""
        return f"{self.id}/{name}"

    def ledger(self, wallet_id: str) -> str:
        """The ledger in which a wallet's points move; it stays the same across versions."""
        return f"{self.id}/{wallet_id}"

    def wallet(self, wallet_id: str) -> Wallet:
        """A wallet by id; KeyError when the programme has none such."""
        for wallet in self.wallets:
            if wallet.id == wallet_id:
                return wallet
        raise KeyError(wallet_id)

    @property
    def terms(self) -> tuple[Offer, ...]:
        """Public offers, and the terms of what members own."""
        declared = (item for items in self.declared.values() for item in items)
        owned = (getattr(item, "offer", None) for item in declared)
        return (*self.offers, *(one for one in owned if isinstance(one, Offer)))

    def owned_terms(self, kind: str) -> tuple[tuple[Declared, Offer], ...]:
        """What members may own or take of a kind, by its key, with the terms of using each."""
        found = ((one, getattr(one, "offer", None)) for one in self.declared.get(kind, ()))
        return tuple((one, terms) for one, terms in found if isinstance(terms, Offer))

    @property
    def shop_costs(self) -> Mapping[str, Ratio]:
        """What a point of each ledger costs the shop, as lots keep it, where the file says so."""
        known: Mapping[str, Ratio] | None = self.reckoned.get("shop_costs")
        if known is None:
            costs = {self.ledger(one.id): one.shop_cost for one in self.wallets}
            known = {ledger: cost for ledger, cost in costs.items() if cost is not None}
            self.reckoned["shop_costs"] = known
        return known

    def tier_scheme(self, scheme_id: str) -> TierScheme | None:
        """A tier scheme by id; None when this version has none such."""
        return next((one for one in self.tier_schemes if one.id == scheme_id), None)

    @property
    def pooled(self) -> tuple[str, ...]:
        """The ledgers that the members of a household share."""
        return tuple(self.ledger(w.id) for w in self.wallets if w.of is WalletOf.HOUSEHOLD)

    def looks_back_to(self, day: date) -> date:
        """The first day whose lots and meters a member's state must hold, spent lots too.

        Tiers and limits count what was done in their windows; what they count over a whole life is
        carried in one sum (`counts_whole_life`).
        """
        # Asked several times a sale, and for the same day all day.
        known: tuple[date, date] | None = self.reckoned.get("looks_back_to")
        if known is None or known[0] != day:
            known = self.reckoned["looks_back_to"] = (day, self._back_to(day))
        return known[1]

    def _back_to(self, day: date) -> date:
        limits = [limit for _, found in self.limited for limit in found]
        starts = [scheme.looks_back_to(day) for scheme in self.tier_schemes]
        starts += [limit.since(day) for limit in limits]
        starts += [reach(day) for reach in self._reaches()]
        starts += [period.since(day) for offer in self.offers for period in offer.periods]
        return min((start for start in starts if start is not None), default=day)

    @property
    def counts_whole_life(self) -> bool:
        """Whether something looks at everything that a member ever did."""
        known: bool | None = self.reckoned.get("counts_whole_life")
        if known is None:
            known = self.reckoned["counts_whole_life"] = self._counts_whole_life()
        return known

    def _counts_whole_life(self) -> bool:
        per = [limit.per for _, limits in self.limited for limit in limits]
        ever = any(isinstance(scheme.window, Lifetime) for scheme in self.tier_schemes)
        ever = ever or any(p.per is Per.LIFETIME for offer in self.offers for p in offer.periods)
        ever = ever or any(
            getattr(item, "counts_whole_life", False)
            for items in self.declared.values()
            for item in items
        )
        return ever or LimitPer.LIFETIME in per

    @property
    def limited(self) -> tuple[tuple[str, tuple[Limit, ...]], ...]:
        """Everything that has limits, under the key by which its use is counted: the id of a wallet
        or an offer; the kind with the id, such as "rule:welcome", for what is declared with limits.
        """
        declared = (
            (f"{kind}:{item.id}", getattr(item, "limits", ()))
            for kind, items in self.declared.items()
            for item in items
        )
        own = ((one.id, one.limits) for one in self.wallets)
        every = (*own, *((one.id, one.limits) for one in self.offers), *declared)
        return tuple((key, limits) for key, limits in every if limits)

    def _reaches(self) -> Iterator[Callable[[date], date | None]]:
        """What declared things look back to, beside their limits."""
        for items in self.declared.values():
            for item in items:
                reach = getattr(item, "looks_back_to", None)
                if reach is not None:
                    yield reach
