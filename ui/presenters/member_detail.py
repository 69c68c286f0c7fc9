"""A member as the cashier sees them: tier, balances with their time, visits, consents.

Shape: `member_detail` turns a panel of the service into worded, formatted values. Nothing is
computed. The phone is masked; the name is not, for only the cashier's screen shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.owned_vouchers import OwnedVoucher
from posloyalty.domain.engine.quote import TierState, WalletState
from posloyalty.domain.ledger.right import RightState
from posloyalty.domain.members.member import (
    Consent,
    IdentifierKind,
    Member,
    MemberStatus,
    masked_phone,
)
from posloyalty.domain.members.short_code import format_short_code
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.wording import MissingWording, Words
from ui.presenters.birthday_text import birthday_text
from ui.presenters.tier_text import TierWords, last_day

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberPanel

# Answers that are shown, and may be changed, even before they were ever given.
ASKED: Final = (("terms", ""), ("marketing", "sms"), ("notes", ""))
FULL_PIP: Final = "●"
EMPTY_PIP: Final = "○"

VOUCHERS_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletLine:
    """One wallet: the balance is usable now; notes tell what is pending, owed and expiring."""

    wallet: str
    name: str
    balance: str
    points: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLine:
    """One tier scheme: pips, what is missing to the next level, how far the bar is filled.

    `facts` are its last day, what is to come, challenges that run, and the level's benefits.
    """

    name: str
    pips: str
    spoken: str
    note: str
    facts: tuple[str, ...]
    progress: int
    goal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One answer with the day it was given; `fixed` ones cannot be taken back here."""

    purpose: str
    channel: str
    label: str
    note: str
    granted: bool
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One earlier sale."""

    sale_id: bytes
    number: str
    at: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDetail:
    """The whole pane. `warning` is there when the member can neither earn nor spend."""

    member_id: bytes
    name: str
    initial: str
    phone: str
    warning: str
    joined: str
    birthday: str
    as_of: str
    wallets: tuple[WalletLine, ...]
    tiers: tuple[TierLine, ...]
    consents: tuple[ConsentLine, ...]
    vouchers: tuple[str, ...] = ()
    visits: tuple[VisitLine, ...] = ()
    card_code: str = ""


def member_detail(
    panel: MemberPanel,
    words: Words,
    *,
    wallets: Mapping[str, tuple[str, int]],
    visits: tuple[VisitLine, ...],
) -> MemberDetail:
    """Word a panel. `wallets` gives each wallet's name and number of decimals."""
    member = panel.member
    told = TierWords(words, wallets=wallets, currency=panel.currency)
    phone = member.identifier(IdentifierKind.PHONE) or ""
    name = shown_name(member.profile.name, phone, words)
    birthday = member.profile.birthday
    card = member.identifier(IdentifierKind.CARD)
    return MemberDetail(
        member_id=member.id,
        name=name,
        initial=name[:1].upper(),
        phone=masked_phone(phone) if phone else "",
        warning=_warning(member.status, words),
        joined=words("member.joined_on", day=member.joined_on.isoformat()),
        birthday=""
        if birthday is None
        else words("member.birthday_on", day=birthday_text(birthday)),
        as_of=words("member.as_of", time=time_text(panel.as_of))
        if panel.complete
        else words("member.points_coming"),
        wallets=tuple(_wallet(state, wallets, words) for state in panel.wallets),
        tiers=tuple(_tier(state, words, told) for state in panel.tiers),
        consents=consent_lines(member, words),
        vouchers=voucher_lines(panel.vouchers, words),
        visits=visits,
        card_code=format_short_code(card) if card else "",
    )


def voucher_lines(vouchers: tuple[OwnedVoucher, ...], words: Words) -> tuple[str, ...]:
    """What can be used now or later, the next to end first; many are counted, not listed."""
    open_ones = [one for one in vouchers if one.state in (RightState.GOOD, RightState.WAITING)]
    lines = [_voucher(one, words) for one in open_ones[:VOUCHERS_MOST]]
    more = len(open_ones) - len(lines)
    return (*lines, words("member.vouchers_more", count=more)) if more else tuple(lines)


def _voucher(one: OwnedVoucher, words: Words) -> str:
    if one.state is RightState.WAITING and one.from_day is not None:
        return words("member.voucher_from", name=one.name, day=one.from_day.isoformat())
    if one.last_day is not None:
        return words("member.voucher_through", name=one.name, day=one.last_day.isoformat())
    return words("member.voucher", name=one.name)


