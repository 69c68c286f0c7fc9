"""What every service of a till stands on: the open book, the shop's settings, the programmes."""

from __future__ import annotations

from contextlib import suppress

from posloyalty.front_door import Unlocked
from posloyalty.services.book import signing
from posloyalty.services.book.book_faults import DiskFull
from posloyalty.services.ground import Ground
from posloyalty.services.members.strangers import Strangers
from posloyalty.services.office.coming_articles import ComingArticles
from posloyalty.services.office.meet_members import MeetMembers
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Ids
from posloyalty.services.programmes.programmes import Programmes
from posloyalty.services.shop.markets import shipped_markets
from posloyalty.services.shop.shop_settings import ShopSettings
from posloyalty.services.till import TillBase
from posloyalty.shop_desk import ShopDesk
from posloyalty.storage.look_up.cache import LookUpCache
from posloyalty.storage.look_up.kept_roll import KeptRoll
from posloyalty.storage.statements import compile_all
from posloyalty.storage.unit_of_work import SqlBook


class Base:
    """The parts that areas share. `key` is the book's, for the cache and the recovery code."""

    def __init__(
        self,
        book: SqlBook,
        held: Unlocked,
        *,
        ids: Ids,
        chance: Chance,
        hasher: PinHasher,
    ) -> None:
        self.book = book
        self.key = held.key
        self.hasher = hasher
        self._held = held
        self.shop = ShopSettings(book, ids, zone_changed=book.clock.move_to)
        self.desk = ShopDesk(self.shop, shipped_markets(), book.clock.monotonic_ms)
        programmes = Programmes(book=book, clock=book.clock, ids=ids)
        self.ground = Ground(
            book=book,
            clock=book.clock,
            ids=ids,
            chance=chance,
            programmes=programmes,
            rules=self.desk.counter_rules,
        )
        self.meet = MeetMembers(book, ids)
        home = book.facts.store_code
        self.roll = KeptRoll(path=book.place.roll, key=held.key, home_store=home)
        self.look_up = LookUpCache(
            book=book,
            path=book.place.look_up,
            key=held.key,
            home_store=home,
            roll=self.roll,
        )
        self.strangers = Strangers(book, ids, roll=self.roll, changed=self.look_up.follow)

    def till_base(self) -> TillBase:
        """What a till has from the first moment."""
        ground = self.ground
        return TillBase(
            facts=self.book.facts,
            key_place=self._held.key_place,
            book=self.book,
            clock=self.book.clock,
            ids=ground.ids,
            chance=ground.chance,
            shop=self.shop,
            programmes=ground.programmes,
            coming_articles=ComingArticles(
                book=self.book,
                clock=ground.clock,
                ids=ground.ids,
                rules=ground.rules,
                way=ground.way,
            ),
            follow_members=self.look_up.follow,
            settle=self._settle,
            hold_room=self.book.ballast.lay,
            prepare=_prepare,
            close=self._close,
        )

    def _settle(self) -> None:
        # Before the check, which reads the whole book: meanwhile members are found.
        found = False
        with suppress(DiskFull):
            found = self.look_up.take_up()
        self.book.quick_check()
        # A shop whose disk is full sells all the same, and finds members by their cards.
        with suppress(DiskFull):
            if not found:
                self.look_up.rebuild()

    def _close(self) -> None:
        self.look_up.close()
        self.book.close()
        self._held.lock.release()


def _prepare() -> None:
    compile_all()
    signing.load()
