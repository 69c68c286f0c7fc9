"""Offers: discounts that the programme gives to everybody who meets their conditions.

An offer has one effect out of `effects/` (such as `percent`), goods that it is about (`on`) and
conditions (`when`). Line offers apply before bundles, bundles before order offers; within each,
lower `priority` first, then by id. Every discount is rounded once per offer and sale.

    class = "promotion"           # offers of a kind
    group = "member-price"        # of one group at most one applies
    exclusive = true              # stands alone in the sale; alone_in_class = true: in its class
    combines_with = ["welcome"]   # only with these offers, groups or classes, and they with it
    limit = [{ most = 1, per = "day" }, { most_money = "100.00", per = "month" }]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.earn_rule import read_clock
from posloyalty.domain.programme.effect import EFFECTS, OWN_SCOPE, Effect, EffectReader, Scope
from posloyalty.domain.programme.limit import Limit, LimitUnit, read_limits
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.period import Period
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.rounding import Rounding

__all__ = ["Effect", "Offer", "PercentBase", "Scope", "read_offer", "read_terms_of"]

PRIORITY_MAX = 1000
_KEYS = ("on", "when", "group", "most", "class", "combines_with", "rounding", "limit")


class PercentBase(StrEnum):
    """What several percentages of a stage are taken of."""

    SEQUENTIAL = "sequential"  # of what the offers before it left
    INITIAL = "initial"  # of the amounts at the start of the stage


class DiscountRounding(StrEnum):
    """How a discount is rounded."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer. `exclusive` stands alone; of one `group` at most one applies.

    `kind` is its class, empty for none; `combines_with` None combines with everything.
    `shop_cost_minor` is what one use of a voucher or reward costs the shop, None where the file
    does not say: it is then what it takes off.
    """

    id: str
    names: Names
    scope: Scope
    effect: Effect
    goods: LineFilter
    when: AllOf
    by_business_day: bool
    exclusive: bool
    group: str
    base: PercentBase
    priority: int
    most_minor: int | None
    kind: str = ""
    alone_in_class: bool = False
    combines_with: frozenset[str] | None = None
    limits: tuple[Limit, ...] = ()
    shop_cost_minor: int | None = None

    @property
    def states_cost(self) -> bool:
        """Whether its file says what it costs the shop, by use or by piece that is given."""
        given = getattr(self.effect, "shop_cost_minor", None)
        return self.shop_cost_minor is not None or given is not None

    @property
    def most_off(self) -> int | None:
        """What one use takes off at the most, in minor units; None where that depends on the
        goods.
        """
        bounds = (self.most_minor, self.effect.most_minor)
        return min((bound for bound in bounds if bound is not None), default=None)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The spans of the member's past that it looks at, beside those of its limits."""
        found = getattr(self.effect, "period", None)
        own = (found,) if isinstance(found, Period) else ()
        return (*own, *self.when.periods)


def read_offer(section: Section) -> Offer | None:
    """One `[[offer]]`."""
    return read_terms_of(section, limits=read_limits)


def read_terms_of(
    section: Section,
    *,
    scope: Scope | None = None,
    effects: Mapping[str, EffectReader] = EFFECTS,
    limits: Callable[[Section], tuple[Limit, ...]] = lambda section: (),
) -> Offer | None:
    """An offer, or the terms of something else with a usual scope and more effects."""
    offer_id = section.text("id")
    before = section.reading.rounding
    if "rounding" in section:
        section.reading.rounding = Rounding(section.choice("rounding", DiscountRounding).value)
    readers = {key: _with_scope(reader, scope) for key, reader in effects.items()}
    found = section.one_of(readers)
    section.reading.rounding = before
    if found is None:
        section.choice("scope", Scope, Scope.LINE)
    names, goods = section.names("name", offer_id), read_filter(section, fees=True)
    when = read_when(section, campaign=True)
    by_business_day = read_clock(section)
    bounds = limits(section)
    if any(limit.unit is LimitUnit.POINTS for limit in bounds):
        section.found("limit", "NO_POINTS_HERE")
    words = frozenset(section.words("combines_with")) if "combines_with" in section else None
    exclusive = section.flag("exclusive", default=False)
    group = section.text("group") if "group" in section else ""
    base = section.choice("base", PercentBase, PercentBase.SEQUENTIAL)
    priority = section.whole("priority", 0, most=PRIORITY_MAX)
    most_minor = section.money("most") if "most" in section else None
    kind = section.text("class") if "class" in section else ""
    alone = section.flag("alone_in_class", default=False)
    if alone and not kind:
        section.found("alone_in_class", "NEEDS_CLASS")
    section.close((*_KEYS, *effects))
    if found is None:
        return None
    effect, stage = found
    return Offer(
        id=offer_id,
        names=names,
        scope=stage,
        effect=effect,
        goods=goods,
        when=when,
        by_business_day=by_business_day,
        exclusive=exclusive,
        group=group,
        base=base,
        priority=priority,
        most_minor=most_minor,
        kind=kind,
        alone_in_class=alone,
        combines_with=words,
        limits=bounds,
    )


def _with_scope(
    reader: EffectReader, usual: Scope | None
) -> Callable[[Section, str], tuple[Effect, Scope]]:
    """Read the scope, then the effect in it; a kind may have a usual scope of its own."""

    def read(section: Section, key: str) -> tuple[Effect, Scope]:
        scope = section.choice("scope", Scope, OWN_SCOPE.get(key, usual))
        return reader(section, key, scope), scope

    return read
