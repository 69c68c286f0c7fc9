"""Offers and points as chips: applied, usable, refused, in a bounded number, each with its reason.

Shape: `ChipState` of texts; its `id` says what it is about: "offer:<id>" for offers, and for what
the member owns (vouchers, rewards), "points:<wallet>", "mark:<activity>" for what can be marked on
a sale, such as an own cup, "giving:<cause>" for rounding up, or "goal:<challenge>" for what this
sale brings nearer, "step:<offer>" for a threshold close ahead, "gift:<offer>" for a gift that may
be added, "tender:<kind>" for paying in a way that brings something. Order: applied, then usable by
value, then refused. What the cashier removed is usable again; what is about to be removed shows its
loss first. What the member owns is never used unasked: its chip says what it would save.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from posloyalty.domain.engine.challenges import ChallengeProgress
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    AppliedRedemption,
    GiftToAdd,
    GivingChoice,
    MarkChoice,
    NextStep,
    Proposal,
    Quote,
    Reason,
    RefusedOffer,
    TenderGain,
    UsableRedemption,
)
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.fixed_point import MINUS
from ui.presenters.amounts import Figures
from ui.presenters.reason_text import BY_WORD, WITHIN_LEASE, brief_reason
from ui.presenters.tier_text import WHOLE, TierWords

# No chips, but asked about on the same sheet: a line, and what the sale earns.
LINE: Final = "line:"
EARNING: Final = "earning:"
OFFER: Final = "offer:"
POINTS: Final = "points:"
MARK: Final = "mark:"
GIVING: Final = "giving:"
GOAL: Final = "goal:"
STEP: Final = "step:"
GIFT: Final = "gift:"
TENDER: Final = "tender:"
# Refusals that buying something ends, the nearest first.
REACHABLE: Final = ("BELOW_MINIMUM", "TOO_FEW", "GOODS_MISSING", "MEMBERS_ONLY")


class ChipIs(StrEnum):
    """The states of a chip; PROGRESS is a goal on its way."""

    APPLIED = "applied"
    USABLE = "usable"
    PROGRESS = "progress"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipState:
    """One chip; `spoken` is its name with its state. `amount_minor` is what it takes off; `share`
    how much of a goal's way is done, in thousandths.
    """

    id: str
    kind: ChipIs
    title: str
    sub: str
    spoken: str
    amount: str = ""
    amount_minor: int = 0
    toggles: bool = True
    share: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """The offer that the next press removes, and what the customer then pays more."""

    offer_id: str
    loss_minor: int | None = None


def chip_states(
    quote: Quote | None, figures: Figures, *, armed: Armed | None = None
) -> tuple[ChipState, ...]:
    """Every chip of a quote, in their order."""
    if quote is None:
        return ()
    spent = {redemption.wallet for redemption in quote.redemptions}
    applied = [_applied(offer, figures, armed) for offer in quote.offers]
    applied += [_redeemed(r, quote, figures) for r in quote.redemptions]
    usable = [_usable(u, figures) for u in quote.usable if u.most_points and u.wallet not in spent]
    usable += [_declined(offer, figures) for offer in quote.refused if offer.declined]
    usable += [_proposed(one, figures) for one in quote.proposals if one.gain_minor]
    usable += [_by_tender(one, figures) for one in quote.by_tender]
    usable.sort(key=lambda chip: -chip.amount_minor)
    applied += [_marked(one, figures) for one in quote.marks if one.marked]
    applied += [_given(one, figures) for one in quote.giving if one.given_minor]
    applied += [_pays_by(kind, figures) for kind in sorted(quote.tenders) if quote.asks_tender]
    usable += [_to_mark(one, figures) for one in quote.marks if not one.marked]
    usable += [
        _round_up(one, figures)
        for one in quote.giving
        if one.round_up_minor and not one.given_minor
    ]
    nearest = sorted(quote.refused, key=_distance)
    # What a press adds for nothing is to be had, though nothing of it is in the basket yet.
    away = {one.offer_id for one in quote.gifts}
    refused = [
        _refused(offer, figures)
        for offer in nearest
        if not offer.declined and offer.offer_id not in away
    ]
    refused += [_idle(one, figures) for one in quote.proposals if not one.gain_minor]
    refused += [
        unusable_chip(u, figures)
        for u in quote.usable
        if not u.most_points and u.wallet not in spent
    ]
    usable += [_gift(one, figures) for one in quote.gifts]
    goals = [_step(one, figures) for one in quote.next_steps]
    goals += [_goal(one, figures) for one in quote.challenges if one.figure is not None]
    return (*applied, *usable, *goals, *refused)


def while_paying(chips: tuple[ChipState, ...]) -> tuple[ChipState, ...]:
    """The chips that still help while paying: points, giving, whatever is still of use."""
    return tuple(
        chip
        for chip in chips
        if chip.toggles and (chip.kind is ChipIs.USABLE or chip.id.startswith((POINTS, GIVING)))
    )


def _applied(offer: AppliedOffer, figures: Figures, armed: Armed | None) -> ChipState:
    words = figures.words
    sub = words("sale.chip_by_hand" if offer.by_hand else "sale.chip_applied")
    if armed is not None and armed.offer_id == offer.offer_id:
        if armed.loss_minor is None:
            sub = words("sale.chip_reckoning")
        else:
            sub = words("sale.chip_loss", amount=figures.money(armed.loss_minor))
    return _chip(
        OFFER + offer.offer_id, ChipIs.APPLIED, offer.name, sub, offer.amount_minor, figures
    )


def _redeemed(redemption: AppliedRedemption, quote: Quote, figures: Figures) -> ChipState:
    wallet = redemption.wallet
    left = next((u.balance for u in quote.usable if u.wallet == wallet), None)
    if left is None:
        left = next((w.balance for w in quote.wallets if w.wallet == wallet), redemption.points)
    points = figures.points(wallet, left - redemption.points)
    return _chip(
        POINTS + wallet,
        ChipIs.APPLIED,
        points_title(wallet, redemption.points, figures),
        figures.words("sale.chip_redeemed", points=points),
        redemption.amount_minor,
        figures,
    )


def _usable(usable: UsableRedemption, figures: Figures) -> ChipState:
    left = figures.points(usable.wallet, usable.balance - usable.most_points)
    here = bool(usable.reasons) and usable.reasons[0].code == WITHIN_LEASE
    return _chip(
        POINTS + usable.wallet,
        ChipIs.USABLE,
        points_title(usable.wallet, usable.most_points, figures),
        figures.words("sale.most_here" if here else "sale.most_useful", points=left),
        usable.most_minor,
        figures,
    )


def unusable_chip(usable: UsableRedemption, figures: Figures) -> ChipState:
    """Points of which nothing can be used, and why."""
    # That this till may hand out nothing follows from its cause, which comes behind it.
    reasons = [one for one in usable.reasons if one.code not in (WITHIN_LEASE, BY_WORD)]
    cause = next(iter(reasons or usable.reasons), None)
    sub = "" if cause is None else short_reason(cause, figures)
    title = figures.words("sale.redeem_wallet", name=figures.wallet_name(usable.wallet))
    chip = POINTS + usable.wallet
    return _chip(chip, ChipIs.REFUSED, title, sub, 0, figures, toggles=False)


def _distance(offer: RefusedOffer) -> tuple[int, int]:
    """How near an offer is to applying: what buying more would bring first, the rest as given."""
    code = offer.reasons[0].code if offer.reasons else ""
    if code not in REACHABLE:
        return (len(REACHABLE), 0)
    short = dict(offer.reasons[0].facts).get("short_by_minor", 0)
    return (REACHABLE.index(code), short if isinstance(short, int) else 0)


def _declined(offer: RefusedOffer, figures: Figures) -> ChipState:
    sub = figures.words("sale.chip_removed")
    return _chip(OFFER + offer.offer_id, ChipIs.USABLE, offer.name, sub, offer.loss_minor, figures)


def _refused(offer: RefusedOffer, figures: Figures) -> ChipState:
    """What was chosen and cannot be used can be taken back; a public offer only has its reason."""
    sub = short_reason(offer.reasons[0], figures) if offer.reasons else ""
    chip, toggles = OFFER + offer.offer_id, offer.choice is not None
    return _chip(chip, ChipIs.REFUSED, offer.name, sub, 0, figures, toggles=toggles)


def _to_mark(one: MarkChoice, figures: Figures) -> ChipState:
    sub = figures.words("sale.chip_to_mark")
    return _chip(MARK + one.activity, ChipIs.USABLE, one.name, sub, 0, figures)


def _marked(one: MarkChoice, figures: Figures) -> ChipState:
    code = "chip_mark_spent" if one.spent else "chip_marked"
    return _chip(
        MARK + one.activity, ChipIs.APPLIED, one.name, figures.words(f"sale.{code}"), 0, figures
    )


def _round_up(one: GivingChoice, figures: Figures) -> ChipState:
    amount = figures.money(one.round_up_minor)
    sub = figures.words("sale.chip_round_up", amount=amount)
    return _chip(GIVING + one.cause, ChipIs.USABLE, one.name, sub, 0, figures)


def _given(one: GivingChoice, figures: Figures) -> ChipState:
    sub = figures.words("sale.chip_given", amount=figures.money(one.given_minor))
    return _chip(GIVING + one.cause, ChipIs.APPLIED, one.name, sub, 0, figures)


def _goal(one: ChallengeProgress, figures: Figures) -> ChipState:
    """A challenge on its way, as if the sale were paid: how far, what is left, until when."""
    figure = one.figure
    assert figure is not None  # what is made for now is no goal
    told = TierWords(figures.words, wallets=figures.wallets, currency=figures.currency)
    sub = told.goal(figure, None if one.last_day is None else figures.day(one.last_day))
    chip = _chip(GOAL + one.id, ChipIs.PROGRESS, one.name, sub, 0, figures, toggles=False)
    way = told.way(figure)
    done = min(WHOLE, figure.have * WHOLE // figure.need) if figure.need else WHOLE
    return replace(chip, amount=way, share=done, spoken=f"{chip.spoken}, {way}")


def _step(one: NextStep, figures: Figures) -> ChipState:
    """A threshold so near that buying what is missing costs less than nothing."""
    title = figures.words(
        "sale.chip_step",
        missing=figures.money(one.missing_minor),
        saves=figures.money(one.saves_minor),
    )
    return _chip(STEP + one.offer_id, ChipIs.PROGRESS, title, one.name, 0, figures, toggles=False)


def _gift(one: GiftToAdd, figures: Figures) -> ChipState:
    sub = figures.words.counted("sale.chip_gift", one.pieces)
    return _chip(GIFT + one.offer_id, ChipIs.USABLE, one.name, sub, 0, figures)


def _by_tender(one: TenderGain, figures: Figures) -> ChipState:
    """What it saves, or else what more it earns, to pay the whole sale in one way."""
    words = figures.words
    sub = words("sale.chip_tender_whole")
    if not one.saves_minor:
        wallet, points = one.earns[0]
        earned = figures.points(wallet, points)
        sub = words("sale.chip_tender_earns", points=earned, unit=figures.unit(wallet))
    title = words("sale.chip_tender", kind=words(f"pay.{one.kind.value}"))
    chip = TENDER + one.kind.value
    return _chip(chip, ChipIs.USABLE, title, sub, one.saves_minor, figures)


def _pays_by(kind: TenderKind, figures: Figures) -> ChipState:
    words = figures.words
    title = words("sale.chip_tender", kind=words(f"pay.{kind.value}"))
    return _chip(
        TENDER + kind.value, ChipIs.APPLIED, title, words("sale.chip_tender_said"), 0, figures
    )


def _proposed(one: Proposal, figures: Figures) -> ChipState:
    """What the member owns and could use, with what it would save and what it costs in points."""
    sub = figures.words("sale.chip_owned")
    if one.uses.cost is not None:
        wallet, points = one.uses.cost
        points_text = figures.points(wallet, points)
        sub = figures.words("sale.chip_costs", points=points_text, unit=figures.unit(wallet))
    elif one.uses.right is not None and one.uses.right.last_day is not None:
        last = figures.day(one.uses.right.last_day)
        sub = figures.words("sale.chip_owned_until", day=last)
    chip = OFFER + one.offer_id
    return _chip(chip, ChipIs.USABLE, one.name, sub, one.gain_minor, figures)


def _idle(one: Proposal, figures: Figures) -> ChipState:
    """What the member owns and cannot use on this sale, and why."""
    sub = short_reason(one.reasons[0], figures) if one.reasons else ""
    chip = OFFER + one.offer_id
    return _chip(chip, ChipIs.REFUSED, one.name, sub, 0, figures, toggles=False)


def short_reason(reason: Reason, figures: Figures) -> str:
    """A refusal in a chip's one line; the why sheet says the same at length."""
    facts = dict(reason.facts)
    short = facts.get("short_by_minor")
    if reason.code == "BELOW_MINIMUM" and isinstance(short, int):
        return figures.words("sale.more_to_use", amount=figures.money(short))
    if reason.code == "BETTER_DEAL":
        return figures.words("sale.not_together", offers=facts.get("offers", ""))
    return brief_reason(reason, figures)


def points_title(wallet: str, points: int, figures: Figures) -> str:
    """What spending so many points is called, such as "Redeem 2,400 pts"."""
    if len(figures.wallets) > 1:
        name = figures.wallet_name(wallet)
        return figures.words("sale.redeem_named", points=figures.points(wallet, points), name=name)
    return figures.words("sale.redeem_points", points=figures.points(wallet, points))


def _chip(
    chip_id: str,
    kind: ChipIs,
    title: str,
    sub: str,
    amount_minor: int,
    figures: Figures,
    *,
    toggles: bool = True,
) -> ChipState:
    amount = MINUS + figures.money(amount_minor) if amount_minor else ""
    state = figures.words(f"sale.state_{kind.value}")
    said = () if sub.casefold() == state.casefold() else (sub,)
    spoken = ", ".join(part for part in (title, state, *said, amount) if part)
    return ChipState(
        id=chip_id,
        kind=kind,
        title=title,
        sub=sub,
        spoken=spoken,
        amount=amount,
        amount_minor=amount_minor,
        toggles=toggles,
    )
