"""A sale asks head office for what it wants to spend beyond what this till was lent.

Shape: `reserve(spending)` asks for each thing that is short, hears the grants into the book at
once, and says what is still short and who holds it. `reserve_for` does the same for anything else
that spends, such as goods that come back. What a customer pays with and what rules take of the same
wallet are asked for together; of less than that, the payment has the first part. The sale then
spends from leases like any other, and what it does not use is asked back by head office. Out of
reach nothing is asked: the policy says what may be handed out all the same.

It waits for the network, two seconds a step at most, and so belongs on a lane of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from msgspec import UNSET

from posloyalty.domain.engine.spend_room import rewards_at_sales
from posloyalty.domain.engine.taking import taken_by_rules
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.tender import Tender
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.held_leases import leases_of
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import budgets_wanted, whole_budgets
from posloyalty.services.lending.lent_takes import taken_wants
from posloyalty.services.members.member_state import state_of
from posloyalty.services.office.hear_office import HearOffice
from posloyalty.services.office.own_link import KeptLink
from posloyalty.services.ports import Reader
from posloyalty.services.ports.head_office import Connect, OfficeLink, OutOfReach
from posloyalty.services.selling.counter_facts import shown_rights
from posloyalty.services.selling.sale_wishes import (
    Spending,
    Wanted,
    WouldDo,
    costs_in,
    left_out,
    sale_wishes,
    short_of,
    together,
)
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.wire.answers import AssetSent
from posloyalty.sync.wire.lending import Held, ReserveAsk, Reserved
from posloyalty.sync.wire.messages import Problem

AGAIN_MAX: Final = 2
AGAIN_S: Final = 0.6
CLOCK_OFF: Final = "CLOCK_OFF"
NONE_LEFT_MS: Final = 60_000
"""So long a budget of which head office lent less than was wanted is not asked for again."""
BUDGET_S: Final = 2
"""How long a customer waits for head office, at a step of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """What head office did not lend: so much is missing, worth so much money where it pays as
    money; `elsewhere` is who holds some of it, `why` head office's reason where nothing was lent.
    `leaves` are the rewards that cannot be had for want of it.
    """

    asset: Asset
    missing: int
    worth_minor: int = 0
    why: str = ""
    elsewhere: tuple[Held, ...] = ()
    leaves: tuple[Chosen, ...] = ()

    @property
    def wallet(self) -> str:
        """The wallet of points that are missing; empty for anything else."""
        points = self.asset.kind is AssetKind.POINTS
        return self.asset.key.rpartition("/")[2] if points else ""

    @property
    def right_id(self) -> bytes | None:
        """The right that is missing; None for anything else."""
        return bytes.fromhex(self.asset.key) if self.asset.kind is AssetKind.RIGHT else None

    @property
    def card_id(self) -> bytes | None:
        """The gift card on which something is missing; None for anything else."""
        return self.asset.owner if self.asset.kind is AssetKind.CARD else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What came of it. `asked`: head office was asked; `reached`: and it answered. `gives_more`: of
    campaigns' budgets something was lent, so the sale is worth quoting again. `waits`: others hold
    some of what is missing, and were asked for it. `spare` are budgets of which more was wanted.
    """

    asked: bool = False
    reached: bool = True
    lent: int = 0
    gives_more: bool = False
    waits: bool = False
    spare: tuple[Asset, ...] = ()
    short: tuple[Short, ...] = ()


Wants = Callable[[Reader, Programme, date], Iterable[Wanted]]
"""What an event would spend, by the book and the programme on a day."""


def nothing(_reader: Reader, _programme: Programme, _day: date) -> Iterable[Wanted]:
    """An event that spends nothing so."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What an event wants beyond what this till holds, by the programme of a day; `free` is what
    of it rules give or take by themselves.
    """

    programme: Programme
    day: date
    free: Mapping[Asset, int]
    wanted: tuple[Wanted, ...]
    link: OfficeLink


class ReserveForSale(Grounded):
    """Asks for one sale at a time."""

    def __init__(
        self,
        ground: Ground,
        *,
        connect: Connect,
        hear: HearOffice,
        lending: Lending,
        pause: Callable[[float], object],
        would_do: Callable[[Reader, Basket, tuple[Tender, ...]], WouldDo],
    ) -> None:
        """`pause` waits for so many seconds; `would_do` is what a sale that is paid so would do if
        this till held all of campaigns' budgets and of the member's points.
        """
        super().__init__(ground)
        self._would_do = would_do
        self._none_left: dict[Asset, int] = {}
        self._pause = pause
        self._link = KeptLink(connect)
        self._hear = hear
        self._lending = lending

    @property
    def asks(self) -> bool:
        """Whether head office can be asked now."""
        return self._lending.asks_now

    @property
    def lends_budgets(self) -> bool:
        """Whether campaigns give here what head office lent of their budgets, and no more."""
        return self._lending.lends_budgets

    def reserve(self, spending: Spending) -> Reservation:
        """Ask for what is short of what a sale wants; nothing where the till is alone or out of
        reach, or holds enough. What others hold for another day is asked back meanwhile, and comes
        within a second where they are in reach.
        """
        basket = spending.basket
        if not (spending.wishes or (basket.lines and self._lending.asks_for_goods)):
            return Reservation()
        asked = _Asked(spending, self._lending, self._would_do)
        found = self.reserve_for(basket.sale_id, asked.wants, asked.by_rules)
        self._lending.deny(basket.sale_id, (one.asset for one in found.short))
        short = tuple(
            replace(one, leaves=left_out(asked.costs, basket, one.wallet, one.missing))
            for one in found.short
        )
        return replace(found, short=short)

    def reserve_for(
        self, event_id: bytes, wants: Wants, by_rules: Wants = nothing, *, whole: bool = False
    ) -> Reservation:
        """The same for what an event would spend, and `by_rules` give or take by themselves; what
        is short of that stops nothing. `whole`: a gift card moves to another.
        """
        found = self._reserve(event_id, wants, by_rules, whole)
        for _ in range(AGAIN_MAX):
            if not found.waits:
                break
            self._pause(AGAIN_S)
            more = self._reserve(event_id, wants, by_rules, whole)
            found = replace(
                more,
                asked=True,
                lent=found.lent + more.lent,
                gives_more=found.gives_more or more.gives_more,
            )
        until_ms = self._clock.monotonic_ms() + NONE_LEFT_MS
        self._none_left |= dict.fromkeys(found.spare, until_ms)
        return found

    def _reserve(self, event_id: bytes, wants: Wants, by_rules: Wants, whole: bool) -> Reservation:
        looked = self._looked(event_id, wants, by_rules)
        if looked is None:
            return Reservation()
        programme, day = looked.programme, looked.day
        zone = getattr(programme.zone, "key", "UTC")
        lent, short, spare, gives_more, waits = 0, [], [], False, False
        for asset, wanted in looked.wanted:
            # What this till holds and what it is lent now goes to what the customer chose first.
            needed = max(0, wanted - looked.free.get(asset, 0))
            none_left = self._none_left.get(asset, 0) > self._clock.monotonic_ms()
            amount = needed if none_left else wanted
            if not amount:
                continue
            said = self._said(looked.link, _ask(event_id, asset, amount, zone, day, whole=whole))
            if said is None:
                return Reservation(asked=True, reached=False, lent=lent)
            granted, over = self._held(said, event_id, day)
            lent += granted
            waits = waits or over or (granted < amount and bool(said.elsewhere))
            # For want of what rules give or take nobody is refused anything: the quote says what a
            # campaign has here, and takes what is lent beyond the payment.
            gives_more = gives_more or granted > needed
            spare += [asset] if max(granted, needed) < amount else []
            short += _short(programme, asset, needed - granted, said)
        return Reservation(
            asked=True,
            lent=lent,
            short=tuple(short),
            gives_more=gives_more,
            waits=waits,
            spare=tuple(spare),
        )

    def _looked(self, event_id: bytes, wants: Wants, by_rules: Wants) -> _Looked | None:
        """What is short here and can be asked for; what the event relies on is pinned meanwhile."""
        asks = self._lending.asks_now
        if self._lending.policy is None:
            return None
        with self._book.read() as reader:
            at = self._clock.now()
            programme = self._programmes.at(reader, at)
            if programme is None:
                return None
            day = store_day(at, programme.zone)
            free = together(by_rules(reader, programme, day)) if asks else {}
            every = together(wants(reader, programme, day), free.items())
            held = [lease for asset in every for lease in leases_of(reader, asset, day)]
            self._lending.pins.rely(event_id, held)
            wanted = tuple(short_of(reader, every.items(), day))
            link = self._link.of(reader) if wanted and asks else None
        if link is None:
            return None
        return _Looked(programme=programme, day=day, free=free, wanted=wanted, link=link)

    def _said(self, link: OfficeLink, ask: ReserveAsk) -> Reserved | None:
        """What head office lends; None where it is out of reach, which the till then knows."""
        try:
            said = self._asked(link, ask)
        except OutOfReach:
            said = None
        if isinstance(said, Reserved):
            return said
        self._lending.online = False
        return None

    def _asked(self, link: OfficeLink, ask: ReserveAsk) -> Reserved | Problem:
        """What head office says. Where nobody answers at once it is asked a second time: a line
        that somebody let go while it lay idle is no proof that head office is out of reach, and out
        of reach the shop bears a risk. Where the answer was waited for, the sale has
        no time for that.
        """
        began_ms = self._clock.monotonic_ms()
        try:
            return _asked(link, ask)
        except OutOfReach as fault:
            waited_ms = self._clock.monotonic_ms() - began_ms
            if fault.older or waited_ms >= BUDGET_S * 500:
                raise
        return _asked(link, ask)

    def close(self) -> None:
        """Give the connection back."""
        self._link.close()

    def _held(self, said: Reserved, event_id: bytes, day: date) -> tuple[int, bool]:
        """How much of what was lent is held for a day, and whether it was lent for one that is over
        here: head office answers the same wish by the same lease, and anew once it is given back.
        """
        if said.grant is None:
            return 0, False
        grant = said.grant.read()
        if grant.last_day < day:
            return 0, True
        self._lending.pins.add(event_id, grant.lease_id, grant.amount)
        self._hear.hold(grant)
        if said.paid is not UNSET:
            self._lending.paid.keep(grant.lease_id, grant.asset, grant.amount, said.paid)
        return grant.amount, False


class _Asked:
    """What one sale wants, by the book as each reader has it; `costs` is what its rewards cost."""

    def __init__(
        self,
        spending: Spending,
        lending: Lending,
        would_do: Callable[[Reader, Basket, tuple[Tender, ...]], WouldDo],
    ) -> None:
        self._spending = spending
        self._lending = lending
        self._would_do = would_do
        self._would: tuple[Reader, WouldDo] | None = None
        self.costs = spending.costs

    def wants(self, reader: Reader, programme: Programme, day: date) -> Iterable[Wanted]:
        """What the customer chose, and what is used by itself where the quote is there."""
        spending, basket = self._spending, self._spending.basket
        member, shown = basket.member_id, shown_rights(reader, basket)
        state = None if member is None else state_of(reader, programme, member, day)
        rights = (*(() if state is None else state.rights), *shown)
        own = spending.own | self._lending.untold(reader, rights)
        if spending.quote is None and state is not None and rewards_at_sales(programme):
            self.costs = costs_in(self._would_be(reader).quote)
        known = replace(spending, own=own)
        return sale_wishes(programme, known, state, shown, self.costs).items()

    def by_rules(self, reader: Reader, programme: Programme, day: date) -> Iterator[Wanted]:
        """What campaigns would give, had they all of their budgets here, and what rules would take
        of the member's points.
        """
        lends = self._lending.lends_budgets and bool(whole_budgets(programme))
        takes = self._spending.basket.member_id is not None and bool(taken_by_rules(programme))
        if not (lends or takes):
            return
        does = self._would_be(reader).does
        yield from budgets_wanted(programme, does) if lends else ()
        yield from taken_wants(programme, does, day).items()

    def _would_be(self, reader: Reader) -> WouldDo:
        """Reckoned once for what the book says now."""
        if self._would is None or self._would[0] is not reader:
            would = self._would_do(reader, self._spending.basket, self._spending.tenders)
            self._would = (reader, would)
        return self._would[1]


def _asked(link: OfficeLink, ask: ReserveAsk) -> Reserved | Problem:
    said = link.reserve(ask)
    if isinstance(said, Problem) and said.code == CLOCK_OFF:
        said = link.reserve(ask)  # that answer told the time, by which this one is signed
    return said


def _short(programme: Programme, asset: Asset, missing: int, said: Reserved) -> list[Short]:
    if missing <= 0:
        return []
    worth = _worth(programme, asset, missing)
    short = Short(
        asset=asset, missing=missing, worth_minor=worth, why=said.why, elsewhere=said.elsewhere
    )
    return [short]


def _worth(programme: Programme, asset: Asset, amount: int) -> int:
    """What an amount is worth as a payment, rounded up: nobody takes a coin too much."""
    if asset.kind is AssetKind.CARD:
        return amount
    for wallet in programme.wallets if asset.kind is AssetKind.POINTS else ():
        if programme.ledger(wallet.id) == asset.key and wallet.spend is not None:
            return -(-amount * wallet.spend.money_minor // wallet.spend.points)
    return 0


def _ask(
    event_id: bytes, asset: Asset, amount: int, zone: str, day: date, *, whole: bool
) -> ReserveAsk:
    # The same wish of the same sale is the same lease, however often it is asked for.
    rid = derive_id("reserve", event_id, asset.text, amount)
    sent = AssetSent.of(asset)
    return ReserveAsk(
        rid=rid.hex(),
        asset=sent,
        n=amount,
        zone=zone,
        day=day.isoformat(),
        whole=whole or UNSET,
    )
