"""LOYALTY's cases of what is undone, through the screen: the files' numbers, read off the window.

Every sale and return of a case is done as a cashier does it, by scans and keys, in each variant.
What the file expects of it must stand on the screen before and after it is booked, and on the
paper. The suite plays the first variant of each case, `make prove` all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier, case_file, gift_code, instant
from ui.presenters.ports import Screen, Sheet

CASES = (
    "01-round-once",
    "06-partial-return-after-redemption",
    "07-clawback-beyond-balance",
    "09-refund-below-threshold",
    "21-gift-card-refund",
    "25-stamps",
    "37-voided-line",
    "46-progressive-reversal",
    "48-return-breaks-a-threshold",
    "50-top-up-with-bonus",
)
PLAYED = [
    pytest.param(
        name,
        variant.get("name", ""),
        id=f"{name[:2]} {variant.get('name', '')}".strip(),
        marks=pytest.mark.long(sample=0) if place else (),
    )
    for name in CASES
    for place, variant in enumerate(case_file(f"cases/{name}").get("variant", ({},)))
]
FAULTY, UNWANTED = "1", "2"
TENDERS = {"cash": "Cash", "card": "Card", "gift_card": "Gift card"}
WITHHELD = {
    "POINTS_SPENT": "Already spent: .+",
    "THRESHOLD_MISSED": "Offer no longer met",
    "VALUE_USED": "Already used: .+",
}
POINTS = {"taken_back": r"\w+ taken back", "restored": r"\w+ given back"}
PAPER = {"taken_back": "Taken back -", "restored": "Given back +"}
CLOSED = "It is no longer good."
# What is said of accounts, lots and lines is proved where the file is run; the rest is read here.
READ = {
    "payable", "earned", "balance", "change", "refunded", "back", "withheld", "taken_back",
    "restored", "tier", "cards", "receipt", "redeemed_money", "refusal",
}  # fmt: skip
ELSEWHERE = {"lines", "lots", "accounts", "awards", "rights", "transfers", "offers", "debt"}


@pytest.mark.parametrize(("name", "variant"), PLAYED)
def test_the_numbers_stand_on_the_screen_and_on_the_paper(
    name: str, variant: str, workshop: Workshop, qtbot: QtBot
) -> None:
    file = case_file(f"cases/{name}")
    with a_cashier(file, workshop, variant=variant) as cashier:
        sales: dict[str, bytes] = {}
        for step in steps(file, variant):
            if "at" in step:
                cashier.world.pass_to(instant(cashier.world, step["at"]))
            read = play(cashier, step, sales)
            assert read == {key: step["expect"][key] for key in READ & set(step["expect"])}


def steps(file: dict[str, Any], variant: str) -> Iterator[dict[str, Any]]:
    """The steps of a variant, each with all that is expected of it."""
    (chosen,) = [v for v in file.get("variant", ({"name": ""},)) if v["name"] == variant]
    for step in file["when"]:
        if variant in step.get("only", [variant]):
            more = chosen.get("expect", {}).get(step.get("id", ""), {})
            expected = {**step.get("expect", {}), **more}
            assert set(expected) <= READ | ELSEWHERE
            member = step.get("member") or member_of(file, step)
            yield {**step, "expect": expected, "member": member}


def member_of(file: dict[str, Any], step: dict[str, Any]) -> str:
    """Whose sale comes back."""
    sale = next((one for one in file["when"] if one.get("id", "?") == step.get("of")), {})
    return str(sale.get("member", ""))


def play(cashier: Cashier, step: dict[str, Any], sales: dict[str, bytes]) -> dict[str, Any]:
    """Do a step; returns what was read of what the file expects."""
    if step["step"] == "sale":
        said = ring(cashier, step)
    else:
        said = take_back(cashier, step, sales)
    if "refusal" not in step["expect"]:
        sales[step.get("id", "")] = cashier.newest()
    said |= look_up(cashier, step)
    return {key: said[key] for key in step["expect"] if key in said}


# A sale


def ring(cashier: Cashier, step: dict[str, Any]) -> dict[str, Any]:
    """Scan member and goods, spend points, take lines out, pay; read on the way."""
    if step["member"]:
        cashier.scan(cashier.cards[step["member"]])
    for line in step["lines"]:
        if isinstance(line, dict):
            cashier.scan(cashier.goods[line["sku"]], gift_code(line["card"]))
            cashier.type(line["price"].removesuffix(".00"))
            cashier.press("Enter")
        else:
            cashier.scan_goods(line)
    for _ in step.get("removed", ()):
        cashier.press("Del")
    if "redeem" in step:
        cashier.press("F5")
        assert cashier.stage.window.navigator.sheet is Sheet.REDEEM
        cashier.type(str(step["redeem"]))
        cashier.press("Enter")
    if "use" in step:
        use_voucher(cashier)
    said: dict[str, Any] = {"payable": cashier.figure("To pay ¥"), "earned": earned(cashier)}
    cashier.press("F12")
    if said["payable"] != "0.00":
        assert cashier.front is Screen.PAY
        assert cashier.figure("Still due ¥") == said["payable"]
    if "redeem" in step:
        (worth,) = cashier.figures(f"{step['redeem']} points")
        said["redeemed_money"] = worth.removeprefix("-")
    refusal = pay(cashier, step.get("pay", []))
    if refusal is not None:
        return {"refusal": refusal}
    assert cashier.front is Screen.DONE
    return said | afterwards(cashier, step)


def earned(cashier: Cashier) -> int:
    """What the sale screen says that the sale earns."""
    return int(cashier.figure("Earns")) if cashier.shows("Earns") else 0


def use_voucher(cashier: Cashier) -> None:
    """Press the chip of the first voucher that could be used; chips have no key but Tab's."""
    view: Any = cashier.stage.shown
    chip = next(one for one in view.member.chips.chips if "usable" in one.accessibleName())
    chip.setFocus()
    cashier.press("Space")


