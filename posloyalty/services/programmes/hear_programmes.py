"""The till hears which programmes head office published, and goes by them from their instants.

Shape: `step(link)` asks for the list when it is due, at the latest every five minutes and as soon
as an answer of head office says that there is another one (`look`), takes what it lacks and keeps
the schedule; `Programmes.at` goes by it. A publication is taken only whole: signed by head office,
its file the very bytes of its hash and size, every word of it known to this release, in the shop's
currency. Anything else leaves the schedule as it was without that one, so that what held before
goes on holding; it is journalled once, with its reason, and head office is told. A list that is
older than the one that was heard in the same life of head office is not believed either, whoever
served it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from posloyalty.domain.programme.load import load
from posloyalty.domain.values.money import currency
from posloyalty.services.book.note_fault import note_fault
from posloyalty.services.book.signing import verify
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.ports import Book, Ids, Reader, UnitOfWork
from posloyalty.services.ports.head_office import OfficeFacts, OutOfReach, PublicationLink
from posloyalty.services.programmes.programmes import Programmes
from posloyalty.services.programmes.published import Kept, keep_schedule, kept_schedule
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.publications import (
    BadSeal,
    Envelope,
    FileAsk,
    ProgrammesAsk,
    Sealed,
    last_begun,
    opened,
)

EVERY_MS: Final = 300_000
"""So often the list is asked for when nobody said that there is another one."""
REFUSED: Final = "PROGRAMME_REFUSED"
BROKEN: Final = frozenset({"FORGED", "UNREADABLE", "OTHER_OFFICE"})
OLDER: Final = "OLDER_LIST"
"""Why what held is not taken off by a list that has never heard of it."""
ASKED_AGAIN: Final = BROKEN | {"OTHER_FILE", "NO_FILE", OLDER}
"""What came damaged may come whole the next time; what this release cannot read will not."""
_NUMBERS: Final = re.compile(r"\d+")
_Refused = tuple[int, str]


class HearProgrammes:
    """The till's ear for programmes. `app` is this release; `keys_through` is told what head office
    says beside its list of the keys of members' cards.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: TillClock,
        ids: Ids,
        programmes: Programmes,
        app: str,
        keys_through: Callable[[str], None] = lambda _through: None,
    ) -> None:
        self._keys_through = keys_through
        self._book = book
        self._clock = clock
        self._ids = ids
        self._programmes = programmes
        self._app = app
        self._asked_ms: int | None = None
        self._said = ProgrammesAsk()

    def due(self) -> bool:
        """Whether to ask now."""
        return self._asked_ms is None or self._clock.monotonic_ms() - self._asked_ms >= EVERY_MS

    def look(self) -> None:
        """Head office said that there is another list."""
        self._asked_ms = None

    def step(self, link: PublicationLink) -> bool:
        """Ask, and take what is new; whether the schedule changed. May raise `OutOfReach`."""
        self._asked_ms = self._clock.monotonic_ms()
        try:
            return self._hear(link)
        except OutOfReach:
            self.look()  # head office may take it for heard, and not say again that there is one
            raise

    def _hear(self, link: PublicationLink) -> bool:
        with self._book.read() as reader:
            facts, kept = kept_facts(reader.settings), kept_schedule(reader.settings)
            ask = self._standing(reader, kept)
        if facts is None:
            return False
        given = link.programmes(ask)
        if isinstance(given, Problem):
            return False
        self._keys_through(given.card_keys)
        if given.mark == ask.mark:
            return False
        taken, refused = self._taken(link, facts, given.publications)
        # Of a list with a broken seal, or an old one, nothing is believed: what held goes on.
        believed = not any(why in BROKEN for _, why in refused)
        if believed and (had := self._older(kept, facts, given.publications)) is not None:
            believed, refused = False, (*refused, (had, OLDER))
        with self._book.write() as unit:
            self._note(unit, kept.refused, refused)
            again = any(why in ASKED_AGAIN for _, why in refused)
            keep_schedule(
                unit.settings,
                Kept(
                    mark="" if again else given.mark,
                    app=self._app,
                    life=facts.incarnation if believed else kept.life,
                    publications=taken if believed else kept.publications,
                    refused=refused,
                ),
            )
            unit.commit()
        # Head office hears of it at once: what a stop costs depends on who has heard.
        with self._book.read() as reader:
            standing = self._standing(reader, kept_schedule(reader.settings))
        said = link.programmes(standing)
        if not isinstance(said, Problem) and said.mark != given.mark:
            self.look()  # something was decided in between, and that word counts as having heard it
        return True

    def _standing(self, reader: Reader, kept: Kept) -> ProgrammesAsk:
        """What the till goes by; another release asks as if it had heard nothing."""
        effective = self._programmes.at(reader, self._clock.now())
        return ProgrammesAsk(
            mark=kept.mark if kept.app == self._app else "",
            programme="" if effective is None else effective.hash.hex(),
            refused=kept.refused,
        )

    def _taken(
        self, link: PublicationLink, facts: OfficeFacts, told: Sequence[Sealed]
    ) -> tuple[tuple[Sealed, ...], tuple[_Refused, ...]]:
        """(those that the till goes by, those that it does not and why)."""
        taken, refused = [], []
        key = bytes.fromhex(facts.office_key)
        for place, sealed in enumerate(told):
            number = -1 - place
            try:
                envelope = opened(
                    sealed, office=facts.office, verify=lambda said, by: verify(key, said, by)
                )
                number = envelope.number
                self._take(link, envelope)
            except BadSeal as fault:
                refused.append((number, fault.code))
            else:
                taken.append(sealed)
        return tuple(taken), tuple(refused)

    def _older(self, kept: Kept, facts: OfficeFacts, told: tuple[Sealed, ...]) -> int | None:
        """The publication that was heard of and that a list is too old to know of. A head office
        that was put back from a copy may have forgotten it: then it is another life of it.
        """
        now = self._clock.now()
        had = last_begun(kept.envelopes(), now)
        if had is None or kept.life != facts.incarnation:
            return None
        last = last_begun(Kept(publications=told).envelopes(), now)
        return None if last is not None and last >= had else had[1]

    def _take(self, link: PublicationLink, envelope: Envelope) -> None:
        """See that the file is in the book; raises `BadSeal` with the reason why it cannot be."""
        if _release(envelope.min_app) > _release(self._app):
            raise BadSeal("MIN_APP")
        digest = bytes.fromhex(envelope.hash)
        with self._book.read() as reader:
            if reader.programmes.by_hash(digest) is not None:
                return
            money = currency(reader.settings.get("shop.currency") or "CNY")
        given = link.programme_file(FileAsk(hash=envelope.hash))
        if isinstance(given, Problem):
            raise BadSeal("NO_FILE")
        data = given.toml.encode("utf-8", "surrogatepass")
        if len(data) != envelope.size or sha256(data).digest() != digest:
            raise BadSeal("OTHER_FILE")
        programme = load(data)
        if isinstance(programme, list):
            raise BadSeal(programme[0].code)
        if programme.currency != money:
            raise BadSeal("OTHER_CURRENCY")
        with self._book.write() as unit:
            self._programmes.add(unit, programme, data, effective_from=envelope.begins)
            unit.commit()

    def _note(
        self, unit: UnitOfWork, known: Sequence[_Refused], refused: Sequence[_Refused]
    ) -> None:
        """Journal what was not taken, once."""
        for number, why in refused:
            if (number, why) not in known:
                note_fault(unit, self._ids, REFUSED, publication=str(number), why=why)


def _release(text: str) -> tuple[int, ...]:
    """A release as numbers, to compare; none is the oldest."""
    return tuple(int(part) for part in _NUMBERS.findall(text)[:4])
