"""The till asks head office what is new, and puts the answer into its book.

Shape: `ask(link, head, session, asking)` is one request and what follows from it. What the till may
hand out by itself comes with each answer; when there was nothing more to hear, the till and head
office have told each other everything, and that instant is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.top_up import TopUp
from posloyalty.services.office.hear_office import HearOffice
from posloyalty.services.ports.head_office import OfficeLink, OutOfReach
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.ask_session import Asking, after_answer
from posloyalty.sync.journal import Head
from posloyalty.sync.wire.answers import AnswerAsk, AnswerGiven, answer_of
from posloyalty.sync.wire.lending import WishesAsk
from posloyalty.sync.wire.messages import Problem, Standing

KEPT_MS: Final = 60_000
"""How exactly the instant of the last whole exchange is kept while a till stays in reach."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: `said` is a no, `asking` how it goes on, `new` how much was heard,
    `articles`, `profiles` and `programmes` whether there are some to ask for.
    """

    said: Problem | None
    asking: Asking
    new: int = 0
    articles: bool = False
    profiles: bool = False
    programmes: bool = False


class AskOffice:
    """Asks, and keeps what the till knows of its reach. `named` is told what head office calls the
    store, where that is another name than it began with.
    """

    def __init__(
        self,
        *,
        hear: HearOffice,
        lending: Lending,
        clock: TillClock,
        top_up: TopUp,
        named: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._named = named
        self._store_name = ""  # as it was told last
        self._hear = hear
        self._top_up = top_up
        self._lending = lending
        self._clock = clock
        self._reached_ms: int | None = None

    def ask(self, link: OfficeLink, head: Head, asking: Asking) -> Asked:
        """Ask, and hear; raises `OutOfReach`."""
        place = Standing(epoch=head.epoch, seq=head.seq, head=head.hash.hex())
        given = link.answer(AnswerAsk(place=place))
        if isinstance(given, Problem):
            return Asked(given, asking)
        self._adopt(given)
        try:
            answer = answer_of(given)
            if answer.at is not None:
                self._clock.hear(answer.at)
            new = self._hear.apply(answer)
        except ServiceRefusal:
            # A sale came in between: it is sent, and then asked again.
            return _asked(given, asking)
        except ValueError as fault:
            # Of a later release: nothing of it was kept, so it can be heard after an update.
            raise OutOfReach("NO_ANSWER") from fault
        found = after_answer(asking, new=new, more=given.more, now_ms=self._clock.monotonic_ms())
        if not found.due:
            self.nothing_new(head.seq)
        return _asked(given, found, new)

    def nothing_new(self, seq: int) -> None:
        """Head office has the journal up to here and has nothing to tell to that."""
        self._hear.all_told(seq)
        self._told_everything()

    def top_up(self, link: OfficeLink) -> bool:
        """Ask for leases of who was just here; False where there is nothing to ask for. A no is no
        fault: a sale asks again for what it wants. Raises `OutOfReach`.
        """
        wishes = self._top_up.wishes()
        if not wishes:
            return False
        said = link.wish(WishesAsk(want=wishes))
        if not isinstance(said, Problem) and said.grants:
            self._hear.hold(*(one.read() for one in said.grants))
        return True

    def reach(self, *, online: bool) -> None:
        """Whether head office is in reach now: what may be handed out depends on it."""
        self._lending.online = online
        if not online:
            self._reached_ms = None
            self._lending.sent.rests()

    def sends(self, seq: int) -> None:
        """The journal is about to go up to here: what it says may be known elsewhere from now on,
        whatever is heard of it.
        """
        self._lending.sent.sends(seq)

    def _adopt(self, given: AnswerGiven) -> None:
        policy = given.policy.read() if given.policy else None
        if policy is not None and policy != self._lending.policy:
            self._lending.adopt(policy)
        name = given.store_name
        if isinstance(name, str) and name != self._store_name:
            self._named(name)
            self._store_name = name

    def _told_everything(self) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._reached_ms is None or now_ms - self._reached_ms >= KEPT_MS:
            self._lending.reached(self._clock.now())
            self._reached_ms = now_ms


def _asked(given: AnswerGiven, asking: Asking, new: int = 0) -> Asked:
    return Asked(
        None,
        asking,
        new,
        articles=given.articles,
        profiles=given.profiles,
        programmes=given.programmes,
    )
