"""The member token that a card's QR code carries, checked without a network.

    version(1) key_id(1) member_id(16) issued_s(4) expires_s(4) flags(1) signature(64) = 91 bytes

as `LP1:` and 146 characters of base32; integers big-endian, times in whole seconds since
1970 UTC. The Ed25519 signature covers the text `LP1:` and the 27 bytes before it, so that it can
never be taken for the signature of a receipt. Signing and its check are passed in: this module
knows bytes only.

The key id says which keys to try, not which one it was: a till writes `key_mark` of its key there,
so that of a chain's thousands of keys a handful is tried. Cards of earlier releases carry the
number of the key in its till's own book, which is 1 at every till; for these all are tried.

`verify` answers `Verified` or `TokenRefused` with the reason; it never raises.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Protocol

from posloyalty.domain.values.identifiers import BadBase32, base32_decode, base32_encode
from posloyalty.domain.values.own_codes import (
    MEMBER_TOKEN_BYTES,
    MEMBER_TOKEN_LENGTH,
    MEMBER_TOKEN_PREFIX,
)

VERSION = 1
SIGNATURE_BYTES = 64
NUMBERED = 1
"""The key id of cards of earlier releases: the number of their key in its till's book."""
KEYS_TRIED_MAX = 2_048
"""0.15 ms each: a third of a second for a token that none of them signed."""
# Tills whose clocks are further apart than this warn of it themselves.
CLOCK_TOLERANCE = timedelta(minutes=10)
_BODY_BYTES = MEMBER_TOKEN_BYTES - SIGNATURE_BYTES

VerifySignature = Callable[[bytes, bytes, bytes], bool]
"""(public_key, message, signature) -> whether the signature is that key's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberToken:
    """What a card says: whose it is, who signed it, from when until when (half-open).

    `flags` is signed and 0 today; whoever gives a bit a meaning cannot have it stripped off.
    """

    key_id: int
    member_id: bytes
    issued_s: int
    expires_s: int
    flags: int = 0

    def __post_init__(self) -> None:
        if len(self.member_id) != 16:
            raise ValueError("a member id has 16 bytes")
        if not (0 <= self.key_id <= 0xFF and 0 <= self.flags <= 0xFF):
            raise ValueError("key id and flags are one byte each")
        if not 0 <= self.issued_s < self.expires_s <= 0xFFFF_FFFF:
            raise ValueError("a token is issued before it expires, both in 32 bits")

    @property
    def issued_at(self) -> datetime:
        """The first instant at which the token is good, UTC."""
        return datetime.fromtimestamp(self.issued_s, UTC)

    @property
    def expires_at(self) -> datetime:
        """The first instant at which the token is no longer good, UTC."""
        return datetime.fromtimestamp(self.expires_s, UTC)


class TokenReason(StrEnum):
    """Why a token is not accepted."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"
    RETIRED_KEY = "retired_key"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOST_TILL = "lost_till"


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that a known key signed and that is good now.

    `doubted`: somebody else may have that key and may have dated the token back.
    """

    token: MemberToken
    doubted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused:
    """A token that is not accepted.

    `token` is there only when its signature was good, so that nobody is shown a forged name.
    `at` is the instant that decided: expiry, issue, the key's retirement or its till's loss.
    """

    reason: TokenReason
    token: MemberToken | None = None
    at: datetime | None = None


class MalformedToken(ValueError):
    """A text that does not have the shape of a member token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """How far tokens of a key are good: from `retires_at` on none is.

    `lost_at` is when its till was lost: what was issued from then on is refused, what was issued
    before stays good. `doubted`: whoever found the till can date a token back.
    """

    retires_at: datetime | None = None
    lost_at: datetime | None = None
    doubted: bool = False


class Keys(Protocol):
    """Whoever knows which keys sign tokens: a store with an index."""

    def candidates(self, key_id: int) -> Iterable[bytes]:
        """The public keys that a token with this key id may be signed with, likely ones first."""
        ...

    def terms(self, public_key: bytes) -> KeyTerms | None:
        """How far one of them is good; None for a key that nobody vouches for."""
        ...


