"""Who may come in: the till itself, now, once, to this head office; everybody else is told why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.headoffice.tills.visits import Request
from posloyalty.network.voice import NotHeadOffice
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.joining import code_key, office_proof
from posloyalty.sync.wire.packing import packed
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill


@pytest.fixture
def database_url() -> str:
    """The database decides nothing here; the nonce's own statement is tried on both below."""
    return ""


def a_push(till: ATill) -> Request:
    till.sell(1)
    return till.request(messages.PUSH, packed(till.stretch(till.journal)), packs=True)


def with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


FORGED = [
    ("signature", "lj=:AAAA:", 401, "BAD_SIGNATURE"),
    ("signature", "lj=:not base64:", 401, "UNSIGNED"),
    ("signature", "", 401, "UNSIGNED"),
    ("lj-till", "00" * 15 + "09", 401, "UNKNOWN_TILL"),
    ("lj-till", "no till", 401, "UNKNOWN_TILL"),
    ("lj-boot", "11" * 16, 401, "BAD_SIGNATURE"),
    ("lj-office", "0" * 32, 421, "OTHER_OFFICE"),
    ("content-digest", "sha-256=:AAAA:", 401, "OTHER_BODY"),
    ("content-encoding", "identity", 415, "NOT_PACKED"),
]


@pytest.mark.parametrize(("name", "value", "status", "code"), FORGED)
def test_a_request_that_was_changed_on_its_way_is_refused(
    office: OpenOffice, till: ATill, name: str, value: str, status: int, code: str
) -> None:
    told = till.send(office, with_header(a_push(till), name, value))
    assert (told.status, told.code) == (status, code)
    assert office.administration.tills()[0].kept == 0


@pytest.mark.parametrize("change", ["body", "method", "target"])
def test_a_signature_covers_what_is_asked(office: OpenOffice, till: ATill, change: str) -> None:
    request = a_push(till)
    changed = {
        "body": replace(request, body=a_push(till).body),
        "method": replace(request, method="GET"),
        "target": replace(request, target=f"{messages.PUSH}?x=1"),
    }[change]
    assert till.send(office, changed).status == 401
    assert office.administration.tills()[0].kept == 0


def test_a_request_counts_once(office: OpenOffice, till: ATill) -> None:
    request = a_push(till)
    assert till.send(office, request).status == 200
    again = till.send(office, request)
    assert (again.status, again.code, again.said["retry"]) == (401, "NONCE_SEEN", "later")


@pytest.mark.parametrize(("minutes", "status"), [(-11, 401), (-9, 200), (9, 200), (11, 401)])
def test_a_request_is_of_now(
    office: OpenOffice, till: ATill, clock: SetClock, minutes: int, status: int
) -> None:
    clock.set_wall(timedelta(minutes=minutes))
    request = a_push(till)
    clock.set_wall(timedelta(minutes=-minutes))
    assert till.send(office, request).status == status


