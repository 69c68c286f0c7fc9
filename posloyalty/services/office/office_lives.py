"""What a till keeps of head office's lives: the latest one, and what was acknowledged to it.

By the first it turns away from an older head office (`network/link`), by the second head office
notices that its database was put back (`sync/wire/acknowledgements`).
"""

from __future__ import annotations

from typing import Final

import msgspec

from posloyalty.services.office.join_head_office import keep_facts
from posloyalty.services.ports import Book, SettingReads, SettingWrites
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.sync.wire.acknowledgements import Acknowledgement
from posloyalty.sync.wire.messages import HelloAnswer

ACKNOWLEDGED: Final = "office.acknowledged"


def hear_life(
    book: Book, facts: OfficeFacts, answer: HelloAnswer, *, had: Acknowledgement | None
) -> None:
    """Write down the life that a hello names, and what it acknowledges where nothing is kept yet;
    what comes with batches is written with what it is about.
    """
    now = msgspec.structs.replace(facts, incarnation=answer.incarnation)
    if now == facts and (had is not None or answer.ack is None):
        return
    with book.write() as unit:
        keep_facts(unit.settings, now)
        keep_acknowledgement(unit.settings, answer.ack)
        unit.commit()


def kept_acknowledgement(settings: SettingReads) -> Acknowledgement | None:
    """The last place that head office acknowledged."""
    kept = settings.get(ACKNOWLEDGED)
    return msgspec.json.decode(kept, type=Acknowledgement) if kept else None


def keep_acknowledgement(settings: SettingWrites, given: Acknowledgement | None) -> None:
    """Keep what head office acknowledged, if it gave anything to keep."""
    if given is not None:
        settings.put({ACKNOWLEDGED: msgspec.json.encode(given).decode("utf-8")})
