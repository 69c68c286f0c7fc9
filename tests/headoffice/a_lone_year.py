"""A year of a shop that sells alone: sales, goods back, cards, passes, vouchers, three programmes.

`lived(shop)` rings a seeded year at a till that knows no head office: eight members join, spend
points, fill stamp cards, use vouchers and passes, sell and empty gift cards, bring goods back and
void; the programme changes twice, points run out, and the book is put back from a copy, once found
by its witness and once not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.engine.refund_quote import RefundKind
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.pay_out import Document, PayOutWay
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender
from posloyalty.services.members.adjust_points import adjust_points
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_chain import CARD, PROGRAMME
from tests.services.a_shop import Shop
from tests.services.counter import goods, paid
from tests.services.passes import passes_of

PASS: Final = 7
TERMS: Final = (("terms", "", True),)
MORE: Final = """
[[gift_card]]
id = "gift"

[[pass]]
id = "three"
name = { en = "Three coffees" }
on = { product = ["ART007"] }
uses = 3

[household]

[[wallet]]
id = "beans"
name = { en = "Beans" }
unit = "points"
of = "household"

[wallet.spend]
points = 1
money = "0.10"

[[earn]]
id = "bean"
name = { en = "Bean" }
wallet = "beans"
per_spend = { points = 1, money = "10.00" }

[[wallet]]
id = "stamps"
name = { en = "Stamps" }
unit = "stamps"

[[earn]]
id = "stamp"
name = { en = "Stamp" }
wallet = "stamps"
per_piece = { points = 1 }

[[rule]]
id = "card-full"
trigger = "wallet"
wallet = "stamps"
reaches = 5
takes = 5
gives = { voucher = "drink" }

[[voucher]]
id = "drink"
name = { en = "A free drink" }
amount = "9.00"
valid = { days = 60 }

[[challenge]]
id = "three-visits"
name = { en = "Three days in two weeks" }
need = { visit_days = 3 }
within = { days = 14 }
again = true
gives = { points = 50, wallet = "points" }
"""
LEVELS: Final = """
[[tier_scheme]]
id = "level"
name = { en = "Level" }
base_name = { en = "Member" }
metric = "earned_points"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
rate_at = "start"