def test_a_till_whose_clock_is_wrong_still_says_hello_and_hears_the_time(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    clock.set_wall(timedelta(days=-400))
    request = till.request(
        messages.HELLO,
        msgspec.json.encode(
            messages.HelloAsk(place=messages.Standing(epoch=1, seq=0, head=till.genesis.hex()))
        ),
    )
    clock.set_wall(timedelta(days=400))
    assert till.send(office, request).said["time"] == clock.now().isoformat(timespec="milliseconds")


def test_nonces_are_forgotten_when_the_window_has_passed(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    for _ in range(5):
        till.hello(office)
    clock.pass_time(timedelta(minutes=21))
    till.hello(office)
    with office.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM nonce").scalar_one() == 1


def test_an_answer_of_somebody_else_is_not_believed(office: OpenOffice, till: ATill) -> None:
    till.office_key = ATill(till.clock, number=7).key.public
    with pytest.raises(NotHeadOffice):
        till.hello(office)


# Joining


def test_a_till_joins_by_a_code_and_gets_its_certificate(
    office: OpenOffice, clock: SetClock
) -> None:
    till, code = ATill(clock), office.administration.new_code("S1")
    told = till.join(office, code)
    assert (told.status, told.said["store"], told.said["office"]) == (201, "S1", office.office.id)
    proof = office_proof(
        code_key(code), office_key=office.office.key.public, certificate=till.certificate
    )
    assert told.said["proof"] == proof.hex()
    given = x509.load_der_x509_certificate(bytes.fromhex(told.said["certificate"]))
    key = given.public_key()
    assert isinstance(key, Ed25519PublicKey)
    assert key.public_bytes_raw() == till.key.public
    Ed25519PublicKey.from_public_bytes(office.office.key.public).verify(
        given.signature, given.tbs_certificate_bytes
    )
    assert given.not_valid_after_utc - given.not_valid_before_utc == timedelta(days=90)
    assert [(row.store, row.kept) for row in office.administration.tills()] == [("S1", 0)]


def test_a_code_is_read_as_people_write_it(office: OpenOffice, clock: SetClock) -> None:
    code = office.administration.new_code("S1")
    assert ATill(clock).join(office, f" {code.lower().replace('-', ' ')} ").status == 201


def test_a_code_is_for_one_till(office: OpenOffice, clock: SetClock) -> None:
    code = office.administration.new_code("S1")
    assert ATill(clock, number=1).join(office, code).status == 201
    again = ATill(clock, number=2).join(office, code)
    assert (again.status, again.code) == (409, "CODE_USED")


def test_a_code_holds_for_a_quarter_of_an_hour(office: OpenOffice, clock: SetClock) -> None:
    code = office.administration.new_code("S1")
    clock.pass_time(timedelta(minutes=15, seconds=1))
    late = ATill(clock).join(office, code)
    assert (late.status, late.code) == (410, "CODE_EXPIRED")


TAKEN_OUT: dict[str, Callable[[Administration, str], object]] = {
    "revoked": Administration.revoke,
    "lost": Administration.declare_gone,
}


@pytest.mark.parametrize("take_out", TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_a_till_that_was_taken_out_comes_back_by_the_code_of_who_may_take_out(
    office: OpenOffice, till: ATill, take_out: Callable[[Administration, str], object]
) -> None:
    a_push(till)
    take_out(office.administration, till.id.hex())
    clerks = office.administration.new_code("S1", by="Ann", readmits=False)
    told = till.join(office, clerks)
    assert (told.status, told.code) == (403, "CODE_OF_MANAGER")
    (row,) = office.administration.tills()
    assert row.revoked or row.gone
    # The code is good for another till, and a manager's takes this one in.
    assert ATill(till.clock, number=7).join(office, clerks).status == 201
    assert till.join(office, office.administration.new_code("S1", by="Ben")).status == 201
    assert not any(row.revoked or row.gone for row in office.administration.tills())


def test_nobody_joins_without_a_code(office: OpenOffice, clock: SetClock) -> None:
    told = ATill(clock).join(office, "0000-0000-0000")
    assert (told.status, told.code) == (403, "CODE_UNKNOWN")
    assert office.administration.tills() == []


def test_a_till_cannot_join_as_another_one(office: OpenOffice, till: ATill) -> None:
    thief = ATill(till.clock, number=8)
    thief.id = till.id
    told = thief.join(office, office.administration.new_code("S1"))
    assert (told.status, told.code) == (401, "BAD_SIGNATURE")


def test_the_same_id_with_another_certificate_is_refused(office: OpenOffice, till: ATill) -> None:
    again = ATill(till.clock)
    again.certificate = ATill(SetClock(till.clock.at + timedelta(days=1))).certificate
    again.chance.token_bytes(16)  # not the nonces of the first one
    told = again.join(office, office.administration.new_code("S1"))
    assert (told.status, told.code) == (409, "OTHER_CERTIFICATE")


def test_a_revoked_till_comes_back_with_a_new_code_where_it_was(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(3)
    till.push(office, 1, 2)
    office.administration.revoke(till.id.hex())
    office.administration.add_store("S2", "Second")
    assert till.join(office, office.administration.new_code("S2")).said["store"] == "S2"
    assert till.push(office, 3, 3).said["acked"]["seq"] == 3
    assert [row.store for row in office.administration.tills()] == ["S2"]


@pytest.mark.parametrize(
    ("days", "push", "renew"), [(59, 200, 200), (91, 403, 200), (121, 403, 403)]
)
def test_a_certificate_is_renewed_in_time_or_a_month_late(
    office: OpenOffice, till: ATill, clock: SetClock, days: int, push: int, renew: int
) -> None:
    clock.pass_time(timedelta(days=days))
    till.sell(1)
    assert till.push(office, 1, 1).status == push
    assert till.ask(office, messages.CERTIFICATE, b"").status == renew
    assert till.push(office, 1, 1).status == renew


def test_a_certificate_is_the_same_until_day_sixty(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    first = till.ask(office, messages.CERTIFICATE, b"").said
    clock.pass_time(timedelta(days=59))
    assert till.ask(office, messages.CERTIFICATE, b"").said == first
    clock.pass_time(timedelta(days=1))
    assert till.ask(office, messages.CERTIFICATE, b"").said["not_after"] > first["not_after"]


@pytest.mark.parametrize("path", [messages.HELLO, messages.ENROL])
@pytest.mark.parametrize("body", [b"", b"{}", b"[" * 9_000, b"\xff\xfe", b'{"place":{"seq":-1}}'])
def test_a_message_that_is_none_is_refused(
    office: OpenOffice, till: ATill, path: str, body: bytes
) -> None:
    told = till.ask(office, path, body)
    assert (told.status, told.code) == (400, "BAD_MESSAGE")
