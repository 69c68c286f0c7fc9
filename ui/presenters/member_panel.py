"""The member's card on the sale screen: who, which tier, how many points as of when.

Shape: `MemberState` of texts, or None without a member; `EarnState` is what this sale earns. The
balance and tier are the quote's as soon as there is one for this member, else the panel's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.award import ALERT, CARD_STAYS_FULL, REDEEMS_BY
from posloyalty.domain.engine.marked_members import is_test
from posloyalty.domain.engine.quote import Earning, Quote, TierState, WalletState
from posloyalty.domain.members.member import (
    Consent,
    IdentifierKind,
    Member,
    MemberStatus,
    masked_phone,
)
from ui.presenters.amounts import Figures
from ui.presenters.reason_text import reason_text
from ui.presenters.tier_text import TierWords, last_day, plain, share_of_whole

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberPanel

NOTES_PURPOSE: Final = "notes"
OTHERS_SHOWN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """A member as the card shows them; `progress` in thousandths of the way to the next tier.

    `stale` when the balance is of an earlier time, since head office is out of reach.
    `note` is what the member let the shop write down, or why they may not earn or spend, or what
    looks wrong about the sale; then `warning` is True. With it, that a card stays full for now.
    """

    member_id: bytes
    name: str
    phone: str
    balance: str
    unit: str
    as_of: str
    stale: bool = False
    pending: str = ""
    tier: str = ""
    rank: int = 0
    levels: int = 0
    progress: int | None = None
    progress_words: str = ""
    deadline: str = ""
    birthday: str = ""
    note: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnState:
    """What the sale earns: "earns", "+204", "pts", and a note such as the day it counts from."""

    label: str
    amount: str
    points: int
    unit: str
    note: str


def member_state(
    panel: MemberPanel | None, quote: Quote | None, figures: Figures
) -> MemberState | None:
    """The card; None without a member."""
    if panel is None:
        return None
    member, words = panel.member, figures.words
    quoted = quote is not None and quote.member_id == member.id
    wallets = quote.wallets if quoted and quote is not None else panel.wallets
    tiers = quote.tiers if quoted and quote is not None else panel.tiers
    today = quote.day if quote is not None else panel.as_of.date()
    wallet = wallets[0] if wallets else None
    tier = _tier_shown(tiers)
    phone = member.identifier(IdentifierKind.PHONE) or ""
    active = member.status is MemberStatus.ACTIVE
    alerts = _alerts(quote, figures) if quoted and quote is not None and active else ()
    use_by = _use_by(quote, figures) if quoted and active else ""
    full = _full(quote, figures) if quoted and quote is not None and active else ""
    return MemberState(
        member_id=member.id,
        name=member_name(member, figures),
        phone=masked_phone(phone) if phone else "",
        balance="" if wallet is None else figures.points(wallet.wallet, wallet.balance),
        unit="" if wallet is None else figures.unit(wallet.wallet),
        as_of=words("sale.as_of", time=figures.moment(panel.as_of, today))
        if panel.complete
        else words("sale.points_coming"),
        stale=panel.stale and panel.complete,
        pending=" · ".join(filter(None, (_pending(wallet, figures), *_others(wallets, figures)))),
        tier="" if tier is None else tier.level_name or words("sale.no_tier"),
        rank=0 if tier is None else tier.rank,
        levels=0 if tier is None else tier.levels,
        progress=None if tier is None else share_of_whole(tier),
        progress_words=_progress_words(tier, figures),
        deadline=_deadline(tier, figures),
        birthday=_birthday(member, today.month, figures),
        note=" · ".join(filter(None, (*(alerts or (_note(member, figures),)), full, use_by))),
        warning=member.status is not MemberStatus.ACTIVE or bool(alerts),
    )


def earn_state(quote: Quote | None, figures: Figures, *, member: bool) -> EarnState | None:
    """What the sale earns; None without a member or before there is a quote."""
    if quote is None or not member or not quote.earnings:
        return None
    earning = quote.earnings[0]
    return EarnState(
        label=figures.words("sale.earns_label"),
        amount=figures.signed_points(earning.wallet, earning.points),
        points=earning.points,
        unit=figures.unit(earning.wallet),
        note=_earn_note(earning, quote, figures),
    )


def member_name(member: Member, figures: Figures) -> str:
    """The name, or what stands for it when the member gave none."""
    phone = member.identifier(IdentifierKind.PHONE) or ""
    return member.profile.name.strip() or figures.words("sale.unnamed", tail=phone[-4:])


def note_allowed(member: Member) -> bool:
    """Whether the member agreed to having notes kept and shown; the newest answer counts."""
    answers: list[Consent] = sorted(
        (c for c in member.consents if c.purpose == NOTES_PURPOSE), key=lambda c: c.at
    )
    return bool(answers) and answers[-1].granted


def _pending(wallet: WalletState | None, figures: Figures) -> str:
    if wallet is None:
        return ""
    if wallet.debt:
        return figures.words("sale.owed", points=figures.points(wallet.wallet, wallet.debt))
    if not wallet.pending:
        return ""
    return figures.words("sale.pending", points=figures.points(wallet.wallet, wallet.pending))


def _full(quote: Quote, figures: Figures) -> str:
    """The cards that this sale leaves full, because their points are not lent to this till."""
    named = [str(dict(one.facts)["wallet"]) for one in quote.told if one.code == CARD_STAYS_FULL]
    names = figures.words.listed(figures.wallet_name(one) for one in dict.fromkeys(named))
    return figures.words("sale.card_full", wallet=names) if names else ""


def _others(wallets: tuple[WalletState, ...], figures: Figures) -> tuple[str, ...]:
    """What the further wallets hold, such as stamps: "Cup stamps 8"; two at most."""
    held = [one for one in wallets[1:] if one.balance]
    return tuple(
        f"{figures.wallet_name(one.wallet)} {figures.points(one.wallet, one.balance)}"
        for one in held[:OTHERS_SHOWN]
    )


def _tier_shown(tiers: tuple[TierState, ...]) -> TierState | None:
    return tiers[0] if tiers else None


def _progress_words(tier: TierState | None, figures: Figures) -> str:
    words = figures.words
    if tier is None:
        return ""
    if tier.coming_level_name is not None and tier.coming_on is not None:
        day = figures.day(tier.coming_on)
        return words("sale.tier_coming", tier=tier.coming_level_name, day=day)
    if tier.next_at is None or tier.next_level_name is None:
        return words("sale.top_tier") if tier.rank else ""
    told = TierWords(words, wallets=figures.wallets, currency=figures.currency)
    for challenge in tier.challenges:
        return told.challenge(challenge, figures.day(challenge.last_day))
    if not tier.missing:
        left = f"{max(0, tier.next_at - tier.progress):,}"
    else:
        left = told.left(tier.missing, any_of=tier.any_of)
    # Of several wallets the figure names its own, and needs no unit beside it.
    bare = not tier.missing or (plain(tier) and len(figures.wallets) < 2)
    code = "sale.to_next_tier" if bare else "sale.more_to_next_tier"
    return words(code, left=left, tier=tier.next_level_name)


def _deadline(tier: TierState | None, figures: Figures) -> str:
    day = None if tier is None else last_day(tier)
    return "" if day is None else figures.words("sale.held_through", day=figures.day(day))


def _use_by(quote: Quote | None, figures: Figures) -> str:
    """The last day of redeeming, where the programme is wound down."""
    told = () if quote is None else quote.told
    days = [str(dict(one.facts)["day"]) for one in told if one.code == REDEEMS_BY]
    return (
        figures.words("sale.use_by", day=figures.day(date.fromisoformat(days[0]))) if days else ""
    )


def _birthday(member: Member, month: int, figures: Figures) -> str:
    birthday = member.profile.birthday
    if birthday is None or birthday.month != month:
        return ""
    return figures.words("sale.birthday", day=figures.day_of(birthday.month, birthday.day))


def _note(member: Member, figures: Figures) -> str:
    if member.status is not MemberStatus.ACTIVE:
        return figures.words(f"sale.status_{member.status.value}")
    return member.profile.note.strip() if note_allowed(member) else ""


def _alerts(quote: Quote, figures: Figures) -> tuple[str, ...]:
    """That somebody is there to try things out; why the member is not served as one yet, and what
    looks wrong about this very sale.
    """
    test = (figures.words("sale.test_member"),) if is_test(quote.state, quote.day) else ()
    reasons = [*quote.held_back]
    for award in quote.awards:
        reasons += award.reasons if award.kind == ALERT else ()
    return (*test, *(reason_text(reason, figures) for reason in reasons))


def _earn_note(earning: Earning, quote: Quote, figures: Figures) -> str:
    """Further wallets that the sale earns in, else the day from which the points count."""
    others = [
        f"{figures.signed_points(e.wallet, e.points)} {figures.wallet_name(e.wallet)}"
        for e in quote.earnings[1:]
        if e.points
    ]
    if others:
        return " · ".join(others)
    if earning.points and earning.usable_from is not None and earning.usable_from > quote.day:
        return figures.words("sale.usable_from", day=figures.day(earning.usable_from))
    return ""
