"""What a till may hand out by itself, where several tills share their members.

Shape: a policy in the book says that the till is one of several; without one nothing is limited.
With one, points are spent from leases: rights of kind LEASE, which head office granted and the sale
uses up in its own transaction. Beyond them the merchant risks what the policy allows, up to a
floor, or as far as a supervisor's word goes; both are counted, and head office hears of it.

`into` is what a quote goes by, `charge` what the sale does and what it is refused with. Points that
rules take by themselves, as a full stamp card does, are never refused: what is not lent is not
taken yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import CardPayment, StoredCard
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.calendar import format_instant, parse_instant, store_day
from posloyalty.services.lending.denials import Denials
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.lending.kept_policy import policy_of, policy_text
from posloyalty.services.lending.lent_budgets import budget_uses, budgets_here
from posloyalty.services.lending.lent_cards import (
    NOTHING_BACK,
    CardsHere,
    RoomOnCard,
    card_uses,
    room_on_card,
)
from posloyalty.services.lending.lent_past import with_past_uses
from posloyalty.services.lending.lent_points import point_uses
from posloyalty.services.lending.lent_returns import return_uses
from posloyalty.services.lending.lent_rights import (
    Reach,
    act_allowed,
    act_uses,
    held_back,
    is_lent,
    own_and_untold,
    right_uses,
)
from posloyalty.services.lending.lent_takes import taken_wants, takes_here
from posloyalty.services.lending.lent_wallets import RoomInWallet
from posloyalty.services.lending.paid_goods import PaidGoods
from posloyalty.services.lending.pins import Pins
from posloyalty.services.lending.points_used import points_used
from posloyalty.services.lending.room_here import RoomHere
from posloyalty.services.lending.rooms_here import Stands, rooms_here
from posloyalty.services.lending.sent_through import SentThrough
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.office.soundness import frozen
from posloyalty.services.ports import Book, Clock, Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset
from posloyalty.sync.risk_policy import (
    RiskPolicy,
)

POLICY: Final = "office.policy"
REACHED: Final = "office.reached"


@dataclass(frozen=True, slots=True)
class Charged:
    """What a sale does with its leases, and who approved what goes beyond them."""

    does: Consequences
    approved_by: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the book says: the policy, the last exchange, whether it may spend at all, and whether
    it has joined a head office over the network.
    """

    policy: RiskPolicy | None
    reached: datetime | None
    sound: bool
    joined: bool


