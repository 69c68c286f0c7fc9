"""Events and draws at the till: acts of one member, and what stands.

Shape: each act is one event of the journal (`programme_acts`). The seed of a draw is a secret of
this book until it is drawn; what is promised of it is its SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from posloyalty.domain.engine.boards import digest
from posloyalty.domain.engine.draws import winners
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.seats import seats_of
from posloyalty.domain.engine.works import draw as draws
from posloyalty.domain.engine.works.event import accepting, cancelling, checking_in
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.draw import COMMIT, SEED, Draw, commitment
from posloyalty.domain.programme.kinds.event import Event
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.identifiers import ID_BYTES
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.refusal import ServiceRefusal

SEED_BYTES: Final = 32
DRAWS_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShown:
    """An event as the calendar shows it: people with a place, and people who wait."""

    id: str
    name: str
    on: date
    capacity: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawProof:
    """What the event of a draw says, and whether it `holds` when it is reckoned anew.

    `entries` are ids in ascending order, `winners` (prize, entry) pairs; all in hexadecimal.
    """

    commitment: str
    seed: str
    digest: str
    entries: tuple[str, ...]
    winners: tuple[tuple[str, str], ...]
    holds: bool


class Attend(Grounded):
    """Events and draws of one till."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def events(self, language: str = "") -> tuple[EventShown, ...]:
        """The events that are still to come or today, by day. Raises NO_PROGRAMME."""
        with self._book.read() as reader:
            programme = self._in_effect(reader)
            today = self._clock.now().astimezone(programme.zone).date()
            shown = []
            for event in programme.of(Event):
                if event.on < today:
                    continue
                rights = reader.ledger.rights_by_code(event.code(programme.id))
                seats = seats_of(event, rights)
                shown.append(
                    EventShown(
                        id=event.id,
                        name=event.names.in_language(language),
                        on=event.on,
                        capacity=event.capacity,
                        taken=seats.taken,
                        waiting=seats.queue,
                    )
                )
        return tuple(sorted(shown, key=lambda one: (one.on, one.id)))

    def accept(
        self, member_id: bytes, event_id: str, operator: Operator, *, guests: int = 0
    ) -> Acted:
        """A member wants to come, with guests; they have a place, or wait for one.

        Raises `ServiceRefusal` NO_SUCH_EVENT, HAS_SEAT, TOO_LATE, TOO_MANY_GUESTS, NOT_MET,
        EVENT_FULL, NO_SUCH_MEMBER or MEMBER_BARRED.
        """
        return self._attend(accepting(member_id, event_id, guests), operator)

    def cancel(self, member_id: bytes, event_id: str, operator: Operator) -> Acted:
        """A member does not come; who waits comes up.

        Raises `ServiceRefusal` NO_SUCH_EVENT, NO_SEAT, CAME_ALREADY or TOO_LATE.
        """
        return self._attend(cancelling(member_id, event_id), operator)

    def check_in(
        self, member_id: bytes, event_id: str, operator: Operator, *, people: int = 1
    ) -> Acted:
        """A member is there, with so many people in all.

        Raises `ServiceRefusal` NO_SUCH_EVENT, NO_SEAT, NOT_THAT_DAY, STILL_WAITS, CAME_ALREADY or
        MORE_THAN_SEATS.
        """
        return self._attend(checking_in(member_id, event_id, people), operator)

    def commit(self, draw_id: str, operator: Operator) -> str:
        """Draw a seed by chance, keep it, and promise it; returns what is to be published.

        Raises `ServiceRefusal` NO_SUCH_DRAW, COMMITTED or COMMIT_TOO_LATE.
        """
        seed = self._chance.token_bytes(SEED_BYTES).hex()
        promised = commitment(seed)
        evidence = ((draws.ACT, COMMIT), (draws.COMMITMENT, promised))
        with self._book.write() as unit:
            self._known(self._in_effect(unit), Draw, draw_id, "NO_SUCH_DRAW")
            happening = Happening(
                trigger=Trigger.DRAW, recorded=Recorded(what=draw_id, evidence=evidence)
            )
            self._acts.record_in(unit, happening, operator)
            unit.settings.put({_seed_setting(draw_id): seed})
            unit.commit()
        return promised

    def draw(self, draw_id: str, operator: Operator) -> Acted:
        """Draw the winners; the event says the seed, the digest of the entries and who won.

        Raises `ServiceRefusal` NO_SUCH_DRAW, SEED_WRONG (nothing was promised), DRAW_NOT_OVER or
        DRAWN.
        """
        with self._book.read() as reader:
            self._known(self._in_effect(reader), Draw, draw_id, "NO_SUCH_DRAW")
            seed = reader.settings.get(_seed_setting(draw_id)) or ""
        evidence = ((draws.ACT, draws.DRAWS), (SEED, seed))
        happening = Happening(
            trigger=Trigger.DRAW, recorded=Recorded(what=draw_id, evidence=evidence)
        )
        return self._acts.record(happening, operator)

    def proof(self, draw_id: str) -> DrawProof:
        """A draw reckoned anew from what its event says.

        Raises `ServiceRefusal` NO_SUCH_DRAW, or NOT_DRAWN.
        """
        with self._book.read() as reader:
            programme = self._in_effect(reader)
            self._known(programme, Draw, draw_id, "NO_SUCH_DRAW")
            draw = programme.find(Draw, draw_id)
            for act in reader.acts.of_kind(Trigger.DRAW.value, limit=DRAWS_MOST):
                facts = dict(act.facts)
                if draw is not None and act.what == draw_id and "winners" in facts:
                    ids = _ids(facts["entries"])
                    found = (reader.ledger.right(one) for one in ids)
                    entries = [one for one in found if one is not None]
                    return _proved(draw, facts, entries)
        raise ServiceRefusal("NOT_DRAWN")

    def _attend(self, happening: Happening, operator: Operator) -> Acted:
        with self._book.read() as reader:
            self._known(self._in_effect(reader), Event, happening.recorded.what, "NO_SUCH_EVENT")
        return self._acts.record(happening, operator)

    def _known(self, programme: Programme, shape: type[Any], item_id: str, refusal: str) -> None:
        if programme.find(shape, item_id) is None:
            raise ServiceRefusal(refusal)


def _seed_setting(draw_id: str) -> str:
    return f"draw.{draw_id}.seed"


def _ids(joined: str) -> list[bytes]:
    size = 2 * ID_BYTES
    return [bytes.fromhex(joined[at : at + size]) for at in range(0, len(joined), size)]


def _proved(draw: Draw, facts: dict[str, str], entries: list[Right]) -> DrawProof:
    ids = sorted(one.id for one in entries)
    told = tuple(
        (prize, entry) for prize, _, entry in (w.partition(":") for w in facts["winners"].split())
    )
    seed = facts.get(SEED, "")
    won = winners(draw, entries, bytes.fromhex(seed))
    again = tuple((one.prize, one.entry.id.hex()) for one in won)
    return DrawProof(
        commitment=commitment(seed),
        seed=seed,
        digest=facts["digest"],
        entries=tuple(one.hex() for one in ids),
        winners=told,
        holds=again == told and digest(ids) == facts["digest"],
    )
