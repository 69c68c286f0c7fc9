"""Situations in which conditions could hold: made from the very values that the conditions name.

Around every day, hour, amount and number that stands in a table of conditions lie the situations in
which its answer changes: the day before, the minute after, a cent less. All combinations would be
too many, so `possible` first changes one thing at a time towards fewer failures, which finds what
most rules want at once, and only then goes through combinations, up to a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from itertools import product
from operator import mul
from typing import Any, Final, TypeVar

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.condition import Condition
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts, MemberFacts
from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.basket import BasketLine
from posloyalty.domain.shop.place import NOWHERE, Channel, Place
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.calendar import BirthdayRule, birthday_in
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import BadAmount, Currency, parse_amount
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.insight.draft.draft import leaves, tables

COMBINATIONS_MAX: Final = 20_000
ROUNDS: Final = 3
GOODS_MAX: Final = 24
QUANTITY_MAX: Final = 9_999
DAYS: Final = 7
SPEND_MAX: Final = 10**11
_GOODS_KEYS: Final = ("product", "category", "tag")
_JOINED_KEYS: Final = ("within_days", "days_least")
LONG_YEARS: Final = 101
"""Somebody who joined so many years ago joined longer ago than any rule can ask for."""
_ONE_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
Item = TypeVar("Item")
Lines = tuple[BasketLine, ...]
Found = Sequence[tuple[str, object]]
MemberAt = Callable[[date], MemberFacts | None]


class Made(Sequence[Item]):
    """What an iterator gives, each thing made when it is first asked for."""

    def __init__(self, source: Iterator[Item]) -> None:
        self._source = source
        self._made: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        yield from self._made
        place = len(self._made)
        while place < len(self._made) or self._make(place + 1):
            yield self._made[place]
            place += 1

    def __getitem__(self, place: Any) -> Any:
        self._make(place + 1)
        return self._made[place]

    def __len__(self) -> int:
        self._make(None)
        return len(self._made)

    def __bool__(self) -> bool:
        return self._make(1)

    def _make(self, count: int | None) -> bool:
        """Make so many, or all; whether there are."""
        made = self._made
        while count is None or len(made) < count:
            try:
                made.append(next(self._source))
            except StopIteration:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Span:
    """Days that count; None is without limit on that side."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        begun = self.first is None or self.first <= day
        return begun and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """What may be varied, each with its usual value first."""

    days: Sequence[date]
    hours: Sequence[time]
    members: Sequence[MemberAt]
    baskets: Sequence[Lines]
    spends: Sequence[int]
    places: Sequence[Place] = (NOWHERE,)
    tenders: Sequence[frozenset[TenderKind]] = (frozenset(),)

    def within(self, span: Span) -> Situations:
        """The same on days of a span only."""
        return replace(self, days=Made(day for day in self.days if span.holds(day)))

    def possible(self, conditions: Iterable[Condition]) -> bool:
        """Whether all of some conditions hold in one of them, as far as they are looked through."""
        wanted, choices = tuple(conditions), self._choices
        if not all(choices):
            return False
        return _nearer(wanted, choices) is not None or _any(wanted, choices)

    def moment(self, conditions: Iterable[Condition]) -> tuple[date, time, Place] | None:
        """A day, a time and a place at which all of some conditions hold, where one is found at
        once.
        """
        found = _nearer(tuple(conditions), self._choices) if all(self._choices) else None
        return None if found is None else (found[0], found[1], found[5])

    @property
    def _choices(self) -> tuple[Sequence[Any], ...]:
        return (
            self.days,
            self.hours,
            self.members,
            self.spends,
            self.baskets,
            self.places,
            self.tenders,
        )


def situations(programme: Programme, when: Mapping[str, Any], around: date) -> Situations:
    """The situations that a table of conditions draws the lines between."""
    # Most of it is never asked for, so that it is made bit by bit.
    found = Made(leaves(when))
    return Situations(
        days=Made(_days(found, around)),
        hours=Made(_hours(found)),
        members=_members(
            tuple((one.id, len(one.levels)) for one in programme.tier_schemes),
            _joined(when, found),
        ),
        baskets=Made(_baskets(when, found)),
        spends=Made(_spends(programme.currency, found)),
        places=Made(_places(found)),
        tenders=Made(_tenders(found)),
    )


