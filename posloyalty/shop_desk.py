"""What services ask of the shop's settings: money, coins, market, codes, printer, receipts' dress.

Part of the composition: `bootstrap` hands these questions to the services that ask them.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from posloyalty.devices.printers.choose import make_printer
from posloyalty.devices.terminals.choose import make_terminal
from posloyalty.domain.shop.authority import Authority, Need
from posloyalty.domain.shop.elsewhere import Elsewhere
from posloyalty.domain.shop.market import Market
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.scan_code.rules import ScanRules
from posloyalty.domain.shop.shift import usual_pieces
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.money import currency
from posloyalty.services.papers.print_receipts import ReceiptDress
from posloyalty.services.papers.receipt_printer import ReceiptPrinter
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.ports import Clock, PaymentTerminal
from posloyalty.services.selling.counter_facts import CounterRules
from posloyalty.services.selling.scan_table import ScanTables
from posloyalty.services.shop.markets import Markets
from posloyalty.services.shop.practice import is_practice
from posloyalty.services.shop.shop_settings import (
    PrinterKind,
    PrinterSetup,
    ShopDetails,
    ShopSettings,
)
from posloyalty.storage.unit_of_work import SqlBook
from posloyalty.wording import Words


class ShopDesk:
    """What services ask of the shop's settings, which a manager may change while running."""

    def __init__(
        self, shop: ShopSettings, markets: Markets, monotonic_ms: Callable[[], int]
    ) -> None:
        self._shop = shop
        self._markets = markets
        self._monotonic_ms = monotonic_ms
        self._printer: tuple[PrinterSetup, ReceiptPrinter] | None = None
        self._terminal: tuple[str, PaymentTerminal | None] | None = None
        self._rules: tuple[ShopDetails, CounterRules] | None = None

    def counter_rules(self) -> CounterRules:
        """Money, zone and language for a sale, and whether it prints."""
        details, known = self._shop.details(), self._rules
        if known is not None and known[0] is details:
            return known[1]
        rules = CounterRules(
            currency=currency(details.currency),
            zone=ZoneInfo(details.timezone),
            cutoff=details.day_ends,
            language=details.language,
            print_receipts=details.printer.kind is not PrinterKind.NONE,
            authority=details.authority,
            channel=details.channel,
            cards=self.market().cards,
        )
        self._rules = (details, rules)
        return rules

    def market(self) -> Market:
        """The profile of the shop's country."""
        return self._markets.of_country(self._shop.details().country)

    def authority(self) -> Authority:
        """How far each role's rights go, as the settings say now."""
        return self._shop.details().authority

    def elsewhere(self) -> Elsewhere:
        """Whether goods of other tills come back here."""
        return self._shop.details().returns_elsewhere

    def cash(self) -> CashRounding:
        """The smallest coin of the shop's market."""
        return self._shop.details().cash

    def may_close(self, operator: Operator, difference_minor: int) -> bool:
        """Whether somebody may close a shift with so much too much or too little in the drawer."""
        need = Need.close_shift(difference_minor)
        return self._shop.details().authority.permits(operator, need)

    def pieces(self) -> tuple[int, ...]:
        """The notes and coins of the shop's money, the largest first."""
        details = self._shop.details()
        known = self._markets.cash_money(details.currency)
        if known is not None:
            return known.pieces
        return usual_pieces(details.cash_step_minor, currency(details.currency).exponent)

    def scan_rules(self, tables: ScanTables, clock: Clock) -> ScanRules:
        """How scans are read in this shop."""
        details = self._shop.details()
        table = tables.table()
        return ScanRules(
            embeds=table.embeds,
            foreign=table.foreign,
            payments=self.market().payments,
            currency_exponent=currency(details.currency).exponent,
            century_year=clock.now().year,
        )

    def printer(self) -> ReceiptPrinter:
        """The printer set up now; made again only when its setup changed."""
        setup = self._shop.details().printer
        if self._printer is None or self._printer[0] != setup:
            made = make_printer(
                setup.kind.value,
                setup.address,
                dict(setup.options),
                monotonic_ms=self._monotonic_ms,
            )
            self._printer = (setup, made)
        return self._printer[1]

    def terminal(self) -> PaymentTerminal | None:
        """The terminal that is connected; made again only when the settings changed."""
        kind = self._shop.details().terminal
        if self._terminal is None or self._terminal[0] != kind:
            self._terminal = (kind, make_terminal(kind))
        return self._terminal[1]

    def dress(self, book: SqlBook) -> ReceiptDress:
        """How receipts look now."""
        details = self._shop.details()
        with book.read() as reader:
            tax_names = {tax.code: tax.name for tax in reader.catalogue.tax_classes()}
            training = is_practice(reader.settings)
        link = details.invoice_link if self.market().invoice_request else ""
        shop = _receipt_shop(details, tax_names, link)
        return ReceiptDress(shop=shop, words=Words(details.language), training=training)


def _receipt_shop(
    details: ShopDetails, tax_names: dict[str, str], invoice_link: str
) -> ReceiptShop:
    return ReceiptShop(
        name=details.name,
        store_name=details.store_name,
        address=details.address,
        phone=details.phone,
        tax_number=details.tax_number,
        logo_png=details.logo_png,
        footer=details.receipt_footer,
        width_mm=details.receipt_width_mm,
        tax_names=tax_names,
        invoice_link=invoice_link,
    )
