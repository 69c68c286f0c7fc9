"""Money that left a gift card as a part of its act's event, and back: nothing is lost."""

from __future__ import annotations

from msgspec import UNSET

from posloyalty.domain.shop.pay_out import Document, PaidOut, PayOutWay
from posloyalty.sync import events


def out_shown(paid: PaidOut) -> events.PaidOut:
    """The part of the event."""
    return events.PaidOut(
        by=paid.way.value,
        amount=paid.amount_minor,
        given=paid.given_minor,
        seen=UNSET if paid.seen is None else paid.seen.value,
    )


def paid_out_of(event: events.Event | events.Opaque) -> PaidOut | None:
    """What an event paid out; None for one that paid nothing."""
    if not isinstance(event, events.Act) or event.out is UNSET:
        return None
    out = event.out
    return PaidOut(
        way=PayOutWay(out.by),
        amount_minor=out.amount,
        given_minor=out.given,
        seen=None if out.seen is UNSET else Document(out.seen),
    )