def shown_name(name: str, phone: str, words: Words) -> str:
    """The name, or what stands for it when the member gave none."""
    return name.strip() or words("member.unnamed", tail=phone[-4:])


def points_text(points: int, decimals: int) -> str:
    """Points as they are written everywhere, with a true minus."""
    return format_fixed(points, decimals=decimals, grouping=True)


def time_text(at: datetime) -> str:
    """A moment of this or another day, short: "11-22 14:06"."""
    return at.strftime("%m-%d %H:%M")


def day_text(day: date | datetime | None) -> str:
    """A day in full, "2026-11-22", or nothing."""
    if day is None:
        return ""
    return (day.date() if isinstance(day, datetime) else day).isoformat()


def pips(rank: int, levels: int) -> str:
    """The tier's rank as dots; empty when the scheme has no levels."""
    return FULL_PIP * min(rank, levels) + EMPTY_PIP * max(0, levels - rank)


def consent_lines(member: Member, words: Words) -> tuple[ConsentLine, ...]:
    """The last answer of every purpose and channel; those never asked stand as not agreed."""
    last: dict[tuple[str, str], Consent | None] = dict.fromkeys(ASKED)
    for consent in sorted(member.consents, key=lambda c: c.at):
        last[consent.purpose, consent.channel] = consent
    return tuple(
        _consent(purpose, channel, consent, words) for (purpose, channel), consent in last.items()
    )


def consent_label(purpose: str, channel: str, words: Words) -> str:
    """The words of a purpose and channel; of one that came from elsewhere, its own name."""
    try:
        return words(
            f"member.consent_{purpose}_{channel}" if channel else f"member.consent_{purpose}"
        )
    except MissingWording:
        return words("member.consent_other", purpose=purpose, channel=channel).strip()


def _consent(purpose: str, channel: str, consent: Consent | None, words: Words) -> ConsentLine:
    granted = consent is not None and consent.granted
    note = words("member.consent_given" if granted else "member.consent_not_given")
    if consent is not None:
        note = f"{note} · {day_text(consent.at)}"
    return ConsentLine(
        purpose=purpose,
        channel=channel,
        label=consent_label(purpose, channel, words),
        note=note,
        granted=granted,
        fixed=purpose == "terms",
    )


def _wallet(state: WalletState, wallets: Mapping[str, tuple[str, int]], words: Words) -> WalletLine:
    name, decimals = wallets.get(state.wallet, (words("member.points_unit"), 0))
    notes = [words("member.shared_wallet")] if state.shared else []
    if state.pending:
        notes.append(words("member.pending", points=points_text(state.pending, decimals)))
    if state.debt:
        notes.append(words("member.debt", points=points_text(state.debt, decimals)))
    if state.next_expiry is not None and state.next_expiry_points:
        notes.append(
            words(
                "member.expires",
                points=points_text(state.next_expiry_points, decimals),
                day=state.next_expiry.isoformat(),
            )
        )
    else:
        notes.append(words("member.no_expiry"))
    return WalletLine(
        wallet=state.wallet,
        name=name,
        balance=points_text(state.balance, decimals),
        points=state.balance,
        notes=tuple(notes),
    )


def _tier(state: TierState, words: Words, told: TierWords) -> TierLine:
    name = state.level_name or words("member.no_tier")
    held = last_day(state)
    facts = [] if held is None else [words("member.tier_held", day=held.isoformat())]
    if state.coming_level_name is not None and state.coming_on is not None:
        day = state.coming_on.isoformat()
        facts.append(words("sale.tier_coming", tier=state.coming_level_name, day=day))
    facts += [told.challenge(one, one.last_day.isoformat()) for one in state.challenges]
    return TierLine(
        name=name,
        pips=pips(state.rank, state.levels),
        spoken=words("member.tier_pips", tier=name, rank=state.rank, levels=state.levels),
        note=_way_up(state, words, told),
        facts=(*facts, *state.benefits),
        progress=state.progress if state.next_at else 1,
        goal=state.next_at or 1,
    )


def _way_up(state: TierState, words: Words, told: TierWords) -> str:
    if state.next_at is None or state.next_level_name is None:
        return words("member.tier_top")
    left = f"{max(0, state.next_at - state.progress):,}"
    if state.missing:
        left = told.left(state.missing, any_of=state.any_of)
    return words("member.tier_progress", left=left, next=state.next_level_name)


def _warning(status: MemberStatus, words: Words) -> str:
    return "" if status is MemberStatus.ACTIVE else words(f"member.status_{status.value}")
