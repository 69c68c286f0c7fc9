"""Stored value of a sale undone: what paid as a tender goes back to its card or wallet, and a card
or top-up that was sold is emptied.

Value goes back to the very lots, so that what was principal is principal again. A sold card that
was used in part is refused, or what is left of what was paid goes back and its bonus is void, as
the programme says: a card that was refunded is never usable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.engine.refund_points import paid_with
from posloyalty.domain.engine.refund_quote import RefundRefusal
from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.engine.stored_value import on_card, tell_holds
from posloyalty.domain.engine.undoing import Undoing
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.kinds.returns import UsedValue
from posloyalty.domain.programme.wallet import WalletUnit
from posloyalty.domain.shop.refund import VALUE_USED
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.shop.tender_back import Paid
from posloyalty.domain.values.portion import first_units, so_far

CARD_GRACE_DAYS: Final = 365


def restore_tenders(undoing: Undoing, amounts: Sequence[int], paid: Sequence[Paid]) -> None:
    """Give the money of stored-value tenders back to the accounts that it came from.

    Where several redemptions paid, such as principal and bonus, each gets its share. One account
    may have paid by several tenders: its redemptions are those of all of them.
    """
    by_owner: dict[bytes, list[tuple[int, Paid]]] = {}
    for amount, one in zip(amounts, paid, strict=True):
        if one.tender.account_id is not None:
            by_owner.setdefault(one.tender.account_id, []).append((amount, one))
    for owner, mine in by_owner.items():
        amount = sum(back for back, _ in mine)
        if not amount:
            continue
        moved = [
            transfer
            for account in _accounts(undoing, owner)
            for transfer in paid_with(undoing, account)
        ]
        if not moved:
            raise RefundRefusal("VALUE_UNKNOWN", number=undoing.sale.number)
        parts = [transfer.amount for transfer in moved]
        before = sum(one.given_minor for _, one in mine)
        whole = sum(one.tender.amount_minor for _, one in mine)
        value = so_far(sum(parts), before + amount, whole)
        for transfer, due in zip(moved, first_units(value, parts), strict=True):
            restored = undoing.linked(transfer)
            _postings(undoing, transfer.debit).restore(
                transfer,
                due - sum(back.amount for back in restored),
                restored=restored,
                grace_last_day=_grace(undoing, transfer),
            )
        _tell_card(undoing, moved[0].debit, mine[0][1].tender.reference)


def take_sold_value(undoing: Undoing) -> None:
    """Empty the cards and top-ups that were sold on lines which come back.

    Raises `RefundRefusal` VALUE_USED (`left_minor`), or VALUE_UNKNOWN for a card line of which
    nothing is known: its money must not go back while the card may still be good.
    """
    free = [one for one in undoing.did.transfers if _holds_value(undoing, one)]
    for line in undoing.goods.sold:
        if not product_of(line, undoing.known.products).gift_card:
            continue
        own = _sold_on(line, free)
        free = [one for one in free if one not in own]
        count = _pieces(undoing, line, len(own))
        if any(undoing.settled(one) for one in own) or not _comes_back(undoing, line):
            continue
        if not own and not _has_rights(undoing, line):
            raise RefundRefusal("VALUE_UNKNOWN", number=undoing.sale.number)
        for one in sorted(own, key=lambda transfer: (-_left(undoing, transfer), transfer.id)):
            if count and not undoing.linked(one):
                _empty(undoing, line, one)
                count -= 1


def _empty(undoing: Undoing, line: SaleLine, sold: Transfer) -> None:
    left = _left(undoing, sold)
    used = sold.amount - left
    if used and undoing.returns.used_value is UsedValue.REFUSE:
        raise RefundRefusal("VALUE_USED", name=line.name, left_minor=left)
    postings = _postings(undoing, sold.credit)
    postings.withdraw(sold)
    for bonus in undoing.given(TransferCode.BONUS):
        if _same_holder(bonus.credit, sold.credit) and not undoing.settled(bonus):
            postings.withdraw(bonus)
    undoing.awards.withhold(VALUE_USED, used, line.name)


def _sold_on(line: SaleLine, free: Sequence[Transfer]) -> list[Transfer]:
    """The accounts that a card line filled: one a piece, each with the price of a piece."""
    pieces = max(1, line.quantity_milli // 1000)
    fitting = [one for one in free if one.amount * pieces == line.gross_minor]
    return fitting[:pieces]


def _pieces(undoing: Undoing, line: SaleLine, every: int) -> int:
    """How many of a line's cards come back now."""
    gone = line.quantity_milli - undoing.goods.left[line.number]
    now = sum(one.quantity_milli for one in undoing.goods.lines if one.number == line.number)
    return every * gone // line.quantity_milli - every * (gone - now) // line.quantity_milli


