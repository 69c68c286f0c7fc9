"""`receipt = ["Balance 2"]`: texts that stand on the sale's receipt, each within one line of it.

`receipt_lacks = ["-0.01"]` are texts that stand nowhere on it. In the store's language.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.seen import NOTHING, Check, Difference, differs


@expects("receipt", of=Printed)
def read_receipt(block: Block, key: str) -> Check:
    """Read the texts that must be there."""
    path, wanted = (*block.path, key), block.words(key)

    def differences(printed: Printed) -> Iterator[Difference]:
        lines = printed.lines()
        for text in wanted:
            if not any(text in line for line in lines):
                yield differs(path, text, " / ".join(lines))

    return thing_check(Printed, differences)


@expects("receipt_lacks", of=Printed)
def read_receipt_lacks(block: Block, key: str) -> Check:
    """Read the texts that must not be there."""
    path, unwanted = (*block.path, key), block.words(key)

    def differences(printed: Printed) -> Iterator[Difference]:
        for line in printed.lines():
            for text in unwanted:
                if text in line:
                    yield differs(path, NOTHING, line)

    return thing_check(Printed, differences)