def _failing(wanted: tuple[Condition, ...], chosen: tuple[Any, ...]) -> int:
    day, hour, member, spend, lines, place, tenders = chosen
    facts = Facts(
        day=day,
        business_day=day,
        hour=hour,
        lines=lines,
        member=member(day),
        place=place,
        tenders=tenders,
    )
    return sum(bool(one.failures(facts, spend)) for one in wanted)


def _nearer(
    wanted: tuple[Condition, ...], choices: tuple[Sequence[Any], ...]
) -> tuple[Any, ...] | None:
    """One thing at a time towards fewer failures; None when that does not lead to none."""
    best = tuple(options[0] for options in choices)
    left = _failing(wanted, best)
    for _ in range(ROUNDS):
        for place, options in enumerate(choices):
            for option in options:
                if not left:
                    return best
                if option is best[place]:
                    continue
                tried = (*best[:place], option, *best[place + 1 :])
                failing = _failing(wanted, tried)
                if failing < left:
                    best, left = tried, failing
    return None if left else best


def _any(wanted: tuple[Condition, ...], choices: tuple[Sequence[Any], ...]) -> bool:
    """Any combination; where there are too many, what was not looked at counts as possible."""
    if reduce(mul, (len(options) for options in choices)) > COMBINATIONS_MAX:
        return True
    return any(not _failing(wanted, chosen) for chosen in product(*choices))


def _days(found: Found, around: date) -> Iterator[date]:
    """A day that is named, if it is still to come, is what most rules ask for."""
    named = [value for _, value in found if type(value) is date]
    first = next((day for day in named if day >= around), around)
    yield first
    days = {around + n * _ONE_DAY for n in range(DAYS) if _is_day(around, n)}
    for day in named:
        # A week on each side meets every day of the week.
        days |= {day + n * _ONE_DAY for n in range(-7, 8) if _is_day(day, n)}
    days |= {date(2028, 2, 29)} if around <= date(2028, 2, 29) else set()
    yield from sorted(days - {first}, key=lambda day: (day < around, day))


def _is_day(day: date, step: int) -> bool:
    return date.min.toordinal() <= day.toordinal() + step <= date.max.toordinal()


def _hours(found: Found) -> Iterator[time]:
    yield from (time(12), time(0), time(23, 59))
    for _, value in found:
        named = _hour(value)
        if named is not None:
            at = datetime.combine(date(2026, 1, 2), named)
            yield from (named, (at - _MINUTE).time(), (at + _MINUTE).time())


def _hour(value: object) -> time | None:
    if isinstance(value, str) and ":" in value:
        try:
            return time.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, time) else None


@dataclass(frozen=True, slots=True)
class _Joined:
    """So long ago somebody joined: to the day so many years ago, or so many days."""

    years: int = 0
    days: int = 0

    def on(self, day: date) -> date:
        """The day of joining, seen from a day; the calendar's first where it has none so early."""
        year = day.year - self.years
        there = birthday_in(max(1, year), day.month, day.day, BirthdayRule.FEB28)
        return there - timedelta(days=min(self.days, there.toordinal() - 1))


def _joined(when: Mapping[str, Any], found: Found) -> tuple[_Joined, ...]:
    """Long ago, and where somebody asks: today, a year ago, and around the days that are named."""
    asked = {key for _, table in tables(when) for key in table} & {"joined", "anniversary"}
    if not asked:
        return (_Joined(years=LONG_YEARS),)
    named = {
        days
        for key, value in found
        if key in _JOINED_KEYS and type(value) is int
        for days in (value - 1, value)
    }
    return (
        _Joined(years=LONG_YEARS),
        _Joined(years=1),
        *(_Joined(days=days) for days in sorted({0, *named})),
    )


