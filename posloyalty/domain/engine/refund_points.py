"""Points of a sale undone: what was spent goes back to its lots, what was earned is taken back.

Restoring comes first, so that what a member gets back is there when something is taken. What was
earned is taken from its own lot, then from any other, then as the wallet's `negative` says; what
had run out unspent is gone already and is not taken a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from posloyalty.domain.engine.posting import earned_meter
from posloyalty.domain.engine.refund_quote import PointsBack
from posloyalty.domain.engine.undoing import Undoing
from posloyalty.domain.ledger.reversal import NegativePolicy, Reversal
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.kinds.returns import BonusBack
from posloyalty.domain.programme.wallet import Wallet, WalletUnit
from posloyalty.domain.values.portion import first_units


@dataclass(slots=True)
class PointsAccount:
    """What was done in each wallet so far, by id."""

    by_wallet: dict[str, PointsBack] = field(default_factory=dict)

    def add(self, wallet: str, **more: int) -> None:
        """Add to a wallet's figures."""
        known = self.by_wallet.get(wallet, PointsBack(wallet=wallet))
        sums = {name: getattr(known, name) + amount for name, amount in more.items()}
        self.by_wallet[wallet] = replace(known, **sums)

    def figures(self) -> tuple[PointsBack, ...]:
        """Every wallet in which something moved, by id."""
        return tuple(
            self.by_wallet[wallet]
            for wallet in sorted(self.by_wallet)
            if self.by_wallet[wallet] != PointsBack(wallet=wallet)
        )


def book_expiry(undoing: Undoing) -> None:
    """Book what ran out before this day, as every event of a member does first."""
    if undoing.postings is not None:
        for wallet in undoing.programme.wallets:
            undoing.postings.expire(undoing.programme.ledger(wallet.id))


def restore_spent(undoing: Undoing, account: PointsAccount) -> None:
    """Give back the points that paid for the goods, and the cost of rewards that come back."""
    spent = dict(undoing.goods.redeemed)
    for offer in undoing.goods.offers():
        if offer.cost is not None:
            wallet, points = offer.cost
            spent[wallet] = spent.get(wallet, 0) + points
    for wallet, points in spent.items():
        ledger = undoing.programme.ledger(wallet)
        restore(undoing, account, wallet, by_goods(undoing, ledger), points)


def restore(
    undoing: Undoing,
    account: PointsAccount,
    wallet: str,
    spent: tuple[Transfer, ...],
    points: int,
) -> None:
    """Give points back to the lots that some redemptions of the sale took them from."""
    postings = undoing.postings
    if postings is None or not points:
        return
    lost = postings.restore_last(
        spent,
        points,
        restored=[one for first in spent for one in undoing.linked(first)],
        grace_last_day=undoing.grace_last_day,
    )
    account.add(wallet, restored=points, lost=lost)


def by_goods(undoing: Undoing, ledger: str) -> tuple[Transfer, ...]:
    """The redemptions that paid for goods or for rewards used in the sale: the first ones."""
    return _split(undoing, ledger)[0]


def by_rewards(undoing: Undoing, ledger: str) -> tuple[Transfer, ...]:
    """The redemptions that bought something by itself, such as a full stamp card its reward."""
    return _split(undoing, ledger)[1]


def paid_with(undoing: Undoing, account: Account) -> tuple[Transfer, ...]:
    """The redemptions by which an account's stored value was a tender of the sale.

    A member's own account pays as a tender only from a wallet of money.
    """
    payers = {tender.account_id for tender in undoing.sale.tenders} - {None}
    if not any(account.owner in undoing.owners(payer) for payer in payers if payer is not None):
        return ()
    wallet = undoing.wallet(account.ledger)
    points = wallet is not None and wallet.unit is not WalletUnit.MONEY
    if account.kind is AccountKind.MEMBER and points:
        return ()
    return undoing.taken(account)


def take_earned(undoing: Undoing, account: PointsAccount) -> None:
    """Take back what the goods had earned, of each who stands for it its part, and the bonuses of
    the sale that no work settled.
    """
    for wallet_id, points in sorted(undoing.goods.earned.items()):
        ledger = undoing.programme.ledger(wallet_id)
        wallet = undoing.wallet(ledger)
        earned = undoing.earned(ledger)
        if wallet is None or undoing.state is None or not earned:
            continue
        account.add(wallet_id, earned=points)
        before, after = _shares(undoing, wallet_id, earned)
        for one, first, last in zip(earned, before, after, strict=True):
            left = one.amount - sum(back.amount for back in undoing.linked(one))
            _take(undoing, account, wallet, one, min(last - first, left), asked=first)
    for bonus in undoing.given(TransferCode.BONUS):
        if bonus.credit.kind is AccountKind.MEMBER and not undoing.settled(bonus):
            _take_bonus(undoing, account, bonus)


