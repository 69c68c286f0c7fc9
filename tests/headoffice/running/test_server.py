"""The server over HTTP: bounds, health, counts, its own description; nothing hostile gets a 500."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from posloyalty.headoffice.running.bodies import BODY_S
from posloyalty.headoffice.running.faults import OfficeFull
from posloyalty.headoffice.running.logs import JsonLines
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.push_session import WAIT_MS_MAX
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import BYTES_MAX, PACKED_BYTES_MAX
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.asgi import Http
from tests.headoffice.store.test_database import fill


@pytest.fixture
def database_url() -> str:
    """HTTP is the same before both databases; `test_served` has them behind a real process."""
    return ""


@pytest.fixture
def http(office: OpenOffice) -> Iterator[Http]:
    with Http(office.application()) as client:
        yield client


def post(http: Http, till: ATill, path: str, body: bytes, **more: str) -> tuple[int, str]:
    answer = http.post(path, content=body, headers={**till.signed(path, body), **more})
    return answer.status_code, answer.json().get("code", "OK")


def pushed(http: Http, till: ATill, plain: bytes) -> tuple[int, str]:
    body = gzip.compress(plain, mtime=0)
    return post(http, till, messages.PUSH, body, **{"content-encoding": "gzip"})


def test_a_journal_goes_up_over_http(http: Http, office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    assert pushed(http, till, till.stretch(till.journal)) == (200, "OK")
    assert office.administration.tills()[0].kept == 3


def test_a_body_that_is_too_large_is_refused_before_it_is_read(http: Http, till: ATill) -> None:
    large = bytes(PACKED_BYTES_MAX + 1)
    answer = http.post(messages.PUSH, content=large)
    assert (answer.status_code, answer.json()["most"]) == (413, PACKED_BYTES_MAX)
    pieces = (bytes(1_000) for _ in range(PACKED_BYTES_MAX // 1_000 + 2))
    assert http.post(messages.PUSH, content=pieces).status_code == 413
    assert http.post(messages.HELLO, content=bytes(20_000)).status_code == 413


BOMBS = [
    (b"0" * (BYTES_MAX + 1), (413, "TOO_LARGE")),
    (b"0" * 1_000_000, (413, "TOO_LARGE")),  # a hundred times its packed size and more
    (b"not a stretch", (400, "NO_BATCH")),
    (b"", (400, "NO_BATCH")),
    (b'{"k":"h"}\n', (400, "NO_BATCH")),
]


@pytest.mark.parametrize(
    ("plain", "told"), BOMBS, ids=["large", "dense", "nonsense", "empty", "half a header"]
)
def test_a_bomb_or_nonsense_is_refused(
    http: Http, till: ATill, plain: bytes, told: tuple[int, str]
) -> None:
    assert pushed(http, till, plain) == told


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"x", mtime=0)[:-3], gzip.compress(b"x", mtime=0) + b"y"],
    ids=["no gzip", "cut", "followed"],
)
def test_what_cannot_be_unpacked_is_refused(http: Http, till: ATill, body: bytes) -> None:
    told = post(http, till, messages.PUSH, body, **{"content-encoding": "gzip"})
    assert told == (400, "BAD_PACKING")


def test_a_stretch_has_at_most_500_events_and_says_how_many(http: Http, till: ATill) -> None:
    till.sell(501)
    assert pushed(http, till, till.stretch(till.journal)) == (400, "NO_BATCH")
    honest = till.stretch(till.journal[:3])
    for old, new in ((b'"n":3', b'"n":2'), (b'"s":2', b'"s":9')):
        assert pushed(http, till, honest.replace(old, new)) == (400, "OTHER_COUNT")
    assert pushed(http, till, till.stretch(till.journal[:500])) == (200, "OK")


def test_a_body_that_never_ends_is_given_up(
    http: Http, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BODY_S == 30
    monkeypatch.setattr("posloyalty.headoffice.running.bodies.BODY_S", -1)
    assert http.post(messages.PUSH, content=iter([b"x"] * 9)).status_code == 408


@given(
    body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode),
    path=st.sampled_from([messages.PUSH, messages.HELLO, messages.ENROL, messages.QUARANTINE]),
    packs=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_of_a_known_till_makes_a_fault(
    http: Http, till: ATill, body: bytes, path: str, packs: bool
) -> None:
    sent = gzip.compress(body, mtime=0) if packs else body
    status, _ = post(http, till, path, sent, **({"content-encoding": "gzip"} if packs else {}))
    assert 400 <= status < 500


@given(
    changes=st.dictionaries(
        st.sampled_from(["lj-till", "lj-office", "lj-boot", "signature", "signature-input",
                         "content-digest"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=90),
        min_size=1,
    )
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_of_a_stranger_makes_a_fault_or_opens_a_door(
    http: Http, till: ATill, changes: dict[str, str]
) -> None:
    status, _ = post(http, till, messages.HELLO, b"{}", **changes)
    assert status in (400, 401, 421)


def test_health_says_whether_the_database_answers(
    http: Http, office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = http.get("/health")
    assert (found.status_code, found.json()) == (200, {"status": "ok", "ledger_lag_s": 0})
    monkeypatch.setattr(office.database, "read", unreachable)
    assert http.get("/health").status_code == 503


def test_health_says_for_as_long_as_tills_wait_that_the_disk_is_full(
    http: Http, office: OpenOffice, clock: SetClock
) -> None:
    with pytest.raises(OfficeFull), office.database.write() as connection:
        fill(connection)
    found = http.get("/health")
    assert (found.status_code, found.json()) == (503, {"status": "full"})
    clock.pass_time(timedelta(milliseconds=WAIT_MS_MAX - 1))
    assert http.get("/health").json() == {"status": "full"}
    clock.pass_time(timedelta(milliseconds=1))
    assert http.get("/health").status_code == 200


def test_a_till_comes_again_when_the_disk_is_full_and_the_log_says_so(
    http: Http,
    office: OpenOffice,
    till: ATill,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    till.sell(1)
    with (
        monkeypatch.context() as full,
        caplog.at_level(logging.ERROR, "posloyalty.headoffice"),
    ):
        full.setattr(office.database, "put", without_room)
        assert pushed(http, till, till.stretch(till.journal)) == (503, "BUSY")
    (line,) = [json.loads(JsonLines().format(one)) for one in caplog.records]
    assert (line["what"], line["kind"]) == ("fault", "OfficeFull")
    assert "headoffice.tills.keeping:" in line["code"]
    assert pushed(http, till, till.stretch(till.journal)) == (200, "OK")


def without_room(*_told: object) -> None:
    raise OperationalError("INSERT", {}, psycopg.errors.DiskFull())


def unreachable() -> None:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("SELECT 1", {}, Exception("gone"))


def test_counts_say_what_came_and_name_nobody(http: Http, office: OpenOffice, till: ATill) -> None:
    till.sell(5)
    pushed(http, till, till.stretch(till.journal[:3]))
    pushed(http, till, till.stretch(till.journal[4:]))
    text = http.get("/metrics").text
    for line in (
        "posloyalty_events_taken_total 3.0",
        "posloyalty_tills 1.0",
        "posloyalty_events_waiting 2.0",
        'posloyalty_requests_total{outcome="gap",path="/v1/journal/push",status="409"} 1.0',
        'posloyalty_request_seconds_count{path="/v1/journal/push"} 2.0',
    ):
        assert line in text
    assert till.id.hex() not in text


def test_the_log_is_json_about_tills_and_has_no_body(
    http: Http, till: ATill, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "posloyalty.headoffice"):
        till.sell(1)
        pushed(http, till, till.stretch(till.journal))
    lines = [json.loads(JsonLines().format(one)) for one in caplog.records]
    (line,) = [one for one in lines if one["what"] == "request"]
    assert set(line) == {"at", "level", "what", "path", "status", "outcome", "new", "ms", "till"}
    assert (line["status"], line["new"], line["till"]) == (200, 1, till.id.hex())


def test_a_fault_is_told_as_one_and_can_be_tried_again(
    http: Http, office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.database, "write", unreachable)
    answer = http.post(messages.HELLO, content=b"{}", headers=till.signed(messages.HELLO, b"{}"))
    busy = {"code": "BUSY", "retry": "later", "after_s": 5}
    assert (answer.status_code, answer.json()) == (503, busy)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (IntegrityError("INSERT", {"phone": "13800138000"}, OSError()), (500, "FAULT")),
        (DataError("INSERT", {"phone": "13800138000"}, OSError()), (500, "FAULT")),
        (OperationalError("INSERT", {}, psycopg.errors.ProgramLimitExceeded()), (500, "FAULT")),
        (OperationalError("INSERT", {"phone": "13800138000"}, OSError()), (503, "BUSY")),
        (NoConnectionLeft("30 s"), (503, "BUSY")),
    ],
)
def test_an_event_that_cannot_be_kept_is_a_fault_and_a_database_that_is_away_is_none(
    http: Http,
    office: OpenOffice,
    till: ATill,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    raised: Exception,
    said: tuple[int, str],
) -> None:
    """A till looks for the event that a fault is about, and waits for a database."""

    def broken(*_told: object) -> None:
        raise raised

    monkeypatch.setattr(office.database, "put", broken)
    till.sell(1)
    with caplog.at_level(logging.ERROR, "posloyalty.headoffice"):
        assert pushed(http, till, till.stretch(till.journal)) == said
    (line,) = [json.loads(JsonLines().format(one)) for one in caplog.records]
    assert (line["what"], line["path"]) == ("fault", messages.PUSH)
    assert line["kind"] == type(raised).__name__
    assert "headoffice.tills.keeping:" in line["code"]
    assert "13800138000" not in json.dumps(line)


def test_what_the_server_itself_says_of_a_fault_holds_nothing_of_anybody() -> None:
    raised = IntegrityError("INSERT", {"phone": "13800138000"}, OSError())
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "", 0, "Exception in ASGI application", (),
        (type(raised), raised, None),
    )  # fmt: skip
    line = JsonLines().format(record)
    assert "13800138000" not in line
    assert json.loads(line)["kind"] == "IntegrityError"


def test_the_server_describes_itself(http: Http) -> None:
    described = http.get("/openapi.json").json()["paths"]
    for path in (messages.ENROL, messages.HELLO, messages.PUSH, messages.CERTIFICATE,
                 messages.QUARANTINE, messages.JOURNAL, "/health", "/metrics"):  # fmt: skip
        assert path in described
    asks = described[messages.HELLO]["post"]["requestBody"]["content"]["application/json"]
    assert asks["schema"]["properties"]["place"]["properties"]["seq"]["minimum"] == 0


def test_the_description_is_a_page_without_scripts_and_without_anything_from_elsewhere(
    http: Http,
) -> None:
    """The console's sessions belong to the same address, and a shop may reach nothing else."""
    answer = http.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for path in http.get("/openapi.json").json()["paths"]:
        assert f" {path}</code>" in answer.text, path
    assert "How far a journal is kept" in answer.text
    assert "<script" not in answer.text
    assert "//" not in answer.text.replace("<!doctype", "")
    assert http.get("/redoc").status_code == 404


def test_hello_over_http_is_signed_for_this_request(http: Http, till: ATill, clock: object) -> None:
    place = messages.Standing(epoch=1, seq=0, head=till.genesis.hex())
    body = msgspec.json.encode(messages.HelloAsk(place=place))
    headers = till.signed(messages.HELLO, body)
    answer = http.post(messages.HELLO, content=body, headers=headers)
    nonce = headers["signature-input"].split('nonce="')[1][:22]
    assert f'nonce="{nonce}"' in answer.headers["signature-input"]
    till.clock.pass_time(timedelta(hours=1))
    assert post(http, till, messages.HELLO, body)[0] == 200
