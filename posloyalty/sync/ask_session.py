"""When a till asks head office what is new: after everything it had to send is there; sans-IO.

Shape: an `Asking` is a frozen value beside the `push_session.Session`; `next_step` says what to do
now, an `Ask` among it. An answer is good at one place of the till's journal only, so the till sends
first and asks then. What it heard is in its journal too, and is sent before the next piece is asked
for; an answer that held nothing ends it, and then somebody waits for news (`told`). Where head
office says with the last of what was sent that there is nothing, nobody asks behind it.

News that turns out to be none is asked about more and more slowly, so that a disagreement of the
two sides never becomes a storm. Once is no disagreement: what a till puts into its journal of what
it heard may be news to head office, and somebody elsewhere may sell the next moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.sync import push_session
from posloyalty.sync.push_session import IDLE_MS, SayHello, Session, Wait

LISTENING_MS: Final = 600_000
"""While somebody waits for news it is asked this rarely all the same: for what is no news, such
as a lease that is asked back."""
SELLING_MS: Final = 120_000
"""A till that sells asks behind a sale this rarely all the same, for what is no news."""
_SPACING_MS: Final = 1_000
_DOUBLINGS_MAX: Final = 5
_FRUITLESS_FREE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`due`: there may be something to hear, `for_news`: because head office said so. `listens`:
    somebody waits for news there. `fruitless` times in a row there was said to be news and was
    none; `asked_ms` is when it was answered last.
    """

    due: bool = True
    for_news: bool = False
    listens: bool = False
    not_before_ms: int = 0
    asked_ms: int = 0
    fruitless: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what is new."""


Step = push_session.Step | Ask


def next_step(
    session: Session,
    asking: Asking,
    *,
    head_seq: int,
    newest_ms: int,
    now_ms: int,
    aside_seq: int = 0,
) -> Step:
    """What to do now. Where all is sent, an ask says as well that this till lives."""
    step = push_session.next_step(
        session, head_seq=head_seq, newest_ms=newest_ms, now_ms=now_ms, aside_seq=aside_seq
    )
    idle = isinstance(step, Wait | SayHello) and now_ms >= session.not_before_ms
    if not idle or session.acked != head_seq:
        return step
    quiet_ms = LISTENING_MS if asking.listens else IDLE_MS
    ask_at_ms = asking.not_before_ms if asking.due else asking.asked_ms + quiet_ms
    return Wait(ask_at_ms - now_ms) if now_ms < ask_at_ms else Ask()


def after_step(asking: Asking) -> Asking:
    """Something was sent, or head office was found: it may have something to say to that."""
    return replace(asking, due=True)


def after_push(asking: Asking, *, news: bool | None, now_ms: int) -> Asking:
    """Head office took what was sent, and said whether there is something to ask for, or did not
    say (None). What was due before stays due.
    """
    lately = now_ms - asking.asked_ms < SELLING_MS
    return asking if news is False and lately else after_step(asking)


def after_answer(asking: Asking, *, new: int, more: bool, now_ms: int) -> Asking:
    """An answer was put into the book; `new` things were in it."""
    if new or more:
        return replace(
            asking, due=True, for_news=False, fruitless=0, not_before_ms=0, asked_ms=now_ms
        )
    fruitless = asking.fruitless + asking.for_news
    return replace(asking, due=False, for_news=False, fruitless=fruitless, asked_ms=now_ms)


def told(asking: Asking, *, news: bool, now_ms: int) -> Asking:
    """Who waited for news heard that there is some, or that there was none for a while."""
    if not news:
        return replace(asking, listens=True, fruitless=0)
    if asking.due and asking.for_news:
        return asking  # said again before it was asked about: that does not put the asking off
    wait_ms, idly = 0, asking.fruitless - _FRUITLESS_FREE
    if idly > 0:
        wait_ms = _SPACING_MS << min(idly - 1, _DOUBLINGS_MAX)
    return replace(asking, listens=True, due=True, for_news=True, not_before_ms=now_ms + wait_ms)


def not_listening(asking: Asking) -> Asking:
    """Nobody waits for news any more, so it is asked for now and then."""
    return replace(asking, listens=False)
