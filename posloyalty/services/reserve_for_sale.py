"""A sale asks head office for what it wants to spend beyond what this till was lent.

Shape: `reserve(basket)` asks for each thing that is short, hears the grants into the book at once,
and says what is still short and who holds it. The sale then spends from leases like any other, and
what it does not use is asked back by head office. Out of reach nothing is asked: the policy says
what may be handed out all the same.

It waits for the network, two seconds a step at most, and so belongs on a lane of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.hear_office import HearOffice
from posloyalty.services.join_head_office import kept_facts
from posloyalty.services.lending import Lending
from posloyalty.services.member_state import state_of
from posloyalty.services.ports import Reader
from posloyalty.services.ports.head_office import Connect, OfficeFacts, OfficeLink, OutOfReach
from posloyalty.services.sale_wishes import Wanted, points_wanted, short_of, vouchers_wanted
from posloyalty.services.signing import SigningKey
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.wire.answers import AssetSent
from posloyalty.sync.wire.lending import Held, ReserveAsk, Reserved
from posloyalty.sync.wire.messages import Problem

AGAIN_MAX: Final = 2
AGAIN_S: Final = 0.6
BUDGET_S: Final = 2
"""How long a customer waits for head office, at a step of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """What head office did not lend: so much is missing; `elsewhere` is who holds some of it."""

    asset: Asset
    missing: int
    elsewhere: tuple[Held, ...] = ()

    @property
    def wallet(self) -> str:
        """The wallet of points that are missing; empty for anything else."""
        points = self.asset.kind is AssetKind.POINTS
        return self.asset.key.rpartition("/")[2] if points else ""

    @property
    def right_id(self) -> bytes | None:
        """The right that is missing; None for anything else."""
        return bytes.fromhex(self.asset.key) if self.asset.kind is AssetKind.RIGHT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What came of it. `asked`: head office was asked; `reached`: and it answered."""

    asked: bool = False
    reached: bool = True
    lent: int = 0
    short: tuple[Short, ...] = ()


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
    ) -> None:
        """`pause` waits for so many seconds."""
        super().__init__(ground)
        self._pause = pause
        self._connect = connect
        self._hear = hear
        self._lending = lending
        self._facts: OfficeFacts | None = None
        self._link: OfficeLink | None = None

    def reserve(self, basket: Basket) -> Reservation:
        """Ask for what is short of what a basket wants; nothing where the till is alone or out of
        reach, or holds enough. What others hold for another day is asked back meanwhile, and comes
        within a second where they are in reach.
        """
        found = self._reserve(basket)
        for _ in range(AGAIN_MAX):
            if not any(one.elsewhere for one in found.short):
                break
            self._pause(AGAIN_S)
            more = self._reserve(basket)
            found = replace(more, asked=True, lent=found.lent + more.lent)
        return found

    def _reserve(self, basket: Basket) -> Reservation:
        if not self._lending.asks_now:
            return Reservation()
        with self._book.read() as reader:
            programme = self._programmes.at(reader, self._clock.now())
            if programme is None:
                return Reservation()
            wanted = self._short(reader, programme, basket)
            link = self._linked(reader) if wanted else None
        if link is None:
            return Reservation()
        zone = getattr(programme.zone, "key", "UTC")
        lent, short = 0, []
        for asset, amount in wanted:
            try:
                said = link.reserve(_ask(basket, asset, amount, zone))
            except OutOfReach:
                said = None
            if said is None or isinstance(said, Problem):
                self._lending.online = False
                return Reservation(asked=True, reached=False, lent=lent)
            lent += self._held(said)
            missing = amount - (0 if said.grant is None else said.grant.n)
            if missing > 0:
                short.append(Short(asset=asset, missing=missing, elsewhere=said.elsewhere))
        return Reservation(asked=True, lent=lent, short=tuple(short))

    def close(self) -> None:
        """Give the connection back."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _short(self, reader: Reader, programme: Programme, basket: Basket) -> list[Wanted]:
        if basket.member_id is None:
            return []
        day = store_day(self._clock.now(), programme.zone)
        state = state_of(reader, programme, basket.member_id, day)
        owned = () if state is None else state.rights
        wanted = (*points_wanted(programme, basket, state), *vouchers_wanted(basket, owned))
        return list(short_of(reader, wanted, day))

    def _held(self, said: Reserved) -> int:
        if said.grant is None:
            return 0
        grant = said.grant.read()
        self._lending.pin(grant.lease_id, self._clock.monotonic_ms())
        self._hear.hold(grant)
        return grant.amount

    def _linked(self, reader: Reader) -> OfficeLink | None:
        facts = kept_facts(reader.settings)
        if facts is None:
            return None
        if self._link is None or facts != self._facts:
            self.close()
            key = SigningKey.generate(reader.tokens.keys()[0].seed)
            self._facts, self._link = facts, self._connect(facts, key, reader.facts.till_id)
        return self._link


def _ask(basket: Basket, asset: Asset, amount: int, zone: str) -> ReserveAsk:
    # The same wish of the same sale is the same lease, however often it is asked for.
    rid = derive_id("reserve", basket.sale_id, asset.text, amount)
    return ReserveAsk(rid=rid.hex(), asset=AssetSent.of(asset), n=amount, zone=zone)
