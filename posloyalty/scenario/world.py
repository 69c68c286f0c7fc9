"""The world of one case: its time, its tills, head office, and who is who.

Tills are made by the workshop and set up with what is given; between the steps time passes, and
whoever is online tells head office. Closing the world closes every book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import currency
from posloyalty.scenario.given import Stage
from posloyalty.scenario.head_office import HeadOffice
from posloyalty.scenario.machine import WallClock, WorldClock
from posloyalty.scenario.office_rules import FirstTillsRules
from posloyalty.scenario.placed_till import PlacedTill, TillBooks
from posloyalty.scenario.scenario import Case, TillPlan
from posloyalty.scenario.seen import Books, Seen, Surroundings
from posloyalty.scenario.workshop import Workshop
from posloyalty.services.lending.lent_budgets import budgets_wanted
from posloyalty.services.lending.lent_points import chosen_points
from posloyalty.services.lending.lent_rights import act_wants
from posloyalty.services.lending.lent_takes import taken_wants
from posloyalty.services.members.member_state import state_of
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.counter_facts import shown_rights
from posloyalty.services.selling.sale_wishes import (
    Cost,
    Spending,
    Wanted,
    costs_in,
    sale_wishes,
    short_of,
    together,
)
from posloyalty.sync.leases import SALE_UNKNOWN, Denied, Lease

# The books are set up so long before the first step, and before the first thing past.
BEFOREHAND: Final = timedelta(hours=1)


class World(Surroundings):
    """Everything that a case is played on. `seen` is what each step left, by the step's id;
    `recognised` what the last look at each wallet's deferred revenue gave.
    """

    def __init__(self, case: Case, workshop: Workshop) -> None:
        self._case = case
        self._workshop = workshop
        self.members: dict[str, bytes] = {}
        self.seen: dict[str, Seen] = {}
        self.recognised: dict[str, object] = {}
        self.head_office: HeadOffice = workshop.head_office()
        self.clock = WorldClock(self._begins())
        self.tills: dict[str, PlacedTill] = {}
        self.head_office.use(FirstTillsRules(self.tills))
        try:
            for number, plan in enumerate(case.frame.tills):
                if not plan.practises:
                    self.tills[plan.code] = placed = self._placed(plan, number)
                    self.head_office.enrol(placed.till.facts)
            self._set_up()
            for number, plan in enumerate(case.frame.tills):
                if plan.practises:
                    self.tills[plan.code] = self._practising(plan, number)
        except BaseException:
            self.close()
            raise

    @property
    def at(self) -> datetime:
        """The world's time."""
        return self.clock.at

    def pass_to(self, at: datetime) -> None:
        """Let time pass to an instant."""
        self.clock.move_to(at)

    def till_books(self, code: str) -> Books:
        """What a till knows now."""
        return TillBooks(self.tills[code])

    def head_office_books(self) -> Books:
        """What head office knows now. The programme is that of the first till."""
        return self.head_office.books(self._programme(), self.at, self.members)

    def tell_head_office(self) -> None:
        """Every till that is online sends what head office has not got, and hears what is new."""
        for placed in self.tills.values():
            if placed.online:
                self.send(placed)
        for placed in self.tills.values():
            if placed.online:
                self.hear(placed)

    def exchange(self, placed: PlacedTill) -> int:
        """One till sends and hears; returns how many events it heard."""
        self.send(placed)
        return self.hear(placed)

    def send(self, placed: PlacedTill) -> None:
        """One till sends what head office has not got; one for training has nothing to tell."""
        if placed.practice:
            return
        unsent = placed.unsent()
        if unsent:
            placed.till.lending.sent.sends(unsent[-1].seq)
        received = self.head_office.receive(placed.till.facts.till_id, unsent)
        if received.place is not None:
            placed.sent_seq = received.place.seq

    def hear(self, placed: PlacedTill) -> int:
        """One till hears what head office has for it, and head office that it did."""
        if placed.practice:
            return 0
        heard = placed.till.office.apply(
            self.head_office.answer(placed.till.facts.till_id, self.at)
        )
        placed.till.lending.reached(self.at)
        if heard:
            self.send(placed)
        return heard

    def reserve(self, placed: PlacedTill, spending: Spending) -> None:
        """A till in reach asks head office for what a sale wants beyond what was lent to it, and
        for what campaigns would give in it.

        What the sale does not use is asked back with the next exchange.
        """
        placed.till.lending.online = placed.online
        if placed.policy is None or not placed.online:
            return
        programme, basket = placed.programme(self.at), spending.basket
        till_id, day = placed.till.facts.till_id, store_day(self.at, programme.zone)
        with placed.till.book.read() as reader:
            would = placed.till.check_out.would_do(reader, basket, spending.tenders)
            costs = spending.costs if spending.quote is not None else costs_in(would.quote)
            wishes = dict(_wanted(reader, programme, spending, day, costs))
            does, lends = would.does, placed.till.lending.lends_budgets
            given = budgets_wanted(programme, does) if lends else ()
            free = together(given, taken_wants(programme, does, day).items())
            short = tuple(short_of(reader, together(wishes.items(), free.items()).items(), day))
        denied = []
        for asset, wanted in short:
            request_id = derive_id("reserve", basket.sale_id, asset.text, wanted)
            found = self.head_office.reserve(
                request_id, till_id, asset, wanted, at=self.at, zone=programme.zone
            )
            lent = 0 if isinstance(found, Denied) else found.amount
            if asset in wishes and lent < wanted - free.get(asset, 0):
                denied.append(asset)
        placed.till.lending.deny(basket.sale_id, denied)
        if short:
            self.exchange(placed)

    def reserve_return(self, placed: PlacedTill, sale_id: bytes, wish: RefundWish) -> None:
        """A till in reach asks head office for what goods of its sale spend that come back."""
        wants, by_rules = placed.till.refunds.wants(sale_id, wish)
        programme = placed.programme(self.at)
        day = store_day(self.at, programme.zone)
        with placed.till.book.read() as reader:
            wanted = tuple(wants(reader, programme, day))
            free = tuple(by_rules(reader, programme, day))
        self._reserve_all(placed, wish.refund_id, wanted, free=free)

    def reserve_receipt(
        self, placed: PlacedTill, refund_id: bytes, wanted: Iterable[Wanted]
    ) -> None:
        """The same for goods of a sale that a receipt proves."""
        self._reserve_all(placed, refund_id, wanted)

    def reserve_use(self, placed: PlacedTill, happening: Happening) -> None:
        """A till in reach asks head office for what an act would use."""
        with suppress(ServiceRefusal):  # the act says it again
            does = placed.till.acts.preview(happening, all_lent=True).does
            with placed.till.book.read() as reader:
                uses = act_wants(reader, does)
            programme = placed.programme(self.at)
            day = store_day(self.at, programme.zone)
            points = chosen_points(programme, happening.recorded.what, does, day)
            taken = taken_wants(programme, does, day)
            lends = placed.till.lending.lends_budgets
            given = tuple(budgets_wanted(programme, does)) if lends else ()
            wanted = (*uses.items(), *points.items())
            event_id = derive_id("act", self.at.isoformat())
            free = (*given, *taken.items())
            self._reserve_all(placed, event_id, wanted, free=free)

    def _reserve_all(
        self,
        placed: PlacedTill,
        event_id: bytes,
        wanted: Iterable[Wanted],
        *,
        free: Iterable[Wanted] = (),
    ) -> None:
        """Ask for all of it; what is short of `free` stops nothing."""
        placed.till.lending.online = placed.online
        if placed.policy is None or not placed.online:
            return
        programme, denied = placed.programme(self.at), []
        asked = dict(wanted)
        for asset, amount in together(asked.items(), free).items():
            found = self.head_office.reserve(
                derive_id("reserve", event_id, asset.text, amount),
                placed.till.facts.till_id,
                asset,
                amount,
                at=self.at,
                zone=programme.zone,
            )
            paid = self.head_office.paid_for(found) if isinstance(found, Lease) else None
            if isinstance(found, Lease) and paid is not None:
                placed.till.lending.paid.keep(found.id, asset, found.amount, paid)
            unknown = isinstance(found, Denied) and found.reason == SALE_UNKNOWN
            short = isinstance(found, Denied) or found.amount < asked.get(asset, 0)
            if asset in asked and short and not unknown:
                denied.append(asset)
        placed.till.lending.deny(event_id, denied)
        self.exchange(placed)

    def restart(self, placed: PlacedTill) -> None:
        """A till's program ends, and begins anew on its book."""
        placed.till.close()
        placed.restarts += 1
        placed.till = self._workshop.open(
            placed.folder, number=placed.number, clock=placed.wall, restarts=placed.restarts
        )
        placed.till.settle()

    def close(self) -> None:
        """Close every book."""
        for placed in self.tills.values():
            placed.till.close()

    def _begins(self) -> datetime:
        first = min((one.at for one in self._case.past), default=self._case.starts)
        return min(first, self._case.starts) - 2 * BEFOREHAND

    def _placed(self, plan: TillPlan, number: int) -> PlacedTill:
        wall = WallClock(self.clock, UTC)
        made = self._workshop.till(plan.details, number=number, clock=wall)
        return PlacedTill(
            code=plan.code,
            number=number,
            folder=made.folder,
            currency=currency(plan.details.currency),
            till=made.till,
            wall=wall,
            manager=made.manager,
            members=self.members,
            online=plan.online,
        )

    def _practising(self, plan: TillPlan, number: int) -> PlacedTill:
        """A training till: its people are the real one's, members it has none."""
        real, wall = self.tills[plan.practises], WallClock(self.clock, UTC)
        made = self._workshop.practice(real.till, real.manager, number=number, clock=wall)
        return PlacedTill(
            code=plan.code,
            number=number,
            folder=made.folder,
            currency=real.currency,
            till=made.till,
            wall=wall,
            manager=made.manager,
            members={},
            operators=dict(real.operators),
            online=False,
            practice=True,
        )

    def _set_up(self) -> None:
        self._put(Stage.SHOP, Stage.PEOPLE)
        for placed in self.tills.values():
            if placed.policy is not None:
                self.head_office.adopt(placed.policy)
        for past in sorted(self._case.past, key=lambda one: one.at):
            self.pass_to(max(past.at, self.at))
            past.do(self.tills[past.till])
        self.pass_to(max(self.at, self._case.starts - BEFOREHAND))
        self._put(Stage.PROGRAMMES, Stage.OWNED)
        self.tell_head_office()

    def _put(self, *stages: Stage) -> None:
        """Put what is given at some stages into every book, each in one transaction."""
        due = sorted(
            (given for given in self._case.givens if given.stage in stages),
            key=lambda given: given.stage,
        )
        for placed in self.tills.values():
            with placed.till.book.write() as unit:
                if Stage.SHOP in stages:
                    for tax in self._case.frame.taxes:
                        unit.catalogue.save_tax_class(tax)
                for given in due:
                    given.put(unit, placed)
                unit.commit()

    def _programme(self) -> Programme:
        return next(iter(self.tills.values())).programme(self.at)


def _wanted(
    reader: Reader, programme: Programme, spending: Spending, day: date, costs: Iterable[Cost]
) -> Iterator[Wanted]:
    """What a sale might hand out."""
    basket = spending.basket
    member = basket.member_id
    state = None if member is None else state_of(reader, programme, member, day)
    shown = shown_rights(reader, basket)
    yield from sale_wishes(programme, spending, state, shown, costs).items()
