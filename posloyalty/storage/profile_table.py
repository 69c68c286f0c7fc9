"""What lies beside a member's profile, so that it can travel: truth of its own, as the profile is.

`marks` is JSON: when and where each field was said; `waits`: head office has not heard all of it;
`taken` are the fields that another member said first, with commas. `met` is empty where the till
knows all of the member, 0 where it has the profile alone, else where in the journal it asked for
the rest.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, text

from posloyalty.storage.columns import blob, flag, int_, table, text_

PROFILE_NOTE = table(
    "profile_note",
    blob("member_id", ForeignKey("member.id"), key=True),
    text_("marks"),
    *flag("waits"),
    text_("taken"),
    int_("met", null=True),
    rowid=False,
)
Index("profile_waiting", PROFILE_NOTE.c.member_id, sqlite_where=text("waits = 1"))
Index("profile_asked", PROFILE_NOTE.c.met, sqlite_where=text("met > 0"))
