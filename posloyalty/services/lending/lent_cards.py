"""Gift cards where several tills share them: what of a card a till may take.

A card is emptied by whoever shows its code, so two tills must never both count on what it holds.
In reach of head office a sale has so much of it held aside before it is booked; out of reach a till
takes what it was lent, or what it sold and head office has not heard of, and beyond that nothing,
unless the merchant chose otherwise. `room_on_card` says so as soon as a card is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from posloyalty.domain.engine.stored_value import CardPayment, StoredCard
from posloyalty.domain.ledger.right import RightChange
from posloyalty.services.lending.held_leases import leases_of, left_in, uses_of
from posloyalty.services.lending.lent_rights import Reach, own_and_untold
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind

NOTHING_BACK: Final[Mapping[bytes, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsHere:
    """How the till stands, and whether the merchant takes cards at their own risk out of reach.
    `back` is what came back to cards just now: everybody else takes it for spent.
    """

    reach: Reach
    at_risk: bool
    back: Mapping[bytes, int]


def card_asset(card_id: bytes) -> Asset:
    """What a card holds as something that is lent, in minor units of money."""
    return Asset(AssetKind.CARD, card_id.hex(), card_id)


@dataclass(frozen=True, slots=True)
class RoomOnCard:
    """The most that a card can pay at a till that cannot ask, in minor units."""

    most_minor: int
    reach: Reach

    def refused(self, card: str, most_minor: int) -> ServiceRefusal:
        """Why a card, by its name, pays no more than `most_minor` here now."""
        if not self.reach.sound:
            return ServiceRefusal("USE_TILL_NOT_SOUND")
        time = self.reach.told_at
        if most_minor:
            return ServiceRefusal("CARD_HERE_MOST", card=card, most_minor=most_minor, time=time)
        return ServiceRefusal("CARD_NEEDS_NETWORK", card=card, time=time)


def room_on_card(
    reader: Reader | UnitOfWork, card: StoredCard, here: CardsHere, day: date
) -> RoomOnCard | None:
    """What a card can pay here before anybody is asked; None where that is what is on it, because
    head office can be asked, nobody else knows of it, or the merchant takes it at their own risk.
    """
    reach = here.reach
    if not reach.sound:
        return RoomOnCard(0, reach)
    if reach.online or here.at_risk or own_and_untold(reader, card.right, reach.sent):
        return None
    return RoomOnCard(left_in(leases_of(reader, card_asset(card.id), day)), reach)


def card_uses(
    reader: Reader | UnitOfWork,
    paying: Iterable[CardPayment],
    here: CardsHere,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by the cards that pay for a sale.

    Raises `ServiceRefusal` USE_TILL_NOT_SOUND at a till that is not sound, CARD_NEEDS_NETWORK
    (`card`) or CARD_HERE_MOST (`card`, `most_minor`) out of reach, and CARD_HELD (`card`,
    `most_minor`) where head office did not hold so much aside.
    """
    for one in paying:
        leases = leases_of(reader, card_asset(one.card.id), day) if here.reach.sound else ()
        wanted = max(0, one.amount_minor - here.back.get(one.card.id, 0))
        uses, beyond = uses_of(leases, wanted, event_id)
        if beyond:
            _check_beyond(reader, one, here, left_in(leases))
        yield from uses


def move_uses(
    reader: Reader | UnitOfWork, moved: CardPayment, reach: Reach, day: date, event_id: bytes
) -> Iterator[RightChange]:
    """The uses of leases by a card that moves to another, whole: by all that is on it.

    Raises `ServiceRefusal` as `check_move` does, and CARD_MOVE_HELD where head office did not hold
    all of it aside.
    """
    check_move(reader, moved, reach, day)
    uses, beyond = uses_of(
        leases_of(reader, card_asset(moved.card.id), day), moved.amount_minor, event_id
    )
    if beyond and not own_and_untold(reader, moved.card.right, reach.sent):
        raise ServiceRefusal("CARD_MOVE_HELD", card=moved.name)
    yield from uses


def check_move(reader: Reader | UnitOfWork, moved: CardPayment, reach: Reach, day: date) -> None:
    """Whether a card may move here before anybody is asked. What two tills out of reach both moved
    would be there twice, so nothing of it is at the merchant's risk.

    Raises `ServiceRefusal` USE_TILL_NOT_SOUND, and out of reach CARD_MOVE_NEEDS_NETWORK (`card`,
    `time`) for more than this till was lent.
    """
    if not reach.sound:
        raise ServiceRefusal("USE_TILL_NOT_SOUND")
    held = left_in(leases_of(reader, card_asset(moved.card.id), day))
    if reach.online or held >= moved.amount_minor:
        return
    if not own_and_untold(reader, moved.card.right, reach.sent):
        raise ServiceRefusal("CARD_MOVE_NEEDS_NETWORK", card=moved.name, time=reach.told_at)


def _check_beyond(
    reader: Reader | UnitOfWork, paying: CardPayment, here: CardsHere, held_minor: int
) -> None:
    reach = here.reach
    if not reach.sound:
        raise ServiceRefusal("USE_TILL_NOT_SOUND")
    if own_and_untold(reader, paying.card.right, reach.sent):
        return
    if reach.online:
        raise ServiceRefusal("CARD_HELD", card=paying.name, most_minor=held_minor)
    if not here.at_risk:
        raise RoomOnCard(held_minor, reach).refused(paying.name, held_minor)
