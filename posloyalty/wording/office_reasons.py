"""Why head office takes nothing from a till, as a sentence: no screen shows a code."""

from __future__ import annotations

from posloyalty.wording.words import Words


def stopped_reason(words: Words, code: str) -> str:
    """What a person is told of a code; of one that has no words of its own, that it is unusual."""
    known = f"outbox.reason_{code.lower()}"
    return words(known if words.has(known) else "outbox.reason_other")


def brief_reason(words: Words, code: str) -> str:
    """The same so short that a message line holds it with what follows from it; the page of head
    office says all of it.
    """
    for known in (f"outbox.brief_{code.lower()}", f"outbox.reason_{code.lower()}"):
        if words.has(known):
            return words(known)
    return words("outbox.brief_other")
