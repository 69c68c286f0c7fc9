"""The section "prices": price lists, whose they are and when they hold, and the prices they name.

A list's prices are set one at a time, by stock number or by scanning the goods, and at once; many
come from a file. A rate is typed in percent of what everybody pays: 90 is a tenth less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import Buyers, PriceList
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    currency,
    format_amount,
    parse_amount,
)
from posloyalty.domain.values.ratio import Ratio
from ui.presenters.desks import BackOffice, ImportOutcome
from ui.presenters.form import Choice, Field, FieldKind, finding, tick
from ui.presenters.ports import ToastKind
from ui.presenters.session import Session
from ui.presenters.settings.import_told import import_report
from ui.presenters.settings.long_work import LongWork
from ui.presenters.settings.section import Act, Entry, Notice, NoticeKind, Section, SectionState
from ui.presenters.settings.taxes import percent_text

if TYPE_CHECKING:
    from posloyalty.services.shop.price_lists import BuyersKnown, NamedPrices

NEW: Final = "new"
FILES: Final = "*.csv *.xlsx *.toml"
PRICES_SHOWN: Final = 100
RATE_DECIMALS: Final = 3
_WHOLE: Final = 100 * 10**RATE_DECIMALS
PLACES: Final = {"first_day": "first_day", "buyers_of": "who", "buyers": "who"}


@dataclass(frozen=True, slots=True)
class _Read:
    lists: tuple[PriceList, ...]
    known: tuple[BuyersKnown, ...]
    named: NamedPrices | None


class PricesSection(Section):
    """A list of price lists and the form of the chosen one."""

    def __init__(self, session: Session, *, office: BackOffice) -> None:
        super().__init__(session)
        self.places = dict(PLACES)
        self._office = office
        self._work = LongWork(self)
        self._read = _Read((), (), None)
        self._chosen = ""

    def opened(self, **arguments: object) -> None:
        """Read the lists anew."""
        self._refresh()
        self.tell()

    def choose(self, key: str) -> None:
        """Open a list's form."""
        self._chosen = key
        self._work.report = ()
        self._load()
        self.want("code" if self._list() is None else "name")
        self._refresh()
        self.tell()

    def leave(self) -> None:
        """Back to the lists; what was not saved is dropped."""
        self._chosen = ""
        self.draft.load({})
        self.tell()

    def new(self) -> None:
        """A form for a new list."""
        self.choose(NEW)

    def discard(self) -> None:
        """Back to what is stored."""
        self._load()
        self.tell()

    def take_scan(self, text: str) -> bool:
        """While a list is open, scanning goods names them for a price."""
        if self._list() is None:
            return False
        from posloyalty.domain.shop.scan_code import ScanScreen
        from posloyalty.services.selling.scanned import ScannedProduct

        till = self.session.till

        def recognised(found: object) -> None:
            if isinstance(found, ScannedProduct):
                self.change("price_sku", found.product.sku)
                self.want("price")
            else:
                self.say(self.session.words("settings.prices_no_product"), ToastKind.REFUSED)
            self.tell()

        self.look_up(lambda: till.scan.recognise(text, screen=ScanScreen.SALE), recognised)
        return True

    def act(self, name: str, path: str = "") -> None:
        """Set one price, take a file over, or stop doing so."""
        if name == "cancel":
            self._work.stop()
        elif name == "set_price":
            self._set_price()
        elif name == "import":
            file = PurePath(path).name
            doing = self.session.words("settings.data_importing", file=file)
            words, office = self.session.words, self._office

            def report(outcome: ImportOutcome) -> tuple[Notice, ...]:
                self._refresh()
                return import_report(words, file, outcome)

            self._work.start(doing, lambda p: office.import_prices(path, p), report)

    def save(self) -> None:
        """Check, then save."""
        from posloyalty.services.shop.price_lists import PriceListForm

        draft, known = self.draft, self._list()
        draft.require("code", "name")
        rate = self._rate()
        first, last = self._day("first_day"), self._day("last_day")
        if draft.findings:
            self.refused()
            return
        kind, _, of = draft["who"].partition(":")
        form = PriceListForm(
            id=None if known is None else known.id,
            code=draft.text("code"),
            name=draft.text("name"),
            stores=tuple(draft["stores"].replace(",", " ").replace("，", " ").split()),
            first_day=first,
            last_day=last,
            buyers=Buyers(kind or Buyers.EVERYBODY.value),
            buyers_of=of,
            rate=rate,
            active=draft.ticked("active"),
        )
        till = self.session.till

        def done(made: PriceList) -> None:
            self.saved(made.name)
            self._chosen = made.id.hex()
            self.draft.load({})
            self._refresh()

        self.write(lambda operator: till.price_lists.save(form, operator), done)

    def _set_price(self) -> None:
        """Name the price of the goods that stand in the form; an empty one takes them out."""
        known, draft = self._list(), self.draft
        draft.require("price_sku")
        price = self._amount("price")
        if known is None or draft.findings:
            self.refused()
            return
        sku, list_id, till = draft.text("price_sku"), known.id, self.session.till
        set_price = till.price_lists.set_price

        def write(operator: Operator) -> PriceList:
            return set_price(list_id, sku, price, operator)

        def done(_: object) -> None:
            said = "settings.prices_set" if price is not None else "settings.prices_taken_out"
            self.say(self.session.words(said, sku=sku), ToastKind.GOOD)
            for name in ("price_sku", "price"):
                self.draft.change(name, "")
            self.want("price_sku")
            self._refresh()

        self.write(write, done)

    def _amount(self, name: str) -> int | None:
        text = self.draft.text(name)
        if not text:
            return None
        try:
            return parse_amount(text, self._money)
        except BadAmount:
            example = format_amount(1230, self._money, grouping=False)
            self.draft.find(name, finding("finding_amount", example=example))
            return None

    @property
    def _money(self) -> Currency:
        shop = self.session.shop
        return currency("CNY" if shop is None else shop.currency)

    def _rate(self) -> Ratio | None:
        text = self.draft.text("rate").rstrip(" %")
        if not text:
            return None
        try:
            return Ratio(parse_fixed(text, decimals=RATE_DECIMALS), _WHOLE)
        except BadNumber:
            self.draft.find("rate", finding("finding_percent"))
            return None

    def _day(self, name: str) -> date | None:
        text = self.draft.text(name).replace("/", "-").replace(".", "-")
        if not text:
            return None
        try:
            year, month, day = (int(part) for part in text.split("-"))
            return date(year, month, day)
        except ValueError:
            self.draft.find(name, finding("finding_day"))
            return None

    def _refresh(self) -> None:
        till = self.session.till
        chosen = bytes.fromhex(self._chosen) if self._chosen not in ("", NEW) else None

        def read() -> _Read:
            lists = till.price_lists
            named = None if chosen is None else lists.named(chosen, PRICES_SHOWN)
            return _Read(lists.all(), lists.buyers(), named)

        self.look_up(read, self._came)

    def _came(self, read: _Read) -> None:
        self._read = read
        if self._list() is not None and not self.draft.changed:
            self._load()
        self.tell()

    def _list(self) -> PriceList | None:
        return next((one for one in self._read.lists if one.id.hex() == self._chosen), None)

    def _load(self) -> None:
        one = self._list()
        if one is None:
            self.draft.load({"who": Buyers.EVERYBODY.value, "active": tick(True)})
            return
        self.draft.load(
            {
                "code": one.code,
                "name": one.name,
                "who": one.buyers.value + (f":{one.buyers_of}" if one.buyers_of else ""),
                "stores": " ".join(one.stores),
                "first_day": _day_text(one.first_day),
                "last_day": _day_text(one.last_day),
                "rate": "" if one.rate is None else percent_text(one.rate),
                "active": tick(one.active),
            }
        )

    def tell(self) -> None:
        """Word the lists and the form."""
        words, one, work = self.session.words, self._list(), self._work
        fields = price_fields(words, self._buyers(), known=one is not None)
        form = self.draft.form(fields if self._chosen else (), words, busy=self.busy)
        kept = {name for name in self.draft.values if not name.startswith("price")}
        changed = any(self.draft[name] != self.draft.stored.get(name, "") for name in kept)
        new = words("settings.prices_new") if self._chosen == NEW else ""
        self._show(
            SectionState(
                title=words("settings.section_prices"),
                entries=tuple(self._entry(each) for each in self._read.lists),
                empty=words("settings.prices_empty"),
                new_label=words("settings.prices_new"),
                form_title=one.name if one is not None else new,
                form=form,
                acts=self._acts(known=one is not None),
                notices=(*work.report, *self._named(one)),
                save_label=words("settings.save"),
                can_save=bool(self._chosen) and changed and not self.busy,
                busy=self.busy or work.progress is not None,
                progress=work.progress,
                progress_text=work.doing,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _acts(self, *, known: bool) -> tuple[Act, ...]:
        words, idle = self.session.words, self._work.progress is None and not self.busy
        take = Act(
            name="import",
            label=words("settings.prices_import"),
            icon="import",
            enabled=idle,
            picks=FILES,
            about=words("settings.prices_import_text"),
        )
        set_one = Act(
            name="set_price",
            label=words("settings.prices_set_one"),
            icon="tag",
            enabled=idle,
            about=words("settings.prices_set_text"),
        )
        return (set_one, take) if known else (take,)

    def _named(self, one: PriceList | None) -> tuple[Notice, ...]:
        """What the open list names, the first hundred by name."""
        named = self._read.named
        if one is None or named is None:
            return ()
        words, money = self.session.words, self._money
        shown = [Notice(words.counted("settings.prices_named", named.total), NoticeKind.PLAIN)]
        for product, minor in named.rows:
            shelf = product.price_minor
            text = words(
                "settings.prices_row",
                sku=product.sku,
                name=product.name,
                price=format_amount(minor, money),
                shelf=words("settings.prices_open")
                if shelf is None
                else format_amount(shelf, money),
            )
            shown.append(Notice(text))
        return tuple(shown)

    def _entry(self, one: PriceList) -> Entry:
        words = self.session.words
        names = {choice.value: choice.label for choice in self._buyers()}
        who = one.buyers.value + (f":{one.buyers_of}" if one.buyers_of else "")
        days = words(
            "settings.prices_days",
            first=_day_text(one.first_day) or "…",
            last=_day_text(one.last_day) or "…",
        )
        bounded = one.first_day is not None or one.last_day is not None
        parts = [names.get(who, one.buyers_of), days if bounded else "", " ".join(one.stores)]
        if not one.active:
            parts.insert(0, words("settings.prices_put_away"))
        return Entry(
            key=one.id.hex(),
            title=one.name,
            note=" · ".join(part for part in parts if part),
            figure=one.code,
            chosen=one.id.hex() == self._chosen,
            dim=not one.active,
        )

    def _buyers(self) -> tuple[Choice, ...]:
        """Whose a list can be; one that names what the programme lacks keeps its own word."""
        words, language = self.session.words, self.session.words.language
        plain = [
            Choice(kind.value, words(f"settings.prices_for_{kind.value}"))
            for kind in (Buyers.EVERYBODY, Buyers.MEMBERS)
        ]
        named = [
            Choice(
                f"{one.buyers.value}:{one.of}",
                words(
                    f"settings.prices_for_{one.buyers.value}",
                    name=one.names.in_language(language),
                ),
            )
            for one in self._read.known
        ]
        values = {choice.value for choice in named}
        for one in self._read.lists:
            value = f"{one.buyers.value}:{one.buyers_of}"
            if one.buyers_of and value not in values:
                values.add(value)
                label = words(f"settings.prices_for_{one.buyers.value}", name=one.buyers_of)
                named.append(Choice(value, label))
        return (*plain, *named)


def price_fields(
    words: Callable[..., str], who: tuple[Choice, ...], *, known: bool
) -> tuple[Field, ...]:
    """The entries of a list, and for one that is stored those of a price in it."""

    def asked(name: str, kind: FieldKind = FieldKind.TEXT, **more: object) -> Field:
        hint = f"settings.prices_{name}_hint"
        told = words(hint) if name in _HINTED else ""
        label = words(f"settings.prices_{name}")
        return Field(name=name, label=label, kind=kind, hint=told, **more)  # type: ignore[arg-type]

    fields = (
        asked("code", half=True, length_max=12),
        asked("name", FieldKind.NAME, half=True),
        asked("who", FieldKind.CHOICE, choices=who),
        asked("first_day", FieldKind.CODES, half=True),
        asked("last_day", FieldKind.CODES, half=True),
        asked("rate", FieldKind.AMOUNT, half=True),
        asked("stores", half=True),
        asked("active", FieldKind.TICK),
    )
    of_one = (
        asked("price_sku", half=True),
        asked("price", FieldKind.AMOUNT, half=True),
    )
    return (*fields, *of_one) if known else fields


_HINTED: Final = frozenset({"first_day", "last_day", "rate", "stores", "price_sku"})


def _day_text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
