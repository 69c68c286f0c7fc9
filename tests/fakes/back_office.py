"""A till's services for tests of the screens beside the sale: a small shop, all in memory.

Each fake answers as its service does and remembers what it was asked, newest last. Refusals are set
by the test: `till.people.refuses = ServiceRefusal(...)` makes the next act fail with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from posloyalty.domain.engine.quote import TierState, WalletState
from posloyalty.domain.members.member import (
    Birthday,
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.shop.authority import Approval, Authority, Need
from posloyalty.domain.shop.elsewhere import Elsewhere
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.enrol_member import EnrolForm, Enrolled, MemberCard
from posloyalty.services.members.find_member import MemberFound, MemberPanel, MemberRow
from posloyalty.services.papers.print_receipts import PrinterStatus
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.receipt_history import of_sale
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from posloyalty.services.ports import PrintState, ReceiptRow, SaleRow
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.elsewhere_rule import ElsewhereRule
from tests.fakes.goods import FakeCatalogue, FakePriceLists
from tests.fakes.head_office import FakeJoining, FakeMoving, FakeSending
from tests.fakes.reserving import FakeLending, FakeReserveUse
from tests.fakes.sample_receipt import sample_receipt
from tests.fakes.small_services import FakeAboutMembers
from tests.fakes.tills import FakeTills

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
LI = Operator(b"L" * 16, "李敏", Role.CASHIER)
ZHANG = Operator(b"Z" * 16, "张伟", Role.CASHIER)
CHEN = Operator(b"C" * 16, "陈思", Role.SUPERVISOR)
HUANG = Operator(b"H" * 16, "黄店长", Role.MANAGER)
PEOPLE = (LI, ZHANG, CHEN, HUANG)
PIN = "7482"

CODE, NEW_CODE = "M0X8WG889A", "M2C1MV07TF"
TOKEN = "LP1:" + "AE7QKZ3M5X2RVDJ6PN4WTYHCB" * 6


@dataclass
class FakeSignIn:
    """One PIN for everybody; wrong ones are counted, and wait as the test says."""

    people: tuple[Operator, ...] = PEOPLE
    wait_s: int = 0
    wrong: int = 0
    waits: dict[bytes, int] = field(default_factory=dict)
    tried: list[tuple[bytes, str]] = field(default_factory=list)

    def operators(self) -> tuple[Operator, ...]:
        return self.people

    def waiting_s(self, operator_id: bytes) -> int:
        return self.waits.get(operator_id, 0)

    def sign_in(self, operator_id: bytes, pin: str) -> object:
        from posloyalty.services.people.sign_in import PinRefused, SignedIn

        self.tried.append((operator_id, pin))
        if pin == PIN:
            return SignedIn(next(p for p in self.people if p.id == operator_id))
        self.wrong += 1
        return PinRefused(wait_s=self.wait_s, attempts=self.wrong)


def badge_of(operator: Operator) -> str:
    """The badge that the fakes know somebody by."""
    return f"LB1:{operator.id[:1].decode()}BADGE"


@dataclass
class FakeBadges:
    """Everybody has a badge until it is withdrawn; new ones are remembered."""

    people: tuple[Operator, ...] = PEOPLE
    issued: list[bytes] = field(default_factory=list)
    withdrawn: list[bytes] = field(default_factory=list)

    def owner(self, text: str) -> Operator | None:
        return next((one for one in self.people if badge_of(one) == text), None)

    def has_badge(self, operator_id: bytes) -> bool:
        return operator_id in self.issued and operator_id not in self.withdrawn

    def issue(self, operator_id: bytes, by: Operator) -> str:
        self.issued.append(operator_id)
        return "LB1:NEW"

    def withdraw(self, operator_id: bytes, by: Operator) -> None:
        self.withdrawn.append(operator_id)


@dataclass
class FakeApprovals:
    """Those whose role may, with the sign-in's PIN; limits are the usual ones."""

    sign_in: FakeSignIn
    tried: list[tuple[bytes, str]] = field(default_factory=list)

    def who_may(self, need: Need) -> tuple[Operator, ...]:
        authority = Authority.usual(2)
        return tuple(one for one in self.sign_in.people if authority.permits(one, need))

    def by_badge(self, need: Need, text: str, reason: str = "") -> Approval:
        for one in self.who_may(need):
            if text == badge_of(one):
                return Approval(one, reason)
        raise ServiceRefusal("BADGE_UNKNOWN")

    def by_pin(self, need: Need, operator_id: bytes, pin: str, reason: str = "") -> object:
        from posloyalty.services.people.sign_in import SignedIn

        self.tried.append((operator_id, reason))
        answer = self.sign_in.sign_in(operator_id, pin)
        return Approval(answer.operator, reason) if isinstance(answer, SignedIn) else answer


