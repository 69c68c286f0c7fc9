"""Trusting the other tills of the shop: by a file, by a manager, in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.book.certificates import BadCertificate, read_certificate
from posloyalty.services.office.receipt_signers import SignerKey, signer_of
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.sync.till_file import encode
from tests.services.another_till import AnotherTill
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import refused

OTHER = AnotherTill()
CASHIER = Operator(id=b"C" * 16, name="周", role=Role.CASHIER)


@pytest.fixture
def till(shop: Shop) -> Till:
    return shop.till


def manager(till: Till) -> Operator:
    return till.people.all()[0]


def trusted(till: Till) -> list[tuple[str, bool]]:
    return [(one.label, one.revoked_at is None) for one in till.tills.known()]


def told(till: Till) -> list[events.TillTrust]:
    with till.book.read() as reader:
        bodies = [events.decode(one.body) for one in reader.journal.events()]
    return [one for one in bodies if isinstance(one, events.TillTrust)]


def test_a_trusted_till_is_known_by_its_codes_and_its_key(till: Till) -> None:
    till.tills.trust(OTHER.file, manager(till))
    assert trusted(till) == [("S01-T03", True)]
    with till.book.read() as reader:
        signer = signer_of(reader, OTHER.till_id[:8])
    assert signer is not None
    assert (signer.label, signer.elsewhere) == ("S01-T03", True)
    assert [one.key for one in signer.keys] == [OTHER.key.public]
    assert till.verify.verify().holds


def test_trust_is_an_event_with_who_gave_it_and_stands_in_the_audit(till: Till) -> None:
    till.tills.trust(OTHER.file, manager(till))
    till.tills.revoke(OTHER.till_id, manager(till))
    given, taken = told(till)
    assert (given.move, given.store, given.code, given.name) == ("trust", "S01", "T03", "人民路店")
    assert given.actor == taken.actor == manager(till).id.hex()
    assert given.cert == OTHER.told.certificates[0].hex()
    assert (taken.move, taken.cert) == ("revoke", events.UNSET)
    with till.book.read() as reader:
        kinds = reader.audit.kinds(date(2000, 1, 1), date(2100, 1, 1))
    assert {"till_trusted", "till_revoked"} <= set(kinds)


def test_the_same_file_again_changes_nothing(till: Till) -> None:
    for _ in range(2):
        till.tills.trust(OTHER.file, manager(till))
    assert len(told(till)) == 1


def test_a_new_key_of_a_till_joins_the_old_one_and_after_a_revocation_replaces_it(
    till: Till,
) -> None:
    newer = AnotherTill(seed=b"n" * 32)
    till.tills.trust(OTHER.file, manager(till))
    till.tills.trust(newer.file, manager(till))
    assert len(till.tills.known()[0].certificates) == 2
    till.tills.revoke(OTHER.till_id, manager(till))
    assert trusted(till) == [("S01-T03", False)]
    till.tills.trust(newer.file, manager(till))
    assert trusted(till) == [("S01-T03", True)]
    assert till.tills.known()[0].certificates == newer.told.certificates
    assert till.verify.verify().holds


def test_it_is_known_after_a_restart_and_a_row_that_was_changed_is_found(shop: Shop) -> None:
    shop.till.tills.trust(OTHER.file, shop.manager)
    till = shop.restart()
    assert trusted(till) == [("S01-T03", True)]
    with till.book.write() as unit:
        connection = unit.connection  # type: ignore[attr-defined]
        connection.exec_driver_sql("DROP TRIGGER till_trust_no_update")
        connection.exec_driver_sql("UPDATE till_trust SET code = 'T04'")
        unit.commit()
    proof = till.verify.verify()
    assert proof.first is not None
    assert (proof.first.what, proof.first.expected) == ("till_trust", "code T03")


def test_this_tills_own_file_tells_its_codes_and_another_till_believes_it(
    shop: Shop, till: Till
) -> None:
    file, data = till.tills.own()
    assert (file.label, file.name, file.currency) == ("S01-T02", "人民路店", "CNY")
    with refused("TILL_IS_THIS"):
        till.tills.read(data)
    assert file.certificates == (till.facts.certificate,)
    certificate = read_certificate(file.certificates[0])
    assert certificate.till_id == till.facts.till_id
    today = shop.clock.now().date()
    assert certificate.signs_on(today)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (AnotherTill(code="T02"), "TILL_CODES_OURS"),
        (AnotherTill(currency="TWD"), "TILL_MONEY"),
    ],
)
def test_a_till_whose_receipts_could_not_be_told_apart_is_refused(
    till: Till, other: AnotherTill, reason: str
) -> None:
    with refused(reason):
        till.tills.read(other.file)


def test_a_file_that_somebody_changed_or_whose_key_is_not_its_own_is_refused(till: Till) -> None:
    stranger = AnotherTill(till_id=b"stranger" * 2, seed=b"x" * 32)
    borrowed = replace(stranger.told, certificates=OTHER.told.certificates)
    for data in (
        OTHER.file.replace(b'"T03"', b'"T05"'),
        encode(borrowed, OTHER.key.sign),
        encode(OTHER.told, stranger.key.sign),
        encode(replace(OTHER.told, certificates=(b"no certificate",)), OTHER.key.sign),
        b"LT1:",
    ):
        with refused("TILL_FILE_BAD"):
            till.tills.trust(data, manager(till))
    assert trusted(till) == []


def test_only_a_manager_trusts_and_revokes(till: Till) -> None:
    with refused("NOT_ALLOWED"):
        till.tills.trust(OTHER.file, CASHIER)
    with refused("NOT_ALLOWED"):
        till.tills.revoke(OTHER.till_id, CASHIER)
    with refused("TILL_UNKNOWN"):
        till.tills.revoke(OTHER.till_id, manager(till))


def test_a_key_signs_from_its_first_day_through_its_last() -> None:
    key = SignerKey(key=b"k" * 32, first=date(2026, 1, 5), last=date(2026, 4, 5))
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 4, 5), date(2026, 4, 6)]
    assert [key.signs_on(day) for day in days] == [False, True, True, False]
    assert SignerKey(key=b"k" * 32).signs_on(date(1999, 1, 1))


def test_a_certificate_that_does_not_sign_itself_is_none() -> None:
    der = bytearray(OTHER.told.certificates[0])
    der[-1] ^= 1
    with pytest.raises(BadCertificate):
        read_certificate(bytes(der))