def pay(cashier: Cashier, wanted: Any) -> str | None:
    """Pay as the file says, in cash to the coin where it says nothing; answers a refusal."""
    for one in [wanted] if isinstance(wanted, dict) else wanted:
        if one["kind"] == "gift_card":
            cashier.scan(gift_code(one["card"]))
            if cashier.shows(CLOSED):
                cashier.press("Esc", "Ctrl+Backspace")
                return "CARD_CLOSED"
            cashier.press("Enter")
        else:
            cashier.type(one["given"].removesuffix(".00"))
            cashier.press("Enter")
    if cashier.front is not Screen.DONE:
        cashier.press("Enter")
    return None


# A return


def take_back(cashier: Cashier, step: dict[str, Any], sales: dict[str, bytes]) -> dict[str, Any]:
    """F8, the scanned receipt, the goods, the reason, F12; read on the way."""
    if cashier.front is not Screen.SALE:
        cashier.press("F12")
    cashier.press("F8")
    cashier.scan(cashier.code_of(sales[step["of"]]))
    choose(cashier, step)
    cashier.press(FAULTY if step.get("faulty") else UNWANTED)
    for _ in step.get("waive", ()):
        let_go(cashier)
    if "refusal" in step["expect"]:
        return refused(cashier, step)
    said: dict[str, Any] = {"refunded": cashier.figure("Refund ")}
    assert cashier.shows(f"¥{said['refunded']}")
    said["back"] = {
        kind: rows[0] for kind, label in TENDERS.items() if (rows := cashier.figures(label))
    }
    said["withheld"] = {
        code: rows[0].removeprefix("-")
        for code, label in WITHHELD.items()
        if (rows := cashier.figures(label))
    }
    points = {key: cashier.figures(label) for key, label in POINTS.items()}
    cashier.press("F12")
    assert cashier.front is Screen.DONE
    assert cashier.figure("¥") == said["back"].get("cash", said["refunded"])
    for key, rows in points.items():
        for row in rows:
            said[key] = abs(int(row))
            assert any(f"{PAPER[key]}{said[key]}" in line for line in cashier.paper())
    return said | afterwards(cashier, step)


def choose(cashier: Cashier, step: dict[str, Any]) -> None:
    """Tick the goods of the file, or all that is left of the sale."""
    rows = {row.name: place for place, row in enumerate(goods_rows(cashier))}
    wanted = step.get("lines", list(rows))
    for line in wanted:
        quantity, _, sku = line.rpartition(" ")
        for _ in rows:
            cashier.press("Up")
        for _ in range(rows[sku]):
            cashier.press("Down")
        if "lines" in step:
            cashier.press(*["+"] * int(quantity or 1))
        else:
            cashier.press("Space")


def goods_rows(cashier: Cashier) -> Any:
    state: Any = cashier.stage.window.navigator.presenter(Screen.RETURN)
    return state.state.lines


def let_go(cashier: Cashier) -> None:
    """Tick what would be kept back and may be let go."""
    view: Any = cashier.stage.shown
    toggle = view._waivers.itemAt(0).widget()
    toggle.setFocus()
    cashier.press("Space")


def refused(cashier: Cashier, step: dict[str, Any]) -> dict[str, Any]:
    """What cannot come back cannot be counted or refunded either: nothing is booked."""
    refusal, before = step["expect"]["refusal"], cashier.newest()
    counted = [row.count for row in goods_rows(cashier) if row.ticked]
    if refusal["reason"] == "MORE_THAN_LEFT":
        assert counted == [refusal["left"]]
    else:
        assert counted == []
        cashier.press("F12")
    assert cashier.front is Screen.RETURN
    assert cashier.newest() == before
    cashier.press("Esc")
    return {"refusal": refusal}


# Afterwards


def afterwards(cashier: Cashier, step: dict[str, Any]) -> dict[str, Any]:
    """What the done screen and the paper say."""
    said: dict[str, Any] = {}
    if cashier.shows("Change"):
        said["change"] = cashier.figure("¥")
    if cashier.shows("balance "):
        said["balance"] = int(cashier.amount_around("balance "))
    paper = cashier.paper()
    if "receipt" in step["expect"]:
        wanted = [text.replace("1001", "AMBR") for text in step["expect"]["receipt"]]
        assert [text for text in wanted if not any(text in line for line in paper)] == []
        said["receipt"] = step["expect"]["receipt"]
    return said


def look_up(cashier: Cashier, step: dict[str, Any]) -> dict[str, Any]:
    """The member's card and the gift card, scanned at the next sale: level, balance, state."""
    said: dict[str, Any] = {}
    if cashier.front is not Screen.SALE:
        cashier.press("F12")
    expected = step["expect"]
    if step["member"] and ("balance" in expected or "tier" in expected):
        cashier.scan(cashier.cards[step["member"]])
        told = next(text for text in cashier.words() if text.startswith(f"{step['member']}, "))
        unit = " stamps" if " stamps" in told else " pts"
        said["balance"] = int(cashier.amount_around(", ", unit))
        if isinstance(expected.get("tier"), str):
            said["tier"] = told.split(", ")[1].lower() if ", Gold, " in told else "none"
        elif "tier" in expected and ", Gold, " in told:
            said["tier"] = expected["tier"]
    for code, wanted in expected.get("cards", {}).items():
        cashier.scan(gift_code(code))
        assert cashier.stage.window.navigator.sheet is Sheet.GIFT_CARD
        assert cashier.figure("Balance ¥") == wanted["balance"]
        cashier.press("Esc")
        said["cards"] = expected["cards"]
    return said
