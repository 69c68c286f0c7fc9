"""The entries of a product's form, in the order in which a manager fills them in."""

from __future__ import annotations

from typing import Final

from posloyalty.domain.shop.product import Category, TaxClass, Unit
from posloyalty.wording import Words
from ui.presenters.form import Choice, Field, FieldKind

FLAGS: Final = ("earns", "discountable", "gift_card", "deposit", "fee", "active")
UNIT_CODES: Final = {Unit.EACH: "settings.unit_each", Unit.KILOGRAM: "settings.unit_kg"}


def product_fields(
    words: Words, categories: tuple[Category, ...], taxes: tuple[TaxClass, ...]
) -> tuple[Field, ...]:
    """The form's entries, worded."""
    units = tuple(Choice(unit.value, words(code)) for unit, code in UNIT_CODES.items())
    none = Choice("", words("settings.product_no_category"))
    shelves = (none, *(Choice(c.id.hex(), c.name) for c in categories))
    classes = tuple(Choice(tax.code, tax.name) for tax in taxes)

    def asked(name: str, kind: FieldKind, *, half: bool = False, hint: str = "") -> Field:
        return Field(
            name=name,
            label=words(f"settings.product_{name}"),
            kind=kind,
            half=half,
            hint=words(f"settings.{hint}") if hint else "",
        )

    def choice(name: str, label: str, of: tuple[Choice, ...], *, half: bool = False) -> Field:
        return Field(
            name=name,
            label=words(f"settings.product_{label}"),
            kind=FieldKind.CHOICE,
            choices=of,
            half=half,
        )

    return (
        asked("name", FieldKind.NAME),
        asked("price", FieldKind.AMOUNT, half=True, hint="product_price_hint"),
        choice("unit", "unit", units, half=True),
        asked("codes", FieldKind.CODES, hint="product_codes_hint"),
        choice("category", "category", shelves),
        choice("tax_class", "tax", classes),
        asked("sku", FieldKind.TEXT, half=True),
        asked("tags", FieldKind.TEXT, half=True, hint="product_tags_hint"),
        *(asked(flag, FieldKind.TICK, half=True) for flag in FLAGS),
    )
