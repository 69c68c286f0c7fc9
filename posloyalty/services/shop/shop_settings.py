"""The shop as a manager sets it up: who it is, its money, its printer, and how the till looks.

Shape: `ShopDetails`, one frozen value, stored as one text per field. `save` checks everything and
refuses with all findings at once. Store code, till code and currency are fixed once the book is
made: receipt numbers and every amount in the book stand on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import time, tzinfo
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from posloyalty.domain.shop.authority import Authority, Limit
from posloyalty.domain.shop.elsewhere import Elsewhere, ElsewherePolicy
from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.domain.shop.place import Channel
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.money import CURRENCIES, currency
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.office.till_name import CODE_MOST, is_code, till_name
from posloyalty.services.papers.invoice_link import is_invoice_link
from posloyalty.services.people.note_change import changed_fields, note_change, require
from posloyalty.services.ports import Book, BookFacts, Ids, SettingReads, UnitOfWork
from posloyalty.services.refusal import Finding, finding, refuse_findings

LANGUAGES: Final = ("zh_CN", "zh_TW", "en")
LOOKS: Final = ("light", "dark", "contrast")
TERMINALS: Final = ("none", "simulator")
SCALES: Final = (100, 150, 200)
WIDTHS_MM: Final = (58, 80)
LOGO_BYTES_MOST: Final = 512 * 1024
PICTURE_STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PREFIX: Final = "shop."
_LOGO: Final = "shop.logo_png"
_HEARD_NAME: Final = "office.store_name"
_LIMITS: Final = {
    "name": 60,
    "store_name": 60,
    "address": 200,
    "tax_number": 40,
    "phone": 40,
    "receipt_footer": 200,
}
Bound = tuple[Role, Limit, int | None]
_CUTOFF: Final = re.compile("(0[0-9]|1[01]):[0-5][0-9]")


class PrinterKind(StrEnum):
    """How the receipt printer is reached; RECORDING keeps what it was sent, for trying out."""

    NONE = "none"
    NETWORK = "network"
    USB = "usb"
    SERIAL = "serial"
    FILE = "file"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterSetup:
    """The printer: `address` is host:port, a device or a folder; `options` are named values."""

    kind: PrinterKind = PrinterKind.NONE
    address: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDetails:
    """Everything a manager sets up. `country` is ISO 3166, `currency` ISO 4217.

    `cutoff` is the hour, HH:MM and before noon, up to which a sale belongs to the day before;
    `channel` how this till's customers buy.
    `asks_float`: whoever signs in with no shift open is asked for the float; Esc sells without one.
    `elsewhere` says whether goods that another till of the shop sold come back here, and
    `elsewhere_most_minor` up to what for one receipt; None is no bound.
    `bounds` are those of the roles' limits that are not the usual ones: role, limit, the most.
    """

    name: str
    store_code: str
    store_name: str
    till_code: str
    address: str = ""
    tax_number: str = ""
    phone: str = ""
    logo_png: bytes | None = field(default=None, repr=False)
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    cutoff: str = "00:00"
    country: str = "CN"
    language: str = "zh_CN"
    cash_step_minor: int = 1
    cash_rounding: Rounding = Rounding.HALF_UP
    receipt_footer: str = ""
    invoice_link: str = ""
    receipt_width_mm: int = 80
    printer: PrinterSetup = PrinterSetup()
    terminal: str = "none"
    look: str = "light"
    scale_percent: int = 100
    volume: int = 60
    asks_float: bool = False
    channel: Channel = Channel.REGISTER
    elsewhere: ElsewherePolicy = ElsewherePolicy.REFUSED
    elsewhere_most_minor: int | None = None
    bounds: tuple[Bound, ...] = ()

    @property
    def authority(self) -> Authority:
        """How far each role's rights go."""
        authority = Authority.usual(currency(self.currency).exponent)
        for role, limit, most in self.bounds:
            authority = authority.with_bound(role, limit, most)
        return authority

    @property
    def returns_elsewhere(self) -> Elsewhere:
        """What becomes of goods that another till of the shop sold."""
        return Elsewhere(policy=self.elsewhere, most_minor=self.elsewhere_most_minor)

    @property
    def day_ends(self) -> time:
        """The hour at which the business day ends."""
        return time.fromisoformat(self.cutoff)

    @property
    def cash(self) -> CashRounding:
        """The smallest coin of the market."""
        return CashRounding(step_minor=self.cash_step_minor, rounding=self.cash_rounding)


