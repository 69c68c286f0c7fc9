"""What a shift comes to, as sums that only add up: the figures of X and Z, by operator.

Shape: `Sums` maps a `SumKey` (operator, kind, of what) to a count and an amount; `kind` says the
amount's unit. Two parts of a shift added are the sums of the whole, in whatever order, so that a
report is a fold of the journal and can be proved by folding it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from posloyalty.domain.shop.tender import TenderKind


class SumKind(StrEnum):
    """What is summed. Amounts are minor units of money, where nothing else is said."""

    FLOAT = "float"
    SALES = "sales"  # of: nothing; the amount is what was payable
    MEMBER_SALES = "member_sales"
    RETURNS = "returns"
    VOIDS = "voids"
    KEPT_BACK = "kept_back"  # money of returns that was kept back
    TAX_BASE = "tax_base"  # of: class, rate and mode; sales less refunds
    TAX = "tax"
    TAX_FIXED = "tax_fixed"  # what of the tax is the class's fixed one
    TENDER = "tender"  # of: the kind of tender; cash is what stayed in the drawer
    TENDER_BACK = "tender_back"
    KEYED_IN = "keyed_in"  # of: the kind of tender that paid at the till that lost the sale
    BY_SCHEME = "by_scheme"  # of: which QR wallet, of what QR wallets paid
    BY_SCHEME_BACK = "by_scheme_back"
    ROUNDING = "rounding"
    OFFER = "offer"  # of: the offer; sales less refunds
    OWNED = "owned"  # of: the kind of what members used, and its offer: "voucher/mug"
    SHOP_COST = "shop_cost"  # of: the offer; what gifts and rewards cost the shop, less refunds
    DONATION = "donation"  # of: the cause
    CARD_ISSUED = "card_issued"  # of: the ledger; sold and filled, bonus in a ledger of its own
    CARD_PAID_OUT = "card_paid_out"  # of: the way; in hand, cash in coins
    CARD_OUT_ROUNDING = "card_out_rounding"  # what coins made of it: in hand less owed
    EARNED = "earned"  # of: the wallet; minor units of the wallet
    SPENT = "spent"  # minor units of the wallet
    SPENT_WORTH = "spent_worth"
    TAKEN_BACK = "taken_back"  # minor units of the wallet
    GIVEN_BACK = "given_back"  # minor units of the wallet
    RIGHT_GIVEN = "right_given"  # of: the kind of right; how many
    RIGHT_USED = "right_used"  # how many
    RIGHT_TAKEN_BACK = "right_taken_back"  # how many
    RIGHT_GIVEN_BACK = "right_given_back"  # how many
    JOINED = "joined"
    CASH_IN = "cash_in"  # of: the cause
    CASH_OUT = "cash_out"
    OVERRIDE = "override"  # of: the type of event that somebody approved
    BEYOND_LEASES = "beyond_leases"  # handed out by a supervisor's word
    WAIVED = "waived"  # let go at a return, with authority
    COPY = "copy"
    COUNT = "count"  # counts of the drawer; the amount is what was counted


class SumKey(NamedTuple):
    """Whose, what, and of what."""

    operator: str
    kind: SumKind
    of: str = ""

    @property
    def written(self) -> tuple[str, str]:
        """What is summed, and of what, as a Z and a scenario name it: the sum of what members used
        goes by the kind of that, such as "voucher".
        """
        if self.kind is SumKind.OWNED:
            kind, _, of = self.of.partition("/")
            return kind, of
        return self.kind.value, self.of


def read_sum(kind: str, of: str = "") -> tuple[SumKind, str]:
    """What is meant by a name and what it is of, as they are written."""
    if kind in _KINDS:
        return SumKind(kind), of
    return SumKind.OWNED, f"{kind}/{of}"


@dataclass(slots=True)
class SumLine:
    """How often, and how much. `name` and `scale` (decimals) as printed, where events say them."""

    count: int = 0
    amount: int = 0
    name: str = ""
    scale: int = 0


def added(lines: Iterable[SumLine]) -> SumLine:
    """Several lines as one without a name."""
    both = [(one.count, one.amount) for one in lines]
    return SumLine(sum(count for count, _ in both), sum(amount for _, amount in both))


@dataclass(slots=True)
class Sums:
    """The running sums of a shift."""

    lines: dict[SumKey, SumLine] = field(default_factory=dict)

    def add(
        self,
        key: SumKey,
        amount: int = 0,
        *,
        count: int = 1,
        name: str = "",
        scale: int = 0,
    ) -> None:
        """Add to one line. A later name is the one that is printed."""
        line = self.lines.setdefault(key, SumLine())
        line.count += count
        line.amount += amount
        line.name = name or line.name
        line.scale = scale or line.scale

    def of(self, kind: SumKind, operator: str | None = None) -> dict[str, SumLine]:
        """The lines of a kind over all operators, or one's, in the order of what they are of."""
        found: dict[str, SumLine] = {}
        for key, line in sorted(self.lines.items()):
            if key.kind is not kind or operator not in (None, key.operator):
                continue
            into = found.setdefault(key.of, SumLine())
            into.count += line.count
            into.amount += line.amount
            into.name = line.name or into.name
            into.scale = line.scale or into.scale
        return found

    def total(self, kind: SumKind, operator: str | None = None) -> SumLine:
        """A kind as a whole."""
        return added(self.of(kind, operator).values())

    def operators(self) -> tuple[str, ...]:
        """Whoever sold, took back or moved cash."""
        return tuple(sorted({key.operator for key in self.lines if key.kind in _WORK}))

    def only(self, operator: str) -> Sums:
        """What one operator did."""
        return Sums({key: line for key, line in self.lines.items() if key.operator == operator})

    def name_wallets(self, wallets: Mapping[str, tuple[str, int]]) -> None:
        """Give wallets of which no event said name and decimals those of the programme."""
        for key, line in self.lines.items():
            if key.kind in _IN_WALLETS and not line.name:
                line.name, line.scale = wallets.get(key.of, ("", 0))

    @property
    def drawer_minor(self) -> int:
        """What the drawer should hold."""
        cash = TenderKind.CASH.value
        return (
            self.total(SumKind.FLOAT).amount
            + self._tender(SumKind.TENDER, cash)
            - self._tender(SumKind.TENDER_BACK, cash)
            - self._tender(SumKind.CARD_PAID_OUT, cash)
            + self.total(SumKind.CASH_IN).amount
            - self.total(SumKind.CASH_OUT).amount
        )

    def _tender(self, kind: SumKind, tender: str) -> int:
        return sum(line.amount for of, line in self.of(kind).items() if of == tender)


_KINDS: Final = frozenset(kind.value for kind in SumKind if kind is not SumKind.OWNED)
_WORK: Final = frozenset(
    {
        SumKind.SALES,
        SumKind.RETURNS,
        SumKind.VOIDS,
        SumKind.CASH_IN,
        SumKind.CASH_OUT,
        SumKind.CARD_PAID_OUT,
    }
)

_IN_WALLETS: Final = frozenset(
    {SumKind.EARNED, SumKind.SPENT, SumKind.TAKEN_BACK, SumKind.GIVEN_BACK}
)
