"""Claiming a receipt: a sale of nobody's becomes the purchase of a member, once.

The code on the receipt proves itself. It is claimed at the till that sold the goods, whose journal
alone says that it was not claimed before; what was returned meanwhile earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from posloyalty.domain.engine.claiming import Claimed, claim_sale, kept_lines
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.claim import CLAIM, Claim
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import whole_budgets
from posloyalty.services.members.member_state import state_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import RefundUnknown
from posloyalty.services.selling.counter_facts import counter_store


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """What a claim gives: the receipt's number and points by wallet, and as an act once booked."""

    number: str
    points: dict[str, int]
    acted: Acted


class Claims(Grounded):
    """Claims at one till."""

    def __init__(self, ground: Ground, *, receipts: RefundUnknown, lending: Lending) -> None:
        super().__init__(ground)
        self._receipts = receipts
        self._lending = lending

    def preview(self, code: str, member_id: bytes, *, all_lent: bool = False) -> ClaimView:
        """What a receipt would give a member, or would if this till held all of campaigns' budgets;
        nothing is booked. Refuses as `claim` does.
        """
        sale_id = self._proven(code)
        with self._book.read() as reader:
            return self._claimed(reader, sale_id, member_id, all_lent=all_lent)[1]

    def claim(self, code: str, member_id: bytes, operator: Operator) -> ClaimView:
        """Make a receipt the purchase of a member.

        Raises `ServiceRefusal` CLAIM_ELSEWHERE, NO_CLAIMS, CLAIM_HAS_MEMBER, CLAIMED_ALREADY,
        CLAIM_TOO_LATE (`day`), CLAIM_TOO_SLOW (`minutes`), CLAIM_NOTHING_LEFT, NO_SUCH_MEMBER,
        MEMBER_BARRED, or what `prove` raises.
        """
        sale_id = self._proven(code)
        with self._book.write() as unit:
            programme, view, happening = self._claimed(unit, sale_id, member_id)
            at, acted = self._now(), view.acted
            uses = self._lending.give_in(unit, programme, acted.does, at, acted.event_id)
            does = replace(acted.does, rights=(*acted.does.rights, *uses))
            acted = replace(acted, does=does)
            unit.acts.book(act_event(unit, programme, happening, acted, operator, at))
            unit.members.count_purchases(member_id, 1)
            unit.commit()
        return view

    def _proven(self, code: str) -> bytes:
        proven = self._receipts.prove(code)
        if proven.sale_id is None:
            raise ServiceRefusal("CLAIM_ELSEWHERE", number=proven.number)
        return proven.sale_id

    def _claimed(
        self,
        reader: Reader | UnitOfWork,
        sale_id: bytes,
        member_id: bytes,
        *,
        all_lent: bool = False,
    ) -> tuple[Programme, ClaimView, Happening]:
        stored = reader.sales.by_id(sale_id)
        assert stored is not None  # the receipt was proven to be of this book
        sale, event_id = stored.sale, self._ids.new_id()
        programme, rule = self._rule(reader, sale)
        if sale.member_id is not None:
            raise ServiceRefusal("CLAIM_HAS_MEMBER", number=sale.number)
        if reader.ledger.rights_by_code(sale.id.hex()):
            raise ServiceRefusal("CLAIMED_ALREADY", number=sale.number)
        state = state_of(reader, programme, member_id, store_day(sale.at, programme.zone))
        if state is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        if state.status is not MemberStatus.ACTIVE:
            raise ServiceRefusal("MEMBER_BARRED")
        self._check_time(rule, programme, sale, joined=state.joined_on)
        refunds = (refund for refund, _ in reader.refunds.of_sale(sale.id))
        lines = kept_lines(sale, refunds)
        if not lines:
            raise ServiceRefusal("CLAIM_NOTHING_LEFT", number=sale.number)
        store = counter_store(reader, programme, sale.at, self._rules())
        if all_lent and self._lending.lends_budgets:
            store = replace(store, budgets=whole_budgets(programme))
        else:
            store = self._lending.with_budgets(store, reader, programme, self._now())
        products = (reader.catalogue.product(line.product_id) for line in lines)
        done = claim_sale(
            programme,
            sale,
            lines,
            state,
            event_id=event_id,
            products={one.id: one for one in products if one is not None},
            store=store,
        )
        return programme, _view(sale, done, event_id), _happening(sale, done, member_id)

    def _rule(self, reader: Reader | UnitOfWork, sale: Sale) -> tuple[Programme, Claim]:
        """The programme that the sale pinned, and what it says of claims."""
        programme = self._programmes.pinned(reader, sale.programme_hash)
        rule = None if programme is None else programme.find(Claim, CLAIM)
        if programme is None or rule is None:
            raise ServiceRefusal("NO_CLAIMS")
        return programme, rule

    def _check_time(self, rule: Claim, programme: Programme, sale: Sale, *, joined: date) -> None:
        now = self._now()
        sold_on = store_day(sale.at, programme.zone)
        last = sold_on + timedelta(days=rule.days - 1)
        if store_day(now, programme.zone) > last:
            raise ServiceRefusal("CLAIM_TOO_LATE", number=sale.number, day=last)
        if joined < sold_on and now - sale.at > timedelta(minutes=rule.minutes):
            raise ServiceRefusal("CLAIM_TOO_SLOW", minutes=rule.minutes)


def _view(sale: Sale, done: Claimed, event_id: bytes) -> ClaimView:
    acted = Acted(event_id=event_id, awards=done.awards, told=(), does=done.does)
    return ClaimView(number=sale.number, points=done.points, acted=acted)


def _happening(sale: Sale, done: Claimed, member_id: bytes) -> Happening:
    evidence = (("sale", sale.id.hex()), ("number", sale.number), *done.evidence)
    return Happening(
        trigger=Trigger.CLAIM,
        recorded=Recorded(what=CLAIM, evidence=evidence),
        member_id=member_id,
    )
