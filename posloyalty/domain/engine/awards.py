"""What a programme gives at a moment, beside the points of a sale: bonuses, rights, counts, words.

Shape: `Awards` is handed to every work in turn; each step goes into the event's plan at once, so
that the next work sees the member as the steps before it left them. What a person should see is an
`Award` with its reasons; what the receipt should say is `Told`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.caps import Capped, capped, count_in
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import bonus_meter, capped_meter, taken_in_meter
from posloyalty.domain.engine.moment import Moment
from posloyalty.domain.engine.wallets import lot_days
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.shop.sale import Told


class Awards:
    """The works' hand: gives, counts and tells, at one moment."""

    def __init__(self, moment: Moment, plan: EventPlan) -> None:
        self.moment = moment
        self.plan = plan
        self._given: list[Award] = []
        self._told: list[Told] = []

    def within(self, moment: Moment) -> Awards:
        """The same hand at a moment within this one: what it gives is given here too."""
        inner = Awards(moment, self.plan)
        inner._given, inner._told = self._given, self._told
        return inner

    @property
    def programme(self) -> Programme:
        """The programme that acts."""
        return self.moment.programme

    @property
    def given(self) -> tuple[Award, ...]:
        """What was given so far, in order."""
        return tuple(self._given)

    @property
    def told(self) -> tuple[Told, ...]:
        """What the receipt says so far."""
        return tuple(self._told)

    @property
    def state(self) -> MemberState | None:
        """The member as the steps so far left them."""
        state = self.moment.state
        return None if state is None else self.plan.after(state)

    def credit(
        self,
        wallet_id: str,
        points: int,
        *,
        rule_id: str,
        name: str,
        reasons: Iterable[Reason] = (),
        member_id: bytes | None = None,
    ) -> int:
        """Give points, to the member of the moment or to another; returns how many.

        What the wallet's limits hold back is said in the reasons, and counted.
        """
        state = self.moment.state
        if member_id is None:
            if state is None:
                return 0
            member_id = state.member_id
        if points <= 0:
            return 0
        programme, wallet = self.programme, self.programme.wallet(wallet_id)
        own = state is not None and state.member_id == member_id
        kept = self._let_in(wallet, points) if own else Capped(points, 0, ())
        days = lot_days(programme, wallet, self._ranks(own), self.moment.day)
        self.plan.postings_of(member_id, state if own else None).earn(
            programme.ledger(wallet_id),
            kept.points,
            usable_from=days.usable_from,
            last_day=days.last_day,
            code=TransferCode.BONUS,
        )
        self.plan.count(bonus_meter(programme.ledger(wallet_id)), member_id, kept.points)
        self._given.append(
            Award(
                kind=POINTS,
                of=wallet_id,
                name=name,
                amount=kept.points,
                rule_id=rule_id,
                reasons=(*reasons, *kept.reasons),
                last_day=days.last_day,
            )
        )
        return kept.points

    def show(self, award: Award) -> None:
        """Show something that was given by other steps."""
        self._given.append(award)

    def issue(
        self,
        kind: str,
        of: str,
        *,
        rule_id: str,
        name: str,
        owner: bytes | None = None,
        reasons: Iterable[Reason] = (),
        uses: int = 1,
        code: str = "",
        from_day: date | None = None,
        last_day: date | None = None,
        held: bool = False,
        paid_minor: int = 0,
        line: int = 0,
    ) -> Right | None:
        """Give a right, to the member of the moment or to another owner; None for nobody."""
        if owner is None:
            if self.moment.state is None:
                return None
            owner = self.moment.state.member_id
        right = self.plan.issue(
            kind=kind,
            of=of,
            owner=owner,
            code=code,
            uses=uses,
            from_day=from_day,
            last_day=last_day,
            held=held,
            paid_minor=paid_minor,
            line=line,
        )
        self._given.append(
            Award(
                kind=kind,
                of=of,
                name=name,
                amount=1,
                rule_id=rule_id,
                reasons=tuple(reasons),
                last_day=last_day,
            )
        )
        return right

    def count(
        self,
        name: str,
        amount: int,
        *,
        owner: bytes | None = None,
        day: date | None = None,
        undoes: bytes | None = None,
    ) -> None:
        """Add to a meter of this programme, by default the member's."""
        if owner is None:
            if self.moment.state is None:
                return
            owner = self.moment.state.member_id
        self.plan.count(self.programme.meter(name), owner, amount, day=day, undoes=undoes)

    def counted(
        self,
        name: str,
        *,
        owner: bytes | None = None,
        since: date | None = None,
        through: date | None = None,
    ) -> int:
        """What a meter of this programme comes to, this event's steps included."""
        state = self.state
        if state is None:
            return 0
        return total(
            state.meters,
            self.programme.meter(name),
            owner=state.member_id if owner is None else owner,
            since=since,
            through=through,
        )

    def tell(self, code: str, **facts: int | str) -> None:
        """Say something on the receipt."""
        self._told.append(Told(code, tuple(facts.items())))

    def _let_in(self, wallet: Wallet, points: int) -> Capped:
        """What the wallet's limits leave of a bonus for the member of the moment."""
        state, store, ledger = self.state, self.moment.store, self.programme.ledger(wallet.id)
        assert state is not None
        kept = capped(
            self.programme,
            wallet,
            points,
            state=state,
            store=store,
            day=self.moment.day,
            event=self.plan.counted,
        )
        self.plan.count(capped_meter(ledger), state.member_id, kept.lost)
        for owner in count_in(self.programme, wallet, state, store):
            self.plan.count(taken_in_meter(ledger), owner, kept.points)
        return kept

    def _ranks(self, own: bool) -> Mapping[str, int]:
        member = self.moment.facts.member
        return member.ranks if own and member is not None else {}
