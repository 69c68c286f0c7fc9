"""Risk at work: alerts are shown to who rings and counted, and people put things right.

A member who joins counts `signed_up` for the operator, and as one of too many `alert/sign_ups` for
themselves. A sale counts `alert/own_card`, `alert/too_often` and `alert/two_stores` for the member,
and where they were served, and shows an award of kind `alert`: for the screen, never for the
receipt. `Trigger.ACTIVITY`, what "risk", evidence `act`: "staff" with `operator` (an operator's id
in hexadecimal) says that a member is that operator, "not_staff" that they are no longer; "verify"
that a member showed who they are; "release" makes points usable that were held back.

`Trigger.ADJUST`, what a wallet's id: points given or taken by hand, in minor units as the quantity,
evidence `way` "give" or "take" and `cause`.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.at_counter import NOTHING_ASKED, AtCounter, Place, Row, said, shows
from posloyalty.domain.engine.award import ALERT, POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.happening import Happening, activity
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.risk import (
    PHONE_PROOF,
    SEEN,
    SIGN_UPS,
    SIGNED_UP,
    STAFF,
    VERIFIED,
    own_card,
    risk_of,
    staff_rights,
    to_verify,
    too_often,
    two_stores,
)
from posloyalty.domain.engine.wallets import lot_days, settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import plan_spend, usable_sum
from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.risk import RISK, Risk
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.shop.operator import Role

ACT = "act"
OPERATOR = "operator"
WAY = "way"
TAKE = "take"
CAUSE = "cause"
VERIFY = "verify"
RELEASE = "release"


def putting_right(member_id: bytes, act: str) -> Happening:
    """What a person says of a member: that they are who they say, or that their points are good."""
    return activity(member_id, RISK, evidence=((ACT, act),))


@works(Risk, Trigger.SALE, stage=Stage.MESSAGES)
def alert(risk: Risk, moment: Moment, awards: Awards) -> None:
    """Show and count what looks wrong about a sale."""
    programme, state, day = moment.programme, moment.state, moment.day
    found = {
        "own_card": own_card(programme, state, moment.store.operator_id, day),
        "too_often": too_often(programme, state, moment.at, day),
        "two_stores": two_stores(programme, state, moment.at, moment.store.place),
    }
    if state is not None and risk.travel_minutes and moment.store.place.store:
        awards.count(SEEN + moment.store.place.store, 1, owner=state.member_id)
    for name, reasons in found.items():
        if reasons and state is not None:
            awards.count(f"alert/{name}", 1, owner=state.member_id)
            awards.show(
                Award(kind=ALERT, of=name, name=name, amount=1, rule_id=RISK, reasons=reasons)
            )


@works(Risk, Trigger.SIGN_UP, stage=Stage.MESSAGES)
def signed_up(risk: Risk, moment: Moment, awards: Awards) -> None:
    """Count who signs members up, and show and count those who come as one of too many."""
    if risk.sign_ups and moment.operator is not None:
        awards.count(SIGNED_UP, 1, owner=moment.operator.id)
    if moment.flagged:
        awards.count(SIGN_UPS, 1)
        name = SIGN_UPS.partition("/")[2]
        awards.show(
            Award(kind=ALERT, of=name, name=name, amount=1, rule_id=RISK, reasons=moment.flagged)
        )


@works(Risk, Trigger.ACTIVITY, stage=Stage.BONUSES)
def put_right(risk: Risk, moment: Moment, awards: Awards) -> None:
    """What a person says of a member."""
    recorded, state = moment.recorded, moment.state
    if recorded is None or recorded.what != RISK or state is None:
        return
    evidence = dict(recorded.evidence)
    act, rung_by = evidence.get(ACT, ""), evidence.get(OPERATOR, "")
    if act == VERIFY:
        awards.count(VERIFIED, 1)
        return
    _needs(moment, awards, Role.SUPERVISOR)
    if act == RELEASE:
        _release(moment, awards)
    elif act == "staff" and rung_by:
        awards.issue(
            STAFF,
            rung_by,
            rule_id=RISK,
            name=STAFF,
            uses=UNBOUNDED,
            from_day=moment.day,
        )
    elif act == "not_staff":
        for right in staff_rights(state):
            if right.good_on(moment.day):
                awards.plan.cancel(right)
    else:
        awards.refuse("BAD_KIND", given=act)


@works(Wallet, Trigger.ADJUST, stage=Stage.BONUSES)
def adjust(wallet: Wallet, moment: Moment, awards: Awards) -> None:
    """Give or take points by hand, with a cause; many need somebody with the authority."""
    recorded, state, programme = moment.recorded, moment.state, moment.programme
    if recorded is None or recorded.what != wallet.id or state is None:
        return
    evidence, points = dict(recorded.evidence), recorded.quantity
    if not evidence.get(CAUSE, "").strip():
        awards.refuse("CAUSE_NEEDED")
    giver = b"" if moment.operator is None else moment.operator.id
    if evidence.get(WAY, "") != TAKE and own_card(programme, state, giver, moment.day):
        awards.refuse("OWN_CARD_BY_HAND")
    if points > risk_of(programme).adjust_most * 10**wallet.scale:
        _needs(moment, awards, Role.SUPERVISOR)
    ledger = programme.ledger(wallet.id)
    postings = awards.plan.postings(settled(programme, state))
    postings.expire(ledger)
    if evidence.get(WAY, "") == TAKE:
        lots = [lot for lot in postings.lots if lot.account.ledger == ledger]
        spare = max(0, usable_sum(lots, moment.day) - postings.debt(ledger))
        if points > spare:
            awards.refuse("POINTS_SHORT", wallet=wallet.id, have_points=spare)
        uses = plan_spend(lots, points, moment.day)
        postings.move_out(ledger, uses, code=TransferCode.ADJUST)
        moved, why = -points, reason("TAKEN_BY_HAND", wallet=wallet.id, taken_points=points)
    else:
        member = moment.facts.member
        days = lot_days(programme, wallet, {} if member is None else member.ranks, moment.day)
        postings.adjust(
            ledger,
            points,
            earned_on=moment.day,
            usable_from=moment.day,
            last_day=days.last_day,
        )
        moved, why = points, reason("ADDED_BY_HAND", wallet=wallet.id, given_points=points)
    _show(wallet, moment, awards, moved, why)


def _release(moment: Moment, awards: Awards) -> None:
    """Make usable what waits for an event, and what waits since a suspicious sign-up."""
    state = moment.state
    assert state is not None  # the caller has looked
    meter = moment.programme.meter(SIGN_UPS)
    joined = {entry.event_id for entry in state.meters if entry.meter == meter}
    for right in state.rights:
        if right.origin in joined and right.held and not right.released:
            awards.plan.release(right)
    for wallet in moment.programme.wallets:
        ledger = moment.programme.ledger(wallet.id)
        if wallet.pending.event:
            continue  # it waits for something else
        freed = awards.plan.postings(settled(moment.programme, state)).activate(ledger)
        if freed:
            why = reason("RELEASED", wallet=wallet.id, freed_points=freed)
            _show(wallet, moment, awards, freed, why)


def _show(wallet: Wallet, moment: Moment, awards: Awards, points: int, why: Reason) -> None:
    awards.show(
        Award(
            kind=POINTS,
            of=wallet.id,
            name=wallet.names.in_language(moment.store.language),
            amount=points,
            rule_id=RISK,
            reasons=(why,),
        )
    )


def _needs(moment: Moment, awards: Awards, role: Role) -> None:
    """Refuse who has not the authority; who only asks has not been refused."""
    if moment.operator is not None and not moment.operator.is_at_least(role):
        awards.refuse("SUPERVISOR_NEEDED")


@shows(Risk, heading=said("doings.of_identity"), place=Place.PROVES)
def at_counter(_risk: Risk, at: AtCounter) -> Iterator[Row]:
    """What a person may say of the member, found by phone: who they are, where they would have to
    show it; that points which wait are good.
    """
    if to_verify(at.programme, at.state, PHONE_PROOF, at.day):
        yield _says(VERIFY, at)
    yield _says(RELEASE, at)


def _says(act: str, at: AtCounter) -> Row:
    return Row(
        id=f"risk:{act}",
        icon="look",
        title=said(f"doings.{act}"),
        sub=said(f"doings.{act}_sub"),
        verb=said(f"doings.{act}_verb"),
        sample=NOTHING_ASKED,
        does=lambda _answers: putting_right(at.member_id, act),
    )
