"""The till's voice: signs its requests, and believes an answer only when head office signed it.

A captive portal, a proxy's error page and somebody in between all lack head office's signature over
the nonce of this very request, so `heard` takes them for what they are: not head office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from posloyalty.services.book.signing import SigningKey, verify
from posloyalty.services.ports.head_office import OutOfReach
from posloyalty.sync.wire import signatures
from posloyalty.sync.wire.signatures import BadSignature, key_id

OTHER_OFFICE: Final = "OTHER_OFFICE"
"""The cause where another head office answers, with a key of its own."""


class NotHeadOffice(OutOfReach):
    """Somebody else answered, or nobody: the till is out of reach of head office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One till's key, and the start of the program that speaks. `boot` has 16 bytes."""

    key: SigningKey
    till_id: bytes
    boot: bytes
    office: str = signatures.NO_OFFICE_YET

    def headers(
        self, *, method: str, target: str, body: bytes, created_s: int, nonce: str
    ) -> dict[str, str]:
        """The headers that sign a request; `target` is its path with its query."""
        headers = {
            signatures.DIGEST: signatures.digest_of(body),
            signatures.OFFICE: self.office,
            signatures.TILL: self.till_id.hex(),
            signatures.BOOT: self.boot.hex(),
            signatures.INPUT: signatures.request_input(
                created_s=created_s, nonce=nonce, key=key_id(self.key.public)
            ),
        }
        base = signatures.request_base(method=method, target=target, headers=headers)
        headers[signatures.SIGNATURE] = signatures.signature_text(self.key.sign(base))
        return headers


def heard(
    *, office_key: bytes, nonce: str, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Raise `NotHeadOffice` unless this answers the request with this nonce, signed by the key.

    Header names are in small letters; `body` is as it travelled.
    """
    try:
        says = signatures.read_response(status=status, headers=headers, body=body)
    except BadSignature as fault:
        raise NotHeadOffice(fault.code) from fault
    if says.key_id != key_id(office_key):
        other = NotHeadOffice(OTHER_OFFICE)
        other.cause = OTHER_OFFICE
        raise other
    if says.nonce != nonce:
        raise NotHeadOffice("OTHER_ANSWER")
    if not verify(office_key, says.base, says.signature):
        raise NotHeadOffice("BAD_SIGNATURE")
