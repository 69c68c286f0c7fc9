"""One of every message about answers and leases, whole and as short as it can be."""

from __future__ import annotations

from typing import Final

import msgspec

from posloyalty.sync import events
from posloyalty.sync.wire.answers import (
    AnswerAsk,
    AnswerGiven,
    AssetSent,
    GrantSent,
    TellingSent,
    WaitAsk,
    WaitEnded,
)
from posloyalty.sync.wire.lending import (
    Denial,
    Held,
    ReserveAsk,
    Reserved,
    Wish,
    WishesAnswered,
    WishesAsk,
)
from posloyalty.sync.wire.messages import Standing
from posloyalty.sync.wire.policy import PolicySent
from tests.sync.examples import EXAMPLES

PLACE: Final = Standing(epoch=1, seq=41, head="ab" * 32)
POINTS: Final = AssetSent(kind="points", key="club/points", owner="cd" * 16)
GRANT: Final = GrantSent(lease="01" * 16, asset=POINTS, n=500, last="2026-12-31")
_heard = EXAMPLES["heard"]
assert isinstance(_heard, events.Heard)
TELLING: Final = TellingSent(
    id=_heard.id,
    at=_heard.at,
    what=_heard.what,
    src=_heard.src,
    facts=_heard.facts,
    post=_heard.post,
    tiers=_heard.tiers,
    rights=_heard.rights,
    meters=_heard.meters,
)
MESSAGES: Final[dict[str, msgspec.Struct]] = {
    "answer_ask": AnswerAsk(place=PLACE),
    "answer_given": AnswerGiven(
        base=PLACE,
        tellings=(TELLING,),
        grants=(GRANT,),
        recalls=("02" * 16,),
        elsewhere=("03" * 16,),
        more=True,
        policy=PolicySent(floor=300, card_offline=True, stale_minutes=60),
    ),
    "answer_given_nothing": AnswerGiven(base=PLACE),
    "answer_given_at": AnswerGiven(base=PLACE, at="2026-11-22T14:06:05.123+08:00"),
    "answer_given_renamed": AnswerGiven(base=PLACE, store_name="Harbour Road"),
    "reserve_ask_return": ReserveAsk(
        rid="05" * 16,
        asset=AssetSent(kind="return", key=f"{'ab' * 8}-1-42/{'cd' * 16}", owner="ef" * 16),
        n=2_000,
    ),
    "reserved_paid": Reserved(grant=GRANT, paid=1_100),
    "reserved_sale_unknown": Reserved(grant=None, why="SALE_UNKNOWN"),
    "wait_ask": WaitAsk(for_s=40),
    "wait_ended": WaitEnded(news=False, ask_in_s=45),
    "reserve_ask_whole": ReserveAsk(
        rid="06" * 16, asset=AssetSent(kind="card", key="cny", owner="ab" * 16), n=700, whole=True
    ),
    "reserve_ask_day": ReserveAsk(
        rid="04" * 16, asset=POINTS, n=500, zone="Asia/Shanghai", day="2026-12-03"
    ),
    "reserve_ask": ReserveAsk(rid="04" * 16, asset=POINTS, n=500, zone="Asia/Shanghai"),
    "reserved": Reserved(grant=GRANT, elsewhere=(Held(store="S2", n=200),)),
    "reserved_nothing": Reserved(grant=None, why="ASSET_SHORT", elsewhere=(Held(store="S2", n=7),)),
    "wishes_ask": WishesAsk(want=(Wish(rid="05" * 16, asset=POINTS, n=500, last="2026-12-31"),)),
    "wishes_answered": WishesAnswered(
        grants=(GRANT,), denied=(Denial(rid="06" * 16, why="ASSET_SHORT", free=12),)
    ),
    "policy": PolicySent.of(PolicySent(member_debt=True).read()),
    "policy_returns": PolicySent(returns=8_000),
}
