"""What a sold line gives back when some of it returns: of every figure that it carries, its share.

Shape: `line_so_far(line, quantity)` is the line as the first `quantity` of it bear it, itself in
the shape of a sold line; a piece is the difference between two of them. Whatever the pieces and
their order, they sum to the line: gross is the rounded share of the quantity, and falls on goods
paid for, on each offer and on points by `first_units`, so that in every piece

    gross = offers + redeemed + net (- tax, where the class adds it)

and no figure is ever negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.values.portion import first_units, so_far

Name = TypeVar("Name", str, int)


def line_so_far(line: SaleLine, quantity_milli: int) -> SaleLine:
    """The shares of the first `quantity_milli` of a line; the whole quantity is the line itself."""
    whole = line.quantity_milli
    if quantity_milli == whole:
        return line
    gross = so_far(line.gross_minor, quantity_milli, whole)
    goods = goods_minor(line)
    parts = (goods, *(share for _, share in line.offers), *(m for _, _, m in line.redeemed))
    # A line's parts are its gross; first_units refuses a line of which that is not true.
    shares = first_units(gross, parts)
    offers = shares[1 : 1 + len(line.offers)]
    money = shares[1 + len(line.offers) :]
    # Goods that points paid whole are taxed all the same, where points are payment.
    part, all_of_it = (shares[0], goods) if goods else (gross, line.gross_minor)
    tax = so_far(line.tax_minor, part, all_of_it) if line.tax_minor else 0
    net = shares[0] + (tax if line.tax_mode is TaxMode.EXCLUSIVE else 0)
    return replace(
        line,
        quantity_milli=quantity_milli,
        gross_minor=gross,
        offers=tuple((name, share) for (name, _), share in zip(line.offers, offers, strict=True)),
        redeemed=tuple(
            (wallet, _points(points, paid, share, quantity_milli, whole), share)
            for (wallet, points, paid), share in zip(line.redeemed, money, strict=True)
        ),
        net_minor=net,
        tax_minor=tax,
        earned=tuple((name, so_far(n, quantity_milli, whole)) for name, n in line.earned),
        paid=_numbered(line.paid, first_units(net, [share for _, share in line.paid]))
        if line.paid
        else (),
        shop_cost=tuple((name, so_far(n, quantity_milli, whole)) for name, n in line.shop_cost),
    )


def line_between(line: SaleLine, earlier: Iterable[SaleLine], quantity_milli: int) -> SaleLine:
    """What `quantity_milli` more of a line bear after what `earlier` refunds of it gave back."""
    before = tuple(earlier)
    gone = sum(one.quantity_milli for one in before)
    return line_less(line_so_far(line, gone + quantity_milli), before)


def line_less(line: SaleLine, gone: Iterable[SaleLine]) -> SaleLine:
    """A line without what went back of it: of every figure, the rest."""
    before = tuple(gone)
    if not before and _tidy(line):
        return line
    return replace(
        line,
        quantity_milli=line.quantity_milli - sum(one.quantity_milli for one in before),
        gross_minor=line.gross_minor - sum(one.gross_minor for one in before),
        offers=_less(line.offers, [pair for one in before for pair in one.offers]),
        redeemed=_less_points(line.redeemed, [trio for one in before for trio in one.redeemed]),
        net_minor=line.net_minor - sum(one.net_minor for one in before),
        tax_minor=line.tax_minor - sum(one.tax_minor for one in before),
        earned=_less(line.earned, [pair for one in before for pair in one.earned]),
        paid=_less(line.paid, [pair for one in before for pair in one.paid]),
        shop_cost=_less(line.shop_cost, [pair for one in before for pair in one.shop_cost]),
    )


def _tidy(line: SaleLine) -> bool:
    """Whether no share is nothing and no name stands twice: what is left of it then is itself."""
    named = (line.offers, line.earned, line.paid, line.shop_cost)
    return (
        all(share for pairs in named for _, share in pairs)
        and all(len(dict(pairs)) == len(pairs) for pairs in named if len(pairs) > 1)
        and all(points or money for _, points, money in line.redeemed)
        and len(line.redeemed) < 2
    )


def goods_minor(line: SaleLine) -> int:
    """What was paid for the goods themselves: the net less tax that was added to it."""
    added = line.tax_minor if line.tax_mode is TaxMode.EXCLUSIVE else 0
    return line.net_minor - added


def _points(points: int, paid_minor: int, share_minor: int, quantity: int, whole: int) -> int:
    """Points follow the money that they paid; without any, the quantity."""
    if paid_minor:
        return so_far(points, share_minor, paid_minor)
    return so_far(points, quantity, whole)


def _numbered(
    pairs: tuple[tuple[int, int], ...], shares: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    return tuple((number, share) for (number, _), share in zip(pairs, shares, strict=True))


def _less(
    pairs: Iterable[tuple[Name, int]], gone: Iterable[tuple[Name, int]]
) -> tuple[tuple[Name, int], ...]:
    """What is left by name; what comes to nothing is left out."""
    left: dict[Name, int] = {}
    for name, share in pairs:
        left[name] = left.get(name, 0) + share
    for name, share in gone:
        left[name] = left.get(name, 0) - share
    return tuple((name, share) for name, share in left.items() if share)


def _less_points(
    trios: Iterable[tuple[str, int, int]], gone: Iterable[tuple[str, int, int]]
) -> tuple[tuple[str, int, int], ...]:
    trios, gone = tuple(trios), tuple(gone)
    points = dict(_less([(w, p) for w, p, _ in trios], [(w, p) for w, p, _ in gone]))
    money = dict(_less([(w, m) for w, _, m in trios], [(w, m) for w, _, m in gone]))
    wallets = dict.fromkeys(wallet for wallet, _, _ in trios)
    return tuple(
        (wallet, points.get(wallet, 0), money.get(wallet, 0))
        for wallet in wallets
        if wallet in points or wallet in money
    )
