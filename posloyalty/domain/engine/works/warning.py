"""Points that end soon are told on the receipt: how many of which wallet, and their last day."""

from __future__ import annotations

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.fixed_point import format_fixed


@works(Wallet, Trigger.SALE, stage=Stage.MESSAGES)
def warn(wallet: Wallet, moment: Moment, awards: Awards) -> None:
    """Tell what ends within the days of the wallet's `warn_days`."""
    if moment.active is None or not wallet.warn_days:
        return
    state = awards.state
    assert state is not None  # who is active is there
    (now,) = (
        one for one in wallet_states(moment.programme, state, moment.day) if one.wallet == wallet.id
    )
    if now.ends_soon and now.next_expiry is not None:
        awards.tell(
            "POINTS_END",
            points=format_fixed(now.next_expiry_points, decimals=wallet.scale, grouping=True),
            wallet=wallet.names.in_language(moment.store.language),
            day=now.next_expiry.isoformat(),
        )