class ShopSettings:
    """Reads and saves the shop's details."""

    def __init__(
        self, book: Book, ids: Ids, *, zone_changed: Callable[[tzinfo], None] = lambda _zone: None
    ) -> None:
        self._book = book
        self._ids = ids
        self._zone_changed = zone_changed
        # Asked at every quote, so it is read once; only this service changes it.
        self._known: ShopDetails | None = None
        self._heard = 0  # how many names came: what was read before one is not kept behind it

    def details(self) -> ShopDetails:
        """The shop as it is set up now."""
        known, heard = self._known, self._heard
        if known is None:
            with self._book.read() as reader:
                known = read_details(reader.settings, reader.facts)
            self._keep(known, heard)
        return known

    def forget(self) -> None:
        """Something else changed what the shop is called; it is read anew."""
        self._heard += 1
        self._known = None

    def hear_name(self, name: str) -> None:
        """Take over the name that head office gave to the store; from the thread that hears. Once:
        what a manager writes here afterwards stays until head office gives another one.
        """
        with self._book.read() as reader:
            if reader.settings.get(_HEARD_NAME) == name:
                return
        with self._book.write() as unit:
            unit.settings.put({_HEARD_NAME: name, _PREFIX + "store_name": _written(name)})
            unit.commit()
        self.forget()

    def save(self, details: ShopDetails, operator: Operator) -> ShopDetails:
        """Keep new details. Refuses NOT_ALLOWED, or INVALID with every finding.

        How the till looks and sounds is everybody's: only the rest needs a manager.
        """
        with self._book.write() as unit:
            heard, before = self._heard, read_details(unit.settings, unit.facts)
            names = tuple(one.name for one in fields(ShopDetails))
            changed = changed_fields(before, details, names)
            if not set(changed) <= _EVERYBODYS:
                require(operator, Right.CHANGE_SETTINGS)
            refuse_findings(_findings(details, before))
            if changed:
                write_details(unit, details)
                note_change(
                    unit, self._ids, operator, kind="shop", what=details.till_code, fields=changed
                )
            unit.commit()
        self._known = None
        self._keep(details, heard)
        if "timezone" in changed:
            self._zone_changed(ZoneInfo(details.timezone))
        return details

    def _keep(self, details: ShopDetails, heard: int) -> None:
        """They are as they were when so many names had come; no later one is lost by that."""
        self._known = details
        if self._heard != heard:
            self._known = None


_EVERYBODYS: Final = frozenset({"look", "scale_percent", "language", "volume"})


def read_details(settings: SettingReads, facts: BookFacts) -> ShopDetails:
    """The details as stored; what is not stored yet has its default."""
    stored = {
        name.removeprefix(_PREFIX): value
        for name, value in settings.all().items()
        if name.startswith(_PREFIX)
    }
    known: dict[str, Any] = {}
    for one in fields(ShopDetails):
        if one.name in stored:
            known[one.name] = _read(one.name, stored[one.name])
    named = till_name(settings, facts)
    fixed = {"store_code": named.store, "till_code": named.code}
    base = ShopDetails(name="", store_code=named.store, store_name="", till_code=named.code)
    return replace(base, **known | fixed | {"logo_png": settings.blob(_LOGO)})


def write_details(unit: UnitOfWork, details: ShopDetails) -> None:
    """Store the details within a unit."""
    values = {}
    for one in fields(ShopDetails):
        if one.name not in ("logo_png", "store_code", "till_code"):
            values[_PREFIX + one.name] = _written(getattr(details, one.name))
    unit.settings.put(values)
    unit.settings.put_blob(_LOGO, details.logo_png)


