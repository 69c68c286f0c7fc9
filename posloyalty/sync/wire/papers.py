"""A receipt of another till, as a till asks head office about it before it keys it in.

The till has read half of the id of who signed; head office says which till that is, by which
certificate its receipts are proved, whether it is no more, and whether the sale came in already.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from posloyalty.sync.wire.batch import Count, Epoch

PAPER: Final = "/v1/receipt"
SENT, KEYED = "sent", "keyed"
"""How head office came to have the sale: from its till, or keyed in at another one."""

_Half = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
_BodyHalf = Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")]


class PaperAsk(Struct, frozen=True, kw_only=True):
    """Where a receipt says that its sale stands, and half of its hash where there is a code."""

    half: _Half
    epoch: Epoch
    seq: Count
    body: _BodyHalf = ""


class PaperKnown(Struct, frozen=True, kw_only=True):
    """The till whose receipt it is, with its certificate (DER, hexadecimal). `gone`: somebody said
    that the till is no more. `kept` is `sent` or `keyed` where the sale is there, else empty.
    """

    till: str
    store: str
    code: str
    name: str
    certificate: str
    gone: bool = False
    kept: str = ""
