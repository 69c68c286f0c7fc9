"""A till joins a head office by a code, and keeps what it was given in its book.

The code does not travel (`sync/wire/joining`). Nothing is kept unless head office proved that it
knows the code too, over the very key that its answers will be signed with.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from typing import Final

import msgspec

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.lending.lending import adopt_in
from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.office.till_name import CODE_MOST, is_code, labels_of, till_name
from posloyalty.services.ports import Book, Ids, SettingWrites
from posloyalty.services.ports.head_office import OfficeFacts, OfficeLink, OutOfReach
from posloyalty.services.ports.shop import OneSetting
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.tell_goods import tell_sold
from posloyalty.sync.wire.joining import (
    MistypedJoiningCode,
    code_key,
    code_lookup,
    office_proof,
    till_proof,
)
from posloyalty.sync.wire.messages import EnrolAsk, Problem

_SAFE: Final = re.compile(
    r"https://[^\s@/]+(/\S*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?|unix:/\S+"
)
TOLD: Final = frozenset(
    {
        "CODE_UNKNOWN",
        "CODE_USED",
        "CODE_EXPIRED",
        "OTHER_CERTIFICATE",
        "CODE_OF_MANAGER",
        "TILL_NAME_TAKEN",
        "CLOCK_OFF",
    }
)
"""Problems that have a sentence of their own."""

TLS: Final = frozenset({"TLS_NOT_YET", "TLS_OVER", "TLS_UNKNOWN"})
"""What is wrong with a line's certificate, and has a sentence of its own."""

Introduce = Callable[[str, SigningKey, bytes], OfficeLink]
"""(address, the till's key, the till's id) to a link with a head office that is not known yet."""


class JoinHeadOffice:
    """Joins, and says what was joined. `changed` is told of it before anybody books something."""

    def __init__(
        self,
        *,
        book: Book,
        ids: Ids,
        introduce: Introduce,
        app: str,
        changed: Callable[[], None],
    ) -> None:
        self._changed = changed
        self._book = book
        self._ids = ids
        self._introduce = introduce
        self._app = app

    def joined(self) -> OfficeFacts | None:
        """The head office of this till, if it has one."""
        with self._book.read() as reader:
            return kept_facts(reader.settings)

    def join(self, url: str, code: str, *, till_code: str = "") -> OfficeFacts:
        """Join the head office at an address, under the till code that this till goes by, or
        another one: its receipts are numbered by that from now on.

        Refuses INSECURE_ADDRESS, TILL_CODE_FORM, JOINING_CODE_MISTYPED, HEAD_OFFICE_OUT_OF_REACH
        where nobody answers, HEAD_OFFICE_NOT_HERE where somebody else does, the causes of `TLS`,
        the problems of `TOLD`, and HEAD_OFFICE_REFUSES with any other code.
        """
        if not is_safe(url):
            raise ServiceRefusal("INSECURE_ADDRESS", address=url)
        if till_code and not is_code(till_code):
            raise ServiceRefusal("TILL_CODE_FORM", limit=CODE_MOST)
        try:
            key = code_key(code)
        except MistypedJoiningCode:
            raise ServiceRefusal("JOINING_CODE_MISTYPED") from None
        with self._book.read() as reader:
            facts, own = reader.facts, reader.tokens.keys()[0]
            till_code = till_code or till_name(reader.settings, facts).code
        ask = EnrolAsk(
            lookup=code_lookup(key).hex(),
            proof=till_proof(key, certificate=own.certificate).hex(),
            certificate=own.certificate.hex(),
            till_code=till_code,
            app=self._app,
        )
        link = self._introduce(url, SigningKey.generate(own.seed), facts.till_id)
        try:
            said = link.enrol(ask)
        except OutOfReach as fault:
            raise ServiceRefusal(out_of_reach_reason(fault), detail=str(fault)) from fault
        finally:
            link.close()
        if isinstance(said, Problem):
            known = said.code if said.code in TOLD else "HEAD_OFFICE_REFUSES"
            raise ServiceRefusal(known, code=said.code, till=till_code)
        proof = office_proof(
            key, office_key=bytes.fromhex(said.office_key), certificate=own.certificate
        )
        if not hmac.compare_digest(proof.hex(), said.proof):
            raise ServiceRefusal("HEAD_OFFICE_NOT_HERE", detail="FORGED")
        joined = OfficeFacts(
            url=url,
            office=said.office,
            office_key=said.office_key,
            store=said.store,
            certificate=said.certificate,
            not_after=said.not_after,
            till=till_code,
        )
        with self._book.write() as unit:
            joined = msgspec.structs.replace(joined, was=labels_of(unit.settings, unit.facts))
            keep_facts(unit.settings, joined)
            if said.policy:
                adopt_in(unit, said.policy.read())
            tell_sold(unit, self._ids)  # what it sold alone is judged too
            unit.commit()
            self._changed()
        return joined


def out_of_reach_reason(fault: OutOfReach) -> str:
    """The refusal of an address that says what a person can put right."""
    if fault.cause in TLS:
        return fault.cause
    return "HEAD_OFFICE_NOT_HERE" if fault.answered else "HEAD_OFFICE_OUT_OF_REACH"


def is_safe(url: str) -> bool:
    """Whether an address is HTTPS, or does not leave this machine."""
    return _SAFE.fullmatch(url) is not None


def kept_facts(settings: OneSetting) -> OfficeFacts | None:
    """The head office that is kept in the book."""
    kept = settings.get(SETTING)
    return None if kept is None else msgspec.json.decode(kept, type=OfficeFacts)


def keep_facts(settings: SettingWrites, facts: OfficeFacts) -> None:
    """Keep a head office in the book."""
    settings.put({SETTING: msgspec.json.encode(facts).decode("utf-8")})
