"""Reading a programme file: `load(bytes)` gives the programme, or everything that is wrong with it.

The file is TOML in UTF-8. A syntax error, an unknown key, a wrong value or a kind that this release
does not know refuses the file whole, with every finding at once: no file is ever half applied. The
key `language` says which version of the language the file is written in; a newer one than ours is
refused without looking further, because its words may mean something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from posloyalty.domain.programme import conditions, earning, effects, kinds
from posloyalty.domain.programme.declaration import DECLARATIONS, AlsoNamed, Declared
from posloyalty.domain.programme.definition import (
    DiscountOn,
    EarnBase,
    First,
    MinimumOn,
    OffersWin,
    Policies,
    Programme,
)
from posloyalty.domain.programme.earn_rule import read_earn_rule, read_multiplier
from posloyalty.domain.programme.finding import Finding, Path
from posloyalty.domain.programme.offer import DiscountRounding, read_offer
from posloyalty.domain.programme.scope import read_scope
from posloyalty.domain.programme.section import Reading, Section
from posloyalty.domain.programme.tier_scheme import read_tier_scheme
from posloyalty.domain.programme.toml_file import TomlFile, located, read_toml
from posloyalty.domain.programme.wallet import Wallet, read_wallet
from posloyalty.domain.values.money import CURRENCIES, Currency
from posloyalty.domain.values.rounding import Rounding

__all__ = ["LANGUAGE", "Loaded", "amounts_in", "load", "load_file"]

LANGUAGE = 2
# Imported so that what they register is known.
_LANGUAGE_WORDS = (conditions, earning, effects, kinds)

Item = TypeVar("Item", bound=Declared)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A good file: its programme, its text and table, and what names what.

    `references` are (path, kind, id): at the path the file names a thing of that kind.
    """

    programme: Programme
    file: TomlFile
    references: tuple[tuple[Path, str, str], ...]


def load(data: bytes) -> Programme | list[Finding]:
    """The programme in a file, or every finding, in the order of the file."""
    read = load_file(data)
    return read.programme if isinstance(read, Loaded) else read


def load_file(data: bytes) -> Loaded | list[Finding]:
    """The same with what stands around it, for whoever looks at a draft."""
    file = read_toml(data)
    if isinstance(file, list):
        return file
    newer = _newer_language(file.table)
    if newer:
        return newer
    reading = Reading(_currency(file.table))
    programme = read_table(Section(file.table, (), reading), reading, sha256(data).digest())
    if programme is not None and not reading.findings:
        return Loaded(programme, file, tuple(reading.references))
    return located(reading.findings, file.text)


def amounts_in(data: bytes) -> tuple[Path, ...]:
    """Where a file that loads has amounts of money, as paths of keys and places.

    Raises ValueError for a file with findings.
    """
    file = read_toml(data)
    if isinstance(file, list):
        raise ValueError("no programme file")
    reading = Reading(_currency(file.table))
    read_table(Section(file.table, (), reading), reading, b"")
    if reading.findings:
        raise ValueError("a programme file with findings")
    return tuple(dict.fromkeys(reading.amounts))


def _newer_language(table: Mapping[str, object]) -> list[Finding]:
    language = table.get("language")
    if type(language) is int and language > LANGUAGE:
        facts = (("given", str(language)), ("known", str(LANGUAGE)))
        return [Finding("NEWER_LANGUAGE", "language", 0, facts)]
    return []


def read_table(file: Section, reading: Reading, digest: bytes) -> Programme | None:
    """The programme that a whole file's table says; what is wrong is in the reading."""
    file.whole("language", least=1, most=LANGUAGE)
    programme_id = file.text("id")
    version = file.whole("version", least=1)
    code = file.text("currency")
    if code and code not in CURRENCIES:
        file.found("currency", "NO_CURRENCY")
    zone = _zone(file)
    scope = read_scope(file)
    policies = _policies(file)
    wallets = {wallet.id: wallet for wallet in _each(file, "wallet", read_wallet, some=True)}
    reading.scales = {wallet.id: wallet.scale for wallet in wallets.values()}
    schemes = _each(file, "tier_scheme", _with(read_tier_scheme, wallets))
    reading.levels |= {s.id: {level.id: level.names for level in s.levels} for s in schemes}
    read = Programme(
        id=programme_id,
        version=version,
        hash=digest,
        names=file.names("name", programme_id),
        currency=reading.currency,
        zone=zone,
        scope=scope,
        policies=policies,
        wallets=tuple(wallets.values()),
        earn_rules=_each(file, "earn", _with(read_earn_rule, wallets)),
        multipliers=_each(file, "multiplier", _with(read_multiplier, wallets)),
        tier_schemes=schemes,
        offers=_each(file, "offer", read_offer),
        declared={key: _declared(file, key) for key in DECLARATIONS if key in file},
        looks_at_tenders=reading.looks_at_tenders,  # last: by now everything is read
        waives_fees=reading.waives_fees,
    )
    file.close((*DECLARATIONS, "effective", "terms", "stores"))
    _check_references(file, reading, read)
    return read


