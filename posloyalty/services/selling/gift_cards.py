"""Gift cards at the till: what one holds, paying with it, freezing it, and moving it to another.

Shape: a card is named by its code as it was scanned or typed. Selling and filling one is a line of
a sale; everything else here is one act each. What the till knows of a card is as of its book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.stored_value import (
    CARD_FREEZE,
    CardPayment,
    CardState,
    StoredCard,
    card_account,
    card_id,
    card_name,
    postings_of,
)
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.ledger.transfer import LotUse, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.operator import Right as Authority
from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_exact
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_cards import card_asset, check_move, move_uses
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Wanted
from posloyalty.services.selling.stored_cards import card_by_id, check_pay


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card on a day, for the screen: amounts in minor units, `last_day` of what ends first.

    `owner` is the member whom it belongs to, None for whoever holds it; `as_of` is until when the
    till knows of it; `here_minor` the most that it can pay at this till now, where that is not what
    is on it.
    """

    card: str
    name: str
    state: CardState
    balance_minor: int
    principal_minor: int
    bonus_minor: int
    last_day: date | None
    owner: bytes | None
    as_of: datetime
    here_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    programme: Programme
    at: datetime
    day: date


class GiftCards(Grounded):
    """Gift cards of one till's book."""

    def __init__(self, ground: Ground, *, lending: Lending) -> None:
        super().__init__(ground)
        self._lending = lending

    def look_up(self, code: str, language: str | None = None) -> CardView:
        """What a card holds now, its name in a language, by default that of the shop's papers.
        Raises `ServiceRefusal` NO_PROGRAMME or NO_SUCH_CARD.
        """
        with self._book.read() as reader:
            place = self._place(reader)
            card = _card(reader, place.programme, code)
            here = self._lending.room_on_card(reader, card, place.day)
            view = self._view(card, code, place, language or self._rules().language)
        return view if here is None else replace(view, here_minor=here.most_minor)

    def tender(
        self,
        code: str,
        payable_minor: int,
        tenders: tuple[Tender, ...],
        *,
        amount_minor: int | None = None,
        back_minor: int = 0,
    ) -> Tender:
        """A payment by a card: an amount, or as much as is due and on it. `back_minor` is what
        goods that come back in the same exchange put on it.

        Raises `ServiceRefusal` of a card that cannot pay it, also here and now, and
        `TenderRefusal`.
        """
        with self._book.read() as reader:
            place = self._place(reader)
            card = _card(reader, place.programme, code)
            here = self._lending.room_on_card(reader, card, place.day)
        # The same card may have paid a part already.
        taken = sum(one.amount_minor for one in tenders if one.account_id == card.id)
        due = still_due(payable_minor, tenders)
        left = card.balance(place.day) + back_minor - taken
        most = left
        if here is not None:
            most = min(left, max(0, here.most_minor + back_minor - taken))
        wanted = max(1, min(due, most or left)) if amount_minor is None else amount_minor
        tender = take_exact(
            payable_minor,
            tenders,
            kind=TenderKind.GIFT_CARD,
            amount_minor=wanted,
            reference=card_name(code),
            account_id=card.id,
        )
        check_pay(card, card_name(code), taken + wanted, place.day, back_minor=back_minor)
        if here is not None and wanted > most:
            raise here.refused(card_name(code), most)
        return tender

    def freeze(self, code: str, operator: Operator) -> None:
        """Nobody pays with a card, as when it is lost. Twice is harmless."""
        self._freeze(code, operator, frozen=True)

    def unfreeze(
        self, code: str, operator: Operator, *, approved_by: Operator | None = None
    ) -> None:
        """It is good again. Raises `ServiceRefusal` NOT_ALLOWED: somebody with authority does it,
        or answers for it.
        """
        require(approved_by or operator, Authority.WAIVE)
        self._freeze(code, operator, frozen=False, approved_by=approved_by)

    def new_id(self) -> bytes:
        """An id for a move, made once and kept, so that nothing moves twice."""
        return self._ids.new_id()

    def check_move(self, code: str) -> None:
        """Whether a card may move here now, before a new one is asked for.

        Raises `ServiceRefusal` NO_SUCH_CARD, CARD_EMPTY, USE_TILL_NOT_SOUND, or out of reach
        CARD_MOVE_NEEDS_NETWORK.
        """
        with self._book.read() as reader:
            place = self._place(reader)
            card = _card(reader, place.programme, code)
            reach = self._lending.reach_for(b"")
            if reach is not None:
                check_move(reader, _whole(card, code), reach, place.day)

    def wants_to_move(self, code: str) -> Callable[[Reader, Programme, date], Iterable[Wanted]]:
        """What of head office's is to be held aside before it: all that is on the card."""

        def wants(reader: Reader, programme: Programme, _day: date) -> Iterable[Wanted]:
            card = card_by_id(reader, programme, card_id(code))
            return () if card is None else ((card_asset(card.id), _all_on(card)),)

        return wants

    def replace(
        self,
        code: str,
        new_code: str,
        operator: Operator,
        *,
        approved_by: Operator | None = None,
        move_id: bytes | None = None,
        language: str | None = None,
    ) -> CardView:
        """Move everything from a card to a new one, also what ran out; the old one is closed. The
        same `move_id` again moves nothing. The new card is told in a language.

        Raises `ServiceRefusal` NOT_ALLOWED, what `check_move` raises, CARD_MOVE_HELD where another
        till may use the card, or CARD_IN_USE for a new code that is a card already.
        """
        require(approved_by or operator, Authority.WAIVE)
        with self._book.read() as reader:
            moved = move_id is not None and reader.journal.by_event_id(move_id) is not None
        if not moved:
            self._move(code, new_code, operator, approved_by, move_id)
        return self.look_up(new_code, language)

    def _move(
        self,
        code: str,
        new_code: str,
        operator: Operator,
        approved_by: Operator | None,
        move_id: bytes | None,
    ) -> None:
        with self._book.write() as unit:
            place = self._place(unit)
            old = _card(unit, place.programme, code)
            new_id = card_id(new_code)
            if card_by_id(unit, place.programme, new_id) is not None:
                raise ServiceRefusal("CARD_IN_USE", card=card_name(new_code))
            whole = _whole(old, code)
            plan = self._plan(place, move_id)
            _move(plan, old, new_id)
            reach = self._lending.reach_for(plan.event_id)
            leases = (
                () if reach is None else move_uses(unit, whole, reach, place.day, plan.event_id)
            )
            uses = tuple(leases)
            self._book_act(unit, place, plan, "replace", old.id, operator, approved_by, uses)
            unit.commit()

    def _freeze(
        self, code: str, operator: Operator, *, frozen: bool, approved_by: Operator | None = None
    ) -> None:
        with self._book.write() as unit:
            place = self._place(unit)
            card = _card(unit, place.programme, code)
            if card.frozen is frozen:
                return
            plan = self._plan(place)
            if frozen:
                freeze(plan, card.id)
            for right in () if frozen else _freezes(unit, card.id):
                plan.cancel(right)
            what = "freeze" if frozen else "unfreeze"
            self._book_act(unit, place, plan, what, card.id, operator, approved_by)
            unit.commit()

    def _place(self, reader: Reader | UnitOfWork) -> _Place:
        at = self._now()
        programme = self._in_effect(reader, at)
        return _Place(programme=programme, at=at, day=store_day(at, programme.zone))

    def _plan(self, place: _Place, event_id: bytes | None = None) -> EventPlan:
        return EventPlan(
            event_id=event_id or self._ids.new_id(),
            at=place.at,
            day=place.day,
            programme_id=place.programme.id,
        )

    def _book_act(
        self,
        unit: UnitOfWork,
        place: _Place,
        plan: EventPlan,
        what: str,
        identifier: bytes,
        operator: Operator,
        approved_by: Operator | None = None,
        uses: tuple[RightChange, ...] = (),
    ) -> None:
        does = plan.consequences()
        does = replace(does, rights=(*does.rights, *uses))
        happening = Happening(
            trigger=Trigger.GIFT_CARD,
            recorded=Recorded(what=what, evidence=((GIFT_CARD, identifier.hex()),)),
        )
        acted = Acted(event_id=plan.event_id, awards=(), told=(), does=does)
        event = act_event(
            unit, place.programme, happening, acted, operator, place.at, approved_by=approved_by
        )
        unit.acts.book(event)

    def _view(self, card: StoredCard, code: str, place: _Place, language: str) -> CardView:
        name = card.right.of if card.kind is None else card.kind.names.in_language(language)
        return CardView(
            card=card_name(code),
            name=name,
            state=card.state(place.day),
            balance_minor=card.balance(place.day),
            principal_minor=card.principal(place.day),
            bonus_minor=card.bonus(place.day),
            last_day=card.last_day(place.day),
            owner=card.holder,
            as_of=self._lending.known_until or place.at,
        )


