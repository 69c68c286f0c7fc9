"""The transfers of one event, planned in order against one member's lots.

Shape: `EventPostings(event_id=..., member_id=..., day=..., lots=..., debts=...)` collects
`transfers`; each step sees the lots as the steps before it left them. Ids derive from the event and
the place in it, so that planning the same event again gives the same transfers. Amounts are in
wallet minor units and positive; a step with nothing to move adds no transfer.

Two steps undo earlier events: `restore` gives back what was redeemed, to the very lots, `reverse`
takes back what was earned. Both link to the transfer that they undo, and neither undoes more of it
than it moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from posloyalty.domain.ledger.lots import (
    SpendRefusal,
    after_use,
    of_one_kind,
    plan_expiry,
    plan_spend,
    spending_order,
    take,
    usable_sum,
)
from posloyalty.domain.ledger.reversal import (
    NegativePolicy,
    Reversal,
    ReversalRefusal,
    give_back,
)
from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio

NO_COSTS: Mapping[str, Ratio] = {}


class EventPostings:
    """Plans the transfers of one event for one member.

    `transfers` is given when an event touches several members: their steps share one list, because
    a transfer's id says its place in the event. `holder` is the kind of the accounts that hold the
    lots: a member's unless stored value of another owner is moved. `pools` are the ledgers that the
    member shares, each with the household that owns what is earned there; lots that the member had
    before stay their own. `costs` are what a point of each ledger costs the shop now: a lot keeps
    it for good.
    """

    def __init__(
        self,
        *,
        event_id: bytes,
        member_id: bytes,
        day: date,
        lots: Iterable[Lot] = (),
        debts: Iterable[tuple[str, int]] = (),
        transfers: list[Transfer] | None = None,
        holder: AccountKind = AccountKind.MEMBER,
        pools: Iterable[tuple[str, bytes]] = (),
        costs: Mapping[str, Ratio] = NO_COSTS,
    ) -> None:
        self.event_id = event_id
        self.day = day
        self._member_id = member_id
        self._holder = holder
        self._pools = dict(pools)
        self._costs = costs
        self._lots = {lot.id: lot for lot in lots}
        self._debts = dict(debts)
        self._transfers: list[Transfer] = [] if transfers is None else transfers

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """What is planned so far, in order."""
        return tuple(self._transfers)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The member's lots as they would be after the transfers."""
        return tuple(self._lots.values())

    @property
    def debts(self) -> tuple[tuple[str, int], ...]:
        """What the member would owe after the transfers, as (ledger, amount)."""
        return tuple((ledger, owed) for ledger, owed in self._debts.items() if owed)

    def debt(self, ledger: str) -> int:
        """What the member would owe in a ledger after the transfers."""
        return self._debts.get(ledger, 0)

    def expire(self, ledger: str) -> int:
        """Book everything that ran out before this day; returns how much. What ran out on a gift
        card stays on it: it may be owed still.
        """
        if self._holder is AccountKind.GIFT_CARD:
            return 0
        uses = plan_expiry(self._of(ledger), self.day)
        amount = sum(use.amount for use in uses)
        self._from_member(TransferCode.EXPIRE, ledger, AccountKind.BREAKAGE, amount, uses)
        return amount

    def redeem(self, ledger: str, points: int, *, bought: bytes | None = None) -> None:
        """Spend usable points; raises `SpendRefusal` when lots less debt do not hold them.

        `bought` is the right that they were spent on, where it is one: the transfer links to it.
        """
        spare = usable_sum(self._of(ledger), self.day) - self.debt(ledger)
        if points > spare:
            raise SpendRefusal(points - spare)
        uses = plan_spend(self._of(ledger), points, self.day)
        redeemed = AccountKind.REDEEMED
        self._from_member(TransferCode.REDEEM, ledger, redeemed, points, uses, link=bought)

    def earn(
        self,
        ledger: str,
        points: int,
        *,
        usable_from: date | None,
        last_day: date | None,
        code: TransferCode = TransferCode.EARN,
        funder: str = "",
    ) -> Lot | None:
        """Open a lot of earned points, which `funder` stands for; a debt is repaid from it first,
        pending or not.
        """
        return self._open(
            AccountKind.ISSUED,
            code,
            ledger,
            points,
            earned_on=self.day,
            usable_from=usable_from,
            last_day=last_day,
            funder=funder,
            shop_cost=self._costs.get(ledger),
        )

    def adjust(
        self,
        ledger: str,
        points: int,
        *,
        earned_on: date,
        usable_from: date | None,
        last_day: date | None,
    ) -> Lot | None:
        """Open a lot of points that should have been there earlier, with the days of then."""
        return self._open(
            AccountKind.ISSUED,
            TransferCode.ADJUST,
            ledger,
            points,
            earned_on=earned_on,
            usable_from=usable_from,
            last_day=last_day,
            shop_cost=self._costs.get(ledger),
        )

    def opening(
        self, ledger: str, points: int, *, last_day: date | None, earned_on: date = LONG_AGO
    ) -> Lot | None:
        """Open a lot of points that the member brought from an earlier system, usable at once.

        Tiers count it only by an `earned_on` inside their window.
        """
        return self._open(
            AccountKind.OPENING,
            TransferCode.OPENING,
            ledger,
            points,
            earned_on=earned_on,
            usable_from=earned_on,
            last_day=last_day,
            shop_cost=self._costs.get(ledger),
        )

    def restore(
        self,
        redeemed: Transfer,
        points: int,
        *,
        restored: Iterable[Transfer] = (),
        grace_last_day: date | None = None,
    ) -> int:
        """Give redeemed points back to the very lots they came from, the last taken first.

        A lot that ran out meanwhile takes its points back only to lose them again, unless
        `grace_last_day` gives them a lot of their own; the answer is how many were lost so.
        `restored` are the earlier restores of the same redemption. Raises `ReversalRefusal`.
        """
        ledger = redeemed.debit.ledger
        back = give_back(redeemed, points, tuple(restored))
        late = [use for use in back if self._expired(use.lot_id)]
        if grace_last_day is not None and late:
            back = tuple(use for use in back if use not in late)
            for like, amount in of_one_kind(late, self._lots):
                self._open(
                    AccountKind.REDEEMED,
                    TransferCode.RESTORE,
                    ledger,
                    amount,
                    earned_on=LONG_AGO,
                    usable_from=self.day,
                    last_day=grace_last_day,
                    link=redeemed.id,
                    funder=like.funder,
                    shop_cost=like.shop_cost,
                )
        amount = -sum(use.amount for use in back)
        if amount:
            self._post(
                TransferCode.RESTORE,
                debit=Account(ledger, AccountKind.REDEEMED),
                credit=redeemed.debit,
                amount=amount,
                uses=back,
                link=redeemed.id,
            )
        return self.expire(ledger)

    def restore_last(
        self,
        redemptions: Sequence[Transfer],
        points: int,
        *,
        restored: Iterable[Transfer] = (),
        grace_last_day: date | None = None,
    ) -> int:
        """The same over several redemptions of one event, the last of them first."""
        restored = tuple(restored)
        lost = 0
        for redeemed in reversed(redemptions):
            before = [one for one in restored if one.link == redeemed.id]
            part = min(points, redeemed.amount - sum(one.amount for one in before))
            points -= part
            if part:
                lost += self.restore(redeemed, part, restored=before, grace_last_day=grace_last_day)
        if points:
            raise ReversalRefusal(points)
        return lost

    def reverse(
        self,
        earned: Transfer,
        points: int,
        *,
        policy: NegativePolicy,
        reversed_before: Iterable[Transfer] = (),
    ) -> Reversal:
        """Take earned points back: from their own lot, then from any, then by the policy.

        `reversed_before` are the transfers that already took back from the same earning. Raises
        `ReversalRefusal`.
        """
        left = earned.amount - sum(t.amount for t in reversed_before)
        if points > left:
            raise ReversalRefusal(points - left)
        own = earned.opens.id if earned.opens else b""
        return self._take(earned.credit.ledger, points, policy, own=own, link=earned.id)

    def take_back(self, ledger: str, points: int, *, policy: NegativePolicy) -> Reversal:
        """Take points back whose earning this book does not hold: from any lot, then by policy."""
        return self._take(ledger, points, policy)

    def withdraw(self, opened: Transfer) -> int:
        """Take back whatever remains of the lot that a transfer opened; returns how much."""
        lot = None if opened.opens is None else self._lots.get(opened.opens.id)
        if lot is None:
            return 0
        amount, uses = lot.remaining, (LotUse(lot.id, lot.remaining),)
        code, ledger = TransferCode.REVERSE_EARN, lot.account.ledger
        self._from_member(code, ledger, opened.debit.kind, amount, uses, link=opened.id)
        return amount

    def _take(
        self,
        ledger: str,
        points: int,
        policy: NegativePolicy,
        *,
        own: bytes = b"",
        link: bytes | None = None,
    ) -> Reversal:
        holding = [lot for lot in self._of(ledger) if lot.remaining]
        ready = sorted(holding, key=lambda lot: (lot.id != own, *spending_order(lot)))
        taken = min(points, sum(lot.remaining for lot in ready))
        uses = take(ready, taken)
        self._from_member(
            TransferCode.REVERSE_EARN, ledger, AccountKind.ISSUED, taken, uses, link=link
        )
        rest = points - taken
        if not rest or policy is not NegativePolicy.NEGATIVE:
            return Reversal(taken=taken, owed=0, short=rest)
        self._post(
            TransferCode.DEBT,
            debit=Account(ledger, AccountKind.MEMBER_DEBT, self._owner(ledger)),
            credit=Account(ledger, AccountKind.ISSUED),
            amount=rest,
            link=link,
        )
        self._debts[ledger] = self.debt(ledger) + rest
        return Reversal(taken=taken, owed=rest, short=0)

    def move_out(
        self,
        ledger: str,
        uses: tuple[LotUse, ...],
        *,
        code: TransferCode,
        to: AccountKind = AccountKind.ISSUED,
    ) -> int:
        """Take exactly these parts of lots away; returns how much they come to."""
        amount = sum(use.amount for use in uses)
        self._from_member(code, ledger, to, amount, uses)
        return amount

    def move_in(
        self,
        ledger: str,
        points: int,
        *,
        code: TransferCode,
        like: Lot,
        usable_from: date | None = None,
    ) -> Lot | None:
        """Open a lot with the days, funder and cost of another one, which came out of somewhere
        else.
        """
        return self._open(
            AccountKind.ISSUED,
            code,
            ledger,
            points,
            earned_on=like.earned_on,
            usable_from=like.usable_from if usable_from is None else usable_from,
            last_day=like.last_day,
            funder=like.funder,
            shop_cost=like.shop_cost,
        )

    def activate(self, ledger: str) -> int:
        """Make everything usable that waits for an event; returns how much that is."""
        waiting = [
            lot
            for lot in self._of(ledger)
            if lot.usable_from is None and lot.remaining and not lot.expired_on(self.day)
        ]
        for lot in sorted(waiting, key=spending_order):
            uses = (LotUse(lot.id, lot.remaining),)
            self.move_out(ledger, uses, code=TransferCode.ACTIVATE)
            self.move_in(
                ledger,
                lot.remaining,
                code=TransferCode.ACTIVATE,
                like=lot,
                usable_from=self.day,
            )
        return sum(lot.remaining for lot in waiting)

    def owe(self, ledger: str, points: int, *, code: TransferCode = TransferCode.DEBT) -> None:
        """Let the member owe so much from now on."""
        if points:
            self._post(
                code,
                debit=Account(ledger, AccountKind.MEMBER_DEBT, self._owner(ledger)),
                credit=Account(ledger, AccountKind.ISSUED),
                amount=points,
            )
            self._debts[ledger] = self.debt(ledger) + points

    def write_off(self, ledger: str, *, code: TransferCode = TransferCode.WRITE_OFF) -> int:
        """Let go of what the member owes; returns how much that was."""
        owed = self.debt(ledger)
        if owed:
            self._post(
                code,
                debit=Account(ledger, AccountKind.ISSUED),
                credit=Account(ledger, AccountKind.MEMBER_DEBT, self._owner(ledger)),
                amount=owed,
            )
            self._debts[ledger] = 0
        return owed

    def _open(
        self,
        source: AccountKind,
        code: TransferCode,
        ledger: str,
        points: int,
        *,
        earned_on: date,
        usable_from: date | None,
        last_day: date | None,
        shop_cost: Ratio | None,
        link: bytes | None = None,
        funder: str = "",
    ) -> Lot | None:
        if points == 0:
            return None
        member = self._member(ledger)
        lot = Lot(
            id=derive_id("lot", self.event_id, len(self._transfers)),
            account=member,
            original=points,
            remaining=points,
            earned_on=earned_on,
            usable_from=usable_from,
            last_day=last_day,
            funder=funder,
            shop_cost=shop_cost,
        )
        self._post(
            code, debit=Account(ledger, source), credit=member, amount=points, opens=lot, link=link
        )
        self._repay(lot)
        return self._lots[lot.id]

    def _repay(self, lot: Lot) -> None:
        ledger = lot.account.ledger
        part = min(self.debt(ledger), lot.remaining)
        if part:
            uses = (LotUse(lot.id, part),)
            self._from_member(TransferCode.REPAY, ledger, AccountKind.MEMBER_DEBT, part, uses)
            self._debts[ledger] -= part

    def _from_member(
        self,
        code: TransferCode,
        ledger: str,
        to: AccountKind,
        amount: int,
        uses: tuple[LotUse, ...],
        *,
        link: bytes | None = None,
    ) -> None:
        if not amount:
            return
        owner = self._owner(ledger) if to is AccountKind.MEMBER_DEBT else b""
        credit = Account(ledger, to, owner)
        # One transfer for each account: what the member brought, what the household shares.
        parts: dict[Account, list[LotUse]] = {}
        for use in uses:
            parts.setdefault(self._lots[use.lot_id].account, []).append(use)
        for debit, part in parts.items():
            taken = sum(use.amount for use in part)
            self._post(code, debit=debit, credit=credit, amount=taken, uses=tuple(part), link=link)

    def _post(
        self,
        code: TransferCode,
        *,
        debit: Account,
        credit: Account,
        amount: int,
        opens: Lot | None = None,
        uses: tuple[LotUse, ...] = (),
        link: bytes | None = None,
    ) -> None:
        self._transfers.append(
            Transfer(
                id=derive_id("transfer", self.event_id, len(self._transfers)),
                code=code,
                debit=debit,
                credit=credit,
                amount=amount,
                event_id=self.event_id,
                opens=opens,
                uses=uses,
                link=link,
            )
        )
        if opens is not None:
            self._lots[opens.id] = opens
        for use in uses:
            self._lots[use.lot_id] = after_use(self._lots[use.lot_id], use)

    def _member(self, ledger: str) -> Account:
        return Account(ledger, self._holder, self._owner(ledger))

    def _owner(self, ledger: str) -> bytes:
        return self._pools.get(ledger, self._member_id)

    def _of(self, ledger: str) -> list[Lot]:
        return [lot for lot in self._lots.values() if lot.account.ledger == ledger]

    def _expired(self, lot_id: bytes) -> bool:
        return self._lots[lot_id].expired_on(self.day)
