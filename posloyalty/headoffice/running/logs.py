"""The server's log: one line of JSON an entry, on standard error, about tills and never people.

An entry has `at`, `level`, `what` and its facts. Bodies, codes, addresses of callers and names are
never logged; a fault is logged by its kind and where it happened, without what it says: what a
database says of one holds what was to be written.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Final

LOGGER: Final = logging.getLogger("posloyalty.headoffice")
_FACTS: Final = "facts"
_PRODUCT: Final = "posloyalty."
PLACES_MOST: Final = 4


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC)
        entry: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, _FACTS, {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry |= _told_of(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def tell(what: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log an entry."""
    LOGGER.log(level, what, extra={_FACTS: facts})


def tell_fault(what: str, fault: BaseException, **facts: object) -> None:
    """Log a fault: its kind, and the places of the product that it came through, innermost last."""
    tell(what, level=logging.ERROR, **_told_of(fault), **facts)


def _told_of(fault: BaseException) -> dict[str, object]:
    frames = (
        (frame.f_globals.get("__name__", ""), line)
        for frame, line in traceback.walk_tb(fault.__traceback__)
    )
    ours = [f"{name}:{line}" for name, line in frames if name.startswith(_PRODUCT)]
    return {"kind": type(fault).__name__, "code": " ".join(ours[-PLACES_MOST:])}


def log_to_standard_error() -> None:
    """Send the server's and uvicorn's own entries there, as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name, level in (("posloyalty.headoffice", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
