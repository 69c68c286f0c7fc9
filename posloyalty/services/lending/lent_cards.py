"""Gift cards where several tills share them: what of a card a till may take (SYNC 15: 25).

A card is emptied by whoever shows its code, so two tills must never both count on what it holds.
In reach of head office a sale has so much of it held aside before it is booked; out of reach a till
takes what it was lent, and beyond that nothing, unless the merchant chose otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from posloyalty.domain.engine.stored_value import CardPayment
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


def card_uses(
    reader: Reader | UnitOfWork,
    paying: Iterable[CardPayment],
    here: CardsHere,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by the cards that pay for a sale.

    Raises `ServiceRefusal` USE_TILL_NOT_SOUND at a till that is not sound, CARD_NEEDS_NETWORK
    (`card`) out of reach, and CARD_HELD (`card`, `most_minor`) where head office did not hold so
    much aside.
    """
    for one in paying:
        leases = leases_of(reader, card_asset(one.card.id), day) if here.reach.sound else ()
        wanted = max(0, one.amount_minor - here.back.get(one.card.id, 0))
        uses, beyond = uses_of(leases, wanted, event_id)
        if beyond:
            _check_beyond(reader, one, here, left_in(leases))
        yield from uses


def _check_beyond(
    reader: Reader | UnitOfWork, paying: CardPayment, here: CardsHere, held_minor: int
) -> None:
    reach = here.reach
    if not reach.sound:
        raise ServiceRefusal("USE_TILL_NOT_SOUND")
    if not (reach.online or here.at_risk):
        raise ServiceRefusal("CARD_NEEDS_NETWORK", card=paying.name)
    if reach.online and not own_and_untold(reader, paying.card.right, reach.reached):
        raise ServiceRefusal("CARD_HELD", card=paying.name, most_minor=held_minor)
