"""The section "taxes": named rates, in the price or on top of it.

A rate is typed in percent and kept exact: 7.5 is Ratio(75, 1000), never a float.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.fixed_point import BadNumber, format_fixed, parse_fixed
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    currency,
    format_amount,
    parse_amount,
)
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from ui.presenters.form import Choice, Field, FieldKind, finding
from ui.presenters.settings.section import Entry, Section, SectionState

NEW: Final = "new"
RATE_DECIMALS: Final = 3
_WHOLE: Final = 100 * 10**RATE_DECIMALS


class TaxesSection(Section):
    """A list of tax classes and the form of the chosen one."""

    _classes: tuple[TaxClass, ...] = ()
    _chosen: str = ""

    def opened(self, **arguments: object) -> None:
        """Read the classes anew."""
        self.look_up(self.session.till.catalogue.tax_classes, self._came)
        self.tell()

    def choose(self, key: str) -> None:
        """Open a class's form."""
        self._chosen = key
        tax = self._class()
        self.draft.load(
            {
                "code": "" if tax is None else tax.code,
                "name": "" if tax is None else tax.name,
                "rate": "" if tax is None else percent_text(tax.rate),
                "mode": TaxMode.INCLUSIVE.value if tax is None else tax.mode.value,
                "fixed": self._fixed_text(tax),
            }
        )
        self.want("code" if tax is None else "name")
        self.tell()

    def leave(self) -> None:
        """Back to the list; what was not saved is dropped."""
        self._chosen = ""
        self.draft.load({})
        self.tell()

    def new(self) -> None:
        """A form for a new class."""
        self.choose(NEW)

    def discard(self) -> None:
        """Back to what is stored."""
        self.choose(self._chosen)

    def save(self) -> None:
        """Check, then save."""
        draft, tax = self.draft, self._class()
        draft.require("code", "name")
        if not draft.text("fixed"):
            draft.require("rate")
        draft.bound(code=12, name=40)
        if tax is None and any(c.code == draft.text("code") for c in self._classes):
            draft.find("code", finding("finding_taken"))
        rate, fixed = self._rate(), self._fixed()
        if draft.findings or rate is None:
            self.refused()
            return
        changed = TaxClass(
            code=draft.text("code"),
            name=draft.text("name"),
            rate=rate,
            mode=TaxMode(draft["mode"]),
            fixed_minor=fixed,
        )
        till = self.session.till

        def done(_: object) -> None:
            self.saved(changed.name)
            self._chosen = changed.code
            self.draft.load({})
            self.look_up(till.catalogue.tax_classes, self._came)

        self.write(lambda operator: till.catalogue.save_tax_class(changed, operator), done)

    @property
    def _money(self) -> Currency:
        shop = self.session.shop
        return currency("CNY" if shop is None else shop.currency)

    def _fixed_text(self, tax: TaxClass | None) -> str:
        if tax is None or not tax.fixed_minor:
            return ""
        return format_amount(tax.fixed_minor, self._money, grouping=False)

    def _fixed(self) -> int:
        """The tax of a piece or kilogram; 0 where none was typed."""
        text = self.draft.text("fixed")
        if not text:
            return 0
        try:
            minor = parse_amount(text, self._money)
        except BadAmount:
            example = format_amount(50, self._money, grouping=False)
            self.draft.find("fixed", finding("finding_amount", example=example))
            return 0
        if minor < 0:
            self.draft.find("fixed", finding("finding_amount_negative"))
        return minor

    def _rate(self) -> Ratio | None:
        if self.draft.text("fixed") and not self.draft.text("rate"):
            return Ratio(0)
        try:
            percent_milli = parse_fixed(self.draft["rate"].rstrip(" %"), decimals=RATE_DECIMALS)
        except BadNumber:
            self.draft.find("rate", finding("finding_percent"))
            return None
        if not 0 <= percent_milli <= _WHOLE:
            self.draft.find("rate", finding("finding_percent_range"))
            return None
        return Ratio(percent_milli, _WHOLE)

    def _came(self, classes: tuple[TaxClass, ...]) -> None:
        self._classes = classes
        if self._chosen and self._chosen != NEW and not self.draft.changed:
            self.choose(self._chosen)
        self.tell()

    def _class(self) -> TaxClass | None:
        for tax in self._classes:
            if tax.code == self._chosen:
                return tax
        return None

    def tell(self) -> None:
        """Word the list and the form."""
        words, tax = self.session.words, self._class()
        form = self.draft.form(self._fields() if self._chosen else (), words, busy=self.busy)
        titles = {NEW: words("settings.tax_new")}
        self._show(
            SectionState(
                title=words("settings.section_taxes"),
                entries=tuple(self._entry(c) for c in self._classes),
                empty=words("settings.choose_entry"),
                new_label=words("settings.tax_new"),
                form_title=tax.name if tax is not None else titles.get(self._chosen, ""),
                form=form,
                save_label=words("settings.save"),
                can_save=bool(self._chosen) and form.changed and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _entry(self, tax: TaxClass) -> Entry:
        words = self.session.words
        mode = words(f"settings.tax_{tax.mode.value}")
        return Entry(
            key=tax.code,
            title=tax.name,
            note=words("settings.tax_row", rate=percent_text(tax.rate), mode=mode)
            + (f" · {self._fixed_text(tax)}" if tax.fixed_minor else ""),
            figure=tax.code,
            chosen=tax.code == self._chosen,
        )

    def _fields(self) -> tuple[Field, ...]:
        words = self.session.words
        modes = tuple(Choice(mode.value, words(f"settings.tax_{mode.value}")) for mode in TaxMode)
        known = self._class() is not None
        return (
            Field(
                name="code",
                label=words("settings.tax_code"),
                half=True,
                enabled=not known,
                length_max=12,
            ),
            Field(
                name="rate",
                label=words("settings.tax_rate"),
                kind=FieldKind.AMOUNT,
                half=True,
            ),
            Field(name="name", label=words("settings.tax_name"), kind=FieldKind.NAME, half=True),
            Field(
                name="fixed",
                label=words("settings.tax_fixed"),
                kind=FieldKind.AMOUNT,
                hint=words("settings.tax_fixed_hint"),
                half=True,
            ),
            Field(
                name="mode", label=words("settings.tax_mode"), kind=FieldKind.CHOICE, choices=modes
            ),
        )


def percent_text(rate: Ratio) -> str:
    """A rate in percent without needless zeros: "13", "7.5"."""
    milli = (rate * Ratio(_WHOLE)).apply(1, Rounding.HALF_UP)
    text = format_fixed(milli, decimals=RATE_DECIMALS, grouping=False)
    return text.rstrip("0").rstrip(".")
