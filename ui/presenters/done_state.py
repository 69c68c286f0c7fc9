"""The done screen's state: how a sale or a refund ended, in words; nothing is reckoned here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from posloyalty.domain.members.member import masked_name
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale, shown_reference
from posloyalty.domain.shop.tender import TenderKind, instrument, worth_telling
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import currency
from ui.presenters.amounts import Figures, signed
from ui.presenters.exchanging import Back


class ReceiptIs(StrEnum):
    """What is known of the receipt, in the words of `PrintState`."""

    NOT_WANTED = "not_wanted"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneState:
    """The whole screen; empty before the first sale. A receipt that is late is worth a look.

    `void` is empty where there is nothing to void, as after a refund.
    """

    title: str = ""
    change_label: str = ""
    change: str = ""
    change_minor: int = 0
    given: str = ""
    receipt: str = ""
    receipt_is: ReceiptIs | None = None
    receipt_late: bool = False
    points: tuple[str, ...] = ()
    member: str = ""
    saved: str = ""
    number: str = ""
    reprint: str = ""
    void: str = ""
    next: str = ""
    hint: str = ""


def done_with_sale(sale: Sale, figures: Figures, *, member: str, back: Back = ()) -> DoneState:
    """A sale that was paid; `member` is the name that is masked here. `back` is what goes back
    where returned goods had cost more than the new ones: coins large, the rest in words.
    """
    words, figures = figures.words, replace(figures, currency=currency(sale.currency))
    cash = any(tender.kind is TenderKind.CASH for tender in worth_telling(sale.tenders))
    paid_minor = sale.payable_minor + sale.rounding_minor
    label, shown = ("change", sale.change_minor) if cash else ("paid", paid_minor)
    coins = dict(back).get(TenderKind.CASH, 0)
    if back:
        label = "give_back" if coins else "given_back"
        shown = coins or sum(amount for _, amount in back)
    return DoneState(
        title=words("done.title"),
        change_label=words(f"done.{label}"),
        change=figures.total(shown),
        change_minor=coins or sale.change_minor,
        given=" · ".join((_given(sale, figures), *_by_kind(back, figures))),
        points=_points(sale, figures),
        member=masked_name(member),
        saved=words("done.saved"),
        number=sale.number,
        reprint=words("done.reprint"),
        void=words("done.void"),
        next=words("done.next"),
        hint=words("done.scan_next"),
    )


def done_with_refund(refund: Refund, figures: Figures) -> DoneState:
    """Goods that came back, or a sale that was voided: what is to be handed over, large."""
    words, figures = figures.words, replace(figures, currency=currency(refund.currency))
    cash = sum(one.given_minor for one in refund.tenders if one.kind is TenderKind.CASH)
    whole = sum(one.given_minor for one in refund.tenders)
    label = "done.give_back" if cash else "done.given_back" if whole else "done.nothing_back"
    return DoneState(
        title=words("done.void_title" if refund.kind is RefundKind.VOID else "done.refund_title"),
        change_label=words(label),
        change=figures.total(cash or whole),
        change_minor=cash,
        given=_handed(refund, figures),
        points=_points(refund, figures),
        saved=words("done.saved"),
        number=refund.number,
        reprint=words("done.reprint"),
        next=words("done.next"),
        hint=words("done.scan_next"),
    )


def _handed(refund: Refund, figures: Figures) -> str:
    """Which sale it was of, and what went back other than in coins."""
    words = figures.words
    said = [words("done.of_sale", number=refund.of_number)] if refund.of_number else []
    back = ((tender.kind, tender.given_minor) for tender in refund.tenders)
    return " · ".join((*said, *_by_kind(back, figures)))


def _by_kind(back: Iterable[tuple[TenderKind, int]], figures: Figures) -> list[str]:
    """What went back otherwise than in coins."""
    return [
        figures.words("done.back_to", kind=figures.words(f"pay.{kind}"), amount=figures.money(n))
        for kind, n in back
        if kind is not TenderKind.CASH
    ]


def _given(sale: Sale, figures: Figures) -> str:
    """How it was paid: "given 200.00 − to pay 112.80 (cash rounding +0.04)"."""
    words = figures.words
    if not sale.tenders:
        return words("done.nothing_to_pay")
    given = sum(tender.given_minor for tender in sale.tenders)
    paid = worth_telling(sale.tenders)
    asked = figures.money(sale.payable_minor + sale.rounding_minor)
    if len(paid) == 1 and paid[0].kind is not TenderKind.CASH and not sale.rounding_minor:
        tender = paid[0]
        kind = instrument(tender.kind, tender.scheme, lambda code: words(f"pay.{code}"))
        reference = shown_reference(tender, sale.points)
        return words("done.by_reference", kind=kind, reference=reference).strip()
    said = words("done.given", given=figures.money(given), asked=asked)
    if sale.rounding_minor:
        rounding = signed(figures.money(abs(sale.rounding_minor)), sale.rounding_minor)
        said += words("done.rounding", amount=rounding)
    return said


def _points(paper: Sale | Refund, figures: Figures) -> tuple[str, ...]:
    """Per wallet: used and earned, by a refund the other way round; what is there now and later."""
    told, words = [], figures.words
    way = -1 if isinstance(paper, Refund) else 1
    for points in paper.points:

        def text(amount: int, decimals: int = points.scale) -> str:
            return format_fixed(amount, decimals=decimals, grouping=True)

        changes = []
        if points.redeemed:
            changes.append(signed(text(points.redeemed), -way))
        if points.earned:
            changes.append(signed(text(points.earned), way))
        said = words(
            "done.points",
            # In the screen's language, as far as the wallet is still the programme's.
            wallet=figures.wallets.get(points.wallet, ("", 0))[0] or points.wallet_name,
            changes=" ".join(changes) or text(0),
            balance=text(points.balance_after),
        )
        if points.pending_after:
            said += words("done.pending", points=text(points.pending_after))
        told.append(said)
    return tuple(told)
