"""Making members on a real book: enrolment, consents, cards and changes, each one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.members.member import Birthday, Identifier, IdentifierKind, Member
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.services.members.enrol_member import NAME_MOST, NOTE_MOST, EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedMember, ScanRefused
from posloyalty.sync import events
from tests.services.a_shop import Shop, new_shop

FORM = EnrolForm(
    phone="138 1234 6021",
    name=" 王小雨 ",
    birthday=Birthday(2, 29),
    consents=(("terms", "", True), ("marketing", "sms", False)),
    language="zh_CN",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def enrolled(shop: Shop, form: EnrolForm = FORM) -> Member:
    return shop.till.enrol.enrol(form, shop.manager).member


def stored(shop: Shop, member_id: bytes) -> Member:
    with shop.till.book.read() as reader:
        found = reader.members.by_id(member_id)
    assert found is not None
    return found


def bodies(shop: Shop, after_seq: int = 0) -> list[bytes]:
    with shop.till.book.read() as reader:
        return [event.body for event in reader.journal.events(after_seq=after_seq)]


def kinds(shop: Shop, after_seq: int) -> list[str]:
    return [events.kind(events.decode(body)) for body in bodies(shop, after_seq)]  # type: ignore[arg-type]


def head(shop: Shop) -> int:
    with shop.till.book.read() as reader:
        return reader.journal.head().seq


def reasons(refused: pytest.ExceptionInfo[ServiceRefusal]) -> list[tuple[str, str]]:
    return [(one.place, one.reason) for one in refused.value.findings]


def test_a_member_is_stored_as_told_and_found_at_once(shop: Shop) -> None:
    made = shop.till.enrol.enrol(FORM, shop.manager)
    found = stored(shop, made.member.id)
    assert found == made.member
    assert found.profile.name == "王小雨"
    assert found.identifier(IdentifierKind.PHONE) == "13812346021"
    assert found.identifier(IdentifierKind.CARD) == made.short_code
    assert found.joined_on == shop.clock.now().date()
    assert {(c.purpose, c.channel): c.granted for c in found.consents} == {
        ("terms", ""): True,
        ("marketing", "sms"): False,
    }
    assert all(consent.operator_id == shop.manager.id for consent in found.consents)
    assert [row.name for row in shop.till.members.search("小雨").rows] == ["王小雨"]


def test_the_journal_tells_of_the_member_and_holds_nothing_personal(shop: Shop) -> None:
    before = head(shop)
    member_id = enrolled(shop).id
    assert kinds(shop, before) == ["member_create", "consent", "consent", "card_issue"]
    for body in bodies(shop, before):
        text = body.decode()
        assert member_id.hex() in text
        assert not any(told in text for told in ("小雨", "13812346021", "6021", "02-29"))


def test_the_new_card_scans_as_its_member(shop: Shop) -> None:
    made = shop.till.enrol.enrol(FORM, shop.manager)
    scanned = shop.till.scan.recognise(made.card_token_text, screen=ScanScreen.SALE)
    assert scanned == ScannedMember(made.member.id, "card")
    card = shop.till.enrol.card(made.member.id)
    assert (card.token_text, card.short_code) == (made.card_token_text, made.short_code)
    assert card.shop_name == shop.till.shop.details().name


def test_everything_wrong_with_a_form_is_told_at_once(shop: Shop) -> None:
    before = head(shop)
    bad = EnrolForm(phone="12", name="x" * (NAME_MOST + 1), birthday=Birthday(2, 30))
    with pytest.raises(ServiceRefusal, match="INVALID") as refused:
        shop.till.enrol.enrol(bad, shop.manager)
    assert reasons(refused) == [
        ("phone", "PHONE_NOT_PLAUSIBLE"),
        ("name", "NAME_TOO_LONG"),
        ("birthday", "NO_SUCH_DAY"),
        ("terms", "TERMS_NEEDED"),
    ]
    assert head(shop) == before


def test_terms_must_be_granted_not_just_answered(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.enrol.enrol(replace(FORM, consents=(("terms", "", False),)), shop.manager)
    assert reasons(refused) == [("terms", "TERMS_NEEDED")]


def test_a_phone_belongs_to_one_member(shop: Shop) -> None:
    member_id = enrolled(shop).id
    row = shop.till.enrol.duplicate("+86 138-1234-6021")
    assert row is not None
    assert row.member_id == member_id
    assert shop.till.enrol.duplicate("13812346020") is None
    before = head(shop)
    with pytest.raises(ServiceRefusal, match="PHONE_TAKEN"):
        enrolled(shop, replace(FORM, phone="０１３８12346021"[1:]))
    assert head(shop) == before


def test_a_lost_card_is_replaced_and_the_old_one_refused(shop: Shop) -> None:
    made = shop.till.enrol.enrol(FORM, shop.manager)
    shop.clock.pass_time(timedelta(minutes=5))
    new = shop.till.enrol.replace_card(made.member.id, shop.manager)
    assert new.short_code != made.short_code
    old = shop.till.scan.recognise(made.card_token_text, screen=ScanScreen.SALE)
    assert isinstance(old, ScanRefused)
    assert old.reason == "card_revoked"
    assert shop.till.scan.recognise(new.token_text, screen=ScanScreen.SALE) == ScannedMember(
        made.member.id, "card"
    )
    assert shop.till.members.by_card(made.short_code) is None
    assert shop.till.members.by_card(new.short_code) == made.member.id
    assert shop.till.enrol.card(made.member.id) == new


def test_a_card_replaced_within_the_second_of_its_issue_is_good(shop: Shop) -> None:
    made = shop.till.enrol.enrol(FORM, shop.manager)
    new = shop.till.enrol.replace_card(made.member.id, shop.manager)
    assert shop.till.scan.recognise(new.token_text, screen=ScanScreen.SALE) == ScannedMember(
        made.member.id, "card"
    )


def test_a_lost_card_is_refused_however_soon_it_was_replaced_and_replaced_again(
    shop: Shop,
) -> None:
    made = shop.till.enrol.enrol(FORM, shop.manager)
    shop.clock.set_wall(timedelta(days=-1))  # the till's time stands still now
    given = [made.card_token_text]
    for _ in range(3):
        given.append(shop.till.enrol.replace_card(made.member.id, shop.manager).token_text)
    read = [shop.till.scan.recognise(text, screen=ScanScreen.SALE) for text in given]
    assert [one.reason for one in read if isinstance(one, ScanRefused)] == ["card_revoked"] * 3
    assert read[-1] == ScannedMember(made.member.id, "card")
    assert shop.till.verify.verify().holds


def test_who_is_not_there_has_no_card(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal, match="NO_CARD"):
        shop.till.enrol.card(b"x" * 16)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MEMBER"):
        shop.till.enrol.replace_card(b"x" * 16, shop.manager)


def test_consents_are_appended_and_the_newest_counts(shop: Shop) -> None:
    member_id = enrolled(shop).id
    for granted in (True, False, True):
        shop.clock.pass_time(timedelta(days=1))
        changed = shop.till.enrol.set_consent(
            member_id, purpose="marketing", channel="sms", granted=granted, operator=shop.manager
        )
        answers = {(c.purpose, c.channel): c.granted for c in changed.consents}
        assert answers == {("terms", ""): True, ("marketing", "sms"): granted}
    with shop.till.book.read() as reader:
        history = reader.members.consents(member_id)
    assert [c.granted for c in history if c.purpose == "marketing"] == [False, True, False, True]


def test_terms_cannot_be_withdrawn(shop: Shop) -> None:
    member_id = enrolled(shop).id
    with pytest.raises(ServiceRefusal, match="TERMS_CANNOT_BE_WITHDRAWN"):
        shop.till.enrol.set_consent(
            member_id, purpose="terms", channel="", granted=False, operator=shop.manager
        )


def test_a_profile_is_changed_and_the_journal_names_the_fields_only(shop: Shop) -> None:
    member = enrolled(shop)
    numbers = tuple(
        Identifier(one.kind, "13900000001") if one.kind is IdentifierKind.PHONE else one
        for one in member.profile.identifiers
    )
    before = head(shop)
    new = replace(member.profile, name="王晓雨", identifiers=numbers, note="likes tea")
    changed = shop.till.enrol.edit(member.id, new, shop.manager)
    assert changed.profile == stored(shop, member.id).profile == new
    (body,) = bodies(shop, before)
    event = events.decode(body)
    assert isinstance(event, events.MemberEdit)
    assert set(event.fields) == {"name", "identifiers", "note"}
    assert "晓雨" not in body.decode()
    assert [row.name for row in shop.till.members.search("13900000001").rows] == ["王晓雨"]
    assert shop.till.members.search("13812346021").rows == ()


def test_a_profile_that_did_not_change_writes_nothing(shop: Shop) -> None:
    member = enrolled(shop)
    before = head(shop)
    assert shop.till.enrol.edit(member.id, member.profile, shop.manager) == stored(shop, member.id)
    assert head(shop) == before


def test_a_changed_profile_is_judged_like_a_new_one(shop: Shop) -> None:
    first = enrolled(shop)
    second = enrolled(shop, replace(FORM, phone="13900000001"))
    bad = replace(second.profile, name="x" * (NAME_MOST + 1), note="y" * (NOTE_MOST + 1))
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.enrol.edit(second.id, bad, shop.manager)
    assert reasons(refused) == [("name", "NAME_TOO_LONG"), ("note", "NOTE_TOO_LONG")]
    with pytest.raises(ServiceRefusal, match="PHONE_TAKEN"):
        shop.till.enrol.edit(second.id, first.profile, shop.manager)
