"""What is written comes back, and the order of things is the one that was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlcipher3.dbapi2 import IntegrityError

from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.ledger.transfer import Account, AccountKind, LotUse
from posloyalty.domain.members.member import (
    Birthday,
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Category, Product, TaxClass, TaxMode, Unit
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ports import (
    Appended,
    IssuedCard,
    MemberCopy,
    PinRecord,
    PrintState,
    ReplayProgress,
    StoredProgramme,
    TillKey,
    UnitOfWork,
)
from posloyalty.sync.events import ErrorNote
from tests.fakes.book import LEDGER, Rig, a_sale, add_member

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def event(rig: Rig, unit: UnitOfWork) -> Appended:
    stamp = unit.journal.stamp()
    return unit.journal.append(
        ErrorNote(id=rig.ids.new_id().hex(), at=stamp.at, hlc=stamp.hlc, code="test")
    )


def member(rig: Rig, **profile: object) -> Member:
    given: dict[str, object] = {
        "name": "王小雨 𠮷",
        "identifiers": (
            Identifier(IdentifierKind.PHONE, "13812346021"),
            Identifier(IdentifierKind.CARD, "MABCDEFGH1"),
            Identifier(IdentifierKind.FOREIGN, "C-77"),
        ),
        "language": "zh_CN",
        "birthday": Birthday(2, 29, None),
        "note": "no nuts",
    }
    return Member(
        id=rig.ids.new_id(),
        status=MemberStatus.ACTIVE,
        joined_on=date(2026, 1, 31),
        home_store="S01",
        profile=Profile(**(given | profile)),  # type: ignore[arg-type]
    )


def consent(purpose: str, *, granted: bool, minutes: int = 0) -> Consent:
    return Consent(
        purpose=purpose,
        channel="sms",
        granted=granted,
        text_version="1",
        language="zh_CN",
        at=AT + timedelta(minutes=minutes),
        operator_id=b"O" * 16,
        till_id=b"T" * 16,
        source="till",
    )


def test_a_member_comes_back_whole_and_is_found_by_every_identifier(rig: Rig) -> None:
    made = replace(member(rig), consents=(consent("terms", granted=True),))
    with rig.book.write() as unit:
        unit.members.add(made, appended=event(rig, unit))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.members.by_id(made.id) == made
        for identifier in made.profile.identifiers:
            found = reader.members.by_identifier(identifier.kind, identifier.value)
            assert found == (made.id,)
        assert reader.members.by_foreign_id("C-77") == made.id
        assert reader.members.by_foreign_id("C-78") is None
        assert reader.members.by_id(b"?" * 16) is None
        assert reader.members.count() == 1


def test_the_newest_answer_counts_and_every_answer_stays(rig: Rig) -> None:
    made = replace(member(rig), consents=(consent("news", granted=True),))
    later = consent("news", granted=False, minutes=5)
    with rig.book.write() as unit:
        unit.members.add(made, appended=event(rig, unit))
        unit.members.add_consent(made.id, later, appended=event(rig, unit))
        unit.commit()
    with rig.book.read() as reader:
        read = reader.members.by_id(made.id)
        assert read is not None
        assert read.consents == (later,)
        assert reader.members.consents(made.id) == (*made.consents, later)


def test_a_changed_profile_replaces_name_and_identifiers(rig: Rig) -> None:
    made = member(rig)
    changed = Profile(name="李", identifiers=(Identifier(IdentifierKind.PHONE, "1"),))
    with rig.book.write() as unit:
        unit.members.add(made, appended=event(rig, unit))
        unit.members.save_profile(made.id, changed, appended=event(rig, unit))
        unit.members.set_status(made.id, MemberStatus.FROZEN, appended=event(rig, unit))
        unit.commit()
    with rig.book.read() as reader:
        read = reader.members.by_id(made.id)
        assert read is not None
        assert (read.profile, read.status) == (changed, MemberStatus.FROZEN)
        assert reader.members.by_identifier(IdentifierKind.PHONE, "13812346021") == ()


def test_two_members_share_a_phone_but_never_a_card(rig: Rig) -> None:
    card = (Identifier(IdentifierKind.CARD, "MABCDEFGH1"),)
    phone = (Identifier(IdentifierKind.PHONE, "13812346021"),)
    with rig.book.write() as unit:
        for _ in range(2):
            unit.members.add(member(rig, identifiers=phone), appended=event(rig, unit))
        unit.members.add(member(rig, identifiers=card), appended=event(rig, unit))
        unit.commit()
    with rig.book.read() as reader:
        assert len(reader.members.by_identifier(IdentifierKind.PHONE, "13812346021")) == 2
    with rig.book.write() as unit, pytest.raises(IntegrityError):
        unit.members.add(member(rig, identifiers=card), appended=event(rig, unit))


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_changes_come_in_order_in_pieces_and_none_is_left_out(rig: Rig, limit: int) -> None:
    together = [member(rig, identifiers=()) for _ in range(3)]
    alone = [member(rig, identifiers=()) for _ in range(4)]
    with rig.book.write() as unit:
        shared = event(rig, unit)
        unit.members.add_many([(one, shared) for one in together])
        for one in alone:
            unit.members.add(one, appended=event(rig, unit))
        unit.commit()
    seen: list[bytes] = []
    mark = 0
    with rig.book.read() as reader:
        while changes := reader.members.changes(after=mark, limit=limit):
            assert all(change.changed > mark for change in changes)
            seen += [change.member.id for change in changes]
            mark = changes[-1].changed
    assert sorted(seen) == sorted(one.id for one in (*together, *alone))


def test_a_sale_changes_its_member_for_the_look_up(rig: Rig) -> None:
    member_id = add_member(rig)
    with rig.book.read() as reader:
        (before,) = reader.members.changes(after=0, limit=9)
    assert before.last_visit is None
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id)
        unit.sales.book(booked)
        unit.commit()
    with rig.book.read() as reader:
        (after,) = reader.members.changes(after=before.changed, limit=9)
        (copy,) = reader.members.copies(after=before.changed, limit=9)
    assert after.last_visit == copy.last_visit == booked.sale.at


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_look_up_copies_of_each_change_what_a_member_is_found_by(rig: Rig, limit: int) -> None:
    phones = [Identifier(IdentifierKind.PHONE, text) for text in ("13700000001", "13700000002")]
    card = Identifier(IdentifierKind.CARD, "MABCDEFGH2")
    everybody = [
        member(rig, identifiers=(phones[0], card, phones[1])),
        member(rig, identifiers=(Identifier(IdentifierKind.FOREIGN, "C-78"),)),
        member(rig, name="", identifiers=()),
    ]
    with rig.book.write() as unit:
        shared = event(rig, unit)
        unit.members.add_many([(one, shared) for one in everybody[:2]])
        unit.members.add(everybody[2], appended=event(rig, unit))
        unit.members.set_status(everybody[1].id, MemberStatus.CLOSED, appended=event(rig, unit))
        unit.commit()
    copies, mark = [], 0
    with rig.book.read() as reader:
        while found := reader.members.copies(after=mark, limit=limit):
            copies += found
            mark = found[-1].changed
        changes = reader.members.changes(after=0, limit=100)
    assert copies == [
        MemberCopy(
            changed=one.changed,
            member_id=one.member.id,
            status=one.member.status,
            name=one.member.profile.name,
            card=one.member.identifier(IdentifierKind.CARD),
            phone=one.member.identifier(IdentifierKind.PHONE),
            home_store=one.member.home_store,
            last_visit=one.last_visit,
        )
        for one in changes
    ]
    assert [one.phone for one in copies] == ["13700000001", None, None]


def a_card(member_id: bytes, code: str, days: int) -> IssuedCard:
    return IssuedCard(
        id=code.encode().ljust(16, b"."),
        member_id=member_id,
        key_id=1,
        short_code=code,
        token_text="LP1:" + code,
        issued_at=AT + timedelta(days=days),
        expires_at=AT + timedelta(days=days + 730),
    )


def test_the_newest_card_is_current_until_its_member_loses_it(rig: Rig) -> None:
    member_id = add_member(rig)
    first, second = a_card(member_id, "FIRST", 0), a_card(member_id, "SECOND", 1)
    lost = AT + timedelta(days=2)
    with rig.book.write() as unit:
        unit.tokens.issue(first, appended=event(rig, unit))
        unit.tokens.issue(second, appended=event(rig, unit))
        assert unit.tokens.current(member_id) == second
        assert unit.tokens.revoked_before(member_id) is None
        unit.tokens.revoke(member_id, before=lost, appended=event(rig, unit))
        assert unit.tokens.current(member_id) is None
        third = a_card(member_id, "THIRD", 3)
        unit.tokens.issue(third, appended=event(rig, unit))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.tokens.current(member_id) == third
        assert reader.tokens.revoked_before(member_id) == lost
        assert reader.tokens.by_short_code("FIRST") == replace(first, revoked_at=lost)
        assert reader.tokens.by_short_code("NONE") is None


def test_the_last_key_signs(rig: Rig) -> None:
    keys = tuple(
        TillKey(key_id=n, seed=bytes([n]) * 32, public_key=b"p" * 32, certificate=b"c", made_at=AT)
        for n in (1, 2)
    )
    with rig.book.write() as unit:
        for key in keys:
            unit.tokens.add_key(key)
        unit.commit()
    with rig.book.read() as reader:
        assert reader.tokens.keys() == keys


def test_a_product_comes_back_with_every_flag_and_code(rig: Rig) -> None:
    tax = TaxClass("low", "9 %", Ratio(9, 100), TaxMode.EXCLUSIVE)
    shelf = Category(b"S" * 16, "果蔬", "green", 3)
    product = Product(
        id=b"A" * 16,
        sku="A1",
        name="苹果 🍎",
        price_minor=None,
        tax_class="low",
        unit=Unit.KILOGRAM,
        category_id=shelf.id,
        codes=("4011", "06900000079195"),
        tags=("fruit", "有机"),
        picture="apple",
        earns=False,
        discountable=False,
        gift_card=True,
        deposit=True,
        fee=True,
    )
    with rig.book.write() as unit:
        before = unit.catalogue.version()
        unit.catalogue.save_tax_class(tax)
        unit.catalogue.save_category(shelf)
        unit.catalogue.save_product(product, initials="pg")
        assert unit.catalogue.version() > before
        unit.commit()
    with rig.book.read() as reader:
        assert reader.catalogue.product(product.id) == product
        assert reader.catalogue.by_sku("A1") == product
        assert reader.catalogue.by_code("4011") == product
        assert reader.catalogue.products() == (product,)
        assert reader.catalogue.initials() == {product.id: "pg"}
        assert reader.catalogue.categories() == (shelf,)
        assert reader.catalogue.tax_classes() == (tax,)
    gone = replace(product, active=False, codes=("4011",))
    with rig.book.write() as unit:
        unit.catalogue.save_product(gone, initials="pg")
        unit.commit()
    with rig.book.read() as reader:
        assert reader.catalogue.by_code("4011") is None
        assert reader.catalogue.code_owner("4011") == gone
        assert reader.catalogue.code_owner("06900000079195") is None


def test_an_operators_pin_outlives_a_change_of_name(rig: Rig) -> None:
    operator = Operator(b"O" * 16, "小陈", Role.CASHIER)
    record = PinRecord(hash="h", failures=3, locked_until=AT)
    with rig.book.write() as unit:
        unit.people.save(operator)
        assert unit.people.pin(operator.id) is None
        unit.people.set_pin(operator.id, record)
        unit.people.save(replace(operator, name="陈"))
        unit.commit()
    with rig.book.read() as reader:
        assert reader.people.pin(operator.id) == record
        assert reader.people.all() == (replace(operator, name="陈"),)


def test_the_programme_in_effect_is_the_latest_that_has_begun(rig: Rig) -> None:
    def programme(n: int, days: int) -> StoredProgramme:
        return StoredProgramme(
            ref=ProgrammeRef("p", n, bytes([n]) * 32),
            effective_from=AT + timedelta(days=days),
            toml=b"x" * n,
        )

    old, new, twin, future = (
        programme(1, 0), programme(2, 5), programme(3, 5), programme(4, 50),
    )  # fmt: skip
    with rig.book.write() as unit:
        for one in (twin, future, old, new, old):
            unit.programmes.add(one)
        unit.commit()
    with rig.book.read() as reader:
        assert reader.programmes.effective(AT - timedelta(seconds=1)) is None
        assert reader.programmes.effective(AT) == old
        assert reader.programmes.effective(AT + timedelta(days=6)) == twin
        assert reader.programmes.effective(AT + timedelta(days=51)) == future
        assert reader.programmes.by_hash(new.ref.hash) == new


def test_print_jobs_come_oldest_first_and_doubt_is_the_newest_jobs(rig: Rig) -> None:
    with rig.book.write() as unit:
        sales = []
        for _ in range(2):
            booked = a_sale(unit, rig, print_receipt=True)
            unit.sales.book(booked)
            sales.append(booked.sale)
        unit.commit()
    with rig.book.write() as unit:
        first = unit.printing.next_waiting()
        assert first is not None
        assert (first.sale_id, first.copy, first.attempts) == (sales[0].id, False, 0)
        unit.printing.mark(first.id, PrintState.PRINTING)
        assert [job.id for job in unit.printing.interrupted()] == [first.id]
        unit.printing.mark(first.id, PrintState.UNKNOWN, detail="unknown")
        assert unit.printing.waiting() == 1
        assert [row.sale_id for row in unit.printing.unconfirmed()] == [sales[0].id]
        copy = unit.printing.queue(sales[0].id, copy=True)
        assert unit.printing.unconfirmed() == ()
        unit.printing.mark(copy, PrintState.UNKNOWN)
        assert [row.sale_id for row in unit.printing.unconfirmed()] == [sales[0].id]
        with pytest.raises(KeyError):
            unit.printing.queue(b"?" * 16, copy=True)
        unit.commit()


def test_progress_and_settings_come_back(rig: Rig) -> None:
    with rig.book.write() as unit:
        unit.replays.advance(ReplayProgress(key=b"k" * 32, rows=5, sales=4))
        unit.replays.advance(ReplayProgress(key=b"k" * 32, rows=9, sales=8))
        unit.settings.put({"a": "1", "b": "2"})
        unit.settings.put({"a": "3"})
        unit.settings.put_blob("logo", b"png")
        unit.commit()
    with rig.book.read() as reader:
        assert reader.replays.progress(b"k" * 32) == ReplayProgress(key=b"k" * 32, rows=9, sales=8)
        assert reader.replays.progress(b"x" * 32) is None
        assert (reader.settings.get("a"), reader.settings.get("b")) == ("3", "2")
        assert reader.settings.get("c") is None
        assert reader.settings.blob("logo") == b"png"
    with rig.book.write() as unit:
        unit.settings.put_blob("logo", None)
        unit.commit()
    with rig.book.read() as reader:
        assert reader.settings.blob("logo") is None


def test_open_lots_and_old_lots_inside_the_window_are_what_rules_see(rig: Rig) -> None:
    member_id = add_member(rig)
    lots = []
    for days in (0, 100, 100):
        rig.clock.pass_time(timedelta(days=days))
        with rig.book.write() as unit:
            booked = a_sale(unit, rig, member_id=member_id, earned=50)
            unit.sales.book(booked)
            unit.commit()
        lots.append(booked.does.transfers[0].opens)
    spent = [lot for lot in lots if lot is not None][:2]
    with rig.book.write() as unit:
        uses = tuple(LotUse(lot.id, 50) for lot in spent)
        unit.sales.book(a_sale(unit, rig, member_id=member_id, uses=uses))
        unit.commit()
    since = rig.clock.now().date() - timedelta(days=150)
    with rig.book.read() as reader:
        state = reader.ledger.member_state(member_id, lots_since=since)
        assert state is not None
        assert [(lot.original, lot.remaining) for lot in state.lots] == [(50, 0), (50, 50)]
        account = Account(LEDGER, AccountKind.MEMBER, member_id)
        assert [lot.remaining for lot in reader.ledger.lots(account)] == [50]
        assert reader.ledger.member_state(b"?" * 16, lots_since=since) is None