def freeze(plan: EventPlan, identifier: bytes) -> None:
    """A right beside the card, which says that nobody pays with it."""
    plan.issue(kind=CARD_FREEZE, of=GIFT_CARD, owner=identifier, code=identifier.hex(), uses=0)


def _card(reader: Reader | UnitOfWork, programme: Programme, code: str) -> StoredCard:
    card = card_by_id(reader, programme, card_id(code))
    if card is None:
        raise ServiceRefusal("NO_SUCH_CARD", card=card_name(code))
    return card


def _all_on(card: StoredCard) -> int:
    return sum(lot.remaining for lot in card.lots)


def _whole(card: StoredCard, code: str) -> CardPayment:
    """All that is on a card, as what moves; refuses CARD_EMPTY."""
    name, amount = card_name(code), _all_on(card)
    if not amount:
        raise ServiceRefusal("CARD_EMPTY", card=name)
    return CardPayment(card=card, amount_minor=amount, name=name)


def _freezes(reader: Reader | UnitOfWork, identifier: bytes) -> tuple[Right, ...]:
    rights = reader.ledger.rights_by_code(identifier.hex())
    return tuple(right for right in rights if right.kind == CARD_FREEZE and not right.cancelled)


def _move(plan: EventPlan, old: StoredCard, new_id: bytes) -> None:
    """Every lot as it is, but for those that ran out: on the new card they are good for ever."""
    out = postings_of(plan, old)
    into = plan.postings_at(card_account(old.principal_ledger, new_id), ())
    for lot in sorted(old.lots, key=lambda one: one.id):
        if not lot.remaining:
            continue
        ledger = lot.account.ledger
        out.move_out(ledger, (LotUse(lot.id, lot.remaining),), code=TransferCode.TRANSFER_OUT)
        like = structs.replace(lot, last_day=None) if lot.expired_on(plan.day) else lot
        into.move_in(ledger, lot.remaining, code=TransferCode.TRANSFER_IN, like=like)
    plan.issue(
        kind=GIFT_CARD,
        of=old.right.of,
        owner=old.holder or new_id,
        code=new_id.hex(),
        uses=0,
        last_day=old.right.last_day,
        paid_minor=old.right.paid_minor,
    )
    if not old.right.cancelled:
        plan.cancel(old.right)
    if not old.frozen:
        freeze(plan, old.id)
