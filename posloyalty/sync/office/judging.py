"""Each sale judged again: by the programme that it pinned, in the book that its till had.

Shape: `judge(asked, programme)` rings the sale of an event again and gives a `Verdict`: it agrees,
it `differs` in some figures, or head office does not know enough (`unknown`). Figures are what each
line got off by each offer and earned in each wallet, what each wallet gained, what was issued and
which levels were met, and what was to pay.

Some things are in no journal: when within the day the basket was quoted last, which public offers
the cashier removed, and birthdays, because they say who somebody is; nor whether a full card stayed
so because the till was not lent its stamps. Where a figure differs those are tried, and a sale that
one of them explains agrees: `explained` says which. So nobody is named for what an honest till may
have done; what it could not have done whatever was the case, is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Protocol

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import Answer, answer
from posloyalty.domain.engine.limits import counting_owners
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.paid_from_wallets import as_paid, points_paid
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.shared_counts import shared_owners
from posloyalty.domain.engine.spend_room import SpendRoom, rewards_at_sales, spent_at_sales
from posloyalty.domain.engine.taking import taken_by_rules
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.auto_use import AutoUse
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.place import Channel, Place
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.shop.sale import PUBLIC, Sale
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.leases import LEASE, Asset, AssetKind
from posloyalty.sync.office.birthdays import birthdays_around
from posloyalty.sync.office.deciding import LENT_AS, budget_asset
from posloyalty.sync.office.sold_again import basket_of, used_rights
from posloyalty.sync.office.till_book import BookUnsound, TillBook

EARLIER_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 240)
"""How long before it was paid a basket may have been quoted last, as far as is tried."""
GIFT_LINE: Final = "gift"
NOT_LENT: Final = Reason("HELD_ELSEWHERE")
_GAINS: Final = (TransferCode.EARN, TransferCode.BONUS)
Figure = tuple[str, str, int]
"""What a figure is of: its kind, a name out of the programme, the line or 0."""
Figures = Mapping[Figure, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a sale that its rules do not give: `sold` is what the till did, `due` what the
    rules say; money and points in minor units, levels by the last day that they hold (YYYYMMDD).

    `what` is "offer", "earned" (of a line), "paid_points", "wallet" (gained in all), "right",
    "tier" or "payable"; `of` a name out of the programme, `line` 0 where it is of all the sale.
    """

    what: str
    of: str
    line: int
    sold: int
    due: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of judging a sale. At most one of `differences` and `unknown` is there.

    `unknown` is why it could not be judged: "goods", "member", "book" or "rules".
    """

    differences: tuple[Difference, ...] = ()
    explained: str = ""
    unknown: str = ""


class Here(Protocol):
    """What head office knows of a till beside its book."""

    @property
    def till_id(self) -> bytes:
        """Its id."""
        ...

    @property
    def place(self) -> Place:
        """Its store and its code."""
        ...

    def article(self, product_id: bytes) -> events.Article | None:
        """An article as the till's rules saw it; None where it never told."""
        ...

    def joined(self, member_id: bytes) -> date | None:
        """Since when somebody is a member; None for one whose making was not heard of."""
        ...

    def right_owner(self, right_id: bytes) -> bytes | None:
        """Whose a right is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sale to be judged: what its event says, what it did, and the till's book before it."""

    sale: Sale
    did: Consequences
    book: TillBook
    here: Here


@dataclass(frozen=True, slots=True)
class _Rung:
    """The sale as it may have been quoted."""

    basket: Basket
    state: MemberState | None
    store: StoreContext
    earlier: timedelta = timedelta()


