"""The server's log: one line of JSON an entry, on standard error, about tills and never people.

An entry has `at`, `level`, `what` and its facts. Bodies, codes, addresses of callers and names are
never logged; a fault is logged with its traceback, without the values of its variables.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Final

LOGGER: Final = logging.getLogger("posloyalty.headoffice")
_FACTS: Final = "facts"


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
        if record.exc_info:
            entry["fault"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def tell(what: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log an entry."""
    LOGGER.log(level, what, extra={_FACTS: facts})


def log_to_standard_error() -> None:
    """Send the server's and uvicorn's own entries there, as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name, level in (("posloyalty.headoffice", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