def shop_findings(details: ShopDetails) -> list[Finding]:
    """Everything that is wrong with a shop's details, for the wizard and the settings."""
    findings = [
        finding(name, "REQUIRED")
        for name in ("name", "store_name")
        if not getattr(details, name).strip()
    ]
    for name, most in _LIMITS.items():
        if len(getattr(details, name)) > most:
            findings.append(finding(name, "TOO_LONG", limit=most))
    for name in ("store_code", "till_code"):
        if not is_code(getattr(details, name)):
            findings.append(finding(name, "CODE_FORM", limit=CODE_MOST))
    if details.currency not in CURRENCIES:
        findings.append(finding("currency", "UNKNOWN_CURRENCY", code=details.currency[:8]))
    if not _known_zone(details.timezone):
        findings.append(finding("timezone", "UNKNOWN_ZONE", name=details.timezone[:40]))
    if _CUTOFF.fullmatch(details.cutoff) is None:
        findings.append(finding("cutoff", "CUTOFF_FORM"))
    if details.language not in LANGUAGES:
        findings.append(finding("language", "UNKNOWN_LANGUAGE"))
    return [*findings, *_machine_findings(details)]


def _machine_findings(details: ShopDetails) -> list[Finding]:
    findings = []
    if details.cash_step_minor < 1:
        findings.append(finding("cash_step_minor", "NOT_POSITIVE"))
    if details.invoice_link and not is_invoice_link(details.invoice_link):
        findings.append(finding("invoice_link", "INVOICE_LINK"))
    if details.receipt_width_mm not in WIDTHS_MM:
        findings.append(finding("receipt_width_mm", "RECEIPT_WIDTH"))
    if details.terminal not in TERMINALS:
        findings.append(finding("terminal", "UNKNOWN_TERMINAL"))
    if details.look not in LOOKS:
        findings.append(finding("look", "UNKNOWN_LOOK"))
    if details.scale_percent not in SCALES:
        findings.append(finding("scale_percent", "UNKNOWN_SCALE"))
    if not 0 <= details.volume <= 100:
        findings.append(finding("volume", "PERCENT_RANGE"))
    if any(most is not None and most < 0 for _role, _limit, most in details.bounds):
        findings.append(finding("bounds", "NOT_POSITIVE"))
    if details.elsewhere_most_minor is not None and details.elsewhere_most_minor < 0:
        findings.append(finding("elsewhere_most_minor", "NOT_POSITIVE"))
    kind = details.printer.kind
    needs = (PrinterKind.NETWORK, PrinterKind.SERIAL, PrinterKind.FILE)
    if kind in needs and not details.printer.address.strip():
        findings.append(finding("printer", "PRINTER_ADDRESS"))
    logo = details.logo_png
    if logo is not None:
        if not logo.startswith(PICTURE_STARTS):
            findings.append(finding("logo_png", "NOT_A_PICTURE"))
        elif len(logo) > LOGO_BYTES_MOST:
            findings.append(finding("logo_png", "PICTURE_TOO_LARGE", limit=LOGO_BYTES_MOST // 1024))
    return findings


def _findings(details: ShopDetails, before: ShopDetails) -> list[Finding]:
    findings = shop_findings(details)
    for name in ("store_code", "till_code", "currency"):
        if getattr(details, name) != getattr(before, name):
            findings.append(finding(name, "FIXED"))
    return findings


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _written(value: object) -> str:
    if isinstance(value, PrinterSetup):
        return json.dumps(
            {"kind": value.kind, "address": value.address, "options": value.options},
            ensure_ascii=False,
        )
    if isinstance(value, tuple):
        return json.dumps(value)
    return str(value)


def _read(name: str, text: str) -> Any:
    if name == "printer":
        stored = json.loads(text)
        return PrinterSetup(
            kind=PrinterKind(stored["kind"]),
            address=stored["address"],
            options=tuple((key, value) for key, value in stored["options"]),
        )
    if name == "bounds":
        return tuple((Role(role), Limit(limit), most) for role, limit, most in json.loads(text))
    if name == "elsewhere_most_minor":
        return None if text == str(None) else int(text)
    if name == "asks_float":
        return text == str(True)
    return _READS.get(name, str)(text)


_READS: Final[dict[str, Callable[[str], Any]]] = {
    "channel": Channel,
    "elsewhere": ElsewherePolicy,
    "cash_rounding": Rounding,
    "cash_step_minor": int,
    "receipt_width_mm": int,
    "scale_percent": int,
    "volume": int,
}
