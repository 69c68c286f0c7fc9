"""A sale that took place long ago, as its paper says: what it spent and gave is taken as it was.

Shape: `state_then` lets a member pay with the points that the paper says were paid with, also where
the book does not hold them any more; `borne` puts before what the sale does that the store bears
what is missing. Both leave any other sale alone. `as_promised` gives a quote the points that the
paper's signed code says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import Earning, Quote, QuoteLine
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.selling.counter_facts import member_state
from posloyalty.sync.keyed_in import by_terms

MISSING: Final = "keyed_in_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The receipt from which a sale is keyed in again: its number, its signed code where it has
    one, the first half of the id of the till that had sold it where that is another one, and who
    approved of the keying in.
    """

    number: str
    code: str = ""
    till: bytes = b""
    approved_by: bytes | None = None

    def of(self, sale: Sale) -> Sale:
        """The sale, marked so."""
        return replace(
            sale,
            again=self.number,
            receipt=self.code,
            again_till=self.till,
            approved_by=sale.approved_by or self.approved_by,
        )


def missing_points(
    programme: Programme, state: MemberState, basket: Basket, day: date
) -> dict[str, int]:
    """By wallet, what the paper spent and the book does not hold on that day."""
    held = {one.wallet: one.balance for one in wallet_states(programme, state, day)}
    short = {one.wallet: one.points - max(0, held.get(one.wallet, 0)) for one in basket.redemptions}
    return {wallet: points for wallet, points in short.items() if points > 0}


def state_then(
    reader: Reader | UnitOfWork, basket: Basket, programme: Programme, at: datetime
) -> MemberState | None:
    """The member's state; of a sale of long ago with what it spent, whether it is there or not."""
    state = member_state(reader, basket, programme, at)
    if state is None or basket.happened_on is None:
        return state
    missing = missing_points(programme, state, basket, store_day(at, programme.zone))
    lots = tuple(_lot(programme, state, basket, *one) for one in missing.items())
    return replace(state, lots=(*state.lots, *lots)) if lots else state


def on_day(store: StoreContext, basket: Basket) -> StoreContext:
    """A sale of long ago is of its own business day, whatever shift is open now."""
    day = basket.happened_on
    return store if day is None else replace(store, open_day=day)


def borne(
    unit: UnitOfWork, programme: Programme, basket: Basket, does: Consequences, at: datetime
) -> Consequences:
    """What a sale does; one of long ago after the store has borne what is missing of what it spent,
    and under ids that no other till uses for something else (`by_terms`).
    """
    if basket.happened_on is None:
        return does
    state = member_state(unit, basket, programme, at)
    if state is None:
        return by_terms(does)
    opened = []
    missing = missing_points(programme, state, basket, store_day(at, programme.zone))
    for wallet, points in missing.items():
        lot = _lot(programme, state, basket, wallet, points)
        ledger = lot.account.ledger
        store = Account(ledger, AccountKind.STORE_RISK, unit.facts.store_code.encode("utf-8"))
        opened.append(
            Transfer(
                id=derive_id("transfer", basket.sale_id, MISSING, ledger),
                code=TransferCode.ADJUST,
                debit=store,
                credit=lot.account,
                amount=points,
                event_id=basket.sale_id,
                opens=lot,
            )
        )
    return by_terms(replace(does, transfers=(*opened, *does.transfers)))


def as_promised(quote: Quote, earned: int) -> Quote | None:
    """The quote with so many points in the first wallet that earns; None where none could."""
    first = next((one for one in quote.earnings if one.points), next(iter(quote.earnings), None))
    if (0 if first is None else first.points) == earned:
        return quote
    if first is None:
        return None
    shares = _shares(quote, earned)
    promised = _promised(first, earned, shares)
    earnings = tuple(promised if one is first else one for one in quote.earnings)
    lines = tuple(_line(line, first.wallet, dict(shares)) for line in quote.lines)
    return replace(quote, earnings=earnings, lines=lines)


def _lot(programme: Programme, state: MemberState, basket: Basket, wallet: str, points: int) -> Lot:
    ledger = programme.ledger(wallet)
    owner = dict(state.pools).get(ledger, state.member_id)
    return Lot(
        id=derive_id("lot", basket.sale_id, MISSING, ledger),
        account=Account(ledger, AccountKind.MEMBER, owner),
        original=points,
        remaining=points,
        earned_on=LONG_AGO,
        usable_from=LONG_AGO,
        last_day=None,
    )


def _shares(quote: Quote, points: int) -> tuple[tuple[int, int], ...]:
    """Points by line, after what each line costs."""
    goods = [one for one in quote.lines if not one.donation]
    weights = [max(0, one.net_minor) for one in goods]
    if not any(weights):
        weights = [1 for _ in goods]
    parts = allocate(points, weights, [one.line.key for one in goods])
    return tuple((one.line.number, part) for one, part in zip(goods, parts, strict=True) if part)


def _promised(first: Earning, earned: int, shares: tuple[tuple[int, int], ...]) -> Earning:
    """What a campaign gave of it stays a campaign's, as far as there is so much."""
    left, campaigns = earned, []
    for campaign, points in first.campaigns:
        part = min(points, left)
        left -= part
        if part:
            campaigns.append((campaign, part))
    return replace(first, points=earned, shares=shares, campaigns=tuple(campaigns))


def _line(line: QuoteLine, wallet: str, shares: dict[int, int]) -> QuoteLine:
    others = tuple(one for one in line.earned if one[0] != wallet)
    points = shares.get(line.line.number, 0)
    return line._replace(earned=(*others, *(((wallet, points),) if points else ())))
