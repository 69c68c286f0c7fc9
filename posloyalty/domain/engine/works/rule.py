"""Rules at work: what happened is looked at, and what the rule gives is given so many times.

Each trigger has an answer to one question, how often it has happened at this moment; the limits
and the balance say how often of these it is given. What was given is counted under `rule:<id>` for
everybody whom a limit is about, so that a return, which takes the counts back, makes room again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from posloyalty.domain.engine.award import CARD_STAYS_FULL, POINTS
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.campaign_gives import affordable, note_given
from posloyalty.domain.engine.campaigns import campaign_of
from posloyalty.domain.engine.funders import funder_of_campaign
from posloyalty.domain.engine.giving import Source, give, issue_voucher
from posloyalty.domain.engine.limits import allowed, count_use
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES, SPEND, earned_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.programme.gives import GiveVoucher
from posloyalty.domain.programme.kinds.rule import (
    RULE,
    CameBack,
    LevelMet,
    Measure,
    NearBirthday,
    PeriodEnds,
    Recorded,
    Reloaded,
    Rule,
    SalePaid,
    SignedUp,
    WalletReaches,
)
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.values.fixed_point import format_fixed

Happened = Callable[[Any, Rule, Moment, Awards], int]
_HAPPENED: dict[type[Any], Happened] = {}
MANY = 1000
"""As often as the balance lets it, within reason."""

EVENTS = (
    Trigger.SALE,
    Trigger.ACTIVITY,
    Trigger.SIGN_UP,
    Trigger.BIRTHDAY,
    Trigger.TIER_MET,
    Trigger.RUN,
    Trigger.SNAPSHOT,
)


def happened(shape: type[Any]) -> Callable[[Happened], Happened]:
    """Register how often an occasion happened at a moment."""

    def register(answer: Happened) -> Happened:
        _HAPPENED[shape] = answer
        return answer

    return register


def counter(rule: Rule) -> str:
    """The key under which a rule's giving is counted."""
    return f"{RULE}:{rule.id}"


@works(Rule, *EVENTS, stage=Stage.REWARDS)
def answer(rule: Rule, moment: Moment, awards: Awards) -> None:
    """Give for what happened, but for what a balance brings: that comes when all is credited."""
    if not isinstance(rule.occasion, WalletReaches):
        _act(rule, moment, awards)


@works(Rule, Trigger.RETURN, stage=Stage.REWARDS)
def answer_return(rule: Rule, moment: Moment, awards: Awards) -> None:
    """Give because goods came back, and say on the receipt how many points: what it tells of the
    return's own points is what is taken back.
    """
    if not isinstance(rule.occasion, CameBack):
        return
    before = len(awards.given)
    _act(rule, moment, awards)
    for one in awards.given[before:]:
        if one.kind == POINTS and one.amount:
            wallet = moment.programme.wallet(one.of)
            awards.tell(
                "POINTS_GIVEN",
                name=one.name,
                points=format_fixed(one.amount, decimals=wallet.scale, grouping=True),
                wallet=wallet.names.in_language(moment.store.language),
            )


@works(Rule, *EVENTS, stage=Stage.THRESHOLDS)
def answer_balance(rule: Rule, moment: Moment, awards: Awards) -> None:
    """Give for what is in a wallet after everything else."""
    if isinstance(rule.occasion, WalletReaches):
        _act(rule, moment, awards)


def _act(rule: Rule, moment: Moment, awards: Awards) -> None:
    if moment.active is None:
        return
    times = _HAPPENED[type(rule.occasion)](rule.occasion, rule, moment, awards)
    wanted = max(times, _full(rule, moment, awards))
    if wanted < 1 or _missing(rule, moment) or _over_all(rule, moment):
        return
    room = affordable(rule, awards, allowed(awards, counter(rule), rule.limits, wanted))
    times = min(times, room)
    if room > times:
        _tell_full(rule, moment, awards)
    if times < 1:
        return
    day = _counted_on(rule, moment)
    count_use(awards, counter(rule), rule.limits, times, day=day)
    note_given(rule, awards, times)
    if isinstance(rule.occasion, WalletReaches) and rule.occasion.takes:
        for _ in range(times):
            _buy(rule, rule.occasion, awards)
        return
    name = rule.names.in_language(moment.store.language)
    give(
        rule.gives,
        awards,
        rule_id=rule.id,
        name=name,
        reasons=_why(rule, moment),
        times=times,
        funder=funder_of_campaign(campaign_of(rule)),
    )


