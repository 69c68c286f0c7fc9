"""Reading one table of a scenario file: a `Section` that also knows instants, signs and wallets.

Amounts and points are written as people write them: money in quotes with the currency's decimals,
points whole or in quotes with the wallet's, both with a minus where something is owed. What is
wrong becomes a finding, as in programme files, so that one reading finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Self

from posloyalty.domain.programme.finding import Finding, Path
from posloyalty.domain.programme.section import Reading, Section
from posloyalty.domain.programme.syntax import line_of
from posloyalty.domain.values.fixed_point import MINUS, BadNumber, format_fixed, parse_fixed
from posloyalty.domain.values.money import BadAmount, Currency, format_amount, parse_amount
from posloyalty.domain.values.quantity import BadQuantity, format_quantity, parse_quantity
from posloyalty.domain.values.ratio import Ratio
from posloyalty.scenario.seen import NOTHING

NOON = time(12)
PARAGRAPH_MOST = 2_000
_DECIMALS = re.compile(r"-?\d+\.\d+")


def nothing_beside(name: str) -> bytes:
    """The files beside a scenario that came without a folder: there are none."""
    raise FileNotFoundError(name)


@dataclass(slots=True)
class ScenarioReading(Reading):
    """What one reading of a scenario shares, beside what a `Reading` does.

    `zone`, `home_store`, `first_till` and `taxes` are what is meant where nothing is named. `names`
    are those that the file gives its things, by kind, to check references against; `step_members`
    whom the steps read so far are about, by their ids. `patch` is what a variant changes in the
    programme, `unpatched` what each programme that was read has no place for of it, `pieces` how
    many programme texts there were so far. `elsewhere` are findings in programmes, which bring
    their own lines.
    """

    text: str = ""
    lines: dict[Path, int] = field(default_factory=dict)
    read_beside: Callable[[str], bytes] = nothing_beside
    zone: tzinfo = UTC
    home_store: str = ""
    first_till: str = ""
    taxes: tuple[str, ...] = ()
    programme_id: str = ""
    names: dict[str, set[str]] = field(default_factory=dict)
    step_members: dict[str, str] = field(default_factory=dict)
    patch: Mapping[str, object] = field(default_factory=dict)
    patch_path: Path = ()
    unpatched: list[set[Path]] = field(default_factory=list)
    pieces: int = 0
    elsewhere: list[Finding] = field(default_factory=list)

    @property
    def in_the_dark(self) -> bool:
        """Whether a programme could not be read: what its wallets are called is not known then, and
        nothing that names one is to blame.
        """
        return bool(self.elsewhere)

    def declare(self, kind: str, name: str) -> bool:
        """Note that the file names a thing; False when it did so before."""
        known = self.names.setdefault(kind, set())
        if name in known:
            return False
        known.add(name)
        return True

    def line_of(self, path: Path) -> int:
        """The line of a key, 0 where it is not known."""
        return line_of(path, self.lines)

    def source_line(self, number: int) -> str:
        """A line of the file, counted from 1."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Block(Section):
    """One table of a scenario file."""

    reading: ScenarioReading

    def value(self, key: str) -> object:
        """The value as TOML has it; None when the key is not there."""
        return self._take(key, None) if key in self else None

    def is_table(self, key: str) -> bool:
        """Whether the value is a table, for keys that take a figure or several by name."""
        return isinstance(self._table.get(key), dict)

    def paragraph(self, key: str) -> str:
        """A text of some sentences; empty when the key is not there."""
        value = self.value(key)
        if value is None:
            return ""
        if isinstance(value, str) and 0 < len(value.strip()) <= PARAGRAPH_MOST:
            return value.strip()
        return self._wrong(key, value, "TEXT", "")

    def step_before(self, key: str) -> tuple[str, str]:
        """The id of an earlier step, and the member that it was about, "" for nobody."""
        step_id = self.refer(key, "step")
        return step_id, self.reading.step_members.get(step_id, "")

    def amount(self, key: str) -> int:
        """An amount in quotes, of any sign, in minor units."""
        value, currency = self._take(key, None), self.reading.currency
        if isinstance(value, str):
            try:
                return parse_amount(value, currency)
            except BadAmount:
                pass
        return self._wrong(key, value, "MONEY", 0, currency=currency.code)

    def count(self, key: str, wallet: str) -> int:
        """Points of a wallet, of any sign, in its minor units: 80, or "4.92"."""
        value, scale = self._take(key, None), self.reading.scales.get(wallet, 0)
        if type(value) is int:
            minor: int = value * 10**scale
            return minor
        if isinstance(value, str):
            try:
                return parse_fixed(value, decimals=scale)
            except BadNumber:
                pass
        return self._wrong(key, value, "POINTS", 0, scale=scale)

    def by_wallet(self, key: str) -> dict[str, int]:
        """Points by wallet: `80` where there is one wallet, else `{ points = 80, stars = "4.92" }`.

        In minor units of each wallet.
        """
        if self.is_table(key):
            table = self.section(key)
            return {} if table is None else {w: table.count_of(w) for w in table.untaken}
        wallet = self.only_wallet(key)
        return {wallet: self.count(key, wallet)}

    def count_of(self, wallet: str) -> int:
        """The points under a key that is a wallet's id, which must be the programme's."""
        self.reading.references.append(((*self.path, wallet), "wallet", wallet))
        return self.count(wallet, wallet)

    def only_wallet(self, key: str) -> str:
        """The wallet that is meant where none is named; a finding at `key` when there are more."""
        scales = self.reading.scales
        if len(scales) == 1:
            return next(iter(scales))
        if not self.reading.in_the_dark:
            self.found(key, "WHICH_WALLET", known=", ".join(scales) or NOTHING)
        return ""

    def wallet(self, key: str = "wallet") -> str:
        """The id of a wallet; the only one needs no name."""
        if self.reading.in_the_dark:
            return str(self.value(key) or "")
        return Section.wallet(self, key)

    def written(self, key: str) -> str:
        """A value of any kind as it is written, to be compared with what was seen."""
        value = self.value(key)
        if isinstance(value, float):
            self.found(key, "FLOAT", given=value)
        return written_value(value)

    def quantity(self, key: str, default: int | None = None) -> int:
        """Pieces or kilograms, 2 or "0.437", in thousandths."""
        value = self._take(key, default)
        if value is default and default is not None:
            return default
        if type(value) is int:
            value = str(value)
        if isinstance(value, str):
            try:
                return parse_quantity(value)
            except BadQuantity:
                pass
        return self._wrong(key, value, "QUANTITY", 1000)

    def instant(self, key: str, zone: tzinfo | None = None) -> datetime | None:
        """An instant; None when the key is not there.

        2026-11-10T16:30:00Z says its offset, 2026-11-11T00:30:00 is in the store's zone, a day
        alone is its noon there.
        """
        if key not in self:
            return None
        value, zone = self._take(key, None), zone or self.reading.zone
        if isinstance(value, datetime):
            return value if value.tzinfo is not None else value.replace(tzinfo=zone)
        if isinstance(value, date):
            return datetime.combine(value, NOON, tzinfo=zone)
        return self._wrong(key, value, "INSTANT", None)

    def tables(self, key: str) -> list[Self]:
        """A list of tables, or a single one."""
        if self.is_table(key):
            table = self.section(key)
            return [] if table is None else [table]
        return self.sections(key)

    def each(self, key: str) -> Iterator[tuple[str, Self]]:
        """The tables under the keys of a table: (key, table) in the file's order."""
        table = self.section(key)
        if table is not None:
            for name in table.untaken:
                inner = table.section(name)
                if inner is not None:
                    yield name, inner

    def money_text(self, minor: int) -> str:
        """An amount as files write it."""
        return money_text(minor, self.reading.currency)

    def points_text(self, wallet: str, points: int) -> str:
        """Points as files write them."""
        return points_text(points, self.reading.scales.get(wallet, 0))


def written_value(value: object) -> str:
    """A value of TOML, or a fact of the engine, as people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Ratio) and value.denominator == 1:
        return str(value.numerator)
    return str(value)


def alike(wanted: str, got: str) -> bool:
    """Whether two values as they are written say the same: 5 is what 5.00 is."""
    return _bare(wanted) == _bare(got)


def _bare(text: str) -> str:
    return text.rstrip("0").removesuffix(".") if _DECIMALS.fullmatch(text) else text


def money_text(minor: int, currency: Currency) -> str:
    """An amount as scenario files write it: "12.50", "-0.90"."""
    return format_amount(minor, currency, grouping=False).replace(MINUS, "-")


def points_text(points: int, scale: int) -> str:
    """Points as scenario files write them: "80", "4.92"."""
    return format_fixed(points, decimals=scale, grouping=False).replace(MINUS, "-")


def quantity_text(quantity_milli: int) -> str:
    """A quantity as scenario files write it: "2", "0.437"."""
    return format_quantity(quantity_milli).replace(MINUS, "-")
