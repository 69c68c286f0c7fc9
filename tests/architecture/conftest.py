"""The syntax trees of two thousand files go when the rules about them are done with.

Millions of objects would otherwise stay, and be looked through with every later look for garbage.
"""

from collections.abc import Iterator

import pytest

from tests.architecture import source


@pytest.fixture(scope="package", autouse=True)
def _trees_go() -> Iterator[None]:
    yield
    source.parsed.cache_clear()
