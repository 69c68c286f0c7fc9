"""What head office decides: two records become one, a member is erased, a late sale is made good.

Shape: each decision is a plan of the engine, written into head office's own journal as an act and
filed like every event; tills hear of it like of everything else. Nothing here changes what stands.
A decision about somebody of whom more arrives later is taken again for what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.erase import ERASURE, erase
from posloyalty.domain.engine.late_awards import award_late
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.merge import Credited, merge
from posloyalty.domain.engine.taking import is_full, left_full, taken_by_rules
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import currency
from posloyalty.sync import events
from posloyalty.sync.fold import GOES, MERGE, Checkpoint, MemberFold
from posloyalty.sync.given_twice import GIVEN_TWICE, facts_of
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import Asset
from posloyalty.sync.office.archive import ERASE, MEMBER, STAYS
from posloyalty.sync.office.deciding import LENT_AS, Here, takes_of
from posloyalty.sync.office.given_twice import beyond, changes, named
from posloyalty.sync.office.late_sales import CORRECTION, Knew, apart, correct_late, owed
from posloyalty.sync.office.own_journal import OwnJournal
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.repaid import lots_given_back

SALE: Final = "sale"

NO_RULES: Final = without_programme(currency("CNY"), UTC)
"""What ends is named by the ledgers that it is in, whatever the currency is."""


class Decisions:
    """The decisions of one head office."""

    def __init__(self, journal: OwnJournal, rules: OfficeRules) -> None:
        self._journal = journal
        self._rules = rules

    def merge(
        self,
        stays: MemberState,
        goes: MemberState,
        credited: Iterable[Credited],
        at: datetime,
        gone: MemberFold | None = None,
    ) -> StoredEvent | None:
        """Join `goes` to `stays`; None where no programme is in effect. `gone` is the fold of what
        goes, where it went before: its lots may have no days yet (`sync/repaid`).
        """
        programme = self._rules.programme(at)
        if programme is None:
            return None
        plan = self._journal.plan(programme, at)
        merge(
            programme,
            stays,
            replace(goes, meters=_not_undone(goes.meters)),
            plan=plan,
            store=self._rules.store(programme),
            credited=credited,
            dated_anew=() if gone is None else lots_given_back(gone.transfers),
        )
        facts = ((GOES, goes.member_id.hex()), (STAYS, stays.member_id.hex()))
        return self._journal.write(
            plan, programme, kind=MERGE, what=MERGE, member_id=stays.member_id, facts=facts
        )

    def erase(self, state: MemberState, at: datetime) -> StoredEvent:
        """End everything that a member owns. No rule is asked for it, so it is done as well where
        no programme is in effect.
        """
        programme = self._rules.programme(at) or NO_RULES
        plan = self._journal.plan(programme, at)
        erase(state, plan=plan)
        facts = (("reason", ERASURE), (MEMBER, state.member_id.hex()))
        return self._journal.write(
            plan, programme, kind=ERASE, what=ERASURE, member_id=state.member_id, facts=facts
        )

    def budget_left(self, asset: Asset, given: Iterable[MeterEntry], at: datetime) -> int:
        """What a campaign's budget has left in its unit, as far as journals tell; nothing of what
        is no campaign's of the programme in effect.
        """
        unit = next(unit for unit, kind in LENT_AS.items() if kind is asset.kind)
        programme = self._rules.programme(at)
        if programme is None:
            return 0
        for campaign in programme.of(Campaign):
            named = (f"{programme.id}/{campaign.id}", campaign.owner(programme.id))
            if named == (asset.key, asset.owner):
                whole = campaign.budget.get(unit, 0)
                return max(0, whole - given_by(programme, campaign, given, unit))
        return 0

    def correct(
        self,
        state: MemberState,
        of_member: Iterable[Filed],
        new: frozenset[bytes],
        knew: Knew,
        at: datetime,
        *,
        here: Here,
    ) -> StoredEvent | None:
        """Give a member what they are owed because tills did not know of each other's sales: points
        of the sales that they rang, and what was made by everything together; and for a card that a
        till left full because its stamps were not lent to it. `here` says what may be given.
        """
        programme = self._rules.programme(at)
        if programme is None:
            return None
        together = not apart(of_member, new, knew)
        if together and not taken_by_rules(programme):
            return None
        plan: EventPlan = self._journal.plan(programme, at)
        store = here.store(programme, self._rules.store(programme), plan.day)
        if together and not left_full(programme, store):
            return None
        found = owed(of_member, new, knew)
        reasons = [*correct_late(found, state, rules=self._rules, plan=plan, here=here)]
        given = award_late(programme, state, plan, store)
        reasons += [reason for award in given for reason in award.reasons]
        does = plan.consequences()
        if not (does.transfers or does.tiers or does.rights):
            return None
        facts = (
            *(("reason", one) for one in sorted({reason.code for reason in reasons})),
            *(("rule", one) for one in sorted({award.rule_id for award in given} - {""})),
        )
        return self._journal.write(
            plan,
            programme,
            kind=CORRECTION,
            what=CORRECTION,
            member_id=state.member_id,
            facts=facts,
        )

    def may_be_full(
        self,
        member_id: bytes,
        stands: Callable[[], Checkpoint | None],
        held: Callable[[Asset], int],
        at: datetime,
    ) -> bool:
        """Whether `correct` may find a card full where nobody missed anything; it may where nobody
        knows how a member `stands`.
        """
        programme = self._rules.programme(at)
        if programme is None or not taken_by_rules(programme):
            return False
        known, day = stands(), store_day(at, programme.zone)
        return known is None or is_full(
            programme, takes_of(programme, member_id, known.lots, day, held=held)
        )

    def name_twice(
        self,
        state: MemberState,
        of_member: Sequence[Filed],
        new: frozenset[bytes],
        knew: Knew,
        at: datetime,
    ) -> Iterator[StoredEvent]:
        """Say, or unsay, which challenges two tills gave for, neither knowing of the other; nothing
        moves by it. Each decision has to be filed before the next one is taken.
        """
        programme, said = self._rules.programme(at), named(of_member)
        if programme is None or not (said or apart(of_member, new, knew)):
            return
        found = beyond(programme, state, of_member, knew)
        for one, times in changes(found, said, of_member):
            yield self._journal.write(
                self._journal.plan(programme, at),
                programme,
                kind=GIVEN_TWICE,
                what=one.challenge,
                member_id=state.member_id,
                facts=facts_of(one, times),
            )


def credited(filed: Iterable[Filed]) -> list[Credited]:
    """The sales with which members were credited: rung for them, or claimed with the receipt."""
    found = []
    for one in filed:
        event = one.event
        if not isinstance(event, events.Sale | events.Act) or not isinstance(event.member, str):
            continue
        sale_id = one.event_id
        if isinstance(event, events.Act):
            named = dict(event.facts).get(SALE)
            if named is None:
                continue
            sale_id = bytes.fromhex(named)
        found.append(
            Credited(
                sale_id=sale_id,
                event_id=one.event_id,
                member_id=bytes.fromhex(event.member),
                transfers=one.does.transfers,
            )
        )
    return found


def _not_undone(entries: Iterable[MeterEntry]) -> tuple[MeterEntry, ...]:
    """The entries without those that an earlier merge has taken over already."""
    entries = tuple(entries)
    sums: dict[tuple[str, date, datetime], int] = {}
    for entry in entries:
        key = entry.meter, entry.day, entry.at
        sums[key] = sums.get(key, 0) + entry.amount
    return tuple(e for e in entries if sums[e.meter, e.day, e.at])


def has_something(state: MemberState) -> bool:
    """Whether there is anything left that a decision would end or take over."""
    sums: dict[tuple[str, date, datetime], int] = {}
    for entry in state.meters:
        key = entry.meter, entry.day, entry.at
        sums[key] = sums.get(key, 0) + entry.amount
    good = any(not right.cancelled and right.left != 0 for right in state.rights)
    return bool(
        state.debts or good or any(sums.values()) or any(lot.remaining for lot in state.lots)
    )
