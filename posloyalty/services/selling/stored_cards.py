"""Gift cards in the book: read by their code, and checked before a sale loads or spends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.restrictions import Blocked
from posloyalty.domain.engine.stored_value import (
    CardPayment,
    CardState,
    StoredCard,
    card_account,
    card_id,
    card_ledgers,
    card_name,
    stored_card,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import (
    GIFT_CARD,
    GiftCard,
    card_sold_as,
)
from posloyalty.domain.programme.reason import Fact, Reason
from posloyalty.domain.shop.basket import QUANTITY_ONE, Basket, BasketLine
from posloyalty.domain.shop.market import CardBounds, CardVat
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal


def card_by_id(
    reader: Reader | UnitOfWork, programme: Programme, identifier: bytes
) -> StoredCard | None:
    """A card as the book knows it."""
    rights = reader.ledger.rights_by_code(identifier.hex())
    kinds = dict.fromkeys(right.of for right in rights if right.kind == GIFT_CARD)
    ledgers = [ledger for kind in kinds for ledger in card_ledgers(programme, kind)]
    lots = {ledger: reader.ledger.lots(card_account(ledger, identifier)) for ledger in ledgers}
    return stored_card(programme, rights, lots)


def with_cards(
    reader: Reader | UnitOfWork, programme: Programme, basket: Basket, store: StoreContext
) -> StoreContext:
    """What the shop contributes, with the cards that the basket's lines name."""
    named = dict.fromkeys(card_id(line.card) for line in basket.lines if line.card)
    found = (card_by_id(reader, programme, identifier) for identifier in named)
    cards = tuple(card for card in found if card is not None)
    return replace(store, cards=cards) if cards else store


def check_loads(
    programme: Programme,
    basket: Basket,
    store: StoreContext,
    day: date,
    bounds: CardBounds | None = None,
) -> None:
    """Whether every line that sells a card may, within what the shop's market allows.

    Raises `ServiceRefusal` CARD_CODE_NEEDED (`name`), CARD_ONE_EACH, CARD_TWICE, or what
    `check_load` does.
    """
    for _, refusal in refused_loads(programme, basket, store, day, bounds):
        raise refusal


def refused_loads(
    programme: Programme,
    basket: Basket,
    store: StoreContext,
    day: date,
    bounds: CardBounds | None = None,
) -> tuple[tuple[BasketLine, ServiceRefusal], ...]:
    """The lines that may not sell or fill their card, each with why, in the basket's order."""
    found: list[tuple[BasketLine, ServiceRefusal]] = []
    seen: set[bytes] = set()
    for line in basket.lines:
        kind = card_sold_as(programme, line.product)
        if kind is None:
            continue
        try:
            _check_line(kind, line, basket, store, bounds, seen)
        except ServiceRefusal as refusal:
            found.append((line, refusal))
    return tuple(found)


def _check_line(
    kind: GiftCard,
    line: BasketLine,
    basket: Basket,
    store: StoreContext,
    bounds: CardBounds | None,
    seen: set[bytes],
) -> None:
    if not line.card:
        raise ServiceRefusal("CARD_CODE_NEEDED", name=line.product.name)
    if line.quantity_milli != QUANTITY_ONE:
        raise ServiceRefusal("CARD_ONE_EACH", name=line.product.name)
    identifier = card_id(line.card)
    if identifier in seen:
        raise ServiceRefusal("CARD_TWICE", card=card_name(line.card))
    seen.add(identifier)
    most = _most(kind, bounds, basket.currency.code)
    check_load(kind, line, store.card(identifier), basket.member_id, most)


def _most(kind: GiftCard, bounds: CardBounds | None, currency: str) -> int | None:
    """The most that a card may hold: what the programme says, and never more than the market."""
    market = None if bounds is None else bounds.most(named=kind.named, currency=currency)
    known = [most for most in (kind.most_minor, market) if most is not None]
    return min(known, default=None)


