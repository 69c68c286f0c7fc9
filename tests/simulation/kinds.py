"""The kinds of worlds: what can happen in one beside sales and a bad network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`lends`: tills spend from leases only, and nothing may be spent twice; without it members are
    merged and erased, and their profiles travel. `puts_back`: head office's database may be put
    back from a copy. `burns`: a till is lost and found again, or where it `reimages`, its machine
    begins anew, as another till, and the old disk turns up. `gives`: campaigns have budgets in
    points and in what gifts cost the shop. `ends`: a programme is wound down.
    """

    name: str
    lends: bool = False
    puts_back: bool = True
    burns: bool = False
    reimages: bool = False
    gives: bool = False
    ends: bool = False

    @property
    def always(self) -> tuple[str, ...]:
        """The faults that every such world has: what it is about."""
        return ("put_back",) if self.burns and self.puts_back else ()

    def kept(self) -> Kind:
        """The same without a head office that is put back."""
        return replace(self, name=f"{self.name}-kept", puts_back=False)


OPEN: Final = Kind(name="open")
LENDING: Final = Kind(name="lending", lends=True)
BURNS: Final = Kind(name="burns", lends=True, puts_back=False, burns=True)
PUT_BACK: Final = Kind(name="burns-and-put-back", lends=True, burns=True)
REIMAGES: Final = Kind(name="reimages", lends=True, burns=True, reimages=True)
GIVES: Final = Kind(name="gives", lends=True, gives=True)
ENDS: Final = Kind(name="ends", lends=True, ends=True)
OPEN_KEPT: Final = OPEN.kept()
LENDING_KEPT: Final = LENDING.kept()

KINDS: Final = (OPEN, LENDING, BURNS, PUT_BACK, REIMAGES, GIVES, ENDS)
"""The worlds of a seed."""
EVERY: Final = (*KINDS, OPEN_KEPT, LENDING_KEPT)
"""Those of deliberate bugs too."""