def row(number: int, name: str, phone: str, **more: object) -> MemberRow:
    """A search result."""
    made = MemberRow(
        member_id=bytes([100 + number]) * 16,
        name=name,
        phone=phone,
        tier_name="金卡",
        tier_rank=3,
        balance=2480,
        last_visit=NOW - timedelta(days=number),
    )
    return replace(made, **more)  # type: ignore[arg-type]


WANG = row(1, "王小雨", "13812346021")
WU = row(2, "吴晓燕", "13912340417", tier_name="银卡", balance=312)
WEI = row(3, "卫雪莹", "18612347730", tier_name="", balance=45, last_visit=None)
MEMBERS = (WANG, WU, WEI)


def member_of(found: MemberRow) -> Member:
    """The member behind a row."""
    return Member(
        id=found.member_id,
        status=MemberStatus.ACTIVE,
        joined_on=date(2024, 3, 1),
        home_store="S01",
        profile=Profile(
            name=found.name,
            identifiers=(
                Identifier(IdentifierKind.PHONE, found.phone),
                Identifier(IdentifierKind.CARD, CODE),
            ),
            language="zh_CN",
            birthday=Birthday(11, 28),
        ),
        consents=(consent("terms", "", granted=True), consent("marketing", "sms", granted=False)),
    )


def consent(purpose: str, channel: str, *, granted: bool) -> Consent:
    """An answer given on the day of joining."""
    return Consent(
        purpose=purpose,
        channel=channel,
        granted=granted,
        text_version="1",
        language="zh_CN",
        at=NOW,
        operator_id=LI.id,
        till_id=b"T" * 16,
        source="till",
    )


@dataclass
class FakeMembers:
    """Finds by the end or beginning of a phone, or by a part of the name."""

    rows: tuple[MemberRow, ...] = MEMBERS
    total: int = 1_000_000
    asked: list[str] = field(default_factory=list)
    whole: bool = True

    def search(self, text: str, limit: int = 20, *, language: str = "") -> MemberFound:
        self.asked.append(text)
        found = tuple(r for r in self.rows if text and (text in r.phone or text in r.name))[:limit]
        if not self.whole:
            found = tuple(r for r in found if text == r.phone)
        unique = found[0] if len(found) == 1 else None
        return MemberFound(rows=found, total_on_till=self.total, unique=unique, whole=self.whole)

    def panel(self, member_id: bytes, *, language: str = "") -> MemberPanel:
        found = next((r for r in self.rows if r.member_id == member_id), None)
        if found is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return MemberPanel(
            member=member_of(found),
            wallets=(
                WalletState(
                    wallet="points",
                    balance=found.balance or 0,
                    pending=120,
                    debt=0,
                    next_expiry=date(2026, 12, 31),
                    next_expiry_points=300,
                ),
            ),
            tiers=(
                TierState(
                    scheme="main",
                    level="gold",
                    level_name="金卡",
                    rank=3,
                    levels=4,
                    held_through=date(2027, 6, 30),
                    progress=4380,
                    next_level_name="铂金",
                    next_at=5000,
                ),
            ),
            as_of=NOW,
            last_visit=found.last_visit,
        )


