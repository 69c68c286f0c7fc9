"""What goes to causes: pledges and shares of sales are counted, runs grant, members give points.

Everything is counted under the cause: `pledged/<cause>/units` and `given/<cause>/money`, by the day
of its sale, so that the running total is a sum like any other; `sold/<cause>/money` is what a share
of sales is taken of. Goods that come back are no longer counted. Money given at the counter stays
given when goods come back, and is not when the sale is voided.

`Trigger.RUN`, what the cause: a share is granted for the period of the evidence `period`, such as
"2026-03", "2026-Q1" or "2026", once for each. `Trigger.ACTIVITY`, what the cause: the member gives
points, in minor units of the wallet, as the quantity.
"""

from __future__ import annotations

from datetime import date, timedelta

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Recorded, Sold, Trigger
from posloyalty.domain.engine.wallets import may_spend, settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import MeterEntry, total
from posloyalty.domain.programme.kinds.cause import Cause, Pledge, Share, ShareOf
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.period import CalendarSpan
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.donation import cause_of
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.domain.values.rounding import Rounding

PLEDGE = "pledge"
DONATION = "donation"
GRANT = "grant"
PERIOD = "period"
GRANTED_BACK = timedelta(days=730)
"""As far back as a run can see whether a period was granted before."""
_LENGTHS = {CalendarSpan.MONTH: 7, CalendarSpan.QUARTER: 7, CalendarSpan.YEAR: 4}


def pledged_meter(cause_id: str) -> str:
    """Units that were pledged to a cause."""
    return f"pledged/{cause_id}/units"


def given_meter(cause_id: str) -> str:
    """Money that went to a cause, whoever gave it."""
    return f"given/{cause_id}/money"


def _sold_meter(cause_id: str) -> str:
    return f"sold/{cause_id}/money"


def _run_meter(cause_id: str) -> str:
    return f"granted/{cause_id}"


def _loss_meter(cause_id: str) -> str:
    return f"loss/{cause_id}/money"


@works(Cause, Trigger.SALE, stage=Stage.BONUSES)
def give(cause: Cause, moment: Moment, awards: Awards) -> None:
    """Count what a sale gives, and say what it comes to with all before."""
    sold = moment.sold
    assert sold is not None  # a sale has goods
    given = _donated(cause, sold) + _pledged_minor(cause.pledge, sold)
    units = _units(cause.pledge, sold)
    _count(cause, moment, awards, pledged_meter(cause.id), units)
    _count(cause, moment, awards, given_meter(cause.id), given)
    _count(cause, moment, awards, _sold_meter(cause.id), _shared(cause.share, sold))
    name = cause.names.in_language(moment.store.language)
    if units:
        unit = None if cause.pledge is None else cause.pledge.unit
        word = "" if unit is None else unit.in_language(moment.store.language)
        so_far = _so_far(cause, moment, pledged_meter(cause.id)) + units
        awards.tell("PLEDGED", name=name, units=units, unit=word, so_far=so_far)
        awards.show(_award(cause, PLEDGE, name, units))
    if given:
        so_far = _so_far(cause, moment, given_meter(cause.id)) + given
        awards.tell("GIVEN", name=name, amount_minor=given, so_far_minor=so_far)
        awards.show(_award(cause, DONATION, name, given))


@works(Cause, Trigger.RETURN, stage=Stage.BONUSES)
def take_back(cause: Cause, moment: Moment, awards: Awards) -> None:
    """Count what the goods that stay give; money from the customer's purse only with a void."""
    returned = moment.returned
    assert returned is not None  # a return has what came back
    kept = returned.kept
    stays = 0 if returned.void else _donated_before(cause, moment)
    _undo(cause, moment, awards, pledged_meter(cause.id), _units(cause.pledge, kept))
    given = stays + _pledged_minor(cause.pledge, kept)
    _undo(cause, moment, awards, given_meter(cause.id), given)
    _undo(cause, moment, awards, _sold_meter(cause.id), _shared(cause.share, kept))


@works(Cause, Trigger.RUN, stage=Stage.BONUSES)
def grant(cause: Cause, moment: Moment, awards: Awards) -> None:
    """Grant a share for a period: never less than nothing, and never twice."""
    share, recorded = cause.share, moment.recorded
    if share is None or recorded is None or recorded.what != cause.id:
        return
    written = dict(recorded.evidence).get(PERIOD, "")
    days = period_days(share.period, written)
    if days is None:
        awards.refuse("BAD_PERIOD", given=written, period=share.period.value)
    first, last = days
    if first < moment.day - GRANTED_BACK:
        awards.refuse("PERIOD_TOO_OLD", period=written)
    if last >= moment.day:
        awards.refuse("PERIOD_RUNS", period=written, last_day=last)
    if _so_far(cause, moment, _run_meter(cause.id), since=first, through=first):
        awards.refuse("GRANTED_ALREADY", period=written)
    base = _base(cause, share, moment, recorded, first, last)
    carried = _so_far(cause, moment, _loss_meter(cause.id)) if share.carry_loss else 0
    net = base - carried
    amount = share.rate.apply(max(0, net), Rounding.FLOOR)
    owner = cause.owner(moment.programme.id)
    awards.count(_run_meter(cause.id), 1, owner=owner, day=first)
    awards.count(given_meter(cause.id), amount, owner=owner, day=last)
    if share.carry_loss:
        # A loss waits, and what a profit made up for waits no longer.
        awards.count(_loss_meter(cause.id), max(0, -net) - carried, owner=owner, day=last)
    name = cause.names.in_language(moment.store.language)
    awards.tell("GRANTED", name=name, period=written, amount_minor=amount)
    if amount:
        why = reason("GRANT_OF", base_minor=base, rate=share.rate, carried_minor=carried)
        awards.show(_award(cause, GRANT, name, amount, why))


