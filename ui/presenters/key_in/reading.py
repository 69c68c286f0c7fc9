"""What was typed of a paper, read into a slip; what cannot be read is found at its entry."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.fixed_point import BadNumber, narrow, parse_fixed
from posloyalty.domain.values.money import BadAmount, Currency, parse_amount
from posloyalty.services.selling.key_in_rows import Slip, parse_time, parted
from ui.presenters.form import Draft, finding

if TYPE_CHECKING:
    from ui.presenters.key_in.state import Work

_BY_KIND = (("card", TenderKind.CARD), ("qr_wallet", TenderKind.QR_WALLET))


def slip_of(work: Work, draft: Draft, money: Currency) -> Slip | None:
    """The slip; None where an entry is missing or cannot be read, which is then found there."""
    day, total = _proved(work, draft, money)
    at = parse_time(draft.text("time"))
    if at is None:
        draft.find("time", finding("key_in.time_wrong"))
    amounts = {name: _amount(draft, name, money) for name in ("off", "card", "qr_wallet")}
    card = _amount(draft, "gift_card", money)
    code = draft.text("gift_card_code").upper()
    if card and not code:
        draft.find("gift_card_code", finding("finding_required"))
    spent, wallet = _spent(work, draft)
    if draft.findings or day is None or at is None:
        return None
    if sum((*amounts.values(), card)) - amounts["off"] > total:
        draft.find("card", finding("key_in.paid_more"))
        return None
    return Slip(
        receipt=work.paper.code or work.paper.number,
        day=day,
        time=at,
        total_minor=total,
        member="" if work.member_id is not None else draft.text("member"),
        member_id=work.member_id,
        by_kind=tuple((kind, amounts[name]) for name, kind in _BY_KIND if amounts[name]),
        lines=tuple(one.slip for one in work.goods),
        spent=spent,
        spent_of=wallet,
        used=parted(draft.text("used")),
        off_minor=amounts["off"],
        cards=((code, card),) if card else (),
    )


def _proved(work: Work, draft: Draft, money: Currency) -> tuple[date | None, int]:
    """Day and amount, as the code says or as they were typed."""
    digest = work.paper.digest
    if digest is not None:
        return digest.day, digest.payable_minor
    draft.require("total")
    return _day(draft), _amount(draft, "total", money)


def _day(draft: Draft) -> date | None:
    typed = narrow(draft.text("day")).replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in typed.split("-"))
        return date(year, month, day)
    except ValueError:
        draft.find("day", finding("key_in.day_wrong"))
        return None


def _amount(draft: Draft, name: str, money: Currency) -> int:
    text = draft.text(name)
    if not text:
        return 0
    try:
        amount = parse_amount(text, money)
    except BadAmount:
        amount = -1
    if amount < 0:
        draft.find(name, finding("key_in.amount_wrong"))
    return max(0, amount)


def _spent(work: Work, draft: Draft) -> tuple[int, str]:
    """The points of the one wallet that was spent."""
    for one in work.spendable:
        name = f"spent:{one.wallet}"
        text = draft.text(name)
        if not text:
            continue
        try:
            points = parse_fixed(text, decimals=one.scale)
        except BadNumber:
            points = -1
        if points < 0:
            draft.find(name, finding("key_in.points_wrong"))
        elif points:
            return points, one.wallet
    return 0, ""
