"""What services need of whoever keeps the book's key, and the words for where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """Where the key lies: in the system's keystore, or in a file beside the book.

    `name` is the keystore's name or the file's path; `explanation` a wording code of area "book"
    that says in a sentence what that means.
    """

    in_keystore: bool
    name: str

    @property
    def explanation(self) -> str:
        """The wording code; its fact is `name`."""
        return "book.key_in_keystore" if self.in_keystore else "book.key_in_file"


class Keyring(Protocol):
    """The system's keystore, as the `keyring` package shows it."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept under a name, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something under a name."""
        ...


class RecoveryKeeper(Protocol):
    """Whoever wraps the open book's key with a recovery code."""

    def fits(self, code: str) -> bool:
        """Whether a typed code opens this book; raises `MistypedCode`."""
        ...

    def renew(self) -> str:
        """Wrap the key with a new code and forget the old one; returns the new code."""
        ...


class MistypedCode(ValueError):
    """A recovery code that nobody was ever given; `group` counts from 1, 0 for its length."""

    def __init__(self, group: int) -> None:
        super().__init__(f"group {group}")
        self.group = group