def _declared(file: Section, key: str) -> tuple[Declared, ...]:
    kind = DECLARATIONS[key]
    if not kind.single:
        return _each(file, key, kind.read)
    table = file.section(key)
    item = None if table is None else kind.read(table)
    return () if item is None else (item,)


def _check_references(file: Section, reading: Reading, read: Programme) -> None:
    """Whatever a rule names must be declared in the same file, before or after it."""
    known: dict[str, set[str]] = {
        "wallet": set(reading.scales),
        "tier_scheme": set(reading.levels),
        "level": {f"{scheme}/{level}" for scheme, ids in reading.levels.items() for level in ids},
        "offer": {offer.id for offer in read.offers},
        "earn": {rule.id for rule in read.earn_rules},
    }
    known |= {key: {item.id for item in items} for key, items in read.declared.items()}
    for item in (item for items in read.declared.values() for item in items):
        for kind in item.answers_to if isinstance(item, AlsoNamed) else ():
            known.setdefault(kind, set()).add(item.id)
    for path, kind, named in reading.references:
        ids = known.get(kind, set())
        if named not in ids:
            facts = {"given": named, "known": ", ".join(sorted(ids))}
            reading.found(path, "NOT_DECLARED", key=str(path[-1]), **facts)


def _with(
    reader: Callable[[Section, dict[str, Wallet]], Item | None], wallets: dict[str, Wallet]
) -> Callable[[Section], Item | None]:
    return lambda section: reader(section, wallets)


def _each(
    file: Section, key: str, reader: Callable[[Section], Item | None], *, some: bool = False
) -> tuple[Item, ...]:
    """Read a list of tables in the file's order; an id that comes twice is a finding."""
    read: dict[str, Item] = {}
    for section in file.sections(key, some=some):
        item = reader(section)
        if item is None:
            continue
        if item.id in read:
            section.found("id", "ID_TWICE", given=item.id)
        read[item.id] = item
    return tuple(read.values())


def _currency(table: Mapping[str, object]) -> Currency:
    code = table.get("currency")
    known = CURRENCIES.get(code) if isinstance(code, str) else None
    # The stand-in only lets the amounts be read; the file is refused for its currency.
    return known or CURRENCIES["CNY"]


def _zone(file: Section) -> tzinfo:
    name = file.text("timezone")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        if name:
            file.found("timezone", "NO_TIMEZONE", given=name)
        return ZoneInfo("UTC")


def _policies(file: Section) -> Policies:
    if "policies" not in file:
        return Policies()
    table = file.section("policies")
    if table is None:
        return Policies()
    read = Policies(
        earn_base=table.choice("earn_base", EarnBase, EarnBase.SHOWN),
        points_part_earns=table.flag("points_part_earns", default=False),
        order_discount_lowers_earn=table.flag("order_discount_lowers_earn", default=True),
        offers_win=table.choice("offers_win", OffersWin, OffersWin.BEST_DEAL),
        offers_most=table.whole("offers_most", 0, most=100),
        minimum_on=table.choice("minimum_on", MinimumOn, MinimumOn.NET_OF_LINE),
        order_first=table.choice("first", First, First.LINE) is First.ORDER,
        reward_lowers_earn=table.flag("reward_lowers_earn", default=True),
        earned_pays=table.flag("earned_pays", default=False),
        discount_on=table.choice("discount_on", DiscountOn, DiscountOn.SHOWN),
    )
    rounding = table.choice("discount_rounding", DiscountRounding, DiscountRounding.HALF_UP)
    file.reading.rounding = Rounding(rounding.value)
    table.close()
    return read