def judge(asked: Asked, programme: Programme) -> Verdict:
    """Ring a sale again by a programme."""
    sale = asked.sale
    if sale.currency != programme.currency.code:
        return Verdict(unknown="rules")
    try:
        base = _rung(asked, programme)
        sold = figures_of(sale, asked.did)
        found = _again(base, sale, programme)
        differing = differences(sold, found)
        if not differing:
            return Verdict()
        for why, other in _otherwise(base, found, sale, programme):
            if not differences(sold, _again(other, sale, programme)):
                return Verdict(explained=why)
        for lent in _as_lent(asked, base, programme):
            if _agrees(sold, lent, sale, programme):
                return Verdict(explained="lent")
    except BookUnsound:
        return Verdict(unknown="book")
    unknown = _unknown(asked)
    return Verdict(unknown=unknown) if unknown else Verdict(differing)


def _agrees(sold: Figures, rung: _Rung, sale: Sale, programme: Programme) -> bool:
    """Whether a sale is as it may have been rung, or may be for what no journal says."""
    found = _again(rung, sale, programme)
    others = (other for _, other in _otherwise(rung, found, sale, programme))
    return not differences(sold, found) or any(
        not differences(sold, _again(other, sale, programme)) for other in others
    )


def differences(sold: Figures, due: Figures) -> tuple[Difference, ...]:
    """The figures in which two differ, in order."""
    return tuple(
        Difference(*key, sold.get(key, 0), due.get(key, 0))
        for key in sorted(sold.keys() | due.keys())
        if sold.get(key, 0) != due.get(key, 0)
    )


def figures_of(sale: Sale, did: Consequences) -> Figures:
    """The figures of a sale as its till booked them."""
    found: dict[Figure, int] = {("payable", "", 0): sale.payable_minor}
    for line in sale.lines:
        for name, share in line.offers:
            _add(found, ("offer", name, line.number), share)
        for wallet, points in line.earned:
            _add(found, ("earned", wallet, line.number), points)
        for wallet, points, _ in line.redeemed:
            _add(found, ("paid_points", wallet, 0), points)
    return {**found, **_done(did)}


def due_under(asked: Asked, programme: Programme) -> Figures | None:
    """The figures that another programme would have given; None where that cannot be said."""
    if asked.sale.currency != programme.currency.code:
        return None
    try:
        return _again(_rung(asked, programme), asked.sale, programme)
    except BookUnsound:
        return None


def _again(rung: _Rung, sale: Sale, programme: Programme) -> Figures:
    found = _answer(rung, sale, programme)
    try:
        did = as_paid(found, sale.at, points_paid(programme, sale.tenders))
    except SpendRefusal:
        did = found.after.does  # of a book in which the wallet holds less
    return _figures(found.quote, did)


def _answer(rung: _Rung, sale: Sale, programme: Programme) -> Answer:
    return answer(
        programme,
        rung.basket,
        rung.state,
        sale.at - rung.earlier,
        tax_classes=_taxes(sale),
        store=rung.store,
    )


def _figures(quote: Quote, did: Consequences) -> Figures:
    figures: dict[Figure, int] = {("payable", "", 0): quote.payable_minor}
    for line in quote.lines:
        for name, share in line.offers:
            _add(figures, ("offer", name, line.line.number), share)
        for wallet, points in line.earned:
            _add(figures, ("earned", wallet, line.line.number), points)
    for one in quote.redemptions:
        _add(figures, ("paid_points", one.wallet, 0), one.points)
    return {**figures, **_done(did)}


def _done(does: Consequences) -> Figures:
    """What was gained, issued and met; leases and gift cards are nobody's gain."""
    found: dict[Figure, int] = {}
    for one in does.transfers:
        onto_card = one.credit.kind is AccountKind.GIFT_CARD  # whose code no event has
        if one.code in _GAINS and one.debit.kind is AccountKind.ISSUED and not onto_card:
            _add(found, ("wallet", one.debit.ledger, 0), one.amount)
    for change in does.rights:
        made = change.opens
        if change.move is not RightMove.ISSUE or made is None:
            continue
        if made.kind not in (LEASE, GIFT_CARD):
            _add(found, ("right", f"{made.kind}/{made.of}", 0), 1)
    for met in does.tiers:
        through = met.holding.through
        day = through.year * 10_000 + through.month * 100 + through.day
        found["tier", f"{met.holding.scheme}/{met.holding.level}", 0] = day
    return found


