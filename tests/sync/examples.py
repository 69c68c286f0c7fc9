"""One event of every type, with every optional key used somewhere: the examples that are frozen.

`EARLIER` holds the shapes that earlier releases wrote and that are read for ever.
"""

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

RIGHTS = (
    events.RightStep(
        id="a1" * 16,
        right="a2" * 16,
        move="issue",
        opens=events.RightOpened(
            kind="pass",
            of="coffee",
            pi="dawn-club",
            owner=MEMBER,
            code="LV1:ABC",
            uses=30,
            first="2026-11-22",
            last="2027-11-21",
            held=True,
            paid=36_000,
            line=1,
        ),
    ),
    events.RightStep(id="a3" * 16, right="a4" * 16, move="use", n=2),
)
METERS = (
    events.Count(m="purchases", d="2026-11-22", n=1),
    events.Count(
        m="use/five-off/count",
        d="2026-11-20",
        n=-1,
        owner="a5" * 16,
        at="2026-11-20T09:00:00.000+08:00",
        undoes="a6" * 16,
    ),
)
TOLD = (events.Told(code="STAMPS", facts=(("wallet", "stamps"), ("left", 2))),)

# As release 0.1.0 wrote a sale.
V1_SALE = events.SaleV1(
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
                pay=((1, 1000), (2, 1090)),
            ),
        ),
        offers=(
            events.Offer(id="member-day", name="会员价", amount=500),
            events.Offer(
                id="free-cup",
                name="免费一杯",
                amount=0,
                src="reward",
                right="a4" * 16,
                cost=("stars", 200),
            ),
        ),
        taxes=(events.Tax(tc="std13", tr=(13, 100), tm="inclusive", base=1850, tax=240),),
        pays=(
            events.Pay(
                n=1,
                kind="card",
                amount=1000,
                given=1000,
                change=0,
                rnd=0,
                ref="778899",
                acct="a7" * 16,
            ),
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
        rights=RIGHTS,
        meters=METERS,
        told=TOLD,
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
    "refund": events.Refund(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        pi="dawn-club",
        pv=3,
        ph="77" * 32,
        no="S01-T02-1-0215",
        day="2026-11-22",
        cur="CNY",
        ok="01990001" * 4,
        sale="b1" * 16,
        of="S01-T02-1-0214",
        kind="return",
        cause="too_small",
        faulty=False,
        member=MEMBER,
        lines=(V1_SALE.lines[0],),
        offers=V1_SALE.offers,
        taxes=V1_SALE.taxes,
        held=(
            events.Withheld(code="POINTS_SPENT", n=90),
            events.Withheld(code="GIFT_KEPT", n=1800, what="mug"),
        ),
        pays=(events.Pay(n=1, kind="cash", amount=200, given=200, change=0, rnd=0),),
        points=V1_SALE.points,
        post=(REDEEM,),
        tiers=(TIER,),
        rights=RIGHTS[1:],
        meters=METERS[1:],
        told=TOLD,
        gross=4990,
        off=500,
        red=2400,
        tax=240,
        total=200,
        rnd=0,
    ),
    "act": events.Act(
        id=EVENT,
        at=AT,
        hlc=HLC,
        actor=OPERATOR,
        kind="event",
        what="survey-done",
        day="2026-11-22",
        member=MEMBER,
        pi="dawn-club",
        pv=3,
        ph="77" * 32,
        facts=(("evidence", "A-17"),),
        post=(EARN,),
        tiers=(TIER,),
        rights=RIGHTS,
        meters=METERS,
        told=TOLD,
    ),
}

EARLIER: dict[str, events.Event] = {"sale_1": V1_SALE}
