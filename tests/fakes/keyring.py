"""A keystore in memory, and ones that fail in the ways real ones do."""

from __future__ import annotations

from keyring.errors import KeyringLocked


class MemoryKeyring:
    """Keeps what it is given."""

    name = "memory"

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class LockedKeyring(MemoryKeyring):
    """Answers nothing until somebody unlocks it."""

    name = "locked"

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything and keeps nothing."""

    name = "forgetful"

    def set_password(self, service: str, username: str, password: str) -> None:
        return
