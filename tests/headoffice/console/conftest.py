"""An office whose operators' passwords are checked quickly, and browsers of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Invitation, Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.people.pin_hash import PinHasher
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.browser import Browser

SignedIn = Callable[[str], Browser]


@pytest.fixture
def people(office: OpenOffice) -> Operators:
    office.operators.hasher = PinHasher(SeededChance(8), time_cost=1, memory_kib=8)
    return office.operators


@pytest.fixture
def signed_in(office: OpenOffice, people: Operators, clock: SetClock) -> Iterator[SignedIn]:
    """A browser in which somebody of a role signed in; they are called as their role."""
    app = office.application()
    with ExitStack() as stack:

        def sign_in(role: str) -> Browser:
            browser = stack.enter_context(Browser(app))
            answer = browser.sign_in(invited(people, role, Role(role)), clock)
            assert answer.status_code == 200
            return browser

        yield sign_in


def invited(people: Operators, name: str, role: Role) -> Invitation:
    return people.add(name, role, by=COMMAND_LINE)