def _full(rule: Rule, moment: Moment, awards: Awards) -> int:
    """How many cards a sale fills, whether or not their points may be taken here; 0 where nothing
    says how many may.
    """
    reached = rule.occasion
    if not isinstance(reached, WalletReaches) or moment.trigger is not Trigger.SALE:
        return 0
    if reached.takes is None or moment.store.takes.get(reached.wallet) is None:
        return 0
    _, balance = _holds(reached, moment, awards)
    return _cards(reached, reached.takes, balance)


def _tell_full(rule: Rule, moment: Moment, awards: Awards) -> None:
    """Why nothing comes of a full card: its points were not lent here, and stay."""
    reached = rule.occasion
    assert isinstance(reached, WalletReaches)
    wallet = moment.programme.wallet(reached.wallet)
    name = wallet.names.in_language(moment.store.language)
    awards.tell(CARD_STAYS_FULL, name=name, wallet=wallet.id)


def _over_all(rule: Rule, moment: Moment) -> bool:
    """Whether nothing would be given but vouchers whose days are over."""
    kinds = [moment.programme.find(Voucher, one.voucher) for one in rule.gives.of(GiveVoucher)]
    over = [one for one in kinds if one is not None and one.valid.over(moment.day)]
    return bool(over) and len(over) == len(rule.gives.gifts)


def _missing(rule: Rule, moment: Moment) -> tuple[Reason, ...]:
    sold = moment.sold if moment.returned is None else moment.returned.goods
    spend = 0 if sold is None else sold.spend_minor
    return rule.when.failures(moment.facts_for(rule.by_business_day), spend)


def _why(rule: Rule, moment: Moment) -> tuple[Reason, ...]:
    return (reason("GIVEN_BY", name=rule.names.in_language(moment.store.language)),)


def _buy(rule: Rule, reached: WalletReaches, awards: Awards) -> None:
    """Spend points on the one voucher; the redemption names it, so that a return undoes both."""
    (gift,) = rule.gives.of(GiveVoucher)
    voucher = awards.programme.find(Voucher, gift.voucher)
    state = awards.moment.state
    assert voucher is not None  # a programme that names another is refused
    assert state is not None  # who is active is there
    assert reached.takes is not None  # otherwise nothing is bought
    name = rule.names.in_language(awards.moment.store.language)
    spent = reason("TAKES_POINTS", wallet=reached.wallet, taken_points=reached.takes)
    source = Source(rule_id=rule.id, name=name, reasons=(*_why(rule, awards.moment), spent))
    right = issue_voucher(voucher, awards, source)
    assert right is not None  # there is an owner, and its days are not over
    ledger = awards.programme.ledger(reached.wallet)
    awards.plan.postings(settled(awards.programme, state)).redeem(
        ledger, reached.takes, bought=right.id
    )


def _counted_on(rule: Rule, moment: Moment) -> date:
    """The day under which it is counted: that of what it is given for."""
    if isinstance(rule.occasion, PeriodEnds):
        return rule.occasion.period(moment.day)[1]
    if isinstance(rule.occasion, NearBirthday):
        return _birthday(rule.occasion, moment) or moment.day
    return moment.day


@happened(SalePaid)
def _sold(paid: SalePaid, rule: Rule, moment: Moment, awards: Awards) -> int:
    if moment.trigger is not Trigger.SALE or moment.sold is None:
        return 0
    return 1 if paid.each_spend is None else moment.sold.spend_minor // paid.each_spend


@happened(Reloaded)
def _reloaded(wanted: Reloaded, rule: Rule, moment: Moment, awards: Awards) -> int:
    if moment.trigger is not Trigger.SALE or moment.sold is None:
        return 0
    bought = sum(line.net_minor for line in moment.sold.lines if line.product.gift_card)
    above = wanted.below_minor is not None and bought >= wanted.below_minor
    return int(bought >= wanted.least_minor and not above)


@happened(CameBack)
def _came_back(wanted: CameBack, rule: Rule, moment: Moment, awards: Awards) -> int:
    returned = moment.returned
    if returned is None or returned.void:
        return 0
    return int(wanted.means(faulty=returned.faulty))


@happened(Recorded)
def _recorded(wanted: Recorded, rule: Rule, moment: Moment, awards: Awards) -> int:
    recorded = moment.recorded
    if moment.trigger is not Trigger.ACTIVITY or recorded is None:
        return 0
    return recorded.quantity if recorded.what == wanted.what else 0