def check_load(
    kind: GiftCard,
    line: BasketLine,
    known: StoredCard | None,
    member: bytes | None,
    most: int | None,
) -> None:
    """Whether a line may put its amount on its card, which may hold `most` in minor units.

    Raises `ServiceRefusal` CARD_MEMBER_NEEDED, CARD_OTHER_KIND, CARD_FROZEN, CARD_CLOSED,
    CARD_BELOW_LEAST (`least_minor`) or CARD_ABOVE_MOST (`most_minor`, `held_minor`).
    """
    name = card_name(line.card)
    if known is None and kind.named and member is None:
        raise ServiceRefusal("CARD_MEMBER_NEEDED", name=line.product.name)
    if known is not None and known.right.of != kind.id:
        raise ServiceRefusal("CARD_OTHER_KIND", card=name)
    if known is not None and known.frozen:
        raise ServiceRefusal("CARD_FROZEN", card=name)
    if known is not None and known.right.cancelled > 0:
        raise ServiceRefusal("CARD_CLOSED", card=name)
    if line.gross_minor < kind.least_minor:
        raise ServiceRefusal("CARD_BELOW_LEAST", least_minor=kind.least_minor)
    held = 0 if known is None else known.held()
    if most is not None and held + line.gross_minor > most:
        raise ServiceRefusal("CARD_ABOVE_MOST", most_minor=most, held_minor=held)


def payments(
    reader: Reader | UnitOfWork, programme: Programme, tenders: Iterable[Tender], day: date
) -> tuple[CardPayment, ...]:
    """What cards pay of a sale, one payment a card.

    Raises `ServiceRefusal` NO_SUCH_CARD, or what `check_pay` does.
    """
    sums: dict[bytes, tuple[int, str]] = {}
    for tender in tenders:
        if tender.kind is TenderKind.GIFT_CARD:
            identifier = tender.account_id or b""
            before, _ = sums.get(identifier, (0, ""))
            sums[identifier] = before + tender.amount_minor, tender.reference or ""
    found = []
    for identifier, (amount, name) in sums.items():
        card = card_by_id(reader, programme, identifier)
        if card is None:
            raise ServiceRefusal("NO_SUCH_CARD", card=name)
        check_pay(card, name, amount, day)
        found.append(CardPayment(card=card, amount_minor=amount, name=name))
    return tuple(found)


def check_pay(card: StoredCard, name: str, amount: int, day: date, *, back_minor: int = 0) -> None:
    """Whether a card can pay so much on a day, with what comes back to it before.

    Raises `ServiceRefusal` CARD_FROZEN, CARD_CLOSED, CARD_EXPIRED, CARD_EMPTY or CARD_TOO_LITTLE
    (`balance_minor`).
    """
    state, balance = card.state(day), card.balance(day) + back_minor
    if state is not CardState.ACTIVE:
        raise ServiceRefusal(_STATES[state], card=name)
    if not balance:
        raise ServiceRefusal("CARD_EMPTY", card=name)
    if amount > balance:
        raise ServiceRefusal("CARD_TOO_LITTLE", card=name, balance_minor=balance)


_STATES = {
    CardState.FROZEN: "CARD_FROZEN",
    CardState.CLOSED: "CARD_CLOSED",
    CardState.EXPIRED: "CARD_EXPIRED",
}


def prepaid(paid: Iterable[CardPayment], tenders: Iterable[Tender]) -> frozenset[int]:
    """The numbers of the tenders whose card bore the tax when it was sold."""
    cards = {
        one.card.id
        for one in paid
        if one.card.kind is not None and one.card.kind.vat is CardVat.SINGLE_PURPOSE
    }
    return frozenset(tender.number for tender in tenders if tender.account_id in cards)


def blocked_lines(refused: Iterable[tuple[BasketLine, ServiceRefusal]]) -> tuple[Blocked, ...]:
    """Refused lines as a quote tells them, so that such a sale is not begun to be paid."""
    return tuple(
        Blocked(
            number=line.number,
            product=line.product.name,
            rule_id="",
            name=line.product.name,
            reasons=(Reason(refusal.reason, _facts(refusal)),),
            prompt="",
        )
        for line, refusal in refused
    )


def _facts(refusal: ServiceRefusal) -> tuple[tuple[str, Fact], ...]:
    facts = refusal.facts.items()
    return tuple((name, value) for name, value in facts if isinstance(value, int | str))
