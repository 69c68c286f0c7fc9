"""What a person reads when a job failed: a refusal in its own words, anything else in plain ones.

A `ServiceRefusal` carries a wording code of the area "refusal" and its facts. Whatever else comes
back from a lane is a fault of ours or of the machine: it is named by its kind, never by its text,
because the text may hold what was typed.
"""

from __future__ import annotations

from posloyalty.wording import MissingWording, Words
from ui.presenters.ports import LaneFull


def fault_text(fault: Exception, words: Words) -> str:
    """The sentence for the message line."""
    # The sign-in is painted before anything can fail, and without the services.
    from posloyalty.services.book.book_faults import BookError
    from posloyalty.services.refusal import ServiceRefusal

    if isinstance(fault, ServiceRefusal):
        try:
            return words(f"refusal.{fault.reason}", **fault.told)
        except (MissingWording, KeyError):
            return words("settings.fault", kind=fault.reason)
    if isinstance(fault, BookError):
        try:
            return words(fault.code, **fault.facts)
        except (MissingWording, KeyError):
            return words("settings.fault", kind=type(fault).__name__)
    if isinstance(fault, LaneFull):
        return words("settings.lane_full")
    return words("settings.fault", kind=type(fault).__name__)
