"""Several tills of one chain: real books of their own, the same goods, programme and members.

`opened_chain(folder)` gives a head office with its tills over networks that a test spoils;
`Counter` rings sales at one of them and says what a member has there; `out_of_reach` and `in_reach`
take a till's line away and give all of them theirs.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from posloyalty.bootstrap import create_till, open_till
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.members.member import Member, MemberStatus, Profile
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.lending.lending import POLICY
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.office.listen_office import News
from posloyalty.services.office.send_journal import SendingStatus
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.sync.wire.answers import WAIT
from tests.fakes.time import CountedIds, SeededChance, SetClock
from tests.headoffice.a_network import Connected, Network, connected
from tests.headoffice.an_office import new_office
from tests.services.a_shop import Shop, quick_hasher
from tests.services.counter import STD13, goods, paid

MEMBER = b"m" * 16
WALLET = "points"
PROGRAMME = """
language = 2
id = "chain"
version = 1
name = { en = "Chain" }
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
name = { en = "Points" }
unit = "points"

[wallet.spend]
points = 100
money = "1.00"
step = 100
least = 100

[[earn]]
id = "base"
name = { en = "Points" }
wallet = "points"
per_spend = { points = 100, money = "1.00" }

[[voucher]]
id = "welcome"
name = { en = "Welcome" }
amount = "8.00"

[[rule]]
id = "thanks"
trigger = "sale"
gives = { voucher = "welcome" }
limit = [{ most = 1, per = "lifetime" }]
"""

GIFT_CARDS = """
[[gift_card]]
id = "gift"
"""
"""What a programme says so that `CARD` can be sold."""
CARD = Product(
    id=b"gift-card-number",
    sku="GIFT",
    name="Gift card",
    price_minor=None,
    tax_class=STD13.code,
    gift_card=True,
)


@dataclass
class Counter:
    """One till at work."""

    till: Till
    manager: Operator

    def basket(self, *, article: int = 1, points: int = 0) -> Basket:
        """An article for the member, who wishes to spend so many points."""
        basket = self.till.check_out.open_basket().add(goods(article))
        basket = basket.for_member(MEMBER, proof=CARD_PROOF)
        wish = Redemption(wallet=WALLET, points=points) if points else None
        return basket.redeeming(wish, wallet=WALLET)

    def quote(self, basket: Basket) -> Quote:
        return self.till.check_out.quote(basket)

    def book(self, basket: Basket) -> Sale:
        """Quote, pay cash, complete; refuses as the service does."""
        quote = self.quote(basket)
        return self.pay(basket, quote, paid(quote))

    def pay(self, basket: Basket, quote: Quote, tenders: tuple[Tender, ...]) -> Sale:
        """Complete a sale that is paid so."""
        return self.till.check_out.complete(basket, quote, tenders, self.manager)

    def sell(self, *, article: int = 1, points: int = 0) -> Sale:
        return self.book(self.basket(article=article, points=points))

    def points(self) -> int:
        """What the member has here."""
        wallets = {one.wallet: one for one in self.quote(self.basket()).wallets}
        return wallets[WALLET].balance


@dataclass
class Placed:
    """A till with its counter and its way to head office."""

    shop: Shop
    counter: Counter
    way: Connected

    def talk(self) -> SendingStatus:
        """Send, ask and hear, until there is nothing more to do now."""
        return self.way.sending.send_all()

    def hear_news(self) -> News:
        """Wait for news once, and let whoever sends know."""
        listened = self.way.listening.listen()
        self.way.sending.told(listened.news)
        return listened.news

    def is_at_rest(self) -> bool:
        """Wait for news and do what follows; whether there was nothing at all to do."""
        asked = len(self.way.network.asked)
        news = self.hear_news()
        self.talk()
        return news is News.QUIET and self.way.network.asked[asked:] == [WAIT]

    def redeem(self, points: int) -> Sale:
        """Spend points as the counter does: reserve, quote, pay, book."""
        basket = self.counter.basket(points=points)
        self.reserve(basket)
        return self.counter.book(basket)

    def reserve(self, basket: Basket, tenders: tuple[Tender, ...] = ()) -> Reservation:
        """Ask head office for what a sale wants to spend."""
        return self.way.reserving.reserve(Spending(basket=basket, tenders=tenders))


@dataclass
class Chain:
    """Head office and its tills."""

    office: OpenOffice
    clock: SetClock
    tills: list[Placed]

    def meanwhile(self) -> None:
        """What happens while a sale waits: whoever has news asks and gives back."""
        for one in self.tills:
            if one.hear_news() is News.NEWS:
                one.talk()

    def talk(self) -> None:
        """Everybody, until everybody has heard of everything: a round in which all waited in turn
        and nobody had anything to say or to ask leaves nothing for another one.
        """
        for _ in range(3):
            at_rest = [one.is_at_rest() for one in self.tills]
            if all(at_rest):
                return


@contextmanager
def opened_chain(
    folder: Path,
    *,
    tills: int = 2,
    url: str = "",
    more: str = "",
    programmes: bool = False,
    boot: bytes = bytes(16),
) -> Iterator[Chain]:
    """A chain whose tills have joined; nothing was sent yet. `more` goes into the programme; with
    `programmes` tills ask for what is published, and hear what comes beside it. `boot` is the
    start of their programs.
    """
    with ExitStack() as open_:
        clock = SetClock()
        office = open_.enter_context(
            new_office(folder / "office", url, clock=clock, chance=SeededChance(9))
        )
        placed: list[Placed] = []
        found = Chain(office, clock, placed)
        for number in range(1, tills + 1):
            office.administration.add_store(f"S{number}", f"Street {number}")
            shop = open_.enter_context(made_till(folder / f"till{number}", number, clock, more))
            way = connected(
                shop,
                Network(office),
                seed=70 + number,
                meanwhile=found.meanwhile,
                boot=boot,
                programmes=programmes,
            )
            way.join(f"S{number}")
            open_.callback(way.sending.close)
            placed.append(Placed(shop, Counter(shop.till, shop.manager), way))
        yield found


@contextmanager
def made_till(
    folder: Path, number: int, clock: SetClock, more: str = "", *, run: int = 0
) -> Iterator[Shop]:
    """A till of a store of its own, with goods and the member; the `run` of its program numbers."""
    manager = made_book(folder, number, more)
    seed = 100 + number + 1_000 * run
    ids, chance = CountedIds(seed), SeededChance(seed)
    till = open_till(folder, clock=clock, ids=ids, chance=chance, keyring=None, hasher=quick_hasher)
    shop = Shop(folder, till, manager, clock, ids, chance)
    try:
        till.settle()
        yield shop
    finally:
        shop.till.close()


def made_book(folder: Path, number: int, more: str = "") -> Operator:
    """Such a till's book where there is none yet; returns its manager."""
    made, manager = _template(number, more)
    if not folder.exists():
        shutil.copytree(made, folder)
    return manager


