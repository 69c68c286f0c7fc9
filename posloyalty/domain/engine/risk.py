"""Risk at the counter: whose own card it is, who earns too often or in two stores at once, who has
to be verified first.

Every check answers with reasons, empty when there is nothing. Nobody is turned away, and a sale is
never refused for any of them: the customer pays and takes the goods; what is held back is points.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES, earned_meter
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.risk import RISK, UNSTATED, Risk
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.tender import Tender, TenderKind

STAFF: Final = "staff"
SIGNED_UP: Final = "signed_up"
"""Counted for whoever signs a member up."""
SIGN_UPS: Final = "alert/sign_ups"
"""Counted for a member who came as one of too many."""
VERIFIED: Final = "verified"
PHONE_PROOF: Final = "phone"
SEEN: Final = "seen/"
"""With a store's code: the member was served there."""


def risk_of(programme: Programme) -> Risk:
    """The checks of a programme."""
    found: Risk | None = programme.reckoned.get(risk_of)
    if found is None:
        found = programme.reckoned[risk_of] = programme.find(Risk, RISK) or UNSTATED
    return found


def own_card(
    programme: Programme, state: MemberState | None, operator_id: bytes, day: date
) -> tuple[Reason, ...]:
    """OWN_CARD where the member is the one who rings."""
    if state is None or not operator_id or not risk_of(programme).own_card:
        return ()
    rung_by = operator_id.hex()
    own = any(right.of == rung_by and right.good_on(day) for right in staff_rights(state))
    return (Reason("OWN_CARD"),) if own else ()


def staff_rights(state: MemberState) -> tuple[Right, ...]:
    """The rights that say which operators a member is."""
    return tuple(right for right in state.rights if right.kind == STAFF)


def too_often(
    programme: Programme, state: MemberState | None, at: datetime, day: date
) -> tuple[Reason, ...]:
    """TOO_MANY_EARNS where the sales before this one have used up what is usual."""
    risk = risk_of(programme)
    if state is None or not (risk.earns or risk.earns_a_day):
        return ()
    meters = {earned_meter(programme.ledger(wallet.id)) for wallet in programme.wallets}
    after = at - timedelta(minutes=risk.minutes)
    counted = [
        entry for entry in state.meters if entry.meter in meters and entry.owner == state.member_id
    ]
    # What a sale still stands for: one that came back whole, as when it is rung up anew, is none.
    left: dict[bytes, int] = {}
    for entry in counted:
        event_id = entry.undoes or entry.event_id
        left[event_id] = left.get(event_id, 0) + entry.amount
    own = [entry for entry in counted if entry.amount > 0 and left[entry.event_id] > 0]
    lately = {entry.event_id for entry in own if after < entry.at <= at}
    today = {entry.event_id for entry in own if entry.day == day}
    if risk.earns and len(lately) >= risk.earns:
        return (reason("TOO_MANY_EARNS", earns=len(lately), minutes=risk.minutes),)
    if risk.earns_a_day and len(today) >= risk.earns_a_day:
        return (reason("TOO_MANY_EARNS_TODAY", earns=len(today)),)
    return ()


def two_stores(
    programme: Programme, state: MemberState | None, at: datetime, place: Place
) -> tuple[Reason, ...]:
    """TWO_STORES where the member was served in another store sooner than anybody gets here; in
    whatever order the two tills hear of one another.
    """
    minutes = risk_of(programme).travel_minutes
    if state is None or not minutes or not place.store:
        return ()
    undone = {entry.undoes for entry in state.meters}
    elsewhere = [
        entry
        for entry in state.meters
        if entry.meter.startswith(programme.meter(SEEN))
        and entry.meter != programme.meter(SEEN + place.store)
        and entry.owner == state.member_id
        and entry.amount > 0
        and entry.event_id not in undone
        and abs(at - entry.at) < timedelta(minutes=minutes)
    ]
    if not elsewhere:
        return ()
    last = max(elsewhere, key=lambda entry: (entry.at, entry.event_id))
    store = last.meter.removeprefix(programme.meter(SEEN))
    apart = abs(at - last.at) // timedelta(minutes=1)
    return (reason("TWO_STORES", store=store, minutes=apart),)


def card_refunds(
    programme: Programme, tenders: Iterable[Tender], before: int
) -> tuple[Reason, ...]:
    """TOO_MANY_CARD_REFUNDS where a return puts money on a gift card, and so many of the till's day
    did `before`: goods that nobody brought come back to a card of the cashier's own.
    """
    most = risk_of(programme).card_refunds
    to_card = any(one.kind is TenderKind.GIFT_CARD and one.amount_minor for one in tenders)
    if not (most and to_card and before >= most):
        return ()
    return (reason("TOO_MANY_CARD_REFUNDS", refunds=before),)


def to_verify(
    programme: Programme, state: MemberState | None, proof: str | None, day: date
) -> tuple[Reason, ...]:
    """VERIFY_FIRST for a member found by phone who was not seen for long: numbers are reissued."""
    idle = risk_of(programme).idle_days
    if state is None or not idle or proof != PHONE_PROOF:
        return ()
    since = day - timedelta(days=idle - 1)
    seen = total(state.meters, PURCHASES, owner=state.member_id, since=since)
    proved = total(state.meters, programme.meter(VERIFIED), owner=state.member_id, since=since)
    if seen > 0 or proved > 0 or state.joined_on >= since:
        return ()
    return (reason("VERIFY_FIRST", idle_days=idle),)
