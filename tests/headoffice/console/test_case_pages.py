"""The page of cases: what each decision would do stands beside it, in the reader's language."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from posloyalty.headoffice.console.case_pages import CaseWords
from posloyalty.headoffice.ledger import batch
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import published
from tests.headoffice.cases.test_reading_again import an_older_release
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.small_events import Books
from tests.sync.examples import EXAMPLES


@pytest.fixture
def owed(office: OpenOffice, till: ATill) -> None:
    """A member owes 80 points of a return."""
    published(office)
    books = Books(till)
    books.joins()
    books.gives(100)
    books.spends(80)
    books.takes_back(100)
    books.send(office)
    while office.follow():
        pass


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("owed")
def test_every_decision_stands_there_with_what_it_does(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/matters?language={language}")
    (row,) = office.findings.open_findings()
    shown = CaseWords(words, office.publishing)
    for decision in row.decisions:
        assert browser.says(shown.does(row, decision))
    assert browser.says(shown.told(row))
    sent = {
        "owner": row.owner, "event": row.event_id, "anomaly": row.anomaly, "what": row.what,
        "note": "our mistake",
    }  # fmt: skip
    other = browser.send("/console/findings", **sent, amount=79, decision="forgiven")
    assert other.status_code == 422
    done = browser.send("/console/findings", **sent, amount=80, decision="forgiven")
    assert done.status_code == 200
    assert browser.says("our mistake")
    assert browser.says(words("console.said_matter_decided"))
    member = browser.get(f"/console/member?member={row.owner}").text
    assert words("console.event_forgive") in member


def goods_of(till: ATill, event: str, seq: int, minor: int, **more: object) -> None:
    """A sale of an article as this event of the till's journal, or its return, for so much."""
    made = EXAMPLES[event]
    assert isinstance(made, events.Sale | events.Refund)
    line = msgspec.structs.replace(made.lines[0], net=minor)
    till.clock.pass_time(timedelta(minutes=1))
    at = till.clock.now().isoformat(timespec="milliseconds")
    event_id = till.chance.token_bytes(16)
    made = msgspec.structs.replace(
        made, id=event_id.hex(), at=at, no=f"S1-T1-1-{seq:04}", member=msgspec.UNSET,
        lines=(line,), total=minor, points=(), post=(), tiers=(), rights=(), meters=(), **more,
    )  # fmt: skip
    till.add(events.encode(made), event_id=event_id)


@pytest.fixture
def repaid(office: OpenOffice, till: ATill) -> str:
    """A receipt of 11.00 for which 20.00 went back; its number."""
    published(office)
    seq = len(till.journal) + 1
    number = f"S1-T1-1-{seq:04}"
    goods_of(till, "sale", seq, 1_100)
    goods_of(till, "refund", seq + 1, 2_000, of=number, receipt=msgspec.UNSET)
    Books(till).send(office)
    while office.follow():
        pass
    return number


@pytest.mark.parametrize(
    ("language", "told", "does"),
    [
        ("en", "More money went back for receipt {} than", "The store bears the 9.00 CNY that"),
        ("zh_CN", "小票 {} 退回的钱比其商品所付的多 9.00 CNY", "多退的 9.00 CNY 由门店承担"),
        ("zh_TW", "收據 {} 退回的錢比其商品所付的多 9.00 CNY", "多退的 9.00 CNY 由門市承擔"),
    ],
)
def test_money_that_went_back_too_much_is_told_with_its_receipt_and_who_bears_it(
    office: OpenOffice, signed_in: SignedIn, repaid: str, language: str, told: str, does: str
) -> None:
    browser = signed_in("manager")
    page = browser.get(f"/console/matters?language={language}").text
    (row,) = office.findings.open_findings()
    assert (row.anomaly, row.what, row.amount) == ("over_repaid", repaid, 900)
    assert told.format(repaid) in page
    assert does in page
    assert "/console/member?" not in page, "a sale's place is nobody's record"
    done = browser.send(
        "/console/findings", owner=row.owner, event=row.event_id, anomaly=row.anomaly,
        what=row.what, amount=900, decision="accepted", note="the line was down",
    )  # fmt: skip
    assert done.status_code == 200
    assert office.findings.count_open() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_kept_unread_is_read_again_from_its_place(
    office: OpenOffice,
    till: ATill,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    words, books = Words(language), Books(till)
    books.joins()
    books.gives(100)
    with monkeypatch.context() as older:
        older.setattr(batch, "filed", partial(an_older_release, till.journal[1].event_id))
        books.send(office)
    where = {"till": till.id.hex(), "epoch": 1, "seq": 2, "code": "UNREADABLE"}
    viewer = signed_in("viewer")
    viewer.get(f"/console/matters?language={language}")
    assert not viewer.says(words("cases.read_again_hint"))
    assert viewer.send("/console/matters/read", **where).status_code == 403
    browser = signed_in("manager")
    browser.get(f"/console/matters?language={language}")
    assert browser.says(words("cases.read_again_hint"))
    assert browser.send("/console/matters/read", **where).status_code == 200
    assert browser.says(words("console.said_matter_read"))
    assert browser.says(words("console.decision_read_again"))
    assert not browser.says(words("cases.read_again_hint"))
    again = browser.send("/console/matters/read", **where)
    assert again.status_code == 422
    browser.get("/console/audit")
    assert browser.says(words("console.act_event_read_again"))


@pytest.mark.usefixtures("owed")
def test_the_first_page_counts_them_and_an_export_has_them(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get("/console")
    assert browser.says('<a href="/console/matters">1</a>')
    answer = browser.send("/console/export", kind="cases")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["found"], row["amount"], row["borne_by"]) == ("overspent", "80", "member")


@pytest.mark.usefixtures("owed")
def test_a_viewer_sees_them_and_decides_nothing(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("viewer")
    browser.get("/console/matters")
    assert browser.says("Spent twice")
    assert not browser.says('action="/console/findings"')
    (row,) = office.findings.open_findings()
    answer = browser.send(
        "/console/findings", owner=row.owner, event=row.event_id, anomaly=row.anomaly,
        what=row.what, amount=80, decision="accepted", note="x",
    )  # fmt: skip
    assert answer.status_code == 403
    assert office.findings.count_open() == 1


@pytest.mark.usefixtures("owed")
def test_what_has_been_repaid_since_is_said_so(
    office: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    words, browser = Words("en"), signed_in("manager")
    books = Books(till, sent=len(till.journal))
    books.gives(30, lot="20" * 16)
    books.repays(30)
    books.send(office)
    while office.follow():
        pass
    browser.get("/console/matters")
    told = {"amount": "50", "what": "Cup stamps"}
    assert browser.says(words("cases.does_accepted_owed", **told))
    assert browser.says(words("cases.does_forgiven_owed", **told))
