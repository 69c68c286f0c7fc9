"""The wizard's answers as the first run wants them, with a programme in the shop's currency."""

from __future__ import annotations

from dataclasses import replace

from posloyalty.domain.shop.market import Country
from posloyalty.domain.shop.product import TaxClass
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.programmes.ready_programmes import fitted
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from ui.presenters.desks import WizardAnswers
from ui.programme_desk import shipped_file


def first_answers(answers: WizardAnswers) -> FirstRunAnswers:
    """Shop, manager, and the country's usual tax classes, called as the shop's language does."""
    country = answers.country
    shop = ShopDetails(
        name=answers.shop_name,
        store_code=answers.store_code,
        store_name=answers.store_name,
        till_code=answers.till_code,
        address=answers.address,
        tax_number=answers.tax_number,
        phone=answers.phone,
        currency=answers.currency,
        timezone=answers.timezone,
        country=country.code,
        language=answers.language,
        cash_step_minor=country.cash.step_minor,
        cash_rounding=country.cash.rounding,
        receipt_width_mm=answers.receipt_width_mm,
        printer=PrinterSetup(
            kind=PrinterKind(answers.printer_kind), address=answers.printer_address
        ),
    )
    programme = None
    if answers.programme:
        programme = fitted(
            shipped_file(answers.programme),
            currency_code=answers.currency,
            timezone=answers.timezone,
        )
    return FirstRunAnswers(
        shop=shop,
        manager_name=answers.manager_name,
        manager_pin=answers.pin,
        tax_classes=tuple(_named(tax, country, answers.language) for tax in country.taxes),
        programme=programme,
    )


def _named(tax: TaxClass, country: Country, language: str) -> TaxClass:
    """A class by the tax's own name and its rate; goods without tax have the rate alone."""
    if not tax.rate:
        return tax
    name = dict(country.tax_names)[language]
    return replace(tax, name=f"{name} {tax.name}")
