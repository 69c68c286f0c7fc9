"""The server's own description, turned against it: whatever it allows, and more, gets no 500.

Every request is signed by a till that joined, so that it comes past the door and meets what is
behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core import NotSet

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.visits import LINES
from posloyalty.sync.wire import answers
from tests.headoffice.a_till import ATill
from tests.headoffice.asgi import Http

EXAMPLES = 5
EXAMPLES_OF_A_PROOF = 100
"""So many requests an operation."""
# Long by its nature: its waiting has tests of its own.
WAITS = answers.WAIT


@schemathesis.serializer(LINES)
def _stretch(_context: object, value: object) -> bytes:
    """A stretch is bytes to the description, so whatever is drawn goes as it is."""
    return written(value)


@pytest.fixture
def database_url() -> str:
    """The description is the same before both databases."""
    return ""


@pytest.fixture
def http(office: OpenOffice) -> Iterator[Http]:
    with Http(office.application()) as client:
        yield client


def test_nothing_that_the_description_allows_gets_a_500(
    http: Http, office: OpenOffice, till: ATill, *, proving: bool
) -> None:
    described = http.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(described)
    operations = [one.ok() for one in schema.get_all_operations()]
    asked = {f"{one.method.upper()} {one.path}" for one in operations}
    assert {f"{end.method} {end.path}" for end in office.desk.endpoints} <= asked
    assert not any("/console" in one for one in asked)
    statuses: set[int] = set()

    @settings(
        max_examples=(EXAMPLES_OF_A_PROOF if proving else EXAMPLES) * len(operations),
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: Any) -> None:
        operation = data.draw(st.sampled_from([one for one in operations if one.path != WAITS]))
        case = data.draw(operation.as_strategy())
        query = {} if case.query is None else dict(case.query)
        target = case.path + (f"?{urlencode(query, errors='replace')}" if query else "")
        body = written(case.body)
        headers = till.signed(target, body, method=case.method)
        if data.draw(st.booleans()):
            headers["content-encoding"] = "gzip"
        if case.method == "GET":
            answer = http.get(target, headers=headers)
        else:
            answer = http.post(target, content=body, headers=headers)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (case.method, target, body, answer.text)

    ask()
    assert len(statuses) > 3  # some came through, some were refused in different ways


def written(body: object) -> bytes:
    drawn = getattr(body, "data", body)  # bytes come in a wrapper of their own
    if isinstance(drawn, bytes):
        return drawn
    return b"" if isinstance(drawn, NotSet) else msgspec.json.encode(drawn)
