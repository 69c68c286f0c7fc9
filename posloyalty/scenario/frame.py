"""`[store]`, `[[till]]` and `[[tax]]`: the shops in which a scenario happens.

Nothing of it need be said: without it there is one till T1 in store S1, in Shanghai, with yuan and
no tax.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.place import Channel
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.currencies import CURRENCIES, Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.scenario.block import Block
from posloyalty.scenario.scenario import Frame, TillPlan
from posloyalty.scenario.seen import NOTHING
from posloyalty.services.shop.shop_settings import ShopDetails, shop_findings

STORE: Final = "S1"
TILL: Final = "T1"
CURRENCY: Final = "CNY"
ZONE: Final = "Asia/Shanghai"
LANGUAGE: Final = "en"
COUNTRY: Final = "ZZ"
NO_TERMINAL: Final = "none"
NO_TAX: Final = TaxClass("none", "0 %", Ratio(0), TaxMode.INCLUSIVE)
DEFAULT_STORE: Final = ShopDetails(
    name=STORE,
    store_code=STORE,
    store_name=STORE,
    till_code=TILL,
    currency=CURRENCY,
    timezone=ZONE,
    language=LANGUAGE,
    country=COUNTRY,
)
# How the findings of a shop's details are called in a file.
KEYS: Final = {"store_code": "code", "store_name": "name", "cash_step_minor": "cash"}


def currency_of(table: object) -> Currency:
    """The scenario's currency, before anything else is read: amounts hang on it."""
    store = table.get("store") if isinstance(table, dict) else None
    first = store[0] if isinstance(store, list) and store else store
    code = first.get("currency", CURRENCY) if isinstance(first, dict) else CURRENCY
    return CURRENCIES.get(str(code), CURRENCIES[CURRENCY])


def read_frame(file: Block) -> Frame:
    """The tills, each with its shop's details; what is meant by default goes to the reading."""
    taxes = tuple(_tax(table) for table in file.tables("tax")) or (NO_TAX,)
    stores: dict[str, ShopDetails] = {}
    for table in file.tables("store"):
        _store(table, stores)
    first = next(iter(stores.values()), DEFAULT_STORE)
    stores = stores or {first.store_code: first}
    reading = file.reading
    reading.zone = ZoneInfo(first.timezone)
    reading.home_store = first.store_code
    reading.taxes = tuple(tax.code for tax in taxes)
    plans: list[TillPlan] = []
    for table in file.tables("till"):
        plans.append(_till(table, stores, plans))
    tills = tuple(plans)
    if not tills:
        tills = (TillPlan(code=TILL, details=replace(first, till_code=TILL), online=True),)
    reading.first_till = tills[0].code
    return Frame(tills=tills, taxes=taxes)


def _tax(table: Block) -> TaxClass:
    code = table.text("code")
    tax = TaxClass(
        code=code,
        name=table.text("name", code),
        rate=table.ratio("rate", Ratio(0) if "fixed" in table else None, most=Ratio(1)),
        mode=table.choice("mode", TaxMode, TaxMode.INCLUSIVE),
        fixed_minor=table.money("fixed", least=0) if "fixed" in table else 0,
    )
    table.close()
    return tax


def _store(table: Block, stores: dict[str, ShopDetails]) -> None:
    """Add a store to those before it, unless something is wrong with it."""
    code = table.text("code", STORE)
    money = next(iter(stores.values()), DEFAULT_STORE).currency
    if stores and table.text("currency", money) != money:
        table.found("currency", "ONE_CURRENCY", known=money)
    cash = table.section("cash") if "cash" in table else None
    elsewhere = table.section("elsewhere") if "elsewhere" in table else None
    details = ShopDetails(
        name=table.text("name", code),
        store_code=code,
        store_name=table.text("name", code),
        till_code=TILL,
        currency=money if stores else table.text("currency", CURRENCY),
        timezone=table.text("timezone", ZONE),
        cutoff=table.text("cutoff", "00:00"),
        language=table.text("language", LANGUAGE),
        country=table.text("country", COUNTRY),
        cash_step_minor=1 if cash is None else cash.money("step"),
        cash_rounding=Rounding.HALF_UP
        if cash is None
        else cash.choice("rounding", Rounding, Rounding.HALF_UP),
        terminal=table.text("terminal", NO_TERMINAL),
        elsewhere=ElsewherePolicy.REFUSED if elsewhere is None else ElsewherePolicy.SUPERVISED,
        elsewhere_most_minor=None
        if elsewhere is None or "up_to" not in elsewhere
        else elsewhere.money("up_to"),
    )
    for inner in (cash, elsewhere):
        if inner is not None:
            inner.close(("up_to",) if inner is elsewhere else ())
    table.close()
    if code in stores:
        table.found("code", "ID_TWICE", given=code)
    wrong = shop_findings(details)
    for one in wrong:
        table.found(KEYS.get(one.place, one.place), one.reason, **dict(one.facts))
    stores[code] = DEFAULT_STORE if wrong else details


def _till(table: Block, stores: dict[str, ShopDetails], before: list[TillPlan]) -> TillPlan:
    code = table.text("code", TILL)
    if not table.reading.declare("till", code):
        table.found("code", "ID_TWICE", given=code)
    store = table.text("store", next(iter(stores)))
    if store not in stores:
        table.found("store", "NOT_DECLARED", given=store, known=", ".join(stores))
    details = replace(
        stores.get(store, next(iter(stores.values()))),
        till_code=code,
        channel=table.choice("channel", Channel, Channel.REGISTER),
    )
    practises = table.text("practises") if "practises" in table else ""
    known = [plan.code for plan in before if not plan.practises]
    if practises and practises not in known:
        table.found("practises", "NOT_DECLARED", given=practises, known=", ".join(known) or NOTHING)
    online = table.flag("online", default=not practises)
    table.close()
    for one in shop_findings(details):
        table.found("code", one.reason, **dict(one.facts))
    return TillPlan(code=code, details=details, online=online, practises=practises)
