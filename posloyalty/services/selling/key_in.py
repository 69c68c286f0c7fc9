"""Sales that were lost with their till's book, keyed in again from the receipts of customers.

Shape: `read` says whose a receipt is and what its code proves (`LostPapers`). A `Slip` is what the
paper says; `check` reckons it as of then and says in what it differs, `book` books it once: as a
sale of the day on the paper, marked with its number, which opens no drawer and prints nothing.
`run` does that for a table of them, as an import does for goods.

What the code proves is not asked for: the day, what was paid, and the points that it promised,
which are given whatever the rules come to now. The rest is reckoned by the programme of that time
and held against the paper. What was spent is taken as what happened: the store bears points that
are not there any more, and head office finds what was spent somewhere else as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.engine.stored_value import card_id, card_name
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Voucher
from posloyalty.domain.programme.wallet import SpentAs, Wallet
from posloyalty.domain.shop.authority import Authority, Need
from posloyalty.domain.shop.basket import Basket, BasketRefusal, Chosen, Redemption
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.sale import Sale, Told
from posloyalty.domain.shop.tender import (
    CashRounding,
    Tender,
    TenderKind,
    TenderRefusal,
    still_due,
    take_cash,
    take_exact,
)
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import format_amount
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.members.find_member import FindMember
from posloyalty.services.people.note_change import require, require_need
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.selling.counter_facts import member_state
from posloyalty.services.selling.happened import Again, as_promised, missing_points
from posloyalty.services.selling.key_in_rows import Slip, SlipLine, read_slips
from posloyalty.services.selling.lost_papers import LostPaper, LostPapers, check_lost
from posloyalty.services.shop.catalogue import canonical_codes
from posloyalty.services.shop.import_report import ImportReport, Progress, RowFaults, Tally
from posloyalty.services.shop.import_rows import Row
from posloyalty.sync.receipt_digest import TILL_BYTES

NEED: Final = Need(Right.WAIVE)
"""What whoever keys in a lost receipt must be allowed to, alone or with somebody who approves."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Where what was typed and what the paper proves do not come to the same: a refusal's code."""

    reason: str
    said: str
    comes: str


