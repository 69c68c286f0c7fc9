"""The member of a quote as a scenario file gives them: what they own and did, not who they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import PURCHASES, SPEND, earned_meter
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import LONG_AGO, Lot
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.scenario.block import money_text, points_text
from posloyalty.scenario.meter_name import short_meter
from posloyalty.scenario.shop_costs import shop_cost_text

MEMBER: Final = "member"
# Older purchases matter by being there; a rule that counts more of them reads meters.
OLDER_MOST: Final = 20
# Within this time before the quote meters keep their instants: limits may count minutes.
INSTANTS_KEPT: Final = timedelta(days=2)
_Counted = tuple[str, date, datetime | None]


def exported_member(
    quote: Quote, state: MemberState, rules: Programme | None, *, birthday: bool
) -> dict[str, Any]:
    """The keys of the member's table; `birthday` says whether the rules look at it."""
    told: dict[str, Any] = {"id": MEMBER, "joined": state.joined_on}
    if state.status is not MemberStatus.ACTIVE:
        told["status"] = state.status.value
    if state.birthday is not None and birthday:
        told["birthday"] = f"{state.birthday.month:02d}-{state.birthday.day:02d}"
    if rules is None:
        return told
    export = _Export(quote, state, rules)
    debts = dict(export.debts())
    if debts:
        told["debt"] = debts
    lists = {
        "lots": [export.lot(lot) for lot in export.lots],
        "tier": list(export.holdings()),
        "rights": list(export.rights()),
        "history": list(export.history()),
        "meters": list(export.meters()),
    }
    return told | {key: tables for key, tables in lists.items() if tables}


class _Export:
    """One member's state in the words of one programme."""

    def __init__(self, quote: Quote, state: MemberState, rules: Programme) -> None:
        self._quote = quote
        self._state = state
        self._rules = rules
        self._day = store_day(quote.at, rules.zone)
        self._ledgers = {rules.ledger(wallet.id): wallet for wallet in rules.wallets}
        own = [lot for lot in state.lots if lot.account.ledger in self._ledgers]
        # The last tie between lots goes by their ids; the file's order takes their place.
        self.lots = sorted(own, key=lambda lot: lot.id)
        self._visits = self._found_visits()

    def lot(self, lot: Lot) -> dict[str, Any]:
        """A lot of a wallet."""
        wallet = self._ledgers[lot.account.ledger]
        told: dict[str, Any] = {
            "wallet": wallet.id,
            "points": points_text(lot.original, wallet.scale),
            "left": points_text(lot.remaining, wallet.scale),
        }
        if lot.earned_on != LONG_AGO:
            told["earned"] = lot.earned_on
        if lot.usable_from is None:
            told["pending"] = True
        elif lot.usable_from != lot.earned_on:
            told["from"] = lot.usable_from
        if lot.last_day is not None:
            told["last"] = lot.last_day
        if lot.funder:
            told["funder"] = lot.funder
        if lot.shop_cost is not None:
            told["shop_cost"] = shop_cost_text(lot.shop_cost, wallet.scale, self._rules.currency)
        return told

    def debts(self) -> Iterator[tuple[str, str]]:
        """What is owed, by wallet."""
        for ledger, owed in self._state.debts:
            wallet = self._ledgers.get(ledger)
            if wallet is not None:
                yield wallet.id, points_text(owed, wallet.scale)

    def holdings(self) -> Iterator[dict[str, Any]]:
        """Levels that this version of the programme knows."""
        schemes = {scheme.id: scheme for scheme in self._rules.tier_schemes}
        for holding in self._state.holdings:
            scheme = schemes.get(holding.scheme)
            if scheme is not None and scheme.rank_of(holding.level):
                yield {
                    "scheme": holding.scheme,
                    "level": holding.level,
                    "met": holding.met_on,
                    "through": holding.through,
                }

    def rights(self) -> Iterator[dict[str, Any]]:
        """Rights of this programme; a code would be as good as the voucher, so it stays here."""
        for right in self._state.rights:
            if right.programme == self._rules.id:
                yield _right(right, self._quote)

    def history(self) -> Iterator[dict[str, Any]]:
        """Past purchases: those that meters know with their day and spend, then older ones."""
        for entry, spend in self._visits:
            told: dict[str, Any] = {"on": entry.at}
            if spend:
                told["spend"] = money_text(spend, self._quote.currency)
            yield told
        older = min(self._state.purchases - len(self._visits), OLDER_MOST)
        before = self._rules.looks_back_to(self._day) - timedelta(days=2)
        for _ in range(older):
            yield {"on": before}

    def meters(self) -> Iterator[dict[str, Any]]:
        """What meters count beside what lots and purchases stand for."""
        told = {(PURCHASES, entry.event_id) for entry, _ in self._visits}
        told |= {(SPEND, entry.event_id) for entry, spend in self._visits if spend}
        sums: dict[_Counted, int] = {}

        def add(key: _Counted, amount: int) -> None:
            sums[key] = sums.get(key, 0) + amount

        for lot in self.lots:
            if lot.earned_on != LONG_AGO:
                add((earned_meter(lot.account.ledger), lot.earned_on, None), -lot.original)
        for entry in self._state.meters:
            if entry.owner == self._state.member_id and (entry.meter, entry.event_id) not in told:
                add((entry.meter, entry.day, self._instant(entry)), entry.amount)
        for (meter, day, at), amount in sorted(sums.items(), key=str):
            if amount:
                more = {} if at is None else {"at": at}
                name = short_meter(self._rules.id, meter)
                yield {"meter": name, "on": day, "amount": amount} | more

    def _instant(self, entry: MeterEntry) -> datetime | None:
        """When it was counted, where a limit may count minutes; lots know days alone."""
        earned = entry.meter.startswith(earned_meter(""))
        return None if earned or self._quote.at - entry.at > INSTANTS_KEPT else entry.at

    def _found_visits(self) -> list[tuple[MeterEntry, int]]:
        """Each purchase that a meter counted, with the spend that the same event counted."""
        own = [one for one in self._state.meters if one.owner == self._state.member_id]
        spends = {one.event_id: one.amount for one in own if one.meter == SPEND}
        return [
            (one, spends.get(one.event_id, 0))
            for one in own
            if one.meter == PURCHASES and one.amount == 1 and spends.get(one.event_id, 0) >= 0
        ]


def _right(right: Right, quote: Quote) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": right.kind, "of": right.of}
    if right.uses != 1:
        told["uses"] = right.uses
    if right.used:
        told["used"] = right.used
    if right.from_day is not None:
        told["from"] = right.from_day
    if right.last_day is not None:
        told["last"] = right.last_day
    if right.held and not right.released:
        told["held"] = True
    if right.cancelled > 0:
        told["cancelled"] = True
    if right.paid_minor:
        told["paid"] = money_text(right.paid_minor, quote.currency)
    return told