def _add(found: dict[Figure, int], key: Figure, amount: int) -> None:
    if amount:
        found[key] = found.get(key, 0) + amount


def _rung(asked: Asked, programme: Programme) -> _Rung:
    """The sale as its till had it, as far as journals tell."""
    sale, book, here = asked.sale, asked.book, asked.here
    day = store_day(sale.at, programme.zone)
    state = None
    if sale.member_id is not None:
        joined = here.joined(sale.member_id) or store_day(sale.at, programme.zone)
        state = book.state(programme, sale.member_id, joined=joined, day=day)
    rights = _rights(asked)
    articles = {line.product_id: here.article(line.product_id) for line in sale.lines}
    basket = basket_of(
        sale,
        programme,
        articles={key: one for key, one in articles.items() if one is not None},
        counted=asked.did.meters,
        rights=rights,
    )
    shown = tuple(right for right in rights.values() if right.owner != sale.member_id)
    return _Rung(basket, state, _store(asked, programme, day, shown))


def _store(asked: Asked, programme: Programme, day: date, shown: tuple[Right, ...]) -> StoreContext:
    sale, here = asked.sale, asked.here
    zone = sale.at.tzinfo
    assert zone is not None  # instants of events carry their offset
    store = StoreContext(
        zone=zone,
        open_day=sale.day,
        till_id=here.till_id,
        operator_id=sale.operator_id,
        store_id=derive_id("store", here.place.store),
        place=here.place,
        shown=shown,
        budgets=_budgets(asked, programme, day),
    )
    shared = shared_owners(programme)
    owners = (*shared, *counting_owners(programme, store))
    ever = programme.counts_whole_life or bool(shared)
    counts = asked.book.sums(owners, programme.looks_back_to(day), whole_life=ever)
    return replace(store, counts=counts)


def _budgets(asked: Asked, programme: Programme, day: date) -> Mapping[tuple[str, LimitUnit], int]:
    """What the till held of campaigns' budgets, by unit, where it held any."""
    found = {}
    for campaign in programme.of(Campaign):
        owner = campaign.owner(programme.id)
        for unit in LENT_AS.keys() & campaign.budget.keys():
            asset = budget_asset(programme.id, campaign, unit)
            left = asked.book.leases(owner, asset.text, day)
            if left is not None:
                found[campaign.id, unit] = left
    return found


def _as_lent(asked: Asked, base: _Rung, programme: Programme) -> Iterator[_Rung]:
    """The sale at a till where rules take no more of the member's points than it was lent, where
    rewards come by themselves for no more, and where campaigns of whose budgets it was never lent
    anything give nothing.
    """
    lent = _points_lent(asked, base, programme)
    takes = {wallet: lent[wallet] for wallet in taken_by_rules(programme) if wallet in lent}
    if takes:
        yield replace(base, store=replace(base.store, takes=takes))
    rooms = tuple(SpendRoom(one, lent[one], NOT_LENT) for one in lent)
    if rooms and any(one.auto_use.when is not AutoUse.NEVER for one in rewards_at_sales(programme)):
        base = replace(base, store=replace(base.store, rooms=rooms))
        yield replace(base, store=replace(base.store, takes=takes))
    lendable = {
        (one.id, unit): 0
        for one in programme.of(Campaign)
        for unit in LENT_AS.keys() & one.budget.keys()
    }
    if lendable.keys() - base.store.budgets.keys():
        budgets = {**lendable, **base.store.budgets}
        yield replace(
            base, store=replace(base.store, takes=takes or base.store.takes, budgets=budgets)
        )