@dataclass
class FakeEnrol:
    """Enrols anybody whose phone nobody has; remembers forms, answers and replaced cards."""

    members: FakeMembers
    forms: list[EnrolForm] = field(default_factory=list)
    answers: list[tuple[bytes, str, str, bool]] = field(default_factory=list)
    replaced: list[bytes] = field(default_factory=list)
    refuses: ServiceRefusal | None = None

    def duplicate(self, phone: str) -> MemberRow | None:
        return next((r for r in self.members.rows if r.phone == phone), None)

    def enrol(self, form: EnrolForm, operator: Operator) -> Enrolled:
        if self.refuses is not None:
            raise self.refuses
        self.forms.append(form)
        joined = row(50 + len(self.forms), form.name, form.phone, balance=0, tier_name="")
        return Enrolled(member=member_of(joined), card_token_text=TOKEN, short_code=CODE)

    def card(self, member_id: bytes) -> MemberCard:
        return MemberCard(
            member_id=member_id, shop_name="晨光便利", token_text=TOKEN, short_code=CODE
        )

    def replace_card(self, member_id: bytes, operator: Operator) -> MemberCard:
        self.replaced.append(member_id)
        return replace(self.card(member_id), short_code=NEW_CODE)

    def set_consent(
        self, member_id: bytes, *, purpose: str, channel: str, granted: bool, operator: Operator
    ) -> None:
        self.answers.append((member_id, purpose, channel, granted))


