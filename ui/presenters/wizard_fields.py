"""The entries of the wizard's steps, worded; which ones there are depends on the answers so far."""

from __future__ import annotations

from typing import Final

from posloyalty.domain.values.currencies import CURRENCIES
from posloyalty.wording import LANGUAGES, Words
from ui.presenters.form import Choice, Draft, Field, FieldKind
from ui.presenters.markets import any_country, countries, proposals
from ui.presenters.pin_entry import PIN_LEAST, PIN_MOST
from ui.presenters.settings.printer import printer_fields
from ui.presenters.sign_in import LANGUAGE_NAMES

DEMO: Final = "demo"
EMPTY: Final = "empty"


def step_fields(
    step: str, draft: Draft, words: Words, ready: tuple[str, ...] = ()
) -> tuple[Field, ...]:
    """The entries of one step; `ready` names the programmes that a shop may begin with."""
    makers = {
        "language": _language,
        "country": _country,
        "shop": _shop,
        "manager": _manager,
        "printer": _printer,
        "data": _data,
        "recovery": _recovery,
    }
    maker = makers.get(step)
    fields = () if maker is None else maker(draft, words)
    if step == "data" and draft["data"] == EMPTY and ready:
        fields += (_programme(ready, words),)
    return fields


def _language(draft: Draft, words: Words) -> tuple[Field, ...]:
    choices = tuple(Choice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES)
    return (
        Field(
            name="language",
            label=words("wizard.language_title"),
            kind=FieldKind.CHOICE,
            choices=choices,
        ),
    )


def _country(draft: Draft, words: Words) -> tuple[Field, ...]:
    choices = tuple(Choice(m.code, words(f"wizard.country_{m.code}")) for m in countries())
    chosen = proposals(draft["country"])
    zones = tuple(Choice(zone, zone.replace("_", " ")) for zone in chosen.timezones)
    free = any_country(chosen)
    fields = [
        Field(
            name="country", label=words("wizard.country"), kind=FieldKind.CHOICE, choices=choices
        ),
        Field(
            name="currency",
            label=words("wizard.currency"),
            kind=FieldKind.CHOICE if not free else FieldKind.TEXT,
            choices=(Choice(chosen.currency, _currency_label(chosen.currency)),),
            half=True,
        ),
        Field(
            name="timezone",
            label=words("wizard.timezone"),
            kind=FieldKind.TEXT if free else FieldKind.CHOICE,
            choices=zones,
            half=True,
        ),
    ]
    if chosen.fiscal_rule:
        label = words("wizard.evaluation_agree")
        # Beside the country that asks for it, where the lower windows show it too.
        fields.insert(1, Field(name="evaluation", label=label, kind=FieldKind.TICK))
    return tuple(fields)


def _shop(draft: Draft, words: Words) -> tuple[Field, ...]:
    def asked(name: str, kind: FieldKind, *, half: bool = False, hint: str = "") -> Field:
        return Field(
            name=name,
            label=words(f"wizard.{name}"),
            kind=kind,
            half=half,
            hint=words(f"wizard.{hint}") if hint else "",
        )

    return (
        asked("shop_name", FieldKind.NAME, half=True),
        asked("store_name", FieldKind.NAME, half=True),
        asked("store_code", FieldKind.TEXT, half=True, hint="code_hint"),
        asked("till_code", FieldKind.TEXT, half=True),
        asked("address", FieldKind.NAME),
        asked("tax_number", FieldKind.TEXT, half=True),
        asked("phone", FieldKind.PHONE, half=True),
    )


def _manager(draft: Draft, words: Words) -> tuple[Field, ...]:
    label = words("wizard.manager_pin", least=PIN_LEAST, most=PIN_MOST)
    again = words("wizard.manager_pin_again")
    return (
        Field(name="manager_name", label=words("wizard.manager_name"), kind=FieldKind.PERSON),
        Field(name="pin", label=label, kind=FieldKind.PIN, half=True, length_max=PIN_MOST),
        Field(name="pin_again", label=again, kind=FieldKind.PIN, half=True, length_max=PIN_MOST),
    )


def _printer(draft: Draft, words: Words) -> tuple[Field, ...]:
    return printer_fields(words, draft["printer_kind"], "printer_")


def _programme(ready: tuple[str, ...], words: Words) -> Field:
    """The ready programmes, and none; only for a shop of one's own."""
    choices = tuple(
        Choice(key, words(f"ready.{key}"), words(f"ready.{key}_about")) for key in ready
    )
    none = Choice("", words("wizard.no_programme"), words("wizard.no_programme_text"))
    return Field(
        name="programme",
        label=words("wizard.programme"),
        kind=FieldKind.CHOICE,
        choices=(none, *choices),
    )


def _data(draft: Draft, words: Words) -> tuple[Field, ...]:
    choices = tuple(
        Choice(value, words(f"wizard.data_{value}"), words(f"wizard.data_{value}_text"))
        for value in (DEMO, EMPTY)
    )
    label = words("wizard.data_title")
    return (Field(name="data", label=label, kind=FieldKind.CHOICE, choices=choices),)


def _recovery(draft: Draft, words: Words) -> tuple[Field, ...]:
    label = words("wizard.recovery_check")
    return (Field(name="recovery_check", label=label, length_max=20),)


def _currency_label(code: str) -> str:
    return f"{code} · {CURRENCIES[code].symbol}"
