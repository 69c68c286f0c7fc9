"""What tills are lent in a world: who wishes for what, when they hear of it, and what is at risk.

Shape: `Lent(seed, world)`. `lend(till, who)` is what people do with a member's points; `wish(...)`
asks head office for a share of anything, for every part of the world. `at_risk` is how much of each
asset may be spent twice, because people freed what a lost till held or head office has forgotten a
till: no invariant allows more. `unearned` is what was gained in events that are lost at their till
and at head office alike (`PutBack.lost`): whoever spends it was lent it, and still it is named as
overspent, because nobody knows of the gain. `check(node)` asks whether head office and a till have
the same of the till's leases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from random import Random
from typing import TYPE_CHECKING

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.values.calendar import day_end
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.lent_rights import is_lent, right_asset
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import moving
from posloyalty.sync.leases import PUT_BACK, Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.telling import Grant
from posloyalty.sync.wire.acknowledgements import is_older
from tests.simulation.node import Node
from tests.simulation.office import SmallOffice
from tests.simulation.restored import RestorableTill
from tests.sync.fleet import LEDGER, OTHER, SmallTill

if TYPE_CHECKING:
    from tests.simulation.world import World


class Lent:
    """The leases of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._world = world
        self._asks = Random(f"asks {seed}")
        self._wishes: list[tuple[bytes, bytes, Asset, int, date]] = []
        self.at_risk: Counter[Asset] = Counter()
        self.unearned: Counter[Asset] = Counter()

    def lend(self, till: SmallTill, who: bytes) -> None:
        """A till wishes for a share, of what others hold too; or a wish is said again, because its
        answer was lost; or what a till holds is asked back.
        """
        if self._world.random.random() < 0.2:
            for lease in self._world.office.lending.book.of_till(till.id):
                self._world.office.lending.recall(lease.id)
            return
        if self._wishes and self._world.random.random() < 0.3:
            wish = self._world.random.choice(self._wishes)
        else:
            day = self._world.at.date()
            last = day + timedelta(days=self._world.random.choice((0, 0, 2, 9)))
            asset = Asset(AssetKind.POINTS, self._world.random.choice((LEDGER, OTHER)), who)
            owned = max(1, self._world.office.owned(asset, last, at=self._world.at, zone=UTC))
            amount = self._world.random.choice((owned, self._world.random.randint(1, owned)))
            wish = (derive_id("lend", len(self._wishes)), till.id, asset, amount, last)
            self._wishes.append(wish)
        self.wish(*wish)

    def wish(
        self, wish_id: bytes, till_id: bytes, asset: Asset, amount: int, last_day: date
    ) -> Lease | Denied:
        """Head office lends, if it does; a till in reach may hear of it at once, before anything
        else that it has not heard.
        """
        world = self._world
        desk, node = world.put_back.answers(), world.nodes[till_id]
        if not desk.lends or till_id not in desk.genesis:
            return Denied(PUT_BACK)
        known = desk.archive.last_at(till_id)
        is_new = desk.archive.shelf.get(wish_id) is None
        found = desk.core.lease(
            wish_id, till_id, asset, amount, at=world.at, last_day=last_day, zone=UTC
        )
        if not isinstance(found, Lease) or found.till_id != till_id:
            return found
        if is_new and known is not None:
            through = day_end(last_day, UTC)
            assert through >= known, "nothing is lent through a day past which a journal is known"
        if found.left and self._is_heard(desk, node):
            day = desk.archive.shelf.last_day(found.id) or last_day
            grant = Grant(lease_id=found.id, asset=found.asset, amount=found.amount, last_day=day)
            node.till.hold(grant, world._time_at(node))
        return found

    def _is_heard(self, desk: SmallOffice, node: Node) -> bool:
        """Whether a till hears at once what it is lent."""
        return self._world.kind.uses and self.hears(desk, node) and self._asks.random() < 0.5

    def hears(self, desk: SmallOffice, node: Node) -> bool:
        """Whether a till reaches a head office that lends, and believes it: not the old one of two,
        and not where its book is frozen.
        """
        world, till = self._world, node.till
        if not desk.lends or till.id not in desk.genesis:
            return False
        if world.now_ms < max(node.cut_off_ms, world._down_ms):
            return False
        return not is_older(desk.incarnation, till.office) and not till.frozen_to

    def risk(self, held: Iterable[Right]) -> None:
        """What a till holds may be lent to another one."""
        for one in held:
            self.at_risk[_asset(one)] += one.uses

    def rolled_back(self, till: RestorableTill) -> None:
        """A till spends again what it held once, and honours what it had told nobody of, until head
        office finds out; before that it asks for nothing.
        """
        self.held_twice(till)
        till.frozen_to = len(till.journal)

    def held_twice(self, till: RestorableTill) -> None:
        """What a till holds, and has told nobody of, may be spent once more."""
        for one in till.leases.values():
            if not one.cancelled:
                self.at_risk[_asset(one)] += one.left or 0
        unsent = {one.event_id for one in till.journal[till.sent :]}
        for book in till.books.values():
            for right in book.rights.values():
                if right.origin in unsent and is_lent(right):
                    self.at_risk[right_asset(right)] += right.left or 0
                if right.origin in unsent and right.kind == GIFT_CARD:
                    on_it = sum(lot.remaining for lot in book.lots.values())
                    self.at_risk[card_asset(book.owner)] += on_it

    def risked(self, *kinds: AssetKind) -> int:
        """How much of some kinds of assets may be spent twice, or seem to be."""
        may_be = self.at_risk + self.unearned
        return sum(amount for asset, amount in may_be.items() if asset.kind in kinds)

    def loses(self, lost: Iterable[StoredEvent]) -> None:
        """Nobody who counts knows of these events any more, nor of what they gave."""
        for one in lost:
            does = moving(events.decode(one.body))
            for lot in (move.opens for move in does.transfers):
                if lot is not None:
                    self.unearned[_asset_of(lot.account)] += lot.original
            for right in (change.opens for change in does.rights):
                if right is not None and is_lent(right):
                    self.unearned[right_asset(right)] += right.uses or 0

    def check(self, node: Node) -> None:
        """What a till used of its leases is what head office knows of their use; a copy that was
        put back knows less.
        """
        day = self._world._time_at(node).date()
        for held in node.till.leases.values():
            if held.good_on(day) and held.left:
                known = self._world.desk.archive.shelf.get(held.id)
                assert known is not None, "what a till may spend is known"
                assert known.left == held.left, "and held aside for it"
        named = self._world.office.lending.named_by_others
        assert not named, "no till says anything of what another one was lent"
        whole = not node.restored and not self.at_risk
        for held in node.till.leases.values() if whole else ():
            lease = self._world.office.lending.book.lease(held.id)
            assert lease.used == held.used, "a use was covered by its lease"
            assert lease.used + lease.returned + lease.left == lease.amount


def _asset_of(account: Account) -> Asset:
    if account.kind is AccountKind.GIFT_CARD:
        return card_asset(account.owner)
    return Asset(AssetKind.POINTS, account.ledger, account.owner)


def _asset(lease: Right) -> Asset:
    kind, _, key = lease.of.partition(":")
    return Asset(AssetKind(kind), key, lease.owner)
