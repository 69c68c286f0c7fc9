"""A quote as a scenario file: `scenario_of(quote, basket, ...)` is a text that runs and passes.

Everything that the quote was made from goes into it: programme, goods, and the member's state as it
was frozen. The member has no name, phone or card in it, and a birthday, without its year, only
where the programme looks at birthdays; codes of vouchers are left out. So a quote that somebody
doubts can be looked into elsewhere, and becomes a test once it is put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import tomlkit
from tomlkit.items import Table

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.donating import without_donations
from posloyalty.domain.engine.quote import Quote, QuoteLine
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.identifiers import id_hex
from posloyalty.scenario.block import money_text, points_text, quantity_text
from posloyalty.scenario.export_member import MEMBER, exported_member
from posloyalty.scenario.frame import NO_TAX
from posloyalty.scenario.toml_text import inline, listed, literal, table_of


def scenario_of(
    quote: Quote, basket: Basket, *, programme: bytes, store: StoreContext, name: str
) -> str:
    """The text of a scenario that quotes the basket again and expects the same.

    `programme` are the bytes of the file that the quote was made by, empty for none; raises
    ValueError for another one.
    """
    if sha256(programme).digest() != quote.programme.hash:
        raise ValueError("the quote was made by another programme")
    rules = load(programme) if programme else None
    known = rules if isinstance(rules, Programme) else None
    file = tomlkit.document()
    file["scenario"] = 1
    file["name"] = name
    place = store.place
    file["store"] = {
        **({"code": place.store} if place.store else {}),
        "currency": quote.currency.code,
        "timezone": str(store.zone),
        "cutoff": f"{store.cutoff:%H:%M}",
        "language": store.language or "en",
    }
    if place.till:
        file["till"] = {"code": place.till, "channel": place.channel.value}
    file["tax"] = listed(_taxes(quote))
    if known is not None:
        file["programme"] = {"text": literal(programme.decode("utf-8-sig"))}
    file["product"] = listed(_products(quote))
    if quote.state is not None and quote.member_id is not None:
        looked_at = b"birthday" in programme
        told = exported_member(quote, quote.state, known, birthday=looked_at)
        file["member"] = listed([_member(told)])
    step = table_of(_step(quote, basket, known))
    step["expect"] = table_of(_expected(quote, known))
    file["when"] = listed([step])
    return tomlkit.dumps(file)


def _member(told: Mapping[str, Any]) -> Table:
    """The table, with a line for each lot, level, right, purchase and meter."""
    return table_of(
        {
            key: [inline(one) for one in value]
            if isinstance(value, list)
            else inline(value)
            if isinstance(value, Mapping)
            else value
            for key, value in told.items()
        }
    )


def _taxes(quote: Quote) -> list[dict[str, Any]]:
    found = {
        line.tax_class: {
            "code": line.tax_class,
            "rate": str(line.tax_rate),
            "mode": line.tax_mode.value,
        }
        | _fixed(line, quote)
        for line in without_donations(quote.lines)
    }
    return [found[code] for code in sorted(found)] or [{"code": NO_TAX.code, "rate": 0}]


def _fixed(line: QuoteLine, quote: Quote) -> dict[str, str]:
    fixed = line.tax_fixed_minor
    return {"fixed": money_text(fixed, quote.currency)} if fixed else {}


def _products(quote: Quote) -> list[dict[str, Any]]:
    """Each product once, in the order of their ids, by which ties go."""
    goods = without_donations(quote.lines)
    found = {line.line.product.id: line.line.product for line in goods}
    return [_product(found[key], quote) for key in sorted(found)]


def _product(product: Product, quote: Quote) -> dict[str, Any]:
    told: dict[str, Any] = {"sku": product.sku}
    if product.price_minor is not None:
        told["price"] = money_text(product.price_minor, quote.currency)
    told["tax"] = product.tax_class
    if product.weighed:
        told["weighed"] = True
    if product.category_id is not None:
        told["category"] = id_hex(product.category_id)
    if product.tags:
        told["tags"] = list(product.tags)
    for flag in ("earns", "discountable"):
        if not getattr(product, flag):
            told[flag] = False
    for flag in ("gift_card", "deposit", "fee"):
        if getattr(product, flag):
            told[flag] = True
    return told


def _step(quote: Quote, basket: Basket, rules: Programme | None) -> dict[str, Any]:
    told: dict[str, Any] = {"step": "quote", "at": quote.at}
    if quote.state is not None:
        told["member"] = MEMBER
        if basket.proof is not None:
            told["proof"] = basket.proof
    goods = without_donations(quote.lines)
    lines = sorted((line.line for line in goods), key=lambda line: line.number)
    told["lines"] = [_scanned(line, quote) for line in lines]
    scales = _scales(rules)
    if basket.redemptions and scales:
        told["redeem"] = inline(
            {
                wish.wallet: points_text(wish.points, scales[wish.wallet])
                for wish in basket.redemptions
                if wish.wallet in scales
            }
        )
    told |= _wanted(quote, basket, lines)
    if basket.tenders and rules is not None and rules.looks_at_tenders:
        told["pays_by"] = sorted(basket.tenders)
    if basket.declined:
        told["declined"] = sorted(basket.declined)
    if basket.marks:
        told["marks"] = sorted(basket.marks)
    if basket.donations:
        told["donate"] = inline(
            {
                one.cause: "round_up"
                if one.amount_minor is None
                else money_text(one.amount_minor, quote.currency)
                for one in basket.donations
            }
        )
    return told


def _wanted(quote: Quote, basket: Basket, lines: list[BasketLine]) -> dict[str, Any]:
    """What was chosen: a code for everybody as it stands, the member's own by its id.

    What a bearer showed belongs to nobody in the file and stays out.
    """
    state = quote.state
    own = {right.id for right in state.rights} if state is not None else set()
    places = {line.number: place for place, line in enumerate(lines, start=1)}
    use, show = [], []
    for one in basket.chosen:
        if one.code and one.right_id is None:
            show.append(one.code)
        elif one.right_id is None or one.right_id in own:
            line = places.get(one.line or 0)
            use.append(inline({"of": one.of} if line is None else {"of": one.of, "line": line}))
    return {key: value for key, value in (("use", use), ("show", show)) if value}


def _scanned(line: BasketLine, quote: Quote) -> Any:
    sku, quantity = line.product.sku, quantity_text(line.quantity_milli)
    told = {"sku": sku, "quantity": quantity}
    if line.price_fixed or line.listed is not None:
        # The price as it was, whatever list it came from: the file needs no lists then.
        told["price"] = money_text(line.unit_price_minor, quote.currency)
        told["amount"] = money_text(line.gross_minor, quote.currency)
    elif sku.split() == [sku]:
        return f"{quantity} {sku}"
    return inline(told)


def _expected(quote: Quote, rules: Programme | None) -> dict[str, Any]:
    def money(minor: int) -> str:
        return money_text(minor, quote.currency)

    scales = _scales(rules)
    told: dict[str, Any] = {
        "gross": money(quote.gross_minor),
        "discount": money(quote.offers_minor),
        "redeemed_money": money(quote.redeemed_minor),
        "tax": money(quote.tax_minor),
        "payable": money(quote.payable_minor),
        "offers": inline({one.offer_id: money(one.amount_minor) for one in quote.offers}),
    }
    refused = {one.offer_id: one.reasons[0].code for one in quote.refused if one.reasons}
    if refused:
        told["refused"] = inline(refused)
    lines = sorted(quote.lines, key=lambda line: line.line.number)
    told["lines"] = [inline(_line(line, quote, scales)) for line in lines]
    figures = {
        "earned": {one.wallet: one.points for one in quote.earnings},
        "redeemed": {one.wallet: one.points for one in quote.redemptions},
        "redeemable": {one.wallet: one.most_points for one in quote.usable},
        "balance": {one.wallet: one.balance for one in quote.wallets},
    }
    for key, points in figures.items():
        if points and scales:
            told[key] = inline({w: points_text(n, scales[w]) for w, n in points.items()})
    if quote.tiers:
        told["tier"] = inline({t.scheme: {"level": t.level or "none"} for t in quote.tiers})
    if quote.awards:
        told["awards"] = [inline(_award(one, scales)) for one in quote.awards]
    return told


def _line(line: QuoteLine, quote: Quote, scales: Mapping[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sku": line.line.product.sku,
        "net": money_text(line.net_minor, quote.currency),
        "tax": money_text(line.tax_minor, quote.currency),
    }
    if line.offers:
        told["offers"] = {offer: money_text(share, quote.currency) for offer, share in line.offers}
    if line.redeemed_minor:
        told["redeemed"] = money_text(line.redeemed_minor, quote.currency)
    if line.shop_cost:
        told["shop_cost"] = {of: money_text(cost, quote.currency) for of, cost in line.shop_cost}
    if line.earned:
        told["earned"] = {
            wallet: points_text(share, scales.get(wallet, 0)) for wallet, share in line.earned
        }
    return told


def _scales(rules: Programme | None) -> dict[str, int]:
    return {} if rules is None else {wallet.id: wallet.scale for wallet in rules.wallets}


def _award(award: Award, scales: Mapping[str, int]) -> dict[str, Any]:
    amount = str(award.amount)
    if award.kind == POINTS:
        amount = points_text(award.amount, scales.get(award.of, 0))
    return {"kind": award.kind, "of": award.of, "amount": amount, "rule": award.rule_id}
