"""The till hears which keys sign members' cards in its chain.

Shape: head office says with its list of programmes up to where it has keys (`told`); what is new of
them is asked for then, page by page, each with its cursor in one transaction. Of a page in which
one statement does not hold nothing is believed, and what was known goes on holding.
"""

from __future__ import annotations

from typing import Final

from posloyalty.services.book.signing import verify
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.ports import Book, SettingReads, UnitOfWork
from posloyalty.services.ports.head_office import CardLink, OfficeFacts
from posloyalty.sync.wire.card_keys import BadKey, CardKey, KeysAsk, SealedKey, opened
from posloyalty.sync.wire.messages import Problem

SETTING: Final = "card_keys_heard"
KEYS_MAX: Final = 50_000
"""So many tills no chain has; what is beyond is not kept."""
RESTS_MS: Final = 300_000
"""So long nothing is asked for after a no, or after what this till does not believe."""


class HearCardKeys:
    """The till's ear for keys."""

    def __init__(self, *, book: Book, clock: TillClock) -> None:
        self._book = book
        self._clock = clock
        self._through = ""
        self._rests_until_ms = 0

    def told(self, through: str) -> None:
        """Up to where head office has keys; empty from one that knows of none."""
        self._through = through

    def due(self) -> bool:
        """Whether to ask now."""
        if not self._through or self._clock.monotonic_ms() < self._rests_until_ms:
            return False
        with self._book.read() as reader:
            return heard_through(reader.settings) != self._through

    def step(self, link: CardLink) -> bool:
        """Ask for the next page; whether anything came of it. May raise `OutOfReach`."""
        with self._book.read() as reader:
            facts, since = kept_facts(reader.settings), heard_through(reader.settings)
        if facts is None:
            return False
        given = link.card_keys(KeysAsk(since=since))
        if isinstance(given, Problem):
            return self._rest()
        try:
            told = [(believed(one, facts), one) for one in given.keys]
        except BadKey:
            return self._rest()
        with self._book.write() as unit:
            if unit.card_keys.count() + len(told) > KEYS_MAX:
                return self._rest()
            for key, sealed in told:
                keep(unit, key, sealed)
            unit.settings.put({SETTING: given.next})
            unit.commit()
        if not given.more:
            self._through = given.next
        return True

    def _rest(self) -> bool:
        self._rests_until_ms = self._clock.monotonic_ms() + RESTS_MS
        return False


def heard_through(settings: SettingReads) -> str:
    """Up to where the keys were heard: a cursor."""
    return settings.get(SETTING) or ""


def believed(sealed: SealedKey, facts: OfficeFacts) -> CardKey:
    """What the till's own head office said; raises `BadKey`."""
    office_key = bytes.fromhex(facts.office_key)
    return opened(sealed, office=facts.office, verify=lambda said, by: verify(office_key, said, by))


def keep(unit: UnitOfWork, key: CardKey, sealed: SealedKey) -> None:
    """Keep a key, unless something later is known of it, or it is this till's own."""
    till_id = bytes.fromhex(key.till)
    known = unit.card_keys.told(till_id)
    later = known is not None and known.life == key.life and known.number > key.number
    if till_id != unit.facts.till_id and not later:
        unit.card_keys.keep(key, sealed)
