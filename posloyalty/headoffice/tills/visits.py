"""A till's request as head office answers it: what came, who it is from, and the answer.

Shape: a `Request` comes from the network; `Visit` is the same inside a transaction, with the till
that signed it; an endpoint gives a `Reply`. A no is a `Reply` too and commits what it wrote, such
as the nonce or a fork's evidence; only a fault rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection

from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.packing import packed
from posloyalty.sync.wire.signatures import BOOT

JSON = "application/json"
PROBLEM = "application/problem+json"
LINES = "application/vnd.lj.journal+ndjson"
Message = TypeVar("Message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came: `target` is path and query as sent, header names are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back. `outcome` is what it is counted as, `taken` how many events were new, `then`
    is done once the transaction stands; a till that waits for news does so for `waits_s` first.
    """

    status: int
    body: bytes
    kind: str = JSON
    packed: bool = False
    outcome: str = "ok"
    taken: int = 0
    then: Callable[[], None] | None = None
    waits_s: int = 0


class TillSeen(NamedTuple):
    """A till that signed a request, and how the start of its program that speaks stands, if that
    is known.
    """

    till_id: bytes
    store_code: str
    public_key: bytes
    genesis: bytes
    revoked: int
    issued_s: int
    retells: int
    standing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request inside its transaction. `till` is the one that signed it."""

    request: Request
    connection: Connection
    till: TillSeen
    now: datetime

    @property
    def now_s(self) -> int:
        """The instant in whole seconds since 1970 UTC."""
        return int(self.now.timestamp())


def boot_of(request: Request) -> bytes:
    """The start that speaks; empty where it does not say."""
    try:
        return bytes.fromhex(request.headers.get(BOOT, ""))
    except ValueError:
        return b""


class Refused(Exception):
    """A request that is answered by a problem before or instead of its endpoint."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem.code)
        self.status = status
        self.problem = problem


def reply(
    message: msgspec.Struct, *, status: int = 200, taken: int = 0, packs: bool = False
) -> Reply:
    """A message as an answer; `packs` what may be long."""
    body = msgspec.json.encode(message)
    return Reply(status=status, body=packed(body) if packs else body, packed=packs, taken=taken)


def refusal(fault: Refused) -> Reply:
    """The answer to a request that is refused."""
    return problem(fault.status, fault.problem)


def problem(status: int, said: Problem) -> Reply:
    """A no as an answer."""
    return Reply(
        status=status, body=msgspec.json.encode(said), kind=PROBLEM, outcome=said.code.lower()
    )


def never(status: int, code: str) -> Refused:
    """A request that will never be right as it is."""
    return Refused(status, Problem(code=code, retry="never"))


def after_action(status: int, code: str) -> Refused:
    """A request that can be right once somebody has done something."""
    return Refused(status, Problem(code=code, retry="after_action"))


def read(body: bytes, shape: type[Message]) -> Message:
    """The message that a body holds; raises `Refused` BAD_MESSAGE."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise never(400, "BAD_MESSAGE") from None