@cache
def _template(number: int, more: str) -> tuple[Path, Operator]:
    """A closed book to copy: making one costs ten times what opening one does."""
    place = Path(tempfile.mkdtemp(prefix="posloyalty-chain-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    answers = demo_answers("en")
    details = replace(
        answers.shop,
        currency="CNY",
        timezone="Asia/Shanghai",
        store_code=f"S{number}",
        till_code=f"T{number}",
    )
    till, created = create_till(
        place / "book",
        replace(answers, shop=details, programme=(PROGRAMME + more).encode()),
        clock=SetClock(),
        ids=CountedIds(number),
        chance=SeededChance(number),
        keyring=None,
        hasher=quick_hasher,
    )
    try:
        till.settle()
        put_goods(till)
    finally:
        till.close()
    return place / "book", created.manager


def put_goods(till: Till) -> None:
    """Articles 1 to 12, a gift card, and the member, known at every till from the start."""
    with till.book.write() as unit:
        unit.catalogue.save_tax_class(STD13)
        for number in range(1, 13):
            unit.catalogue.save_product(goods(number), initials="")
        unit.catalogue.save_product(CARD, initials="")
        stamp = unit.journal.stamp()
        created = unit.journal.append(
            events.MemberCreate(
                id=(b"c" * 16).hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=MEMBER.hex(),
                joined="2026-01-01",
                store="S1",
                source="test",
            )
        )
        member = Member(
            id=MEMBER,
            status=MemberStatus.ACTIVE,
            joined_on=date(2026, 1, 1),
            home_store="S1",
            profile=Profile(name="Ada"),
        )
        unit.members.add(member, appended=created)
        unit.commit()


def alone(till: Placed) -> None:
    """A till that has a store of its own and no head office, as if it had never joined."""
    forgets(till, SETTING, POLICY)


def forgets(till: Placed, *settings: str) -> None:
    """Some settings were never made in a till's book."""
    with till.shop.till.book.write() as unit:
        query = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        for name in settings:
            query("DELETE FROM setting WHERE name = ?", (name,))
        unit.commit()
    till.shop.till.lending.forget()


def out_of_reach(till: Placed) -> None:
    """No request of a till arrives any more, and it has noticed."""
    till.way.network.troubles = ["no line"] * 99
    till.hear_news()
    till.talk()
    assert not till.shop.till.lending.online


def in_reach(chain: Chain) -> None:
    """All tills have their line again, and their waits are over."""
    for till in chain.tills:
        till.way.network.troubles = []
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()


def findings(chain: Chain) -> list[str]:
    """What head office names."""
    with chain.office.database.write() as connection:
        core = chain.office.head_office(connection)
        return [one.anomaly.value for one in core.alerts()]
