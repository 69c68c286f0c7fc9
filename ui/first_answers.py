"""The wizard's answers as the first run wants them, with a programme in the shop's currency."""

from __future__ import annotations

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.first_run import FirstRunAnswers
from posloyalty.services.ready_programmes import fitted
from posloyalty.services.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from ui.presenters.desks import WizardAnswers
from ui.programme_desk import shipped_file

FREE = TaxClass("free", "0 %", Ratio(0), TaxMode.INCLUSIVE)


def first_answers(answers: WizardAnswers) -> FirstRunAnswers:
    """Shop, manager, and the country's usual tax class beside one without tax."""
    market = answers.market
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
        country=market.country,
        language=answers.language,
        cash_step_minor=market.cash_step_minor,
        cash_rounding=market.cash_rounding,
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
    rate = market.tax_rate
    usual = TaxClass("std", f"{_percent(rate)} %", rate, market.tax_mode)
    return FirstRunAnswers(
        shop=shop,
        manager_name=answers.manager_name,
        manager_pin=answers.pin,
        tax_classes=(usual, FREE) if rate != Ratio(0) else (FREE,),
        programme=programme,
    )


def _percent(rate: Ratio) -> int:
    return rate.numerator * 100 // rate.denominator