class RevocationList(Protocol):
    """Whoever knows which tokens were withdrawn: the value below, or a store with an index."""

    def covers(self, token: MemberToken) -> bool:
        """Whether this token was withdrawn."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """Withdrawn tokens: every token of some members, and of others those issued before an instant.

    Replacing a lost card revokes what was issued before the new one. Tokens count whole seconds, so
    the new card issued within the very second of the revocation stays good.
    """

    members: Container[bytes] = frozenset()
    issued_before: Mapping[bytes, datetime] = field(default_factory=dict)

    def covers(self, token: MemberToken) -> bool:
        """Whether this token was withdrawn."""
        if token.member_id in self.members:
            return True
        before = self.issued_before.get(token.member_id)
        return before is not None and token.issued_at < before.replace(microsecond=0)


def key_mark(public_key: bytes) -> int:
    """The byte by which a token says which keys to try: of two thousand, eight share one."""
    return hashlib.sha256(public_key).digest()[0]


def encode(token: MemberToken, sign: Callable[[bytes], bytes]) -> str:
    """Write and sign a token; `sign` returns the 64 bytes of an Ed25519 signature."""
    body = _body(token)
    signature = sign(_signed_part(body))
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return MEMBER_TOKEN_PREFIX + base32_encode(body + signature)


def decode(text: str) -> tuple[MemberToken, bytes, bytes]:
    """Take a canonical token text apart: token, signed part, signature. Nothing is verified.

    Raises `MalformedToken`; a text has one reading and a token one text.
    """
    if len(text) != MEMBER_TOKEN_LENGTH or not text.startswith(MEMBER_TOKEN_PREFIX):
        raise MalformedToken(f"a token is {MEMBER_TOKEN_PREFIX} and {MEMBER_TOKEN_LENGTH} long")
    try:
        data = base32_decode(text[len(MEMBER_TOKEN_PREFIX) :])
        body, signature = data[:_BODY_BYTES], data[_BODY_BYTES:]
        if body[0] != VERSION:
            raise MalformedToken(f"version {body[0]} is not known")
        token = MemberToken(
            key_id=body[1],
            member_id=body[2:18],
            issued_s=int.from_bytes(body[18:22], "big"),
            expires_s=int.from_bytes(body[22:26], "big"),
            flags=body[26],
        )
    except BadBase32 as fault:
        raise MalformedToken(str(fault)) from None
    except MalformedToken:
        raise
    except ValueError as fault:
        raise MalformedToken(str(fault)) from None
    return token, _signed_part(body), signature


def verify(
    text: str,
    *,
    keys: Keys,
    revoked: RevocationList,
    now: datetime,
    verify_signature: VerifySignature,
) -> Verified | TokenRefused:
    """Decide about a scanned token at an instant, from what the till knows by itself."""
    try:
        token, message, signature = decode(text)
    except MalformedToken:
        return TokenRefused(reason=TokenReason.MALFORMED)
    tried = False
    for public_key in islice(keys.candidates(token.key_id), KEYS_TRIED_MAX):
        tried = True
        if verify_signature(public_key, message, signature):
            terms = keys.terms(public_key)
            return _UNKNOWN if terms is None else _decide(token, terms, revoked, now)
    return TokenRefused(reason=TokenReason.FORGED) if tried else _UNKNOWN


_UNKNOWN = TokenRefused(reason=TokenReason.UNKNOWN_KEY)


def _decide(
    token: MemberToken, terms: KeyTerms, revoked: RevocationList, now: datetime
) -> Verified | TokenRefused:
    """Judge an authentic token: a withdrawn card is withdrawn, whatever its dates say."""
    if revoked.covers(token):
        return TokenRefused(reason=TokenReason.REVOKED, token=token)
    if terms.retires_at is not None and now >= terms.retires_at:
        return TokenRefused(reason=TokenReason.RETIRED_KEY, token=token, at=terms.retires_at)
    if terms.lost_at is not None and token.issued_at >= terms.lost_at:
        return TokenRefused(reason=TokenReason.LOST_TILL, token=token, at=terms.lost_at)
    if token.issued_at > now + CLOCK_TOLERANCE:
        return TokenRefused(reason=TokenReason.NOT_YET_VALID, token=token, at=token.issued_at)
    if now >= token.expires_at:
        return TokenRefused(reason=TokenReason.EXPIRED, token=token, at=token.expires_at)
    return Verified(token, doubted=terms.doubted)


def _signed_part(body: bytes) -> bytes:
    return MEMBER_TOKEN_PREFIX.encode("ascii") + body


def _body(token: MemberToken) -> bytes:
    return b"".join(
        (
            bytes((VERSION, token.key_id)),
            token.member_id,
            token.issued_s.to_bytes(4, "big"),
            token.expires_s.to_bytes(4, "big"),
            bytes((token.flags,)),
        )
    )
