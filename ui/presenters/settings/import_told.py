"""What an import did, as sentences that stay: how many rows went in, and every row that did not."""

from __future__ import annotations

from typing import Final

from posloyalty.wording import Words
from ui.presenters.desks import ImportOutcome
from ui.presenters.settings.section import Notice, NoticeKind

ROWS_SHOWN: Final = 200


def import_report(words: Words, file: str, outcome: ImportOutcome) -> tuple[Notice, ...]:
    """The report of a file's import; the first bad rows are told one by one."""
    bad = outcome.bad
    summary = words(
        "settings.data_import_done",
        file=file,
        added=outcome.added,
        changed=outcome.changed,
        same=outcome.same,
        bad=len(bad),
    )
    lines = [Notice(summary, NoticeKind.LOOK if bad else NoticeKind.GOOD)]
    for row in bad[:ROWS_SHOWN]:
        text = words("settings.data_bad_row", line=row.line, column=row.column, reason=row.reason)
        lines.append(Notice(text))
    if len(bad) > ROWS_SHOWN:
        lines.append(Notice(words("settings.data_bad_rows_more", n=len(bad) - ROWS_SHOWN)))
    return tuple(lines)
