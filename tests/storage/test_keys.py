"""Where the key lies, what a lost one means, and how the recovery code brings it back."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from posloyalty import bootstrap
from posloyalty.domain.values.check_digit import HUMAN_ALPHABET
from posloyalty.services.book.book_faults import BadRecoveryCode, BookDamaged, KeyMissing, WrongKey
from posloyalty.services.book.book_keys import Keyring, MistypedCode
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.people.sign_in import PinRefused, SignedIn
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.storage.keys.key_store import KeyStore, system_keyring, write_label
from posloyalty.storage.keys.recovery_code import SECRET_BYTES, read_code, write_code
from posloyalty.storage.keys.wrapping import unwrap, wrap
from posloyalty.storage.place import BookPlace
from posloyalty.sync import events
from posloyalty.sync.journal import genesis_predecessor
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.keyring import ForgetfulKeyring, LockedKeyring, MemoryKeyring
from tests.fakes.time import CountedIds, SeededChance, SetClock
from tests.faults.shop import PIN, cheap_hasher, make_shop, reopen

BOOK_ID = b"B" * 16
KEY = bytes(range(32))
secrets = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


@pytest.fixture
def place(tmp_path: Path) -> BookPlace:
    """A place with a label for `KEY`, as if a book lay there."""
    place = BookPlace(tmp_path / "book")
    place.folder.mkdir()
    place.book.write_bytes(b"a book")
    write_label(place, BOOK_ID, KEY)
    return place


@given(secrets)
def test_a_recovery_code_comes_back_however_it_is_typed(secret: bytes) -> None:
    code = write_code(secret)
    assert [len(group) for group in code.split("-")] == [4] * 8
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", "")):
        assert read_code(typed) == secret
    assert read_code(code.replace("0", "O").replace("1", "l")) == secret


@given(secrets, st.integers(0, 31), st.sampled_from(HUMAN_ALPHABET))
def test_one_wrong_character_is_named_by_its_group(secret: bytes, at: int, wrong: str) -> None:
    plain = write_code(secret).replace("-", "")
    if plain[at] == wrong:
        return
    with pytest.raises(MistypedCode) as mistyped:
        read_code(plain[:at] + wrong + plain[at + 1 :])
    assert mistyped.value.group == at // 4 + 1


@given(secrets, st.integers(0, 6))
def test_two_groups_that_changed_places_are_found(secret: bytes, at: int) -> None:
    groups = write_code(secret).split("-")
    if groups[at][:3] == groups[at + 1][:3]:
        return
    groups[at], groups[at + 1] = groups[at + 1], groups[at]
    with pytest.raises(MistypedCode):
        read_code("-".join(groups))


@pytest.mark.parametrize("text", ["", "7K2M", "U" * 32, "0" * 33, "码" * 32])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(MistypedCode):
        read_code(text)


def test_the_wrapped_key_opens_with_its_code_alone(tmp_path: Path) -> None:
    path = tmp_path / "recovery.json"
    wrap(path, key=KEY, secret=b"s" * 15, book_id=BOOK_ID, chance=SeededChance())
    assert unwrap(path, secret=b"s" * 15) == (BOOK_ID, KEY)
    with pytest.raises(BadRecoveryCode):
        unwrap(path, secret=b"t" * 15)
    assert KEY.hex() not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("field", ["wrapped", "nonce", "book"])
def test_a_changed_wrapping_opens_nothing(tmp_path: Path, field: str) -> None:
    path = tmp_path / "recovery.json"
    wrap(path, key=KEY, secret=b"s" * 15, book_id=BOOK_ID, chance=SeededChance())
    content = json.loads(path.read_text())
    content[field] = ("0" if content[field][0] != "0" else "1") + content[field][1:]
    path.write_text(json.dumps(content))
    with pytest.raises(BadRecoveryCode):
        unwrap(path, secret=b"s" * 15)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"v": 1, "book": "xx"}'])
def test_a_wrapping_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recovery.json"
    path.write_text(text)
    with pytest.raises(BookDamaged):
        unwrap(path, secret=b"s" * 15)


def test_a_keystore_keeps_the_key_and_no_file_does(place: BookPlace) -> None:
    keyring = MemoryKeyring()
    where = KeyStore(keyring).keep(place, BOOK_ID, KEY)
    assert (where.in_keystore, where.name) == (True, "memory")
    assert not place.key.exists()
    assert KeyStore(keyring).find(place) == (KEY, where)


@pytest.mark.parametrize("keyring", [None, LockedKeyring(), ForgetfulKeyring()])
def test_without_a_keystore_that_works_a_file_keeps_the_key(
    place: BookPlace, keyring: Keyring | None
) -> None:
    where = KeyStore(keyring).keep(place, BOOK_ID, KEY)
    assert (where.in_keystore, where.name) == (False, str(place.key))
    assert stat.S_IMODE(place.key.stat().st_mode) == 0o600
    assert KeyStore(keyring).find(place)[0] == KEY


def test_an_empty_keystore_without_a_file_has_lost_the_key(place: BookPlace) -> None:
    with pytest.raises(KeyMissing):
        KeyStore(MemoryKeyring()).find(place)


def test_a_keystore_with_another_key_and_a_file_with_the_right_one_opens(place: BookPlace) -> None:
    keyring = MemoryKeyring()
    KeyStore(None).keep(place, BOOK_ID, KEY)
    keyring.set_password("posloyalty", BOOK_ID.hex(), "00" * 32)
    key, where = KeyStore(keyring).find(place)
    assert (key, where.in_keystore) == (KEY, False)
    place.key.unlink()
    with pytest.raises(WrongKey):
        KeyStore(keyring).find(place)


def test_a_computer_whose_keyring_protects_nothing_counts_as_without() -> None:
    # The tests' environment names keyring's own failing back-end.
    assert system_keyring() is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("in_keystore", [True, False])
def test_where_the_key_lies_is_explained(language: str, in_keystore: bool) -> None:
    from posloyalty.services.book.book_keys import KeyPlace

    where = KeyPlace(in_keystore=in_keystore, name="somewhere")
    assert "somewhere" in Words(language)(where.explanation, name=where.name)


def test_a_book_with_an_empty_keystore_opens_with_its_code_and_a_new_pin(tmp_path: Path) -> None:
    folder, keyring = tmp_path / "book", MemoryKeyring()
    till, created = make_shop(folder, keyring=keyring)
    assert created.key_place.in_keystore
    till.close()
    keyring.kept.clear()
    with pytest.raises(KeyMissing):
        reopen(folder, keyring=keyring)
    till = bootstrap.open_with_code(
        folder,
        created.recovery_code.lower(),
        "135790",
        clock=SetClock(),
        ids=CountedIds(55),
        chance=SeededChance(55),
        keyring=keyring,
        hasher=cheap_hasher,
    )
    manager = created.manager.id
    assert isinstance(till.sign_in.sign_in(manager, PIN), PinRefused)
    assert isinstance(till.sign_in.sign_in(manager, "135790"), SignedIn)
    till.close()
    reopen(folder, keyring=keyring).close()


def open_with(folder: Path, code: str, pin: str) -> ServiceRefusal:
    with pytest.raises(ServiceRefusal) as refused:
        bootstrap.open_with_code(
            folder,
            code,
            pin,
            clock=SetClock(),
            ids=CountedIds(56),
            chance=SeededChance(56),
            keyring=None,
            hasher=cheap_hasher,
        )
    return refused.value


def test_a_code_that_does_not_fit_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    till, created = make_shop(folder)
    till.close()
    (folder / "till.key").unlink()
    other = write_code(b"other book code")
    groups = created.recovery_code.split("-")
    groups[2] = groups[2][::-1] if groups[2] != groups[2][::-1] else "0000"
    assert open_with(folder, other, "1234").reason == "RECOVERY_CODE_WRONG"
    mistyped = open_with(folder, "-".join(groups), "1234")
    assert (mistyped.reason, mistyped.facts) == ("RECOVERY_CODE_MISTYPED", {"group": 3})
    assert open_with(folder, "abc", "1234").reason == "RECOVERY_CODE_LENGTH"
    assert open_with(folder, created.recovery_code, "12").reason == "PIN_LENGTH"
    assert not (folder / "till.key").exists()


def test_the_code_resets_the_pin_of_an_open_till_and_a_renewed_one_replaces_it(
    tmp_path: Path,
) -> None:
    till, created = make_shop(tmp_path / "book")
    manager = till.recovery.open_with_code(created.recovery_code, "1357")
    assert isinstance(till.sign_in.sign_in(manager.id, "1357"), SignedIn)
    renewed = till.recovery.renew_code(manager)
    with pytest.raises(ServiceRefusal, match="RECOVERY_CODE_WRONG"):
        till.recovery.open_with_code(created.recovery_code, "2468")
    till.recovery.open_with_code(renewed, "2468")
    assert isinstance(till.sign_in.sign_in(manager.id, "2468"), SignedIn)
    till.close()


def test_the_journal_begins_with_the_tills_own_certificate(tmp_path: Path) -> None:
    till, _created = make_shop(tmp_path / "book")
    with till.book.read() as reader:
        (key,) = reader.tokens.keys()
        first = next(reader.journal.events(limit=1))
    certificate = x509.load_der_x509_certificate(till.facts.certificate)
    certificate.verify_directly_issued_by(certificate)
    public = certificate.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert public == key.public_key == SigningKey.generate(key.seed).public
    genesis = events.decode(first.body)
    assert isinstance(genesis, events.Genesis)
    assert bytes.fromhex(genesis.cert) == till.facts.certificate
    assert genesis.till == till.facts.till_id.hex()
    assert genesis_predecessor(till.facts.till_id, till.facts.certificate) != bytes(32)
    till.close()
