"""What the engine answers: a quote whose every figure carries its reason.

Shape: `Quote(lines, offers, redemptions, taxes, earnings, ...)`, all integers in minor units of the
basket's currency or of the wallet. Per line, everything is allocated: the sums over the lines equal
the quote's totals, so that a later return can take back exactly its share.

A `Reason` is a wording code with numbers, never a sentence: the same quote is explained on screen
and on paper in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.challenges import ChallengeProgress
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.restrictions import Blocked
from posloyalty.domain.engine.snapshots import Pick
from posloyalty.domain.engine.standing import ChallengeState, Missing
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.reason import Fact, Reason
from posloyalty.domain.shop.basket import BasketLine, Chosen
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.donation import cause_of
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.quick_init import quickly_made
from posloyalty.domain.values.ratio import Ratio

__all__ = [
    "AppliedOffer",
    "AppliedRedemption",
    "Earning",
    "Fact",
    "GiftToAdd",
    "GivingChoice",
    "NextStep",
    "PriceTried",
    "ProgrammeRef",
    "Proposal",
    "Quote",
    "QuoteLine",
    "Reason",
    "RefusedOffer",
    "TaxLine",
    "TenderGain",
    "TierState",
    "UsableRedemption",
    "WalletState",
]


@quickly_made
@dataclass(frozen=True, slots=True)
class ProgrammeRef:
    """Which rules made the quote: `hash` is the SHA-256 of the programme file's bytes."""

    id: str
    version: int
    hash: bytes


