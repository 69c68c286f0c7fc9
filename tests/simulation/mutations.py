"""What somebody might get wrong in the product: the simulation has to notice each."""

from __future__ import annotations

from typing import Final

from tests.simulation.further_mutations import FURTHER
from tests.simulation.kinds import (
    BURNS,
    ENDS,
    GIVES,
    LENDING,
    LENDING_KEPT,
    OPEN,
    PUT_BACK,
    REIMAGES,
)
from tests.simulation.mutating import Mutation

_LEASES: Final = "posloyalty.sync.leases:LeaseBook"
_LENDING: Final = "posloyalty.sync.office.lending:OfficeLending"
_OWNING: Final = "posloyalty.sync.office.owning:Owning"
_OFFICE: Final = "posloyalty.sync.office.head_office:HeadOffice"
_ANSWERS: Final = "posloyalty.sync.office.answers:Answers"
_FOLD: Final = "posloyalty.sync.fold:_Fold"
_MEMORY: Final = "posloyalty.sync.office.memory:MemoryArchive"
_TELLER: Final = "posloyalty.sync.office.telling:Teller"
_PUSH: Final = "posloyalty.sync.push_session"
_EPOCHS: Final = "posloyalty.sync.epochs"
_TIME: Final = "posloyalty.sync.rule_time"
_INTAKE: Final = "posloyalty.sync.office.intake"
_POINTS: Final = "posloyalty.services.lending.lent_points"
_JOURNALS: Final = "posloyalty.sync.journals"
_RECORD: Final = "posloyalty.sync.profiles.record"
_HEARD: Final = "posloyalty.services.office.heard_items"
_LIVES: Final = "posloyalty.sync.office.lives"
_BUDGETS: Final = "posloyalty.services.lending.lent_budgets"
_DECISIONS: Final = "posloyalty.sync.office.decisions:Decisions"
_MERGE: Final = "posloyalty.domain.engine.merge"
_FEED: Final = "posloyalty.headoffice.members.profile_feed:ProfileFeed"

