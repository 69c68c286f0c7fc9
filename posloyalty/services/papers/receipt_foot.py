"""The lower part of a receipt: tax per class, the member's points, and what they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol

from posloyalty.domain.programme.kinds.gift_card import OUTSIDE_TAX
from posloyalty.domain.shop.invoiceable import invoiceable_minor
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale, SalePoints, SaleTax, Told
from posloyalty.domain.values.fixed_point import MINUS, format_fixed
from posloyalty.domain.values.money import Currency, currency, format_amount
from posloyalty.domain.values.quantity import format_quantity
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.papers.invoice_link import invoice_request
from posloyalty.services.papers.receipt import (
    Block,
    Phrases,
    Row,
    Rows,
    Rule,
    SaleCode,
    Table,
    Weight,
)

RATE_DECIMALS: Final = 3


class Wording(Protocol):
    """What is asked of `posloyalty.wording.Words`; services get it handed in."""

    @property
    def language(self) -> str:
        """The language of the messages, such as "zh_CN"."""

    def __call__(self, code: str, /, **facts: object) -> str:
        """The message of a code with its facts filled in."""

    def counted(self, code: str, n: int, /, **facts: object) -> str:
        """The message of a code for `n` things."""


def tax_blocks(
    sale: Sale | Refund, words: Wording, *, names: Mapping[str, str]
) -> tuple[Block, ...]:
    """Rate, net and tax of each class under a rule; nothing without taxes."""
    if not sale.taxes:
        return ()
    money = currency(sale.currency)
    rows = tuple(row for tax in sale.taxes for row in tax_rows(tax, names, words, money))
    head = ("receipt.tax_rate", "receipt.tax_base", "receipt.tax")
    return (Rule(), Table(tuple(words(code) for code in head), rows))


def tax_rows(
    tax: SaleTax, names: Mapping[str, str], words: Wording, money: Currency
) -> tuple[tuple[str, str, str], ...]:
    """A class with its rate, net and tax, and its fixed tax in a row of its own."""
    label = tax_label(tax.tax_class, tax.rate, names, words, fixed=bool(tax.tax_minor))
    apart = tax.fixed_minor if tax.rate else 0
    base, rated = (format_amount(n, money) for n in (tax.base_minor, tax.tax_minor - apart))
    if not apart:
        return ((label, base, rated),)
    fixed = words("receipt.tax_fixed", name=names.get(tax.tax_class, tax.tax_class))
    return ((label, base, rated), (fixed, "", format_amount(apart, money)))


def points_blocks(sale: Sale, words: Wording) -> tuple[Block, ...]:
    """Each wallet's earned, used and left, as of the sale; nothing without a member."""
    if not sale.points:
        return ()
    blocks: list[Block] = [Rule()]
    for points in sale.points:
        named = (points.wallet_name,) if len(sale.points) > 1 else ()
        blocks.append(Phrases((*named, *_moved(points, words)), Weight.BOLD))
        blocks.append(standing(points, sale.at, words))
    return tuple(blocks)


def told_blocks(told: Iterable[Told], money: Currency, words: Wording) -> tuple[Block, ...]:
    """What the programme says to the member: vouchers to come, gifts' terms, points that end soon.

    A fact's name says its unit as in reasons: `_minor` money, `_milli` a quantity. Words that this
    version does not know, as of a programme of a later one, are left out: a receipt shows no codes.
    """
    sentences = [told_sentence(one, money, words) for one in told]
    phrases = tuple(Phrases((one,)) for one in sentences if one)
    return (Rule(), *phrases) if phrases else ()


def told_sentence(told: Told, money: Currency, words: Wording) -> str:
    """One of them; empty for words of a later version."""
    facts = {name: _fact(name, fact, money) for name, fact in told.facts}
    try:
        return words(f"told.{told.code}", **facts)
    except LookupError:
        return ""


def _fact(name: str, fact: int | str, money: Currency) -> str:
    if not isinstance(fact, int):
        return fact
    if name.endswith("minor"):
        return format_amount(fact, money)
    return format_quantity(fact) if name.endswith("milli") else f"{fact:,}"


def invoice_blocks(sale: Sale, link: str, words: Wording) -> tuple[Block, ...]:
    """How much an invoice may be asked for, and the code that asks for it; else nothing."""
    amount = invoiceable_minor(sale)
    if not link or not amount:
        return ()
    money = currency(sale.currency)
    figure = format_amount(amount, money, symbol=True)
    return (
        Rule(),
        Rows((Row(words("receipt.invoiceable"), figure, Weight.BOLD),)),
        SaleCode(invoice_request(link, sale, amount), words("receipt.invoice_caption")),
    )


def standing(points: SalePoints, at: datetime, words: Wording) -> Phrases:
    """As of when a wallet's balance is, and what is pending beside it."""
    state = [words("receipt.as_of", time=f"{at:%m-%d %H:%M}")]
    if points.pending_after:
        state.append(words("receipt.pending", points=scaled(points.pending_after, points)))
    return Phrases(tuple(state))


def scaled(amount: int, points: SalePoints) -> str:
    """An amount of a wallet's minor units as people read it."""
    return format_fixed(amount, decimals=points.scale, grouping=True)


def _moved(points: SalePoints, words: Wording) -> list[str]:
    parts = []
    if points.earned:
        parts.append(words("receipt.earned", points="+" + scaled(points.earned, points)))
    if points.redeemed:
        parts.append(words("receipt.used", points=MINUS + scaled(points.redeemed, points)))
    parts.append(words("receipt.balance", points=scaled(points.balance_after, points)))
    return parts


def tax_label(
    tax_class: str,
    rate: Ratio,
    names: Mapping[str, str],
    words: Wording,
    *,
    fixed: bool = False,
) -> str:
    """The shop's name of a class; with its rate unless the name says it, or it has none and is
    `fixed`: there is tax all the same.
    """
    if tax_class == OUTSIDE_TAX.code:
        return words("receipt.outside_tax")
    name = names.get(tax_class, tax_class)
    return (
        name
        if "%" in name or (fixed and not rate and tax_class in names)
        else f"{name} {_percent(rate)}%"
    )


def _percent(rate: Ratio) -> str:
    """13/100 is "13", 5.5 % is "5.5"; finer than a thousandth of a per cent is rounded."""
    thousandths = rate.apply(100 * 10**RATE_DECIMALS, Rounding.HALF_UP)
    text = format_fixed(thousandths, decimals=RATE_DECIMALS, grouping=False)
    return text.rstrip("0").rstrip(".")
