"""Whether a till has a head office: what selling asks, which needs nothing of how it is reached."""

from __future__ import annotations

from typing import Final

from posloyalty.services.ports.shop import OneSetting

SETTING: Final = "head_office"


def has_joined(settings: OneSetting) -> bool:
    """Whether the book keeps a head office that was joined (`join_head_office.kept_facts`)."""
    return settings.get(SETTING) is not None
