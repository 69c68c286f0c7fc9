"""Price lists at the counter: every line at the price that is right here, today, for this member.

Shape: `at_list_prices(programme, basket, state, at, store)` is the basket with its lines at their
prices; `prices_tried` says of each line what every list would ask and why it counts or does not.
Lines whose price a label or the cashier set stay as they are. Which price counts is the policy of
`shop/price_list`; whose list it is, this module asks of the same facts that offers are judged by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import PriceTried
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.price_list import Buyers, ListPrice, PriceList, lowest

TAKEN: Final = "LIST_TAKEN"
TAKEN_UNTIL: Final = "LIST_TAKEN_UNTIL"
NOT_LOWEST: Final = "LIST_NOT_LOWEST"


def at_list_prices(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    store: StoreContext,
) -> Basket:
    """The basket at list prices; itself where no list is in force."""
    if not store.prices:
        return basket
    pricing = _Pricing(programme, basket, state, at, store)
    lines = tuple([pricing.priced(line) for line in basket.lines])
    return basket if lines == basket.lines else replace(basket, lines=lines)


def prices_tried(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    store: StoreContext,
) -> tuple[PriceTried, ...]:
    """Every list that is in force and says something of a line, in the order of lines and codes."""
    if not store.prices:
        return ()
    pricing = _Pricing(programme, basket, state, at, store)
    return tuple(tried for line in basket.lines for tried in pricing.tried(line))


@dataclass(frozen=True, slots=True)
class _Choice:
    """What everybody pays, what this customer pays, and the code of its list ("" the shelf's)."""

    everybody_minor: int
    price_minor: int
    code: str


class _Pricing:
    """The lists in force, and which of them are this customer's; found out once for a basket."""

    def __init__(
        self,
        programme: Programme,
        basket: Basket,
        state: MemberState | None,
        at: datetime,
        store: StoreContext,
    ) -> None:
        day = store.business_day(at)
        in_force = [one for one in store.prices if one.in_force(store.place.store, day)]
        self._lists = sorted(in_force, key=lambda one: one.code)
        members = [one for one in self._lists if one.for_members]
        self._failed: Mapping[str, tuple[Reason, ...]] = {}
        if members:
            facts = freeze(programme, basket, state, at, store).facts
            self._failed = {one.code: _failures(programme, one, facts) for one in members}

    def priced(self, line: BasketLine) -> BasketLine:
        """The line at its price."""
        if line.price_fixed or not self._lists:
            return line.on_shelf()
        line = line.on_shelf()
        choice = self._choice(line)
        chosen = next((one for one in self._lists if one.code == choice.code), None)
        if chosen is None:
            return line
        listed = ListPrice(chosen.code, chosen.name, line.unit_price_minor)
        return line.at_list_price(choice.price_minor, listed)

    def tried(self, line: BasketLine) -> list[PriceTried]:
        """What each list asks for the line."""
        if line.price_fixed:
            return []
        line = line.on_shelf()
        choice = self._choice(line)
        found = []
        for one in self._lists:
            base = choice.everybody_minor if one.for_members else line.unit_price_minor
            price = one.price_of(line.product, base)
            if price is None:
                continue
            counts = one.code == choice.code
            failed = self._failed.get(one.code, ())
            if not failed:
                failed = (_verdict(one, counts=counts),)
            found.append(
                PriceTried(
                    line=line.number,
                    code=one.code,
                    name=one.name,
                    price_minor=price,
                    counts=counts,
                    reasons=failed,
                )
            )
        return found

    def _choice(self, line: BasketLine) -> _Choice:
        shelf = line.unit_price_minor
        for_all = self._asked(line, shelf, members=False)
        code = lowest(for_all) if for_all else ""
        everybody = for_all[code] if for_all else shelf
        own = self._asked(line, everybody, members=True)
        best = lowest(own) if own else ""
        if own and own[best] < everybody:
            return _Choice(everybody, own[best], best)
        return _Choice(everybody, everybody, code)

    def _asked(self, line: BasketLine, base_minor: int, *, members: bool) -> dict[str, int]:
        """What the lists that are this customer's ask, by code."""
        found = {}
        for one in self._lists:
            if one.for_members is members and not self._failed.get(one.code):
                price = one.price_of(line.product, base_minor)
                if price is not None:
                    found[one.code] = price
        return found


def _verdict(one: PriceList, *, counts: bool) -> Reason:
    if not counts:
        return Reason(NOT_LOWEST)
    return Reason(TAKEN) if one.last_day is None else reason(TAKEN_UNTIL, last_day=one.last_day)


def _failures(programme: Programme, one: PriceList, facts: Facts) -> tuple[Reason, ...]:
    """Why a list is not this customer's; nothing where it is."""
    member = facts.member
    if member is None:
        return (Reason("MEMBERS_ONLY"),)
    if one.buyers is Buyers.SEGMENT and one.buyers_of not in member.segments:
        return (reason("LIST_SEGMENT", segment=one.buyers_of),)
    if one.buyers is Buyers.TIER:
        return _below(programme, one.buyers_of, member.ranks, facts.language)
    return ()


def _below(
    programme: Programme, wanted: str, ranks: Mapping[str, int], language: str
) -> tuple[Reason, ...]:
    """Why the member's level is too low; a level that the programme lacks is nobody's."""
    scheme_id, _, level_id = wanted.rpartition("/")
    for scheme in programme.tier_schemes:
        if scheme_id and scheme.id != scheme_id:
            continue
        for rank, level in enumerate(scheme.levels, start=1):
            if level.id == level_id:
                low = ranks.get(scheme.id, 0) < rank
                shown = level.names.in_language(language)
                return (reason("BELOW_TIER", level=shown),) if low else ()
    return (reason("BELOW_TIER", level=level_id),)
