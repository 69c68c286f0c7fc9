"""How far the till has heard the feed of profiles, kept in its book."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.services.ports import SettingReads, SettingWrites

SETTING: Final = "profiles_heard"


class Heard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far each part of the feed was heard: cursors."""

    erase: str = ""
    store: str = ""
    rest: str = ""

    @property
    def knows_life(self) -> bool:
        """Whether a cursor names the life of head office's database, so that another is noticed."""
        return bool(self.erase or self.store or self.rest)


def heard_so_far(settings: SettingReads) -> Heard:
    """How far the book has heard the feed."""
    kept = settings.get(SETTING)
    return Heard() if kept is None else msgspec.json.decode(kept, type=Heard)


def keep_heard(settings: SettingWrites, heard: Heard) -> None:
    """Write down how far it was heard."""
    settings.put({SETTING: msgspec.json.encode(heard).decode("ascii")})


def behind_roll(heard: Heard, cursor: str, *, chain: bool) -> Heard:
    """From where the feed is heard once a roll is in place that stands at `cursor`.

    What was heard while the roll was on its way is heard again, for it may say of somebody on the
    roll that they are no more. Behind the roll of the chain nothing before it has to be heard.
    """
    rest = heard.rest or (cursor if chain else "")
    return Heard(
        erase=_earlier(heard.erase, cursor),
        store=_earlier(heard.store, cursor),
        rest=_earlier(rest, cursor),
    )


def _earlier(heard: str, cursor: str) -> str:
    life, _, place = heard.rpartition(":")
    other, _, roll_place = cursor.rpartition(":")
    return cursor if life == other and int(place) > int(roll_place) else heard