@works(Cause, Trigger.ACTIVITY, stage=Stage.BONUSES)
def give_points(cause: Cause, moment: Moment, awards: Awards) -> None:
    """A member gives points: they are spent, and their worth goes to the cause."""
    way, recorded, state = cause.points, moment.recorded, moment.active
    if way is None or recorded is None or recorded.what != cause.id or state is None:
        return
    programme, points = moment.programme, recorded.quantity
    wallet, ledger = programme.wallet(way.wallet), programme.ledger(way.wallet)
    if not may_spend(programme, wallet, state):
        awards.refuse("HEAD_SPENDS")
    postings = awards.plan.postings(settled(programme, state))
    postings.expire(ledger)
    lots = [lot for lot in postings.lots if lot.account.ledger == ledger]
    spare = max(0, usable_sum(lots, moment.day) - postings.debt(ledger))
    worth = way.worth_minor(points)
    if points < way.least or not worth:
        awards.refuse("GIVE_MORE_POINTS", wallet=wallet.id, least_points=way.least)
    if points > spare:
        awards.refuse("POINTS_SHORT", wallet=wallet.id, have_points=spare)
    postings.redeem(ledger, points)
    _count(cause, moment, awards, given_meter(cause.id), worth)
    name = cause.names.in_language(moment.store.language)
    so_far = _so_far(cause, moment, given_meter(cause.id)) + worth
    awards.tell("GIVEN", name=name, amount_minor=worth, so_far_minor=so_far)
    why = reason("POINTS_GIVEN", wallet=wallet.id, given_points=points, amount_minor=worth)
    awards.show(_award(cause, DONATION, name, worth, why))


def period_days(period: CalendarSpan, written: str) -> tuple[date, date] | None:
    """The first and last day of "2026-03", "2026-Q1" or "2026"; None for anything else."""
    year, _, part = written.partition("-")
    if len(written) != _LENGTHS[period] or not (year.isascii() and year.isdigit()):
        return None
    number = _number(period, part)
    month = (number - 1) * period.months + 1
    if not 1 <= month <= 12 or not 1 <= int(year) < 9999:
        return None
    after = month + period.months
    end = date(int(year) + (after > 12), after - 12 * (after > 12), 1)
    return date(int(year), month, 1), end - timedelta(days=1)


def _number(period: CalendarSpan, part: str) -> int:
    """Which month or quarter is written; 0 for what is none."""
    if period is CalendarSpan.YEAR:
        return 1
    if period is CalendarSpan.QUARTER:
        part = part[1:] if part.startswith("Q") else ""
    return int(part) if part.isascii() and part.isdigit() else 0


def _base(
    cause: Cause, share: Share, moment: Moment, recorded: Recorded, first: date, last: date
) -> int:
    if share.of is ShareOf.PROFIT:
        return recorded.amount_minor
    return _so_far(cause, moment, _sold_meter(cause.id), since=first, through=last)


def _units(pledge: Pledge | None, sold: Sold) -> int:
    return 0 if pledge is None else pledge.units * _pieces(pledge.goods, sold)


def _pledged_minor(pledge: Pledge | None, sold: Sold) -> int:
    return 0 if pledge is None else pledge.money_minor * _pieces(pledge.goods, sold)


def _pieces(goods: LineFilter, sold: Sold) -> int:
    """Whole pieces or kilograms of goods that earn."""
    return sum(
        line.quantity_milli // ONE_MILLI
        for line in sold.lines
        if line.product.earning and goods.matches(line.product)
    )


def _shared(share: Share | None, sold: Sold) -> int:
    if share is None or share.of is not ShareOf.SALES:
        return 0
    return sum(line.base_minor for line in sold.lines if share.goods.matches(line.product))


def _donated(cause: Cause, sold: Sold) -> int:
    """What the customer gave at the counter."""
    return sum(
        line.net_minor
        for line in sold.lines
        if cause_of(line.product.sku, line.product.tax_class) == cause.id
    )


def _donated_before(cause: Cause, moment: Moment) -> int:
    returned = moment.returned
    assert returned is not None
    return sum(
        line.net_minor
        for line in returned.sale.lines
        if cause_of(line.sku, line.tax_class) == cause.id
    )


def _count(cause: Cause, moment: Moment, awards: Awards, meter: str, amount: int) -> None:
    awards.count(meter, amount, owner=cause.owner(moment.programme.id))


def _undo(cause: Cause, moment: Moment, awards: Awards, meter: str, wanted: int) -> None:
    """Leave as much counted as what stays gives."""
    returned, programme = moment.returned, moment.programme
    assert returned is not None
    owner = cause.owner(programme.id)
    counted = returned.counted(programme.meter(meter), owner)
    back = min(0, wanted - counted)
    awards.count(meter, back, owner=owner, day=returned.day, undoes=returned.sale.id)
    awards.keep_counted(meter, owner)


def _so_far(
    cause: Cause,
    moment: Moment,
    meter: str,
    *,
    since: date | None = None,
    through: date | None = None,
) -> int:
    """What a meter of the cause came to before this event."""
    entries: tuple[MeterEntry, ...] = moment.store.counts
    return total(
        entries,
        moment.programme.meter(meter),
        owner=cause.owner(moment.programme.id),
        since=since,
        through=through,
    )


def _award(cause: Cause, kind: str, name: str, amount: int, *reasons: Reason) -> Award:
    return Award(
        kind=kind,
        of=cause.id,
        name=name,
        amount=amount,
        rule_id=cause.id,
        reasons=reasons,
    )