class Lending:
    """One till's leases and floors. `online` says whether head office is in reach now, `asks` that
    a sale asks it for what it wants before it is booked.
    """

    def __init__(self, book: Book, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._kept: tuple[object, _Known] | None = None
        self._state = object()  # of the book, as far as it matters here: another one each time
        self.online = False
        self.asks = False
        self.sent = SentThrough(book)
        self._denials = Denials(clock)
        self.pins = Pins(clock)
        self.paid = PaidGoods()

    def adopt(self, policy: RiskPolicy) -> None:
        """Head office's policy for this till."""
        with self._book.write() as unit:
            adopt_in(unit, policy)
            unit.commit()
            self.forget()

    def reached(self, at: datetime) -> None:
        """Head office and this till told each other everything at an instant."""
        if self.policy is None:
            return
        with self._book.write() as unit:
            unit.settings.put({REACHED: format_instant(at)})
            unit.commit()
        self.forget()

    def deny(self, event_id: bytes, assets: Iterable[Asset]) -> None:
        """Head office did not lend all that was wanted of these: a sale is quoted without such a
        voucher and with no more of such points than this till holds, and such goods do not come
        back.
        """
        self._denials.keep(event_id, assets)

    def untold(self, reader: Reader | UnitOfWork, rights: Iterable[Right]) -> frozenset[bytes]:
        """Those of some rights of which head office cannot know yet that they are there
        to be used: nobody else can have them, and it would only say that it has none to lend.
        """
        lent = (right for right in rights if is_lent(right))
        return frozenset(one.id for one in lent if own_and_untold(reader, one, self.sent.seq))

    def take_back(
        self,
        unit: UnitOfWork,
        programme: Programme,
        wanted: Iterable[tuple[Asset, int]],
        at: datetime,
        refund_id: bytes,
    ) -> tuple[RightChange, ...]:
        """The leases that a return uses. Raises `ServiceRefusal` RETURN_HELD where head office said
        that another till took the goods back, or is about to.
        """
        if self.policy is None:
            return ()
        rights = dict(wanted)
        if self._denials.of(refund_id) & rights.keys():
            raise ServiceRefusal("RETURN_HELD")
        day = store_day(at, programme.zone)
        return tuple(return_uses(unit, rights, day, refund_id))

    def reach_for(self, event_id: bytes) -> Reach | None:
        """How the till stands for an event; None where it is alone."""
        return None if self.policy is None else self._reach(event_id)

    def use_in_act(
        self,
        unit: UnitOfWork,
        programme: Programme,
        what: str,
        does: Consequences,
        at: datetime,
        event_id: bytes,
    ) -> tuple[RightChange, ...]:
        """The leases that an act uses, by what is recorded, those of campaigns' budgets among them.
        Raises `ServiceRefusal` as `act_uses` and `point_uses` do.
        """
        if self.policy is None:
            return ()
        given = self.give_in(unit, programme, does, at, event_id)
        day, reach = store_day(at, programme.zone), self._reach(event_id)
        points = tuple(point_uses(unit, programme, what, does, reach, day, event_id))
        if not points:
            for asset, taken in taken_wants(programme, does, day).items():
                points += uses_of(leases_of(unit, asset, day), taken, event_id)[0]
        return (*act_uses(unit, programme, does, reach, day, event_id), *points, *given)

    def allow_act(
        self, reader: Reader | UnitOfWork, programme: Programme, does: Consequences, at: datetime
    ) -> None:
        """Raises `ServiceRefusal` where this till may not use now what an act would use."""
        if self.policy is not None:
            act_allowed(reader, programme, does, self._reach(b""), store_day(at, programme.zone))

    def give_in(
        self,
        unit: UnitOfWork,
        programme: Programme,
        does: Consequences,
        at: datetime,
        event_id: bytes,
    ) -> tuple[RightChange, ...]:
        """The leases of campaigns' budgets that an event beside sales uses by what it gives."""
        if not self.lends_budgets:
            return ()
        return tuple(budget_uses(unit, programme, does, store_day(at, programme.zone), event_id))

    def use_card(
        self,
        unit: UnitOfWork,
        programme: Programme,
        card: CardPayment,
        at: datetime,
        event_id: bytes,
    ) -> tuple[RightChange, ...]:
        """The leases that a card uses which is paid out. Raises `ServiceRefusal` as `card_uses`
        does; money that leaves the shop is never at the merchant's risk.
        """
        if self.policy is None:
            return ()
        here = CardsHere(reach=self._reach(event_id), at_risk=False, back=NOTHING_BACK)
        return tuple(card_uses(unit, (card,), here, store_day(at, programme.zone), event_id))

    def room_on_card(self, reader: Reader, card: StoredCard, day: date) -> RoomOnCard | None:
        """What a card can pay here now; None where that is what is on it."""
        policy = self.policy
        if policy is None:
            return None
        here = CardsHere(reach=self._reach(b""), at_risk=policy.card_offline, back=NOTHING_BACK)
        return room_on_card(reader, card, here, day)

    @property
    def known_until(self) -> datetime | None:
        """As of when this till knows what happened elsewhere: None where that is now, because it is
        alone or in reach of head office.
        """
        known = self._read()
        return None if known.policy is None or self.online else known.reached

    def forget(self) -> None:
        """The book says something else now: whoever asks next reads it anew, and what somebody is
        just reading is not kept.
        """
        self._state = object()

    @property
    def policy(self) -> RiskPolicy | None:
        """The policy; None where the till is alone."""
        return self._read().policy

    @property
    def lends_budgets(self) -> bool:
        """Whether campaigns give here what head office lent of their budgets, and no more."""
        policy = self.policy
        return policy is not None and policy.lends_budgets

    @property
    def joined(self) -> bool:
        """Whether this till has joined a head office over the network."""
        return self._read().joined

    @property
    def asks_now(self) -> bool:
        """Whether a sale can ask head office for what it wants."""
        known = self._read()
        asks = self.asks and self.online and known.joined
        return asks and known.sound and known.policy is not None

    @property
    def asks_for_goods(self) -> bool:
        """Whether any goods may be worth asking for: by campaigns' budgets, or because they fill a
        card. A till that is out of reach reads nothing for it, so that a screen may ask.
        """
        return self.online and self.asks_now

    @property
    def sound(self) -> bool:
        """Whether what is shared may be spent here: the book was neither put back nor copied, or
        head office has agreed to how it goes on.
        """
        return self._read().sound

    def into(
        self,
        store: StoreContext,
        reader: Reader | UnitOfWork,
        programme: Programme,
        state: MemberState | None,
        basket: Basket,
        at: datetime,
    ) -> StoreContext:
        """The shop's part of a context, with what may be handed out to the basket's member."""
        if self.policy is None or basket.happened_on is not None:
            return store
        day = store_day(at, programme.zone)
        store = self.with_lent(store, reader, programme, state, at)
        own = () if state is None else state.rights
        rights = {right.id: right for right in (*own, *store.shown)}
        store = replace(
            store,
            held_back=held_back(
                reader, programme, rights.values(), self._reach(basket.sale_id), day
            ),
        )
        denied = self._denials.now(basket.sale_id)
        if state is None or (self.asks_now and not denied):
            return store  # head office says what there is, once the customer has said how much
        rooms = self._rooms(reader, programme, state, basket, at)
        bounds = (one for one in rooms if not self.asks_now or one.asset in denied)
        return replace(store, rooms=tuple(one.told() for one in bounds))

    def rooms_in_wallets(
        self,
        reader: Reader | UnitOfWork,
        programme: Programme,
        state: MemberState | None,
        basket: Basket,
        at: datetime,
    ) -> dict[str, RoomInWallet]:
        """The wallets of which no more than so much may pay here now: out of reach, or because head
        office has just not lent it. In reach it is asked before the sale is booked.
        """
        reach = self.reach_for(basket.sale_id)
        if reach is None or state is None:
            return {}
        return {
            one.wallet: RoomInWallet(one.points, reach)
            for one in self._rooms(reader, programme, state, basket, at)
            if not (reach.online and reach.sound) or one.asset in reach.denied
        }

    def with_lent(
        self,
        store: StoreContext,
        reader: Reader | UnitOfWork,
        programme: Programme,
        state: MemberState | None,
        at: datetime,
    ) -> StoreContext:
        """The shop's part with what this till holds of what rules give and take by themselves."""
        store = self.with_takes(store, reader, programme, state, at)
        return self.with_budgets(store, reader, programme, at)

    def with_budgets(
        self, store: StoreContext, reader: Reader | UnitOfWork, programme: Programme, at: datetime
    ) -> StoreContext:
        """The shop's part with what this till holds of campaigns' budgets."""
        if not self.lends_budgets:
            return store
        lent = budgets_here(reader, programme, store_day(at, programme.zone))
        return replace(store, budgets=lent) if lent else store

    def with_takes(
        self,
        store: StoreContext,
        reader: Reader | UnitOfWork,
        programme: Programme,
        state: MemberState | None,
        at: datetime,
    ) -> StoreContext:
        """The shop's part with what rules may take of a member's points by themselves."""
        if self.policy is None or state is None:
            return store
        takes = takes_here(reader, programme, state, store_day(at, programme.zone))
        return replace(store, takes=takes if self.sound else dict.fromkeys(takes, 0))

    def charge(
        self,
        unit: UnitOfWork,
        programme: Programme,
        state: MemberState | None,
        basket: Basket,
        does: Consequences,
        at: datetime,
        *,
        cards: Iterable[CardPayment] = (),
        cards_back: Mapping[bytes, int] = NOTHING_BACK,
    ) -> Charged:
        """What a sale does, with the leases that it uses and what goes beyond them; `cards` are the
        gift cards that pay, `cards_back` what came back to them in the same transaction.

        Raises `ServiceRefusal` LEASE_SHORT (`wallet`, `most_points`) beyond what may be handed out,
        or what `right_uses` and `card_uses` do.
        """
        policy = self.policy
        if policy is None:
            return Charged(does)
        day = store_day(at, programme.zone)
        if basket.happened_on is not None:
            return Charged(with_past_uses(unit, does, cards, day, basket.sale_id))
        rights = self._rights_used(policy, unit, programme, basket, does, day, cards, cards_back)
        if state is None:
            return Charged(replace(does, rights=(*does.rights, *rights)))
        rooms = self._rooms(unit, programme, state, basket, at)
        used = points_used(unit, programme, basket, does, at, rooms, state.member_id)
        charged = replace(
            does,
            rights=(*does.rights, *rights, *used.leases),
            meters=(*does.meters, *used.meters),
        )
        return Charged(charged, used.approved_by)

    def _rights_used(
        self,
        policy: RiskPolicy,
        unit: UnitOfWork,
        programme: Programme,
        basket: Basket,
        does: Consequences,
        day: date,
        cards: Iterable[CardPayment],
        cards_back: Mapping[bytes, int],
    ) -> list[RightChange]:
        """What a sale uses of lent budgets, vouchers, passes and gift cards."""
        reach = self._reach(basket.sale_id)
        here = CardsHere(reach=reach, at_risk=policy.card_offline, back=cards_back)
        budgets = budget_uses(unit, programme, does, day, basket.sale_id)
        return [
            *(budgets if policy.lends_budgets else ()),
            *right_uses(unit, does, reach, day, basket.sale_id),
            *card_uses(unit, cards, here, day, basket.sale_id),
        ]

    def _reach(self, sale_id: bytes) -> Reach:
        known = self._read()
        policy, reached = known.policy, known.reached
        assert policy is not None  # whoever is alone is not asked
        stale = reached is not None and self._clock.now() - reached > policy.stale_after
        return Reach(
            online=self.online,
            denied=self._denials.now(sale_id),
            reached=reached,
            sent=self.sent.seq,
            face_minor=0 if stale else policy.voucher_face_minor,
            sound=known.sound,
        )

    def _read(self) -> _Known:
        kept, state = self._kept, self._state
        if kept is not None and kept[0] is state:
            return kept[1]
        with self._book.read() as reader:
            text, reached = reader.settings.get(POLICY), reader.settings.get(REACHED)
            sound = frozen(reader.settings) is None
            joined = has_joined(reader.settings)
        policy = None if text is None else policy_of(text)
        if policy is None and (joined or not sound):
            # A till that joined is not alone, whatever it was told yet; its campaigns are its own.
            policy = RiskPolicy(lends_budgets=not sound)
        since = None if reached is None else parse_instant(reached)
        known = _Known(policy, since, sound, joined)
        self._kept = (state, known)
        return known

    def _rooms(
        self,
        reader: Reader | UnitOfWork,
        programme: Programme,
        state: MemberState,
        basket: Basket,
        at: datetime,
    ) -> Iterator[RoomHere]:
        known = self._read()
        assert known.policy is not None  # whoever is alone is not asked
        stands = Stands(known.policy, known.reached, online=self.online, sound=known.sound)
        return rooms_here(stands, reader, programme, state, basket, at)


def adopt_in(unit: UnitOfWork, policy: RiskPolicy) -> None:
    """Keep a policy within a caller's unit, before the till is used."""
    unit.settings.put({POLICY: policy_text(policy)})
