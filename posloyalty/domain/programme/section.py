"""Reading one TOML table: typed values out, findings collected, unknown keys refused.

Shape: a `Section` wraps a table with its path. A reader takes every key that it knows; `close`
then reports the rest. A bad value gives a finding and a harmless stand-in, so that one reading
finds everything that is wrong at once; nobody sees the stand-in, because a file with findings is
refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Final, Self, TypeVar

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.names import Names
from posloyalty.domain.values.money import BadAmount, Currency, format_amount, parse_amount
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.domain.values.rounding import Rounding

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
Other = TypeVar("Other")
_MISSING = object()
TEXT_LENGTH_MAX = 200
WHOLE_MAX = 10**12
SHOP_COST: Final = "shop_cost"
"""What something that the programme gives costs the shop, as files say it."""
NONE: Final = "-"
"""What a sentence says where there is nothing to list."""


@dataclass(slots=True)
class Reading:
    """What one reading of a file shares: findings so far, and what the file itself declares.

    `scales` are the decimals of each wallet, `levels` the names of each tier scheme's levels;
    `references` are (path, kind, id) of what is named and must be declared somewhere; `amounts` is
    where amounts of money stand; `rounding` is that of discounts, where it is read;
    `looks_at_tenders` is set by whoever reads a condition on how a sale is paid, `waives_fees` by
    whoever reads something that may take off fees.
    """

    currency: Currency
    findings: list[tuple[Path, str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    scales: dict[str, int] = field(default_factory=dict)
    levels: dict[str, dict[str, Names]] = field(default_factory=dict)
    references: list[tuple[Path, str, str]] = field(default_factory=list)
    rounding: Rounding = Rounding.HALF_UP
    looks_at_tenders: bool = False
    waives_fees: bool = False
    amounts: list[Path] = field(default_factory=list)

    def found(self, path: Path, code: str, **facts: object) -> None:
        """Note something to put right."""
        told = tuple((key, str(fact) or NONE) for key, fact in facts.items())
        self.findings.append((path, code, told))


class Section:
    """One table of the file."""

    def __init__(self, table: Mapping[str, object], path: Path, reading: Reading) -> None:
        self.path = path
        self.reading = reading
        self._table = table
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._table

    @property
    def untaken(self) -> tuple[str, ...]:
        """The keys that nobody has read yet, in the file's order."""
        return tuple(key for key in self._table if key not in self._taken)

    def present(self, keys: Iterable[str]) -> list[str]:
        """Those of some keys that are there, in the file's order."""
        known = set(keys)
        return [key for key in self._table if key in known]

    def shared(self, name: str, reader: Callable[[Section], object]) -> Section:
        """The table to read, where a reader reads tables of many places: this one.

        The schema describes what such a reader reads once, under the name.
        """
        return self

    def close(self, known: Iterable[str] = ()) -> None:
        """Report every key that was not read; `known` lists further keys for the message."""
        names = ", ".join(sorted({*self._taken, *known}))
        for key in self.untaken:
            self.reading.found((*self.path, key), "UNKNOWN_KEY", key=key, known=names)

    def found(self, key: str, code: str, **facts: object) -> None:
        """Note something to put right at a key."""
        self.reading.found((*self.path, key), code, key=key, **facts)

    def sound(self, key: str) -> bool:
        """Whether nothing is wrong so far at a key or below it: what is wrong already has a
        stand-in, of which nothing more should be said.
        """
        place = (*self.path, key)
        return all(path[: len(place)] != place for path, _, _ in self.reading.findings)

    def refer(self, key: str, kind: str, default: str | None = None) -> str:
        """The id of something of a kind that this file declares, checked when all of it is read.

        An empty default stays empty: nothing is meant then.
        """
        named = self.text(key, default) if default or default is None or key in self else ""
        if named:
            self.reading.references.append(((*self.path, key), kind, named))
        self._taken.add(key)
        return named

    def wallet(self, key: str = "wallet") -> str:
        """The id of a wallet; the only one of a file needs no name."""
        scales = self.reading.scales
        return self.refer(key, "wallet", next(iter(scales)) if len(scales) == 1 else None)

    def points(self, key: str, wallet: str, default: int | None = None) -> int:
        """Points as people write them, such as 100 or "2.5", in the wallet's minor units."""
        scale = self.reading.scales.get(wallet, 0)
        rate = self.ratio(key, None if default is None else Ratio(default, 10**scale))
        minor: Ratio = rate * Ratio(10**scale)
        if minor.denominator != 1:
            self.found(key, "TOO_FINE", scale=scale)
            return 1
        return minor.numerator

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._take(key, default)
        if isinstance(value, str) and 0 < len(value.strip()) <= TEXT_LENGTH_MAX:
            return value.strip()
        return self._wrong(key, value, "TEXT", default or "")

    def names(self, key: str, fallback: str) -> Names:
        """A name: one text, or one per language; the fallback when the key is not there."""
        value = self._take(key, fallback)
        if key not in self:
            return Names(fallback)
        return _names(value) or self._wrong(key, value, "NAME", Names(fallback))

    def names_list(self, key: str) -> tuple[Names, ...]:
        """A list of names, empty when the key is not there."""
        value = self._take(key, [])
        if not isinstance(value, list):
            return self._wrong(key, value, "WORDS", ())
        return tuple(_names(one) or self._wrong(key, one, "NAME", Names("")) for one in value)

    def flag(self, key: str, default: bool) -> bool:
        """Whether something is so: true or false, without quotes."""
        value = self._take(key, default)
        return value if isinstance(value, bool) else self._wrong(key, value, "FLAG", default)

    def whole(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = WHOLE_MAX
    ) -> int:
        """A whole number within bounds."""
        value = self._take(key, default)
        if type(value) is int and least <= value <= most:
            return value
        stand_in = least if default is None else default
        return self._wrong(key, value, "WHOLE", stand_in, least=least, most=most)

    def ratio(self, key: str, default: Ratio | None = None, *, most: Ratio | None = None) -> Ratio:
        """A rate of at least zero: a whole number, or in quotes "1.2", "12.5%" or "3/2"."""
        value = self._take(key, default)
        if isinstance(value, Ratio):
            return value
        if type(value) is int:
            value = str(value)
        rate: Ratio | None = None
        if isinstance(value, str):
            try:
                rate = Ratio.parse(value)
            except BadRatio:
                rate = None
        if rate is None or rate < 0 or (most is not None and rate > most):
            stand_in = default if default is not None else Ratio(1)
            if most is None:
                return self._wrong(key, value, "RATIO", stand_in)
            return self._wrong(key, value, "RATIO_TO", stand_in, most=_plain(most))
        return rate

    def money(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """An amount in the programme's currency, in quotes such as "12.50"; in minor units."""
        value = self._take(key, default)
        if value is default and default is not None:
            return default
        currency = self.reading.currency
        if isinstance(value, str):
            try:
                amount = parse_amount(value, currency)
            except BadAmount:
                return self._wrong(key, value, "MONEY", least, currency=currency.code)
            if amount >= least:
                self.reading.amounts.append((*self.path, key))
                return amount
            self.found(key, "TOO_LITTLE", given=value, least=format_amount(least, currency))
            return least
        return self._wrong(key, value, "MONEY", least, currency=currency.code)

    def day(self, key: str) -> date | None:
        """A date without quotes, such as 2026-11-11; None when the key is not there."""
        if key not in self:
            return None
        value = self._take(key, None)
        if type(value) is date:
            return value
        return self._wrong(key, value, "DAY", None)

    def hour(self, key: str, default: time) -> time:
        """A time of day in quotes or without: "07:30" or 07:30:00."""
        value = self._take(key, default)
        if type(value) is time:
            return value
        if isinstance(value, str):
            try:
                return time.fromisoformat(value)
            except ValueError:
                pass
        return self._wrong(key, value, "HOUR", default)

    def choice(self, key: str, options: Iterable[Choice], default: Choice | None = None) -> Choice:
        """One word of a fixed list: an enumeration, or those of its words that fit here."""
        value = self._take(key, default)
        options = tuple(options)
        for option in options:
            if isinstance(value, str) and value == option.value:
                return option
        stand_in = default if default is not None else options[0]
        known = ", ".join(option.value for option in options)
        return self._wrong(key, value, "CHOICE", stand_in, known=known)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts with at least one in it; a single text is a list of one."""
        value = self._take(key, None)
        if _is_text(value):
            value = [value]
        if isinstance(value, list) and value and all(_is_text(word) for word in value):
            return tuple(word.strip() for word in value)
        return self._wrong(key, value, "WORDS", ("",))

    def choices(self, key: str, options: type[Choice]) -> tuple[Choice, ...]:
        """Words of a fixed list, at least one; a single word is a list of one."""
        known = {option.value: option for option in options}
        words = self.words(key)
        for word in words:
            if word and word not in known:
                self.found(key, "NOT_CHOICE", given=word, known=", ".join(known))
        return tuple(known[word] for word in words if word in known) or tuple(options)[:1]

    def section(self, key: str) -> Self | None:
        """A table below this one; None, with a finding, when the value is something else."""
        value = self._take(key, None)
        if isinstance(value, dict):
            return type(self)(value, (*self.path, key), self.reading)
        return self._wrong(key, value, "TABLE", None)

    def sections(self, key: str, *, some: bool = False) -> list[Self]:
        """A list of tables, empty when the key is not there; `some` asks for one at least."""
        value = self._take(key, [])
        if value == [] and some:
            self.found(key, "LIST_EMPTY")
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            place = (*self.path, key)
            made = type(self)
            return [made(table, (*place, n), self.reading) for n, table in enumerate(value)]
        return self._wrong(key, value, "TABLES", [])

    def tables(self, key: str) -> list[Self]:
        """One table, or a list of them with at least one."""
        if isinstance(self._table.get(key), dict):
            table = self.section(key)
            return [] if table is None else [table]
        if key not in self:
            self._taken.add(key)
            self.found(key, "MISSING_KEY")
            return []
        return self.sections(key, some=True)

    def one_of(self, kinds: Mapping[str, Callable[[Section, str], Value]]) -> Value | None:
        """Read the one key of this table that names a registered kind, with that kind's reader."""
        present = [key for key in kinds if key in self]
        if len(present) == 1:
            return kinds[present[0]](self, present[0])
        code = "KIND_MISSING" if not present else "KIND_TWICE"
        for key in present:
            self._taken.add(key)
        self.reading.found(self.path, code, known=", ".join(sorted(kinds)))
        return None

    def of_kind(
        self, kinds: Mapping[str, Callable[[Self], Value]], otherwise: Other
    ) -> Value | Other:
        """What the reader of the table's `kind` makes of the table; `otherwise` where there is none
        such, whose other keys are not judged: what they mean is not known.
        """
        kind = self.text("kind")
        reader = kinds.get(kind)
        if reader is None:
            if kind:
                self.found("kind", "KIND_UNKNOWN", given=kind, known=", ".join(sorted(kinds)))
            return otherwise
        read = reader(self)
        self.close()
        return read

    def _take(self, key: str, default: object) -> object:
        self._taken.add(key)
        value = self._table.get(key, _MISSING)
        if value is not _MISSING:
            return value
        return _MISSING if default is None else default

    def _wrong(
        self, key: str, value: object, wanted: str, stand_in: Value, **facts: object
    ) -> Value:
        if value is _MISSING:
            self.found(key, "MISSING_KEY")
        elif isinstance(value, float):
            self.found(key, "FLOAT", given=value)
        else:
            self.found(key, f"NOT_{wanted}", given=str(value)[:60], **facts)
        return stand_in


def _names(value: object) -> Names | None:
    if isinstance(value, str) and value.strip():
        return Names(value.strip())
    if isinstance(value, dict) and value and all(_is_text(v) for v in value.values()):
        return Names(str(value.get("en") or next(iter(value.values()))), tuple(value.items()))
    return None


def _plain(rate: Ratio) -> str:
    return str(rate.numerator) if rate.denominator == 1 else str(rate)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= TEXT_LENGTH_MAX