def sale_row(seq: int, **more: object) -> SaleRow:
    """A sale of the history; every third has a member."""
    made = SaleRow(
        sale_id=seq.to_bytes(16, "big"),
        seq=seq,
        number=f"S01-T02-1-{seq:04d}",
        at=NOW - timedelta(minutes=7 * (300 - seq)),
        currency="CNY",
        payable_minor=13676 + 100 * seq,
        lines=6,
        operator_name="李敏",
        member_id=WANG.member_id if seq % 3 == 0 else None,
        member_name="王小雨" if seq % 3 == 0 else None,
        printed=PrintState.PRINTED,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@dataclass
class FakeHistory:
    """Sales by page; a text finds parts of the number."""

    rows: tuple[SaleRow, ...] = tuple(sale_row(seq) for seq in range(214, 94, -1))
    asked: list[dict[str, object]] = field(default_factory=list)

    def page(
        self,
        *,
        before_seq: int | None = None,
        limit: int = 50,
        text: str = "",
    ) -> tuple[SaleRow, ...]:
        self.asked.append({"before_seq": before_seq, "text": text})
        return tuple(
            r
            for r in self.rows
            if (before_seq is None or r.seq < before_seq)
            and (text in r.number or (text == WANG.phone and r.member_id is not None))
        )[:limit]


@dataclass
class FakePastReceipts:
    """The sales of a history and whatever else a test puts among them, as receipts."""

    history: FakeHistory
    receipts: FakeReceipts
    refunds: tuple[ReceiptRow, ...] = ()

    def page(
        self, *, before_seq: int | None = None, limit: int = 50, text: str = ""
    ) -> tuple[ReceiptRow, ...]:
        sales = self.history.page(before_seq=before_seq, limit=limit, text=text)
        refunds = [
            r
            for r in self.refunds
            if (before_seq is None or r.seq < before_seq) and text in f"{r.number} {r.of_number}"
        ]
        rows = sorted([*map(of_sale, sales), *refunds], key=lambda row: -row.seq)
        return tuple(rows)[:limit]

    def in_doubt(self) -> tuple[ReceiptRow, ...]:
        return tuple(of_sale(row) for row in self.receipts.in_doubt)


PRINTED = PrintResult(Outcome.PRINTED, PrinterCondition(PrinterState.READY))


@dataclass
class FakeReceipts:
    """Receipts of any sale; queued copies are remembered."""

    history: FakeHistory
    queued: list[tuple[bytes, bool]] = field(default_factory=list)
    dismissed: list[bytes] = field(default_factory=list)
    in_doubt: tuple[SaleRow, ...] = ()
    tests: int = 0
    state: str = "ready"
    result: PrintResult = PRINTED

    def receipt(self, sale_id: bytes, *, copy: bool) -> Receipt:
        found = next((r for r in self.history.rows if r.sale_id == sale_id), None)
        return sample_receipt("" if found is None else found.number, copy=copy)

    def queue(self, sale_id: bytes, *, copy: bool, operator: Operator | None = None) -> None:
        self.queued.append((sale_id, copy))

    def dismiss(self, sale_id: bytes) -> None:
        self.dismissed.append(sale_id)

    def print_test(self) -> PrintResult:
        self.tests += 1
        return self.result

    def status(self) -> PrinterStatus:
        waiting = 0 if self.state == "ready" else 2
        return PrinterStatus(PrinterState(self.state), waiting)


@dataclass
class FakePeople:
    """Operators; new ones get the next id."""

    people: list[Operator] = field(default_factory=lambda: list(PEOPLE))
    forms: list[object] = field(default_factory=list)
    refuses: ServiceRefusal | None = None

    def all(self) -> tuple[Operator, ...]:
        return tuple(self.people)

    def save(self, form: object, operator: Operator) -> Operator:
        if self.refuses is not None:
            raise self.refuses
        self.forms.append(form)
        known = form.id  # type: ignore[attr-defined]
        made = Operator(known or b"N" * 16, form.name, form.role, form.active)  # type: ignore[attr-defined]
        self.people = [p for p in self.people if p.id != made.id] + [made]
        return made


@dataclass
class FakeShop:
    """Saves the shop's details and gives them back."""

    saved: list[object] = field(default_factory=list)
    refuses: ServiceRefusal | None = None
    known: object = None
    """What `attach` was given, as a rule."""

    def details(self) -> object:
        return self.known

    def save(self, details: object, operator: Operator) -> object:
        if self.refuses is not None:
            raise self.refuses
        self.saved.append(details)
        return details


@dataclass
class FakeScan:
    """Says of every scan what the test put in `means`."""

    means: dict[str, object] = field(default_factory=dict)

    def recognise(self, text: str, *, screen: object, aim: object = None) -> object:
        return self.means[text]


@dataclass
class FakeCheckOut:
    """Knows the programme's wallets by name."""

    names: dict[str, str] = field(
        default_factory=lambda: {"zh_CN": "积分", "zh_TW": "點數", "en": "points"}
    )

    def wallets(self, language: str) -> dict[str, tuple[str, int]]:
        return {"points": (self.names[language], 0)}


@dataclass
class FakeBook:
    """A book of which only the settings are read."""

    settings: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def read(self) -> Iterator[FakeBook]:
        yield self


@dataclass
class FakeTill:
    """The bundle of services, by the names of `services/till.py`."""

    book: FakeBook = field(default_factory=FakeBook)
    check_out: FakeCheckOut = field(default_factory=FakeCheckOut)
    sign_in: FakeSignIn = field(default_factory=FakeSignIn)
    members: FakeMembers = field(default_factory=FakeMembers)
    history: FakeHistory = field(default_factory=FakeHistory)
    people: FakePeople = field(default_factory=FakePeople)
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    price_lists: FakePriceLists = field(default_factory=FakePriceLists)
    shop: FakeShop = field(default_factory=FakeShop)
    scan: FakeScan = field(default_factory=FakeScan)

    def __post_init__(self) -> None:
        self.approvals = FakeApprovals(self.sign_in)
        self.badges = FakeBadges()
        self.tills = FakeTills()
        self.joining = FakeJoining()
        self.moving = FakeMoving(self.joining)
        self.lending = FakeLending()
        self.elsewhere = ElsewhereRule(shops=Elsewhere, policy=lambda: self.lending.policy)
        self.about_members = FakeAboutMembers()
        self.sending = FakeSending()
        self.enrol = FakeEnrol(self.members)
        self.receipts = FakeReceipts(self.history)
        self.past_receipts = FakePastReceipts(self.history, self.receipts)
        self.reserve_use = FakeReserveUse(asks=False)


@dataclass
class FakeDoor:
    """A front door that vouches for the one PIN, for those whose record is clear."""

    people: tuple[Operator, ...] = PEOPLE
    unclear: tuple[Operator, ...] = ()

    def operators(self) -> tuple[Operator, ...]:
        return self.people

    def vouch(self, operator_id: bytes, pin: str) -> Operator | None:
        known = (one for one in self.people if one not in self.unclear)
        return next((one for one in known if one.id == operator_id and pin == PIN), None)