@dataclass(frozen=True, slots=True)
class Spendable:
    """A wallet that can pay: its id, its name and its number of decimals."""

    wallet: str
    name: str
    scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A slip as it would be booked. `missing` are points by the wallet's name that the member has
    no more and the store bears; `apart` what stands against booking it.
    """

    basket: Basket
    quote: Quote
    tenders: tuple[Tender, ...]
    missing: tuple[tuple[str, int], ...] = ()
    apart: tuple[Apart, ...] = ()


class KeyIn(Grounded):
    """The keying in; `papers` reads receipts, `find` members, `cash` is the market's smallest coin,
    `authority` how far rights go.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        check_out: CheckOut,
        papers: LostPapers,
        find: FindMember,
        cash: Callable[[], CashRounding],
        authority: Callable[[], Authority] = Authority,
        lending: Lending,
    ) -> None:
        super().__init__(ground)
        self._check_out = check_out
        self._papers = papers
        self._find = find
        self._cash = cash
        self._authority = authority
        self._lending = lending

    def read(self, text: str, operator: Operator, *, approver: Operator | None = None) -> LostPaper:
        """Whose a receipt is and what its code proves; it may ask head office, which takes two
        seconds at most. Raises `ServiceRefusal` NOT_ALLOWED, KEYED_ALREADY (`number`), and what
        `LostPapers.read` and `check_lost` raise.
        """
        require_need(self._authority(), NEED, operator, approver)
        paper = self._papers.read(text, approver or operator)
        with self._book.read() as reader:
            self._check_new(reader, paper)
        return paper

    def spendable(self, paper: LostPaper) -> tuple[Spendable, ...]:
        """The wallets of which something may have been spent on the paper; those of today where
        the paper does not say its day.
        """
        rules = self._rules()
        day = self._now().date() if paper.digest is None else paper.digest.day
        at = datetime.combine(day, time(12), rules.zone)
        with self._book.read() as reader:
            programme = self._check_out.programme_at(reader, at)
        return tuple(
            Spendable(one.id, one.names.in_language(rules.language), one.scale)
            for one in programme.wallets
            if one.spend is not None
        )

    def check(self, paper: LostPaper, slip: Slip) -> Checked:
        """What a slip comes to as of then; nothing is written. Raises `ServiceRefusal` for what
        cannot be reckoned, such as NO_SUCH_ARTICLE, `BasketRefusal` and `TenderRefusal`.
        """
        with self._book.read() as reader:
            return self._checked(reader, paper, slip, None)

    def book(
        self,
        paper: LostPaper,
        slip: Slip,
        operator: Operator,
        *,
        approver: Operator | None = None,
    ) -> Sale:
        """Book it. Raises what `read` and `check` raise, the first difference of `check` with
        `said` and `comes`, and SPENT_UNKNOWN_HERE where points are missing at a till that is out
        of reach of head office and may only not have heard of them.
        """
        approved = require_need(self._authority(), NEED, operator, approver)
        with self._book.write() as unit:
            self._check_new(unit, paper)
            sale = self._booked(unit, paper, slip, operator, approver, approved)
            unit.commit()
        return sale

    def run(
        self,
        rows: Iterable[Row],
        operator: Operator,
        *,
        total: int = 0,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Key in the receipts of a table; the report counts receipts.

        Raises `ServiceRefusal` NOT_ALLOWED and `MissingColumns`; what `progress` raises ends it
        between two receipts, and the same table again goes on from there.
        """
        require(operator, Right.WAIVE)
        rules, tally = self._rules(), Tally()
        for slip, faults in read_slips(rows, rules.currency):
            if not faults:
                self._take(slip, operator, faults, tally)
            if faults:
                tally.refuse(faults)
            if progress is not None:
                progress(tally.rows, total)
        return tally.report()

    def _take(self, slip: Slip, operator: Operator, faults: RowFaults, tally: Tally) -> None:
        """Book one receipt, or note why not."""
        try:
            paper = self._papers.read(slip.receipt, operator)
            with self._book.write() as unit:
                self._check_new(unit, paper)
                self._booked(unit, paper, slip, operator)
                unit.commit()
            tally.added += 1
        except (BasketRefusal, TenderRefusal) as refused:
            faults.add("", refused.reason, **refused.numbers)
        except ServiceRefusal as refused:
            if refused.reason == "KEYED_ALREADY":
                tally.unchanged += 1
            else:
                faults.add("", refused.reason, **refused.told)

    def _check_new(self, unit: Reader | UnitOfWork, paper: LostPaper) -> None:
        if unit.sales.by_id(paper.sale_id) is not None:
            raise ServiceRefusal("KEYED_ALREADY", number=paper.number)
        check_lost(unit, paper)

    def _booked(
        self,
        unit: UnitOfWork,
        paper: LostPaper,
        slip: Slip,
        operator: Operator,
        approver: Operator | None = None,
        approved_by: bytes | None = None,
    ) -> Sale:
        checked = self._checked(unit, paper, slip, approver or operator)
        for one in checked.apart:
            raise ServiceRefusal(one.reason, said=one.said, comes=one.comes)
        if checked.missing and self._lending.policy is not None and not self._lending.online:
            raise ServiceRefusal("SPENT_UNKNOWN_HERE")
        own = paper.place.half == unit.facts.till_id[:TILL_BYTES]
        sale = self._check_out.complete_in(
            unit,
            checked.basket,
            checked.quote,
            checked.tenders,
            operator,
            at=self._at(slip),
            told=(Told("KEYED_IN", (("number", paper.number),)),),
            again=Again(
                number=paper.number,
                code=paper.code,
                till=b"" if own else paper.place.half,
                approved_by=approved_by,
            ),
        )
        return sale

    def _at(self, slip: Slip) -> datetime:
        return datetime.combine(slip.day, slip.time, self._rules().zone)

    def _checked(
        self, unit: Reader | UnitOfWork, paper: LostPaper, slip: Slip, who: Operator | None
    ) -> Checked:
        """The slip reckoned on a snapshot, or within the unit that will book it."""
        at = self._at(slip)
        if at > self._clock.now():
            raise ServiceRefusal("RECEIPT_AHEAD", day=slip.day.isoformat())
        programme = self._check_out.programme_at(unit, at)
        member = self._member(paper, slip)
        basket = Basket(
            sale_id=paper.sale_id,
            currency=self._rules().currency,
            approver=who,
            happened_on=slip.day if paper.digest is None else paper.digest.day,
        )
        for line in slip.lines:
            basket = _with_line(unit, basket, line)
        if member is not None:
            basket = basket.for_member(member, proof=CARD_PROOF if slip.spent else "phone")
        if slip.off_minor:
            off = DiscountByHand(amount_minor=slip.off_minor, name=paper.number)
            basket = basket.discounting(off.line, off)
        wallet = _spending(programme, slip)
        basket = _redeeming(programme, basket, wallet, slip)
        quote = self._check_out.quote_in(unit, basket, at=at, operator=who)
        for name in slip.used:
            basket = basket.choosing(_chosen(unit, programme, quote, name))
        basket = basket.paid_by(_kinds(wallet, slip))
        quote = self._check_out.quote_in(unit, basket, at=at, operator=who)
        apart = [*_apart(paper, slip, quote, wallet)]
        if paper.digest is not None and not apart:
            promised = as_promised(quote, paper.digest.earned)
            if promised is None:
                apart.append(Apart("POINTS_DIFFER", str(paper.digest.earned), "0"))
            quote = quote if promised is None else promised
        return Checked(
            basket=basket,
            quote=quote,
            tenders=() if apart else self._tenders(paper, slip, quote, basket, wallet),
            missing=self._missing(unit, programme, basket, at),
            apart=tuple(apart),
        )

    def _missing(
        self, unit: Reader | UnitOfWork, programme: Programme, basket: Basket, at: datetime
    ) -> tuple[tuple[str, int], ...]:
        state = member_state(unit, basket, programme, at)
        if state is None:
            return ()
        language, day = self._rules().language, store_day(at, programme.zone)
        found = missing_points(programme, state, basket, day)
        names = {one.id: one.names.in_language(language) for one in programme.wallets}
        return tuple((names[wallet], points) for wallet, points in found.items())

    def _member(self, paper: LostPaper, slip: Slip) -> bytes | None:
        """Whose receipt it is. Raises `ServiceRefusal` MEMBER_NEEDED, NO_MEMBERS_RECEIPT,
        NO_SUCH_MEMBER.
        """
        named = bool(slip.member) or slip.member_id is not None
        if paper.digest is not None and named and not paper.digest.member:
            raise ServiceRefusal("NO_MEMBERS_RECEIPT", number=paper.number)
        proven = paper.digest is not None and paper.digest.member
        if (proven or slip.spent) and not named:
            raise ServiceRefusal("MEMBER_NEEDED")
        if slip.member_id is not None or not slip.member:
            return slip.member_id
        found = self._find.by_card(slip.member) or self._find.by_phone(slip.member)
        if found is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return found

    def _tenders(
        self,
        paper: LostPaper,
        slip: Slip,
        quote: Quote,
        basket: Basket,
        wallet: Wallet | None,
    ) -> tuple[Tender, ...]:
        """As the slip says; what it does not name was cash."""
        due, paid = quote.payable_minor, tuple[Tender, ...]()
        for kind, amount, reference, account in _payments(paper, slip, basket, wallet):
            paid = (
                *paid,
                take_exact(
                    due,
                    paid,
                    kind=kind,
                    amount_minor=amount,
                    reference=reference,
                    account_id=account,
                ),
            )
        left = still_due(due, paid)
        if left <= 0:
            return paid
        rounding = self._cash()
        given = rounding.payable(left)
        return (*paid, take_cash(due, paid, given_minor=given, rounding=rounding))


def _payments(
    paper: LostPaper, slip: Slip, basket: Basket, wallet: Wallet | None
) -> Iterator[tuple[TenderKind, int, str, bytes | None]]:
    """What did not pay in cash: kind, amount, reference and account."""
    for kind, amount in slip.by_kind:
        yield kind, amount, slip.reference or paper.number, None
    for code, amount in slip.cards:
        yield TenderKind.GIFT_CARD, amount, card_name(code), card_id(code)
    worth = _tendered(wallet, slip)
    if wallet is not None and worth:
        yield TenderKind.WALLET, worth, wallet.id, basket.member_id


def _kinds(wallet: Wallet | None, slip: Slip) -> frozenset[TenderKind]:
    """The kinds that paid it; cash what no other did."""
    found = {kind for kind, _ in slip.by_kind}
    found |= {TenderKind.GIFT_CARD} if slip.cards else set()
    worth = _tendered(wallet, slip)
    found |= {TenderKind.WALLET} if worth else set()
    others = sum(amount for _, amount in (*slip.by_kind, *slip.cards)) + worth
    return frozenset(found | ({TenderKind.CASH} if slip.total_minor > others else set()))


def _tendered(wallet: Wallet | None, slip: Slip) -> int:
    """What points paid as a tender, in minor units of money; others take something off."""
    spend = None if wallet is None else wallet.spend
    if spend is None or spend.spent_as is not SpentAs.TENDER:
        return 0
    return spend.worth_minor(slip.spent)


def _spending(programme: Programme, slip: Slip) -> Wallet | None:
    """The wallet whose points were spent. Raises `ServiceRefusal` SPENT_OF_NOTHING."""
    if not slip.spent:
        return None
    spendable = [one for one in programme.wallets if one.spend is not None]
    named = [one for one in spendable if slip.spent_of in ("", one.id)]
    if not named:
        raise ServiceRefusal("SPENT_OF_NOTHING")
    return named[0]


def _redeeming(programme: Programme, basket: Basket, wallet: Wallet | None, slip: Slip) -> Basket:
    """What was spent of each wallet, and of the others nothing: nobody is asked now."""
    if basket.member_id is None:
        return basket
    for one in programme.wallets:
        points = slip.spent if one is wallet else 0
        if one.spend is not None:
            basket = basket.redeeming(Redemption(wallet=one.id, points=points), wallet=one.id)
    return basket


def _chosen(unit: Reader | UnitOfWork, programme: Programme, quote: Quote, name: str) -> Chosen:
    """What was used, by its code, or by the name of what the member owns or may choose.

    Raises `ServiceRefusal` USED_UNKNOWN (`name`).
    """
    code = name.upper()
    for right in unit.ledger.rights_by_code(code):
        if right.kind == VOUCHER:
            return Chosen(kind=VOUCHER, of=right.of, right_id=right.id, code=code)
    for voucher in programme.of(Voucher):
        if voucher.code and voucher.code == code:
            return Chosen(kind=VOUCHER, of=voucher.id, code=code)
    for one in quote.proposals:
        if name.casefold() in (one.name.casefold(), one.choice.of.casefold()):
            return one.choice
    raise ServiceRefusal("USED_UNKNOWN", name=name)


def _with_line(unit: Reader | UnitOfWork, basket: Basket, line: SlipLine) -> Basket:
    """The basket with one more line. Raises `ServiceRefusal` NO_SUCH_ARTICLE, CARD_CODE_NEEDED,
    PRICE_NEEDED, and `BasketRefusal`.
    """
    codes, _findings = canonical_codes((line.code,))
    owners = (unit.catalogue.code_owner(code) for code in (*codes, line.code))
    product = next((one for one in owners if one), None) or unit.catalogue.by_sku(line.code)
    if product is None:
        raise ServiceRefusal("NO_SUCH_ARTICLE", code=line.code)
    if product.gift_card and not line.card:
        raise ServiceRefusal("CARD_CODE_NEEDED", name=product.name)
    if product.price_minor is None and line.price_minor is None:
        raise ServiceRefusal("PRICE_NEEDED", name=product.name)
    return basket.add(
        product,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.price_minor,
        card=line.card,
    )


def _apart(paper: LostPaper, slip: Slip, quote: Quote, wallet: Wallet | None) -> Iterator[Apart]:
    """TOTAL_DIFFERS, DAY_DIFFERS, SPENT_DIFFERS and USED_NOT, each with what is said and comes."""
    money, digest = quote.currency, paper.digest
    said = {slip.total_minor} if digest is None else {slip.total_minor, digest.payable_minor}
    comes = format_amount(quote.payable_minor, money)
    for total in sorted(said - {quote.payable_minor}):
        yield Apart("TOTAL_DIFFERS", format_amount(total, money), comes)
    if digest is not None and not _of_day(slip.day, digest.day):
        yield Apart("DAY_DIFFERS", digest.day.isoformat(), slip.day.isoformat())
    if wallet is not None and not _tendered(wallet, slip):
        points = next((one.points for one in quote.redemptions if one.wallet == wallet.id), 0)
        if points != slip.spent:
            yield Apart("SPENT_DIFFERS", str(slip.spent), str(points))
    used = sum(1 for one in quote.offers if one.uses is not None)
    if used < len(slip.used):
        yield Apart("USED_NOT", str(len(slip.used)), str(used))


def _of_day(typed: date, business: date) -> bool:
    """A business day may last beyond midnight."""
    return business <= typed <= business + timedelta(days=1)
