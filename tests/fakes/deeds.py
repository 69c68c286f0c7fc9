"""Programme kinds of a test's own: `[[deed]]` tables whose works are functions of the test.

`with deeds(stamp=at_sale_and_return): ...` makes `[[deed]] id = "stamp"` a known kind; the function
is called at every sale and return with the moment and the awards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import REGISTRY, Stage, works
from posloyalty.domain.programme.declaration import DECLARATIONS, Until, declares
from posloyalty.domain.programme.section import Section

Work = Callable[[Moment, Awards], None]


@dataclass(frozen=True, slots=True)
class Deed:
    """A declared thing that only has its id."""

    id: str


@contextmanager
def deeds(**by_id: Work) -> Iterator[str]:
    """The kinds of one test; gives the text that declares them."""
    before = REGISTRY.works

    @declares("deed", Deed, until=Until.ITS_OWN_END)
    def _read(section: Section) -> Deed:
        read = Deed(section.text("id"))
        section.close()
        return read

    @works(Deed, Trigger.SALE, Trigger.RETURN, stage=Stage.REWARDS)
    def _work(declared: Deed, moment: Moment, awards: Awards) -> None:
        by_id[declared.id](moment, awards)

    try:
        yield "\n".join(f'[[deed]]\nid = "{name}"' for name in by_id)
    finally:
        REGISTRY.works = before
        DECLARATIONS.pop("deed")
