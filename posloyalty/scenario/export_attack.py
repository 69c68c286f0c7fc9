"""An attack as a scenario: the same purchases and returns on a real till, and what they came to.

The scenario passes as long as the draft can be attacked so; once the hole is closed it fails, and
what it then says is what has changed. The programme stands in it as it was attacked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import tomlkit

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.programme.kinds.reward import exchanged
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.money import Currency
from posloyalty.insight.draft.attack.counter import CAUSE, Done, Position
from posloyalty.insight.draft.attack.moves import (
    Buy,
    Convert,
    Exchange,
    GiveBack,
    Piece,
    Wait,
    Ware,
)
from posloyalty.scenario.block import money_text, points_text
from posloyalty.scenario.toml_text import array, inline, listed, literal

MEMBER: Final = "somebody"
PHONE: Final = "13900000001"


def scenario_of_attack(position: Position, *, programme: bytes, name: str, shows: str) -> str:
    """The text of a scenario in which everything happens again."""
    rules = position.table.programme
    money = rules.currency
    file = tomlkit.document()
    file["scenario"] = 1
    file["name"] = name
    file["shows"] = shows
    place = position.table.store.place
    file["store"] = {
        "code": place.store,
        "currency": money.code,
        "timezone": str(position.table.store.zone),
    }
    file["till"] = {"code": place.till, "channel": place.channel.value}
    file["programme"] = {"text": literal(programme.decode("utf-8-sig"))}
    file["product"] = listed([_product(ware) for ware in _wares(position)])
    joined = {"step": "sign_up", "at": _local(position.began), "member": MEMBER, "phone": PHONE}
    birthday = position.state.birthday
    if birthday is not None:
        joined["birthday"] = f"{birthday.month:02}-{birthday.day:02}"
    file["when"] = listed([joined, *_steps(position, money)])
    file["expect"] = {"members": inline({MEMBER: {"balance": _balances(position)}})}
    return tomlkit.dumps(file)


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _wares(position: Position) -> list[Ware]:
    """What was bought, in the order of its ids, by which ties go."""
    bought = [piece.ware for piece in _pieces(position)]
    return sorted(dict.fromkeys(bought), key=lambda ware: ware.product.id)


def _pieces(position: Position) -> Iterator[Piece]:
    for done in position.done:
        if isinstance(done.move, Buy):
            yield from done.move.pieces


def _product(ware: Ware) -> dict[str, Any]:
    told: dict[str, Any] = {"sku": ware.product.sku}
    if ware.category:
        told["category"] = ware.category
    if ware.product.tags:
        told["tags"] = list(ware.product.tags)
    return told


def _steps(position: Position, money: Currency) -> Iterator[dict[str, Any]]:
    sales = 0
    for done in position.done:
        step: dict[str, Any] = {}
        match done.move:
            case Buy():
                step = {"step": "sale", "id": f"sale-{sales}", **_sale(position, done, money)}
                sales += 1
            case GiveBack():
                step = {"step": "return", **_return(position, done, money)}
            case Convert():
                step = {"step": "activity", "what": done.move.conversion}
                step["quantity"] = done.points
            case Exchange():
                step = {"step": "activity", "what": exchanged(done.move.reward)}
                step["quantity"] = done.points
            case Wait():
                step = {"step": "wait"}
        if not isinstance(done.move, GiveBack):
            step = {"step": step.pop("step"), "at": _local(done.at), "member": MEMBER, **step}
        else:
            step["at"] = _local(done.at)
        yield step


def _sale(position: Position, done: Done, money: Currency) -> dict[str, Any]:
    assert isinstance(done.move, Buy)
    assert isinstance(done.quote, Quote)
    told: dict[str, Any] = {"lines": array([_line(one, money) for one in done.move.pieces])}
    scales = {wallet.id: wallet.scale for wallet in position.table.programme.wallets}
    spent = {
        one.wallet: points_text(one.points, scales[one.wallet]) for one in done.quote.redemptions
    }
    if spent:
        told["redeem"] = inline(spent)
    if done.chosen:
        told["use"] = list(done.chosen)
    if done.quote.tenders != {TenderKind.CASH}:
        told["pay"] = inline({"kind": min(done.quote.tenders).value})
    told["expect"] = inline(
        {
            "gross": money_text(done.quote.gross_minor, money),
            "payable": money_text(done.quote.payable_minor, money),
        }
    )
    return told


def _line(piece: Piece, money: Currency) -> Any:
    price = money_text(piece.price_minor, money)
    sku = piece.ware.product.sku
    if sku.split() == [sku]:
        return f"{piece.pieces} {sku} @ {price}"
    return inline({"sku": sku, "quantity": piece.pieces, "price": price})


def _return(position: Position, done: Done, money: Currency) -> dict[str, Any]:
    assert isinstance(done.move, GiveBack)
    assert isinstance(done.quote, RefundQuote)
    told: dict[str, Any] = {"of": f"sale-{done.move.sale}", "cause": CAUSE}
    if done.move.lines:
        told["lines"] = array(
            [f"{line.quantity_milli // 1000} {line.sku}" for line in done.quote.lines]
        )
    told["expect"] = inline({"refunded": money_text(done.quote.total_minor, money)})
    return told


def _balances(position: Position) -> dict[str, Any]:
    rules = position.table.programme
    states = wallet_states(rules, position.state, position.day)
    return {one.wallet: points_text(one.balance, rules.wallet(one.wallet).scale) for one in states}
