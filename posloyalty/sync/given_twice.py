"""Head office names what two tills gave for one challenge, neither knowing of the other.

What a receipt promised is honoured, so nothing is taken back. Head office says in an act of its own
journal what was given once too often, and where a journal that comes later makes it due after all,
it unsays that by another one.

Shape: a `Twice` is what is said; `facts_of` is how an act says it, `read` what an event says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.sync import events
from posloyalty.sync.journals import Filed

GIVEN_TWICE: Final = "given_twice"
"""The kind of act by which head office names what was given once too often."""


@dataclass(frozen=True, slots=True, order=True)
class Twice:
    """A challenge, and the event that gave for it once too often; `till_id`, `store` and `number`
    say where that was, the number being a sale's receipt or empty.
    """

    challenge: str
    event_id: bytes
    till_id: bytes
    store: str
    number: str

    @property
    def what(self) -> str:
        """As a finding names it."""
        return f"{self.number}/{self.challenge}"


def facts_of(one: Twice, times: int) -> tuple[tuple[str, str], ...]:
    """How an act says it."""
    return (
        ("event", one.event_id.hex()),
        ("number", one.number),
        ("store", one.store),
        ("till", one.till_id.hex()),
        ("times", str(times)),
    )


def read(one: Filed) -> tuple[Twice, int] | None:
    """What an event says of it, if it is head office's own and of this kind."""
    event = one.event
    if not one.decided or not isinstance(event, events.Act) or event.kind != GIVEN_TWICE:
        return None
    told = dict(event.facts)
    return (
        Twice(
            challenge=event.what,
            event_id=bytes.fromhex(told["event"]),
            till_id=bytes.fromhex(told["till"]),
            store=told["store"],
            number=told["number"],
        ),
        int(told["times"]),
    )
