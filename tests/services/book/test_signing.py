"""Ed25519 against the vectors of RFC 8032, 7.1."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.services.book.signing import SigningKey, verify

VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]
KEY = SigningKey.generate(bytes(range(32)))


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.generate(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


@given(message=st.binary(max_size=200), other=st.binary(max_size=200))
def test_a_signature_is_good_for_its_message_only(message: bytes, other: bytes) -> None:
    assert verify(KEY.public, other, KEY.sign(message)) == (message == other)


@given(public=st.binary(max_size=40), message=st.binary(), signature=st.binary(max_size=80))
def test_any_bytes_are_judged_without_raising(
    public: bytes, message: bytes, signature: bytes
) -> None:
    assert verify(public, message, signature) is False
    assert verify(KEY.public, message, signature) is False


def test_a_key_does_not_show_its_seed() -> None:
    assert bytes(range(32)).hex() not in repr(KEY)
    assert KEY.public.hex() in repr(KEY)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey.generate(seed)


def test_nothing_is_imported_for_it_before_it_is_asked_for() -> None:
    code = (
        "import sys\n"
        "from posloyalty.services.book import signing\n"
        "before = 'cryptography' in sys.modules\n"
        "signing.load()\n"
        "print(before, 'cryptography.hazmat.primitives.asymmetric.ed25519' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