def _holds_value(undoing: Undoing, one: Transfer) -> bool:
    """Whether a transfer of the sale opened stored value that somebody paid for."""
    if one.opens is None or one.code is TransferCode.BONUS or not one.credit.owner:
        return False
    if one.credit.kind is not AccountKind.MEMBER:
        return True
    wallet = undoing.wallet(one.credit.ledger)
    money = wallet is not None and wallet.unit is WalletUnit.MONEY
    return money and not (one.code is TransferCode.EARN and _by_lines(undoing, one))


def _by_lines(undoing: Undoing, earned: Transfer) -> bool:
    """Whether goods of the sale earned it: their points are the first that it opened."""
    ledger, before = earned.credit.ledger, 0
    for one in undoing.given(TransferCode.EARN, earned.credit):
        if one is earned:
            break
        before += one.amount
    by_lines = sum(
        n
        for line in undoing.sale.lines
        for wallet, n in line.earned
        if undoing.programme.ledger(wallet) == ledger
    )
    return before + earned.amount <= by_lines


def _comes_back(undoing: Undoing, line: SaleLine) -> bool:
    return any(one.number == line.number for one in undoing.goods.lines)


def _has_rights(undoing: Undoing, line: SaleLine) -> bool:
    return any(right.line == line.number for right, _ in undoing.rights_moved(RightMove.ISSUE))


def _left(undoing: Undoing, sold: Transfer) -> int:
    """What remains of the lot that a transfer of the sale opened."""
    assert sold.opens is not None  # `_holds_value` chose only such
    known = {lot.id: lot.remaining for lot in undoing.known.lots}
    return known.get(sold.opens.id, 0)


def _grace(undoing: Undoing, paid: Transfer) -> date | None:
    """Money that comes back to a gift card is good there, also when that card's has run out."""
    if paid.debit.kind is not AccountKind.GIFT_CARD:
        return undoing.grace_last_day
    return undoing.plan.day + timedelta(days=CARD_GRACE_DAYS)


def _tell_card(undoing: Undoing, account: Account, card: str | None) -> None:
    if account.kind is AccountKind.GIFT_CARD and card is not None:
        holds = on_card(undoing.plan, account.owner)
        tell_holds(undoing.awards, card, holds)


def _same_holder(bonus: Account, sold: Account) -> bool:
    """A bonus lies beside what was paid for: in the same account, or in another of the card."""
    card = sold.kind is AccountKind.GIFT_CARD
    return (bonus.kind, bonus.owner) == (sold.kind, sold.owner) if card else bonus == sold


def _accounts(undoing: Undoing, owner: bytes) -> tuple[Account, ...]:
    debits = (one.debit for one in undoing.did.transfers if one.code is TransferCode.REDEEM)
    owners = undoing.owners(owner)
    return tuple(dict.fromkeys(debit for debit in debits if debit.owner in owners))


def _postings(undoing: Undoing, account: Account) -> EventPostings:
    if account.kind is AccountKind.MEMBER and undoing.postings is not None:
        return undoing.postings
    return undoing.plan.postings_at(account, undoing.known.lots)