class AppliedOffer(NamedTuple):
    """A discount that applies: `amount_minor` > 0 and its shares by line number.

    `whole_order` says that it is about the basket, not about goods: its shares are for returns and
    tax, and nobody needs to read them under every line. `uses` is what it uses up of what the
    customer owns, None for a public offer; such a thing used twice has two ids. `choice` is then
    what the basket holds for it. `times` is how many groups of pieces it made, `gifts` the lines
    that it gave with the price that is charged when they stay at a return, `counts` what limits
    count (meter, owner, amount). `by_hand` says that the cashier gave it, and no programme.
    `shop_cost` is what it costs the shop, where its rules say so, by line number; None elsewhere.

    A named tuple, for every quote makes one of each offer that applies.
    """

    offer_id: str
    name: str
    amount_minor: int
    shares: tuple[tuple[int, int], ...]
    reasons: tuple[Reason, ...]
    whole_order: bool = False
    times: int = 1
    gifts: tuple[tuple[int, int], ...] = ()
    counts: tuple[tuple[str, bytes, int], ...] = ()
    uses: Uses | None = None
    choice: Chosen | None = None
    by_hand: bool = False
    shop_cost: tuple[tuple[int, int], ...] | None = None

    @property
    def costs_shop(self) -> int:
        """What it costs the shop: where nobody says so, what it takes off."""
        if self.shop_cost is None:
            return self.amount_minor
        return sum(cost for _, cost in self.shop_cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedOffer:
    """An offer that does not apply: the conditions that failed, each with what is missing.

    `declined` says that the cashier removed it; `loss_minor` is then what the customer pays more.
    `choice` is what the basket holds for it, where the customer said yes to something of theirs.
    """

    offer_id: str
    name: str
    reasons: tuple[Reason, ...]
    declined: bool = False
    loss_minor: int = 0
    choice: Chosen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that the customer owns and has not said yes to.

    `gain_minor` is what the customer would pay less in the best deal with it; where that is
    nothing, `reasons` say why. Saying yes is `basket.choosing(choice)`.
    """

    choice: Chosen
    offer_id: str
    name: str
    uses: Uses
    gain_minor: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A threshold close ahead: `missing_minor` more of its goods saves `saves_minor`.

    What is saved is what the customer would pay less, the goods that are missing included.
    """

    offer_id: str
    name: str
    missing_minor: int
    saves_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderGain:
    """What the customer would have of paying the whole sale by one kind: `saves_minor` less to pay,
    and more points by wallet, in its minor units.
    """

    kind: TenderKind
    saves_minor: int
    earns: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftToAdd:
    """A gift that the customer may have and that is not in the basket: `pieces` of some goods."""

    offer_id: str
    name: str
    pieces: int
    goods: LineFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRedemption:
    """Points spent as money: `points` worth `amount_minor`, with its shares by line number; and of
    these the parts that are payment and no discount, `paid_shares`: they are taxed all the same.
    """

    wallet: str
    points: int
    amount_minor: int
    shares: tuple[tuple[int, int], ...]
    point_shares: tuple[tuple[int, int], ...]
    reasons: tuple[Reason, ...]
    paid_shares: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableRedemption:
    """What could be spent now: the most useful amount, its step, and the balance it leaves.

    `most_points` 0 comes with the reasons why nothing can be redeemed. `auto` says that it may be
    spent without asking.
    """

    wallet: str
    balance: int
    most_points: int
    most_minor: int
    step_points: int
    least_points: int
    reasons: tuple[Reason, ...]
    auto: bool = False


class QuoteLine(NamedTuple):
    """A basket line with its allocations; `net_minor` is what is paid for it, tax included.
    `shop_cost` is what gifts and rewards on it cost the shop, (offer id, amount): no customer
    reads it.

    A named tuple, for every quote makes one of each line.
    """

    line: BasketLine
    offers: tuple[tuple[str, int], ...]
    redeemed_minor: int
    net_minor: int
    tax_minor: int
    tax_class: str
    tax_rate: Ratio
    tax_mode: TaxMode
    earned: tuple[tuple[str, int], ...]
    tax_fixed_minor: int = 0
    shop_cost: tuple[tuple[str, int], ...] = ()

    @property
    def donation(self) -> bool:
        """Whether it is money given to a cause, which is added last and is no goods."""
        return cause_of(self.line.product.sku, self.tax_class) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTried:
    """What a price list asks for the goods of a line; `reasons` say why it counts, or why not."""

    line: int
    code: str
    name: str
    price_minor: int
    counts: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingChoice:
    """What can be given to a cause with the sale: rounding up to the next step gives
    `round_up_minor` (0 where there is nothing to round), or one of `amounts`. `given_minor` is what
    the quote's lines give already.
    """

    cause: str
    name: str
    round_up_minor: int
    amounts: tuple[int, ...]
    given_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChoice:
    """An activity that can be marked on the sale, such as an own cup.

    `spent` says that it is marked and counts for nothing any more, because its limit is reached.
    """

    activity: str
    name: str
    marked: bool
    spent: bool = False


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """One tax class's part of the sale: `base_minor` without tax, `tax_minor`, and their rate;
    `fixed_minor` is what of the tax is the class's fixed one.
    """

    tax_class: str
    rate: Ratio
    mode: TaxMode
    base_minor: int
    tax_minor: int
    fixed_minor: int = 0


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """What the sale earns in one wallet, in its minor units, with base, rate and multipliers.

    `usable_from` is None when an event has to release the points; `capped` is what the wallet's
    limits held back; `campaigns` says how many of the points are a campaign's.
    """

    wallet: str
    points: int
    base_minor: int
    shares: tuple[tuple[int, int], ...]
    usable_from: date | None
    last_day: date | None
    reasons: tuple[Reason, ...]
    capped: int = 0
    campaigns: tuple[tuple[str, int], ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class WalletState:
    """A member's wallet on a day: `balance` is usable now, `pending` later, `debt` is owed.

    `ends_soon` says that what ends next does so within the days in which the programme warns;
    `shared` that the wallet is the household's, `may_spend` that this member may spend from it.
    """

    wallet: str
    balance: int
    pending: int
    debt: int
    next_expiry: date | None
    next_expiry_points: int
    ends_soon: bool = False
    shared: bool = False
    may_spend: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TierState:
    """Where a member stands in a tier scheme. `progress` counts towards `next_at`.

    `level` is None below the first; `rank` counts from 0 for none, `levels` how many there are;
    `held_through` is the last day on which the level holds, None without one; `next_at` is None at
    the top. A level that has run out and is held by grace has a `grace_through`. Where the next
    level needs several figures, `missing` lists those that are not reached, `any_of` says that one
    of them will do, and `progress` and `next_at` are those of the decisive one. `coming_level_name`
    was met and counts from `coming_on` on. `benefits` are words for the screen.
    """

    scheme: str
    level: str | None
    level_name: str
    rank: int
    levels: int
    held_through: date | None
    progress: int
    next_level_name: str | None
    next_at: int | None
    grace_through: date | None = None
    missing: tuple[Missing, ...] = ()
    any_of: bool = False
    coming_level_name: str | None = None
    coming_on: date | None = None
    benefits: tuple[str, ...] = ()
    challenges: tuple[ChallengeState, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The engine's whole answer for a basket at an instant.

    gross - offers - redeemed + added tax (exclusive classes) = payable. After the basket's lines
    come those of donations, which gross and payable hold too. `tax_minor` is all tax,
    included and added; `spend_minor` is what is paid for goods that earn. `wallets` and `tiers` are
    the member's state before the sale, empty without a member; `wallets_after` and `tiers_after` as
    if the sale were paid now, and so are `challenges`. `awards` is what else the sale gives, `told`
    what its receipt says. `refused` and `proposals` are reckoned when they are read. `next_steps`
    are thresholds close ahead, `gifts` what may be added for nothing. `proposals` are what the
    customer owns and could use, the most gainful first. `giving` is what can be given to causes,
    `picks` what was picked for the member, best first.
    `blocked` are lines that may not be sold to this customer; `held_back` says why a member may
    neither see nor spend what they have until they show who they are.
    `tenders` are the kinds of payment that it was made for, empty where nobody has said;
    `asks_tender` says that the rules look at them, and `by_tender` what others would bring.
    `search_complete` is False when the best deal met its bound (the answer is then legal but maybe
    not the best). `state` is the member's state that the quote was made for, `discounts` what was
    taken off by hand. `prices` is what each price list in force asks for the lines' goods.
    """

    programme: ProgrammeRef
    at: datetime
    day: date
    currency: Currency
    sale_id: bytes
    member_id: bytes | None
    lines: tuple[QuoteLine, ...]
    offers: tuple[AppliedOffer, ...]
    refused: Sequence[RefusedOffer]
    redemptions: tuple[AppliedRedemption, ...]
    usable: tuple[UsableRedemption, ...]
    taxes: tuple[TaxLine, ...]
    earnings: tuple[Earning, ...]
    wallets: tuple[WalletState, ...]
    wallets_after: tuple[WalletState, ...]
    tiers: tuple[TierState, ...]
    tiers_after: tuple[TierState, ...]
    gross_minor: int
    offers_minor: int
    redeemed_minor: int
    tax_minor: int
    payable_minor: int
    spend_minor: int = 0
    awards: tuple[Award, ...] = ()
    told: tuple[Told, ...] = ()
    giving: tuple[GivingChoice, ...] = ()
    marks: tuple[MarkChoice, ...] = ()
    picks: tuple[Pick, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    held_back: tuple[Reason, ...] = ()
    state: MemberState | None = None
    search_complete: bool = True
    challenges: tuple[ChallengeProgress, ...] = ()
    proposals: Sequence[Proposal] = ()
    next_steps: tuple[NextStep, ...] = ()
    gifts: tuple[GiftToAdd, ...] = ()
    discounts: tuple[DiscountByHand, ...] = ()
    tenders: frozenset[TenderKind] = frozenset()
    asks_tender: bool = False
    by_tender: Sequence[TenderGain] = ()
    prices: tuple[PriceTried, ...] = ()

    @property
    def donated_minor(self) -> int:
        """What the customer gives to causes, on top of the goods."""
        return sum(line.net_minor for line in self.lines if line.donation)
