"""Days and times that look right and do not exist: 29 February of a common year, 25 o'clock.

    mended("from = 2027-02-29", 18)   # "from = 2027-02-28", and DAY_ABSENT at line 18

The parser of TOML only says that such a line cannot be read. Texts and comments are not looked at.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MINYEAR, date
from typing import Final

from posloyalty.domain.programme.finding import Finding

_TOKEN: Final = re.compile(
    r"""(?P<text>\"(?:\\.|[^\"\\])*\"|'[^']*'|\#.*)
    |(?P<day>(?<![\w.-])\d{4}-\d{2}-\d{2}(?!\d))
    |(?P<time>(?<![\d:.])\d{2}:\d{2}(?::\d{2})?(?![\d:]))""",
    re.VERBOSE,
)
_TIME_MOST: Final = (23, 59, 59)


def mended(line: str, number: int) -> tuple[str, list[Finding]]:
    """The line with the nearest days and times that exist, so that what else is wrong in it can
    be found; and DAY_ABSENT, with that day, or TIME_ABSENT, for each that does not.
    """
    findings: list[Finding] = []

    def nearest(match: re.Match[str]) -> str:
        said, instead = match[0], match[0]
        if match["day"]:
            instead = _day(*map(int, said.split("-")))
        elif match["time"]:
            instead = _time(said)
        if instead != said:
            code, key = ("DAY_ABSENT", "day") if match["day"] else ("TIME_ABSENT", "time")
            findings.append(Finding(code, "", number, ((key, said), ("instead", instead))))
        return instead

    return _TOKEN.sub(nearest, line), findings


def _day(year: int, month: int, day: int) -> str:
    """Each part kept in its range; four digits never reach beyond the last year there is."""
    year, month = max(year, MINYEAR), min(max(month, 1), 12)
    return str(date(year, month, min(max(day, 1), monthrange(year, month)[1])))


def _time(said: str) -> str:
    parts = [min(int(n), most) for n, most in zip(said.split(":"), _TIME_MOST, strict=False)]
    return ":".join(f"{n:02}" for n in parts)