[[tier_scheme.level]]
id = "silver"
name = { en = "Silver" }
from = 3000
times = "1.2"
"""
EARNS: Final = "per_spend = {{ points = {},"
EXPIRY: Final = 'expiry = { kind = "rolling_months", months = 5, style = "anniversary_inclusive" }'


def version(number: int) -> bytes:
    """The programme of the shop, as it was the first, second and third time."""
    text = (PROGRAMME + MORE).replace("version = 1", f"version = {number}", 1)
    text = text.replace('unit = "points"\n', f'unit = "points"\n{EXPIRY}\n', 1)
    text = text.replace(EARNS.format(100), EARNS.format(15 if number == 3 else 10), 1)
    if number >= 2:
        text += LEVELS
    if number == 3:
        text = text.replace('amount = "8.00"', 'amount = "5.00"', 1)
    return text.encode()


@dataclass
class LoneYear:
    """A shop, whom it knows, and what was done there, by name and how often."""

    shop: Shop
    copies: Path
    chance: Random = field(default_factory=lambda: Random(4))
    members: list[bytes] = field(default_factory=list)
    names: dict[bytes, str] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    asks: Callable[[Basket, tuple[Tender, ...]], object] = lambda *_: None
    """What the counter asks head office before it books, once there is one."""
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def live(self, steps: int = 400) -> None:
        """So many things one after the other, over a year."""
        self.install(1)
        for _ in range(8):
            self.join()
        every: list[tuple[int, Callable[[], None]]] = [
            (30, self.sell),
            (10, self.spend),
            (7, self.give_back),
            (4, self.exchange),
            (3, self.void),
            (5, self.sell_card),
            (6, self.pay_by_card),
            (2, self.pay_out),
            (2, self.move_card),
            (4, self.sell_pass),
            (6, self.use_pass),
            (8, self.use_voucher),
            (3, self.by_hand),
            (2, self.own_family),
        ]
        weights = [one[0] for one in every]
        for step in range(steps):
            self.pass_time(steps)
            self.turn(step, steps)
            ((_, act),) = self.chance.choices(every, weights)
            self.attempt(act)

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something, or hear why not: what is refused is not done."""
        name = act.__name__
        try:
            act()
        except ServiceRefusal as why:
            name = f"{name} {why}"
            self.refused[name] = self.refused.get(name, 0) + 1
            return
        self.done[name] = self.done.get(name, 0) + 1

    def pass_time(self, steps: int) -> None:
        hours = self.chance.randrange(1, 2 * 365 * 24 // steps)
        self.shop.clock.pass_time(timedelta(hours=hours, minutes=self.chance.randrange(60)))

    def turn(self, step: int, steps: int) -> None:
        """What happens once, at its time of the year."""
        happens: dict[int, Callable[[], None]] = {
            steps // 8: lambda: self.copy("first"),
            steps // 4: lambda: self.install(2),
            steps // 4 + 5: lambda: self.put_back("first", witness=True),
            steps // 2: lambda: self.copy("second"),
            steps // 2 + steps // 20: lambda: self.put_back("second", witness=False),
            2 * steps // 3: lambda: self.install(3),
        }
        happens.get(step, lambda: None)()

    # --- the book ---

    def install(self, number: int) -> None:
        self.shop.till.programmes.install(version(number))

    def copy(self, name: str) -> None:
        self.shop.till.close()
        shutil.copytree(self.shop.folder, self.copies / name)
        self.shop.reopen()

    def put_back(self, name: str, *, witness: bool) -> None:
        """The book is a copy again; its note beside it too, unless the `witness` stays."""
        self.shop.till.close()
        copy = self.copies / name
        for end in ("", "-wal", "-shm"):
            (self.shop.folder / f"till.book{end}").unlink(missing_ok=True)
        shutil.copy(copy / "till.book", self.shop.folder / "till.book")
        if not witness:
            shutil.copy(copy / "till.witness", self.shop.folder / "till.witness")
        self.shop.reopen()
        self.shop.till.settle()
        with self.shop.till.book.read() as reader:
            kept = [one for one in self.sales if reader.sales.by_id(one.id) is not None]
            known = [one for one in self.members if reader.members.by_id(one) is not None]
            sold = [one for one in self.cards if self.is_sold(one)]
        self.sales, self.members, self.cards = kept, known, sold

    def is_sold(self, card: str) -> bool:
        """Whether the book knows a card."""
        try:
            self.shop.till.gift_cards.look_up(card)
        except ServiceRefusal:
            return False
        return True

    # --- members ---

    def join(self) -> None:
        number = len(self.members)
        form = EnrolForm(phone=f"1380000{number:04d}", name=f"Member {number}", consents=TERMS)
        member = self.shop.till.enrol.enrol(form, self.shop.manager).member.id
        self.members.append(member)
        self.names[member] = form.name

    def name(self, member: bytes) -> str:
        return self.names[member]

    def who(self) -> bytes:
        return self.chance.choice(self.members)

    def by_hand(self) -> None:
        points = self.chance.choice((-500, 300, 1_000))
        acts = self.shop.till.acts
        adjust_points(acts, self.who(), "points", points, "Goodwill", self.shop.manager)

    def own_family(self) -> None:
        households = self.shop.till.households
        one, other = self.chance.sample(self.members, 2)
        households.join(other, households.found(one, self.shop.manager), self.shop.manager)

    # --- sales ---

    def basket(self, member: bytes | None = None) -> Basket:
        basket = self.shop.till.check_out.open_basket()
        for _ in range(self.chance.randrange(1, 4)):
            basket = basket.add(goods(self.chance.choice((1, 2, 3, 4, 5, 12))))
        if member is None and self.chance.random() < 0.15:
            return basket
        return basket.for_member(member or self.who(), proof=CARD_PROOF)

    def ring(self, basket: Basket, tenders: tuple[Tender, ...] | None = None) -> None:
        check_out = self.shop.till.check_out
        quote = check_out.quote(basket)
        given = paid(quote) if tenders is None else tenders
        self.asks(basket, given)
        self.sales.append(check_out.complete(basket, quote, given, self.shop.manager))

    def sell(self) -> None:
        self.ring(self.basket())

    def spend(self) -> None:
        basket = self.basket(self.who())
        for usable in self.shop.till.check_out.quote(basket).usable:
            points = usable.most_points - usable.most_points % usable.step_points
            if points >= usable.least_points > 0:
                wish = Redemption(wallet=usable.wallet, points=points)
                self.ring(basket.redeeming(wish, wallet=usable.wallet))
                return
        raise ServiceRefusal("NOTHING_TO_SPEND")

    def use_voucher(self) -> None:
        basket = self.basket(self.who())
        for proposal in self.shop.till.check_out.quote(basket).proposals:
            self.ring(basket.choosing(proposal.choice))
            return
        raise ServiceRefusal("NO_VOUCHER")

    # --- goods back ---

    def sold(self) -> tuple[Sale, tuple[tuple[int, int], ...]]:
        """One of the last sales, and a line of it of which something is left."""
        for _ in range(8):
            sale = self.chance.choice(self.sales[-40:])
            left = self.shop.till.refunds.find(sale.id).left
            back = [(number, 1_000) for number, milli in left.items() if milli >= 1_000]
            if back:
                return sale, (self.chance.choice(back),)
        raise ServiceRefusal("NOTHING_LEFT")

    def give_back(self) -> None:
        sale, back = self.sold()
        refunds = self.shop.till.refunds
        wish = replace(refunds.wish(*back), cause="wrong", seen=Document.ID_CARD)
        refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), self.shop.manager)

    def exchange(self) -> None:
        sale, back = self.sold()
        till, manager = self.shop.till, self.shop.manager
        wish = replace(till.refunds.wish(*back), cause="wrong", seen=Document.ID_CARD)
        basket = self.basket(sale.member_id)
        quote = till.exchange.quote(sale.id, wish, basket, manager)
        due = paid(replace(quote.sale, payable_minor=max(0, quote.due_minor)))
        first = 1 + len(quote.begins)
        due = tuple(replace(tender, number=first) for tender in due)
        _, made = till.exchange.complete(sale.id, wish, quote, basket, due, manager)
        self.sales.append(made)

    def void(self) -> None:
        self.sell()
        sale, refunds = self.sales[-1], self.shop.till.refunds
        lines = tuple((line.number, line.quantity_milli) for line in sale.lines)
        wish = replace(refunds.wish(*lines, kind=RefundKind.VOID), cause="mistake")
        refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), self.shop.manager)

    # --- gift cards ---

    def sell_card(self) -> None:
        code = str(1_001 + len(self.cards))
        basket = self.shop.till.check_out.open_basket()
        self.ring(basket.add(CARD, unit_price_minor=8_000, card=code))
        self.cards.append(code)

    def card(self) -> str:
        if not self.cards:
            raise ServiceRefusal("NO_CARD")
        return self.chance.choice(self.cards[-6:])

    def pay_by_card(self) -> None:
        code, basket = self.card(), self.basket()
        due = self.shop.till.check_out.quote(basket).payable_minor
        by_card = self.shop.till.gift_cards.tender(code, due, ())
        rest = due - by_card.amount_minor
        tenders: tuple[Tender, ...] = (by_card,)
        if rest:
            quote = self.shop.till.check_out.quote(basket)
            (cash,) = paid(replace(quote, payable_minor=rest))
            tenders = (by_card, replace(cash, number=2))
        self.ring(basket, tenders)

    def pay_out(self) -> None:
        pay_outs, code = self.shop.till.pay_outs, self.card()
        new, seen = pay_outs.new_id(), Document.ID_CARD
        pay_outs.complete(new, code, PayOutWay.CASH, self.shop.manager, seen=seen)

    def move_card(self) -> None:
        code = self.card()
        other = f"2{code}"
        cards = self.shop.till.gift_cards
        cards.replace(code, other, self.shop.manager)
        with suppress(ValueError):
            self.cards.remove(code)
        self.cards.append(other)

    # --- passes ---

    def sell_pass(self) -> None:
        basket = self.shop.till.check_out.open_basket().add(goods(PASS), unit_price_minor=6_000)
        self.ring(basket.for_member(self.who()))

    def use_pass(self) -> None:
        for _ in range(4):
            member = self.who()
            if passes_of(self.shop.till, member):
                self.shop.till.use_rights.use_pass(member, "three", self.shop.manager)
                return
        raise ServiceRefusal("NO_PASS")