MUTATIONS: Final = (
    Mutation(
        "a wish that is repeated lends again",
        f"{_LEASES}.grant",
        "if known is not None:",
        "if known is None and False:",
        LENDING_KEPT,
    ),
    Mutation(
        "what others hold is lent too",
        f"{_LEASES}.grant",
        "owned - self.held(asset)",
        "owned",
        LENDING_KEPT,
    ),
    Mutation(
        "what was given back stays held",
        f"{_LEASES}.give_back",
        "returned=lease.returned + part",
        "returned=lease.returned",
        LENDING_KEPT,
    ),
    Mutation(
        "a use of a lease is not followed",
        f"{_LENDING}.follow",
        "self.book.use(change.right_id, change.amount, at=one.at)",
        "pass",
        LENDING_KEPT,
    ),
    Mutation(
        "a use of a lease counts as one point",
        f"{_LENDING}.follow",
        "change.amount, at=one.at",
        "1, at=one.at",
        LENDING_KEPT,
    ),
    Mutation(
        "a lease that is given back is not followed",
        f"{_LENDING}.follow",
        "self.book.give_back(change.right_id)",
        "pass",
        LENDING_KEPT,
    ),
    Mutation(
        "pieces of a campaign are lent again once they were given",
        "posloyalty.sync.office.decisions:Decisions.budget_left",
        "whole - given_by(programme, campaign, given, unit)",
        "whole",
        LENDING_KEPT,
    ),
    Mutation(
        "points that are converted or given away are not lent",
        f"{_POINTS}:_by_choice",
        "one.recorded_as == what",
        "one.recorded_as == what and '/' in what",
        LENDING_KEPT,
    ),
    Mutation(
        "a full card takes stamps that were not lent",
        "posloyalty.services.lending.lent_takes:takes_here",
        "left_in(leases_of(reader, asset, day))",
        "9_000",
        LENDING_KEPT,
    ),
    Mutation(
        "points that are exchanged are not lent",
        f"{_POINTS}:_by_choice",
        "one.recorded_as == what",
        "one.recorded_as == what and '/' not in what",
        LENDING_KEPT,
    ),
    Mutation(
        "more of a gift card is lent than it holds",
        f"{_OWNING}.owned",
        "known(one, asset, day, last_day)",
        "known(one, asset, day, last_day) + 9_000 * (asset.kind is AssetKind.CARD)",
        LENDING_KEPT,
    ),
    Mutation(
        "goods that came back may come back again",
        f"{_OWNING}._returnable",
        "return left_to_return(sale.event, self._archive.events_of(asset.owner), found[1])",
        "return sum(line.qty for line in sale.event.lines)",
        LENDING_KEPT,
    ),
    Mutation(
        "of a gift card hears who sold it alone",
        f"{_MEMORY}.due",
        "owner in self._everywhere or ",
        "",
        LENDING_KEPT,
    ),
    Mutation(
        "head office's clock alone frees a lease",
        f"{_OFFICE}.lease",
        "self.archive.lock(asset.owner)",
        "[self.lending.expire(one.till_id, at) for one in self.lending.book.of_owner(asset.owner)]",
        LENDING_KEPT,
    ),
    Mutation(
        "a lease that a restored till forgot stays open",
        f"{_LENDING}.forgotten",
        "self.book.give_back(lease.id)",
        "pass",
        LENDING_KEPT,
    ),
    Mutation(
        "a recall frees the lease at once",
        f"{_LENDING}.recall",
        "self._shelf.recall(lease_id)",
        "self._shelf.recall(lease_id); self.book.give_back(lease_id)",
        LENDING_KEPT,
    ),
    Mutation(
        "a till whose clock is behind does not take up head office's time",
        f"{_TIME}:after_hearing",
        "return HeardTime(office_ms, monotonic_ms)",
        "return heard",
        LENDING_KEPT,
    ),
    Mutation(
        "a restored till is taken to hold what it lost",
        f"{_MEMORY}.reopen",
        "self._tills[till_id] = _Till(mirror, set(self._by_owner))",
        "pass",
    ),
    Mutation(
        "the journal keeps what a restored till lost",
        f"{_JOURNALS}:Journals.reopen",
        "del till.journal[base.seq :]",
        "pass",
    ),
    Mutation(
        "events are folded as they arrived",
        "posloyalty.sync.comes_behind:in_order",
        "ordered.sort(key=_BY_TIME)",
        "pass",
    ),
    Mutation(
        "a debt is repaid at every till",
        f"{_FOLD}._move",
        "transfer = replace(transfer, amount=min(transfer.amount, owed))",
        "pass",
    ),
    Mutation(
        "a till is told what its book cannot hold",
        f"{_TELLER}._moves",
        "not all(book.fits(transfer) for book in touched)",
        "False",
    ),
    Mutation(
        "a till is told of rights that its book cannot change",
        f"{_TELLER}.tell",
        "if book.may_change(change):",
        "if True:",
    ),
    Mutation(
        "rights of elsewhere are not told",
        f"{_TELLER}.tell",
        "rights.append(change)",
        "pass",
    ),
    Mutation(
        "books that disagree are not settled",
        f"{_ANSWERS}._told",
        "if does == NOTHING:",
        "if True:",
    ),
    Mutation(
        "an answer that may be lost is taken for heard",
        f"{_OFFICE}.answer",
        "if not told.tellings:",
        "if True:",
    ),
    Mutation(
        "a till is told again what it knows",
        "posloyalty.sync.office.heard_in_part:unheard_of",
        "if one.event_id not in seen:",
        "if True:",
    ),
    Mutation(
        "what comes late for a merged record stays there",
        f"{_OFFICE}.tidy",
        "elif stays != owner and has_something(state):",
        "elif False:",
    ),
    Mutation(
        "what comes late for an erased member stays theirs",
        f"{_OFFICE}.tidy",
        "if has_something(replace(state, meters=())):",
        "if False:",
    ),
    Mutation(
        "decisions have one id",
        "posloyalty.sync.office.own_journal:OwnJournal.plan",
        'derive_id("office", self.office_id, number, self._born, format_instant(at))',
        'derive_id("office", self.office_id)',
    ),
    Mutation(
        "pieces of an answer begin with the second event",
        "posloyalty.sync.wire.answers:piece_of",
        "together(answer.tellings)",
        "together(answer.tellings[1:])",
    ),
    Mutation(
        "grants are lost in the answer's piece",
        "posloyalty.sync.wire.answers:answer_of",
        "tuple(one.read() for one in given.grants)",
        "()",
        LENDING_KEPT,
    ),
    Mutation(
        "a journal that is another one stops the till",
        f"{_PUSH}:after_hello",
        "cause = _CAUSES.get(answer.state)",
        "cause = None",
    ),
    Mutation(
        "another epoch has the number of the one before",
        f"{_EPOCHS}:next_epoch",
        "max(known) + 1",
        "max(known)",
    ),
    Mutation(
        "the last common place is never narrowed down",
        f"{_EPOCHS}:narrowed",
        "beyond[0] - 1",
        "hi",
    ),
    Mutation(
        "what was written before an epoch goes up under the one before",
        "posloyalty.sync.wire.batch:outgoing",
        "under=under if under > first.epoch else UNSET",
        "under=UNSET",
    ),
    Mutation(
        "who agrees knows of every refusal anywhere",
        f"{_RECORD}:both",
        "refused=_latest(one.refused, other.refused)",
        "refused=one.refused",
    ),
    Mutation(
        "a till's refusals have the till's name",
        f"{_RECORD}:refusing",
        "own or no.till",
        "no.till",
    ),
    Mutation(
        "a till keeps who an erased member was",
        f"{_HEARD}:end",
        'unit.members.save_profile(member_id, Profile(name=""), appended=appended)',
        "pass",
    ),
    Mutation(
        "a till does not say that it forgot somebody",
        f"{_HEARD}:HeardItems.put",
        "if erased:",
        "if False:",
    ),
    Mutation(
        "of a number that two say is theirs both are first",
        f"{_FEED}._judge",
        "first[claim] != member_id",
        "False",
    ),
    Mutation(
        "head office that was put back lends before everybody has told",
        f"{_LIVES}:lends",
        " and not awaits",
        "",
        LENDING,
    ),
    Mutation(
        "a lease that a till tells again is not its own",
        f"{_LIVES}:_strange",
        "if lease_id not in known",
        "if False",
        LENDING,
    ),
    Mutation(
        "head office does not miss what it lost",
        f"{_LIVES}:shows",
        "or is_here",
        "or True",
        LENDING,
    ),
    Mutation(
        "a decision has the id of one that was forgotten",
        "posloyalty.sync.office.own_journal:OwnJournal.plan",
        ", self._born, format_instant(at)",
        "",
        OPEN,
    ),
    Mutation(
        "a right of a forgotten decision stays where it was heard of",
        "posloyalty.sync.office.belongings:_changes",
        "now.rights.keys() - then.rights.keys()",
        "()",
        OPEN,
    ),
    Mutation(
        "a sale that was rung counts once more where it is keyed in again",
        f"{_JOURNALS}:Journals._sold_before",
        "return any(is_lost_sale(event, rung) for rung in there)",
        "return False",
        BURNS,
    ),
    Mutation(
        "a sale that was keyed in again counts once more where its till turns up",
        f"{_JOURNALS}:Journals._sold_before",
        "isinstance(known.event, events.Sale) and is_lost_sale(known.event, body)",
        "False",
        BURNS,
    ),
    Mutation(
        "what was freed of a lost till is not asked back when it turns up",
        f"{_LENDING}.recalls_for",
        "(*asked, *held.reclaimed)",
        "asked",
        PUT_BACK,
    ),
    Mutation(
        "a till that joined after the copy was made tells of no leases",
        f"{_LIVES}:claimed",
        "in (Retells.TOLD, Retells.JOINS)",
        "is not Retells.AWAITED",
        REIMAGES,
    ),
    Mutation(
        "what a campaign gives uses one of its lease",
        f"{_BUDGETS}:budget_uses",
        "uses_of(leases, given, event_id)",
        "uses_of(leases, 1, event_id)",
        GIVES,
    ),
    Mutation(
        "a campaign counts how often its points are given",
        "posloyalty.domain.engine.campaign_gives:note_given",
        "times * _points(rule, campaign)",
        "times",
        GIVES,
    ),
    Mutation(
        "what points and presents use of a budget is not written down",
        f"{_BUDGETS}:_lendable",
        "for unit in LENT_AS:",
        "for unit in (LimitUnit.COUNT,):",
        GIVES,
    ),
    Mutation(
        "a programme that has ended goes on",
        "posloyalty.domain.engine.winding_down:standing_on",
        "phase is None or phase is Phase.ANNOUNCED",
        "True",
        ENDS,
    ),
    Mutation(
        "points that are worth nothing stay when a programme ends",
        "posloyalty.domain.engine.winding_up:wind_up",
        "expired = _expire(postings, left.ledger)",
        "expired = 0",
        ENDS,
    ),
    Mutation(
        "vouchers outlive the programme",
        "posloyalty.domain.engine.winding_up:wind_up",
        "plan.cancel(right)",
        "pass",
        ENDS,
    ),
    Mutation(
        "money off is lent again once it was given",
        f"{_DECISIONS}.budget_left",
        "whole - given_by(programme, campaign, given, unit)",
        "whole - given_by(programme, campaign, given, unit) * (unit.value != 'money')",
        GIVES,
    ),
    Mutation(
        "points of a record that went are credited twice",
        f"{_MERGE}:_move",
        "ours.move_in(ledger, lot.remaining,",
        "ours.move_in(ledger, 2 * lot.remaining,",
    ),
    Mutation(
        "a debt that goes over was not repaid before",
        f"{_FOLD}._move",
        "if transfer.code is _MERGE and owed < transfer.amount:",
        "if False:",
    ),
    Mutation(
        "purchases go over to another record and stay",
        f"{_MERGE}:_move_meters",
        "-entry.amount",
        "0",
    ),
    *FURTHER,
)
