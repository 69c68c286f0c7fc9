"""One event of every type, with every optional key used somewhere: the examples that are frozen."""

from __future__ import annotations

from posloyalty.sync import events

AT = "2026-11-22T14:06:05.123+08:00"
HLC = (1_795_327_565_123, 0)
MEMBER = "0199c0de" * 4
OPERATOR = "01990000" * 4
EVENT = "0199aaaa" * 4
LOT = "ab" * 16

EARN = events.Post(
    id="11" * 16,
    code="earn",
    ledger="dawn-club/points",
    dr=("issued",),
    cr=("member", MEMBER),
    n=169,
    opens=events.LotOpened(id=LOT, earned="2026-11-22", usable="2026-11-23", last="2027-11-30"),
)
REDEEM = events.Post(
    id="22" * 16,
    code="redeem",
    ledger="dawn-club/points",
    dr=("member", MEMBER),
    cr=("redeemed",),
    n=2400,
    uses=(("cd" * 16, 2000), ("ef" * 16, 400)),
    link="33" * 16,
)
TIER = events.TierMet(
    member=MEMBER, scheme="status", level="gold", met="2026-11-22", through="2027-11-22"
)

EXAMPLES: dict[str, events.Event] = {
    "genesis": events.Genesis(
        id=EVENT,
        at=AT,
        hlc=HLC,
        till="44" * 16,
        book="55" * 16,
        store="S01",
        code="T02",
        cert="3082",
        app="0.1.0",
        currency="CNY",
        zone="Asia/Shanghai",
    ),
    "boot": events.Boot(id=EVENT, at=AT, hlc=HLC, boot="66" * 16, app="0.1.0"),
    "sale": events.Sale(
        id=EVENT,
        at=AT,
        hlc=HLC,
        srv=events.ServerTime(at="2026-11-22T06:05:00.000+00:00", since_ms=65_123),
        actor=OPERATOR,
        pi="dawn-club",
        pv=3,
        ph="77" * 32,
        no="S01-T02-1-0214",
        day="2026-11-22",
        cur="CNY",
        member=MEMBER,
        proof="card",
        lines=(
            events.Line(
                n=1,
                product="88" * 16,
                sku="DRI001",
                name="纯牛奶 250ml×12",
                unit="each",
                qty=1000,
                price=4990,
                gross=4990,
                offers=(("member-day", 500),),
                red=(("points", 2400, 2400),),
                net=2090,
                tc="std13",
                tr=(13, 100),
                tm="inclusive",
                tax=240,
                earn=(("points", 169),),
            ),
        ),
        offers=(events.Offer(id="member-day", name="会员价", amount=500),),
        taxes=(events.Tax(tc="std13", tr=(13, 100), tm="inclusive", base=1850, tax=240),),
        pays=(
            events.Pay(n=1, kind="card", amount=1000, given=1000, change=0, rnd=0, ref="778899"),
            events.Pay(n=2, kind="cash", amount=1090, given=2000, change=910, rnd=0),
        ),
        points=(
            events.Points(
                wallet="points",
                name="积分",
                scale=0,
                earned=169,
                redeemed=2400,
                redeemed_minor=2400,
                balance=249,
                pending=120,
            ),
        ),
        post=(REDEEM, EARN),
        tiers=(TIER,),
        gross=4990,
        off=500,
        red=2400,
        tax=240,
        total=2090,
        rnd=0,
    ),
    "member_create": events.MemberCreate(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        member=MEMBER,
        joined="2026-11-22",
        store="S01",
        source="till",
    ),
    "member_edit": events.MemberEdit(
        id=EVENT, at=AT, hlc=HLC, actor=OPERATOR, member=MEMBER, fields=("name", "phone")
    ),
    "consent": events.Consent(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        member=MEMBER,
        purpose="marketing",
        channel="sms",
        granted=True,
        text="1",
        lang="zh_CN",
        source="till",
    ),
    "card_issue": events.CardIssue(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        member=MEMBER,
        card="99" * 16,
        token="aa" * 32,
        kid=1,
        issued=1_795_327_565,
        expires=1_858_399_565,
    ),
    "card_revoke": events.CardRevoke(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        member=MEMBER,
        before=1_795_327_565,
        cause="lost",
    ),
    "opening": events.Opening(
        id=EVENT,
        at=AT,
        hlc=HLC,
        source="bb" * 32,
        post=(
            events.Post(
                id="12" * 16,
                code="opening",
                ledger="dawn-club/points",
                dr=("opening",),
                cr=("member", MEMBER),
                n=500,
                opens=events.LotOpened(id="13" * 16, earned="2026-11-22"),
            ),
        ),
        tiers=(TIER,),
    ),
    "pin_refused": events.PinRefused(
        id=EVENT, at=AT, hlc=HLC, operator=OPERATOR, failures=3, wait=2
    ),
    "clock_jump": events.ClockJump(
        id=EVENT,
        at=AT,
        hlc=(1_795_327_565_123, 7),
        wall="2026-11-21T14:06:05.123+08:00",
        floor=AT,
        by_ms=-86_400_000,
    ),
    "receipt_copy": events.ReceiptCopy(
        id=EVENT, at=AT, hlc=HLC, actor=OPERATOR, sale="cc" * 16, no="S01-T02-1-0214"
    ),
    "settings_change": events.SettingsChange(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        kind="product",
        what="88" * 16,
        fields=("price_minor",),
    ),
    "key_rotate": events.KeyRotate(
        id=EVENT, at=AT, hlc=HLC, actor=OPERATOR, kind="till", kid=2, public="dd" * 32
    ),
    "error_note": events.ErrorNote(
        id=EVENT, at=AT, hlc=HLC, code="book.behind_witness", facts=(("found", "12"),)
    ),
}
