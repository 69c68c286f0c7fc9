"""Ready programmes: files that ship with the till, to begin with and to change.

Shape: `ready_keys` names them; `fitted` is the file of one for a shop's currency and time zone.
Amounts of another currency are written anew by a rough ratio of everyday prices, so that points
stay worth the same share of a purchase: proposals for a manager to look over, never exchange rates.
A file in its own currency keeps every byte but its time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import tomlkit

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.load import amounts_in
from posloyalty.domain.values.money import currency, format_amount, parse_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

# What is bought for 1 yuan, roughly, in other money; what is not listed is as the dollar.
PRICES: Final = {
    "CNY": Ratio(1),
    "HKD": Ratio(1),
    "MOP": Ratio(1),
    "TWD": Ratio(5),
    "JPY": Ratio(20),
    "KRW": Ratio(200),
    "MYR": Ratio(1, 2),
    "KWD": Ratio(1, 20),
}
OTHER_PRICES: Final = Ratio(1, 5)
# The reference of the replay of CDNOW, a history and no shop's programme.
NOT_FOR_SHOPS: Final = frozenset({"cdnow"})
# Made for kinds of shops; the others are programmes of well-known names to learn from.
SHOPS: Final = ("dawn-club", "cafe", "bakery", "convenience", "pharmacy", "fashion")


def ready_keys(files: Iterable[str]) -> tuple[str, ...]:
    """The ready programmes among names of files: those for kinds of shops first."""
    there = set(files) - NOT_FOR_SHOPS
    return (*(key for key in SHOPS if key in there), *sorted(there - set(SHOPS)))


def fitted(data: bytes, *, currency_code: str, timezone: str) -> bytes:
    """A programme file for a shop's currency and time zone; comments stay where they are."""
    file = tomlkit.parse(data.decode("utf-8-sig"))
    own = str(file["currency"])
    file["timezone"] = timezone
    if own != currency_code:
        ratio = _prices(currency_code) * _prices(own).inverse()
        file["currency"] = currency_code
        money = {str(one["id"]) for one in file["wallet"] if one.get("unit") == "money"}
        for path in amounts_in(data):
            by = Ratio(1) if _is_rate_of_money(file, path, money) else ratio
            _rewrite(file, path, partial(_converted, own=own, other=currency_code, ratio=by))
    return tomlkit.dumps(file).encode("utf-8")


def _is_rate_of_money(file: tomlkit.TOMLDocument, path: Path, money: set[str]) -> bool:
    """Whether an amount is what money back is given for: 3 for 100.00 is 3 % in any currency."""
    if len(path) < 2 or path[-2:] != ("per_spend", "money"):
        return False
    rule: object = file
    for step in path[:-2]:
        rule = rule[step]  # type: ignore[index]
    named = rule.get("wallet") if isinstance(rule, dict) else None
    wallets = [str(one["id"]) for one in file["wallet"]]
    return (wallets[0] if named is None and len(wallets) == 1 else str(named)) in money


def _prices(code: str) -> Ratio:
    return PRICES.get(code, OTHER_PRICES)


def _converted(text: str, *, own: str, other: str, ratio: Ratio) -> str:
    before, after = currency(own), currency(other)
    shift = Ratio(10**after.exponent, 10**before.exponent)
    minor = (ratio * shift).apply(parse_amount(text, before), Rounding.HALF_UP)
    return format_amount(max(1, minor), after, grouping=False)


def _rewrite(file: tomlkit.TOMLDocument, path: Path, change: Callable[[str], str]) -> None:
    place: object = file
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    place[path[-1]] = change(str(place[path[-1]]))  # type: ignore[index]
