"""The messages that are no journal: joining, saying hello, and every answer of head office.

Bytes are written in hexadecimal, instants as in the journal. Unknown keys are ignored when an
answer is read, so that a later head office can say more to an older till.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from posloyalty.sync.epochs import MARKS_MAX
from posloyalty.sync.wire.acknowledgements import Acknowledgement
from posloyalty.sync.wire.batch import Count, Epoch
from posloyalty.sync.wire.policy import PolicySent

ENROL: Final = "/v1/enrol"
CERTIFICATE: Final = "/v1/certificate"
HELLO: Final = "/v1/hello"
PUSH: Final = "/v1/journal/push"
QUARANTINE: Final = "/v1/journal/quarantine"
JOURNAL: Final = "/v1/journal"
EPOCHS: Final = "/v1/epochs"
MESSAGE_BYTES_MAX: Final = 16 * 1024

_Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Word = Annotated[str, Meta(max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]


class EnrolAsk(Struct, frozen=True, kw_only=True):
    """A till joins with its self-signed certificate (DER). The request is signed with the
    certificate's key, which proves that the till holds it.

    The one-time code itself never travels: `lookup` finds it, `proof` shows that the till knows it
    (`joining.till_proof`).
    """

    lookup: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    proof: _Hash
    certificate: Annotated[str, Meta(pattern="^([0-9a-f]{2}){100,2048}$")]
    till_code: _Word = ""
    app: _Word = ""


class Enrolled(Struct, frozen=True, kw_only=True):
    """The till has joined a store. `office_key` is what answers are verified with from then on, and
    `proof` shows that whoever answers knows the code too (`joining.office_proof`). `policy` is what
    the till may hand out by itself from now on; an earlier release says it with its first answer.
    """

    office: str
    office_key: _Hash
    store: str
    certificate: str
    not_after: str
    proof: _Hash
    policy: PolicySent | UnsetType = UNSET


class CertificateGiven(Struct, frozen=True, kw_only=True):
    """Head office's certificate over a till's key (DER, hexadecimal) and until when it holds."""

    certificate: str
    not_after: str


class Standing(Struct, frozen=True):
    """A place of a till's journal; sequence 0 with the genesis hash before its first event."""

    epoch: Epoch
    seq: Count
    head: _Hash


class HelloAsk(Struct, frozen=True, kw_only=True):
    """Where the till stands. `marks` are places that it asks about, `after` the start
    of its program before this one, as its book knows it, `had` the last place that head office
    acknowledged to it.
    """

    place: Standing
    app: _Word = ""
    marks: Annotated[tuple[Standing, ...], Meta(max_length=MARKS_MAX)] = ()
    after: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")] = ""
    had: Acknowledgement | None = None


class HelloAnswer(Struct, frozen=True, kw_only=True):
    """What head office has of this till's journal.

    `state` is "ok"; "behind" when head office has more than the till, which was then restored; or
    "fork" when both have a place with another hash. `common` is the last of the marks that both
    have, None where that is none. `ack` is for the till to keep;
    `incarnation` is this life of the database, as every answer names it.
    """

    time: str
    place: Standing
    state: str
    events_max: int
    bytes_max: int
    common: Standing | None = None
    ack: Acknowledgement | None = None
    incarnation: Annotated[str, Meta(max_length=64)] = ""


class EpochAsk(Struct, frozen=True, kw_only=True):
    """A till goes on in another epoch, behind the last place that both sides have.

    `local_max_seq` is how far its journal goes; what lies between was written in `old_epoch` or a
    later one before the till knew, and comes under the new epoch.
    """

    epoch: Epoch
    old_epoch: Epoch
    common_seq: Count
    common_head: _Hash
    reason: _Word
    local_max_seq: Count


class EpochOpened(Struct, frozen=True, kw_only=True):
    """Head office goes on behind `place`; `lost` events after it stay in an earlier epoch."""

    place: Standing
    lost: int


class Pushed(Struct, frozen=True, kw_only=True):
    """The journal is kept up to `acked`. `new` and `duplicates` add up to what was sent; anomalies
    are (sequence, code) of events that were kept and look wrong; `ack` is for the till to keep.
    `news` is whether the till may have something to ask for; None where nobody looked, as while
    more waits behind the stretch, or at a head office that does not say it.
    """

    acked: Standing
    new: int
    duplicates: int
    anomalies: tuple[tuple[int, str], ...] = ()
    ack: Acknowledgement | None = None
    news: bool | None = None


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A no (RFC 9457). `retry` says when to try again: "never", "later", or "after_action".

    `acked` is how far the journal is kept, `at` the sequence where it differs, `theirs` head
    office's hash there; `after_s` how many seconds to wait at least.
    """

    code: str
    retry: str
    acked: Standing | None = None
    at: int = 0
    theirs: str = ""
    most: int = 0
    after_s: int = 0
