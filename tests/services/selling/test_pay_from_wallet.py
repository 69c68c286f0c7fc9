"""Money of a wallet as a tender: what it cannot pay is refused, whatever the screen asks for."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.pay_from_wallet import from_wallets
from tests.domain.engine.made import HEAD, MEMBER_ID, basket, product, rules

WALLETS = """
[[wallet]]
id = "reward"
unit = "money"
[wallet.spend]
as = "tender"
[[wallet]]
id = "points"
[wallet.spend]
points = 100
money = "1.00"
"""
GOODS = basket(product("MILK", "9.90"), member=True)


def tender(wallet: str, amount: int, *, owner: bytes = MEMBER_ID) -> Tender:
    return Tender(
        number=1,
        kind=TenderKind.WALLET,
        amount_minor=amount,
        given_minor=amount,
        reference=wallet,
        account_id=owner,
    )


def test_what_a_wallet_pays_is_taken_from_it_once() -> None:
    programme = rules(wallet=WALLETS, earn="")
    paid = (tender("reward", 500), tender("reward", 200))
    assert from_wallets(programme, GOODS, paid) == (("reward", 700),)
    assert from_wallets(programme, GOODS, ()) == ()


@pytest.mark.parametrize(
    "wrong",
    [tender("points", 500), tender("purse", 500), tender("reward", 500, owner=b"x" * 16)],
)
def test_a_wallet_that_is_none_or_of_somebody_else_pays_nothing(wrong: Tender) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        from_wallets(rules(wallet=WALLETS, earn=""), GOODS, (wrong,))
    assert refused.value.reason == "WALLET_NO_TENDER"


def test_nobodys_basket_has_no_wallet() -> None:
    nobody: Basket = basket(product("MILK", "9.90"))
    with pytest.raises(ServiceRefusal):
        from_wallets(rules(wallet=WALLETS, earn=""), nobody, (tender("reward", 1),))


def test_points_are_no_money_and_cannot_be_a_tender() -> None:
    wallet = '[[wallet]]\nid = "points"\n[wallet.spend]\npoints = 100\nmoney = "1.00"\n'
    findings = load((HEAD.format(currency="CNY") + wallet + 'as = "tender"\n').encode())
    assert isinstance(findings, list)
    found = [(one.code, one.path) for one in findings]
    assert found == [("TENDER_NEEDS_MONEY", "wallet[1].spend.as")]
