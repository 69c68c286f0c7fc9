"""Programmes and baskets by seed, of the shapes in which a search for the best deal goes wrong.

Quicker than Hypothesis draws them and without its leaning towards what is small: prices that many
goods share, goods of a cent, pieces that several offers group, bounds of a cent, thresholds near to
what the basket comes to, points that only some goods earn. A seed is a case for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from tests.domain.engine.made import product, weighed

TAGS = ("x", "y", "z")
PRICES = (
    (1, 1, 2, 3, 100),
    (100, 125, 250, 250, 399),
    (99, 100, 101, 1999, 2500),
)
TAXES = (
    ("std13",),
    ("std13",),
    ("std13", "none"),
    ("added10",),
    ("added10", "added20"),
    ("std13", "added20"),
)
OFFERS_MOST, CROWD_MOST, LINES_MOST, PIECES_MOST = 5, 8, 5, 9


@dataclass(frozen=True)
class Rolled:
    """The texts of a programme's offers and policies, goods with their quantities, and the points
    for things of the customer's, whose terms are texts with a cost each.
    """

    texts: tuple[str, ...]
    goods: tuple[tuple[object, str], ...]
    things: tuple[tuple[str, int], ...] = ()
    points: int = 0
    earns: str = ""


def rolled(seed: int, *, owning: bool = False, fees: bool = False) -> Rolled:
    """The case of a seed; with `fees` some goods are fees, and some offers are about them."""
    case = _rolled(seed, owning=owning)
    return _with_fees(case, Random(seed)) if fees else case


def _with_fees(case: Rolled, roll: Random) -> Rolled:
    """The same goods and offers, so that a seed without fees stays what it is."""
    goods = tuple(
        (replace(one, fee=True), count) if roll.random() < 0.4 else (one, count)  # type: ignore[type-var]
        for one, count in case.goods
    )
    texts = tuple(_on_fees(text, roll) for text in case.texts)
    things = tuple((_on_fees(text, roll), cost) for text, cost in case.things)
    return replace(case, goods=goods, texts=texts, things=things)


def _on_fees(text: str, roll: Random) -> str:
    if roll.random() < 0.6 or "scope" not in text:
        return text
    if "\non = { " in text:
        return text.replace("\non = { ", "\non = { fee = true, ")
    return text.replace("scope", "on = { fee = true }\nscope", 1)


def _rolled(seed: int, *, owning: bool) -> Rolled:
    roll = Random(seed)
    prices = roll.choice(PRICES)
    goods = rolled_goods(roll, prices)
    dice = Dice(roll, prices, pieces=roll.random() < 0.8)
    crowded = roll.random() < 0.15
    count = roll.randint(OFFERS_MOST, CROWD_MOST) if crowded else roll.randint(1, OFFERS_MOST)
    texts = [dice.offer(f"o{number}") for number in range(count)]
    texts.append(dice.policies())
    things = []
    if owning:
        for number in range(roll.randint(1, 2)):
            things.append((dice.offer(f"v{number}", owned=True), roll.choice((0, 0, 50, 100))))
        if roll.random() < 0.3:
            things.append(things[0])
    return Rolled(
        tuple(texts), goods, tuple(things), roll.choice((0, 50, 100, 200)), dice.earning()
    )


def rolled_goods(roll: Random, prices: tuple[int, ...]) -> tuple[tuple[object, str], ...]:
    """A few lines of few pieces, some of them weighed."""
    taxes, found, left = roll.choice(TAXES), [], PIECES_MOST
    for place in range(roll.randint(1, LINES_MOST)):
        price, tags = cents(roll.choice(prices)), tuple(t for t in TAGS if roll.random() < 0.55)
        if roll.random() < 0.15:
            one = weighed(f"P{place}", price)
            one = product(f"P{place}", price, tags=tags, tax=taxes[0], unit=one.unit)
            found.append((one, f"{roll.randint(0, 2)}.{roll.randint(1, 999):03d}"))
            continue
        count = min(left, roll.choice((1, 1, 2, 3, 4)))
        if not count:
            break
        left -= count
        one = product(
            f"P{place}",
            price,
            tags=tags,
            tax=roll.choice(taxes),
            discountable=roll.random() > 0.08,
            earns=roll.random() > 0.2,
        )
        found.append((one, str(count)))
    return tuple(found)


def cents(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


class Dice:
    """Writes offers whose amounts are near to the prices of the goods."""

    def __init__(self, roll: Random, prices: tuple[int, ...], *, pieces: bool) -> None:
        self._roll = roll
        self._prices = prices
        self._pieces = pieces

    def offer(self, name: str, *, owned: bool = False) -> str:
        """One offer, alone or in company, bounded or not."""
        roll = self._roll
        scope = roll.choice(("bundle",) * 4 * self._pieces + ("line", "order", "order", "gift"))
        if scope == "gift" and owned:
            scope = "order"
        effect = getattr(self, f"_{scope}")()
        parts = [f'[[offer]]\nid = "{name}"', effect]
        if scope != "gift":
            parts.append(f'scope = "{scope}"')
            if roll.random() < 0.6:
                parts.append(f"on = {self._on()}")
        parts.append(f"priority = {roll.choice((0, 0, 1))}")
        for chance, text in (
            (0.3, lambda: f"when = {{ min_spend = {self._money(4)} }}"),
            (0.25, lambda: f"most = {self._money(2)}"),
            (0.25, lambda: 'base = "initial"'),
            (0.1, lambda: "exclusive = true"),
            (0.35, lambda: f'group = "{roll.choice("gh")}"'),
            (0.2, lambda: f'class = "k"\nalone_in_class = {roll.choice(("false", "true"))}'),
            (0.1, lambda: f'combines_with = ["o{roll.randint(0, 3)}", "g", "k"]'),
            (0.2, lambda: f"limit = [{self._limit()}]"),
            (0.1, lambda: f'rounding = "{roll.choice(("half_even", "down"))}"'),
        ):
            if roll.random() < chance:
                parts.append(text())
        return "\n".join(parts) + "\n"

    def policies(self) -> str:
        """Mostly the usual ones."""
        roll = self._roll
        first = roll.choice(("line",) * 5 + ("order",))
        minimum = roll.choice(("net_of_line",) * 4 + ("gross", "net_of_all"))
        most = roll.choice((0,) * 5 + (1, 2))
        how = roll.choice(("half_up",) * 4 + ("half_even", "down"))
        price = roll.choice(("shown",) * 7 + ("before_tax",))
        win = roll.choice(("best_deal",) * 9 + ("priority",))
        return (
            f'[policies]\nminimum_on = "{minimum}"\nfirst = "{first}"\noffers_most = {most}\n'
            f'discount_rounding = "{how}"\ndiscount_on = "{price}"\noffers_win = "{win}"\n'
        )

    def earning(self) -> str:
        """Earning by which deals of one price differ, or not."""
        roll, text = self._roll, ""
        kinds = ('per_spend = { points = 1, money = "0.10" }', "per_piece = { points = 3 }")
        for name, kind in zip(("spend", "piece"), kinds, strict=True):
            if roll.random() < 0.7:
                goods = f"on = {self._on()}\n" if roll.random() < 0.5 else ""
                text += f'[[earn]]\nid = "{name}"\n{goods}{kind}\n'
        return text

    def _on(self) -> str:
        tags = self._roll.sample(TAGS, self._roll.choice((1, 1, 1, 2)))
        return "{ tag = [" + ", ".join(f'"{one}"' for one in tags) + "] }"

    def _minor(self, times: int = 1) -> int:
        """About what some of the goods cost, sometimes a cent off."""
        roll = self._roll
        some = sum(roll.choice(self._prices) for _ in range(roll.randint(1, times)))
        return max(1, some + roll.choice((-1, 0, 0, 1)))

    def _money(self, times: int = 1) -> str:
        return f'"{cents(self._minor(times))}"'

    def _percent(self) -> str:
        return f'"{self._roll.choice((1, 5, 7, 10, 33, 50, 61, 90, 100))}%"'

    def _less(self) -> str:
        kind = self._roll.choice(("", "", "percent", "amount", "price"))
        if not kind:
            return ""
        return f", {kind} = {self._percent() if kind == 'percent' else self._money()}"

    def _limit(self) -> str:
        roll = self._roll
        kind = roll.choice(("most = 1", "most = 2", f"most_money = {self._money(2)}"))
        return f'{{ {kind}, per = "sale", mode = "{roll.choice(("trim", "reject"))}" }}'

    def _gift(self) -> str:
        return f"gift = {{ on = {self._on()}, count = {self._roll.randint(1, 2)} }}"

    def _line(self) -> str:
        roll = self._roll
        kind = roll.choice(("percent", "amount", "fixed_price"))
        return f"{kind} = {self._percent() if kind == 'percent' else self._money()}"

    def _order(self) -> str:
        roll = self._roll
        kind = roll.choice(("percent", "percent", "amount", "bands"))
        if kind != "bands":
            return f"{kind} = {self._percent() if kind == 'percent' else self._money(2)}"
        of, mode = roll.choice(("spend", "quantity")), roll.choice(("whole", "marginal"))
        start = self._minor(2)
        starts = (start, start + self._minor(3)) if of == "spend" else (2, roll.randint(3, 6))
        rates = (roll.randint(1, 10), roll.randint(10, 60))
        steps = ", ".join(
            f"{{ from = {f'{chr(34)}{cents(at)}{chr(34)}' if of == 'spend' else at}, "
            f'percent = "{rate}%" }}'
            for at, rate in zip(starts, rates, strict=True)
        )
        return f'bands = {{ of = "{of}", mode = "{mode}", step = [{steps}] }}'

    def _bundle(self) -> str:
        return getattr(self, self._roll.choice(("_buy_get", "_cheapest", "_set", "_items")))()

    def _most(self) -> str:
        return f", most = {self._roll.randint(1, 2)}" if self._roll.random() < 0.25 else ""

    def _take(self) -> str:
        return self._roll.choice(("cheapest", "dearest"))

    def _buy_get(self) -> str:
        roll = self._roll
        own = f", buy_on = {self._on()}" if roll.random() < 0.5 else ""
        got = f", get_on = {self._on()}" if roll.random() < 0.5 else ""
        return (
            f"buy_get = {{ buy = {roll.randint(1, 2)}, get = {roll.randint(1, 2)}, "
            f'take = "{self._take()}"{own}{got}{self._less()}{self._most()} }}'
        )

    def _cheapest(self) -> str:
        roll = self._roll
        of = roll.randint(2, 3)
        free = f", free = {roll.randint(1, of - 1)}" if roll.random() < 0.3 else ""
        source = roll.choice(("groups", "basket"))
        more = f"{free}{self._less()}{self._most()}"
        return f'cheapest_free = {{ of = {of}, from = "{source}"{more} }}'

    def _set(self) -> str:
        roll = self._roll
        kind = roll.choice(("price", "price", "amount", "percent"))
        value = self._percent() if kind == "percent" else self._money(2)
        slots = ", ".join(
            f"{{ on = {self._on()}, count = {roll.choice((1, 1, 2))} }}"
            for _ in range(roll.randint(1, 3))
        )
        return f"bundle = {{ {kind} = {value}, slot = [{slots}]{self._most()} }}"

    def _items(self) -> str:
        kind = self._roll.choice(("percent", "amount", "fixed_price"))
        value = self._percent() if kind == "percent" else self._money()
        pieces = self._roll.randint(1, 3)
        return f'{kind} = {value}\npieces = {pieces}\ntake = "{self._take()}"'
