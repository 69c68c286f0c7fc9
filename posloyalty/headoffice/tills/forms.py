"""How a till's journal travels: the forms in which the body of a push is read.

Shape: `FORMS` has them by content encoding; `read_as` reads a request in one of them, outside of
any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from posloyalty.headoffice.tills.admission import till_id
from posloyalty.headoffice.tills.visits import Refused, Request, never
from posloyalty.sync.wire.batch import (
    BYTES_MAX,
    BadBatch,
    Stretch,
    read_plain,
    read_stretch,
)
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.packing import (
    GZIP,
    LZMA2,
    BadPacking,
    densely_unpacked,
    unpacked,
)
from posloyalty.sync.wire.short.stretch import SHORT, Sources, read_short

Form = Callable[[bytes, bytes, Sources], Stretch]
FORMS: Final[dict[str, Form]] = {
    GZIP: lambda body, _till, _there: read_stretch(unpacked(body, most_bytes=BYTES_MAX)),
    LZMA2: lambda body, _till, _there: read_plain(densely_unpacked(body, most_bytes=BYTES_MAX)),
    SHORT: lambda body, till, there: read_short(body, till_id=till, sources=there),
}
"""By a request's content encoding: how the till's body is read, with what is kept of it."""


def lines_of(request: Request) -> Stretch:
    """The stretch of a request that has to be in lines, since it is kept as it came."""
    return read_as(request, {GZIP: FORMS[GZIP]}, lambda _epoch, _seqs: ())


def read_as(request: Request, forms: Mapping[str, Form], sources: Sources) -> Stretch:
    """The stretch of a request in one of some forms; raises `Refused`."""
    form = forms.get(request.headers.get("content-encoding", ""))
    if form is None:
        raise never(415, "NOT_PACKED")
    try:
        return form(request.body, till_id(request), sources)
    except BadPacking as fault:
        status = 413 if fault.code == "TOO_LARGE" else 400
        most = BYTES_MAX if status == 413 else 0
        raise Refused(status, Problem(code=fault.code, retry="never", most=most)) from None
    except BadBatch as fault:
        raise never(409 if fault.code == "NO_SOURCE" else 400, fault.code) from None
