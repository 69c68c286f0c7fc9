"""Whether what a quote said still holds when it is paid: its goods, its day, who it was for.

Shape: each `check_...` raises `ServiceRefusal`, most often QUOTE_STALE: quote again, then pay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.donating import donation_lines, without_donations
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import Quote, QuoteLine
from posloyalty.domain.engine.restrictions import blocked
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.tender import Tender, still_due
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import LEASE

if TYPE_CHECKING:
    from posloyalty.services.selling.counter_facts import CounterRules


def check_paid(basket: Basket, quote: Quote, tenders: tuple[Tender, ...]) -> None:
    """Refuse EMPTY, UNPAID (`due_minor`) and OVERPAID (`over_minor`)."""
    if not basket.lines:
        raise ServiceRefusal("EMPTY")
    due = still_due(quote.payable_minor, tenders)
    if due > 0:
        raise ServiceRefusal("UNPAID", due_minor=due)
    if due < 0:
        raise ServiceRefusal("OVERPAID", over_minor=-due)


def check_fresh(
    basket: Basket,
    quote: Quote,
    programme: Programme,
    state: MemberState | None,
    at: datetime,
    rules: CounterRules,
    business_day: date,
) -> None:
    """Refuse a quote that was made for another basket, programme, day or state of the member.

    Within the day the clock may have moved past an offer's hour: what was shown is honoured.
    """
    same = (
        quote.sale_id == basket.sale_id
        and quote.member_id == basket.member_id
        and quote.tenders == basket.tenders
        and _same_lines(basket, quote, programme, rules)
        and quote.discounts == basket.discounts
        and quote.programme.hash == programme.hash
        and quote.day == business_day
    )
    if same and state is not None:
        day = store_day(at, programme.zone)
        names = rules.language
        same = (
            store_day(quote.at, programme.zone) == day
            and quote.wallets == wallet_states(programme, state, day)
            and _ranks(quote) == [t.rank for t in tier_states(programme, state, day, names)]
            and (state.status is MemberStatus.ACTIVE or not _moves_points(quote))
            and (quote.state is None or _same_history(quote.state, state))
        )
    if not same:
        raise ServiceRefusal("QUOTE_STALE")


def _same_lines(basket: Basket, quote: Quote, programme: Programme, rules: CounterRules) -> bool:
    """Whether the quote has the basket's goods, and what is still given on top of them."""
    goods = without_donations(quote.lines)
    payable = sum(line.net_minor for line in goods)
    given = donation_lines(programme, basket, payable, rules.language)
    return tuple(line.line for line in goods) == basket.lines and _amounts(given) == _amounts(
        line for line in quote.lines if line.donation
    )


def agreed_on(quote: Quote) -> tuple[object, ...]:
    """What the customer agreed to pay, and why it is so much; names are in any language."""
    offers = [(one.offer_id, one.shares) for one in quote.offers]
    spent = [(one.wallet, one.points, one.shares) for one in quote.redemptions]
    return (quote.payable_minor, offers, spent)


def _amounts(lines: Iterable[QuoteLine]) -> list[tuple[int, str, int]]:
    return [(one.line.number, one.line.product.sku, one.net_minor) for one in lines]


def check_context(context: Context, quote: Quote) -> None:
    """Refuse goods that this customer may not buy, and points for whoever may not earn them."""
    goods = context.goods.lines
    for one in blocked(context.programme, goods, context.facts, context.business_facts):
        raise ServiceRefusal("RESTRICTED", name=one.product, prompt=one.prompt)
    if context.barred and _moves_points(quote):
        raise ServiceRefusal("QUOTE_STALE")


def _same_history(seen: MemberState, now: MemberState) -> bool:
    return _own(seen.rights) == _own(now.rights) and seen.meters == now.meters


def _own(rights: Iterable[Right]) -> list[Right]:
    """What is the member's: what head office lent this till for the very sale is not."""
    return [right for right in rights if right.kind != LEASE]


def _ranks(quote: Quote) -> list[int]:
    return [tier.rank for tier in quote.tiers]


def _moves_points(quote: Quote) -> bool:
    return bool(quote.redemptions) or any(earning.points for earning in quote.earnings)


def still_there(quote: Quote, shown: tuple[Right, ...]) -> bool:
    """Whether what was shown and used is as it was when it was quoted."""
    used = [one.uses.right for one in quote.offers if one.uses is not None and one.uses.code]
    return all(right is None or right in shown for right in used)