def _points_lent(asked: Asked, base: _Rung, programme: Programme) -> dict[str, int]:
    """What the till had been lent of the member's points, by wallet, where sales spend of it."""
    state, found = base.state, dict[str, int]()
    if state is None:
        return found
    day = store_day(asked.sale.at, programme.zone)
    wallets = {*taken_by_rules(programme), *(one.id for one in spent_at_sales(programme))}
    for wallet in sorted(wallets):
        ledger = programme.ledger(wallet)
        owner = dict(state.pools).get(ledger, state.member_id)
        asset = Asset(AssetKind.POINTS, ledger, owner)
        found[wallet] = asked.book.leases(owner, asset.text, day) or 0
    return found


def _rights(asked: Asked) -> dict[bytes, Right]:
    """The rights that the sale's discounts used, as they stood before it."""
    found = {}
    for right_id in used_rights(asked.sale):
        owner = asked.here.right_owner(right_id)
        right = None if owner is None else asked.book.known(owner).belongings.rights.get(right_id)
        if right is not None:
            found[right_id] = right
    return found


def _taxes(sale: Sale) -> dict[str, TaxClass]:
    return {line.tax_class: line.taxed_as for line in sale.lines if not line.donation}


def _otherwise(
    base: _Rung, found: Figures, sale: Sale, programme: Programme
) -> Iterator[tuple[str, _Rung]]:
    """What may have been so without any journal saying it, the likeliest first."""
    declined = _removed(found, sale, programme)
    day = store_day(sale.at, programme.zone)
    whens = [timedelta(minutes=n) for n in EARLIER_MINUTES]
    whens = [one for one in whens if store_day(sale.at - one, programme.zone) == day]
    births = [("", base)]
    if base.state is not None:
        for birthday in birthdays_around(programme, day):
            born = replace(base.state, birthday=birthday)
            births.append(("birthday", replace(base, state=born)))
    gifts = _gifts(sale, programme)
    for why, rung in births:
        for less in (frozenset[str](), declined) if declined else (declined,):
            basket = replace(rung.basket, declined=less)
            told = "declined" if less else why
            yield told, replace(rung, basket=basket)
            for earlier in whens:
                yield told or "earlier", replace(rung, basket=basket, earlier=earlier)
        if gifts:
            chosen = (*rung.basket.chosen, *gifts)
            yield "gift", replace(rung, basket=replace(rung.basket, chosen=chosen))
    yield from _elsewise(base, sale)


def _elsewise(base: _Rung, sale: Sale) -> Iterator[tuple[str, _Rung]]:
    """A till for orders, and a member whose record was closed at this till."""
    for channel in Channel:
        if channel is not base.store.place.channel:
            place = replace(base.store.place, channel=channel)
            yield "channel", replace(base, store=replace(base.store, place=place))
    if base.state is not None and not any(line.earned for line in sale.lines):
        closed = replace(base.state, status=MemberStatus.CLOSED)
        yield "closed", replace(base, state=closed)


def _removed(found: Figures, sale: Sale, programme: Programme) -> frozenset[str]:
    """Public offers that the rules give and the sale does not have."""
    public = {offer.id for offer in programme.offers}
    had = {offer.offer_id for offer in sale.offers if offer.source == PUBLIC}
    return frozenset(of for what, of, _ in found if what == "offer" and of in public - had)


def _gifts(sale: Sale, programme: Programme) -> tuple[Chosen, ...]:
    """The lines that may have been added because an offer gives them."""
    giving = {offer.id for offer in programme.offers if isinstance(offer.effect, Gift)}
    return tuple(
        Chosen(kind=GIFT_LINE, of=name, line=line.number)
        for line in sale.lines
        for name, _ in line.offers
        if name in giving
    )


def _unknown(asked: Asked) -> str:
    """Why a sale that differs cannot be said to: what its figures hang on is not known."""
    sale, here = asked.sale, asked.here
    goods = (line for line in sale.lines if not line.donation)
    if any(here.article(line.product_id) is None for line in goods):
        return "goods"
    if sale.member_id is not None and here.joined(sale.member_id) is None:
        return "member"
    return ""
