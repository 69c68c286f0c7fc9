"""A programme of many rules of mixed kinds, the same for the same seed: `large_programme(n)`.

Half are offers (percentages, amounts, fixed prices, by line and by order, some in groups, some
exclusive), the rest earning, multipliers, rules that give by themselves and vouchers; most have
conditions and goods of their own. No two say the same.
"""

from __future__ import annotations

from random import Random

SEED = 20261129
HEAD = """language = 2
id = "large"
version = 1
name = { en = "A large programme", zh_CN = "大型方案", zh_TW = "大型方案" }
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
name = { en = "Points", zh_CN = "积分", zh_TW = "點數" }
expiry = { kind = "rolling_months", months = 12 }
limit = [{ most_points = 5000, per = "day" }]
spend = { points = 100, money = "1.00", step = 100 }

[[wallet]]
id = "stars"
unit = "stamps"
spend = { points = 10, money = "15.00" }

[[tier_scheme]]
id = "level"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [
    { id = "silver", name = "Silver", from = 500, times = "1.1" },
    { id = "gold", name = "Gold", from = 2000, times = "1.2" },
]

"""


def large_programme(rules: int) -> bytes:
    """The file of a programme with so many rules."""
    chance = Random(SEED)
    return (HEAD + "\n".join(_rule(n, chance) for n in range(rules))).encode("utf-8")


def _rule(n: int, chance: Random) -> str:
    kind = chance.choices(("offer", "earn", "multiplier", "rule", "voucher"), (50, 15, 10, 15, 10))
    return {
        "offer": _offer,
        "earn": _earn,
        "multiplier": _multiplier,
        "rule": _given,
        "voucher": _voucher,
    }[kind[0]](n, chance)


def _offer(n: int, chance: Random, table: str = "offer") -> str:
    line = chance.random() < 0.6
    effects = [f'percent = "{chance.randint(2, 30)}%"', f'amount = "{chance.randint(1, 20)}.00"']
    if line:
        effects.append(f'fixed_price = "{chance.randint(5, 90)}.90"')
    more = [f'on = {{ tag = ["tag-{n % 97}"] }}'] if line else []
    if chance.random() < 0.1:
        more.append("exclusive = true")
    elif chance.random() < 0.3:
        more.append(f'group = "group-{n % 23}"')
    return "\n".join(
        (
            f"[[{table}]]",
            f'id = "{table}-{n}"',
            f'name = {{ en = "Offer {n}", zh_CN = "优惠 {n}", zh_TW = "優惠 {n}" }}',
            f'scope = "{"line" if line else "order"}"',
            chance.choice(effects),
            *more,
            _when(n, chance),
            "",
        )
    )


def _earn(n: int, chance: Random) -> str:
    kinds = (
        f'per_spend = {{ points = {chance.randint(1, 3)}, money = "{n % 9 + 1}.00" }}',
        f"per_piece = {{ points = {n % 50 + 1} }}",
        f"per_sale = {{ points = {n % 80 + 1} }}",
    )
    return "\n".join(
        (
            "[[earn]]",
            f'id = "earn-{n}"',
            'wallet = "points"' if chance.random() < 0.7 else 'wallet = "stars"',
            chance.choice(kinds),
            f'on = {{ category = ["shelf-{n % 41}"], not = {{ product = ["SKU{n}"] }} }}',
            _when(n, chance),
            "",
        )
    )


def _multiplier(n: int, chance: Random) -> str:
    return "\n".join(
        (
            "[[multiplier]]",
            f'id = "multiplier-{n}"',
            'wallet = "points"',
            f'times = "{chance.randint(11, 30)}/10"',
            f'on = {{ tag = ["tag-{n % 97}"] }}',
            _when(n, chance),
            "",
        )
    )


def _given(n: int, chance: Random) -> str:
    return "\n".join(
        (
            "[[rule]]",
            f'id = "rule-{n}"',
            'trigger = "sale"',
            f'each_spend = "{chance.randint(50, 500)}.00"',
            f'gives = {{ points = {n % 60 + 1}, wallet = "points" }}',
            'limit = [{ most = 1, per = "day" }]',
            _when(n, chance),
            "",
        )
    )


def _voucher(n: int, chance: Random) -> str:
    return _offer(n, chance, "voucher") + "valid = { days = 30 }\n"


def _when(n: int, chance: Random) -> str:
    conditions = (
        "member = true",
        f'min_spend = "{n % 300 + 10}.00"',
        f"dates = {{ from = 2027-{n % 12 + 1:02}-01, through = 2028-{n % 12 + 1:02}-28 }}",
        f'hours = {{ from = "{n % 12:02}:00", to = "{n % 12 + 8:02}:30" }}',
        'weekdays = ["mon", "wed", "fri", "sat"]',
        'tier = { scheme = "level", at_least = "silver" }',
        f'quantity = {{ at_least = {n % 4 + 2}, on = {{ tag = ["tag-{n % 97}"] }} }}',
        f'contains = {{ product = ["SKU{n}", "SKU{n + 1}"] }}',
    )
    return f"when = {{ {', '.join(chance.sample(conditions, chance.randint(1, 3)))} }}"
