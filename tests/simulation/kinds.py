"""The kinds of worlds: what can happen in one beside sales and a bad network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`lends`: tills spend from leases only, and nothing may be spent twice; without it members are
    merged and erased, and their profiles travel. `gives`: campaigns have budgets in points, in what
    gifts cost the shop and in money. `uses`: passes, vouchers and gift cards that are sold are
    lent, and wishes are answered at once. `ends`: a programme is wound down. `forgets`: members are
    erased while a till that is out of reach says something of them. `rolls_back`: whole machines
    are put back as they were, with the notes beside their books, though tills lend; only head
    office finds out, and until then they spend again what they held. `always` are the faults that
    every such world has, because it is about them, and `never` those that none has; else the seed
    decides. `clones`: a till's disk goes on in two machines. `publishes`: versions of a programme
    are published, gone back from and stopped. `meets`: members come to tills that had heard of
    their purchases for a campaign's sake alone. `joins`: a till that sold alone joins the others,
    `pieces` that it did so for long, and what it wrote comes in many. `families`: members are in
    households. `days`: sales ask for their till's own day, which may be
    ahead, and what one till did others undo.
    """

    name: str
    lends: bool = False
    gives: bool = False
    uses: bool = False
    ends: bool = False
    forgets: bool = False
    clones: bool = False
    publishes: bool = False
    meets: bool = False
    joins: bool = False
    pieces: bool = False
    families: bool = False
    days: bool = False
    rolls_back: bool = False
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def kept(self) -> Kind:
        """The same with one head office and its first tills, so that nothing at all is at risk."""
        return replace(self, name=f"{self.name}-kept", never=("put_back", "burn"))


OPEN: Final = Kind(name="open", never=("burn",))
LENDING: Final = Kind(name="lending", lends=True, never=("burn",))
BURNS: Final = Kind(name="burns", lends=True, always=("burn",), never=("put_back", "reimage"))
PUT_BACK: Final = Kind(name="burns-and-put-back", lends=True, always=("burn", "put_back"))
REIMAGES: Final = Kind(name="reimages", lends=True, always=("burn", "reimage", "put_back"))
GIVES: Final = Kind(name="gives", lends=True, gives=True)
ENDS: Final = Kind(name="ends", lends=True, ends=True)
ROLLS_BACK: Final = Kind(
    name="rolls-back",
    lends=True,
    uses=True,
    rolls_back=True,
    always=("restore",),
    never=("put_back", "burn"),
)
OPEN_BURNS: Final = Kind(name="open-burns", always=("burn", "reimage"))
USES: Final = Kind(name="uses", lends=True, uses=True)
FORGETS: Final = Kind(name="forgets", forgets=True, always=("partition",), never=("burn",))
CLONES: Final = Kind(name="clones", lends=True, clones=True, never=("put_back", "burn", "restore"))
CLONES_LATE: Final = replace(
    CLONES, name="clones-late", always=("lost_ask", "stale", "partition", "crash")
)
"""What programs say is held back while they are started anew out of reach."""
PUBLISHES: Final = Kind(
    name="publishes", lends=True, publishes=True, always=("partition",), never=("put_back", "burn")
)
MEETS: Final = Kind(name="meets", meets=True, always=("restore",), never=("put_back", "burn"))
JOINS: Final = Kind(
    name="joins",
    lends=True,
    joins=True,
    always=("partition", "slow"),
    never=("put_back", "burn", "restore"),
)
PIECES: Final = replace(JOINS, name="pieces", pieces=True, always=("slow",))
FAMILIES: Final = Kind(name="families", families=True, never=("burn",))
FAMILIES_LOST: Final = replace(
    FAMILIES, name="families-lost", always=("put_back", "two_offices", "partition")
)
"""No till may ask, and what came late stays undecided, while people decide of the head."""
DAYS: Final = Kind(
    name="days", lends=True, days=True, always=("day_ahead",), never=("put_back", "burn")
)
DAYS_LOST: Final = replace(
    DAYS, name="days-lost", always=("day_ahead", "put_back"), never=("burn",)
)
"""Head office forgets while a till's day is ahead: what it had learnt of that day, and what it lent
for it.
"""
OPEN_KEPT: Final = OPEN.kept()
LENDING_KEPT: Final = LENDING.kept()
USES_KEPT: Final = USES.kept()
USES_LOST: Final = replace(USES, name="uses-lost", always=("put_back", "unnoticed", "restore"))
"""So much is lost that what only long worlds find of it is found in shorter ones."""

KINDS: Final = (
    OPEN,
    LENDING,
    BURNS,
    PUT_BACK,
    REIMAGES,
    GIVES,
    ENDS,
    USES,
    OPEN_BURNS,
    ROLLS_BACK,
    FORGETS,
    CLONES,
    CLONES_LATE,
    PUBLISHES,
    MEETS,
    JOINS,
    PIECES,
    FAMILIES,
    DAYS,
    DAYS_LOST,
)
"""The worlds of a seed."""
EVERY: Final = (*KINDS, OPEN_KEPT, LENDING_KEPT, USES_KEPT, USES_LOST, FAMILIES_LOST)
"""Those of deliberate bugs too."""