@happened(SignedUp)
def _signed_up(occasion: SignedUp, rule: Rule, moment: Moment, awards: Awards) -> int:
    return int(moment.trigger is Trigger.SIGN_UP)


@happened(LevelMet)
def _met(wanted: LevelMet, rule: Rule, moment: Moment, awards: Awards) -> int:
    met = moment.level_met
    if met is None or met.scheme != wanted.scheme:
        return 0
    if not wanted.level:
        return 1
    scheme = moment.programme.tier_scheme(met.scheme)
    assert scheme is not None  # it is the one whose level was met
    # Who jumps over a level has reached it all the same.
    return int(met.before < scheme.rank_of(wanted.level) <= met.rank)


@happened(NearBirthday)
def _near(near: NearBirthday, rule: Rule, moment: Moment, awards: Awards) -> int:
    if moment.trigger not in (Trigger.BIRTHDAY, Trigger.RUN, Trigger.SALE):
        return 0
    if moment.trigger is Trigger.RUN and not _meant(rule, moment):
        return 0
    day = _birthday(near, moment)
    if day is None:
        return 0
    given = awards.counted(f"use/{counter(rule)}/count", since=day, through=day)
    return 0 if given > 0 else 1


def _birthday(near: NearBirthday, moment: Moment) -> date | None:
    """The birthday around which the day lies."""
    member = moment.facts.member
    born = None if member is None else member.birthday
    return None if born is None else near.birthday(born, moment.day)


@happened(WalletReaches)
def _reached(wanted: WalletReaches, rule: Rule, moment: Moment, awards: Awards) -> int:
    if moment.trigger is Trigger.TIER_MET:
        return 0  # a moment within another one, which looks at the balance at its end
    usable, balance = _holds(wanted, moment, awards)
    if balance < wanted.points:
        return 0
    if wanted.takes is None:
        # A run is about no rule of this kind: what nothing limits would be given with every run.
        return int(moment.trigger is not Trigger.RUN or bool(rule.limits))
    times = _cards(wanted, wanted.takes, balance)
    most = moment.store.takes.get(wanted.wallet)
    if most is None or moment.state is None:
        return times
    # What this event gave is nobody else's to take, what it took is gone from what may be.
    ledger = moment.programme.ledger(wanted.wallet)
    before = _usable(settled(moment.programme, moment.state), ledger, moment.day)
    return min(times, max(0, most + usable - before) // wanted.takes)


def _holds(wanted: WalletReaches, moment: Moment, awards: Awards) -> tuple[int, int]:
    """What may be spent of the wallet, and the same without what is owed."""
    state = awards.state
    assert state is not None  # who is active is there
    ledger = moment.programme.ledger(wanted.wallet)
    usable = _usable(settled(moment.programme, state), ledger, moment.day)
    return usable, usable - dict(state.debts).get(ledger, 0)


def _cards(wanted: WalletReaches, takes: int, balance: int) -> int:
    """How many cards so many points fill."""
    return 0 if balance < wanted.points else min(MANY, (balance - wanted.points) // takes + 1)


def _usable(state: MemberState, ledger: str, day: date) -> int:
    """What may be spent of a wallet, whose ever it is: the member's or their household's."""
    owner = dict(state.pools).get(ledger, state.member_id)
    own = (lot for lot in state.lots if lot.account.ledger == ledger)
    return usable_sum((lot for lot in own if lot.account.owner == owner), day)


def _meant(rule: Rule, moment: Moment) -> bool:
    """Whether a run is about this rule."""
    return moment.recorded is not None and moment.recorded.what == rule.id


@happened(PeriodEnds)
def _over(ended: PeriodEnds, rule: Rule, moment: Moment, awards: Awards) -> int:
    if moment.trigger is not Trigger.RUN or not _meant(rule, moment):
        return 0
    first, last = ended.period(moment.day)
    if awards.counted(f"use/{counter(rule)}/count", since=last, through=last) > 0:
        return 0
    state = awards.state
    assert state is not None  # who is active is there
    meter = {
        Measure.SPEND: SPEND,
        Measure.VISITS: PURCHASES,
        Measure.POINTS: earned_meter(moment.programme.ledger(ended.wallet)),
    }[ended.measure]
    came_to = total(state.meters, meter, owner=state.member_id, since=first, through=last)
    return int(came_to >= ended.at_least)
