"""How figures are written on the counter's screens: money, points, quantities, days and hours.

Money has its sign only at totals; every minus is the true one; nothing here rounds or reckons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.fixed_point import MINUS, format_fixed
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.quantity import format_quantity
from posloyalty.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Writes figures of one currency in one language.

    `wallets` gives each wallet's name and number of decimals, as far as the programme tells them.
    """

    words: Words
    currency: Currency
    wallets: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def money(self, minor: int) -> str:
        """12,345.60, without the currency's sign."""
        return format_amount(minor, self.currency)

    def total(self, minor: int) -> str:
        """The same with the currency's sign, for totals and the Pay button."""
        return format_amount(minor, self.currency, symbol=True)

    def plain(self, minor: int) -> str:
        """An amount as it is typed, without grouping."""
        return format_amount(minor, self.currency, grouping=False)

    def short(self, minor: int) -> str:
        """An amount without empty cents, for bank notes: 200, 0.50."""
        text = self.money(minor)
        cents = "." + "0" * self.currency.exponent
        return text.removesuffix(cents) if self.currency.exponent else text

    def points(self, wallet: str, points: int) -> str:
        """Points of a wallet, in its own decimals."""
        return format_fixed(points, decimals=self.decimals(wallet), grouping=True)

    def signed_points(self, wallet: str, points: int) -> str:
        """Points with their sign, as the sale changes them."""
        return signed(self.points(wallet, abs(points)), points)

    def decimals(self, wallet: str) -> int:
        """How many decimals a wallet has."""
        return self.wallets.get(wallet, ("", 0))[1]

    def wallet_name(self, wallet: str) -> str:
        """The wallet's name, or the plain word for points."""
        return self.wallets.get(wallet, ("", 0))[0] or self.words("sale.points")

    def unit(self, wallet: str) -> str:
        """The short word for points; a programme with several wallets is told by their names."""
        return self.wallet_name(wallet) if len(self.wallets) > 1 else self.words("sale.points_unit")

    def quantity(self, product: Product, quantity_milli: int) -> str:
        """2, or 1.286 kg."""
        if product.weighed:
            return self.words("sale.kilograms", quantity=format_quantity(quantity_milli))
        return format_quantity(quantity_milli)

    def unit_price(self, product: Product, unit_price_minor: int) -> str:
        """9.80 each, or 12.80 / kg."""
        code = "sale.price_per_kilogram" if product.weighed else "sale.price_each"
        return self.words(code, price=self.money(unit_price_minor))

    def day(self, day: date) -> str:
        """A day of this or another year, as short as it stays clear: "28 Nov", "11 月 28 日"."""
        return self.day_of(day.month, day.day)

    def day_of(self, month: int, day: int) -> str:
        """A day of any year."""
        return self.words("sale.day", day=day, month=self.words(f"sale.month_{month}"))

    def moment(self, at: datetime, today: date) -> str:
        """The hour of a moment of today, with its day in front when it was another."""
        hour = at.strftime("%H:%M")
        return hour if at.date() == today else f"{self.day(at.date())} {hour}"


def signed(text: str, value: int) -> str:
    """A figure with + or a true minus in front; zero has neither."""
    if value == 0:
        return text
    return ("+" if value > 0 else MINUS) + text
