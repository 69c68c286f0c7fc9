"""A sale becomes an event and comes back whole."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.shop.price_list import ListPrice
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import (
    BY_HAND,
    PUBLIC,
    Sale,
    SaleLine,
    SaleOffer,
    SalePoints,
    SaleTax,
    Told,
)
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync import events
from posloyalty.sync.consequence_event import (
    consequences_of,
    posts,
    tiers_of,
)
from posloyalty.sync.consequence_event import counted as counts_told
from posloyalty.sync.hlc import Hlc
from posloyalty.sync.sale_event import sale_event, sale_of

ids = st.binary(min_size=16, max_size=16)
amounts = st.integers(-(2**40), 2**40)
counts = st.integers(1, 2**40)
names = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
rates = st.builds(Ratio, st.integers(0, 100), st.integers(1, 100))
shares = st.lists(st.tuples(names, amounts), max_size=3, unique_by=lambda s: s[0]).map(tuple)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)).map(
    lambda at: at.replace(
        microsecond=at.microsecond // 1000 * 1000, tzinfo=timezone(timedelta(hours=8))
    )
)
lines = st.builds(
    SaleLine,
    number=st.integers(1, 500),
    product_id=ids,
    sku=names,
    name=names,
    unit=st.sampled_from(Unit),
    quantity_milli=counts,
    unit_price_minor=amounts,
    gross_minor=amounts,
    offers=shares,
    redeemed=st.lists(st.tuples(names, amounts, amounts), max_size=2).map(tuple),
    net_minor=amounts,
    tax_class=names,
    tax_rate=rates,
    tax_mode=st.sampled_from(TaxMode),
    tax_minor=amounts,
    earned=shares,
    paid=st.lists(st.tuples(st.integers(1, 9), amounts), max_size=2).map(tuple),
    tax_fixed_minor=st.integers(0, 2**40),
    shop_cost=shares,
    listed=st.none() | st.builds(ListPrice, names, names, amounts),
)
sales = st.builds(
    Sale,
    id=ids,
    number=names,
    at=instants,
    day=days,
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    operator_id=ids,
    member_id=st.none() | ids,
    proof=st.none() | names,
    programme_id=names,
    programme_version=st.integers(1, 1000),
    programme_hash=st.binary(min_size=32, max_size=32),
    lines=st.lists(lines, max_size=3).map(tuple),
    offers=st.lists(
        st.builds(
            SaleOffer,
            offer_id=names,
            name=names,
            amount_minor=amounts,
            source=st.sampled_from((PUBLIC, BY_HAND, "voucher", "reward", "sticker")),
            right_id=st.none() | ids,
            cost=st.none() | st.tuples(names, counts),
        ),
        max_size=2,
    ).map(tuple),
    taxes=st.lists(
        st.builds(
            SaleTax,
            tax_class=names,
            rate=rates,
            mode=st.sampled_from(TaxMode),
            base_minor=amounts,
            tax_minor=amounts,
        ),
        max_size=2,
    ).map(tuple),
    tenders=st.lists(
        st.builds(
            Tender,
            number=st.integers(1, 9),
            kind=st.sampled_from(TenderKind),
            amount_minor=amounts,
            given_minor=amounts,
            change_minor=amounts,
            rounding_minor=st.integers(-9, 9),
            reference=st.none() | names,
            account_id=st.none() | ids,
        ),
        max_size=2,
    ).map(tuple),
    points=st.lists(
        st.builds(
            SalePoints,
            wallet=names,
            wallet_name=names,
            scale=st.integers(0, 4),
            earned=amounts,
            redeemed=amounts,
            redeemed_minor=amounts,
            balance_after=amounts,
            pending_after=amounts,
        ),
        max_size=2,
    ).map(tuple),
    gross_minor=amounts,
    offers_minor=amounts,
    redeemed_minor=amounts,
    tax_minor=amounts,
    payable_minor=amounts,
    rounding_minor=amounts,
    told=st.lists(
        st.builds(
            Told,
            names,
            st.lists(st.tuples(names, names | amounts), max_size=3).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


@st.composite
def changes(draw: st.DrawFn) -> RightChange:
    right_id, issue = draw(ids), draw(st.booleans())
    right = Right(
        id=right_id,
        kind=draw(names),
        of=draw(names),
        owner=draw(st.just(b"") | ids),
        programme=draw(names),
        code=draw(st.just("") | names),
        uses=draw(st.integers(0, 99)),
        from_day=draw(st.none() | days),
        last_day=draw(st.none() | days),
        held=draw(st.booleans()),
        paid_minor=draw(st.integers(0, 2**40)),
        line=draw(st.integers(0, 500)),
    )
    moves = [move for move in RightMove if move is not RightMove.ISSUE]
    return RightChange(
        id=draw(ids),
        right_id=right_id,
        move=RightMove.ISSUE if issue else draw(st.sampled_from(moves)),
        event_id=b"E" * 16,
        amount=1 if issue else draw(st.integers(1, 400)),
        opens=right if issue else None,
    )


def meters() -> st.SearchStrategy[MeterEntry]:
    return st.builds(
        MeterEntry,
        meter=names,
        owner=ids,
        day=days,
        at=instants,
        amount=amounts,
        event_id=st.just(b"E" * 16),
        undoes=st.none() | ids,
    )


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    ledger, owner, amount = draw(names), draw(ids), draw(counts)
    member = Account(ledger, AccountKind.MEMBER, owner)
    own = Account(ledger, draw(st.sampled_from([AccountKind.ISSUED, AccountKind.BREAKAGE])))
    earns = draw(st.booleans())
    opens = None
    if earns and draw(st.booleans()):
        opens = Lot(
            id=draw(ids),
            account=member,
            original=amount,
            remaining=amount,
            earned_on=draw(days),
            usable_from=draw(st.none() | days),
            last_day=draw(st.none() | days),
            funder=draw(st.sampled_from(["", "partner:air", "campaign:spring"])),
            shop_cost=draw(st.none() | rates),
        )
    return Transfer(
        id=draw(ids),
        code=draw(st.sampled_from(TransferCode)),
        debit=own if earns else member,
        credit=member if earns else own,
        amount=amount,
        event_id=b"E" * 16,
        opens=opens,
        uses=tuple(draw(st.lists(st.builds(LotUse, ids, amounts), max_size=3))),
        link=draw(st.none() | ids),
    )


@given(sales, st.lists(transfers(), max_size=3), st.integers(0, 2**45))
def test_a_sale_its_transfers_and_tiers_come_back_from_their_bytes(
    sale: Sale, moved: list[Transfer], ms: int
) -> None:
    met = MetTier(
        b"M" * 16,
        TierHolding(scheme="s", level="gold", met_on=date(2026, 1, 1), through=date(2027, 1, 1)),
    )
    does = Consequences(transfers=tuple(moved), tiers=(met,))
    made = sale_event(sale, hlc=Hlc(ms, 3), does=does)
    read = events.decode(events.encode(made))
    assert isinstance(read, events.Sale)
    assert sale_of(read) == sale
    booked = tuple(structs.replace(one, event_id=sale.id) for one in moved)
    assert consequences_of(read).transfers == booked
    assert tiers_of(read.tiers) == (met,)
    assert read.hlc == (ms, 3)


@given(
    sales.filter(lambda sale: sale.member_id is not None),
    st.lists(changes(), max_size=4),
    st.lists(meters(), max_size=4),
)
def test_what_a_sale_does_to_rights_and_meters_comes_back_from_its_bytes(
    sale: Sale, changed: list[RightChange], counted: list[MeterEntry]
) -> None:
    own = tuple(structs.replace(change, event_id=sale.id) for change in changed)
    own = tuple(
        change
        if change.opens is None
        else structs.replace(change, opens=structs.replace(change.opens, origin=sale.id))
        for change in own
    )
    entries = tuple(
        structs.replace(entry, event_id=sale.id, noted=None if entry.at == sale.at else sale.at)
        for entry in counted
    )
    does = Consequences(rights=own, meters=entries)
    read = events.decode(events.encode(sale_event(sale, hlc=Hlc(1), does=does)))
    assert isinstance(read, events.Sale)
    assert consequences_of(read) == does


def test_the_members_own_count_of_the_sales_instant_names_neither() -> None:
    at = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
    entry = MeterEntry(
        meter="visits", owner=b"M" * 16, day=at.date(), at=at, amount=1, event_id=b"E" * 16
    )
    (told,) = counts_told([entry], member_id=b"M" * 16, at=at)
    assert (told.owner, told.at, told.undoes) == (UNSET, UNSET, UNSET)
    (other,) = counts_told([entry], member_id=None, at=at + timedelta(minutes=1))
    assert (other.owner, other.at) == ((b"M" * 16).hex(), "2026-11-22T14:06:00.000+00:00")


def test_a_transfer_between_two_ledgers_is_a_mistake() -> None:
    mixed = Transfer(
        id=b"T" * 16,
        code=TransferCode.EARN,
        debit=Account("one", AccountKind.ISSUED),
        credit=Account("two", AccountKind.MEMBER, b"M" * 16),
        amount=1,
        event_id=b"E" * 16,
    )
    with pytest.raises(ValueError, match="one ledger"):
        posts([mixed])


@pytest.mark.parametrize("wrong", ["account", "amount"])
def test_a_lot_that_does_not_fit_its_transfer_is_a_mistake(wrong: str) -> None:
    member = Account("w", AccountKind.MEMBER, b"M" * 16)
    issued = Account("w", AccountKind.ISSUED)
    lot = Lot(
        id=b"L" * 16,
        account=issued if wrong == "account" else member,
        original=5 if wrong == "amount" else 4,
        remaining=4,
        earned_on=datetime(2026, 1, 1, tzinfo=UTC).date(),
        usable_from=None,
        last_day=None,
    )
    transfer = Transfer(
        id=b"T" * 16,
        code=TransferCode.EARN,
        debit=issued,
        credit=member,
        amount=4,
        event_id=b"E" * 16,
        opens=lot,
    )
    with pytest.raises(ValueError, match="opens a lot"):
        posts([transfer])