def earned_back(undoing: Undoing) -> dict[str, int]:
    """What is taken back by the meter that counted it."""
    return {
        earned_meter(undoing.programme.ledger(wallet)): points
        for wallet, points in undoing.goods.earned.items()
    }


def _split(undoing: Undoing, ledger: str) -> tuple[tuple[Transfer, ...], tuple[Transfer, ...]]:
    """A sale redeems what its lines and rewards say before anything else of a ledger."""
    sale, programme = undoing.sale, undoing.programme
    due = sum(
        points
        for line in sale.lines
        for wallet, points, _ in line.redeemed
        if programme.ledger(wallet) == ledger
    )
    due += sum(
        offer.cost[1]
        for offer in sale.offers
        if offer.cost is not None and programme.ledger(offer.cost[0]) == ledger
    )
    goods: list[Transfer] = []
    others: list[Transfer] = []
    for one in undoing.redeemed(ledger):
        if one in paid_with(undoing, one.debit):
            continue
        (goods if due > 0 else others).append(one)
        due -= one.amount
    return tuple(goods), tuple(others)


def _take_bonus(undoing: Undoing, account: PointsAccount, bonus: Transfer) -> None:
    wallet = undoing.wallet(bonus.credit.ledger)
    if wallet is None:
        return
    own = bonus.credit.owner in undoing.holders
    if not own:
        # What another member was given is not measured by these goods: it goes with the sale.
        if undoing.goods.whole and bonus.credit.owner in undoing.known.others:
            undoing.awards.take_back(bonus)
        return
    share = undoing.returns.bonus is BonusBack.SHARE or undoing.void
    points = undoing.goods.share(bonus.amount) if share or undoing.goods.whole else 0
    left = bonus.amount - sum(one.amount for one in undoing.linked(bonus))
    points = left if undoing.goods.whole else min(points, left)
    account.add(wallet.id, earned=points)
    _take(undoing, account, wallet, bonus, points)


def _shares(
    undoing: Undoing, wallet: str, earned: Sequence[Transfer]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What each earning of the sale bears of all that its goods had earned which came back before,
    and of that with what comes back now.
    """
    amounts = [one.amount for one in earned]
    asked = sum(n for line in undoing.goods.before for name, n in line.earned if name == wallet)
    now = asked + undoing.goods.earned[wallet]
    whole = sum(amounts)
    return first_units(min(asked, whole), amounts), first_units(min(now, whole), amounts)


def _take(
    undoing: Undoing,
    account: PointsAccount,
    wallet: Wallet,
    earned: Transfer,
    points: int,
    *,
    asked: int = 0,
) -> None:
    """`asked` is what earlier refunds asked for of this earning."""
    postings = undoing.postings
    if postings is None or not points:
        return
    lapsed = min(points, _lapsed(undoing, earned, asked))
    outcome = postings.reverse(
        earned,
        points - lapsed,
        policy=undoing.negative(wallet),
        reversed_before=undoing.linked(earned),
    )
    account.add(wallet.id, taken=outcome.taken, owed=outcome.owed, lapsed=lapsed)
    _short(undoing, account, wallet, outcome)


def _short(undoing: Undoing, account: PointsAccount, wallet: Wallet, outcome: Reversal) -> None:
    if not outcome.short:
        return
    if undoing.negative(wallet) is NegativePolicy.OFFSET:
        account.add(wallet.id, held_minor=worth_minor(undoing, wallet, outcome.short))
    account.add(wallet.id, short=outcome.short)


def worth_minor(undoing: Undoing, wallet: Wallet, points: int) -> int:
    """The money that spent points are held for: what they pay, rounded down; 0 for no worth."""
    if wallet.spend is not None:
        return wallet.spend.worth_minor(points)
    if wallet.unit is WalletUnit.MONEY:
        hundred: int = 10**undoing.programme.currency.exponent
        whole: int = 10**wallet.scale
        return points * hundred // whole
    return 0


def _lapsed(undoing: Undoing, earned: Transfer, asked: int) -> int:
    """What of an earning ran out unspent and was not counted so by an earlier refund.

    Earlier refunds asked for `asked` and their transfers moved `moved`: the rest had lapsed (or was
    borne by the shop, and then this errs in the shop's favour by no more than that).
    """
    if earned.opens is None:
        return 0
    moved = sum(one.amount for one in undoing.linked(earned))
    return max(0, undoing.lapsed_of(earned.opens) - max(0, asked - moved))
