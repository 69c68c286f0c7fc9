"""What a merge took over of a debt that had been repaid already, as a later journal tells.

Shape: the debt went over whole to the record that stays, and there it may be repaid by now. So
where the record that went owed less than was written off, the rest is given to it as a lot
(`given_back`): the decision that follows takes that lot over too, and there it repays what is still
owed. So a merge moves just what it says, whatever comes later, as what there was not of the points
that it took is owed.
"""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id


def given_back(written_off: Transfer, amount: int) -> Transfer:
    """So much of what a merge wrote off, in the wallet's minor units, had been repaid before.

    Its lot has no days of its own: the decision that takes it over gives it some.
    """
    debt = written_off.credit
    account = Account(debt.ledger, AccountKind.MEMBER, debt.owner)
    lot = Lot(
        id=derive_id("lot", "repaid", written_off.id),
        account=account,
        original=amount,
        remaining=amount,
        earned_on=LONG_AGO,
        usable_from=LONG_AGO,
        last_day=None,
    )
    return Transfer(
        id=derive_id("repaid", written_off.id),
        code=TransferCode.MERGE,
        debit=written_off.debit,
        credit=account,
        amount=amount,
        event_id=written_off.event_id,
        opens=lot,
        link=written_off.id,
    )


def lots_given_back(transfers: Iterable[Transfer]) -> frozenset[bytes]:
    """The lots that were given so, among an owner's transfers as head office has them."""
    merged = (one for one in transfers if one.code is TransferCode.MERGE and one.link is not None)
    return frozenset(one.opens.id for one in merged if one.opens is not None)