@lru_cache(maxsize=8)
def _members(
    schemes: tuple[tuple[str, int], ...], joinings: tuple[_Joined, ...]
) -> tuple[MemberAt, ...]:
    """Somebody of the highest levels on their birthday, nobody, and members of every level, each
    as long a member as rules ask for.
    """

    def made(purchases: int, rank: int, joined: _Joined, *, birthday: bool) -> MemberAt:
        held = {scheme: min(rank, levels) for scheme, levels in schemes}

        def at(day: date) -> MemberFacts:
            return MemberFacts(
                birthday=Birthday(day.month, day.day) if birthday else None,
                purchases=purchases,
                ranks=held,
                day=day,
                joined_on=joined.on(day),
            )

        return at

    top = max((levels for _, levels in schemes), default=0)
    each = [
        made(purchases, rank, joined, birthday=birthday)
        for rank in range(top + 1)
        for purchases in (0, 9)
        for birthday in (False, True)
        for joined in joinings
    ]
    return (made(9, top, joinings[0], birthday=True), lambda day: None, *each)


def _spends(currency: Currency, found: Found) -> Iterator[int]:
    yield SPEND_MAX
    yield 0
    for _, value in found:
        # What begins with a letter is a word, which most values are.
        if isinstance(value, str) and not value[:1].isalpha():
            try:
                amount = parse_amount(value, currency)
            except BadAmount:
                continue
            yield from (spend for spend in (amount - 1, amount, amount + 1) if spend >= 0)


def _places(found: Found) -> Iterator[Place]:
    """Every store with every till that is named, and a place that nobody named."""
    if all(name not in ("store", "till", "channel") for name, _ in found):
        yield NOWHERE
        return
    stores, tills = (
        list(dict.fromkeys(str(value) for name, value in found if name == key))
        for key in ("store", "till")
    )
    for store, till in product([*stores, ""], [*tills, ""]):
        yield from (Place(store, till, channel) for channel in Channel)


def _tenders(found: Found) -> Iterator[frozenset[TenderKind]]:
    """Every kind that may pay, where somebody asks."""
    if any(name == "tender" for name, _ in found):
        yield from (frozenset((kind,)) for kind in TenderKind)
    else:
        yield frozenset()


def _baskets(when: Mapping[str, Any], found: Found) -> Iterator[Lines]:
    """Everything that is named, each alone, and something that nobody named."""
    plain = _product("nothing-named", None, ())
    goods = goods_named(when)
    counts = {1, QUANTITY_MAX}
    for key, value in found:
        if type(value) is int and key not in _JOINED_KEYS:
            counts |= {n for n in (value - 1, value, value + 1) if 1 <= n <= QUANTITY_MAX}
    for count in sorted(counts, reverse=True):
        yield _lines((plain, *goods), count)
        for one in (plain, *goods):
            yield _lines((one,), count)


def goods_named(table: object) -> list[Product]:
    """One product for each stock number, category and tag that a table names, and for each two."""
    named: dict[str, list[str]] = {key: [] for key in _GOODS_KEYS}
    for key, value in leaves(table):
        if key in named and isinstance(value, str) and value not in named[key]:
            named[key].append(value)
    skus, categories, tags = ([*named[key], ""] for key in _GOODS_KEYS)
    made = [
        _product(sku, category or None, worn)
        for sku, category in product(skus, categories)
        for worn in (*((tag,) if tag else () for tag in tags), tuple(named["tag"]))
    ]
    return list({one.id: one for one in made if one.sku or one.category_id or one.tags}.values())[
        :GOODS_MAX
    ]


def goods_unnamed() -> Product:
    """A product of which no table knows number, category or tag."""
    return _product("\N{REPLACEMENT CHARACTER}", None, ())


@lru_cache(maxsize=4096)
def _product(sku: str, category: str | None, tags: tuple[str, ...]) -> Product:
    return Product(
        id=derive_id("draft-goods", sku, category or "", *tags),
        sku=sku,
        name=sku or category or "/".join(tags),
        price_minor=100,
        tax_class="",
        category_id=category_id(category) if category else None,
        tags=tags,
    )


# Nearly every rule is first asked about the same few baskets.
@lru_cache(maxsize=4096)
def _lines(goods: tuple[Product, ...], count: int) -> Lines:
    return tuple(
        BasketLine(
            number=number,
            product=one,
            quantity_milli=count * ONE_MILLI,
            unit_price_minor=100,
            gross_minor=100 * count,
        )
        for number, one in enumerate(goods, start=1)
    )
