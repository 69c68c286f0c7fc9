"""Where a sign-in leads to: the page that was asked for, and none but a page of this console.

An address comes from whoever made the link, so it is never followed as it is told: it is read, has
to name a page of the table that is looked at, and is written anew from its path and its query.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from posloyalty.headoffice.console.asking import Page

FIELD: Final = "next"
LONGEST: Final = 400
"""Characters of a way back; a query that makes it longer is left out."""
_ONCE: Final = frozenset({"said", "language"})
"""What an address says of its own showing alone."""


class WaysBack:
    """The pages that a sign-in may lead to: those that are looked at, by somebody signed in."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._shown = frozenset(
            one.path for one in pages if one.method == "GET" and one.right is not None
        )

    def to(self, address: str) -> str:
        """The address, written anew; empty when it is none of a page here."""
        if len(address) > LONGEST or not address.isprintable() or "\\" in address:
            return ""
        try:
            told = urlsplit(address)
            query = parse_qsl(told.query, max_num_fields=20)
        except ValueError:
            return ""
        if told.scheme or told.netloc or told.path not in self._shown:
            return ""
        kept = urlencode([(key, value) for key, value in query if key not in _ONCE])
        written = f"{told.path}?{kept}" if kept else told.path
        return written if len(written) <= LONGEST else told.path

    def looked_at(self, path: str, query: str) -> str:
        """The way back to a page that was asked for; its query is left out when it is too long."""
        return self.to(f"{path}?{query}") or self.to(path)

    def stood_on(self, referrer: str, host: str, path: str) -> str:
        """The way back to where a form stood that was sent to `path`: the page that the browser
        names, if it is one of this very host, or else the form's own address. Empty for neither.
        """
        try:
            told = urlsplit(referrer)
        except ValueError:
            return self.to(path)
        here = self.looked_at(told.path, told.query) if host and told.netloc == host else ""
        return here or self.to(path)


def sign_in_at(sign_in: str, way_back: str) -> str:
    """The sign-in's address with the way back from it."""
    return f"{sign_in}?{urlencode({FIELD: way_back})}" if way_back else sign_in
