"""What a programme gives at a moment, beside the points of a sale: bonuses, rights, counts, words.

Shape: `Awards` is handed to every work in turn; each step goes into the event's plan at once, so
that the next work sees the member as the steps before it left them. What a person should see is an
`Award` with its reasons; what the receipt should say is `Told`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NoReturn

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.campaigns import Conditional
from posloyalty.domain.engine.caps import Capped, capped, count_in
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import bonus_meter, capped_meter, taken_in_meter
from posloyalty.domain.engine.moment import Moment
from posloyalty.domain.engine.refund_quote import Facts, RefundRefusal
from posloyalty.domain.engine.wallets import lot_days
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.reason import Fact, Reason
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.shop.refund import Withheld
from posloyalty.domain.shop.sale import Told


class ActRefusal(ValueError):
    """An act that cannot be recorded so; `reason` is a wording code of area "refusal", `because`
    says more of it.
    """

    def __init__(self, reason: str, *, because: tuple[Reason, ...] = (), **facts: Fact) -> None:
        super().__init__(reason)
        self.reason = reason
        self.because = because
        self.facts: Facts = dict(facts)


class Awards:
    """The works' hand: gives, counts and tells, at one moment."""

    def __init__(self, moment: Moment, plan: EventPlan) -> None:
        self.moment = moment
        self.plan = plan
        self._given: list[Award] = []
        self._told: list[Told] = []
        self._withheld: list[Withheld] = []
        self._left_alone: set[bytes] = set()
        self._counts_left: set[tuple[str, bytes]] = set()
        self._written: list[tuple[str, str]] = []
        self._kept_counts: set[tuple[str, bytes]] = set()

    def within(self, moment: Moment) -> Awards:
        """The same hand at a moment within this one: what it gives is given here too."""
        inner = Awards(moment, self.plan)
        inner._given, inner._told, inner._written = self._given, self._told, self._written
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
        not_before: date | None = None,
        funder: str = "",
    ) -> int:
        """Give points, to the member of the moment or to another; returns how many.

        What the wallet's limits hold back is said in the reasons, and counted. They cannot be used
        `not_before` a day. `funder` stands for them, the shop where it is empty.
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
        usable = None if own and self.moment.flagged else days.usable_from
        if usable is not None and not_before is not None:
            usable = max(usable, not_before)
        self.plan.postings_of(member_id, state if own else None).earn(
            programme.ledger(wallet_id),
            kept.points,
            usable_from=usable,
            last_day=days.last_day,
            code=TransferCode.BONUS,
            funder=funder,
        )
        self.plan.count(bonus_meter(programme.ledger(wallet_id)), member_id, kept.points)
        self._given.append(
            Award(
                kind=POINTS,
                of=wallet_id,
                name=name,
                amount=kept.points,
                rule_id=rule_id,
                reasons=(*reasons, *kept.reasons, *(self.moment.flagged if own else ())),
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
            owner, held = self.moment.state.member_id, held or bool(self.moment.flagged)
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

    def buy(
        self,
        wallet_id: str,
        points: int,
        kind: str,
        of: str,
        *,
        rule_id: str,
        name: str,
        reasons: Iterable[Reason] = (),
        uses: int = 1,
        last_day: date | None = None,
    ) -> Right | None:
        """Spend the member's points on a right for them, as a full stamp card does on its reward.

        The redemption names the right, so that a return can undo the two together. Raises
        `SpendRefusal` when the points are not there.
        """
        state = self.moment.state
        if state is None:
            return None
        right = self.issue(
            kind, of, rule_id=rule_id, name=name, reasons=reasons, uses=uses, last_day=last_day
        )
        assert right is not None  # there is an owner
        ledger = self.programme.ledger(wallet_id)
        self.plan.postings(state).redeem(ledger, points, bought=right.id)
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

    def tell(self, code: str, /, **facts: int | str) -> None:
        """Say something on the receipt."""
        self._told.append(Told(code, tuple(facts.items())))

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """What works wrote into the event of the act."""
        return tuple(self._written)

    def write(self, key: str, value: str) -> None:
        """Write what was found out into the act's event, beside the evidence; never who it is."""
        self._written.append((key, value))

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

    # --- at a return or an act, see `engine/work.py` ---

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """The money that works keep back so far."""
        return tuple(self._withheld)

    @property
    def left_alone(self) -> frozenset[bytes]:
        """The ids of which works said that they stay as they are."""
        return frozenset(self._left_alone)

    @property
    def counts_left(self) -> frozenset[tuple[str, bytes]]:
        """The (meter, owner) of which works said that what the sale counted is not undone."""
        return frozenset(self._counts_left)

    def leave_count(self, name: str, *, owner: bytes | None = None) -> None:
        """Keep what the sale counted in a meter of this programme, by default the member's."""
        if owner is None:
            if self.moment.state is None:
                return
            owner = self.moment.state.member_id
        self._counts_left.add((self.programme.meter(name), owner))

    def leave(self, *ids: bytes) -> None:
        """Keep what the sale gave, whatever the default would do: a right's or a transfer's id."""
        self._left_alone.update(ids)

    @property
    def kept_counts(self) -> frozenset[tuple[str, bytes]]:
        """The meters, with their owners, of which works said what stays counted."""
        return frozenset(self._kept_counts)

    def keep_counted(self, name: str, owner: bytes) -> None:
        """Leave a meter of this programme as the work has it: no default undoes more of it."""
        self._kept_counts.add((self.programme.meter(name), owner))

    def withhold(self, code: str, amount_minor: int, what: str = "") -> None:
        """Keep money back: a code of area "withheld", and what it is about."""
        if amount_minor:
            self._withheld.append(Withheld(code, amount_minor, what))

    def take_back(self, given: Transfer, points: int | None = None) -> int:
        """Take back points that the sale gave to anybody, all that are left of them unless told
        how many; returns how many. What is spent meanwhile follows the wallet's policy.
        """
        returned = self.moment.returned
        assert returned is not None  # only goods that come back take anything back
        member_id, ledger = given.credit.owner, given.credit.ledger
        own = self.moment.state if self._is_own(member_id) else returned.others.get(member_id)
        done = (*returned.undone.transfers, *self.plan.consequences().transfers)
        before = [one for one in done if one.link == given.id]
        left = given.amount - sum(one.amount for one in before)
        amount = left if points is None else min(points, left)
        if amount > 0:
            policy = self.programme.wallet(ledger.partition("/")[2]).negative
            postings = self.plan.postings_of(member_id, own)
            postings.reverse(given, amount, policy=policy, reversed_before=before)
        return max(0, amount)

    def refuse(
        self, code: str, *, because: tuple[Reason, ...] = (), **facts: int | str | date
    ) -> NoReturn:
        """Refuse the return, or the act that is recorded: a code of area "refusal"."""
        if self.moment.returned is not None:
            raise RefundRefusal(code, **facts)
        raise ActRefusal(code, because=because, **facts)

    def require(self, rule: Conditional, name: str) -> None:
        """Refuse NOT_MET unless a rule's conditions hold of the member, whatever is bought."""
        missing = rule.when.failures(self.moment.facts, 0)
        if missing:
            self.refuse("NOT_MET", name=name, because=missing)

    def _is_own(self, member_id: bytes) -> bool:
        return self.moment.state is not None and self.moment.state.member_id == member_id
