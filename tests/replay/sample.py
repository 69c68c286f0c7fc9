"""Pieces of the CDNOW file in its own layout, and how to ring one into a new book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import resources
from posloyalty.documents.purchase_file import file_hash
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import Replay, Replayed, read_purchases
from posloyalty.services.programmes.replay_totals import MemberTotal, totals
from tests.replay.independent import AS_OF, cdnow_file
from tests.services.a_shop import Shop

PROGRAMME = resources.read("programmes/cdnow.toml")
RULES = read_programme(PROGRAMME)
SHOP = {"programme": None, "currency": "USD", "timezone": "UTC", "language": "en"}


def sample_file(path: Path, *, every: int, most: int | None = None) -> Path:
    """The rows of every so-many-th customer, all of theirs, in the file's order."""
    header, *rows = cdnow_file().read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if int(row.split()[0]) % every == 1]
    path.write_text("\n".join([header, *kept[:most]]) + "\n", encoding="utf-8")
    return path


def ring(shop: Shop, path: Path, *, progress: Callable[[int, int], None] | None = None) -> Replayed:
    """Ring a file into the shop's book through its own check-out."""
    till = shop.till
    purchases, report = read_purchases(read_rows(path), RULES.currency)
    assert report.refused == 0
    replay = Replay(
        book=till.book, ids=till.ids, check_out=till.check_out, programmes=till.programmes
    )
    return replay.run(
        purchases,
        input_hash=file_hash(path),
        programme=PROGRAMME,
        operator=shop.manager,
        progress=progress,
    )


def reckoned(shop: Shop, done: Replayed) -> list[MemberTotal]:
    """Every member's totals as of the day of the independent reckoning."""
    return totals(shop.till.book, RULES, done.members, AS_OF.date())
